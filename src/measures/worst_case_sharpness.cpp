#include "measures/worst_case_sharpness.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>

#include "core/not_finite.hpp"
#include "measures/agreed_numbers.hpp"
#include "measures/measure_inputs.hpp"
#include "measures/projected_ascent.hpp"
#include "measures/random_vectors.hpp"
#include "measures/stored_fields.hpp"
#include "measures/stored_tensor.hpp"

namespace batchscope {

namespace {

constexpr std::size_t balls = 2;  // sam, adaptive

/// All that changes. advance() works on a copy and keeps it at the end.
struct WorstCaseProgress {
    bool at_centre_known = false;
    Objective::ValueAndGradient at_centre{};
    std::size_t ball = 0;
    std::int64_t iteration = 0;
    bool started = false;
    ProjectedAscent ascent;
    // Less the loss at the centre.
    std::array<double, balls> first_order = {unknown, unknown}, best = {unknown, unknown};
};
BATCHSCOPE_DESCRIBE_STRUCT(WorstCaseProgress, at_centre_known, at_centre, ball, iteration, started,
                           first_order, best)

class WorstCaseSharpness final : public Measure {
  public:
    WorstCaseSharpness(const WorstCaseSettings& settings, std::uint64_t seed, Objective& objective,
                       at::Tensor weights, Communicator& communicator)
        : settings_(settings),
          seed_(seed),
          objective_(objective),
          weights_(std::move(weights)),
          communicator_(communicator),
          progress_{.ascent =
                        ProjectedAscent(UnitBall::euclidean, settings.iterations, communicator)} {}

    [[nodiscard]] std::string name() const override { return "worst_case"; }
    void advance() override;
    [[nodiscard]] bool finished() const override { return progress_.ball == balls; }
    [[nodiscard]] std::vector<NamedArray> state() const override;
    void restore(const std::vector<NamedArray>& state) override;
    [[nodiscard]] MeasuredValues values() const override;

  private:
    void continue_ball(WorstCaseProgress& progress) const;
    [[nodiscard]] at::Tensor half_axes(std::size_t ball) const;

