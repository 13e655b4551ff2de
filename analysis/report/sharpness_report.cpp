#include "analysis/report/sharpness_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "analysis/report/study_report.hpp"
#include "analysis/report/table.hpp"

namespace batchscope {

namespace {

/// Columns that a table of at most 80 shows beside each other.
struct SharpnessBlock {
    std::string title;
    std::vector<Headline::Index> metrics;
};

bool is_recorded(const StudySummary& study, Headline::Index metric) {
    return std::any_of(study.groups.begin(), study.groups.end(), [metric](const Group& group) {
        const SharpnessEstimate& estimate = group.sharpness[metric];
        return estimate.counted.n > 0 || estimate.not_counted > 0;
    });
}

std::string error_text(double error) {
    return std::isnan(error) ? "-" : fmt::format("{:.2g}", error);
}

std::string sharpness_block_text(const StudySummary& study, const SharpnessBlock& block,
                                 const Phrases& phrases) {
    std::vector<Headline::Index> shown;
    std::copy_if(block.metrics.begin(), block.metrics.end(), std::back_inserter(shown),
                 [&study](Headline::Index metric) { return is_recorded(study, metric); });
    if (shown.empty()) {
        return {};
    }
    std::vector<std::string> header = row_header(study, phrases);
    for (const Headline::Index metric : shown) {
        header.push_back(phrases(sharpness_metrics[metric].heading));
        if (*sharpness_metrics[metric].error_heading != '\0') {
            header.push_back(phrases(sharpness_metrics[metric].error_heading));
        }
    }
    TextTable table(header);
    for (const Group& group : study.groups) {
        std::vector<std::string> cells = row_cells(study, group);
        for (const Headline::Index metric : shown) {
            const SharpnessEstimate& estimate = group.sharpness[metric];
            cells.push_back(
                format_sharpness(estimate, static_cast<std::int64_t>(group.runs.size())));
            if (*sharpness_metrics[metric].error_heading != '\0') {
                cells.push_back(error_text(estimate.largest_error));
            }
        }
        table.add_row(std::move(cells));
    }
    return fmt::format("\n{}{}", wrapped(block.title, 0), table.text());
}

/// "box 0.001"; nothing where runs differ or have none.
std::string box_text(const StudySummary& study, const Phrases& phrases) {
    double epsilon = std::numeric_limits<double>::quiet_NaN();
    for (const Group& group : study.groups) {
        for (const AnalyzedRun* run : group.runs) {
            const double other = run->sharpness.epsilon;
            if (std::isnan(epsilon)) {
                epsilon = other;
            } else if (!std::isnan(other) && other != epsilon) {
                return {};
            }
        }
    }
    return std::isnan(epsilon) ? std::string{} : phrases(", box {}", epsilon);
}

std::string legend(const StudySummary& study, const Phrases& phrases) {
    bool is_marked = false;
    bool is_coupled = false;
    for (const Group& group : study.groups) {
        is_marked =
            is_marked || std::any_of(group.sharpness.begin(), group.sharpness.end(),
                                     [](const auto& estimate) { return estimate.not_counted > 0; });
        is_coupled = is_coupled ||
                     std::any_of(group.runs.begin(), group.runs.end(), [](const AnalyzedRun* run) {
                         return run->sharpness.shares_coupled &&
                                !std::isnan(run->sharpness.values[Headline::noise_scale].value);
                     });
    }
    std::string text;
    if (is_marked) {
        text +=
            wrapped(phrases("~ is in no mean, with the number of runs behind one: an eigenvalue "
                            "that has not converged, no rise found in the box, or a gradient "
                            "lost in its noise."),
                    2);
    }
    if (is_coupled) {
        text += wrapped(phrases("Noise scale with shares coupled: batch normalisation takes its "
                                "statistics over the whole batch, so that the examples of a batch "
                                "are not independent."),
                        2);
    }
    return text;
}

}  // namespace

std::string format_sharpness(const SharpnessEstimate& estimate, std::int64_t runs) {
    if (estimate.counted.n == 0) {
        if (estimate.not_counted == 0) {
            return "-";
        }
        return estimate.not_counted == 1
                   ? fmt::format("~{:.4g}", estimate.lowest_not_counted)
                   : fmt::format("~{:.4g}..{:.4g}", estimate.lowest_not_counted,
                                 estimate.highest_not_counted);
    }
    const std::string text = format_estimate(estimate.counted, 0, runs);
    return estimate.not_counted == 0 ? text : fmt::format("{} ~{}", text, estimate.not_counted);
}

std::string sharpness_report(const StudySummary& study, const Phrases& phrases) {
    const std::vector<SharpnessBlock> blocks{
        {phrases("Sharpness: Hessian of the train loss (largest residual or standard error of n)"),
         {Headline::top_eigenvalue, Headline::trace}},
        {phrases("Sharpness: Gauss-Newton matrix of the train loss"),
         {Headline::gauss_newton_eigenvalue, Headline::gauss_newton_trace}},
        {phrases("Sharpness: Keskar's metric, a lower bound{}", box_text(study, phrases)),
         {Headline::keskar_full, Headline::keskar_subspace}},
        {phrases("Sharpness: worst rise of the loss in a ball, scaled by the weights (adaptive) or "
                 "not; lower bounds"),
         {Headline::adaptive_sharpness, Headline::sam_sharpness}},
        {phrases("Sharpness: mean rise of the loss under noise, and the largest noise that is "
                 "harmless"),
         {Headline::average_sharpness, Headline::pac_bayes_sigma}},
        {phrases("Gradient noise scale tr(Sigma)/|G|^2 over the last epoch, in examples"),
         {Headline::noise_scale}}};
    std::string text;
    for (const SharpnessBlock& block : blocks) {
        text += sharpness_block_text(study, block, phrases);
    }
    return text.empty() ? text : text + legend(study, phrases);
}

}  // namespace batchscope
