#include "measures/pac_bayes.hpp"

#include <ATen/ATen.h>

#include <cmath>

#include "core/not_finite.hpp"
#include "measures/measure_inputs.hpp"
#include "measures/random_vectors.hpp"
#include "measures/stored_fields.hpp"

namespace batchscope {

namespace {

// Added to |w|, so that weights of zero are shaken, too.
constexpr double least_magnitude = 1e-3;
constexpr double first_sigma = 1.0 / 64;
constexpr double largest_sigma = 4.0;
constexpr std::int64_t depth = 15;  // halvings

enum class PacBayesStage { at_weights, doubling, halving, finished };
BATCHSCOPE_DESCRIBE_ENUM(PacBayesStage, at_weights, doubling, halving, finished)

struct PacBayesProgress {
    PacBayesStage stage = PacBayesStage::at_weights;
    double accuracy_at_weights = 0;
    double kept = 0;           ///< the largest sigma that keeps the accuracy ...
    double kept_accuracy = 0;  ///< ... and the mean accuracy there
    double lost = 0;           ///< the smallest that does not; 0: none known
    double sigma = first_sigma;
    std::int64_t halvings = 0;
    std::int64_t draws = 0;  ///< done, at this sigma
    double accuracy_sum = 0;
    bool known = true;  ///< false: some accuracy is not a number
};
BATCHSCOPE_DESCRIBE_STRUCT(PacBayesProgress, stage, accuracy_at_weights, kept, kept_accuracy, lost,
                           sigma, halvings, draws, accuracy_sum, known)

class PacBayes final : public Measure {
  public:
    PacBayes(const PacBayesSettings& settings, std::uint64_t seed, LossSurface& surface,
             at::Tensor weights)
        : settings_(settings), seed_(seed), surface_(surface), weights_(std::move(weights)) {}

    [[nodiscard]] std::string name() const override { return "pac_bayes"; }
    void advance() override;
    [[nodiscard]] bool finished() const override {
        return progress_.stage == PacBayesStage::finished;
    }
    [[nodiscard]] std::vector<NamedArray> state() const override;
    void restore(const std::vector<NamedArray>& state) override;
    [[nodiscard]] MeasuredValues values() const override;

  private:
    static void choose_next_sigma(PacBayesProgress& progress, double mean_accuracy,
                                  double least_accuracy);

    PacBayesSettings settings_;
    std::uint64_t seed_;
    LossSurface& surface_;
    at::Tensor weights_;
    PacBayesProgress progress_;
};

void PacBayes::advance() {
    PacBayesProgress next = progress_;
    double accuracy = 0;
    if (next.stage == PacBayesStage::at_weights) {
        accuracy = surface_.at(weights_).accuracy;
        next.accuracy_at_weights = accuracy;
        next.kept_accuracy = accuracy;
        next.stage = PacBayesStage::doubling;
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
        next.stage = PacBayesStage::finished;
    }
    progress_ = next;
}

void PacBayes::choose_next_sigma(PacBayesProgress& progress, double mean_accuracy,
                                 double least_accuracy) {
    if (mean_accuracy >= least_accuracy) {
        progress.kept = progress.sigma;
        progress.kept_accuracy = mean_accuracy;
    } else {
        progress.lost = progress.sigma;
    }
    if (progress.stage == PacBayesStage::doubling) {
        if (progress.lost > 0) {
            progress.stage = PacBayesStage::halving;
        } else if (progress.sigma >= largest_sigma) {
            progress.stage = PacBayesStage::finished;
        } else {
            progress.sigma *= 2;
        }
    } else {
        ++progress.halvings;
    }
    if (progress.stage == PacBayesStage::halving) {
        progress.sigma = (progress.kept + progress.lost) / 2;
        if (progress.halvings == depth) {
            progress.stage = PacBayesStage::finished;
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

std::vector<NamedArray> PacBayes::state() const {
    return {stored_settings(seed_, settings_),
            stored_fields("progress", "bracket of sigma, counters and accuracies", progress_)};
}

void PacBayes::restore(const std::vector<NamedArray>& state) {
    require_settings(state, seed_, settings_);
    progress_ = restored_fields(state, "progress", progress_);
}

}  // namespace

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
