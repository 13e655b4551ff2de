#include "study/study_schema.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "config/grid.hpp"
#include "core/error.hpp"
#include "optimizers/optimizers.hpp"

namespace batchscope::tests_of_study_schema {
namespace {

/// What a study says to use the component `name` of a family.
using NameInStudy = std::string (*)(const std::string& name);

/// Removes each component of a family in turn: a study that names it must then be refused, and must
/// not fall through to another one.
template <class Described>
void expect_each_to_be_missed(std::vector<Described> Components::*family, const std::string& key,
                              NameInStudy study) {
    const Components& all = study_schema().components();
    for (const std::string& name : names_of(all.*family)) {
        SCOPED_TRACE(name);
        EXPECT_NO_THROW((void)parse_study(study_schema(), study(name), "study.yaml"));
        Components fewer = all;
        std::erase_if(fewer.*family,
                      [&](const Described& component) { return component.name == name; });
        const Schema without(std::move(fewer));
        try {
            (void)parse_study(without, study(name), "study.yaml");
            ADD_FAILURE() << "a study without it was read";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ExitCode::configuration);
            EXPECT_NE(error.problem().find(fmt::format("{}: '{}' is not one of", key, name)),
                      std::string::npos)
                << error.problem();
            EXPECT_FALSE(error.remedy().empty());
        }
    }
}

TEST(StudySchema, RefusesADataSetThatIsOnNoList) {
    expect_each_to_be_missed(&Components::datasets, "data.name", [](const std::string& name) {
        RunSettings settings;
        settings.data.name = name;
        return fmt::format("data: {{name: {}{}}}", name,
                           study_schema().dataset(settings).in_files ? ", directory: /d" : "");
    });
}

TEST(StudySchema, RefusesANetworkThatIsOnNoList) {
    expect_each_to_be_missed(&Components::networks, "model.name", [](const std::string& name) {
        return fmt::format("model: {{name: {}}}", name);
    });
}

TEST(StudySchema, RefusesAnOptimizerThatIsOnNoList) {
    expect_each_to_be_missed(&Components::optimizers, "training.optimizer.name",
                             [](const std::string& name) {
                                 return fmt::format("training: {{optimizer: {{name: {}}}}}", name);
                             });
}

TEST(StudySchema, RefusesAMeasureThatIsOnNoList) {
    expect_each_to_be_missed(
        &Components::measures, "sharpness.measures",
        [](const std::string& name) { return fmt::format("sharpness: {{measures: {}}}", name); });
}

TEST(StudySchema, NamesTheNearestComponent) {
    const auto remedy_of = [](const std::string& study) {
        try {
            (void)parse_study(study_schema(), study, "study.yaml");
        } catch (const Error& error) {
            return error.remedy();
        }
        return std::string{"no error"};
    };
    EXPECT_EQ(remedy_of("data: {name: fashion-mnits}"), "did you mean fashion-mnist?");
    EXPECT_EQ(remedy_of("model: {name: simple-cnn}"), "did you mean simple_cnn?");
    EXPECT_EQ(remedy_of("training: {optimizer: {name: adam}}"), "did you mean adamw?");
    EXPECT_EQ(remedy_of("sharpness: {measures: eigenvalue}"), "did you mean eigenvalues?");
}

TEST(StudySchema, SaysThatAnOptimizerHasTheSquareRootRuleWhereItHas) {
    for (const OptimizerKind& kind : optimizers()) {
        EXPECT_EQ(kind.has_square_root_rule, static_cast<bool>(kind.square_root_scaled))
            << kind.name;
    }
}

TEST(StudySchema, EveryKeyAndComponentSaysWhatItMeans) {
    for (const Key& key : study_schema().keys()) {
        EXPECT_FALSE(key.meaning.empty()) << key.path;
    }
    const auto expect_meanings = [](const auto& components) {
        for (const Component& component : components) {
            EXPECT_FALSE(component.meaning.empty()) << component.name;
        }
    };
    const Components& all = study_schema().components();
    expect_meanings(all.datasets);
    expect_meanings(all.networks);
    expect_meanings(all.optimizers);
    expect_meanings(all.measures);
}

// Both may be measured at once, from one value.
TEST(Schema, RefusesTwoDefaultsOfAKeyThatMeasuresShare) {
    Components components = study_schema().components();
    for (MeasureComponent& measure : components.measures) {
        if (measure.name == "gauss_newton_trace") {
            measure.keys.front().default_value = std::int64_t{99};
        }
    }
    EXPECT_THROW(Schema{std::move(components)}, std::logic_error);
}

// Two components may share a key; then it means the same to both.
TEST(Schema, RefusesTwoDescriptionsOfOneKey) {
    Components components = study_schema().components();
    components.networks.at(1).keys = components.networks.at(0).keys;
    components.networks.at(1).keys.back().range = {.lowest = 3};
    EXPECT_THROW(Schema{std::move(components)}, std::logic_error);
}

/// Counts how often the component `name` of each family is asked about a study.
template <class Described>
void count_questions(std::vector<Described>& components, const std::string& name, int& count) {
    for (Component& component : components) {
        if (component.name == name) {
            component.check_study = [&count](const GivenValues& /*given*/) { ++count; };
        }
    }
}

// Of measures a study names a list, of the others one, or an axis of them.
TEST(Schema, AComponentIsAskedAboutTheStudiesThatNameIt) {
    Components components = study_schema().components();
    int count = 0;
    count_questions(components.datasets, "gaussians", count);
    count_questions(components.networks, "simple_cnn", count);
    count_questions(components.optimizers, "adamw", count);
    count_questions(components.measures, "batch_gradients", count);
    const Schema schema(std::move(components));
    for (const auto& [text, expected] :
         {std::pair{"sharpness: {measures: [eigenvalues]}", 0},
          {"data: {name: gaussians}", 1},
          {"model: {name: [mlp, simple_cnn]}", 1},
          {"training: {optimizer: {name: adamw}}", 1},
          {"sharpness: {measures: [eigenvalues, batch_gradients]}", 1}}) {
        count = 0;
        (void)parse_study(schema, std::string(text) + "\nstudy: s\n", "study.yaml");
        EXPECT_EQ(count, expected) << text;
    }
}

}  // namespace
}  // namespace batchscope::tests_of_study_schema
