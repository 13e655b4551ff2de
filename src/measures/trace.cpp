#include "measures/trace.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "measures/measure_inputs.hpp"
#include "measures/random_vectors.hpp"
#include "measures/sample_moments.hpp"
#include "measures/stored_fields.hpp"
#include "measures/stored_tensor.hpp"
#include "measures/symmetric_eigen.hpp"

namespace batchscope {

namespace {

/// An orthonormal basis of the rows, (r, n): (q, n), q <= r, without the directions in which they
/// are shorter than 1e-6 of the longest. From the small Gram matrix and not by QR: rows that depend
/// on each other would make directions of mere rounding, another one on each kind of CPU. What is
/// left out costs no correctness, since the probes then see it.
at::Tensor orthonormal_rows(at::Tensor rows, Communicator& communicator) {
    constexpr double shortest_square = 1e-12;
    for (int pass = 0; pass < 2; ++pass) {  // the second mends what the squared condition cost
        const at::Tensor gram = at::mm(rows, rows.t()).cpu();
        const auto eigen = symmetric_eigen(gram, communicator);
        const at::Tensor long_enough =
            eigen.values.gt(shortest_square * eigen.values.max()).nonzero().squeeze(1);
        const at::Tensor scaled = eigen.vectors.index_select(1, long_enough) /
                                  eigen.values.index_select(0, long_enough).sqrt();
        rows = at::mm(scaled.t().contiguous().to(rows.device()), rows);
    }
    return rows;
}

enum class TracePhase { unit_vectors, sketching, in_span, beyond_span, finished };
BATCHSCOPE_DESCRIBE_ENUM(TracePhase, unit_vectors, sketching, in_span, beyond_span, finished)

struct TraceProgress {
    TracePhase phase = TracePhase::finished;
    std::int64_t done = 0;  ///< vectors of this phase multiplied
    std::int64_t products = 0;
    std::int64_t sketch_rows = 0;  ///< known so far
};
BATCHSCOPE_DESCRIBE_STRUCT(TraceProgress, phase, done, products, sketch_rows)

class Trace final : public Measure {
  public:
    /// Columns and name() begin with `column_prefix`: "" or "gauss_newton_".
    Trace(const TraceSettings& settings, std::uint64_t seed, SymmetricOperator& symmetric,
          Communicator& communicator, std::string column_prefix);

    [[nodiscard]] std::string name() const override { return prefix_ + "trace"; }
    void advance() override;
    [[nodiscard]] bool finished() const override { return progress_.phase == TracePhase::finished; }
    [[nodiscard]] std::vector<NamedArray> state() const override;
    void restore(const std::vector<NamedArray>& state) override;
    [[nodiscard]] MeasuredValues values() const override;

  private:
    void sketch();
    void make_basis();
    void add_quadratic_forms();
    void begin(TracePhase phase);
    void drop_sketch();
    [[nodiscard]] std::int64_t vectors_of_phase() const;
    [[nodiscard]] at::Tensor vectors(std::int64_t first, std::int64_t count) const;
    [[nodiscard]] std::vector<double> settings_numbers() const;

    std::int64_t products_wanted_;
    std::uint64_t seed_;
    SymmetricOperator& operator_;
    Communicator& communicator_;
    std::string prefix_;
    std::int64_t sketch_size_, probes_;

