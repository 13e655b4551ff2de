#include "analysis/report/gap_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "analysis/report/table.hpp"

namespace batchscope {

namespace {

/// The row of a batch size in the matched gap; its size where there is none.
std::size_t matched_row(const MatchedGap& gap, std::int64_t batch_size) {
    return static_cast<std::size_t>(
        std::find(gap.batch_sizes.begin(), gap.batch_sizes.end(), batch_size) -
        gap.batch_sizes.begin());
}

}  // namespace

std::string difference_text(const PairedComparison& comparison) {
    return comparison.n == 0 || std::isnan(comparison.mean)
               ? std::string("–")
               : (std::isnan(comparison.half_width)
                      ? fmt::format("{:+.4f}", comparison.mean)
                      : fmt::format("{:+.4f} ± {:.4f}", comparison.mean, comparison.half_width));
}

std::string matched_gap_text(const MatchedGap& gap, const Phrases& phrases) {
    switch (gap.status) {
        case CommonLevelStatus::found:
            return phrases(
                "Matched: where each run first comes down to train loss {:.4g}, the deepest that "
                "all "
                "reach (batch {} sets it).",
                gap.train_loss, gap.limited_by);
        case CommonLevelStatus::runs_do_not_overlap:
            return phrases(
                "No matched gap: a run of batch {} begins below the lowest train loss of another.",
                gap.limited_by);
        case CommonLevelStatus::run_without_rows:
            return phrases("No matched gap: a run of batch {} has no train loss.", gap.limited_by);
        case CommonLevelStatus::no_runs:
            break;
    }
    return phrases("No matched gap: no run counts.");
}

std::string gap_report(const RecipeAnswers& answers, const std::string& out_of_sample,
                       const Margins& margins, const Phrases& phrases) {
    const GapAtBudget& end = answers.gaps.front();
    if (end.arms.empty()) {
        return {};
    }
    const MatchedGap& matched = answers.matched_gap;
    const bool has_matched = matched.status == CommonLevelStatus::found;
    std::vector<std::string> header{phrases("batch"), phrases("gap at the end")};
    if (has_matched) {
        header.push_back(phrases("matched gap"));
        header.push_back(phrases("matched, from batch {}", end.arms.front().batch_size));
    }
    header.emplace_back("");
    TextTable table(header);
    bool any_underfits = false;
    for (const ArmGap& arm : end.arms) {
        const std::int64_t n = arm.loss.n;
        std::vector<std::string> cells{fmt::format("{}", arm.batch_size),
                                       format_estimate(arm.loss, 4, n)};
        const std::size_t row = matched_row(matched, arm.batch_size);
        if (has_matched && row < matched.batch_sizes.size()) {
            cells.push_back(format_estimate(matched.gap_loss[row], 4, n));
            cells.push_back(difference_text(matched.against_smallest[row]));
        } else if (has_matched) {
            cells.insert(cells.end(), 2, "-");
        }
        cells.push_back(arm.underfits ? phrases("underfits") : std::string{});
        any_underfits = any_underfits || arm.underfits;
        table.add_row(std::move(cells));
    }
    std::string text = wrapped(
        phrases("Generalization gap in loss ({} - train), mean ± half-width of the {:.6g} % "
                "interval. {}",
                phrases(out_of_sample), 100 * margins.confidence,
                matched_gap_text(matched, phrases)),
        0);
    text += table.text();
    if (any_underfits) {
        text +=
            wrapped(phrases("Underfits: worse in training and out of sample; a smaller gap there "
                            "is less training, not better generalization."),
                    0);
    }
    return text;
}

}  // namespace batchscope
