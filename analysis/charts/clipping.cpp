#include "analysis/charts/clipping.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace batchscope {

namespace {

bool is_gap(const Position& position) {
    return std::isnan(position.x) || std::isnan(position.y);
}

bool is_within(const Position& position, const Box& box) {
    return position.x >= box.left && position.x <= box.right && position.y >= box.top &&
           position.y <= box.bottom;
}

Position between(const Position& from, const Position& to, double fraction) {
    return {from.x + fraction * (to.x - from.x), from.y + fraction * (to.y - from.y)};
}

/// The part of a segment within the box as fractions of it (Liang and Barsky 1984); first > second:
/// nothing.
std::pair<double, double> visible_part(const Position& from, const Position& to, const Box& box) {
    double enters = 0;
    double leaves = 1;
    const double dx = to.x - from.x;
    const double dy = to.y - from.y;
    // How fast the segment leaves over each edge, and how far it is from there.
    const std::array<std::pair<double, double>, 4> edges{{{-dx, from.x - box.left},
                                                          {dx, box.right - from.x},
                                                          {-dy, from.y - box.top},
                                                          {dy, box.bottom - from.y}}};
    for (const auto& [speed, distance] : edges) {
        if (speed > 0) {
            leaves = std::min(leaves, distance / speed);
        } else if (speed < 0) {
            enters = std::max(enters, distance / speed);
        } else if (distance < 0) {
            return {1, 0};
        }
    }
    return {enters, leaves};
}

}  // namespace

std::vector<std::vector<Position>> clipped_line(const std::vector<Position>& line, const Box& box) {
    std::vector<std::vector<Position>> parts;
    bool connected = false;  // the last part ends at the point before this one
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (is_gap(line[i])) {
            connected = false;
            continue;
        }
        const bool has_previous = i > 0 && !is_gap(line[i - 1]);
        if (!has_previous) {
            connected = is_within(line[i], box);
            if (connected) {
                parts.push_back({line[i]});
            }
            continue;
        }
        const auto [enters, leaves] = visible_part(line[i - 1], line[i], box);
        if (enters > leaves) {
            connected = false;
            continue;
        }
        if (!connected) {
            parts.push_back({between(line[i - 1], line[i], enters)});
        }
        parts.back().push_back(leaves < 1 ? between(line[i - 1], line[i], leaves) : line[i]);
        connected = leaves >= 1;
    }
    return parts;
}

}  // namespace batchscope
