#include "config/schema.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "study/study_schema.hpp"

namespace batchscope::tests_of_schema {
namespace {

const Schema& schema = study_schema();

TEST(Schema, ShortKeysAreShortAndUnique) {
    EXPECT_EQ(schema.short_key_of(schema.at("training.batch_size")), "batch_size");
    EXPECT_EQ(schema.short_key_of(schema.at("training.micro_batch_size")), "micro_batch_size");
    EXPECT_EQ(schema.short_key_of(schema.at("training.learning_rate_scaling")),
              "learning_rate_scaling");
    EXPECT_EQ(schema.short_key_of(schema.at("training.optimizer.name")), "optimizer.name");
    EXPECT_EQ(schema.short_key_of(schema.at("model.name")), "model.name");
    EXPECT_EQ(schema.short_key_of(schema.at("training.budget.examples")), "budget.examples");
    EXPECT_EQ(schema.short_key_of(schema.at("evaluate.every_epochs")), "evaluate.every_epochs");
    EXPECT_EQ(schema.short_key_of(schema.at("batch_norm.size")), "size");
    EXPECT_EQ(schema.short_key_of(schema.at("study")), "study");
    // Keys that are never an axis leave the names of axes as they are.
    EXPECT_EQ(schema.short_key_of(schema.at("training.seed")), "seed");
    EXPECT_EQ(schema.short_key_of(schema.at("sharpness.seed")), "sharpness.seed");
    EXPECT_EQ(schema.short_key_of(schema.at("sharpness.trace.products")), "trace.products");
    std::set<std::string> names;
    for (const Key& key : schema.keys()) {
        EXPECT_TRUE(names.insert(schema.short_key_of(key)).second) << key.path;
    }
}

TEST(Schema, NoNameIsBothAKeyAndASection) {
    for (const std::string& section : schema.sections()) {
        EXPECT_EQ(schema.find(section), nullptr) << section;
    }
    EXPECT_EQ(schema.find("training.xylophone"), nullptr);
    EXPECT_FALSE(schema.is_section("training.batch_size"));
    EXPECT_FALSE(schema.is_section(""));
}

TEST(Schema, SectionsStayTogetherSoThatTheyCanBeWrittenOnce) {
    std::set<std::string> closed;
    std::string open;
    for (const Key& key : schema.keys()) {
        const std::string top = key.path.substr(0, key.path.find('.'));
        if (top != open) {
            EXPECT_TRUE(closed.insert(top).second) << key.path;
            open = top;
        }
    }
}

TEST(Schema, EverySelectorIsAChoiceWithTheValuesNamed) {
    int selected = 0;
    for (const Key& key : schema.keys()) {
        if (key.used_when) {
            ++selected;
            const Key& selector = schema.at(key.used_when->selector);
            const std::set<std::string> choices(selector.choices.begin(), selector.choices.end());
            EXPECT_EQ(selector.kind, ValueKind::choice) << key.path;
            for (const std::string& value : key.used_when->values) {
                EXPECT_TRUE(choices.contains(value)) << key.path << " " << value;
            }
        }
    }
    EXPECT_GT(selected, 10);
}

TEST(Schema, AssignAndReadAreInverse) {
    for (const Key& key : schema.keys()) {
        RunSettings settings;
        const Value before = key.read(settings);
        std::vector<Value> others;
        switch (key.kind) {
            case ValueKind::boolean:
                others = {true, false};
                break;
            case ValueKind::integer:
            case ValueKind::automatic_integer:
                others = {std::int64_t{3}, std::int64_t{17}};
                break;
            case ValueKind::number:
                others = {0.25, 0.5};
                break;
            case ValueKind::choice:
                others.assign(key.choices.begin(), key.choices.end());
                break;
            case ValueKind::text:
                others = {std::string{"x"}, std::string{"y"}};
                break;
            case ValueKind::integer_list:
                others = {std::vector<std::int64_t>{}, std::vector<std::int64_t>{4, 5}};
                break;
            case ValueKind::number_list:
                others = {std::vector<double>{}, std::vector<double>{4.5, 5}};
                break;
            case ValueKind::choice_list:
                others = {std::vector<std::string>{}, key.choices};
                break;
        }
        ASSERT_GE(others.size(), 2U) << key.path;
        for (const Value& other : others) {
            key.assign(settings, other);
            EXPECT_EQ(key.read(settings), other) << key.path;
            // No other key reads the same member; defaults may follow the name of a component.
            for (const Key& stranger : schema.keys()) {
                if (stranger.path != key.path) {
                    const Value read = stranger.read(settings);
                    EXPECT_TRUE(read == stranger.read(RunSettings{}) ||
                                read == default_at(stranger, settings))
                        << key.path << " changes " << stranger.path;
                }
            }
        }
        key.assign(settings, before);
        EXPECT_EQ(key.read(settings), before) << key.path;
    }
}

TEST(Schema, DefaultsFollowTheKeysThatTheyDependOn) {
    RunSettings settings;
    EXPECT_EQ(default_at(schema.at("data.directory"), settings),
              Value{std::string("/usr/share/datasets/fashion-mnist")});
    EXPECT_EQ(default_at(schema.at("model.dropout"), settings), Value{0.0});
    EXPECT_EQ(default_at(schema.at("training.budget.epochs"), settings), Value{10.0});
    settings.model.name = "simple_cnn";
    settings.data.name = "gaussians";
    settings.training.budget.steps = 5;
    EXPECT_EQ(default_at(schema.at("data.directory"), settings), Value{std::string()});
    EXPECT_EQ(default_at(schema.at("data.validation_examples"), settings), Value{std::int64_t{0}});
    EXPECT_EQ(default_at(schema.at("model.dropout"), settings), Value{0.4});
    EXPECT_EQ(default_at(schema.at("training.budget.epochs"), settings), Value{});
}

TEST(Schema, HowSharpnessIsMeasuredIsNoAxis) {
    int keys = 0;
    for (const Key& key : schema.keys()) {
        if (key.path.starts_with("sharpness.")) {
            ++keys;
            const bool says_when =
                key.path == "sharpness.every_epochs" || key.path == "sharpness.at_end";
            EXPECT_EQ(key.may_be_axis, says_when) << key.path;
        }
    }
    EXPECT_GT(keys, 10);
    EXPECT_FALSE(schema.at("training.noise_groups").may_be_axis);
}

TEST(Schema, AKeyOfAMeasureIsUsedWhereTheMeasureIsChosenAndMade) {
    RunSettings settings;
    const auto used = [&](const char* path) { return schema.is_used(schema.at(path), settings); };
    EXPECT_TRUE(used("sharpness.eigenvalues.smallest"));
    EXPECT_TRUE(used("sharpness.trace.products"));
    EXPECT_TRUE(used("sharpness.examples"));
    EXPECT_FALSE(used("sharpness.keskar.epsilon"));
    EXPECT_FALSE(used("sharpness.batch_gradients.batches"));
    settings.sharpness.measures = {"batch_gradients"};
    EXPECT_TRUE(used("sharpness.batch_gradients.batch_sizes"));
    EXPECT_TRUE(used("sharpness.batch_gradients.batches"));
    settings.sharpness.measures = {"gauss_newton_eigenvalues", "keskar"};
    EXPECT_TRUE(used("sharpness.eigenvalues.largest"));
    EXPECT_FALSE(used("sharpness.eigenvalues.smallest"));
    EXPECT_TRUE(used("sharpness.keskar.epsilon"));
    EXPECT_FALSE(used("sharpness.trace.products"));
    settings.sharpness.at_end = false;
    EXPECT_FALSE(used("sharpness.keskar.epsilon"));
    EXPECT_FALSE(used("sharpness.measures"));
    settings.sharpness.every_epochs = 2;
    EXPECT_TRUE(used("sharpness.keskar.epsilon"));
    settings.sharpness.measures.clear();
    EXPECT_TRUE(used("sharpness.measures"));
    EXPECT_FALSE(used("sharpness.examples"));
    EXPECT_FALSE(measures_sharpness(settings));
}

// Every list of choices is a set in this order; the default has to be one.
TEST(Schema, DefaultMeasuresAreInTheirOrder) {
    const std::vector<std::string>& order = schema.at("sharpness.measures").choices;
    const std::vector<std::string> chosen = SharpnessSettings{}.measures;
    std::vector<std::string> sorted;
    for (const std::string& measure : order) {
        if (std::find(chosen.begin(), chosen.end(), measure) != chosen.end()) {
            sorted.push_back(measure);
        }
    }
    EXPECT_EQ(sorted, chosen);
}

TEST(Range, DescribesAndChecksItsBounds) {
    const Range range{.lowest = 0.0, .highest = 1.0, .highest_open = true};
    EXPECT_EQ(range.description(), ">= 0 and < 1");
    EXPECT_TRUE(range.contains(0.0));
    EXPECT_FALSE(range.contains(1.0));
    EXPECT_FALSE(range.contains(-0.1));
    EXPECT_EQ(Range{}.description(), "");
}

}  // namespace
}  // namespace batchscope::tests_of_schema
