#include "config/unknown_key.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "config/schema.hpp"
#include "study/study_schema.hpp"
#include "tests/config/refusal.hpp"

/// Every documented key, misspelt or misplaced in turn (the list comes from the schema's table).
namespace batchscope::tests_of_unknown_key {
namespace {

/// "training.seed" and "[1]" as nested flow maps: {training: {seed: [1]}}.
std::string nested(const std::string& path, const std::string& value) {
    const auto dot = path.find('.');
    if (dot == std::string::npos) {
        return fmt::format("{{{}: {}}}", path, value);
    }
    return fmt::format("{{{}: {}}}", path.substr(0, dot), nested(path.substr(dot + 1), value));
}

std::vector<std::string> every_path() {
    std::vector<std::string> paths = study_schema().sections();
    for (const Key& key : study_schema().keys()) {
        paths.push_back(key.path);
    }
    return paths;
}

/// A letter left out, doubled, or changed, in the last name of the path.
std::vector<std::string> misspellings(const std::string& path) {
    const std::string name = last_name_of(path);
    const std::string prefix = path.substr(0, path.size() - name.size());
    const std::size_t middle = name.size() / 2;
    std::string left_out = name;
    left_out.erase(middle, 1);
    std::string doubled = name;
    doubled.insert(middle, 1, name[middle]);
    std::string changed = name;
    changed[middle] = 'q';
    return {prefix + left_out, prefix + doubled, prefix + changed};
}

const std::vector<std::string> values{"5",  "[5, 6]", "{a: 5}", "text",
                                      "[]", "{}",     "~",      "[[1], [2]]"};

TEST(UnknownKey, EveryMisspeltKeyIsRefusedWithItsPathAndTheRightOne) {
    int refused = 0;
    for (const std::string& path : every_path()) {
        for (const std::string& wrong : misspellings(path)) {
            ASSERT_EQ(study_schema().find(wrong), nullptr) << wrong;
            for (const std::string& value : values) {
                const std::string in_file = refusal_of(nested(wrong, value));
                EXPECT_EQ(in_file.find("studies/a.yaml:1: " + wrong + ": unknown key"), 0U)
                    << in_file;
                EXPECT_CONTAINS(in_file, "did you mean " + path);
                const std::string in_override = refusal_of("{}", {wrong + "=" + value});
                EXPECT_EQ(in_override.find("--set " + wrong + "=" + value + ": " + wrong +
                                           ": unknown key"),
                          0U)
                    << in_override;
                EXPECT_CONTAINS(in_override, "did you mean " + path);
                ++refused;
            }
        }
    }
    EXPECT_GT(refused, 1000);
}

TEST(UnknownKey, EveryMisspeltSectionHidesNothingBelowIt) {
    for (const Key& key : study_schema().keys()) {
        const std::string section = parent_of(key.path);
        if (section.empty()) {
            continue;
        }
        for (const std::string& wrong : misspellings(section)) {
            const std::string message =
                refusal_of(nested(wrong + "." + last_name_of(key.path), "5"));
            EXPECT_CONTAINS(message, wrong + ": unknown key");
            EXPECT_CONTAINS(message, section);
        }
    }
}

TEST(UnknownKey, EveryKeyUnderTheWrongParentIsRefusedAndItsPlaceNamed) {
    std::vector<std::string> parents = study_schema().sections();
    parents.insert(parents.begin(), "");
    for (const std::string& path : every_path()) {
        const std::string name = last_name_of(path);
        for (const std::string& parent : parents) {
            const std::string wrong = parent.empty() ? name : parent + "." + name;
            if (study_schema().find(wrong) != nullptr || study_schema().is_section(wrong)) {
                continue;
            }
            for (const std::string& message :
                 {refusal_of(nested(wrong, "5")), refusal_of("{}", {wrong + "=5"})}) {
                EXPECT_CONTAINS(message, wrong + ": unknown key");
                EXPECT_CONTAINS(message, path);
            }
        }
    }
}

TEST(UnknownKey, TellsWhereAKeyBelongs) {
    EXPECT_CONTAINS(refusal_of("model: {learning_rate: 0.1}"),
                    "learning_rate belongs under training: did you mean training.learning_rate?");
    EXPECT_CONTAINS(refusal_of("batchsize: 64"),
                    "did you mean training.batch_size, which belongs under training?");
    EXPECT_CONTAINS(refusal_of("training: {momentum: 0.9}"), "training.optimizer.momentum");
    EXPECT_CONTAINS(refusal_of("optimizer: {name: sgd}"), "training.optimizer");
    EXPECT_CONTAINS(refusal_of("training: {study: a}"), "study belongs at the top level");
}

TEST(UnknownKey, ListsTheNamesWhenNoneIsNear) {
    const std::string message = refusal_of("training:\n  batch_size: 64\n  xylophone: 1\n");
    EXPECT_EQ(message.find("studies/a.yaml:3: training.xylophone: unknown key"), 0U) << message;
    EXPECT_CONTAINS(message, "batch_size, micro_batch_size");
    EXPECT_CONTAINS(refusal_of("xylophone: 1"), "study, data, model, training");
}

TEST(UnknownKey, ADottedNameIsNotAPath) {
    EXPECT_CONTAINS(refusal_of("training.batch_size: 64"), "nest the names");
    EXPECT_CONTAINS(refusal_of("training: {optimizer.momentum: 0.5}"), "nest the names");
    EXPECT_CONTAINS(refusal_of("training: {optimizer.momentun: 0.5}"),
                    "training.optimizer.momentun: unknown key");
}

TEST(UnknownKey, ANameOfSeveralPlacesIsLookedForNearestFirst) {
    EXPECT_CONTAINS(refusal_of("training: {optimizer: {seed: 3}}"), "did you mean training.seed?");
    EXPECT_CONTAINS(refusal_of("sharpness: {trace: {seed: 3}}"), "did you mean sharpness.seed?");
    EXPECT_CONTAINS(refusal_of("seed: 3"), "did you mean one of training.seed, sharpness.seed?");
}

}  // namespace
}  // namespace batchscope::tests_of_unknown_key
