#include "measures/sharpness_measurement.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "core/error.hpp"
#include "core/random.hpp"
#include "measures/average_case_sharpness.hpp"
#include "measures/batch_gradients.hpp"
#include "measures/eigenvalues.hpp"
#include "measures/gradient_covariance.hpp"
#include "measures/keskar_sharpness.hpp"
#include "measures/loss_at_weights.hpp"
#include "measures/pac_bayes.hpp"
#include "measures/random_vectors.hpp"
#include "measures/slices.hpp"
#include "measures/spectral_density.hpp"
#include "measures/stored_numbers.hpp"
#include "measures/trace.hpp"
#include "measures/worst_case_sharpness.hpp"

namespace batchscope {

namespace {

// Names in a state: "values.trace" of what is found, "eigenvalues.basis" of the measure in work.
const std::string values_prefix = "values.";

std::int64_t chunk_size(const SharpnessSettings& settings) {
    return settings.micro_batch_size.value_or(ChunkPlan{}.size);
}

std::vector<double> numbers_from(double first, std::int64_t count) {
    std::vector<double> numbers(static_cast<std::size_t>(count));
    std::iota(numbers.begin(), numbers.end(), first);
    return numbers;
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
      loss_(network, examples.split, communicator, chunk_size(run.sharpness)),
      surface_(network, examples.split, train, communicator),
      hessian_(network, examples.split, Curvature::hessian, communicator,
               chunk_size(run.sharpness)),
      gauss_newton_(network, examples.split, Curvature::gauss_newton, communicator,
                    chunk_size(run.sharpness)),
      filters_(filter_layout(network.parameters())) {
    measures_.push_back(std::make_unique<LossAtWeights>(weights_, loss_));
    const std::vector<std::string>& chosen = run.sharpness.measures;
    for (const std::string& name : sharpness_measures()) {
        if (std::find(chosen.begin(), chosen.end(), name) != chosen.end()) {
            measures_.push_back(make(name, run, communicator));
        }
    }
}

std::unique_ptr<Measure> SharpnessMeasurement::make(const std::string& name, const RunSettings& run,
                                                    Communicator& communicator) {
    const SharpnessSettings& settings = run.sharpness;
    const std::uint64_t seed = settings.seed;
    if (name == "eigenvalues") {
        return std::make_unique<Eigenvalues>(settings.eigenvalues, seed, hessian_, communicator,
                                             "");
    }
    if (name == "gauss_newton_eigenvalues") {
        // The smallest ones are zero as soon as there are more parameters than examples.
        EigenvalueSettings largest = settings.eigenvalues;
        largest.smallest = 0;
        return std::make_unique<Eigenvalues>(largest, seed, gauss_newton_, communicator,
                                             "gauss_newton_");
    }
    if (name == "trace") {
        return std::make_unique<Trace>(settings.trace, seed, hessian_, communicator, "");
    }
    if (name == "gauss_newton_trace") {
        return std::make_unique<Trace>(settings.trace, seed, gauss_newton_, communicator,
                                       "gauss_newton_");
    }
    if (name == "density") {
        return std::make_unique<SpectralDensity>(settings.density, seed, hessian_, communicator);
    }
    if (name == "keskar") {
        return std::make_unique<KeskarSharpness>(settings.keskar, seed, loss_, weights_,
                                                 communicator);
    }
    if (name == "worst_case") {
        return std::make_unique<WorstCaseSharpness>(settings.worst_case, seed, loss_, weights_,
                                                    communicator);
    }
    if (name == "average_case") {
        return std::make_unique<AverageCaseSharpness>(settings.average_case, seed, surface_,
                                                      weights_, filters_);
    }
    if (name == "pac_bayes") {
        return std::make_unique<PacBayes>(settings.pac_bayes, seed, surface_, weights_);
    }
    if (name == "slices") {
        return std::make_unique<Slices>(settings.slices, seed, surface_, weights_, filters_);
    }
    if (name == "gradient_covariance") {
        return std::make_unique<GradientCovariance>(settings.gradient_covariance, seed, weights_,
                                                    loss_, hessian_);
    }
    if (name == "batch_gradients") {
        return std::make_unique<BatchGradients>(
            settings.batch_gradients, batch_gradient_seed(seed, run.training.seed), loss_);
    }
    throw std::logic_error(fmt::format("no measure '{}'", name));
}

void SharpnessMeasurement::advance() {
    Measure& measure = *measures_.at(next_);
    if (!measure.finished()) {
        measure.advance();
    }
    if (measure.finished()) {
        values_.merge(measure.values());
        measures_[next_].reset();  // what it held may be as large as many copies of the weights
        ++next_;
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
    return {sharpness_scales(settings),
            {{"split", std::string("train")},
             {"seed", static_cast<std::int64_t>(settings.seed)},
             {"examples_hash",
              fmt::format("{:016x}",
                          XXH3_64bits(in_file.data(), in_file.size() * sizeof(in_file[0])))}},
            {}};
}

std::map<std::string, std::vector<double>> sharpness_scales(const SharpnessSettings& settings) {
    std::map<std::string, std::vector<double>> scales;
    for (const std::string& name : settings.measures) {
        if (name == "eigenvalues" || name == "gauss_newton_eigenvalues") {
            scales["k"] = numbers_from(1, settings.eigenvalues.largest);
        }
        if (name == "eigenvalues" && settings.eigenvalues.smallest > 0) {
            scales["smallest_k"] = numbers_from(1, settings.eigenvalues.smallest);
        }
        if (name == "density") {
            scales["density_point"] = numbers_from(0, settings.density.points);
        }
        if (name == "keskar") {
            scales["epsilon"] = settings.keskar.epsilon;
            scales["iteration"] = numbers_from(0, settings.keskar.iterations + 1);
        }
        if (name == "slices") {
            scales["direction"] = numbers_from(1, settings.slices.directions);
            scales["slice_position"] = slice_positions(settings.slices);
        }
        if (name == "batch_gradients") {
            const auto& sizes = settings.batch_gradients.batch_sizes;
            scales["gradient_batch_size"] = {sizes.begin(), sizes.end()};
        }
    }
    return scales;
}

}  // namespace batchscope
