#include "data/dataset.hpp"

#define XXH_STATIC_LINKING_ONLY  // lets the hash state live on the stack
#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/error.hpp"
#include "core/random.hpp"

namespace batchscope {

namespace {

// Second part of the name of the streams that draw the splits.
constexpr std::uint64_t of_training_file = 0;
constexpr std::uint64_t of_test_file = 1;

class Fingerprint {
  public:
    Fingerprint() { XXH3_128bits_reset(&state_); }

    // The count goes in first, so that no two different lists of arrays give the same bytes.
    template <class T>
    void add(const T* data, std::size_t count) {
        const std::uint64_t length = count;
        XXH3_128bits_update(&state_, &length, sizeof length);
        XXH3_128bits_update(&state_, data, count * sizeof(T));
    }
    template <class Container>
    void add(const Container& values) {
        add(values.data(), values.size());
    }

    [[nodiscard]] std::string hex() const {
        const auto digest = XXH3_128bits_digest(&state_);
        return fmt::format("{:016x}{:016x}", digest.high64, digest.low64);
    }

  private:
    XXH3_state_t state_;
};

// The first `count` entries from `begin` on, ascending.
std::vector<std::int64_t> sorted_part(const std::vector<std::int64_t>& order, std::int64_t begin,
                                      std::int64_t count) {
    std::vector<std::int64_t> part(order.begin() + begin, order.begin() + begin + count);
    std::sort(part.begin(), part.end());
    return part;
}

std::vector<std::int64_t> everything(std::int64_t size) {
    std::vector<std::int64_t> all(static_cast<std::size_t>(size));
    std::iota(all.begin(), all.end(), std::int64_t{0});
    return all;
}

double entropy(const std::vector<std::int64_t>& labels, std::int64_t classes,
               const std::vector<std::int64_t>& indices) {
    std::vector<std::int64_t> counts(static_cast<std::size_t>(classes));
    for (const std::int64_t i : indices) {
        counts[static_cast<std::size_t>(labels[static_cast<std::size_t>(i)])]++;
    }
    const auto total = static_cast<double>(indices.size());
    double sum = 0;
    for (const std::int64_t count : counts) {
        if (count > 0) {
            const double frequency = static_cast<double>(count) / total;
            sum -= frequency * std::log(frequency);
        }
    }
    return sum;
}

double variance(const std::vector<double>& values, const std::vector<std::int64_t>& indices) {
    const auto total = static_cast<double>(indices.size());
    double sum = 0;
    for (const std::int64_t i : indices) {
        sum += values[static_cast<std::size_t>(i)];
    }
    double squares = 0;
    for (const std::int64_t i : indices) {
        const double deviation = values[static_cast<std::size_t>(i)] - sum / total;
        squares += deviation * deviation;
    }
    return squares / total;
}

}  // namespace

std::int64_t Examples::size() const {
    return static_cast<std::int64_t>(std::max(labels.size(), targets.size()));
}

std::int64_t Dataset::example_size() const {
    return std::accumulate(example_shape.begin(), example_shape.end(), std::int64_t{1},
                           [](std::int64_t a, std::int64_t b) { return a * b; });
}

std::string Dataset::hash() const {
    Fingerprint fingerprint;
    fingerprint.add(name);
    const std::array<std::int64_t, 2> kind = {static_cast<std::int64_t>(task), classes};
    fingerprint.add(kind);
    fingerprint.add(example_shape);
    for (const Examples* part : {&train, &test}) {
        fingerprint.add(part->pixels);
        fingerprint.add(part->values);
        fingerprint.add(part->labels);
        fingerprint.add(part->targets);
    }
    return fingerprint.hex();
}

Splits draw_splits(const DataSettings& settings, const Dataset& dataset) {
    const std::int64_t available = dataset.train.size();
    const std::int64_t validation = settings.validation_examples;
    if (validation < 0 || validation >= available) {
        throw configuration_error(
            fmt::format("data.validation_examples is {}, expected 0 to {}: {} has {} training "
                        "examples and at least one is needed for training",
                        validation, available - 1, dataset.name, available),
            "lower data.validation_examples");
    }
    const std::int64_t remaining = available - validation;
    const std::int64_t train = settings.train_examples.value_or(remaining);
    if (train < 1 || train > remaining) {
        throw configuration_error(
            fmt::format("data.train_examples is {}, expected 1 to {}: the {} training examples of "
                        "{} less {} for validation",
                        train, remaining, available, dataset.name, validation),
            "lower data.train_examples or data.validation_examples");
    }
    const std::int64_t test = settings.test_examples.value_or(dataset.test.size());
    if (test < 0 || test > dataset.test.size()) {
        throw configuration_error(
            fmt::format("data.test_examples is {}, expected 0 to {}, the test examples of {}", test,
                        dataset.test.size(), dataset.name),
            "lower data.test_examples or leave it out to use all");
    }
    const auto order = random_permutation(
        RandomStream(settings.split_seed, RandomPurpose::split, of_training_file), available);
    Splits splits;
    splits.validation = sorted_part(order, 0, validation);
    splits.train = sorted_part(order, validation, train);
    if (test == dataset.test.size()) {
        splits.test = everything(test);
    } else {
        const RandomStream stream(settings.split_seed, RandomPurpose::split, of_test_file);
        splits.test = sorted_part(random_permutation(stream, dataset.test.size()), 0, test);
    }
    return splits;
}

Normalisation measure_normalisation(const Dataset& dataset,
                                    const std::vector<std::int64_t>& train_indices) {
    if (dataset.train.pixels.empty()) {
        return {{0.0}, {1.0}};
    }
    const std::int64_t channels = dataset.example_shape[0];
    const std::int64_t channel_size = dataset.example_size() / channels;
    Normalisation result;
    for (std::int64_t channel = 0; channel < channels; ++channel) {
        // Sums of integers are exact, so the numbers depend on no order of addition.
        std::uint64_t sum = 0;
        std::uint64_t squares = 0;
        for (const std::int64_t i : train_indices) {
            const auto* pixels =
                dataset.train.pixels.data() + i * dataset.example_size() + channel * channel_size;
            for (std::int64_t k = 0; k < channel_size; ++k) {
                const std::uint64_t pixel = pixels[k];
                sum += pixel;
                squares += pixel * pixel;
            }
        }
        const std::uint64_t count = train_indices.size() * static_cast<std::uint64_t>(channel_size);
        __extension__ using Wide = unsigned __int128;
        const Wide spread = Wide{count} * squares - Wide{sum} * sum;  // count^2 x variance
        const double pixels_255 = 255.0 * static_cast<double>(count);
        result.mean.push_back(static_cast<double>(sum) / pixels_255);
        // A channel of one colour is only shifted.
        result.standard_deviation.push_back(
            spread == 0 ? 1.0 : std::sqrt(static_cast<double>(spread)) / pixels_255);
    }
    return result;
}

double constant_prediction_loss(const Dataset& dataset,
                                const std::vector<std::int64_t>& train_indices) {
    return dataset.task == Task::classification
               ? entropy(dataset.train.labels, dataset.classes, train_indices)
               : variance(dataset.train.targets, train_indices) / 2;
}

}  // namespace batchscope