    TraceProgress progress_;
    at::Tensor sketch_;                       ///< rows of A S, later of Q; (sketch_size, size)
    std::vector<double> in_span_, residual_;  ///< quadratic forms of rows of Q, or of g
};

Trace::Trace(const TraceSettings& settings, std::uint64_t seed, SymmetricOperator& symmetric,
             Communicator& communicator, std::string column_prefix)
    : products_wanted_(settings.products),
      seed_(seed),
      operator_(symmetric),
      communicator_(communicator),
      prefix_(std::move(column_prefix)),
      // At least two probes where they are to be had, for a standard error.
      sketch_size_(
          std::max<std::int64_t>(0, std::min(settings.products / 3, (settings.products - 2) / 2))),
      probes_(settings.products - 2 * sketch_size_),
      progress_{.phase = symmetric.size() <= settings.products ? TracePhase::unit_vectors
                         : sketch_size_ > 0                    ? TracePhase::sketching
                                                               : TracePhase::beyond_span} {}

void Trace::advance() {
    if (progress_.phase == TracePhase::sketching) {
        sketch();
    } else if (progress_.phase != TracePhase::finished) {
        add_quadratic_forms();
    }
}

std::int64_t Trace::vectors_of_phase() const {
    switch (progress_.phase) {
        case TracePhase::unit_vectors:
            return operator_.size();
        case TracePhase::sketching:
            return sketch_size_;
        case TracePhase::in_span:
            return progress_.sketch_rows;
        case TracePhase::beyond_span:
            return probes_;
        case TracePhase::finished:
            break;
    }
    return 0;
}

at::Tensor Trace::vectors(std::int64_t first, std::int64_t count) const {
    const auto signs = [&](RandomVectorUse use) {
        return RandomVectors(seed_, use, operator_.size(), operator_.options())
            .rademacher(first, count);
    };
    if (progress_.phase == TracePhase::unit_vectors) {
        at::Tensor units = at::zeros({count, operator_.size()}, operator_.options());
        units.diagonal(first).fill_(1);
        return units;
    }
    if (progress_.phase == TracePhase::sketching) {
        return signs(RandomVectorUse::trace_sketch);
    }
    if (progress_.phase == TracePhase::in_span) {
        return sketch_.narrow(0, first, count);
    }
    at::Tensor probes = signs(RandomVectorUse::trace_probe);
    if (sketch_.defined()) {
        probes = probes - at::mm(at::mm(probes, sketch_.t()), sketch_);
    }
    return probes;
}

void Trace::begin(TracePhase phase) {
    progress_.phase = phase;
    progress_.done = 0;
    if (progress_.phase == TracePhase::finished) {
        drop_sketch();
    }
}

void Trace::drop_sketch() {
    sketch_.reset();
    progress_.sketch_rows = 0;
}

void Trace::sketch() {
    const std::int64_t count = std::min(operator_.preferred_block(), sketch_size_ - progress_.done);
    const at::Tensor products = operator_.apply(vectors(progress_.done, count));
    if (!sketch_.defined()) {
        sketch_ = at::zeros({sketch_size_, operator_.size()}, operator_.options());
    }
    sketch_.narrow(0, progress_.done, count).copy_(products);
    progress_.done += count;
    progress_.sketch_rows += count;
    progress_.products += count;
    if (progress_.done == sketch_size_) {
        make_basis();
    }
}

void Trace::make_basis() {
    const at::Tensor largest = sketch_.abs().max().to(at::kCPU).contiguous();
    communicator_.broadcast(largest);
    const auto scale = largest.item<double>();
    if (!std::isfinite(scale)) {
        residual_.push_back(std::numeric_limits<double>::quiet_NaN());
        begin(TracePhase::finished);
    } else if (scale == 0) {
        drop_sketch();
        begin(TracePhase::beyond_span);
    } else {
        sketch_ = orthonormal_rows(sketch_ / scale, communicator_);
        progress_.sketch_rows = sketch_.size(0);
        begin(TracePhase::in_span);
    }
}

void Trace::add_quadratic_forms() {
    const std::int64_t count =
        std::min(operator_.preferred_block(), vectors_of_phase() - progress_.done);
    const at::Tensor block = vectors(progress_.done, count);
    const at::Tensor forms = (block * operator_.apply(block)).sum(1).cpu().contiguous();
    communicator_.broadcast(forms);
    progress_.done += count;
    progress_.products += count;
    auto& found = progress_.phase == TracePhase::beyond_span ? residual_ : in_span_;
    const auto* begin_of_forms = forms.const_data_ptr<double>();
    found.insert(found.end(), begin_of_forms, begin_of_forms + count);
    if (!forms.isfinite().all().item<bool>()) {
        begin(TracePhase::finished);
    } else if (progress_.done == vectors_of_phase()) {
        begin(progress_.phase == TracePhase::in_span ? TracePhase::beyond_span
                                                     : TracePhase::finished);
    }
}

MeasuredValues Trace::values() const {
    double trace = std::accumulate(in_span_.begin(), in_span_.end(), 0.0);
    double standard_error = 0;
    if (!residual_.empty()) {
        const SampleMoments beyond = sample_moments(residual_);
        trace += beyond.mean;
        standard_error = beyond.standard_error;
    }
    if (!std::isfinite(trace)) {
        trace = standard_error = std::numeric_limits<double>::quiet_NaN();
    }
    return {{prefix_ + "trace", {trace}},
            {prefix_ + "trace_standard_error", {standard_error}},
            {prefix_ + "trace_products", {static_cast<double>(progress_.products)}}};
}

std::vector<double> Trace::settings_numbers() const {
    return numbers_of(products_wanted_, operator_.size(), seed_numbers(seed_));
}

std::vector<NamedArray> Trace::state() const {
    std::vector<NamedArray> arrays = {
        stored_numbers("settings", "products, size, seed", settings_numbers()),
        stored_fields("progress", "phase, vectors done, products, rows of the sketch", progress_),
        stored_numbers("in_span", "quadratic forms in the span of the sketch", in_span_),
        stored_numbers("residual", "quadratic forms of probes beyond it", residual_)};
    if (progress_.sketch_rows > 0) {
        // Rows of the sketch that are still to come are not stored.
        arrays.push_back(stored_tensor("sketch", "products of random vectors",
                                       sketch_.narrow(0, 0, progress_.sketch_rows)));
    }
    return arrays;
}

void Trace::restore(const std::vector<NamedArray>& state) {
    require_numbers(state, "settings", settings_numbers());
    progress_ = restored_fields(state, "progress", progress_);
    in_span_ = restored_numbers(state, "in_span");
    residual_ = restored_numbers(state, "residual");
    sketch_.reset();
    if (const std::int64_t rows = progress_.sketch_rows; rows > 0) {
        const std::int64_t all = progress_.phase == TracePhase::sketching ? sketch_size_ : rows;
        sketch_ = at::zeros({all, operator_.size()}, operator_.options());
        restore_tensor(state, "sketch", sketch_.narrow(0, 0, rows));
    }
}

}  // namespace

std::vector<KeyOf<TraceSettings>> keys_of(Type<TraceSettings> /*type*/) {
    return {
        // Two products for the subspace, one each for two random vectors: fewer have no error bar.
        integer_key<TraceSettings>("trace.products", 4, &TraceSettings::products,
                                   "matrix-vector products of a trace"),
    };
}

namespace {

MeasureKind trace_of(const std::string& prefix, const std::string& matrix, int position,
                     const std::string& table,
                     SymmetricOperator& (*operator_of)(const MeasureInputs&)) {
    MeasureKind kind;
    kind.name = prefix + "trace";
    kind.meaning = "trace of " + matrix + ", by Hutch++";
    kind.keys = component_keys<TraceSettings>();
    const std::string error = kind.name + "_standard_error";
    kind.columns = {
        {.name = kind.name,
         .long_name = "trace of " + matrix + ", by Hutch++",
         .headline = {kind.name, "trace", position, "Trace of " + matrix, table}},
        {.name = error,
         .long_name = "standard error of " + kind.name,
         .headline = {error, "error"},
         .error_of = kind.name},
        {.name = kind.name + "_products",
         .long_name = "matrix-vector products made for " + kind.name},
    };
    kind.make = [prefix, operator_of](const MeasureInputs& inputs) {
        return std::make_unique<Trace>(settings_of<TraceSettings>(inputs.run.sharpness.values),
                                       inputs.run.sharpness.seed, operator_of(inputs),
                                       inputs.communicator, prefix);
    };
    return kind;
}

}  // namespace

MeasureKind hessian_trace() {
    return trace_of(
        "", "the Hessian", 20,
        "Sharpness: Hessian of the train loss (largest residual or standard error of n)",
        [](const MeasureInputs& inputs) -> SymmetricOperator& { return inputs.hessian; });
}

MeasureKind gauss_newton_trace() {
    return trace_of(
        "gauss_newton_", "the Gauss-Newton matrix", 40,
        "Sharpness: Gauss-Newton matrix of the train loss",
        [](const MeasureInputs& inputs) -> SymmetricOperator& { return inputs.gauss_newton; });
}

}  // namespace batchscope
