#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/component.hpp"
#include "results/sharpness_columns.hpp"

namespace batchscope {

class Measure;
struct MeasureInputs;

/// A measure that a study can name, in the file that holds it. To read one needs no LibTorch; to
/// make one, measures/measure_inputs.hpp.
struct MeasureKind : MeasureComponent {
    /// What its findings are called in /sharpness, in the order of the file.
    std::vector<SharpnessColumn> columns;
    std::vector<SharpnessDimension> dimensions;
    /// The scales of these dimensions under the settings of a run; empty: it has none.
    std::function<std::map<std::string, std::vector<double>>(const SharpnessSettings&)> scales;
    std::function<std::unique_ptr<Measure>(const MeasureInputs&)> make;
};

/// `count` numbers from `first` on in steps of 1: the scale of a dimension that only counts.
[[nodiscard]] std::vector<double> numbers_from(double first, std::int64_t count);

}  // namespace batchscope
