#pragma once

/// Sizes in chart units, of which a chart is 360 wide: on a phone as many pixels.
namespace batchscope::typography {

inline constexpr double title_size = 14;
inline constexpr double panel_title_size = 12;
inline constexpr double label_size = 11;    ///< of axis titles, legend and notes
inline constexpr double tick_size = 10.5;   ///< of numbers at axes and in cells
inline constexpr double smallest_size = 8;  ///< what a text may shrink to in a narrow cell
inline constexpr double caption_size = 10.5;
inline constexpr double gap = 6;             ///< between parts of a chart
inline constexpr double gap_to_numbers = 6;  ///< from an axis over its tick to the numbers
inline constexpr double header_gap = 7;      ///< between what stands above a plot and the plot

}  // namespace batchscope::typography
