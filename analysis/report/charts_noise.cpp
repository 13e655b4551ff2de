#include "analysis/report/charts_noise.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <vector>

#include "analysis/claims/gradient_noise_measure.hpp"
#include "analysis/figures/palette.hpp"

namespace batchscope {

namespace {

/// 1/B - 1/N, by which the covariance of the examples' gradients becomes that of a batch.
double sampling_factor(double batch_size, double examples) {
    return 1 / batch_size - 1 / examples;
}

double sampling_factor(const GradientNoiseMeasure& measure) {
    return sampling_factor(static_cast<double>(measure.batch_size),
                           static_cast<double>(measure.examples));
}

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
                     return measure.weights == weights && measure.variance > 0 &&
                            measure.batch_size >= 1 && measure.batch_size < measure.examples;
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

/// S (1/B - 1/N) with ln S the mean over the measures. It falls to nothing at N.
LineLayer sampling_theory(const std::vector<GradientNoiseMeasure>& measures, const Style& style) {
    double log_covariance = 0;
    double smallest = infinity;
    double largest = 0;
    double examples = infinity;
    for (const GradientNoiseMeasure& measure : measures) {
        log_covariance += std::log(measure.variance / sampling_factor(measure)) /
                          static_cast<double>(measures.size());
        smallest = std::min(smallest, static_cast<double>(measure.batch_size));
        largest = std::max(largest, static_cast<double>(measure.batch_size));
        examples = std::min(examples, static_cast<double>(measure.examples));
    }
    LineLayer line{.style = style};
    constexpr int pieces = 40;
    for (int i = 0; i <= pieces; ++i) {
        const double batch_size = smallest * std::pow(largest / smallest, i / double{pieces});
        line.x.push_back(batch_size);
        line.y.push_back(std::exp(log_covariance) * sampling_factor(batch_size, examples));
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
