#include "analysis/report/charts_sharpness.hpp"

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

MeasureLayers layers_of(const RecipeAnswers& answers, std::size_t index, Headline::Index measure,
                        double confidence, const Phrases& phrases) {
    const Offset offset{4 * static_cast<double>(index), 0};
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
        const Estimate mean = estimate_mean(counted, confidence);
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

/// A logarithm where no mean's interval reaches zero: sharpness spans orders of magnitude.
bool fits_logarithm(const Panel& panel) {
    for (const Layer& layer : panel.layers) {
        if (const auto* means = std::get_if<IntervalLayer>(&layer)) {
            for (const IntervalMark& mark : means->intervals) {
                if (mark.estimate <= 0 || mark.low <= 0) {
                    return false;
                }
            }
        } else if (const auto* points = std::get_if<PointLayer>(&layer)) {
            for (const PointMark& mark : points->points) {
                if (mark.y <= 0) {
                    return false;
                }
            }
        }
    }
    return true;
}

std::optional<Panel> measure_panel(const StudyAnswers& answers, Headline::Index measure,
                                   const Phrases& phrases) {
    Panel panel{.title = sharpness_name(measure, phrases)};
    std::set<std::int64_t> sizes;
    for (std::size_t i = 0; i < answers.recipes.size(); ++i) {
        MeasureLayers layers =
            layers_of(answers.recipes[i], i, measure, answers.margins.confidence, phrases);
        for (const Arm& arm : answers.recipes[i].recipe.arms) {
            sizes.insert(arm.batch_size);
        }
        if (!layers.means.intervals.empty()) {
            panel.layers.emplace_back(std::move(layers.means));
        }
        if (!layers.uncounted.points.empty()) {
            panel.layers.emplace_back(std::move(layers.uncounted));
        }
    }
    if (panel.layers.empty()) {
        return std::nullopt;
    }
    panel.x = batch_size_axis({sizes.begin(), sizes.end()}, phrases);
    panel.y = {.title = measure == Headline::noise_scale ? phrases("examples") : std::string{},
               .scale = fits_logarithm(panel) ? AxisScale::log10 : AxisScale::linear};
    return panel;
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

std::optional<Chart> sharpness_chart(const StudyAnswers& answers, const Phrases& phrases) {
    Chart chart;
    chart.share_x = true;
    for (std::size_t i = 0; i < Headline::count; ++i) {
        if (auto panel = measure_panel(answers, static_cast<Headline::Index>(i), phrases)) {
            chart.panels.push_back(std::move(*panel));
        }
    }
    if (chart.panels.empty()) {
        return std::nullopt;
    }
    chart.title = phrases("Sharpness and noise against the batch size");
    chart.description = phrases("Each measure at the final weights, by batch size.");
    chart.caption = phrases(
        "At the final weights. Marks: mean over the seeds with its {:.6g} % Student interval. "
        "Open: a value that is in no mean, since it did not converge or is lost in its noise.",
        100 * answers.margins.confidence);
    return chart;
}

}  // namespace batchscope
