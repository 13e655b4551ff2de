#include "measures/pac_bayes.hpp"

#include <ATen/ATen.h>

#include <cmath>

#include "core/not_finite.hpp"
#include "measures/random_vectors.hpp"
#include "measures/stored_numbers.hpp"

namespace batchscope {

namespace {

// Added to |w|, so that weights of zero are shaken, too.
constexpr double least_magnitude = 1e-3;

}  // namespace

PacBayes::PacBayes(const PacBayesSettings& settings, std::uint64_t seed, LossSurface& surface,
                   at::Tensor weights)
    : settings_(settings), seed_(seed), surface_(surface), weights_(std::move(weights)) {}

void PacBayes::advance() {
    Progress next = progress_;
    double accuracy = 0;
    if (next.stage == Stage::at_weights) {
        accuracy = surface_.at(weights_).accuracy;
        next.accuracy_at_weights = accuracy;
        next.kept_accuracy = accuracy;
        next.stage = Stage::doubling;
    } else {
        const RandomVectors random(seed_, RandomVectorUse::pac_bayes, weights_.numel(),
                                   weights_.options());
        const at::Tensor noise =
            (weights_.abs() + least_magnitude) * random.normal(next.draws, 1)[0];
        accuracy = surface_.at(weights_ + next.sigma * noise).accuracy;
        next.accuracy_sum += accuracy;
        ++next.draws;
        if (next.draws == settings_.draws) {
            choose_next_sigma(next, next.accuracy_sum / static_cast<double>(settings_.draws),
                              next.accuracy_at_weights - settings_.accuracy_drop);
            next.draws = 0;
            next.accuracy_sum = 0;
        }
    }
    if (!std::isfinite(accuracy)) {
        next.known = false;
        next.stage = Stage::finished;
    }
    progress_ = next;
}

void PacBayes::choose_next_sigma(Progress& progress, double mean_accuracy, double least_accuracy) {
    if (mean_accuracy >= least_accuracy) {
        progress.kept = progress.sigma;
        progress.kept_accuracy = mean_accuracy;
    } else {
        progress.lost = progress.sigma;
    }
    if (progress.stage == Stage::doubling) {
        if (progress.lost > 0) {
            progress.stage = Stage::halving;
        } else if (progress.sigma >= largest_sigma) {
            progress.stage = Stage::finished;
        } else {
            progress.sigma *= 2;
        }
    } else {
        ++progress.halvings;
    }
    if (progress.stage == Stage::halving) {
        progress.sigma = (progress.kept + progress.lost) / 2;
        if (progress.halvings == depth) {
            progress.stage = Stage::finished;
        }
    }
}

MeasuredValues PacBayes::values() const {
    const bool bracketed = progress_.known && progress_.lost > 0;
    return {
        {"pac_bayes_sigma", {bracketed ? progress_.kept : unknown}},
        {"pac_bayes_accuracy", {progress_.known ? progress_.kept_accuracy : unknown}},
        {"pac_bayes_sigma_bracket", {bracketed ? progress_.lost - progress_.kept : unknown}},
    };
}

std::vector<double> PacBayes::settings_numbers() const {
    const auto seed = seed_numbers(seed_);
    return {seed[0], seed[1], settings_.accuracy_drop, static_cast<double>(settings_.draws)};
}

std::vector<NamedArray> PacBayes::state() const {
    const Progress& now = progress_;
    return {stored_numbers("settings", "settings of PAC-Bayes sharpness", settings_numbers()),
            stored_numbers("progress", "bracket of sigma, counters and accuracies",
                           {static_cast<double>(now.stage), now.accuracy_at_weights, now.kept,
                            now.kept_accuracy, now.lost, now.sigma,
                            static_cast<double>(now.halvings), static_cast<double>(now.draws),
                            now.accuracy_sum, static_cast<double>(now.known)})};
}

void PacBayes::restore(const std::vector<NamedArray>& state) {
    require_numbers(state, "settings", settings_numbers());
    const auto numbers = restored_numbers(state, "progress", 10);
    progress_ = {.stage = static_cast<Stage>(static_cast<int>(numbers[0])),
                 .accuracy_at_weights = numbers[1],
                 .kept = numbers[2],
                 .kept_accuracy = numbers[3],
                 .lost = numbers[4],
                 .sigma = numbers[5],
                 .halvings = static_cast<std::int64_t>(numbers[6]),
                 .draws = static_cast<std::int64_t>(numbers[7]),
                 .accuracy_sum = numbers[8],
                 .known = numbers[9] != 0};
}

std::vector<KeyOf<PacBayesSettings>> keys_of(Type<PacBayesSettings> /*type*/) {
    return {
        number_key<PacBayesSettings>("pac_bayes.accuracy_drop", fraction_inside,
                                     &PacBayesSettings::accuracy_drop,
                                     "how much accuracy the noise may cost"),
        integer_key<PacBayesSettings>("pac_bayes.draws", 1, &PacBayesSettings::draws,
                                      "of the noise"),
    };
}

MeasureKind pac_bayes() {
    MeasureKind kind;
    kind.name = "pac_bayes";
    kind.meaning = "largest noise that keeps the accuracy";
    kind.needs_classes = true;
    kind.keys = component_keys<PacBayesSettings>();
    kind.columns = {
        {.name = "pac_bayes_sigma",
         .long_name = "largest standard deviation of Gaussian noise that keeps the accuracy "
                      "(Jiang 2020)",
         .headline = {"pac_bayes_sigma", "PAC-Bayes sigma", 100, "PAC-Bayes sigma",
                      "Sharpness: mean rise of the loss under noise, and the largest noise that is "
                      "harmless"}},
        {.name = "pac_bayes_accuracy", .long_name = "mean accuracy under noise of pac_bayes_sigma"},
        {.name = "pac_bayes_sigma_bracket",
         .long_name = "width of the interval in which bisection left pac_bayes_sigma",
         .headline = {"pac_bayes_sigma_bracket", "bracket"},
         .error_of = "pac_bayes_sigma"},
    };
    kind.make = [](const MeasureInputs& inputs) {
        return std::make_unique<PacBayes>(
            settings_of<PacBayesSettings>(inputs.run.sharpness.values), inputs.run.sharpness.seed,
            inputs.surface, inputs.weights);
    };
    return kind;
}

}  // namespace batchscope
