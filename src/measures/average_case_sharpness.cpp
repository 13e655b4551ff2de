#include "measures/average_case_sharpness.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "core/not_finite.hpp"
#include "measures/filter_direction.hpp"
#include "measures/random_vectors.hpp"
#include "measures/sample_moments.hpp"
#include "measures/stored_numbers.hpp"

namespace batchscope {

AverageCaseSharpness::AverageCaseSharpness(const AverageCaseSettings& settings, std::uint64_t seed,
                                           LossSurface& surface, at::Tensor weights,
                                           FilterLayout layout)
    : settings_(settings),
      seed_(seed),
      surface_(surface),
      weights_(std::move(weights)),
      layout_(std::move(layout)) {}

std::size_t AverageCaseSharpness::most_losses() const {
    return static_cast<std::size_t>(settings_.draws + 1);
}

bool AverageCaseSharpness::finished() const {
    // After a loss that is not finite there is no mean.
    return losses_.size() == most_losses() || (!losses_.empty() && !std::isfinite(losses_.back()));
}

void AverageCaseSharpness::advance() {
    if (losses_.empty()) {
        losses_.push_back(surface_.at(weights_).loss);
        return;
    }
    const RandomVectors random(seed_, RandomVectorUse::average_case, weights_.numel(),
                               weights_.options());
    const auto draw = static_cast<std::int64_t>(losses_.size()) - 1;
    const at::Tensor direction = filter_normalised(random.normal(draw, 1)[0], weights_, layout_);
    losses_.push_back(surface_.at(weights_ + settings_.deviation * direction).loss);
}

MeasuredValues AverageCaseSharpness::values() const {
    SampleMoments found{unknown, unknown, unknown};
    if (losses_.size() > 1 && std::isfinite(losses_.back())) {
        std::vector<double> rises;
        std::transform(losses_.begin() + 1, losses_.end(), std::back_inserter(rises),
                       [&](double loss) { return loss - losses_.front(); });
        found = sample_moments(rises);
    }
    return {{"average_sharpness", {found.mean}},
            {"average_sharpness_standard_error", {found.standard_error}}};
}

std::vector<double> AverageCaseSharpness::settings_numbers() const {
    const auto seed = seed_numbers(seed_);
    return {seed[0], seed[1], settings_.deviation, static_cast<double>(settings_.draws)};
}

std::vector<NamedArray> AverageCaseSharpness::state() const {
    return {stored_numbers("settings", "settings of average-case sharpness", settings_numbers()),
            stored_list("losses", "at the weights, then of each draw", losses_, most_losses())};
}

void AverageCaseSharpness::restore(const std::vector<NamedArray>& state) {
    require_numbers(state, "settings", settings_numbers());
    losses_ = restored_list(state, "losses", most_losses());
}

}  // namespace batchscope
