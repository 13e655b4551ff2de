#include "analysis/report/charts_gap.hpp"

#include "analysis/report/gap_report.hpp"
#include "analysis/report/seed_panel.hpp"

namespace batchscope {

namespace {

std::vector<SeedValues> gaps_at_end(const Recipe& recipe) {
    std::vector<SeedValues> values;
    for (const Arm& arm : recipe.arms) {
        SeedValues of_size{.batch_size = arm.batch_size};
        for (const auto& [seed, run] : arm.runs) {
            of_size.by_seed[seed] = run->figures.gap_loss;
        }
        values.push_back(std::move(of_size));
    }
    return values;
}

std::vector<SeedValues> matched_gaps(const MatchedGap& gap) {
    std::vector<SeedValues> values;
    for (std::size_t i = 0; i < gap.batch_sizes.size(); ++i) {
        values.push_back({gap.batch_sizes[i], gap.by_seed[i]});
    }
    return values;
}

}  // namespace

std::optional<Chart> gap_chart(const RecipeAnswers& answers, const std::string& out_of_sample,
                               const Margins& margins, const Phrases& phrases) {
    Chart chart;
    chart.share_x = true;
    const std::string axis = phrases("{} − train loss", phrases(out_of_sample));
    const auto at_end = gaps_at_end(answers.recipe);
    if (!any_finite(at_end)) {
        return std::nullopt;
    }
    chart.panels.push_back(seed_panel({.title = phrases("gap at the end"), .axis = axis}, at_end,
                                      margins.confidence, phrases));
    if (const auto matched = matched_gaps(answers.matched_gap); any_finite(matched)) {
        chart.panels.push_back(
            seed_panel({.title = phrases("matched gap, at train loss {}",
                                         format_number(answers.matched_gap.train_loss)),
                        .axis = axis},
                       matched, margins.confidence, phrases));
    }
    chart.title = phrases("Generalization gap against the batch size");
    chart.description = matched_gap_text(answers.matched_gap, phrases);
    chart.caption = phrases(
        "{} for each batch size. Grey: one seed, joined over the batch sizes. Bars: mean with its "
        "{:.6g} % Student interval over the seeds. {}",
        seed_count_text(at_end, phrases), 100 * margins.confidence,
        matched_gap_text(answers.matched_gap, phrases));
    chart.caption += drawn_seeds_note(at_end, phrases);
    return chart;
}

}  // namespace batchscope
