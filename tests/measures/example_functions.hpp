#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "communication/communicator.hpp"
#include "measures/objective.hpp"
#include "measures/random_vectors.hpp"

namespace batchscope {

inline const at::TensorOptions doubles = at::TensorOptions().dtype(at::kDouble);

/// Standard normal numbers.
inline at::Tensor normal(std::int64_t size, std::uint64_t seed) {
    return RandomVectors(seed, RandomVectorUse::subset, size, doubles).normal(0, 1)[0];
}

/// What happens at the calls of a test function.
struct CallLog {
    std::vector<at::Tensor> points;        ///< evaluated, in order
    std::int64_t stop_at = -1;             ///< call, counted from 0, that throws AgreedStop, once
    std::int64_t not_a_number_after = -1;  ///< calls from this one on find NaN

    /// Notes a call; true where its result is to be NaN.
    bool call(const at::Tensor& point) {
        const auto number = static_cast<std::int64_t>(points.size());
        if (number == stop_at) {
            stop_at = -1;
            throw AgreedStop{};
        }
        points.push_back(point.clone());
        return not_a_number_after >= 0 && number >= not_a_number_after;
    }
};

/// A function with a known gradient.
class ExampleObjective final : public Objective {
  public:
    using Function = std::function<ValueAndGradient(const at::Tensor&)>;
    ExampleObjective(std::int64_t size, Function function)
        : size_(size), function_(std::move(function)) {}

    [[nodiscard]] std::int64_t size() const override { return size_; }
    [[nodiscard]] at::TensorOptions options() const override { return doubles; }
    [[nodiscard]] ValueAndGradient value_and_gradient(const at::Tensor& point) override {
        if (log.call(point)) {
            return {std::numeric_limits<double>::quiet_NaN(), at::zeros_like(point)};
        }
        return function_(point);
    }

    CallLog log;

  private:
    std::int64_t size_;
    Function function_;
};

/// offset + slope . (w - x) + 1/2 (w - x)' diag(curvature) (w - x).
inline ExampleObjective::Function quadratic(at::Tensor x, at::Tensor slope, at::Tensor curvature,
                                            double offset = 0) {
    return [x = std::move(x), slope = std::move(slope), curvature = std::move(curvature),
            offset](const at::Tensor& w) -> Objective::ValueAndGradient {
        const at::Tensor step = w - x;
        const at::Tensor bent = curvature * step;
        return {offset + at::dot(slope + 0.5 * bent, step).item<double>(), slope + bent};
    };
}

/// Loss and accuracy of any function.
class ExampleSurface final : public LossSurface {
  public:
    using Function = std::function<SplitMetrics(const at::Tensor&)>;
    ExampleSurface(std::int64_t size, Function function)
        : size_(size), function_(std::move(function)) {}

    [[nodiscard]] std::int64_t size() const override { return size_; }
    [[nodiscard]] at::TensorOptions options() const override { return doubles; }
    [[nodiscard]] SplitMetrics at(const at::Tensor& point) override {
        constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
        return log.call(point) ? SplitMetrics{not_a_number, not_a_number} : function_(point);
    }

    CallLog log;

  private:
    std::int64_t size_;
    Function function_;
};

}  // namespace batchscope
