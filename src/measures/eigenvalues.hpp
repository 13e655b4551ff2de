#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/settings_keys.hpp"
#include "measures/krylov_basis.hpp"
#include "measures/measure_kind.hpp"
#include "measures/random_vectors.hpp"

namespace batchscope {

/// Hessian (or Gauss-Newton matrix) by Lanczos.
struct EigenvalueSettings {
    std::int64_t largest = 5;     ///< so many of the largest eigenvalues
    std::int64_t smallest = 1;    ///< so many of the smallest (algebraic)
    double tolerance = 1e-3;      ///< of a residual, relative to the largest |eigenvalue|
    std::int64_t products = 300;  ///< at most
};

/// Of the Gauss-Newton matrix: it has no negative eigenvalues, so that its smallest say nothing.
struct GaussNewtonEigenvalueSettings : EigenvalueSettings {};
[[nodiscard]] std::vector<KeyOf<EigenvalueSettings>> keys_of(Type<EigenvalueSettings> type);

/// The largest and the smallest (algebraic) eigenvalues of a symmetric matrix, from one Krylov
/// space: Lanczos with full reorthogonalisation and thick restarts (Wu and Simon 2000).
///
/// Each value is the Rayleigh quotient rho = x'Hx of a unit vector, and its residual |Hx - rho x|
/// is measured by a product of its own, not estimated. Certain is therefore: an eigenvalue of H
/// lies within the residual of the value (Parlett 1998, theorem 4.5.1), the i-th largest value is
/// at most the i-th largest eigenvalue, and the i-th smallest at least the i-th smallest (Cauchy
/// interlacing). `converged` is residual <= tolerance x the largest |value| seen.
///
/// Not certain, as for any method that knows a matrix by products alone: that no eigenvalue was
/// missed. A Krylov space of one vector holds each eigenvalue once, and two that are almost equal
/// count as one. So when all residuals are small, another random vector starts a second chain in
/// the same basis: a probe, half as many products long as the first chain needed, and as many more
/// for the older chain in turn. A value that moves makes the probe longer, and then another one
/// follows.
///
/// The chains end when a probe has moved nothing, when a small matrix is known whole, or when the
/// products are spent but for those of the residuals. Where these do not suffice, residuals are
/// NaN; without as many pairs, values too.
class Eigenvalues final : public Measure {
  public:
    /// `symmetric` and `communicator` outlive it. Columns and name() begin with `column_prefix`: ""
    /// or "gauss_newton_".
    Eigenvalues(const EigenvalueSettings& settings, std::uint64_t seed,
                SymmetricOperator& symmetric, Communicator& communicator,
                std::string column_prefix);

    [[nodiscard]] std::string name() const override { return prefix_ + "eigenvalues"; }
    void advance() override;
    [[nodiscard]] bool finished() const override { return phase_ == Phase::finished; }
    [[nodiscard]] std::vector<NamedArray> state() const override;
    void restore(const std::vector<NamedArray>& state) override;
    [[nodiscard]] MeasuredValues values() const override;

  private:
    enum class Phase { expanding, measuring, finished };
    struct MeasuredPair {
        double value, residual;
    };

    void expand();
    void decide();
    [[nodiscard]] bool probing() const { return !before_probe_.empty(); }
    [[nodiscard]] bool moved(const at::Tensor& values) const;
    [[nodiscard]] std::int64_t probe_length() const;
    void start_chain();
    void restart(const KrylovBasis::RitzPairs& pairs);
    void measure_residuals();
    void finish();
    void fail();
    [[nodiscard]] std::vector<std::int64_t> wanted(std::int64_t available) const;
    [[nodiscard]] std::int64_t next_of_probe() const;
    [[nodiscard]] std::int64_t most_wanted(const at::Tensor& couplings) const;
    [[nodiscard]] std::vector<double> settings_numbers() const;

    EigenvalueSettings settings_;
    std::uint64_t seed_;
    SymmetricOperator& operator_;
    Communicator& communicator_;
    std::string prefix_;
    RandomVectors random_;
    std::int64_t rows_;
    KrylovBasis basis_;

    Phase phase_ = Phase::expanding;
    std::int64_t products_ = 0;
    std::int64_t drawn_ = 1;            ///< random vectors; the first one starts the basis
    std::int64_t next_ = 0;             ///< pending row to multiply
    std::int64_t first_chain_ = 0;      ///< products until all residuals were small; 0: not yet
    std::int64_t probe_left_ = 0;       ///< products that the running probe still gets
    bool probe_found_ = false;          ///< the running probe moved a value
    double scale_ = 0;                  ///< largest |Ritz value|
    std::vector<double> before_probe_;  ///< wanted values when it began; empty: none is running
    std::vector<MeasuredPair> measured_;
};

/// Of the Hessian, and of the Gauss-Newton matrix: the largest alone, since its smallest are zero
/// as soon as there are more parameters than examples.
[[nodiscard]] MeasureKind hessian_eigenvalues();
[[nodiscard]] MeasureKind gauss_newton_eigenvalues();

}  // namespace batchscope