    WorstCaseSettings settings_;
    std::uint64_t seed_;
    Objective& objective_;
    at::Tensor weights_;
    Communicator& communicator_;
    WorstCaseProgress progress_;
};

void WorstCaseSharpness::advance() {
    WorstCaseProgress next = progress_;
    if (!next.at_centre_known) {
        next.at_centre = objective_.value_and_gradient(weights_);
        next.at_centre_known = true;
        if (!is_finite(next.at_centre)) {
            next.ball = balls;
        }
    } else {
        try {
            continue_ball(next);
        } catch (const NotFinite&) {
            next.best[next.ball] = unknown;
            next.iteration = settings_.iterations;
        }
        if (next.iteration == settings_.iterations) {
            ++next.ball;
            next.iteration = 0;
            next.started = false;
        }
    }
    progress_ = std::move(next);
}

/// The first-order point, or an iteration from there.
void WorstCaseSharpness::continue_ball(WorstCaseProgress& progress) const {
    const at::Tensor axes = half_axes(progress.ball);
    const double centre = progress.at_centre.value;
    const MaximisedFunction function = [&](const at::Tensor& point) {
        const auto found = objective_.value_and_gradient(weights_ + axes * point);
        if (!is_finite(found)) {
            throw NotFinite{};
        }
        return Objective::ValueAndGradient{found.value, axes * found.gradient};
    };
    double& best = progress.best[progress.ball];
    if (!progress.started) {
        at::Tensor point = steepest_point(UnitBall::euclidean, axes * progress.at_centre.gradient);
        communicator_.broadcast(point);
        const bool stationary = agreed_numbers({point.abs().max()}, communicator_)[0] == 0;
        if (stationary) {
            progress.first_order[progress.ball] = 0;
            const RandomVectors random(seed_, RandomVectorUse::worst_case_start, weights_.numel(),
                                       weights_.options());
            point = steepest_point(UnitBall::euclidean, random.normal(0, 1)[0]);
            communicator_.broadcast(point);
        }
        const auto found = function(point);
        if (!stationary) {
            progress.first_order[progress.ball] = found.value - centre;
        }
        progress.ascent.start(point, found);
        progress.started = true;
    } else {
        progress.ascent.iterate(function);
        ++progress.iteration;
    }
    best = std::max(0.0, progress.ascent.best() - centre);
}

/// Of the ellipsoid |e / half_axes| <= 1.
at::Tensor WorstCaseSharpness::half_axes(std::size_t ball) const {
    return ball == 0 ? at::full_like(weights_, settings_.radius)
                     : settings_.adaptive_radius * weights_.abs();
}

MeasuredValues WorstCaseSharpness::values() const {
    return {{"sam_sharpness", {progress_.best[0]}},
            {"sam_first_order", {progress_.first_order[0]}},
            {"adaptive_sharpness", {progress_.best[1]}},
            {"adaptive_first_order", {progress_.first_order[1]}}};
}

std::vector<NamedArray> WorstCaseSharpness::state() const {
    const WorstCaseProgress& now = progress_;
    std::vector<NamedArray> arrays = {
        stored_settings(seed_, settings_),
        stored_fields("progress", "where the search is, and what it found", now)};
    if (now.at_centre_known && !finished()) {
        arrays.push_back(
            stored_tensor("gradient", "gradient at the weights", now.at_centre.gradient));
    }
    if (now.started) {
        const auto ascent = now.ascent.state("ascent");
        arrays.insert(arrays.end(), ascent.begin(), ascent.end());
    }
    return arrays;
}

void WorstCaseSharpness::restore(const std::vector<NamedArray>& state) {
    require_settings(state, seed_, settings_);
    WorstCaseProgress next = restored_fields(state, "progress", progress_);
    next.at_centre.gradient.reset();
    if (next.at_centre_known && next.ball < balls) {
        next.at_centre.gradient = at::empty_like(weights_);
        restore_tensor(state, "gradient", next.at_centre.gradient);
    }
    if (next.started) {
        next.ascent.restore("ascent", state, weights_.numel(), weights_.options());
    }
    progress_ = std::move(next);
}

}  // namespace

std::vector<KeyOf<WorstCaseSettings>> keys_of(Type<WorstCaseSettings> /*type*/) {
    return {
        number_key<WorstCaseSettings>("worst_case.radius", positive, &WorstCaseSettings::radius,
                                      "of the ball of SAM"),
        number_key<WorstCaseSettings>("worst_case.adaptive_radius", positive,
                                      &WorstCaseSettings::adaptive_radius, "of the ball of ASAM"),
        integer_key<WorstCaseSettings>("worst_case.iterations", 0, &WorstCaseSettings::iterations,
                                       "of projected gradient ascent, beyond the first-order step"),
    };
}

MeasureKind worst_case_sharpness() {
    MeasureKind kind;
    kind.name = "worst_case";
    kind.meaning = "highest loss in a ball: SAM and its adaptive form";
    kind.keys = component_keys<WorstCaseSettings>();
    const std::string table =
        "Sharpness: worst rise of the loss in a ball, scaled by the weights (adaptive) or not; "
        "lower bounds";
    kind.columns = {
        {.name = "sam_sharpness",
         .long_name = "max f - f over a ball (Foret 2021), by projected gradient ascent; a lower "
                      "bound",
         .headline = {"sam_sharpness", "plain", 80, "Worst rise in a ball (SAM)", table},
         .counts_above = 0},
        {.name = "sam_first_order",
         .long_name = "rise of f after the one step that sharpness-aware training takes"},
        {.name = "adaptive_sharpness",
         .long_name = "max f - f over a ball scaled by the weights (Kwon 2021), by projected "
                      "gradient ascent; a lower bound",
         .headline = {"adaptive_sharpness", "adaptive", 70, "Adaptive sharpness", table},
         .counts_above = 0},
        {.name = "adaptive_first_order",
         .long_name = "rise of f after the one step of adaptive sharpness-aware training"},
    };
    kind.make = [](const MeasureInputs& inputs) {
        return std::make_unique<WorstCaseSharpness>(
            settings_of<WorstCaseSettings>(inputs.run.sharpness.values), inputs.run.sharpness.seed,
            inputs.loss, inputs.weights, inputs.communicator);
    };
    return kind;
}

}  // namespace batchscope
