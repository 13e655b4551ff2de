#include "analysis/report/what_if_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "analysis/report/table.hpp"

namespace batchscope {

namespace {

std::string reason(const WhatIf& what_if, const Phrases& phrases) {
    const auto size_of = [&what_if](const std::optional<std::size_t>& index) {
        return index ? what_if.others[*index].batch_size : 0;
    };
    switch (what_if.reason) {
        case WhatIfReason::none_is_better_or_faster:
            return phrases("keep it: every other batch size is shown to be worse or slower");
        case WhatIfReason::nothing_shown:
            return phrases(
                "keep it: no other batch size is shown to be better, or faster and not "
                "worse");
        case WhatIfReason::better:
            return phrases("batch {} has a lower validation loss", size_of(what_if.for_loss));
        case WhatIfReason::faster:
            return phrases("batch {} is faster and not worse", size_of(what_if.for_speed));
        case WhatIfReason::better_or_faster:
            return phrases("batch {} has a lower validation loss; batch {} is faster and not worse",
                           size_of(what_if.for_loss), size_of(what_if.for_speed));
        case WhatIfReason::no_runs_in_use:
            return phrases("not known: it has no run that counts here");
        case WhatIfReason::no_other_batch_size:
            return phrases("not known: there is no other batch size");
        case WhatIfReason::too_few_seeds:
            break;
    }
    return phrases("not known: no other batch size has three seeds in common with it");
}

std::string loss_text(const PairedComparison& change) {
    if (std::isnan(change.mean)) {
        return "-";
    }
    return std::isnan(change.half_width)
               ? fmt::format("{:+.4f}", change.mean)
               : fmt::format("{:+.4f} ± {:.4f}", change.mean, change.half_width);
}

}  // namespace

std::string ratio_text(const PairedComparison& log_ratio) {
    if (std::isnan(log_ratio.mean)) {
        return "-";
    }
    const auto at = [&log_ratio](double width) { return std::exp(log_ratio.mean + width); };
    return std::isnan(log_ratio.half_width)
               ? fmt::format("{:.3g}", at(0))
               : fmt::format("{:.3g} ({:.3g}-{:.3g})", at(0), at(-log_ratio.half_width),
                             at(log_ratio.half_width));
}

std::string what_if_sentence(const WhatIf& what_if, const Phrases& phrases) {
    return phrases("Batch {} in use now: {}.", what_if.current, reason(what_if, phrases));
}

std::string what_if_report(const WhatIf& what_if, const Margins& margins, const Phrases& phrases) {
    std::string text = wrapped(what_if_sentence(what_if, phrases), 2);
    if (what_if.others.empty()) {
        return text;
    }
    TextTable losses(
        {phrases("batch"), phrases("train loss"), phrases("validation loss"), phrases("gap loss")});
    TextTable times(
        {phrases("batch"), phrases("time per step"), phrases("time of a run"), phrases("memory")});
    for (const BatchSizeChange& change : what_if.others) {
        const std::string batch_size = fmt::format("{}", change.batch_size);
        losses.add_row({batch_size, loss_text(change.train_loss), loss_text(change.validation_loss),
                        loss_text(change.gap_loss)});
        times.add_row({batch_size, ratio_text(change.log_seconds_per_step),
                       ratio_text(change.log_seconds), ratio_text(change.log_peak_memory)});
    }
    text += wrapped(phrases("Change of losses from batch {}, paired by seed, ± half-width of the "
                            "{:.6g} % interval:",
                            what_if.current, 100 * margins.confidence),
                    0);
    text += losses.text();
    text += phrases("Times as much as at batch {} (interval):", what_if.current) + '\n';
    text += times.text();
    if (what_if.different_machines) {
        text += wrapped(phrases("The runs were made on different machines: their times and memory "
                                "cannot be compared."),
                        0);
    }
    if (!what_if.not_in_grid.empty()) {
        text += wrapped(phrases("Not in the grid: {}.",
                                fmt::format("{}", fmt::join(what_if.not_in_grid, ", "))),
                        0);
    }
    return text;
}

}  // namespace batchscope
