#include "config/schema.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace batchscope {
namespace {

TEST(Schema, ShortKeysAreShortAndUnique) {
    EXPECT_EQ(short_key_of(key_at("training.batch_size")), "batch_size");
    EXPECT_EQ(short_key_of(key_at("training.micro_batch_size")), "micro_batch_size");
    EXPECT_EQ(short_key_of(key_at("training.learning_rate_scaling")), "learning_rate_scaling");
    EXPECT_EQ(short_key_of(key_at("training.optimizer.name")), "optimizer.name");
    EXPECT_EQ(short_key_of(key_at("model.name")), "model.name");
    EXPECT_EQ(short_key_of(key_at("training.budget.examples")), "budget.examples");
    EXPECT_EQ(short_key_of(key_at("evaluate.every_epochs")), "evaluate.every_epochs");
    EXPECT_EQ(short_key_of(key_at("batch_norm.size")), "size");
    EXPECT_EQ(short_key_of(key_at("study")), "study");
    // Keys that are never an axis leave the names of axes as they are.
    EXPECT_EQ(short_key_of(key_at("training.seed")), "seed");
    EXPECT_EQ(short_key_of(key_at("sharpness.seed")), "sharpness.seed");
    EXPECT_EQ(short_key_of(key_at("sharpness.trace.products")), "trace.products");
    std::set<std::string> names;
    for (const Key& key : schema()) {
        EXPECT_TRUE(names.insert(short_key_of(key)).second) << key.path;
    }
}

TEST(Schema, NoNameIsBothAKeyAndASection) {
    for (const std::string& section : sections()) {
        EXPECT_EQ(find_key(section), nullptr) << section;
    }
    EXPECT_EQ(find_key("training.xylophone"), nullptr);
    EXPECT_FALSE(is_section("training.batch_size"));
    EXPECT_FALSE(is_section(""));
}

TEST(Schema, SectionsStayTogetherSoThatTheyCanBeWrittenOnce) {
    std::set<std::string> closed;
    std::string open;
    for (const Key& key : schema()) {
        const std::string top = key.path.substr(0, key.path.find('.'));
        if (top != open) {
            EXPECT_TRUE(closed.insert(top).second) << key.path;
            open = top;
        }
    }
}

TEST(Schema, EverySelectorIsAChoiceWithTheValuesNamed) {
    int selected = 0;
    for (const Key& key : schema()) {
        if (key.used_when) {
            ++selected;
            const Key& selector = key_at(key.used_when->selector);
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
    for (const Key& key : schema()) {
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
            // No other key reads the same field.
            for (const Key& stranger : schema()) {
                if (stranger.path != key.path) {
                    EXPECT_EQ(stranger.read(settings), stranger.read(RunSettings{}))
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
    EXPECT_EQ(default_at(key_at("data.directory"), settings),
              Value{"/usr/share/datasets/fashion-mnist"});
    EXPECT_EQ(default_at(key_at("model.dropout"), settings), Value{0.0});
    EXPECT_EQ(default_at(key_at("training.budget.epochs"), settings), Value{10.0});
    settings.model.name = "simple_cnn";
    settings.data.name = "gaussians";
    settings.training.budget.steps = 5;
    EXPECT_EQ(default_at(key_at("data.directory"), settings), Value{""});
    EXPECT_EQ(default_at(key_at("data.validation_examples"), settings), Value{std::int64_t{0}});
    EXPECT_EQ(default_at(key_at("model.dropout"), settings), Value{0.4});
    EXPECT_EQ(default_at(key_at("training.budget.epochs"), settings), Value{});
}

TEST(Schema, HowSharpnessIsMeasuredIsNoAxis) {
    int keys = 0;
    for (const Key& key : schema()) {
        if (key.path.starts_with("sharpness.")) {
            ++keys;
            const bool says_when =
                key.path == "sharpness.every_epochs" || key.path == "sharpness.at_end";
            EXPECT_EQ(key.may_be_axis, says_when) << key.path;
        }
    }
    EXPECT_EQ(keys, 31);
    EXPECT_FALSE(key_at("training.noise_groups").may_be_axis);
}

TEST(Schema, AKeyOfAMeasureIsUsedWhereTheMeasureIsChosenAndMade) {
    RunSettings settings;
    const auto used = [&](const char* path) { return is_used(key_at(path), settings); };
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
    const std::vector<std::string>& order = sharpness_measures();
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
}  // namespace batchscope
