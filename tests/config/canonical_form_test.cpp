#include "config/canonical_form.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "study/study_schema.hpp"
#include "tests/config/refusal.hpp"

namespace batchscope::tests_of_canonical_form {
namespace {

std::string form_of(const std::string& text) {
    return parse(text).points.at(0).canonical_yaml;
}

// Results carry these hashes: where one of these two tests fails, every finished result would be
// refused as another configuration. Then raise canonical_form_version and say so in the release
// notes.
TEST(CanonicalForm, IsPinned) {
    EXPECT_EQ(form_of("training: {batch_size: 128, learning_rate: 0.00002}"),
              "canonical_form: 2\n"
              "training.batch_size: 128\n"
              "training.learning_rate: 2.0e-05\n");
    EXPECT_EQ(form_of(R"(
data: {name: cifar-10, directory: "/data sets/c", augmentation: {crop_padding: 4, flip: true}}
model: {name: simple_cnn, batch_norm: true}
training:
  batch_size: 512
  reference_batch_size: 128
  learning_rate_scaling: linear
  schedule: step
  step_epochs: [10, 20.5]
  optimizer: {weight_decay: 5e-4, nesterov: true}
  budget: {steps: 1000}
batch_norm: {statistics: ghost, size: 32}
output: {weights: none}
)"),
              "canonical_form: 2\n"
              "data.name: cifar-10\n"
              "data.directory: \"/data sets/c\"\n"
              "data.augmentation.crop_padding: 4\n"
              "data.augmentation.flip: true\n"
              "model.name: simple_cnn\n"
              "model.batch_norm: true\n"
              "training.batch_size: 512\n"
              "training.reference_batch_size: 128\n"
              "training.learning_rate_scaling: linear\n"
              "training.schedule: step\n"
              "training.step_epochs: [10, 20.5]\n"
              "training.optimizer.nesterov: true\n"
              "training.optimizer.weight_decay: 0.0005\n"
              "training.budget.steps: 1000\n"
              "batch_norm.statistics: ghost\n"
              "batch_norm.size: 32\n"
              "output.weights: none\n");
}

TEST(ConfigurationHash, IsPinned) {
    EXPECT_EQ(configuration_hash("canonical_form: 2\n"
                                 "training.batch_size: 128\n"
                                 "training.learning_rate: 2.0e-05\n"),
              "eccfd26b0786a40e2f2b3fc0ef4bdb44");
    // The value that xxHash itself publishes for empty input.
    EXPECT_EQ(configuration_hash(""), "99aa06d3014798d86001c324468d497f");
}

TEST(CanonicalForm, LeavesOutWhatTheRunDoesNotUse) {
    const std::string plain = form_of("training: {batch_size: 64}");
    for (const char* text : {
             "study: other",
             "output: {checkpoint_minutes: 3}",
             "training: {reference_batch_size: 32}",
             "training: {reference_batch_size: 64, learning_rate_scaling: linear}",
             "training: {reference_batch_size: 64, learning_rate_scaling: sqrt}",
             "training: {optimizer: {weight_decay_on: weights}}",
             "training: {reference_batch_size: 32, optimizer: {weight_decay_scaling: per_epoch}}",
             "training: {budget: {epochs: 10}, micro_batch_size: auto}",
             "batch_norm: {statistics: global}",
             "training: {optimizer: {momentum: 0.90, nesterov: false}}",
             "training: {noise_groups: 1}",
             "sharpness: {measures: [trace, eigenvalues]}",
             "sharpness: {keskar: {epsilon: [1e-2], starts: 9}, slices: {points: 3}}",
             "sharpness: {micro_batch_size: auto, eigenvalues: {largest: 5}}",
         }) {
        EXPECT_EQ(form_of(text), plain) << text;
    }
    EXPECT_EQ(form_of("training: {optimizer: {name: [adamw, sgd], momentum: 0.5}}"),
              form_of("training: {optimizer: {name: adamw}}"));
    EXPECT_EQ(form_of("training: {optimizer: {momentum: [0, 0.9], nesterov: true}}"),
              form_of("training: {optimizer: {momentum: 0}}"));
    EXPECT_EQ(form_of("{model: {batch_norm: [false, true]}, "
                      "batch_norm: {statistics: ghost, size: 8}}"),
              plain);
    EXPECT_EQ(form_of("training: {schedule: [constant, cosine], final_fraction: 0.5}"), plain);
    EXPECT_EQ(form_of("training: {schedule: [constant, step], step_epochs: [3], step_factor: 0.5}"),
              plain);
    EXPECT_EQ(form_of("training: {reference_batch_size: 64, optimizer: {weight_decay: 0.1, "
                      "weight_decay_scaling: per_epoch}}"),
              form_of("training: {optimizer: {weight_decay: 0.1}}"));
}

TEST(CanonicalForm, KeepsWhatChangesTheRun) {
    const std::string plain = form_of("training: {batch_size: 64}");
    for (const char* text : {
             "training: {batch_size: 65}",
             "training: {seed: 2}",
             "training: {micro_batch_size: 16}",
             "training: {learning_rate: 0.010000000000000002}",
             "training: {reference_batch_size: 32, learning_rate_scaling: linear}",
             "training: {optimizer: {weight_decay: 1e-9}}",
             "training: {optimizer: {momentum: 0}}",
             "training: {budget: {epochs: 11}}",
             "training: {budget: {steps: 10}}",
             "training: {precision: float64}",
             "training: {stop: {train_loss_below: 0.1}}",
             "model: {hidden: []}",
             "model: {dropout: 0.1}",
             "model: {batch_norm: true}",
             "data: {train_examples: 100}",
             "data: {test_examples: 0}",
             "data: {directory: /d}",
             "evaluate: {every_epochs: 2}",
             "sharpness: {at_end: false}",
             "sharpness: {every_epochs: 1}",
             "sharpness: {measures: []}",
             "sharpness: {measures: trace}",
             "sharpness: {measures: [eigenvalues, trace, keskar]}",
             "sharpness: {examples: 100}",
             "sharpness: {seed: 1}",
             "sharpness: {micro_batch_size: 64}",
             "sharpness: {eigenvalues: {smallest: 2}}",
             "sharpness: {trace: {products: 90}}",
             "training: {noise_groups: 2}",
             "output: {weights: none}",
         }) {
        EXPECT_NE(form_of(text), plain) << text;
    }
    EXPECT_EQ(form_of("sharpness: {measures: [trace, keskar], keskar: {epsilon: [1e-3]}}"),
              "canonical_form: 2\n"
              "sharpness.measures: [trace, keskar]\n"
              "sharpness.keskar.epsilon: [0.001]\n");
    EXPECT_EQ(form_of("sharpness: {measures: batch_gradients, batch_gradients: {batch_sizes: [16, "
                      "64, 256, 1024], batches: 30}}"),
              "canonical_form: 2\n"
              "sharpness.measures: [batch_gradients]\n"
              "sharpness.batch_gradients.batches: 30\n");
    // Where decay is scaled, the reference matters although the learning rate is not scaled.
    const std::string decay =
        "optimizer: {weight_decay: 0.1, weight_decay_scaling: per_epoch}, reference_batch_size: ";
    EXPECT_NE(form_of("training: {" + decay + "32}"), form_of("training: {" + decay + "16}"));
}

TEST(CanonicalForm, ARunWithoutSharpnessIsOneHoweverThatIsSaid) {
    const std::string none = form_of("sharpness: {at_end: false}");
    EXPECT_EQ(none,
              "canonical_form: 2\n"
              "sharpness.at_end: false\n");
    for (const char* text : {
             "sharpness: {measures: []}",
             "sharpness: {measures: [], at_end: false, every_epochs: 3}",
             "sharpness: {measures: [keskar], at_end: false, keskar: {starts: 3}, seed: 4}",
         }) {
        EXPECT_EQ(form_of(text), none) << text;
    }
}

TEST(ConfigurationDifferences, SayThatAnEarlierVersionMeantSomethingElse) {
    const RunSettings settings = parse("training: {batch_size: 64}").points.at(0).settings;
    EXPECT_CONTAINS(configuration_differences_text(study_schema(), settings, settings),
                    "another meaning");
    RunSettings other = settings;
    other.training.batch_size = 32;
    other.training.seed = 7;
    EXPECT_EQ(configuration_differences_text(study_schema(), settings, other),
              "  training.batch_size: 64 before, 32 now\n"
              "  training.seed: 1 before, 7 now");
}

TEST(ConfigurationDifferences, NameOldAndNewValues) {
    const auto settings_of = [](const std::string& text) {
        return parse(text).points.at(0).settings;
    };
    using Lines = std::vector<std::string>;
    EXPECT_EQ(configuration_differences(
                  study_schema(),
                  settings_of("training: {learning_rate: 0.01, optimizer: {momentum: 0.5}}"),
                  settings_of("training: {learning_rate: 2e-5, optimizer: {name: adamw}}")),
              (Lines{"training.learning_rate: 0.01 before, 2e-05 now",
                     "training.optimizer.name: sgd before, adamw now",
                     "training.optimizer.momentum: 0.5 before, unused now"}));
    EXPECT_EQ(
        configuration_differences(study_schema(), settings_of("training: {budget: {epochs: 3}}"),
                                  settings_of("training: {budget: {steps: 5}}")),
        (Lines{"training.budget.epochs: 3 before, not set now",
               "training.budget.steps: not set before, 5 now"}));
    EXPECT_EQ(configuration_differences(study_schema(), settings_of("data: {name: fashion-mnist}"),
                                        settings_of("data: {name: mnist, directory: /d}")),
              (Lines{"data.name: fashion-mnist before, mnist now",
                     "data.directory: /usr/share/datasets/fashion-mnist before, /d now"}));
    EXPECT_EQ(configuration_differences(
                  study_schema(), settings_of("study: a"),
                  settings_of("{study: b, output: {checkpoint_minutes: 1}, training: "
                              "{reference_batch_size: 64, learning_rate_scaling: linear}}")),
              Lines{});
}

TEST(CanonicalForm, TextCannotPassForAnotherKey) {
    const std::string form = form_of("data: {directory: \"/d: x # y\"}");
    EXPECT_CONTAINS(form, "data.directory: \"/d: x # y\"\n");
}

}  // namespace
}  // namespace batchscope::tests_of_canonical_form
