#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "communication/communicator.hpp"
#include "core/described.hpp"
#include "measures/eigenvalues.hpp"
#include "measures/krylov_basis.hpp"
#include "measures/measure.hpp"
#include "measures/random_vectors.hpp"
#include "measures/symmetric_operator.hpp"

namespace batchscope {

enum class LanczosPhase { expanding, measuring, finished };
BATCHSCOPE_DESCRIBE_ENUM(LanczosPhase, expanding, measuring, finished)

struct LanczosProgress {
    LanczosPhase phase = LanczosPhase::expanding;
    std::int64_t products = 0;
    std::int64_t drawn = 1;        ///< random vectors; the first one starts the basis
    std::int64_t next = 0;         ///< pending row to multiply
    std::int64_t first_chain = 0;  ///< products until all residuals were small; 0: not yet
    std::int64_t probe_left = 0;   ///< products that the running probe still gets
    bool probe_found = false;      ///< the running probe moved a value
    double scale = 0;              ///< largest |Ritz value|
};
BATCHSCOPE_DESCRIBE_STRUCT(LanczosProgress, phase, products, drawn, next, first_chain, probe_left,
                           probe_found, scale)

/// The measures of eigenvalues.hpp: the Lanczos process.
class LanczosEigenvalues final : public Measure {
  public:
    /// `symmetric` and `communicator` outlive it. Columns and name() begin with `column_prefix`: ""
    /// or "gauss_newton_".
    LanczosEigenvalues(const EigenvalueSettings& settings, std::uint64_t seed,
                       SymmetricOperator& symmetric, Communicator& communicator,
                       std::string column_prefix);

    [[nodiscard]] std::string name() const override { return prefix_ + "eigenvalues"; }
    void advance() override;
    [[nodiscard]] bool finished() const override {
        return progress_.phase == LanczosPhase::finished;
    }
    [[nodiscard]] std::vector<NamedArray> state() const override;
    void restore(const std::vector<NamedArray>& state) override;
    [[nodiscard]] MeasuredValues values() const override;

  private:
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

    LanczosProgress progress_;
    std::vector<double> before_probe_;  ///< wanted values when it began; empty: none is running
    std::vector<MeasuredPair> measured_;
};

}  // namespace batchscope
