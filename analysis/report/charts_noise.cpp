#include "analysis/report/charts_noise.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>
#include <vector>

#include "analysis/claims/gradient_noise_measure.hpp"
#include "analysis/figures/palette.hpp"

namespace batchscope {

namespace {

std::string place_name(WeightsAt weights, const Phrases& phrases) {
    switch (weights) {
        case WeightsAt::start:
            return phrases("start of training");
        case WeightsAt::middle:
            return phrases("middle of training");
        case WeightsAt::end:
            return phrases("end of training");
    }
    return {};
}

std::vector<GradientNoiseMeasure> shown(const std::vector<GradientNoiseMeasure>& measures,
                                        WeightsAt weights) {
    std::vector<GradientNoiseMeasure> chosen;
    std::copy_if(measures.begin(), measures.end(), std::back_inserter(chosen),
                 [weights](const GradientNoiseMeasure& measure) {
                     return measure.weights == weights && measure.is_known();
                 });
    return chosen;
}

PointLayer dots(const std::vector<GradientNoiseMeasure>& measures, const std::string& name,
                const Style& style, const Phrases& phrases) {
    PointLayer layer{.name = name, .style = style};
    for (const GradientNoiseMeasure& measure : measures) {
        layer.points.push_back(
            {static_cast<double>(measure.batch_size), measure.variance,
             phrases("{}: batch {}, seed {}, variance {} of {} batches", name, measure.batch_size,
                     measure.seed, format_number(measure.variance, 3), measure.batches)});
    }
    return layer;
}

/// S (1/B - 1/N) with ln S the mean over the measures, which are of one split: its N is one.
LineLayer sampling_theory(const std::vector<GradientNoiseMeasure>& measures, const Style& style) {
    double log_covariance = 0;
    double smallest = infinity;
    double largest = 0;
    for (const GradientNoiseMeasure& measure : measures) {
        log_covariance += std::log(measure.variance / measure.sampling_factor()) /
                          static_cast<double>(measures.size());
        smallest = std::min(smallest, static_cast<double>(measure.batch_size));
        largest = std::max(largest, static_cast<double>(measure.batch_size));
    }
    LineLayer line{.style = style};
    constexpr int pieces = 40;
    for (int i = 0; i <= pieces; ++i) {
        const double batch_size = smallest * std::pow(largest / smallest, i / double{pieces});
        line.x.push_back(batch_size);
        line.y.push_back(std::exp(log_covariance) *
                         (1 / batch_size - 1 / static_cast<double>(measures.front().examples)));
    }
    return line;
}

}  // namespace

std::optional<Chart> gradient_noise_chart(const Recipe& recipe, const Phrases& phrases) {
    const std::vector<GradientNoiseMeasure> measures = gradient_noise_measures(recipe);
    Panel panel;
    panel.x = {.title = phrases("examples in a batch"), .scale = AxisScale::log2};
    panel.y = {.title = phrases("variance of the gradient"), .scale = AxisScale::log10};
    std::size_t index = 0;
    for (const WeightsAt weights : {WeightsAt::start, WeightsAt::middle, WeightsAt::end}) {
        const Style style = factor_style(index++);
        const std::vector<GradientNoiseMeasure> here = shown(measures, weights);
        if (!here.empty()) {
            panel.layers.emplace_back(sampling_theory(here, style));
            panel.layers.emplace_back(dots(here, place_name(weights, phrases), style, phrases));
        }
    }
    if (panel.layers.empty()) {
        return std::nullopt;
    }
    Chart chart{.title = phrases("Does gradient noise fall as 1/B?")};
    chart.description =
        phrases("Variance of the gradients of random batches against the size of the batch.");
    chart.caption = phrases(
        "Dots: the variance, summed over the parameters, of the mean gradients of random batches "
        "at the weights of one run each. Lines: S (1/B - 1/N), as sampling theory has it for N "
        "examples, with S as fits the dots.");
    chart.panels.push_back(std::move(panel));
    return chart;
}

}  // namespace batchscope
