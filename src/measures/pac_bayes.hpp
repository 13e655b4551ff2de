#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "config/settings_keys.hpp"
#include "measures/measure_kind.hpp"

namespace batchscope {

/// Largest noise that keeps the accuracy (Jiang 2020).
struct PacBayesSettings {
    double accuracy_drop = 0.1;
    std::int64_t draws = 10;
};
[[nodiscard]] std::vector<KeyOf<PacBayesSettings>> keys_of(Type<PacBayesSettings> type);

/// The largest noise that keeps the accuracy: the sigma at which the mean accuracy over `draws` of
/// w + sigma (|w| + 1e-3) xi, xi standard normal, has dropped by `accuracy_drop` from that at w
/// (after the magnitude-aware sharpness of Jiang, Neyshabur, Mobahi, Krishnan & Bengio, "Fantastic
/// generalization measures and where to find them", ICLR 2020, appendix C.4). Its PAC-Bayes bound
/// goes with 1 / sigma^2: a large sigma is a flat minimum.
///
/// The draws are the same at every sigma, so the mean accuracy is one function of sigma. It is
/// bracketed by doubling sigma from 1/64, then halved 15 times.
///
/// Values:
///   pac_bayes_sigma          the largest sigma tried, below the first known drop, that kept the
///                            accuracy; NaN where none up to 4 drops it so far, and for regression
///   pac_bayes_accuracy       mean accuracy there (at 4, where none drops)
///   pac_bayes_sigma_bracket  distance to the smallest sigma tried that did not. The noise of the
///                            draws comes on top
class PacBayes final : public Measure {
  public:
    static constexpr double first_sigma = 1.0 / 64;
    static constexpr double largest_sigma = 4.0;
    static constexpr std::int64_t depth = 15;

    /// `weights`: w, (size) doubles. `surface` must outlive the measure.
    PacBayes(const PacBayesSettings& settings, std::uint64_t seed, LossSurface& surface,
             at::Tensor weights);

    [[nodiscard]] std::string name() const override { return "pac_bayes"; }
    void advance() override;
    [[nodiscard]] bool finished() const override { return progress_.stage == Stage::finished; }
    [[nodiscard]] std::vector<NamedArray> state() const override;
    void restore(const std::vector<NamedArray>& state) override;
    [[nodiscard]] MeasuredValues values() const override;

  private:
    enum class Stage { at_weights, doubling, halving, finished };

    struct Progress {
        Stage stage = Stage::at_weights;
        double accuracy_at_weights = 0;
        double kept = 0;           ///< the largest sigma that keeps the accuracy ...
        double kept_accuracy = 0;  ///< ... and the mean accuracy there
        double lost = 0;           ///< the smallest that does not; 0: none known
        double sigma = first_sigma;
        std::int64_t halvings = 0;
        std::int64_t draws = 0;  ///< done, at this sigma
        double accuracy_sum = 0;
        bool known = true;  ///< false: some accuracy is not a number
    };
    static void choose_next_sigma(Progress& progress, double mean_accuracy, double least_accuracy);
    [[nodiscard]] std::vector<double> settings_numbers() const;

    PacBayesSettings settings_;
    std::uint64_t seed_;
    LossSurface& surface_;
    at::Tensor weights_;
    Progress progress_;
};

[[nodiscard]] MeasureKind pac_bayes();

}  // namespace batchscope
