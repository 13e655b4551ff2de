#include "measures/worst_case_sharpness.hpp"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/not_finite.hpp"
#include "measures/agreed_numbers.hpp"
#include "measures/random_vectors.hpp"
#include "measures/stored_numbers.hpp"
#include "measures/stored_tensor.hpp"

namespace batchscope {

WorstCaseSharpness::WorstCaseSharpness(const WorstCaseSettings& settings, std::uint64_t seed,
                                       Objective& objective, at::Tensor weights,
                                       Communicator& communicator)
    : settings_(settings),
      seed_(seed),
      objective_(objective),
      weights_(std::move(weights)),
      communicator_(communicator),
      progress_{.at_centre_known = false,
                .at_centre = {},
                .ball = 0,
                .iteration = 0,
                .started = false,
                .ascent = ProjectedAscent(UnitBall::euclidean, settings.iterations, communicator),
                .first_order = {unknown, unknown},
                .best = {unknown, unknown}} {}

void WorstCaseSharpness::advance() {
    Progress next = progress_;
    if (!next.at_centre_known) {
        next.at_centre = objective_.value_and_gradient(weights_);
        next.at_centre_known = true;
        if (!is_finite(next.at_centre)) {
            next.ball = kinds;
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
void WorstCaseSharpness::continue_ball(Progress& progress) const {
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

std::vector<double> WorstCaseSharpness::settings_numbers() const {
    const auto seed = seed_numbers(seed_);
    return {seed[0], seed[1], settings_.radius, settings_.adaptive_radius,
            static_cast<double>(settings_.iterations)};
}

std::vector<NamedArray> WorstCaseSharpness::state() const {
    const Progress& now = progress_;
    std::vector<NamedArray> arrays = {
        stored_numbers("settings", "settings of worst-case sharpness", settings_numbers()),
        stored_numbers("progress", "where the search is, and what it found",
                       {static_cast<double>(now.at_centre_known), now.at_centre.value,
                        static_cast<double>(now.ball), static_cast<double>(now.iteration),
                        static_cast<double>(now.started), now.first_order[0], now.first_order[1],
                        now.best[0], now.best[1]})};
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
    require_numbers(state, "settings", settings_numbers());
    Progress next = progress_;
    const auto numbers = restored_numbers(state, "progress", 9);
    next.at_centre_known = numbers[0] != 0;
    next.at_centre = {numbers[1], {}};
    next.ball = static_cast<std::size_t>(numbers[2]);
    next.iteration = static_cast<std::int64_t>(numbers[3]);
    next.started = numbers[4] != 0;
    next.first_order = {numbers[5], numbers[6]};
    next.best = {numbers[7], numbers[8]};
    if (next.at_centre_known && next.ball < kinds) {
        next.at_centre.gradient = at::empty_like(weights_);
        restore_tensor(state, "gradient", next.at_centre.gradient);
    }
    if (next.started) {
        next.ascent.restore("ascent", state, weights_.numel(), weights_.options());
    }
    progress_ = std::move(next);
}

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
