#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "communication/communicator.hpp"
#include "config/run_settings.hpp"
#include "data/device_split.hpp"
#include "measures/loss_curvature.hpp"
#include "measures/measure.hpp"
#include "measures/split_loss.hpp"
#include "models/network.hpp"

namespace batchscope {

/// The examples of the training split that sharpness is measured on: all, or a subset drawn by
/// `sharpness.seed` alone, the same at all points of a grid. `indices`: their numbers in the
/// training split, ascending.
struct MeasuredExamples {
    DeviceSplit split;
    std::vector<std::int64_t> indices;
};
[[nodiscard]] MeasuredExamples measured_examples(const SharpnessSettings& settings,
                                                 const DeviceSplit& train);

/// All chosen measures at the present weights of a network, one after the other: the making of one
/// row of /sharpness. In pieces, resumable, as a single Measure is.
class SharpnessMeasurement {
  public:
    /// All but the settings of the run outlive it. The weights must not change before it is
    /// finished; the population statistics of batch normalisation are those of now.
    SharpnessMeasurement(const RunSettings& run, Network& network, const MeasuredExamples& examples,
                         const DeviceSplit& train, Communicator& communicator);

    /// The next piece of work, seconds at most of the larger studies. When it throws AgreedStop,
    /// all is as before. Collective.
    void advance();
    [[nodiscard]] bool finished() const { return next_ == measures_.size(); }
    /// Fraction of the measures that are done, for a display.
    [[nodiscard]] double fraction_done() const;
    /// The measure in work: "eigenvalues"; empty when finished.
    [[nodiscard]] std::string present() const;

    [[nodiscard]] std::vector<NamedArray> state() const;
    /// Throws Error (data) when `state` is of other settings or another program.
    void restore(const std::vector<NamedArray>& state);

    /// The findings of the measures that are finished; of all and their wall time, "seconds", once
    /// the measurement is.
    [[nodiscard]] const MeasuredValues& values() const { return values_; }

  private:
    at::Tensor weights_;
    SplitLoss loss_;
    SplitSurface surface_;
    LossCurvature hessian_, gauss_newton_;
    FilterLayout filters_;
    std::vector<std::unique_ptr<Measure>> measures_;
    std::size_t next_ = 0;
    double seconds_ = 0;  ///< of advance() so far
    MeasuredValues values_;
};

/// What /sharpness says of rows that are yet to come: columns, scales and settings.
/// `train_indices`: the examples of the training split in the training file, whose hash says which
/// were measured.
[[nodiscard]] SharpnessRecord sharpness_description(const SharpnessSettings& settings,
                                                    const MeasuredExamples& examples,
                                                    const std::vector<std::int64_t>& train_indices);

}  // namespace batchscope
