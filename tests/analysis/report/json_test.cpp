#include "analysis/report/json.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "tests/analysis/questions/made_up_study.hpp"

namespace batchscope::tests_of_json {
namespace {

MadeUpStudy example() {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        for (const std::int64_t batch_size : {16, 64}) {
            AnalyzedRun& run = study.add(batch_size, seed);
            run.history.train_accuracy.back() = 0.9 + 0.001 * static_cast<double>(seed);
            run.history.validation_accuracy.back() =
                (batch_size == 16 ? 0.85 : 0.80) + 0.001 * static_cast<double>(seed % 3);
        }
    }
    return study;
}

nlohmann::json parsed(MadeUpStudy& study, const std::vector<SkippedFile>& skipped = {}) {
    return nlohmann::json::parse(summary_json({answer_all(study.summary(), {})}, skipped));
}

TEST(SummaryJson, HoldsVerdictsDifferencesAndSeeds) {
    MadeUpStudy study = example();
    const auto json = parsed(study);
    EXPECT_EQ(json["format"], "batchscope-summary");
    EXPECT_EQ(json["format_version"], 2);
    const auto& answer = json["studies"][0]["recipes"][0]["larger_batch"][0];
    EXPECT_EQ(answer["budget"]["moment"], "end");
    EXPECT_EQ(answer["reference"], 16);
    const auto& validation = answer["figures"][1];
    EXPECT_EQ(validation["name"], "validation_accuracy");
    EXPECT_EQ(validation["answer"], "undecided");
    const auto& contrast = validation["contrasts"][0];
    EXPECT_EQ(contrast["batch_size"], 64);
    EXPECT_EQ(contrast["reason"], "identical_seeds");
    EXPECT_EQ(contrast["seeds"], (std::vector<std::uint64_t>{1, 2, 3, 4}));
    EXPECT_NEAR(contrast["mean"].get<double>(), -0.05, 1e-12);
}

TEST(SummaryJson, WritesUnknownAsNull) {
    MadeUpStudy study;
    study.add(16, 1).history.test_loss = {unknown, std::numeric_limits<double>::infinity()};
    study.add(64, 1);
    const auto json = parsed(study);
    EXPECT_TRUE(json["studies"][0]["rows"][0]["test_loss"]["mean"].is_null());
    EXPECT_TRUE(json["studies"][0]["rows"][0]["train_loss"]["half_width"].is_null()) << "one seed";
}

TEST(SummaryJson, TakesAnyText) {
    MadeUpStudy study = example();
    const std::string hostile = "</script>\"\\\n{{x}}\xff";
    const auto json = parsed(study, {{hostile, hostile}});
    ASSERT_EQ(json["skipped"].size(), 1U);
    EXPECT_EQ(json["skipped"][0]["reason"].get<std::string>().substr(0, 9), "</script>");
}

TEST(SummaryJson, HasTheSameFieldsForAnyNumberOfRuns) {
    const auto fields = [](const nlohmann::json& json) {
        std::set<std::string> names;
        for (const auto& [name, value] : json.items()) {
            names.insert(name);
        }
        return names;
    };
    MadeUpStudy few;
    few.add(16, 1);
    few.add(64, 1);
    MadeUpStudy many;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        many.add(16, seed);
        many.add(64, seed);
    }
    const auto a = parsed(few);
    const auto b = parsed(many);
    EXPECT_EQ(fields(a), fields(b));
    const auto contrast = [](const nlohmann::json& json) -> const nlohmann::json& {
        return json["studies"][0]["recipes"][0]["larger_batch"][0]["figures"][0]["contrasts"][0];
    };
    EXPECT_EQ(fields(contrast(a)), fields(contrast(b)));
}

TEST(SummaryJson, IsTheSameInAnyOrderOfRuns) {
    MadeUpStudy forward;
    MadeUpStudy backward;
    for (std::uint64_t i = 1; i <= 5; ++i) {
        for (const auto& [study, seed] : {std::pair{&forward, i}, std::pair{&backward, 6 - i}}) {
            for (const std::int64_t batch_size : {16, 64}) {
                study->add(batch_size, seed).history.train_loss.back() =
                    0.1 / static_cast<double>(seed) + 0.001 * static_cast<double>(batch_size);
            }
        }
    }
    EXPECT_EQ(summary_json({answer_all(forward.summary(), {})}, {}),
              summary_json({answer_all(backward.summary(), {})}, {}));
}

}  // namespace
}  // namespace batchscope::tests_of_json
