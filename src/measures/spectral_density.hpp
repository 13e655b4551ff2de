#pragma once

#include <string>
#include <vector>

#include "config/settings_keys.hpp"
#include "measures/measure_kind.hpp"
#include "measures/random_vectors.hpp"

namespace batchscope {

/// Stochastic Lanczos quadrature.
struct DensitySettings {
    std::int64_t probes = 4;
    std::int64_t steps = 80;    ///< Lanczos steps of a probe
    std::int64_t points = 200;  ///< of the curve
};
[[nodiscard]] std::vector<KeyOf<DensitySettings>> keys_of(Type<DensitySettings> type);

/// The density of the eigenvalues of a symmetric matrix by stochastic Lanczos quadrature (Ubaru,
/// Chen and Saad 2017, section 3; Ghorbani, Krishnan and Xiao 2019, algorithm 1). m Lanczos steps
/// from a random probe v of signs, scaled to length 1, give a tridiagonal matrix. Its eigenvalues
/// theta_j with the squared first components w_j of its eigenvectors are the Gauss quadrature of
/// the spectrum as v sees it: exact for polynomials up to degree 2m - 1, and without bias over
/// random v.
///
/// The curve is the mean over probes of sum_j w_j N(x; theta_j, sigma^2), on equally spaced
/// positions; standard errors from the spread of probes, NaN with one. sigma is the range of the
/// theta_j / m, about what m steps resolve, or 2 / points of it if that is more, so that the
/// positions show every kernel. A range under 1e-3 of the largest |theta_j| counts as that.
/// Positions go 5 sigma beyond the range: the curve integrates to 1. It has the mean of the
/// spectrum, and its variance plus sigma^2.
class SpectralDensity final : public Measure {
  public:
    /// `symmetric` and `communicator` outlive it.
    SpectralDensity(const DensitySettings& settings, std::uint64_t seed,
                    SymmetricOperator& symmetric, Communicator& communicator);

    [[nodiscard]] std::string name() const override { return "density"; }
    void advance() override;
    [[nodiscard]] bool finished() const override { return first_ == settings_.probes; }
    [[nodiscard]] std::vector<NamedArray> state() const override;
    void restore(const std::vector<NamedArray>& state) override;
    [[nodiscard]] MeasuredValues values() const override;

  private:
    [[nodiscard]] std::int64_t probes_at_once() const;
    [[nodiscard]] at::Tensor start_vectors() const;
    void next_block();
    [[nodiscard]] std::vector<double> settings_numbers() const;

    DensitySettings settings_;
    std::uint64_t seed_;
    SymmetricOperator& operator_;
    Communicator& communicator_;
    std::int64_t steps_;   ///< of a probe, at most
    std::int64_t block_;   ///< probes that advance together
    std::int64_t window_;  ///< vectors of each that are kept to be orthogonal to

    std::int64_t first_ = 0;  ///< probe of the running block
    std::int64_t step_ = 0;   ///< products of each of its probes so far
    bool finite_ = true;
    at::Tensor basis_;             ///< (block, window, size), step s at s mod window
    at::Tensor diagonals_;         ///< (probes, steps) on the CPU
    at::Tensor next_to_diagonal_;  ///< (probes, steps), from row s to s + 1
    at::Tensor lengths_;           ///< (probes): steps until nothing but rounding was left
};

[[nodiscard]] MeasureKind spectral_density();

}  // namespace batchscope
