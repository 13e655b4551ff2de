#include "config/study_yaml.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "data/gaussians.hpp"
#include "data/linear_regression.hpp"
#include "measures/average_case_sharpness.hpp"
#include "measures/batch_gradients.hpp"
#include "measures/eigenvalues.hpp"
#include "measures/gradient_covariance.hpp"
#include "measures/keskar_sharpness.hpp"
#include "measures/pac_bayes.hpp"
#include "measures/slices.hpp"
#include "measures/spectral_density.hpp"
#include "measures/trace.hpp"
#include "measures/worst_case_sharpness.hpp"
#include "models/mlp.hpp"
#include "optimizers/adamw.hpp"
#include "optimizers/sgd.hpp"
#include "study/study_schema.hpp"
#include "tests/config/refusal.hpp"

namespace batchscope::tests_of_study_yaml {
namespace {

bool begins_with(const std::string& text, const std::string& start) {
    return text.starts_with(start);
}
#define EXPECT_BEGINS(text, start) EXPECT_PRED2(begins_with, text, start)

RunSettings only_point(const std::string& text, const std::vector<std::string>& overrides = {}) {
    const Study study = parse(text, overrides);
    EXPECT_EQ(study.points.size(), 1U) << text;
    return study.points.at(0).settings;
}

TEST(StudyYaml, TheFoundersFileIsValidAsItStands) {
    const Study study = parse("training: {batch_size: 128, learning_rate: 0.00002}");
    ASSERT_EQ(study.points.size(), 1U);
    EXPECT_EQ(study.name, "a");
    const RunSettings& settings = study.points[0].settings;
    EXPECT_EQ(settings.study, "a");
    EXPECT_EQ(settings.training.batch_size, 128);
    EXPECT_EQ(settings.training.learning_rate, 0.00002);
    EXPECT_EQ(settings.training.seed, 1U);
    EXPECT_EQ(settings.training.budget.epochs, 10.0);
    EXPECT_FALSE(settings.training.budget.steps);
    EXPECT_EQ(settings.training.learning_rate_scaling, LearningRateScaling::none);
    EXPECT_EQ(settings.data.name, "fashion-mnist");
    EXPECT_EQ(settings.data.directory, "/usr/share/datasets/fashion-mnist");
    EXPECT_EQ(settings.data.validation_examples, 5000);
    EXPECT_EQ(settings.model.name, "mlp");
    EXPECT_EQ(settings_of<MlpSettings>(settings.model.values).hidden,
              (std::vector<std::int64_t>{512, 512}));
    EXPECT_EQ(settings_of<MlpSettings>(settings.model.values).dropout, 0.0);
    EXPECT_EQ(study.points[0].name, "batch_size-128_seed-1");
}

TEST(StudyYaml, EveryKeyReachesItsField) {
    const RunSettings settings = only_point(R"(
study: everything
data: {name: cifar-10, directory: /d, validation_examples: 7, split_seed: 8, train_examples: 9,
       test_examples: 10, augmentation: {crop_padding: 4, flip: true}}
model: {name: mlp, hidden: [3, 2], batch_norm: true, dropout: 0.25}
training:
  batch_size: 11
  micro_batch_size: 12
  learning_rate: 0.5
  reference_batch_size: 13
  learning_rate_scaling: sqrt
  warmup_epochs: 0.5
  schedule: step
  step_epochs: [1, 2.5]
  step_factor: 0.2
  optimizer: {name: sgd, momentum: 0.8, nesterov: true, weight_decay: 1e-3,
              weight_decay_scaling: per_epoch, weight_decay_on: weights}
  budget: {examples: 14}
  stop: {train_loss_below: 0.1, train_accuracy_above: 0.9, plateau_epochs: 3}
  seed: 15
  precision: float64
  noise_groups: 18
batch_norm: {statistics: ghost, size: 16}
evaluate: {every_epochs: 2, validation_every_examples: 17}
sharpness: {every_epochs: 5, at_end: false}
output: {checkpoint_minutes: 1.5, weights: none}
)");
    EXPECT_EQ(settings.study, "everything");
    EXPECT_EQ(settings.data.name, "cifar-10");
    EXPECT_EQ(settings.data.directory, "/d");
    EXPECT_EQ(settings.data.validation_examples, 7);
    EXPECT_EQ(settings.data.split_seed, 8U);
    EXPECT_EQ(settings.data.train_examples, 9);
    EXPECT_EQ(settings.data.test_examples, 10);
    EXPECT_EQ(settings.data.augmentation.crop_padding, 4);
    EXPECT_TRUE(settings.data.augmentation.flip);
    EXPECT_EQ(settings.model.name, "mlp");
    EXPECT_EQ(settings_of<MlpSettings>(settings.model.values).hidden,
              (std::vector<std::int64_t>{3, 2}));
    EXPECT_TRUE(settings_of<MlpSettings>(settings.model.values).batch_norm);
    EXPECT_EQ(settings_of<MlpSettings>(settings.model.values).dropout, 0.25);
    const TrainingSettings& training = settings.training;
    EXPECT_EQ(training.batch_size, 11);
    EXPECT_EQ(training.micro_batch_size, 12);
    EXPECT_EQ(training.learning_rate, 0.5);
    EXPECT_EQ(training.reference_batch_size, 13);
    EXPECT_EQ(training.learning_rate_scaling, LearningRateScaling::sqrt);
    EXPECT_EQ(training.warmup_epochs, 0.5);
    EXPECT_EQ(training.schedule, ScheduleKind::step);
    EXPECT_EQ(training.step_epochs, (std::vector<double>{1, 2.5}));
    EXPECT_EQ(training.step_factor, 0.2);
    EXPECT_EQ(training.optimizer.name, "sgd");
    EXPECT_EQ(settings_of<SgdSettings>(training.optimizer.values).momentum, 0.8);
    EXPECT_TRUE(settings_of<SgdSettings>(training.optimizer.values).nesterov);
    EXPECT_EQ(training.optimizer.weight_decay, 1e-3);
    EXPECT_EQ(training.optimizer.weight_decay_scaling, WeightDecayScaling::per_epoch);
    EXPECT_EQ(training.optimizer.weight_decay_on, WeightDecayTarget::weights);
    EXPECT_FALSE(training.budget.epochs);
    EXPECT_EQ(training.budget.examples, 14);
    EXPECT_EQ(training.stop.train_loss_below, 0.1);
    EXPECT_EQ(training.stop.train_accuracy_above, 0.9);
    EXPECT_EQ(training.stop.plateau_epochs, 3);
    EXPECT_EQ(training.seed, 15U);
    EXPECT_EQ(training.precision, Precision::float64);
    EXPECT_EQ(settings.batch_norm.statistics, BatchNormStatistics::ghost);
    EXPECT_EQ(settings.batch_norm.size, 16);
    EXPECT_EQ(settings.evaluate.every_epochs, 2);
    EXPECT_EQ(settings.evaluate.validation_every_examples, 17);
    EXPECT_EQ(training.noise_groups, 18);
    EXPECT_EQ(settings.sharpness.every_epochs, 5);
    EXPECT_FALSE(settings.sharpness.at_end);
    EXPECT_EQ(settings.output.checkpoint_minutes, 1.5);
    EXPECT_EQ(settings.output.weights, StoredWeights::none);

    const RunSettings synthetic = only_point(R"(
data: {name: gaussians, examples: 100, features: 5, classes: 3, separation: 2.5}
training: {optimizer: {name: adamw, beta1: 0.8, beta2: 0.99, epsilon: 1e-6}, budget: {seconds: 2},
           schedule: cosine, final_fraction: 0.1}
)");
    EXPECT_EQ(settings_of<GaussiansSettings>(synthetic.data.values).examples, 100);
    EXPECT_EQ(settings_of<GaussiansSettings>(synthetic.data.values).features, 5);
    EXPECT_EQ(settings_of<GaussiansSettings>(synthetic.data.values).classes, 3);
    EXPECT_EQ(settings_of<GaussiansSettings>(synthetic.data.values).separation, 2.5);
    EXPECT_EQ(synthetic.data.validation_examples, 0);
    EXPECT_EQ(settings_of<AdamWSettings>(synthetic.training.optimizer.values).beta1, 0.8);
    EXPECT_EQ(settings_of<AdamWSettings>(synthetic.training.optimizer.values).beta2, 0.99);
    EXPECT_EQ(settings_of<AdamWSettings>(synthetic.training.optimizer.values).epsilon, 1e-6);
    EXPECT_EQ(synthetic.training.budget.seconds, 2.0);
    EXPECT_EQ(synthetic.training.final_fraction, 0.1);
    EXPECT_EQ(settings_of<LinearRegressionSettings>(
                  only_point("data: {name: linear-regression, noise: 0.3}").data.values)
                  .noise,
              0.3);
    EXPECT_EQ(only_point("training: {budget: {steps: 9}}").training.budget.steps, 9);
}

TEST(StudyYaml, EveryKeyOfSharpnessReachesItsSetting) {
    const SharpnessSettings sharpness = only_point(R"(
sharpness:
  every_epochs: 2
  at_end: false
  measures: [batch_gradients, gradient_covariance, slices, keskar, eigenvalues, pac_bayes]
  examples: 3
  seed: 4
  micro_batch_size: 5
  eigenvalues: {largest: 6, smallest: 0, tolerance: 1e-5, products: 7}
  trace: {products: 8}
  density: {probes: 9, steps: 10, points: 11}
  keskar: {epsilon: [1e-2, 1e-4], subspace: 0, starts: 12, iterations: 13}
  worst_case: {radius: 0.1, adaptive_radius: 0.2, iterations: 0}
  average_case: {deviation: 0.3, draws: 14}
  pac_bayes: {accuracy_drop: 0.4, draws: 15}
  slices: {directions: 16, range: 0.5, points: 17}
  gradient_covariance: {probes: 18}
  batch_gradients: {batch_sizes: [20, 2], batches: 19}
)")
                                            .sharpness;
    EXPECT_EQ(sharpness.every_epochs, 2);
    EXPECT_FALSE(sharpness.at_end);
    // A set, in the order in which it is measured.
    EXPECT_EQ(sharpness.measures,
              (std::vector<std::string>{"eigenvalues", "keskar", "pac_bayes", "slices",
                                        "gradient_covariance", "batch_gradients"}));
    EXPECT_EQ(sharpness.examples, 3);
    EXPECT_EQ(sharpness.seed, 4U);
    EXPECT_EQ(sharpness.micro_batch_size, 5);
    EXPECT_EQ(settings_of<EigenvalueSettings>(sharpness.values).largest, 6);
    EXPECT_EQ(settings_of<EigenvalueSettings>(sharpness.values).smallest, 0);
    EXPECT_EQ(settings_of<EigenvalueSettings>(sharpness.values).tolerance, 1e-5);
    EXPECT_EQ(settings_of<EigenvalueSettings>(sharpness.values).products, 7);
    EXPECT_EQ(settings_of<TraceSettings>(sharpness.values).products, 8);
    EXPECT_EQ(settings_of<DensitySettings>(sharpness.values).probes, 9);
    EXPECT_EQ(settings_of<DensitySettings>(sharpness.values).steps, 10);
    EXPECT_EQ(settings_of<DensitySettings>(sharpness.values).points, 11);
    EXPECT_EQ(settings_of<KeskarSettings>(sharpness.values).epsilon,
              (std::vector<double>{1e-2, 1e-4}));
    EXPECT_EQ(settings_of<KeskarSettings>(sharpness.values).subspace, 0);
    EXPECT_EQ(settings_of<KeskarSettings>(sharpness.values).starts, 12);
    EXPECT_EQ(settings_of<KeskarSettings>(sharpness.values).iterations, 13);
    EXPECT_EQ(settings_of<WorstCaseSettings>(sharpness.values).radius, 0.1);
    EXPECT_EQ(settings_of<WorstCaseSettings>(sharpness.values).adaptive_radius, 0.2);
    EXPECT_EQ(settings_of<WorstCaseSettings>(sharpness.values).iterations, 0);
    EXPECT_EQ(settings_of<AverageCaseSettings>(sharpness.values).deviation, 0.3);
    EXPECT_EQ(settings_of<AverageCaseSettings>(sharpness.values).draws, 14);
    EXPECT_EQ(settings_of<PacBayesSettings>(sharpness.values).accuracy_drop, 0.4);
    EXPECT_EQ(settings_of<PacBayesSettings>(sharpness.values).draws, 15);
    EXPECT_EQ(settings_of<SliceSettings>(sharpness.values).directions, 16);
    EXPECT_EQ(settings_of<SliceSettings>(sharpness.values).range, 0.5);
    EXPECT_EQ(settings_of<SliceSettings>(sharpness.values).points, 17);
    EXPECT_EQ(settings_of<GradientCovarianceSettings>(sharpness.values).probes, 18);
    EXPECT_EQ(settings_of<BatchGradientSettings>(sharpness.values).batch_sizes,
              (std::vector<std::int64_t>{20, 2}));
    EXPECT_EQ(settings_of<BatchGradientSettings>(sharpness.values).batches, 19);
    EXPECT_TRUE(only_point("sharpness: {measures: []}").sharpness.measures.empty());
    EXPECT_EQ(only_point("sharpness: {measures: keskar}").sharpness.measures,
              std::vector<std::string>{"keskar"});
}

TEST(StudyYaml, MeasuresOfSharpnessAreAListByNature) {
    EXPECT_CONTAINS(refusal_of("sharpness: {measures: [trace, eigenvalue]}"),
                    "did you mean eigenvalues?");
    EXPECT_CONTAINS(refusal_of("sharpness: {measures: [hutchinson]}"),
                    "give a list of eigenvalues, gauss_newton_eigenvalues, trace");
    EXPECT_CONTAINS(refusal_of("sharpness: {measures: [trace, keskar, trace]}"),
                    "studies/a.yaml:1: sharpness.measures: trace is on the list twice");
    EXPECT_CONTAINS(refusal_of("sharpness: {measures: [[trace], [keskar]]}"), "cannot be an axis");
    EXPECT_CONTAINS(refusal_of("sharpness: {measures: \"trace,keskar\"}"),
                    "write a list in brackets: [trace,keskar]");
    EXPECT_CONTAINS(refusal_of("sharpness: {measures: {trace: true}}"), "a map of keys");
    EXPECT_CONTAINS(refusal_of("sharpness: {measures: ~}"), "has no value");
    EXPECT_CONTAINS(refusal_of("sharpness: {keskar: {epsilon: [[1e-3], [1e-4]]}}"),
                    "cannot be an axis");
    EXPECT_CONTAINS(refusal_of("sharpness: {seed: [1, 2]}"), "cannot be an axis");
    EXPECT_EQ(
        parse("{}", {"sharpness.measures=[density,trace]"}).points[0].settings.sharpness.measures,
        (std::vector<std::string>{"trace", "density"}));
}

TEST(StudyYaml, NumbersHaveOneMeaningInEverySpelling) {
    for (const char* text : {"1e-4", "1E-4", "1.e-4", "1.0e-04", ".0001", "\"1e-4\"", "'.0001'"}) {
        EXPECT_EQ(only_point("training: {learning_rate: " + std::string{text} + "}")
                      .training.learning_rate,
                  1e-4)
            << text;
    }
    EXPECT_EQ(only_point("training: {batch_size: 1e3}").training.batch_size, 1000);
    EXPECT_EQ(only_point("training: {batch_size: '64'}").training.batch_size, 64);
}

TEST(StudyYaml, WrongNumbersAreRefusedWithFileLineAndKey) {
    for (const char* text : {"abc", "1e-4x", "", "~", "''", ".nan", ".inf", "-1", "0", "-1e-4",
                             "true", "1e999", "0x1p3"}) {
        const std::string message =
            refusal_of("training:\n  batch_size: 64\n  learning_rate: " + std::string{text} + "\n");
        EXPECT_BEGINS(message, "studies/a.yaml:3: training.learning_rate: ");
        EXPECT_CONTAINS(message, "a number > 0");
    }
    for (const char* text : {"64.5", "0", "-64", "1e30", "9223372036854775808", "abc", "1e-3"}) {
        const std::string message =
            refusal_of("training:\n  batch_size: " + std::string{text} + "\n");
        EXPECT_BEGINS(message, "studies/a.yaml:2: training.batch_size: ");
        EXPECT_CONTAINS(message, "an integer >= 1");
    }
    EXPECT_CONTAINS(refusal_of("training: {optimizer: {momentum: 1}}"), ">= 0 and < 1");
    EXPECT_CONTAINS(refusal_of("training: {stop: {train_accuracy_above: 95}}"), ">= 0 and < 1");
    EXPECT_CONTAINS(refusal_of("training: {seed: -1}"), "an integer >= 0");
    EXPECT_CONTAINS(refusal_of("model: {hidden: [512, 0]}"), "a list of integers >= 1");
    EXPECT_CONTAINS(refusal_of("model: {hidden: [512, 1.5]}"), "'1.5' is not an integer");
    EXPECT_CONTAINS(refusal_of("sharpness: {batch_gradients: {batch_sizes: [16, 0]}}"),
                    "a list of integers >= 1");
    EXPECT_CONTAINS(refusal_of("sharpness: {batch_gradients: {batches: 1}}"), "an integer >= 2");
    EXPECT_CONTAINS(refusal_of("training: {micro_batch_size: automatic}"),
                    "auto or an integer >= 1");
}

TEST(StudyYaml, WrongWordsAreRefusedWithTheRightOnes) {
    EXPECT_CONTAINS(refusal_of("training: {schedule: cosin}"), "did you mean cosine?");
    EXPECT_CONTAINS(refusal_of("data: {name: fashion_mnist}"), "did you mean fashion-mnist?");
    EXPECT_CONTAINS(refusal_of("data: {name: imagenet}"), "one of fashion-mnist, mnist");
    EXPECT_CONTAINS(refusal_of("sharpness: {at_end: yes}"), "true or false");
    EXPECT_CONTAINS(refusal_of("training: {precision: float16}"), "use float32 or float64");
    EXPECT_CONTAINS(refusal_of("study: a/b"), "cannot name the folder");
    EXPECT_CONTAINS(refusal_of("study: .hidden"), "cannot name the folder");
    EXPECT_CONTAINS(refusal_of("study: ''"), "is empty");
}

TEST(StudyYaml, AListBelongsWhereItIsReadAsOne) {
    EXPECT_EQ(settings_of<MlpSettings>(only_point("model: {hidden: []}").model.values).hidden,
              (std::vector<std::int64_t>{}));
    EXPECT_EQ(settings_of<MlpSettings>(only_point("model: {hidden: 256}").model.values).hidden,
              (std::vector<std::int64_t>{256}));
    EXPECT_EQ(parse("model: {hidden: [[], [512], [512, 512]]}").points.size(), 3U);
    EXPECT_CONTAINS(refusal_of("model: {hidden: [[512], 256]}"), "mixes single values and lists");
    EXPECT_CONTAINS(refusal_of("model: {hidden: [[512], [512]]}"), "[512] is on this axis twice");
    EXPECT_CONTAINS(refusal_of("model: {hidden: [[[512]]]}"), "a list inside a list");
    EXPECT_CONTAINS(refusal_of("training: {batch_size: [[16, 64]]}"), "a list inside a list");
    EXPECT_CONTAINS(refusal_of("training: {batch_size: []}"), "empty list");
    EXPECT_CONTAINS(refusal_of("training: {batch_size: [64, ~]}"), "has no value");
    EXPECT_CONTAINS(refusal_of("training: {batch_size: [16, 64, 64.0]}"),
                    "the value 64 is on this axis twice");
    EXPECT_CONTAINS(refusal_of("training: {learning_rate: [1e-4, .0001]}"),
                    "the value 0.0001 is on this axis twice");
    EXPECT_CONTAINS(refusal_of("study: [a, b]"), "cannot be an axis");
    EXPECT_CONTAINS(refusal_of("output: {weights: [final, none]}"), "cannot be an axis");
    EXPECT_CONTAINS(refusal_of("output: {checkpoint_minutes: [1]}"), "cannot be an axis");
}

TEST(StudyYaml, MapsAndValuesCannotTakeEachOthersPlace) {
    EXPECT_BEGINS(refusal_of("training: 5"),
                  "studies/a.yaml:1: training: the value '5' where a map of keys belongs");
    EXPECT_CONTAINS(refusal_of("training: [1, 2]"), "a list where a map of keys belongs");
    EXPECT_CONTAINS(refusal_of("study: a\ntraining:\n"), "studies/a.yaml:2: training: nothing");
    EXPECT_CONTAINS(refusal_of("training: {budget: [{epochs: 1}, {steps: 5}]}"),
                    "training.budget: a list where a map");
    EXPECT_CONTAINS(refusal_of("training: {batch_size: {a: 1}}"),
                    "training.batch_size: holds a map of keys where a value belongs");
    EXPECT_CONTAINS(refusal_of("training: {batch_size: [{a: 1}]}"), "holds a map");
    EXPECT_CONTAINS(refusal_of("model: {hidden: {a: 1}}"), "holds a map");
    EXPECT_CONTAINS(refusal_of("? [a]\n: 1\n"), "a key that is not a name");
    EXPECT_CONTAINS(refusal_of("training: {~: 1}"), "training: a key that is not a name");
    EXPECT_EQ(parse("training: {stop: {}, budget: {}}").points.size(), 1U);
}

TEST(StudyYaml, DuplicateKeysAreRefusedWithBothLines) {
    const std::string message = refusal_of("training:\n  seed: 1\n  batch_size: 64\n  seed: 2\n");
    EXPECT_BEGINS(message,
                  "studies/a.yaml:4: training.seed: given twice, first at studies/a.yaml:2");
    EXPECT_CONTAINS(refusal_of("model: {}\nmodel: {name: mlp}\n"),
                    "studies/a.yaml:2: model: given twice");
}

TEST(StudyYaml, BrokenFilesAreRefusedWithFileAndLine) {
    EXPECT_BEGINS(refusal_of("training: {batch_size: 64\n"), "studies/a.yaml:");
    EXPECT_BEGINS(refusal_of("training:\n\tbatch_size: 64\n"), "studies/a.yaml:2: not valid YAML");
    EXPECT_BEGINS(refusal_of("study: a\ntraining: *unknown\n"), "studies/a.yaml:2: not valid YAML");
    EXPECT_BEGINS(refusal_of("study: a\n---\nstudy: b\n"),
                  "studies/a.yaml:2: a second YAML document");
    EXPECT_BEGINS(refusal_of("  study: a\ntraining: {}\n"),
                  "studies/a.yaml:2: a second YAML document");
    // In such a text yaml-cpp finds empty documents without end.
    EXPECT_BEGINS(refusal_of("{study: a},"), "studies/a.yaml:1: a second YAML document");
    EXPECT_BEGINS(refusal_of(","), "studies/a.yaml:1: a second YAML document");
    EXPECT_BEGINS(refusal_of(""), "studies/a.yaml: the file says nothing");
    EXPECT_BEGINS(refusal_of("# only a comment\n"), "studies/a.yaml: the file says nothing");
    EXPECT_BEGINS(refusal_of("---\n"), "studies/a.yaml: the file says nothing");
    EXPECT_BEGINS(refusal_of("just text"), "studies/a.yaml:1: the file is not a map");
    EXPECT_BEGINS(refusal_of("[1, 2]"), "studies/a.yaml:1: the file is not a map");
    EXPECT_BEGINS(refusal_of("study: " + std::string(100'000, '[')), "studies/a.yaml:1");
    EXPECT_BEGINS(refusal_of("training: &loop {batch_size: *loop}"), "studies/a.yaml:1");
    EXPECT_THROW((void)load_study(study_schema(), "/nonexistent/a.yaml"), Error);
}

TEST(StudyYaml, AnchorsQuotesAndCommentsAreFine) {
    const RunSettings settings = only_point(
        "\xEF\xBB\xBFtraining:   # the recipe\r\n"
        "  batch_size: &b 256\r\n"
        "  reference_batch_size: *b\r\n"
        "  \"seed\": 3\r\n");
    EXPECT_EQ(settings.training.reference_batch_size, 256);
    EXPECT_EQ(settings.training.seed, 3U);
    EXPECT_EQ(parse("study: \"prüfung α\"").name, "prüfung α");
}

TEST(Overrides, ReplaceWhatTheFileSays) {
    const std::string file =
        "training: {batch_size: [16, 64], optimizer: {momentum: 0.5}, budget: {epochs: 3}}";
    EXPECT_EQ(only_point(file, {"training.batch_size=32"}).training.batch_size, 32);
    EXPECT_EQ(parse(file, {"training.batch_size=[32,64,128]"}).points.size(), 3U);
    EXPECT_EQ(parse(file, {"training.batch_size=[32]"}).points.size(), 1U);
    EXPECT_EQ(only_point(file, {"training.batch_size=8", "training.seed='-0'"}).training.seed, 0U);
    const RunSettings adamw =
        only_point(file, {"training.optimizer={name: adamw}", "training.batch_size=8"});
    EXPECT_EQ(adamw.training.optimizer.name, "adamw");
    const RunSettings replaced = only_point(file, {"training={batch_size: 2}"});
    EXPECT_EQ(settings_of<SgdSettings>(replaced.training.optimizer.values).momentum, 0.9);
    EXPECT_EQ(parse("{}", {"training.optimizer.momentum=[0, 0.9]"}).points.size(), 2U);
    EXPECT_EQ(only_point("{}", {" training.learning_rate = 1e-4 "}).training.learning_rate, 1e-4);
    EXPECT_EQ(parse("{}", {"study=b"}).name, "b");
    EXPECT_EQ(only_point("{}", {"data.directory=/a,b"}).data.directory, "/a,b");
}

TEST(Overrides, ABudgetOfAnotherUnitReplacesTheFilesBudget) {
    const std::string file = "training: {budget: {epochs: 3}}";
    for (const char* text : {"training.budget.steps=10", "training.budget={steps: 10}"}) {
        const BudgetSettings budget = only_point(file, {text}).training.budget;
        EXPECT_EQ(budget.steps, 10);
        EXPECT_FALSE(budget.epochs);
    }
    EXPECT_EQ(only_point(file, {"training.budget.epochs=5"}).training.budget.epochs, 5.0);
    EXPECT_CONTAINS(refusal_of(file, {"training.budget.epochs=1", "training.budget.steps=1"}),
                    "already");
    EXPECT_CONTAINS(refusal_of(file, {"training.budget={epochs: 1, steps: 1}"}), "is given, too");
}

TEST(Overrides, AreCheckedLikeTheFile) {
    const std::string bare = refusal_of("{}", {"training.batch_size=32,64"});
    EXPECT_BEGINS(bare, "--set training.batch_size=32,64: training.batch_size: ");
    EXPECT_CONTAINS(bare, "[32,64]");
    EXPECT_CONTAINS(refusal_of("{}", {"training.learning_rate_scaling=none,linear"}),
                    "[none,linear]");
    EXPECT_CONTAINS(refusal_of("{}", {"training.seed=1", "training.seed=2"}), "already");
    EXPECT_CONTAINS(refusal_of("{}", {"training={seed: 1}", "training.seed=2"}), "already");
    EXPECT_CONTAINS(refusal_of("{}", {"training.seed=2", "training={seed: 1}"}), "already");
    EXPECT_CONTAINS(refusal_of("{}", {"training.seed="}), "has no value");
    EXPECT_CONTAINS(refusal_of("{}", {"training.seed=~"}), "has no value");
    EXPECT_CONTAINS(refusal_of("{}", {"training.seed=64.5"}), "is not an integer");
    EXPECT_CONTAINS(refusal_of("{}", {"training.batch_size=[32,64"}), "not valid YAML");
    EXPECT_CONTAINS(refusal_of("{}", {"training.batch_size=[32,,64]"}), "has no value");
    EXPECT_CONTAINS(refusal_of("{}", {"training.batch_size=[32],[64]"}), "more than one value");
    EXPECT_CONTAINS(refusal_of("{}", {"training.batch_size=[32] [64]"}), "more than one value");
    EXPECT_CONTAINS(refusal_of("{}", {"training.batch_size=32 64"}), "is not an integer");
    EXPECT_CONTAINS(refusal_of("{}", {"training.batch_size=[32,32]"}), "twice");
    EXPECT_CONTAINS(refusal_of("{}", {"training=5"}), "where a map of keys belongs");
    EXPECT_CONTAINS(refusal_of("{}", {"training.budget={stps: 5}"}),
                    "training.budget.stps: unknown key");
    EXPECT_CONTAINS(refusal_of("{}", {"training.batch_size.x=5"}), "unknown key");
    EXPECT_CONTAINS(refusal_of("{}", {"training.=5"}), "unknown key");
    EXPECT_CONTAINS(refusal_of("{}", {"training.stop={plateau_epochs: 1, plateau_epochs: 2}"}),
                    "given twice");
    EXPECT_CONTAINS(refusal_of("training: {sed: 1}", {"training.seed=2"}), "studies/a.yaml:1");
    EXPECT_CONTAINS(refusal_of("", {"training.seed=2"}), "the file says nothing");
}

}  // namespace
}  // namespace batchscope::tests_of_study_yaml
