#include "data/gaussians.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "core/error.hpp"
#include "data/synthetic.hpp"

namespace batchscope {

namespace {

// `count` orthonormal vectors of `features` entries each, uniformly distributed over all such
// frames (Gram-Schmidt on normal vectors). count <= features.
std::vector<double> random_frame(const DataSettings& data, std::int64_t features,
                                 std::int64_t count) {
    std::vector<double> frame;
    for (std::int64_t i = 0; i < count; ++i) {
        auto direction = normals(synthetic_stream(data, SyntheticPart::truth, i), features);
        // The second pass removes what rounding left of the earlier directions in the first.
        for (int pass = 0; pass < 2; ++pass) {
            for (std::int64_t j = 0; j < i; ++j) {
                const double* earlier = frame.data() + j * features;
                const double overlap = dot(direction.data(), earlier, features);
                for (std::int64_t k = 0; k < features; ++k) {
                    direction[static_cast<std::size_t>(k)] -= overlap * earlier[k];
                }
            }
        }
        const double norm = std::sqrt(dot(direction.data(), direction.data(), features));
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

Examples gaussian_examples(const DataSettings& data, SyntheticPart part, std::int64_t size) {
    const auto settings = settings_of<GaussiansSettings>(data.values);
    const auto means = gaussian_means(data);
    Examples examples;
    for (std::int64_t i = 0; i < size; ++i) {
        const std::int64_t label = i % settings.classes;
        auto inputs = normals(synthetic_stream(data, part, i), settings.features);
        for (std::size_t k = 0; k < inputs.size(); ++k) {
            inputs[k] += means[static_cast<std::size_t>(label * settings.features) + k];
        }
        examples.labels.push_back(label);
        examples.values.insert(examples.values.end(), inputs.begin(), inputs.end());
    }
    return examples;
}

Dataset generate_gaussians(const DataSettings& data) {
    const auto settings = settings_of<GaussiansSettings>(data.values);
    Dataset dataset;
    dataset.name = "gaussians";
    dataset.classes = settings.classes;
    dataset.example_shape = {settings.features};
    dataset.train = gaussian_examples(data, SyntheticPart::train, settings.examples);
    dataset.test =
        gaussian_examples(data, SyntheticPart::test, synthetic_test_size(data, settings.examples));
    return dataset;
}

}  // namespace

std::vector<KeyOf<GaussiansSettings>> keys_of(Type<GaussiansSettings> /*type*/) {
    auto separation =
        number_key<GaussiansSettings>("separation", not_negative, &GaussiansSettings::separation,
                                      "distance of the class means, in standard deviations");
    separation.position = 2;  // file names of grids hold the axes in this order
    return {
        integer_key<GaussiansSettings>("examples", 1, &GaussiansSettings::examples,
                                       "examples generated for training and validation"),
        integer_key<GaussiansSettings>("features", 1, &GaussiansSettings::features,
                                       "inputs of an example"),
        integer_key<GaussiansSettings>("classes", 2, &GaussiansSettings::classes,
                                       "classes, each a Gaussian"),
        separation,
    };
}

DatasetKind gaussians() {
    DatasetKind kind;
    kind.name = "gaussians";
    kind.meaning = "generated: classes that are Gaussians";
    kind.keys = component_keys<GaussiansSettings>();
    kind.has_images = false;
    kind.load = generate_gaussians;
    return kind;
}

std::vector<double> gaussian_means(const DataSettings& data) {
    const auto settings = settings_of<GaussiansSettings>(data.values);
    const std::int64_t axes = settings.classes - 1;
    if (settings.features < axes) {
        throw configuration_error(
            fmt::format("data.features is {}, expected at least {} for data.classes {}: the class "
                        "means are equally far apart",
                        settings.features, axes, settings.classes),
            fmt::format("set data.features to {} or more, or data.classes to {} or less", axes,
                        settings.features + 1));
    }
    const auto frame = random_frame(data, settings.features, axes);
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

}  // namespace batchscope
