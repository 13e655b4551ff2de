#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/settings_keys.hpp"
#include "measures/measure_kind.hpp"
#include "measures/random_vectors.hpp"

namespace batchscope {

/// Hutch++.
struct TraceSettings {
    std::int64_t products = 30;
};
[[nodiscard]] std::vector<KeyOf<TraceSettings>> keys_of(Type<TraceSettings> type);

/// The trace of a symmetric matrix A by Hutch++ (Meyer, Musco, Musco and Woodruff 2021, algorithm
/// 1). A third of the products makes a sketch A S with random signs S, and Q, an orthonormal basis
/// of it. Another third gives the trace in the span of Q exactly; the rest goes to random signs g,
/// of which only the part beyond that span counts:
///     trace = tr(Q'AQ) + mean over g of g'(I - QQ')A(I - QQ')g.
/// Given Q, the terms of the mean are independent and their mean has no bias, so their spread gives
/// the standard error; NaN with one term. A matrix of no more rows than products is summed over
/// unit vectors: exact, standard error 0.
class Trace final : public Measure {
  public:
    /// `symmetric` and `communicator` outlive it. Columns and name() begin with `column_prefix`: ""
    /// or "gauss_newton_".
    Trace(const TraceSettings& settings, std::uint64_t seed, SymmetricOperator& symmetric,
          Communicator& communicator, std::string column_prefix);

    [[nodiscard]] std::string name() const override { return prefix_ + "trace"; }
    void advance() override;
    [[nodiscard]] bool finished() const override { return phase_ == Phase::finished; }
    [[nodiscard]] std::vector<NamedArray> state() const override;
    void restore(const std::vector<NamedArray>& state) override;
    [[nodiscard]] MeasuredValues values() const override;

  private:
    enum class Phase { unit_vectors, sketching, in_span, beyond_span, finished };

    void sketch();
    void make_basis();
    void add_quadratic_forms();
    void begin(Phase phase);
    [[nodiscard]] std::int64_t vectors_of_phase() const;
    [[nodiscard]] at::Tensor vectors(std::int64_t first, std::int64_t count) const;
    [[nodiscard]] std::vector<double> settings_numbers() const;

    std::int64_t products_wanted_;
    std::uint64_t seed_;
    SymmetricOperator& operator_;
    Communicator& communicator_;
    std::string prefix_;
    std::int64_t sketch_size_, probes_;

    Phase phase_;
    std::int64_t done_ = 0;  ///< vectors of this phase multiplied
    std::int64_t products_ = 0;
    at::Tensor sketch_;                       ///< rows of A S, later of Q; (sketch_size, size)
    std::vector<double> in_span_, residual_;  ///< quadratic forms of rows of Q, or of g
};

/// Of the Hessian, and of the Gauss-Newton matrix.
[[nodiscard]] MeasureKind hessian_trace();
[[nodiscard]] MeasureKind gauss_newton_trace();

}  // namespace batchscope
