#include "measures/sharpness_measurement.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <numeric>

#include "core/error.hpp"
#include "core/random.hpp"
#include "core/stopwatch.hpp"
#include "measures/loss_at_weights.hpp"
#include "measures/measure_inputs.hpp"
#include "measures/measures.hpp"
#include "measures/random_vectors.hpp"
#include "measures/stored_numbers.hpp"

namespace batchscope {

namespace {

// Names in a state: "values.trace" of what is found, "eigenvalues.basis" of the measure in work.
const std::string values_prefix = "values.";
const std::string seconds_name = "seconds_so_far";

std::int64_t micro_batch_size(const SharpnessSettings& settings) {
    return settings.micro_batch_size.value_or(MicroBatchPlan{}.size);
}

/// The chosen measures, in the order in which they are measured.
std::vector<const MeasureKind*> chosen_measures(const SharpnessSettings& settings) {
    const std::vector<std::string>& names = settings.measures;
    std::vector<const MeasureKind*> chosen;
    for (const MeasureKind& kind : measures()) {
        if (std::find(names.begin(), names.end(), kind.name) != names.end()) {
            chosen.push_back(&kind);
        }
    }
    for (const std::string& name : names) {
        (void)component_named(measures(), name, "sharpness.measures");
    }
    return chosen;
}

/// What every row holds beside the findings of the measures.
std::vector<SharpnessColumn> columns_of_all() {
    return {
        {.name = "seconds",
         .units = "s",
         .long_name = "wall time of all measures of the row",
         .is_volatile = true},
        {.name = "examples", .long_name = "training examples that the measures of the row saw"},
        {.name = "loss",
         .long_name = "mean loss over these examples at frozen weights in evaluation mode, without "
                      "weight decay: the function whose curvature is measured"},
        {.name = "gradient_norm", .long_name = "L2 norm of the gradient of loss"},
    };
}

/// The arrays whose names begin with `prefix`, without it.
std::vector<NamedArray> part_of(const std::vector<NamedArray>& state, const std::string& prefix) {
    std::vector<NamedArray> part;
    for (const NamedArray& array : state) {
        if (array.name.starts_with(prefix)) {
            part.push_back(array);
            part.back().name.erase(0, prefix.size());
        }
    }
    return part;
}

}  // namespace

MeasuredExamples measured_examples(const SharpnessSettings& settings, const DeviceSplit& train) {
    std::vector<std::int64_t> indices(static_cast<std::size_t>(train.size()));
    std::iota(indices.begin(), indices.end(), std::int64_t{0});
    if (settings.examples >= train.size()) {
        return {train, std::move(indices)};
    }
    const RandomStream stream(settings.seed, RandomPurpose::probe,
                              static_cast<std::uint64_t>(RandomVectorUse::subset));
    indices = random_permutation(stream, train.size());
    indices.resize(static_cast<std::size_t>(settings.examples));
    std::sort(indices.begin(), indices.end());
    const at::Tensor chosen = at::tensor(indices, at::kLong).to(train.inputs.device());
    return {{train.inputs.index_select(0, chosen), train.targets.index_select(0, chosen)},
            std::move(indices)};
}

SharpnessMeasurement::SharpnessMeasurement(const RunSettings& run, Network& network,
                                           const MeasuredExamples& examples,
                                           const DeviceSplit& train, Communicator& communicator)
    : weights_(network.parameters().weights().to(at::kDouble, /*non_blocking=*/false,
                                                 /*copy=*/true)),
      loss_(network, examples.split, communicator, micro_batch_size(run.sharpness)),
      surface_(network, examples.split, train, communicator),
      hessian_(network, examples.split, Curvature::hessian, communicator,
               micro_batch_size(run.sharpness)),
      gauss_newton_(network, examples.split, Curvature::gauss_newton, communicator,
                    micro_batch_size(run.sharpness)),
      filters_(filter_layout(network.parameters())) {
    measures_.push_back(std::make_unique<LossAtWeights>(weights_, loss_));
    const MeasureInputs inputs{run,      weights_,      loss_,    loss_,       surface_,
                               hessian_, gauss_newton_, filters_, communicator};
    for (const MeasureKind* kind : chosen_measures(run.sharpness)) {
        measures_.push_back(kind->make(inputs));
    }
}

void SharpnessMeasurement::advance() {
    const Stopwatch watch;
    Measure& measure = *measures_.at(next_);
    if (!measure.finished()) {
        measure.advance();
    }
    if (measure.finished()) {
        values_.merge(measure.values());
        measures_[next_].reset();  // what it held may be as large as many copies of the weights
        ++next_;
    }
    seconds_ += watch.seconds();
    if (finished()) {
        values_["seconds"] = {seconds_};
    }
}

double SharpnessMeasurement::fraction_done() const {
    return static_cast<double>(next_) / static_cast<double>(measures_.size());
}

std::string SharpnessMeasurement::present() const {
    return finished() ? std::string{} : measures_[next_]->name();
}

std::vector<NamedArray> SharpnessMeasurement::state() const {
    std::vector<NamedArray> state;
    state.push_back({"finished",
                     "number of finished measures",
                     {1},
                     std::vector<double>{static_cast<double>(next_)}});
    state.push_back(stored_numbers(seconds_name, "seconds of measuring so far", {seconds_}));
    for (const auto& [column, values] : values_) {
        state.push_back(
            stored_numbers(values_prefix + column, "finding of a finished measure", values));
    }
    if (!finished()) {
        for (NamedArray& array : measures_[next_]->state()) {
            array.name = measures_[next_]->name() + "." + array.name;
            state.push_back(std::move(array));
        }
    }
    return state;
}

void SharpnessMeasurement::restore(const std::vector<NamedArray>& state) {
    const auto finished_measures =
        static_cast<std::size_t>(restored_numbers(state, "finished", 1).front());
    if (finished_measures > measures_.size()) {
        throw data_error("the checkpoint holds more measures of sharpness than this run has",
                         "run the point again with --overwrite");
    }
    for (; next_ < finished_measures; ++next_) {
        measures_[next_].reset();
    }
    seconds_ = restored_numbers(state, seconds_name, 1).front();
    for (const NamedArray& array : part_of(state, values_prefix)) {
        values_[array.name] = std::get<std::vector<double>>(array.values);
    }
    if (!finished()) {
        measures_[next_]->restore(part_of(state, measures_[next_]->name() + "."));
    }
}

SharpnessRecord sharpness_description(const SharpnessSettings& settings,
                                      const MeasuredExamples& examples,
                                      const std::vector<std::int64_t>& train_indices) {
    std::vector<std::int64_t> in_file;
    for (const std::int64_t index : examples.indices) {
        in_file.push_back(train_indices.at(static_cast<std::size_t>(index)));
    }
    SharpnessRecord record;
    record.columns = columns_of_all();
    for (const MeasureKind* kind : chosen_measures(settings)) {
        record.columns.insert(record.columns.end(), kind->columns.begin(), kind->columns.end());
        for (const SharpnessDimension& dimension : kind->dimensions) {
            auto& known = record.dimensions;
            if (std::find(known.begin(), known.end(), dimension) == known.end()) {
                known.push_back(dimension);
            }
        }
        if (kind->scales) {
            record.scales.merge(kind->scales(settings));
        }
    }
    record.settings = {
        {"split", std::string("train")},
        {"seed", static_cast<std::int64_t>(settings.seed)},
        {"examples_hash",
         fmt::format("{:016x}", XXH3_64bits(in_file.data(), in_file.size() * sizeof(in_file[0])))}};
    return record;
}

}  // namespace batchscope
