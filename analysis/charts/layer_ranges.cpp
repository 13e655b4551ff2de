#include <algorithm>
#include <cmath>

#include "analysis/charts/layers.hpp"

namespace batchscope {

namespace {

/// Gathers the values of one dimension, leaving out what the axis has no place for.
class RangeOfLayer {
  public:
    RangeOfLayer(AxisScale scale, Dimension dimension) : scale_(scale), dimension_(dimension) {}

    void operator()(const PointLayer& layer) {
        for (const PointMark& point : layer.points) {
            include(point.x, point.y);
        }
    }
    void operator()(const LineLayer& layer) {
        for (std::size_t i = 0; i < layer.x.size(); ++i) {
            include(layer.x[i], layer.y[i]);
        }
    }
    void operator()(const IntervalLayer& layer) {
        for (const IntervalMark& mark : layer.intervals) {
            if (layer.along != dimension_) {
                include(mark.position);
                continue;
            }
            include(mark.estimate);
            include(mark.low);
            include(mark.high);
        }
    }
    void operator()(const RuleLayer& layer) {
        if (dimension_ == Dimension::x) {
            include(layer.value);
        }
    }
    void operator()(const SpanLayer& layer) {
        if (dimension_ == Dimension::x) {
            include(layer.low);
            include(layer.high);
        }
    }
    void operator()(const CellLayer& /*categories have their own range*/) {}

    [[nodiscard]] const AxisRange& range() const { return range_; }

  private:
    void include(double value) {
        if (has_place(scale_, value)) {
            range_.include(value);
        }
    }
    /// A mark with NaN in one dimension is nowhere in the other.
    void include(double x, double y) {
        if (!std::isnan(x) && !std::isnan(y)) {
            include(dimension_ == Dimension::x ? x : y);
        }
    }

    AxisScale scale_;
    Dimension dimension_;
    AxisRange range_;
};

bool both_known(double x, double y) {
    return !std::isnan(x) && !std::isnan(y);
}

struct HasMarks {
    bool operator()(const PointLayer& layer) const {
        return std::any_of(layer.points.begin(), layer.points.end(),
                           [](const PointMark& mark) { return both_known(mark.x, mark.y); });
    }
    bool operator()(const LineLayer& layer) const {
        for (std::size_t i = 0; i < layer.x.size(); ++i) {
            if (both_known(layer.x[i], layer.y[i])) {
                return true;
            }
        }
        return false;
    }
    bool operator()(const IntervalLayer& layer) const {
        return std::any_of(
            layer.intervals.begin(), layer.intervals.end(), [](const IntervalMark& mark) {
                return both_known(mark.position, mark.estimate) || both_known(mark.low, mark.high);
            });
    }
    bool operator()(const CellLayer& layer) const { return !layer.cells.empty(); }
    bool operator()(const RuleLayer& /*only a reference*/) const { return false; }
    bool operator()(const SpanLayer& /*only a reference*/) const { return false; }
};

}  // namespace

AxisRange needed_range(const Panel& panel, Dimension dimension) {
    const AxisScale scale = dimension == Dimension::x ? panel.x.scale : panel.y.scale;
    RangeOfLayer range(scale, dimension);
    for (const Layer& layer : panel.layers) {
        std::visit(range, layer);
    }
    return range.range();
}

bool has_marks(const Panel& panel) {
    return std::any_of(panel.layers.begin(), panel.layers.end(),
                       [](const Layer& layer) { return std::visit(HasMarks{}, layer); });
}

}  // namespace batchscope
