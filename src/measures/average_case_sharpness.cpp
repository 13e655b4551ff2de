#include "measures/average_case_sharpness.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "core/not_finite.hpp"
#include "measures/filter_direction.hpp"
#include "measures/measure_inputs.hpp"
#include "measures/random_vectors.hpp"
#include "measures/sample_moments.hpp"
#include "measures/stored_fields.hpp"

namespace batchscope {

namespace {

class AverageCaseSharpness final : public Measure {
  public:
    AverageCaseSharpness(const AverageCaseSettings& settings, std::uint64_t seed,
                         LossSurface& surface, at::Tensor weights, FilterLayout layout)
        : settings_(settings),
          seed_(seed),
          surface_(surface),
          weights_(std::move(weights)),
          layout_(std::move(layout)) {}

    [[nodiscard]] std::string name() const override { return "average_case"; }
    void advance() override;
    [[nodiscard]] bool finished() const override;
    [[nodiscard]] std::vector<NamedArray> state() const override;
    void restore(const std::vector<NamedArray>& state) override;
    [[nodiscard]] MeasuredValues values() const override;

  private:
    [[nodiscard]] std::size_t most_losses() const;

    AverageCaseSettings settings_;
    std::uint64_t seed_;
    LossSurface& surface_;
    at::Tensor weights_;
    FilterLayout layout_;
    std::vector<double> losses_;  // at the weights, then of each draw
};

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

std::vector<NamedArray> AverageCaseSharpness::state() const {
    return {stored_settings(seed_, settings_),
            stored_list("losses", "at the weights, then of each draw", losses_, most_losses())};
}

void AverageCaseSharpness::restore(const std::vector<NamedArray>& state) {
    require_settings(state, seed_, settings_);
    losses_ = restored_list(state, "losses", most_losses());
}

}  // namespace

std::vector<KeyOf<AverageCaseSettings>> keys_of(Type<AverageCaseSettings> /*type*/) {
    return {
        number_key<AverageCaseSettings>("average_case.deviation", positive,
                                        &AverageCaseSettings::deviation,
                                        "of the noise, in norms of each filter"),
        integer_key<AverageCaseSettings>("average_case.draws", 2, &AverageCaseSettings::draws,
                                         "of the noise"),
    };
}

MeasureKind average_case_sharpness() {
    MeasureKind kind;
    kind.name = "average_case";
    kind.meaning = "mean rise of the loss under Gaussian noise";
    kind.keys = component_keys<AverageCaseSettings>();
    kind.columns = {
        {.name = "average_sharpness",
         .long_name = "mean f - f under Gaussian noise scaled by filter norms",
         .headline = {"average_sharpness", "average", 90, "Mean rise under noise",
                      "Sharpness: mean rise of the loss under noise, and the largest noise that is "
                      "harmless"}},
        {.name = "average_sharpness_standard_error",
         .long_name = "standard error of average_sharpness over the draws",
         .headline = {"average_sharpness_standard_error", "error"},
         .error_of = "average_sharpness"},
    };
    kind.make = [](const MeasureInputs& inputs) {
        return std::make_unique<AverageCaseSharpness>(
            settings_of<AverageCaseSettings>(inputs.run.sharpness.values),
            inputs.run.sharpness.seed, inputs.surface, inputs.weights, inputs.filters);
    };
    return kind;
}

}  // namespace batchscope
