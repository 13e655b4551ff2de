#include "measures/batch_gradients.hpp"

#include <ATen/ATen.h>

#include <utility>

#include "config/study_rules.hpp"
#include "core/not_finite.hpp"
#include "core/random.hpp"
#include "measures/measure_inputs.hpp"
#include "measures/random_vectors.hpp"
#include "measures/stored_fields.hpp"
#include "measures/stored_tensor.hpp"

namespace batchscope {

namespace {

/// The examples of a batch. Size and number share a word of the key, 32 bits each.
std::vector<std::int64_t> random_batch(std::uint64_t seed, std::int64_t examples,
                                       std::int64_t batch_size, std::int64_t number) {
    const std::uint64_t batch =
        static_cast<std::uint64_t>(batch_size) << 32U | static_cast<std::uint64_t>(number);
    const RandomStream stream(seed, RandomPurpose::probe,
                              static_cast<std::uint64_t>(RandomVectorUse::batch_gradients), batch);
    return random_subset(stream, examples, batch_size);
}

/// The seed of a run's batches. Runs that share `sharpness_seed` draw others all the same.
std::uint64_t batch_gradient_seed(std::uint64_t sharpness_seed, std::uint64_t training_seed) {
    return RandomStream(sharpness_seed, RandomPurpose::probe,
                        static_cast<std::uint64_t>(RandomVectorUse::batch_gradients), training_seed)
        .bits(0);
}

class BatchGradients final : public Measure {
  public:
    /// `weights`: those of the network whose gradients these are.
    BatchGradients(BatchGradientSettings settings, std::uint64_t seed, at::Tensor weights,
                   ExampleGradients& gradients)
        : settings_(std::move(settings)),
          seed_(seed),
          weights_(std::move(weights)),
          gradients_(gradients) {}

    [[nodiscard]] std::string name() const override { return "batch_gradients"; }
    /// The gradient of one batch.
    void advance() override;
    [[nodiscard]] bool finished() const override;
    [[nodiscard]] std::vector<NamedArray> state() const override;
    void restore(const std::vector<NamedArray>& state) override;
    [[nodiscard]] MeasuredValues values() const override;

  private:
    void add(const at::Tensor& gradient);

    BatchGradientSettings settings_;
    std::uint64_t seed_;
    at::Tensor weights_;
    ExampleGradients& gradients_;

    std::vector<double> variances_;  ///< of the batch sizes so far
    // Of the batch size in work:
    std::int64_t drawn_ = 0;
    at::Tensor mean_;        ///< of the gradients so far; undefined before the first
    double square_sum_ = 0;  ///< of their distances from it
};

void BatchGradients::advance() {
    const std::int64_t batch_size = settings_.batch_sizes.at(variances_.size());
    if (batch_size >= gradients_.examples()) {
        variances_.push_back(unknown);
        return;
    }
    add(gradients_.batch_gradient(random_batch(seed_, gradients_.examples(), batch_size, drawn_)));
    if (drawn_ == settings_.batches) {
        variances_.push_back(square_sum_ / static_cast<double>(settings_.batches - 1));
        drawn_ = 0;
        mean_.reset();
        square_sum_ = 0;
    }
}

/// Welford 1962: nothing cancels, however small the scatter is beside the gradient.
void BatchGradients::add(const at::Tensor& gradient) {
    if (!mean_.defined()) {
        mean_ = gradient;
        drawn_ = 1;
        return;
    }
    const at::Tensor distance = gradient - mean_;
    const auto before = static_cast<double>(drawn_);
    square_sum_ += distance.dot(distance).item<double>() * before / (before + 1);
    mean_.add_(distance, 1 / (before + 1));
    ++drawn_;
}

bool BatchGradients::finished() const {
    return variances_.size() == settings_.batch_sizes.size();
}

std::vector<NamedArray> BatchGradients::state() const {
    std::vector<NamedArray> state{
        stored_settings(seed_, settings_),
        stored_list("variances", "of the batch sizes so far", variances_,
                    settings_.batch_sizes.size()),
        stored_numbers("drawn", "batches of the size in work", {static_cast<double>(drawn_)})};
    if (mean_.defined()) {
        state.push_back(stored_tensor("mean", "mean of their gradients", mean_));
        state.push_back(stored_numbers(
            "square_sum", "sum of the squared distances of their gradients", {square_sum_}));
    }
    return state;
}

void BatchGradients::restore(const std::vector<NamedArray>& state) {
    require_settings(state, seed_, settings_);
    variances_ = restored_list(state, "variances", settings_.batch_sizes.size());
    drawn_ = static_cast<std::int64_t>(restored_numbers(state, "drawn", 1).front());
    if (drawn_ > 0) {
        mean_ = at::empty_like(weights_);
        restore_tensor(state, "mean", mean_);
        square_sum_ = restored_numbers(state, "square_sum", 1).front();
    }
}

MeasuredValues BatchGradients::values() const {
    return {{"batch_gradient_variance", variances_},
            {"gradient_batches", {static_cast<double>(settings_.batches)}}};
}

void check_batch_sizes(const RunSettings& settings, const GivenValues& given) {
    const std::string key = "sharpness.batch_gradients.batch_sizes";
    const auto sizes = settings_of<BatchGradientSettings>(settings.sharpness.values).batch_sizes;
    if (sizes.empty()) {
        refuse(given, {key, "sharpness.measures"}, "batch_gradients needs a batch size",
               "give " + key + ": [16, 64, 256, 1024]");
    }
    refuse_repeated(sizes, key, given);
}

}  // namespace

std::vector<KeyOf<BatchGradientSettings>> keys_of(Type<BatchGradientSettings> /*type*/) {
    return {
        list_key<BatchGradientSettings>("batch_gradients.batch_sizes", {.lowest = 1},
                                        &BatchGradientSettings::batch_sizes,
                                        "sizes of the batches"),
        // One has no variance.
        integer_key<BatchGradientSettings>("batch_gradients.batches", 2,
                                           &BatchGradientSettings::batches, "of each size"),
    };
}

MeasureKind batch_gradients() {
    MeasureKind kind;
    kind.name = "batch_gradients";
    kind.meaning = "variance of gradients of batches, by batch size";
    kind.keys = component_keys<BatchGradientSettings>();
    kind.check_point = check_batch_sizes;
    kind.columns = {
        {.name = "batch_gradient_variance",
         .long_name = "sum over the parameters of the variance of the mean gradient of a batch of "
                      "so many of the `examples`, drawn without replacement; unbiased, over "
                      "gradient_batches batches; NaN where not measured: the batch is not smaller "
                      "than `examples`",
         .dimensions = {"gradient_batch_size"}},
        {.name = "gradient_batches",
         .long_name = "random batches of each size that batch_gradient_variance was taken over"},
    };
    kind.dimensions = {
        {"gradient_batch_size", "examples in a random batch of batch_gradient_variance"}};
    kind.scales = [](const SharpnessSettings& settings) {
        const auto sizes = settings_of<BatchGradientSettings>(settings.values).batch_sizes;
        return std::map<std::string, std::vector<double>>{
            {"gradient_batch_size", {sizes.begin(), sizes.end()}}};
    };
    kind.make = [](const MeasureInputs& inputs) {
        const RunSettings& run = inputs.run;
        return std::make_unique<BatchGradients>(
            settings_of<BatchGradientSettings>(run.sharpness.values),
            batch_gradient_seed(run.sharpness.seed, run.training.seed), inputs.weights,
            inputs.gradients);
    };
    return kind;
}

}  // namespace batchscope
