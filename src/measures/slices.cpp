#include "measures/slices.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "config/study_rules.hpp"
#include "core/not_finite.hpp"
#include "measures/filter_direction.hpp"
#include "measures/measure_inputs.hpp"
#include "measures/random_vectors.hpp"
#include "measures/stored_fields.hpp"

namespace batchscope {

namespace {

class Slices final : public Measure {
  public:
    Slices(const SliceSettings& settings, std::uint64_t seed, LossSurface& surface,
           at::Tensor weights, FilterLayout layout)
        : settings_(settings),
          seed_(seed),
          surface_(surface),
          weights_(std::move(weights)),
          layout_(std::move(layout)),
          positions_(slice_positions(settings)) {}

    [[nodiscard]] std::string name() const override { return "slices"; }
    void advance() override;
    [[nodiscard]] bool finished() const override { return losses_.size() == points(); }
    [[nodiscard]] std::vector<NamedArray> state() const override;
    void restore(const std::vector<NamedArray>& state) override;
    [[nodiscard]] MeasuredValues values() const override;

  private:
    [[nodiscard]] std::size_t points() const;

    SliceSettings settings_;
    std::uint64_t seed_;
    LossSurface& surface_;
    at::Tensor weights_;
    FilterLayout layout_;
    std::vector<double> positions_;
    std::vector<double> losses_, accuracies_;  // so far, direction by direction
};

std::size_t Slices::points() const {
    return static_cast<std::size_t>(settings_.directions) * positions_.size();
}

void Slices::advance() {
    const auto direction = static_cast<std::int64_t>(losses_.size() / positions_.size());
    const double alpha = positions_[losses_.size() % positions_.size()];
    const RandomVectors random(seed_, RandomVectorUse::slice_direction, weights_.numel(),
                               weights_.options());
    const at::Tensor step = filter_normalised(random.normal(direction, 1)[0], weights_, layout_);
    const SplitMetrics metrics = surface_.at(weights_ + alpha * step);
    losses_.push_back(std::isfinite(metrics.loss) ? metrics.loss : unknown);
    accuracies_.push_back(metrics.accuracy);
}

MeasuredValues Slices::values() const {
    return {{"slice_loss", losses_}, {"slice_accuracy", accuracies_}};
}

std::vector<NamedArray> Slices::state() const {
    return {stored_settings(seed_, settings_),
            stored_list("losses", "losses so far", losses_, points()),
            stored_list("accuracies", "accuracies so far", accuracies_, points())};
}

void Slices::restore(const std::vector<NamedArray>& state) {
    require_settings(state, seed_, settings_);
    auto losses = restored_list(state, "losses", points());
    accuracies_ = restored_list(state, "accuracies", points());
    losses_ = std::move(losses);
}

}  // namespace

std::vector<double> slice_positions(const SliceSettings& settings) {
    std::vector<double> positions;
    const std::int64_t intervals = settings.points - 1;
    for (std::int64_t i = 0; i <= intervals; ++i) {
        // An exact integer, and its negative at the mirrored place; one point lies at 0.
        const auto numerator = static_cast<double>(2 * i - intervals);
        positions.push_back(settings.range * numerator /
                            static_cast<double>(std::max<std::int64_t>(intervals, 1)));
    }
    return positions;
}

std::vector<KeyOf<SliceSettings>> keys_of(Type<SliceSettings> /*type*/) {
    return {
        integer_key<SliceSettings>("slices.directions", 1, &SliceSettings::directions,
                                   "random directions"),
        number_key<SliceSettings>("slices.range", positive, &SliceSettings::range,
                                  "from -range to range"),
        integer_key<SliceSettings>("slices.points", 3, &SliceSettings::points,
                                   "on a direction; odd, so that the weights are one of them"),
    };
}

MeasureKind slices() {
    MeasureKind kind;
    kind.name = "slices";
    kind.meaning = "loss along filter-normalised random directions";
    kind.keys = component_keys<SliceSettings>();
    kind.check_point = [](const RunSettings& settings, const GivenValues& given) {
        const auto slice = settings_of<SliceSettings>(settings.sharpness.values);
        if (slice.points % 2 == 0) {
            refuse(given, {"sharpness.slices.points"},
                   fmt::format("{} points from -range to range leave out the weights themselves",
                               slice.points),
                   "give an odd number");
        }
    };
    const std::vector<std::string> dimensions{"direction", "slice_position"};
    kind.columns = {
        {.name = "slice_loss",
         .long_name = "loss along filter-normalised random directions",
         .dimensions = dimensions},
        {.name = "slice_accuracy",
         .long_name = "accuracy along filter-normalised random directions",
         .dimensions = dimensions},
    };
    kind.dimensions = {
        {"direction", "number of a random direction"},
        {"slice_position", "distance along a direction, in filter norms; 0 is the weights", false}};
    kind.scales = [](const SharpnessSettings& settings) {
        const auto slice = settings_of<SliceSettings>(settings.values);
        return std::map<std::string, std::vector<double>>{
            {"direction", numbers_from(1, slice.directions)},
            {"slice_position", slice_positions(slice)}};
    };
    kind.make = [](const MeasureInputs& inputs) {
        return std::make_unique<Slices>(settings_of<SliceSettings>(inputs.run.sharpness.values),
                                        inputs.run.sharpness.seed, inputs.surface, inputs.weights,
                                        inputs.filters);
    };
    return kind;
}

}  // namespace batchscope
