#include "config/study_rules.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/config/refusal.hpp"

namespace batchscope::tests_of_study_rules {
namespace {

TEST(StudyRules, KeysThatNothingUsesAreRefused) {
    const std::string message =
        refusal_of("training:\n  optimizer:\n    name: adamw\n    momentum: 0.9\n");
    EXPECT_EQ(message.find("studies/a.yaml:4: training.optimizer.momentum: has no effect"), 0U)
        << message;
    for (const char* text : {
             "training: {optimizer: {name: adamw, nesterov: true}}",
             "training: {optimizer: {beta1: 0.9}}",
             "training: {optimizer: {beta2: [0.9, 0.99]}}",
             "training: {optimizer: {epsilon: 1e-8}}",
             "training: {optimizer: {name: [sgd], epsilon: 1e-8}}",
             "model: {name: simple_cnn, hidden: [512]}",
             "training: {final_fraction: 0.1}",
             "training: {schedule: step, step_epochs: [1], final_fraction: 0.1}",
             "training: {schedule: cosine, step_epochs: [1]}",
             "training: {schedule: cosine, step_factor: 0.1}",
             "batch_norm: {size: 32}",
             "batch_norm: {statistics: global, size: 32}",
             "data: {examples: 100}",
             "data: {features: 100}",
             "data: {classes: 3}",
             "data: {name: linear-regression, classes: 3}",
             "data: {name: linear-regression, separation: 3}",
             "data: {name: gaussians, noise: 0.1}",
             "data: {name: gaussians, directory: /d}",
             "data: {name: gaussians, augmentation: {flip: true}}",
         }) {
        EXPECT_CONTAINS(refusal_of(text), "has no effect");
    }
    EXPECT_CONTAINS(refusal_of("batch_norm: {statistics: ghost, size: 32}"),
                    "set model.batch_norm: true");
    EXPECT_CONTAINS(refusal_of("training: {optimizer: {momentum: 0, nesterov: true}}"),
                    "has no effect");
}

TEST(StudyRules, AnOverriddenSelectorSaysHowToDropTheFilesKeys) {
    const std::string file = "training: {optimizer: {name: sgd, momentum: 0.9}}";
    EXPECT_CONTAINS(refusal_of(file, {"training.optimizer.name=adamw"}),
                    "replace the whole map: --set 'training.optimizer={name: adamw}'");
    EXPECT_EQ(parse(file, {"training.optimizer={name: adamw}"}).points.size(), 1U);
    EXPECT_CONTAINS(refusal_of("training: {schedule: cosine, final_fraction: 0.1}",
                               {"training.schedule=constant"}),
                    "remove it, or set training.schedule to cosine");
}

TEST(StudyRules, KeysOfOneBranchAreFineWhenTheSelectorIsAnAxis) {
    EXPECT_EQ(parse("training: {optimizer: {name: [sgd, adamw], momentum: 0.5, beta1: 0.8}}")
                  .points.size(),
              2U);
    EXPECT_EQ(parse("model: {name: [mlp, simple_cnn], hidden: [64]}").points.size(), 2U);
    EXPECT_EQ(parse("training: {schedule: [constant, cosine], final_fraction: 0.1}").points.size(),
              2U);
    EXPECT_EQ(parse("{model: {batch_norm: true}, "
                    "batch_norm: {statistics: [global, ghost], size: 32}}")
                  .points.size(),
              2U);
}

TEST(StudyRules, TheDocumentedExampleIsValid) {
    EXPECT_EQ(parse(R"(
study: fashion_mnist_mlp
data:     {name: fashion-mnist, directory: /d, validation_examples: 5000, split_seed: 0}
model:    {name: mlp, hidden: [512, 512]}
training:
  batch_size: [16, 64, 256, 1024, 4096]
  micro_batch_size: auto
  learning_rate: 0.01
  reference_batch_size: 64
  learning_rate_scaling: [none, linear]
  warmup_epochs: 1
  schedule: cosine
  optimizer: {name: sgd, momentum: 0.9, weight_decay: 0.0, weight_decay_scaling: none, weight_decay_on: all}
  budget: {epochs: 10}
  stop: {}
  seed: [1, 2, 3, 4, 5]
  precision: float32
batch_norm: {statistics: global}
evaluate:  {every_epochs: 1}
sharpness: {every_epochs: 0, at_end: true}
output:    {checkpoint_minutes: 10, weights: final}
)")
                  .points.size(),
              50U);
}

TEST(StudyRules, AScalingRuleNeedsItsReference) {
    const std::string message =
        refusal_of("training:\n  learning_rate: 0.1\n  learning_rate_scaling: [none, linear]\n");
    EXPECT_EQ(message.find("studies/a.yaml:3: training.learning_rate_scaling: linear without "
                           "training.reference_batch_size"),
              0U)
        << message;
    EXPECT_CONTAINS(refusal_of("{}", {"training.learning_rate_scaling=sqrt"}),
                    "--set training.learning_rate_scaling=sqrt: ");
    EXPECT_CONTAINS(refusal_of("training: {optimizer: {weight_decay_scaling: per_epoch}}"),
                    "without training.reference_batch_size");
    EXPECT_EQ(parse("training: {reference_batch_size: 64}").points.size(), 1U);
}

TEST(StudyRules, SqrtAdamIsForAdamw) {
    const std::string scaling = "learning_rate_scaling: sqrt_adam, reference_batch_size: 64";
    EXPECT_CONTAINS(refusal_of("training: {" + scaling + "}"), "sqrt_adam is a rule for adamw");
    EXPECT_CONTAINS(refusal_of("training: {optimizer: {name: [adamw, sgd]}, " + scaling + "}"),
                    "sqrt_adam is a rule for adamw");
    EXPECT_EQ(parse("training: {optimizer: {name: adamw}, " + scaling + "}").points.size(), 1U);
}

TEST(StudyRules, AStepScheduleNeedsRisingEpochs) {
    EXPECT_CONTAINS(refusal_of("training: {schedule: step}"), "training.step_epochs");
    EXPECT_CONTAINS(refusal_of("training: {schedule: step, step_epochs: []}"), "needs the epochs");
    EXPECT_CONTAINS(refusal_of("training: {schedule: [constant, step]}"), "training.step_epochs");
    EXPECT_CONTAINS(refusal_of("training: {schedule: step, step_epochs: [5, 2]}"), "does not rise");
    EXPECT_CONTAINS(refusal_of("training: {schedule: step, step_epochs: [5, 5]}"), "does not rise");
    EXPECT_CONTAINS(refusal_of("training: {schedule: step, step_epochs: [0, 5]}"), "> 0");
}

TEST(StudyRules, OneBudgetOnly) {
    EXPECT_CONTAINS(refusal_of("training: {budget: {epochs: 10, steps: 100}}"),
                    "training.budget.epochs is given, too");
    EXPECT_CONTAINS(refusal_of("training: {budget: {examples: 10, seconds: 100}}"),
                    "training.budget.examples is given, too");
}

TEST(StudyRules, DataSetsInFilesNeedTheirFolder) {
    EXPECT_CONTAINS(refusal_of("data: {name: mnist}"), "set data.directory");
    EXPECT_CONTAINS(refusal_of("data: {name: cifar-100}"), "set data.directory");
    EXPECT_CONTAINS(refusal_of("data: {name: [mnist, fashion-mnist], directory: /d}"),
                    "one study for each data set");
    EXPECT_EQ(parse("data: {name: [fashion-mnist, gaussians], directory: /d}").points.size(), 2U);
}

TEST(StudyRules, GroupsHaveNoGradientOfTheirOwnUnderGlobalBatchNorm) {
    EXPECT_CONTAINS(refusal_of("{model: {batch_norm: true}, training: {noise_groups: 2}}"),
                    "studies/a.yaml:1: training.noise_groups: with batch normalisation");
    EXPECT_EQ(parse("{model: {batch_norm: true}, training: {noise_groups: 2}, "
                    "batch_norm: {statistics: ghost, size: 8}}")
                  .points.size(),
              1U);
    EXPECT_EQ(parse("training: {noise_groups: 2}").points.size(), 1U);
}

TEST(StudyRules, SharpnessThatCannotBeMeasuredIsRefused) {
    EXPECT_CONTAINS(refusal_of("sharpness: {measures: [keskar], keskar: {epsilon: []}}"),
                    "give sharpness.keskar.epsilon");
    EXPECT_CONTAINS(
        refusal_of("sharpness: {measures: [keskar], keskar: {epsilon: [1e-3, 5e-4, 0.001]}}"),
        "0.001 is on the list twice");
    EXPECT_CONTAINS(
        refusal_of("sharpness: {measures: [batch_gradients], batch_gradients: {batch_sizes: []}}"),
        "give sharpness.batch_gradients.batch_sizes: [16, 64, 256, 1024]");
    EXPECT_CONTAINS(refusal_of("sharpness: {measures: [batch_gradients], "
                               "batch_gradients: {batch_sizes: [16, 4, 16]}}"),
                    "sharpness.batch_gradients.batch_sizes: 16 is on the list twice");
    EXPECT_CONTAINS(refusal_of("sharpness: {measures: [slices], slices: {points: 24}}"),
                    "give an odd number");
    EXPECT_CONTAINS(
        refusal_of("{data: {name: linear-regression}, sharpness: {measures: [pac_bayes]}}"),
        "linear-regression has none");
    // Keys of measures that are not chosen are of no use, and do no harm.
    EXPECT_EQ(parse("sharpness: {keskar: {epsilon: []}, slices: {points: 24}, "
                    "batch_gradients: {batch_sizes: []}}")
                  .points.size(),
              1U);
    EXPECT_EQ(parse("{data: {name: linear-regression}, "
                    "sharpness: {measures: [pac_bayes], at_end: false}}")
                  .points.size(),
              1U);
}

TEST(StudyRules, WhatCannotWorkIsRefused) {
    EXPECT_CONTAINS(refusal_of("{data: {name: gaussians}, model: {name: simple_cnn}}"),
                    "needs images");
    EXPECT_CONTAINS(refusal_of("{model: {batch_norm: true}, batch_norm: {statistics: ghost}}"),
                    "set batch_norm.size");
    EXPECT_CONTAINS(
        refusal_of("{model: {batch_norm: true}, batch_norm: {statistics: ghost, size: 1}}"),
        "an integer >= 2");
    EXPECT_CONTAINS(refusal_of("{data: {name: linear-regression}, "
                               "training: {stop: {train_accuracy_above: 0.9}}}"),
                    "has no accuracy");
    EXPECT_CONTAINS(refusal_of("{data: {validation_examples: 0}, "
                               "training: {stop: {plateau_epochs: 2}}}"),
                    "needs a validation split");
    EXPECT_CONTAINS(refusal_of("{data: {validation_examples: 0}, "
                               "evaluate: {validation_every_examples: 2}}"),
                    "needs a validation split");
    for (const char* rule :
         {"train_loss_below: 0.1", "train_accuracy_above: 0.9", "plateau_epochs: 2"}) {
        EXPECT_CONTAINS(refusal_of("{evaluate: {every_epochs: 0}, training: {stop: {" +
                                   std::string{rule} + "}}}"),
                        "evaluate.every_epochs is 0");
    }
}

}  // namespace
}  // namespace batchscope::tests_of_study_rules
