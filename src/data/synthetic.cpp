#include "data/synthetic.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <numbers>
#include <numeric>

#include "core/error.hpp"
#include "core/random.hpp"

namespace batchscope {

namespace {

// First part of a stream's name; the second is the index of the example or direction.
enum class Part : std::uint64_t { truth = 0, train = 1, test = 2 };

RandomStream stream_of(const DataSettings& settings, Part part, std::int64_t index) {
    return {settings.split_seed, RandomPurpose::synthetic_data, static_cast<std::uint64_t>(part),
            static_cast<std::uint64_t>(index)};
}

std::vector<double> normals(const RandomStream& stream, std::int64_t count) {
    std::vector<double> values(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = stream.normal(i);
    }
    return values;
}

std::int64_t test_size(const DataSettings& settings) {
    return settings.test_examples.value_or(settings.examples / 5);
}

double dot(const double* a, const double* b, std::int64_t size) {
    return std::inner_product(a, a + size, b, 0.0);
}

// `count` orthonormal vectors of `features` entries each, uniformly distributed over all such
// frames (Gram-Schmidt on normal vectors). count <= features.
std::vector<double> random_frame(const DataSettings& settings, std::int64_t count) {
    std::vector<double> frame;
    for (std::int64_t i = 0; i < count; ++i) {
        auto direction = normals(stream_of(settings, Part::truth, i), settings.features);
        // The second pass removes what rounding left of the earlier directions in the first.
        for (int pass = 0; pass < 2; ++pass) {
            for (std::int64_t j = 0; j < i; ++j) {
                const double* earlier = frame.data() + j * settings.features;
                const double overlap = dot(direction.data(), earlier, settings.features);
                for (std::int64_t k = 0; k < settings.features; ++k) {
                    direction[static_cast<std::size_t>(k)] -= overlap * earlier[k];
                }
            }
        }
        const double norm = std::sqrt(dot(direction.data(), direction.data(), settings.features));
        for (const double entry : direction) {
            frame.push_back(entry / norm);
        }
    }
    return frame;
}

// Coordinate `axis` of corner `corner` of a regular simplex around 0 with edges of length sqrt(2):
// the Helmert contrasts.
double simplex_coordinate(std::int64_t corner, std::int64_t axis) {
    const auto before = static_cast<double>(axis + 1);
    const double scale = 1.0 / std::sqrt(before * (before + 1.0));
    if (corner <= axis) {
        return scale;
    }
    return corner == axis + 1 ? -before * scale : 0.0;
}

Examples linear_regression_examples(const DataSettings& settings, Part part, std::int64_t size) {
    const auto weights = linear_regression_weights(settings);
    Examples examples;
    for (std::int64_t i = 0; i < size; ++i) {
        const auto stream = stream_of(settings, part, i);
        const auto inputs = normals(stream, settings.features);
        const double noise = stream.normal(static_cast<std::uint64_t>(settings.features));
        examples.targets.push_back(dot(inputs.data(), weights.data(), settings.features) +
                                   settings.noise * noise);
        examples.values.insert(examples.values.end(), inputs.begin(), inputs.end());
    }
    return examples;
}

Examples gaussian_examples(const DataSettings& settings, Part part, std::int64_t size) {
    const auto means = gaussian_means(settings);
    Examples examples;
    for (std::int64_t i = 0; i < size; ++i) {
        const std::int64_t label = i % settings.classes;
        auto inputs = normals(stream_of(settings, part, i), settings.features);
        for (std::size_t k = 0; k < inputs.size(); ++k) {
            inputs[k] += means[static_cast<std::size_t>(label * settings.features) + k];
        }
        examples.labels.push_back(label);
        examples.values.insert(examples.values.end(), inputs.begin(), inputs.end());
    }
    return examples;
}

}  // namespace

std::vector<double> linear_regression_weights(const DataSettings& settings) {
    return normals(stream_of(settings, Part::truth, 0), settings.features);
}

Dataset generate_linear_regression(const DataSettings& settings) {
    Dataset dataset;
    dataset.name = "linear-regression";
    dataset.task = Task::regression;
    dataset.example_shape = {settings.features};
    dataset.train = linear_regression_examples(settings, Part::train, settings.examples);
    dataset.test = linear_regression_examples(settings, Part::test, test_size(settings));
    return dataset;
}

std::vector<double> gaussian_means(const DataSettings& settings) {
    const std::int64_t axes = settings.classes - 1;
    if (settings.features < axes) {
        throw configuration_error(
            fmt::format("data.features is {}, expected at least {} for data.classes {}: the class "
                        "means are equally far apart",
                        settings.features, axes, settings.classes),
            fmt::format("set data.features to {} or more, or data.classes to {} or less", axes,
                        settings.features + 1));
    }
    const auto frame = random_frame(settings, axes);
    const double scale = settings.separation / std::numbers::sqrt2;
    std::vector<double> means;
    for (std::int64_t label = 0; label < settings.classes; ++label) {
        for (std::int64_t k = 0; k < settings.features; ++k) {
            double entry = 0;
            for (std::int64_t axis = 0; axis < axes; ++axis) {
                entry += simplex_coordinate(label, axis) *
                         frame[static_cast<std::size_t>(axis * settings.features + k)];
            }
            means.push_back(scale * entry);
        }
    }
    return means;
}

Dataset generate_gaussians(const DataSettings& settings) {
    Dataset dataset;
    dataset.name = "gaussians";
    dataset.classes = settings.classes;
    dataset.example_shape = {settings.features};
    dataset.train = gaussian_examples(settings, Part::train, settings.examples);
    dataset.test = gaussian_examples(settings, Part::test, test_size(settings));
    return dataset;
}

}  // namespace batchscope
