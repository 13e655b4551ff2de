#pragma once

#include <cstddef>

#include "analysis/charts/style.hpp"
#include "core/described.hpp"

namespace batchscope {

inline constexpr Colour black{0, 0, 0};
inline constexpr Colour white{255, 255, 255};
/// Of captions and of what is not the matter: 7:1 on white.
inline constexpr Colour dark_grey{0x59, 0x59, 0x59};
/// Of reference lines: 3.5:1 on white.
inline constexpr Colour middle_grey{0x8A, 0x8A, 0x8A};
/// Of fillings that only a text in them or a frame around them explains.
inline constexpr Colour light_grey{0xE4, 0xE4, 0xE4};

/// Of areas, whose colour is that of a line or mark.
inline constexpr double filling_opacity = 0.2;

/// The contrast of two colours, 1 to 21: (L1 + 0.05)/(L2 + 0.05) of their relative luminances
/// (W3C, WCAG 2.2, definition of contrast ratio).
[[nodiscard]] double contrast(Colour one, Colour other);

/// Black or white, whichever is read better on `background`; at least 4.5:1.
[[nodiscard]] Colour text_colour_on(Colour background);

/// The style of the `index`-th of several factors without order (learning-rate rules, splits).
/// Colours of Okabe and Ito 2008 that have 3:1 on white, so five; marker and dash go on from there,
/// and 140 factors look different.
[[nodiscard]] Style factor_style(std::size_t index);

/// Viridis (van der Walt and Smith 2015) at `fraction` in [0, 1]: dark violet to yellow. A fraction
/// outside is moved to the nearer end; NaN gives light grey. For areas: its light end has no
/// contrast to white.
[[nodiscard]] Colour viridis(double fraction);

/// The style of the `index`-th of `count` ordered things (batch sizes, from the smallest): viridis,
/// only as far as it keeps 3:1 on white, with markers and dashes that alternate.
[[nodiscard]] Style ordered_style(std::size_t index, std::size_t count);

/// What a comparison came to.
enum class Outcome { better, worse, equivalent, undecided };
BATCHSCOPE_DESCRIBE_ENUM(Outcome, better, worse, equivalent, undecided)

/// Blue, orange, black and grey, never red and green; each with a marker of its own.
[[nodiscard]] Style outcome_style(Outcome outcome);

}  // namespace batchscope
