#include "config/grid.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "optimizers/sgd.hpp"
#include "study/study_schema.hpp"
#include "tests/config/refusal.hpp"
#include "training/scaling_rule.hpp"

namespace batchscope::tests_of_grid {
namespace {

Study shipped(const std::string& name) {
    return load_study(study_schema(), std::string{BATCHSCOPE_CONFIGS} + "/" + name + ".yaml");
}

std::vector<std::string> names_of(const Study& study) {
    std::vector<std::string> names;
    for (const GridPoint& point : study.points) {
        names.push_back(point.name);
    }
    return names;
}

TEST(Grid, IsTheProductOfAllAxesSeedSlowestAndBatchSizeFastest) {
    const Study study = parse(
        "training: {batch_size: [64, 16], seed: [2, 1], warmup_epochs: [0, 1], "
        "optimizer: {momentum: [0.9, 0]}}");
    ASSERT_EQ(study.points.size(), 16U);
    std::vector<std::tuple<std::uint64_t, double, double, std::int64_t>> order;
    for (const GridPoint& point : study.points) {
        EXPECT_EQ(&point - study.points.data(), point.index);
        const TrainingSettings& training = point.settings.training;
        order.emplace_back(training.seed, training.warmup_epochs,
                           settings_of<SgdSettings>(training.optimizer.values).momentum,
                           training.batch_size);
    }
    std::vector<std::tuple<std::uint64_t, double, double, std::int64_t>> expected;
    for (const std::uint64_t seed : {2U, 1U}) {
        for (const double warmup : {0.0, 1.0}) {
            for (const double momentum : {0.9, 0.0}) {
                for (const std::int64_t batch : {64, 16}) {
                    expected.emplace_back(seed, warmup, momentum, batch);
                }
            }
        }
    }
    EXPECT_EQ(order, expected);
}

TEST(Grid, NamesBatchSizeAndSeedFirstThenEveryListInTheSchemasOrder) {
    EXPECT_EQ(names_of(parse("training: {learning_rate: 0.1}")),
              std::vector<std::string>{"batch_size-64_seed-1"});
    EXPECT_EQ(names_of(parse("training: {seed: [7], learning_rate: [0.00002]}")),
              std::vector<std::string>{"batch_size-64_seed-7_learning_rate-2e-05"});
    EXPECT_EQ(names_of(parse("{training: {optimizer: {name: [adamw], epsilon: [1e+16]}, "
                             "learning_rate_scaling: [none]}, model: {name: [mlp]}, "
                             "data: {directory: ['/a b%é']}}")),
              std::vector<std::string>{
                  "batch_size-64_seed-1_directory-%2Fa%20b%25%C3%A9_model.name-mlp_learning_rate_"
                  "scaling-none_optimizer.name-adamw_epsilon-1e+16"});
    EXPECT_EQ(
        names_of(parse("{model: {hidden: [[512, 256], []], batch_norm: [true]}}")),
        (std::vector<std::string>{"batch_size-64_seed-1_hidden-%5B512%2C256%5D_batch_norm-true",
                                  "batch_size-64_seed-1_hidden-%5B%5D_batch_norm-true"}));
    EXPECT_EQ(names_of(parse("training: {micro_batch_size: [auto, 8]}")).at(0),
              "batch_size-64_seed-1_micro_batch_size-auto");
}

TEST(Grid, AGridThatGrowsKeepsTheNamesAndHashesOfItsPoints) {
    std::map<std::string, std::string> before;
    for (const GridPoint& point : parse("training: {batch_size: 64, seed: [1, 2]}").points) {
        before.emplace(point.name, point.configuration_hash);
    }
    std::map<std::string, std::string> after;
    for (const GridPoint& point :
         parse("training: {batch_size: [16, 64], seed: [3, 1, 2]}").points) {
        after.emplace(point.name, point.configuration_hash);
    }
    EXPECT_EQ(after.size(), 6U);
    for (const auto& [name, hash] : before) {
        EXPECT_EQ(after.at(name), hash) << name;
    }
}

TEST(Grid, CoordinatesHoldKeysValuesAndTexts) {
    const Study study = parse(
        "{training: {batch_size: 64, learning_rate: [0.5], schedule: [cosine]}, "
        "model: {batch_norm: [true]}}");
    const auto& coordinates = study.points.at(0).coordinates;
    ASSERT_EQ(coordinates.size(), 5U);
    EXPECT_EQ(coordinates[0].key, "training.batch_size");
    EXPECT_EQ(coordinates[0].short_key, "batch_size");
    EXPECT_EQ(coordinates[0].value, CoordinateValue{std::int64_t{64}});
    EXPECT_EQ(coordinates[1].key, "training.seed");
    EXPECT_EQ(coordinates[2].key, "model.batch_norm");
    EXPECT_EQ(coordinates[2].value, CoordinateValue{std::int64_t{1}});
    EXPECT_EQ(coordinates[2].text, "true");
    EXPECT_EQ(coordinates[3].value, CoordinateValue{0.5});
    EXPECT_EQ(coordinates[4].value, CoordinateValue{std::string{"cosine"}});
}

TEST(Grid, TheShippedStudyHas45RunsAnd5Aliases) {
    const Study study = shipped("fashion_mnist_mlp");
    ASSERT_EQ(study.points.size(), 50U);
    std::set<std::string> hashes;
    int aliases = 0;
    for (const GridPoint& point : study.points) {
        hashes.insert(point.configuration_hash);
        if (point.alias_of) {
            ++aliases;
            const GridPoint& first = study.points.at(static_cast<std::size_t>(*point.alias_of));
            EXPECT_LT(first.index, point.index);
            EXPECT_FALSE(first.alias_of);
            EXPECT_EQ(first.configuration_hash, point.configuration_hash);
            EXPECT_EQ(first.settings.training.seed, point.settings.training.seed);
            EXPECT_EQ(first.settings.training.batch_size, 64);
            EXPECT_EQ(point.settings.training.batch_size, 64);
            EXPECT_EQ(first.settings.training.learning_rate_scaling, LearningRateScaling::none);
            EXPECT_EQ(point.settings.training.learning_rate_scaling, LearningRateScaling::linear);
            EXPECT_EQ(peak_learning_rate(first.settings.training),
                      peak_learning_rate(point.settings.training));
        }
    }
    EXPECT_EQ(aliases, 5);
    EXPECT_EQ(hashes.size(), 45U);
}

TEST(Grid, TheFirstSeedsTableIsCompleteBeforeTheSecondSeed) {
    const Study study = shipped("fashion_mnist_mlp");
    for (std::size_t i = 0; i < study.points.size(); ++i) {
        EXPECT_EQ(study.points[i].settings.training.seed, 1 + i / 10);
    }
    EXPECT_EQ(study.points[0].name, "batch_size-16_seed-1_learning_rate_scaling-none");
    EXPECT_EQ(study.points[1].name, "batch_size-64_seed-1_learning_rate_scaling-none");
    EXPECT_EQ(study.points[5].name, "batch_size-16_seed-1_learning_rate_scaling-linear");
}

TEST(Grid, ShippedConfigurationsAreValid) {
    const Study full = shipped("fashion_mnist_mlp_full");
    EXPECT_EQ(full.points.size(), 10U);
    for (const GridPoint& point : full.points) {
        EXPECT_FALSE(point.settings.data.train_examples);
        EXPECT_FALSE(point.alias_of);
        if (point.settings.training.batch_size == 128) {
            EXPECT_EQ(peak_learning_rate(point.settings.training), 0.02);
        }
    }
    const Study network = shipped("fashion_mnist_cnn");
    EXPECT_EQ(network.points.size(), 45U);
    EXPECT_EQ(study_schema().at("model.dropout").read(network.points[0].settings), Value{0.4});
    const auto aliases = std::count_if(network.points.begin(), network.points.end(),
                                       [](const GridPoint& point) { return point.alias_of; });
    EXPECT_EQ(aliases, 6);
    EXPECT_TRUE(shipped("cifar10_cnn").points.at(0).settings.data.augmentation.flip);
}

TEST(Grid, RefusesNamesTooLong) {
    EXPECT_CONTAINS(refusal_of("data: {directory: [/" + std::string(190, 'x') + "]}"),
                    "has more than 200 bytes");
    EXPECT_EQ(parse("data: {directory: /" + std::string(300, 'x') + "}").points.size(), 1U);
}

TEST(Grid, NamesDifferEvenWhereAFolderLooksLikeAnAxis) {
    const std::vector<std::string> names = names_of(parse(
        "{data: {directory: [x, x_model.name-mlp, x%20y, 'x y', x_batch_norm-true]}, "
        "model: {name: [mlp, simple_cnn], batch_norm: [true, false]}, training: {seed: [1, 11]}}"));
    EXPECT_EQ(names.size(), 40U);
    EXPECT_EQ((std::set<std::string>{names.begin(), names.end()}).size(), names.size());
}

TEST(Grid, RefusesAGridOfAbsurdSize) {
    std::string seeds = "1";
    for (int seed = 2; seed <= 400; ++seed) {
        seeds += ", " + std::to_string(seed);
    }
    EXPECT_CONTAINS(refusal_of("training: {batch_size: [" + seeds + "], seed: [" + seeds + "]}"),
                    "more than 100000 points");
}

TEST(Grid, TheStudysNameIsTheFilesStem) {
    EXPECT_EQ(parse_study(study_schema(), "{}", "somewhere/my_study.yaml").name, "my_study");
    EXPECT_EQ(parse_study(study_schema(), "study: other", "somewhere/my_study.yaml").name, "other");
    EXPECT_THROW((void)parse_study(study_schema(), "{}", "somewhere/.yaml"), Error);
}

TEST(Grid, FilesOfMixedDataSetsKeepTheOrderOfTheirNames) {
    const Study study = parse_study(
        study_schema(),
        "data: {name: [gaussians, linear-regression], noise: [0.1, 0.2], classes: [2, 3], "
        "separation: [3, 4]}",
        "study.yaml");
    EXPECT_EQ(study.points.front().name,
              "batch_size-64_seed-1_data.name-gaussians_classes-2_noise-0.1_separation-3");
}

}  // namespace
}  // namespace batchscope::tests_of_grid
