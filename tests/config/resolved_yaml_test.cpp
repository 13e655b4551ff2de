#include "config/resolved_yaml.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "study/study_schema.hpp"
#include "tests/config/refusal.hpp"

namespace batchscope::tests_of_resolved_yaml {
namespace {

const std::vector<std::string> studies{
    "training: {batch_size: 128, learning_rate: 0.00002}",
    "{}",
    "study: 'null'",
    "study: \"2024 # prüfung: 'x'\"",
    "training: {batch_size: [16, 64], seed: [1], learning_rate: [1e-5, 0.1], "
    "reference_batch_size: 64, learning_rate_scaling: [none, linear]}",
    "model: {hidden: [[], [512], [512, 512]]}",
    "model: {hidden: [[512]]}",
    "model: {name: [mlp, simple_cnn], hidden: [64]}",
    "model: {name: [mlp, simple_cnn]}",
    "training: {optimizer: {name: [sgd, adamw], momentum: [0, 0.9], nesterov: [true, false], "
    "beta1: 0.8}}",
    "training: {schedule: [constant, cosine, step], step_epochs: [[1], [1, 2.5]], "
    "final_fraction: 0.1}",
    "training: {budget: {steps: [10, 20]}, micro_batch_size: [auto, 32]}",
    "{model: {batch_norm: [false, true]}, batch_norm: {statistics: [global, ghost], size: [8, "
    "16]}}",
    "data: {name: [linear-regression, gaussians, fashion-mnist], examples: 100}",
    "data: {directory: ['/a b', \"/c\\\"d\"], test_examples: 0}",
    "sharpness: {measures: [], every_epochs: 2}",
    "sharpness: {measures: [slices, trace], examples: 50, slices: {points: 5}}",
    "sharpness: {measures: [keskar], at_end: [true, false], keskar: {epsilon: [1e-3]}}",
    "sharpness: {measures: batch_gradients, batch_gradients: {batch_sizes: 8, batches: 2}}",
    "{training: {stop: {train_loss_below: 0.1, plateau_epochs: 2}}, "
    "evaluate: {validation_every_examples: 500}, output: {weights: none}}",
};

TEST(ResolvedYaml, OfAStudyReadsAgainAsTheSameStudy) {
    for (const std::string& text : studies) {
        const Study study = parse(text);
        const Study again = parse_study(study_schema(), study.resolved_yaml, "other.yaml");
        EXPECT_EQ(again.resolved_yaml, study.resolved_yaml);
        EXPECT_EQ(again.name, study.name);
        ASSERT_EQ(again.points.size(), study.points.size()) << study.resolved_yaml;
        for (std::size_t i = 0; i < study.points.size(); ++i) {
            EXPECT_EQ(again.points[i].name, study.points[i].name);
            EXPECT_EQ(again.points[i].resolved_yaml, study.points[i].resolved_yaml);
            EXPECT_EQ(again.points[i].canonical_yaml, study.points[i].canonical_yaml);
            EXPECT_EQ(again.points[i].alias_of, study.points[i].alias_of);
        }
    }
}

TEST(ResolvedYaml, OfAPointReadsAgainAsThatPoint) {
    int points = 0;
    for (const std::string& text : studies) {
        for (const GridPoint& point : parse(text).points) {
            const Study again = parse_study(study_schema(), point.resolved_yaml, "other.yaml");
            ASSERT_EQ(again.points.size(), 1U) << point.resolved_yaml;
            EXPECT_EQ(again.points[0].resolved_yaml, point.resolved_yaml);
            EXPECT_EQ(again.points[0].configuration_hash, point.configuration_hash);
            EXPECT_EQ(again.points[0].coordinates.size(), 2U);
            ++points;
        }
    }
    EXPECT_GT(points, 50);
}

TEST(ResolvedYaml, ShowsDefaultsAndNestsThem) {
    const std::string yaml =
        parse("training: {learning_rate: 0.00002, batch_size: [128]}").resolved_yaml;
    EXPECT_CONTAINS(yaml,
                    "study: a\n"
                    "data:\n"
                    "  name: fashion-mnist\n"
                    "  directory: /usr/share/datasets/fashion-mnist\n");
    EXPECT_CONTAINS(yaml,
                    "training:\n"
                    "  batch_size: [128]\n"
                    "  micro_batch_size: auto\n"
                    "  noise_groups: 1\n"
                    "  learning_rate: 2.0e-05\n"
                    "  learning_rate_scaling: none\n");
    EXPECT_CONTAINS(yaml,
                    "  optimizer:\n"
                    "    name: sgd\n"
                    "    momentum: 0.9\n");
    EXPECT_CONTAINS(yaml,
                    "  budget:\n"
                    "    epochs: 10\n"
                    "  seed: 1\n");
    EXPECT_FALSE(contains(yaml, "beta1"));
    EXPECT_FALSE(contains(yaml, "stop:"));
}

TEST(ResolvedYaml, LeavesOutADefaultThatDiffersBetweenPoints) {
    const Study study = parse("model: {name: [mlp, simple_cnn]}");
    EXPECT_FALSE(contains(study.resolved_yaml, "dropout"));
    EXPECT_CONTAINS(study.points[0].resolved_yaml, "dropout: 0\n");
    EXPECT_CONTAINS(study.points[1].resolved_yaml, "dropout: 0.4\n");
}

}  // namespace
}  // namespace batchscope::tests_of_resolved_yaml
