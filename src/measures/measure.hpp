#pragma once

#include <map>
#include <string>
#include <vector>

#include "results/run_record.hpp"

namespace batchscope {

/// What one measure found, by the name of its column in /sharpness (results/sharpness_columns.hpp):
/// one number, or as many as the dimension of the column has.
using MeasuredValues = std::map<std::string, std::vector<double>>;

/// A measure at frozen weights in pieces, so that a run can stop in its middle, be saved, and go on
/// bit for bit. All ranks call every member alike.
class Measure {
  public:
    virtual ~Measure() = default;

    /// As in the configuration: "eigenvalues".
    [[nodiscard]] virtual std::string name() const = 0;
    /// Does the next piece of work, a product or an evaluation or a few. When it throws AgreedStop,
    /// the measure is as it was before the call.
    virtual void advance() = 0;
    [[nodiscard]] virtual bool finished() const = 0;
    /// All that another object of equal settings needs to go on from here.
    [[nodiscard]] virtual std::vector<NamedArray> state() const = 0;
    /// Throws Error (data) when `state` is of other settings or another program.
    virtual void restore(const std::vector<NamedArray>& state) = 0;
    /// The findings of a finished measure; unknown is NaN.
    [[nodiscard]] virtual MeasuredValues values() const = 0;
};

}  // namespace batchscope
