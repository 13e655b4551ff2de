#include "analysis/report/claims.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/charts/svg.hpp"
#include "analysis/questions/recipe.hpp"
#include "tests/analysis/report/report_studies.hpp"

namespace batchscope::tests_of_claims {
namespace {

constexpr double examples = 500;

double expected_variance(double epoch, double batch_size) {
    return (3 + epoch) * (1 / batch_size - 1 / examples);
}

/// Three runs of 10 epochs whose noise is that of sampling theory, S = 3 + epoch.
MadeUpStudy noisy_study(const std::vector<double>& epochs) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        AnalyzedRun& run = study.add(16, seed);
        for (const double epoch : epochs) {
            for (const std::int64_t batch_size : {8, 32, 128}) {
                run.batch_gradients.push_back(
                    {epoch, 10 * epoch, batch_size, 50, 500,
                     expected_variance(epoch, static_cast<double>(batch_size))});
            }
        }
    }
    return study;
}

std::optional<Chart> chart_of(MadeUpStudy study) {
    return gradient_noise_chart(recipes_of(study.summary()).front(), english);
}

TEST(GradientNoiseChart, ShowsEveryRunAtThreePlacesWithTheLineOfSamplingTheory) {
    const auto chart = chart_of(noisy_study({0, 2, 5, 10}));
    ASSERT_TRUE(chart);
    const auto dots = layers_of<PointLayer>(chart->panels.at(0));
    const auto lines = layers_of<LineLayer>(chart->panels[0]);
    ASSERT_EQ(dots.size(), 3U);
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(dots[0].name, "start of training");
    EXPECT_EQ(dots[2].name, "end of training");
    const std::vector<double> epochs{0, 5, 10};
    for (std::size_t place = 0; place < 3; ++place) {
        ASSERT_EQ(dots[place].points.size(), 9U) << "three runs, three batch sizes";
        for (const PointMark& dot : dots[place].points) {
            EXPECT_EQ(dot.y, expected_variance(epochs[place], dot.x));
            EXPECT_FALSE(dot.hover.empty());
        }
        EXPECT_EQ(lines[place].style.colour, dots[place].style.colour);
        EXPECT_DOUBLE_EQ(lines[place].x.front(), 8);
        EXPECT_NEAR(lines[place].x.back(), 128, 1e-9);
        for (std::size_t i = 0; i < lines[place].x.size(); ++i) {
            const double expected = expected_variance(epochs[place], lines[place].x[i]);
            EXPECT_NEAR(lines[place].y[i], expected, 1e-9 * expected);
        }
    }
    EXPECT_EQ(render_svg(*chart).hidden_values, 0U);
}

TEST(GradientNoiseChart, ShowsOnlyPlacesThatWereMeasured) {
    const auto chart = chart_of(noisy_study({10}));
    ASSERT_TRUE(chart);
    const auto dots = layers_of<PointLayer>(chart->panels.at(0));
    ASSERT_EQ(dots.size(), 1U);
    EXPECT_EQ(dots[0].name, "end of training");
    EXPECT_FALSE(chart_of(noisy_study({})));
}

TEST(GradientNoiseChart, LeavesOutWhatALogarithmicAxisCannotShow) {
    MadeUpStudy study = noisy_study({10});
    study.change_all([](AnalyzedRun& run) {
        run.batch_gradients[0].variance = 0;  // all examples are alike
        run.batch_gradients[1].examples = 0;  // unknown
    });
    const auto chart = chart_of(std::move(study));
    ASSERT_TRUE(chart);
    EXPECT_EQ(layers_of<PointLayer>(chart->panels.at(0)).at(0).points.size(), 3U);
    const auto lines = layers_of<LineLayer>(chart->panels[0]);
    for (const double value : lines.at(0).y) {
        EXPECT_TRUE(std::isfinite(value));
    }
}

}  // namespace
}  // namespace batchscope::tests_of_claims
