#include "data/linear_regression.hpp"

#include "data/synthetic.hpp"

namespace batchscope {

namespace {

Examples linear_regression_examples(const DataSettings& data, SyntheticPart part,
                                    std::int64_t size) {
    const auto settings = settings_of<LinearRegressionSettings>(data.values);
    const auto weights = linear_regression_weights(data);
    Examples examples;
    for (std::int64_t i = 0; i < size; ++i) {
        const auto stream = synthetic_stream(data, part, i);
        const auto inputs = normals(stream, settings.features);
        const double noise = stream.normal(static_cast<std::uint64_t>(settings.features));
        examples.targets.push_back(dot(inputs.data(), weights.data(), settings.features) +
                                   settings.noise * noise);
        examples.values.insert(examples.values.end(), inputs.begin(), inputs.end());
    }
    return examples;
}

Dataset generate_linear_regression(const DataSettings& data) {
    const auto settings = settings_of<LinearRegressionSettings>(data.values);
    Dataset dataset;
    dataset.name = "linear-regression";
    dataset.task = Task::regression;
    dataset.example_shape = {settings.features};
    dataset.train = linear_regression_examples(data, SyntheticPart::train, settings.examples);
    dataset.test = linear_regression_examples(data, SyntheticPart::test,
                                              synthetic_test_size(data, settings.examples));
    return dataset;
}

}  // namespace

std::vector<KeyOf<LinearRegressionSettings>> keys_of(Type<LinearRegressionSettings> /*type*/) {
    auto noise = number_key<LinearRegressionSettings>("noise", not_negative,
                                                      &LinearRegressionSettings::noise,
                                                      "standard deviation of the targets' noise");
    noise.position = 1;  // file names of grids hold the axes in this order
    return {
        integer_key<LinearRegressionSettings>("examples", 1, &LinearRegressionSettings::examples,
                                              "examples generated for training and validation"),
        integer_key<LinearRegressionSettings>("features", 1, &LinearRegressionSettings::features,
                                              "inputs of an example"),
        noise,
    };
}

DatasetKind linear_regression() {
    DatasetKind kind;
    kind.name = "linear-regression";
    kind.meaning = "generated: a linear function with noise";
    kind.keys = component_keys<LinearRegressionSettings>();
    kind.has_classes = false;
    kind.has_images = false;
    kind.load = generate_linear_regression;
    return kind;
}

std::vector<double> linear_regression_weights(const DataSettings& data) {
    return normals(synthetic_stream(data, SyntheticPart::truth, 0),
                   settings_of<LinearRegressionSettings>(data.values).features);
}

}  // namespace batchscope
