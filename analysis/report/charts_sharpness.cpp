#include "analysis/report/charts_sharpness.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "analysis/figures/palette.hpp"
#include "analysis/report/seed_panel.hpp"
#include "analysis/statistics/interval.hpp"

namespace batchscope {

namespace {

struct MeasureLayers {
    IntervalLayer means;
    PointLayer uncounted;
};

MeasureLayers layers_of(const StudyAnswers& study, std::size_t index, Headline::Index measure,
                        const Phrases& phrases) {
    const RecipeAnswers& answers = study.recipes[index];
    const Offset offset = recipe_offset(index, study.recipes.size());
    MeasureLayers layers{
        {.name = answers.recipe.name.empty() ? phrases("mean over the seeds") : answers.recipe.name,
         .style = factor_style(index),
         .offset = offset},
        {.name = phrases("one run, does not count"),
         .style = factor_style(index),
         .offset = offset}};
    for (const Arm& arm : answers.recipe.arms) {
        const auto batch = static_cast<double>(arm.batch_size);
        std::vector<double> counted;
        double largest_error = 0;
        for (const auto& [seed, run] : arm.runs) {
            const CertifiedValue& value = run->sharpness.values[measure];
            if (value.counts && std::isfinite(value.value)) {
                counted.push_back(value.value);
                largest_error = std::fmax(largest_error, value.error);
            } else if (std::isfinite(value.value)) {
                layers.uncounted.points.push_back(
                    {batch, value.value,
                     phrases("batch {}, seed {}: {}, does not count", arm.batch_size, seed,
                             format_number(value.value)),
                     true});
            }
        }
        const Estimate mean = estimate_mean(counted, study.margins.confidence);
        if (mean.n > 0) {
            layers.means.intervals.push_back(
                {batch, mean.mean, mean.mean - mean.half_width, mean.mean + mean.half_width,
                 phrases("batch {}: mean {} ± {} (n = {}; largest error of one {})", arm.batch_size,
                         format_number(mean.mean), format_number(mean.half_width), mean.n,
                         format_number(largest_error, 2))});
        }
    }
    return layers;
}

/// The axis of the values that count: a logarithm where their means are above zero, since sharpness
/// spans orders of magnitude. One that does not count may be anything and does not stretch it.
void set_range(ChartAxis& axis, const std::vector<IntervalMark>& means) {
    constexpr double air = 1.4;
    double low = std::numeric_limits<double>::quiet_NaN();
    double high = low;
    for (const IntervalMark& mark : means) {
        low = std::fmin(low, std::fmin(mark.estimate, mark.low > 0 ? mark.low : mark.estimate));
        high = std::fmax(high, std::fmax(mark.estimate, mark.high));
    }
    if (low > 0) {
        axis.scale = AxisScale::log10;
        axis.low = low / air;
        axis.high = high * air;
    }
}

Panel measure_panel(const StudyAnswers& answers, Headline::Index measure, const Phrases& phrases) {
    Panel panel;
    std::set<std::int64_t> sizes;
    std::vector<IntervalMark> means;
    for (std::size_t i = 0; i < answers.recipes.size(); ++i) {
        MeasureLayers layers = layers_of(answers, i, measure, phrases);
        for (const Arm& arm : answers.recipes[i].recipe.arms) {
            sizes.insert(arm.batch_size);
        }
        means.insert(means.end(), layers.means.intervals.begin(), layers.means.intervals.end());
        if (!layers.means.intervals.empty()) {
            panel.layers.emplace_back(std::move(layers.means));
        }
        if (!layers.uncounted.points.empty()) {
            panel.layers.emplace_back(std::move(layers.uncounted));
        }
    }
    panel.x = batch_size_axis({sizes.begin(), sizes.end()}, phrases);
    panel.y.title = measure == Headline::noise_scale ? phrases("examples") : std::string{};
    set_range(panel.y, means);
    return panel;
}

bool any_uncounted(const Panel& panel) {
    return std::any_of(panel.layers.begin(), panel.layers.end(), [](const Layer& layer) {
        return std::holds_alternative<PointLayer>(layer);
    });
}

}  // namespace

std::string sharpness_name(Headline::Index measure, const Phrases& phrases) {
    switch (measure) {
        case Headline::top_eigenvalue:
            return phrases("Top eigenvalue of the Hessian");
        case Headline::trace:
            return phrases("Trace of the Hessian");
        case Headline::gauss_newton_eigenvalue:
            return phrases("Top eigenvalue of the Gauss-Newton matrix");
        case Headline::gauss_newton_trace:
            return phrases("Trace of the Gauss-Newton matrix");
        case Headline::keskar_full:
            return phrases("Keskar's metric, full space");
        case Headline::keskar_subspace:
            return phrases("Keskar's metric, random subspace");
        case Headline::adaptive_sharpness:
            return phrases("Adaptive sharpness");
        case Headline::sam_sharpness:
            return phrases("Worst rise in a ball (SAM)");
        case Headline::average_sharpness:
            return phrases("Mean rise under noise");
        case Headline::pac_bayes_sigma:
            return phrases("PAC-Bayes sigma");
        case Headline::noise_scale:
        case Headline::count:
            break;
    }
    return phrases("Gradient noise scale");
}

std::optional<Chart> sharpness_chart(const StudyAnswers& answers, Headline::Index measure,
                                     const Phrases& phrases) {
    Chart chart{.title = sharpness_name(measure, phrases)};
    chart.panels.push_back(measure_panel(answers, measure, phrases));
    if (chart.panels.front().layers.empty()) {
        return std::nullopt;
    }
    chart.description = phrases("{} at the final weights, by batch size.", chart.title);
    chart.caption = phrases(
        "At the final weights. Marks: mean over the seeds with its {:.6g} % Student interval.",
        100 * answers.margins.confidence);
    if (any_uncounted(chart.panels.front())) {
        chart.caption += ' ' + phrases(
                                   "Open: a value that is in no mean, since it did not "
                                   "converge or is lost in its noise.");
    }
    return chart;
}

}  // namespace batchscope
