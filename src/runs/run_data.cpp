#include "runs/run_data.hpp"

#include <ATen/ATen.h>

#include "core/fault_injection.hpp"

namespace batchscope {

namespace {

DataRecord describe(const Dataset& dataset, const Splits& splits,
                    const Normalisation& normalisation) {
    DataRecord record;
    record.mean = normalisation.mean;
    record.standard_deviation = normalisation.standard_deviation;
    record.train_indices = splits.train;
    record.validation_indices = splits.validation;
    record.test_indices = splits.test;
    // Nobody has a file of a synthetic task: its examples go into the result.
    const auto add = [&](const char* part, const Examples& examples) {
        if (examples.values.empty()) {
            return;
        }
        const std::string name = part;
        record.synthetic.push_back({name + "_inputs",
                                    "inputs of the " + name + " examples",
                                    {examples.size(), dataset.example_size()},
                                    examples.values});
        std::vector<double> targets = examples.targets;
        if (targets.empty()) {
            targets.assign(examples.labels.begin(), examples.labels.end());
        }
        record.synthetic.push_back({name + "_targets",
                                    "targets or classes of the " + name + " examples",
                                    {examples.size()},
                                    targets});
    };
    add("train", dataset.train);
    add("test", dataset.test);
    return record;
}

RunData load(const RunSettings& settings, const at::TensorOptions& options) {
    RunData data;
    data.dataset = load_dataset(settings.data);
    const Dataset& dataset = data.dataset;
    const Splits splits = draw_splits(settings.data, dataset);
    const Normalisation normalisation = measure_normalisation(dataset, splits.train);
    const auto on_device = [&](const Examples& examples, const std::vector<std::int64_t>& indices) {
        return make_device_split(dataset, examples, indices, normalisation, options);
    };
    data.device = {on_device(dataset.train, splits.train),
                   on_device(dataset.train, splits.validation),
                   on_device(dataset.test, splits.test),
                   splits.train,
                   black_pixel(normalisation, options),
                   dataset.task,
                   dataset.classes,
                   dataset.example_shape,
                   constant_prediction_loss(dataset, splits.train)};
    data.record = describe(dataset, splits, normalisation);
    data.hash = dataset.hash();
    return data;
}

}  // namespace

at::TensorOptions device_options(const DeviceBinding& binding) {
    return binding.ordinal ? at::TensorOptions(at::Device(
                                 at::kCUDA, static_cast<c10::DeviceIndex>(*binding.ordinal)))
                           : at::TensorOptions(at::kCPU);
}

at::TensorOptions tensor_options(const RunSettings& settings, const at::TensorOptions& device) {
    return device.dtype(settings.training.precision == Precision::float64 ? at::kDouble
                                                                          : at::kFloat);
}

const RunData& RunDataStore::get(const RunSettings& settings, Communicator& communicator) {
    if (settings_ != settings.data || precision_ != settings.training.precision) {
        settings_.reset();
        data_ = {};
        communicator.together([&] {
            if (fault_requested("data", communicator.rank(), 0)) {
                throw data_error("injected: the data cannot be read", "unset BATCHSCOPE_FAULT");
            }
            data_ = load(settings, tensor_options(settings, device_));
        });
        settings_ = settings.data;
        precision_ = settings.training.precision;
    }
    return data_;
}

}  // namespace batchscope
