#include "optimizers/optimizers.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <cmath>

#include "../normal_tensor.hpp"
#include "models/parameters.hpp"
#include "optimizers/adamw.hpp"
#include "optimizers/optimizer.hpp"
#include "optimizers/sgd.hpp"

namespace batchscope::tests_of_optimizers {
namespace {

at::Tensor normal(std::int64_t count, std::uint64_t seed) {
    return normal_tensor({count}, seed);
}

OptimizerSettings sgd_settings(double momentum, bool nesterov = false, double decay = 0,
                               WeightDecayTarget on = WeightDecayTarget::all) {
    OptimizerSettings settings;
    settings.values = values_of(SgdSettings{momentum, nesterov});
    settings.weight_decay = decay;
    settings.weight_decay_on = on;
    return settings;
}

OptimizerSettings adamw_settings(double decay = 0, WeightDecayTarget on = WeightDecayTarget::all) {
    auto settings = sgd_settings(0.9, false, decay, on);
    settings.name = "adamw";
    settings.values = values_of(AdamWSettings{.epsilon = 1e-6});
    return settings;
}

std::unique_ptr<Optimizer> make_cpu_optimizer(const OptimizerSettings& settings,
                                              const Parameters& parameters) {
    return optimizer_kind(settings).make_cpu(settings, parameters);
}

std::unique_ptr<Optimizer> make_fused_optimizer(const OptimizerSettings& settings,
                                                const Parameters& parameters) {
    return optimizer_kind(settings).make_fused(settings, parameters);
}

using Make = std::unique_ptr<Optimizer> (*)(const OptimizerSettings&, const Parameters&);
constexpr Make both[] = {make_cpu_optimizer, make_fused_optimizer};

/// Weight 2 and bias -3 after steps with these gradient sums over batches of 4.
std::pair<double, double> after(Make make, const OptimizerSettings& settings, double rate,
                                const std::vector<std::pair<double, double>>& gradients) {
    Parameters parameters({{"w", {1}}, {"b", {1}, 0, 0, false}}, 0, at::kDouble);
    parameters.weights().copy_(at::tensor({2.0, -3.0}, at::kDouble));
    const auto optimizer = make(settings, parameters);
    for (const auto& [weight, bias] : gradients) {
        parameters.gradients().copy_(at::tensor({weight, bias}, at::kDouble));
        (void)optimizer->update(parameters, rate, 4);
    }
    return {parameters.weights()[0].item<double>(), parameters.weights()[1].item<double>()};
}

TEST(Optimizer, SgdStepsAgainstTheMeanGradient) {
    for (const auto make : both) {
        const auto [weight, bias] = after(make, sgd_settings(0), 0.5, {{8, -4}, {2, 0}});
        EXPECT_DOUBLE_EQ(weight, 2 - 0.5 * 2 - 0.5 * 0.5);
        EXPECT_DOUBLE_EQ(bias, -3 + 0.5 * 1);
    }
}

TEST(Optimizer, MomentumAddsGradientsAndNotRates) {
    for (const auto make : both) {
        Parameters parameters({{"w", {1}}}, 0, at::kDouble);
        const auto optimizer = make(sgd_settings(0.5), parameters);
        parameters.gradients().fill_(1);
        (void)optimizer->update(parameters, 1.0, 1);  // v = 1, w = -1
        parameters.gradients().fill_(1);
        (void)optimizer->update(parameters, 0.1, 1);  // v = 1.5, w = -1.15
        EXPECT_DOUBLE_EQ(parameters.weights()[0].item<double>(), -1.15);
        EXPECT_DOUBLE_EQ(optimizer->state()[0].values[0].item<double>(), 1.5);
    }
}

TEST(Optimizer, NesterovLooksAhead) {
    for (const auto make : both) {
        // v = 2: w = 2 - 0.1 (2 + 0.5 x 2); then v = 1.5: 0.1 (0.5 + 0.5 x 1.5) less.
        EXPECT_DOUBLE_EQ(after(make, sgd_settings(0.5, true), 0.1, {{8, 0}, {2, 0}}).first,
                         2 - 0.1 * 3 - 0.1 * 1.25);
    }
}

TEST(Optimizer, DecayPullsAllOrOnlyWeights) {
    for (const auto make : both) {
        const auto all = after(make, sgd_settings(0, false, 0.1), 0.5, {{0, 0}});
        EXPECT_DOUBLE_EQ(all.first, 2 * (1 - 0.05));
        EXPECT_DOUBLE_EQ(all.second, -3 * (1 - 0.05));
        const auto weights =
            after(make, sgd_settings(0, false, 0.1, WeightDecayTarget::weights), 0.5, {{0, 0}});
        EXPECT_DOUBLE_EQ(weights.first, 2 * (1 - 0.05));
        EXPECT_EQ(weights.second, -3);
    }
}

TEST(Optimizer, AdamsFirstStepIsTheRateInTheDirectionOfTheGradient) {
    for (const auto make : both) {
        const auto [weight, bias] = after(make, adamw_settings(), 0.01, {{8, -0.4}});
        EXPECT_NEAR(weight, 2 - 0.01 * 2 / (2 + 1e-6), 1e-15);
        EXPECT_NEAR(bias, -3 + 0.01 * 0.1 / (0.1 + 1e-6), 1e-15);
    }
}

TEST(Optimizer, AdamsDecayIsDecoupledFromTheGradient) {
    for (const auto make : both) {
        const auto [weight, bias] =
            after(make, adamw_settings(0.3, WeightDecayTarget::weights), 0.01, {{0, 0}, {0, 0}});
        EXPECT_NEAR(weight, 2 * (1 - 0.003) * (1 - 0.003), 1e-15);
        EXPECT_EQ(bias, -3);
    }
}

struct Case {
    const char* name;
    OptimizerSettings settings;
};

void PrintTo(const Case& that, std::ostream* out) {
    *out << that.name;
}

class AgainstLibTorch : public ::testing::TestWithParam<Case> {
  protected:
    /// Arrays around and beyond the block of 4096 elements that a loop takes at once.
    static Parameters make_parameters(at::ScalarType type) {
        return {{{"w1", {4096}},
                 {"b1", {7}, 0, 0, false},
                 {"w2", {97, 101}},
                 {"b2", {4097}, 0, 0, false}},
                3,
                at::TensorOptions(type)};
    }

    struct Course {
        std::vector<at::Tensor> weights, norms;  ///< after each of 20 steps
        std::vector<Optimizer::State> state;     ///< at the end
    };
    static Course run(Make make, const OptimizerSettings& settings, at::ScalarType type) {
        auto parameters = make_parameters(type);
        parameters.weights().copy_(normal(parameters.count(), 1));
        const auto optimizer = make(settings, parameters);
        Course course;
        for (std::uint64_t step = 0; step < 20; ++step) {
            parameters.gradients().copy_(normal(parameters.count(), 100 + step) * 64);
            const double rate = 0.1 / (1 + static_cast<double>(step));
            course.norms.push_back(optimizer->update(parameters, rate, 64));
            course.weights.push_back(parameters.weights().to(at::kDouble, false, true));
        }
        course.state = optimizer->state();
        return course;
    }

    static void expect_near(const at::Tensor& ours, const at::Tensor& theirs, double tolerance) {
        const at::Tensor expected = theirs.to(at::kDouble);
        const double difference = (ours.to(at::kDouble) - expected).abs().max().item<double>();
        EXPECT_LE(difference, tolerance * expected.abs().max().item<double>());
    }
    static void expect_same_weights(const Course& ours, const Course& theirs, double tolerance) {
        for (std::size_t step = 0; step < 20; ++step) {
            expect_near(ours.weights[step], theirs.weights[step], tolerance);
        }
        ASSERT_EQ(ours.state.size(), theirs.state.size());
        for (std::size_t i = 0; i < ours.state.size(); ++i) {
            EXPECT_EQ(ours.state[i].name, theirs.state[i].name);
            if (settings_of<SgdSettings>(GetParam().settings.values).momentum !=
                0) {  // LibTorch keeps no momentum of 0
                expect_near(ours.state[i].values, theirs.state[i].values, tolerance);
            }
        }
    }
    static void expect_same_norms(const Course& ours, const Course& theirs, double tolerance) {
        for (std::size_t step = 0; step < 20; ++step) {
            for (const std::int64_t norm : {0, 1}) {
                expect_near(ours.norms[step][norm], theirs.norms[step][norm], tolerance);
            }
        }
    }
};

TEST_P(AgainstLibTorch, TwentyStepsAreTheSameInFloat64) {
    const auto ours = run(make_cpu_optimizer, GetParam().settings, at::kDouble);
    const auto theirs = run(make_fused_optimizer, GetParam().settings, at::kDouble);
    expect_same_weights(ours, theirs, 1e-13);
    expect_same_norms(ours, theirs, 1e-13);
}

// The norms are compared with those in float64: LibTorch rounds the change of a weight twice.
TEST_P(AgainstLibTorch, TwentyStepsAreTheSameInFloat32) {
    const auto ours = run(make_cpu_optimizer, GetParam().settings, at::kFloat);
    expect_same_weights(ours, run(make_fused_optimizer, GetParam().settings, at::kFloat), 1e-6);
    expect_same_norms(ours, run(make_cpu_optimizer, GetParam().settings, at::kDouble), 1e-6);
}

INSTANTIATE_TEST_SUITE_P(
    Optimizers, AgainstLibTorch,
    ::testing::Values(
        Case{"sgd", sgd_settings(0)}, Case{"momentum", sgd_settings(0.9)},
        Case{"nesterov", sgd_settings(0.9, true)}, Case{"decay", sgd_settings(0.9, false, 0.01)},
        Case{"decay_of_weights", sgd_settings(0.9, false, 0.01, WeightDecayTarget::weights)},
        Case{"nesterov_decay", sgd_settings(0.9, true, 0.01)}, Case{"adamw", adamw_settings()},
        Case{"adamw_decay", adamw_settings(0.1)},
        Case{"adamw_decay_of_weights", adamw_settings(0.1, WeightDecayTarget::weights)}),
    [](const auto& that) { return that.param.name; });

TEST(Optimizer, ReturnsTheNormsOfTheMeanGradientWithoutDecayAndOfTheChange) {
    for (const auto make : both) {
        for (const auto& settings : {sgd_settings(0.9, false, 0.5), adamw_settings(0.5)}) {
            Parameters parameters({{"w", {5000}}, {"b", {3}, 0, 0, false}}, 2, at::kDouble);
            parameters.weights().copy_(normal(parameters.count(), 1));
            const auto optimizer = make(settings, parameters);
            for (std::uint64_t step = 0; step < 3; ++step) {
                const at::Tensor before = parameters.weights().clone();
                const at::Tensor gradients = normal(parameters.count(), 7 + step);
                parameters.gradients().copy_(gradients);
                parameters.extra().fill_(1e6);  // no part of the norms
                const at::Tensor norms = optimizer->update(parameters, 0.1, 8);
                ASSERT_EQ(norms.scalar_type(), at::kDouble);
                const double gradient = (gradients / 8).square().sum().item<double>();
                const double change = (parameters.weights() - before).square().sum().item<double>();
                EXPECT_NEAR(norms[0].item<double>(), gradient, 1e-12 * gradient);
                EXPECT_NEAR(norms[1].item<double>(), change, 1e-12 * change);
                EXPECT_TRUE(parameters.extra().eq(1e6).all().item<bool>());
            }
        }
    }
}

TEST(Optimizer, DoesNotDependOnTheNumberOfThreads) {
    const auto run = [](int threads) {
        at::set_num_threads(threads);
        Parameters parameters({{"w", {200'000}}}, 0, at::kFloat);
        const auto optimizer = make_cpu_optimizer(sgd_settings(0.9), parameters);
        parameters.gradients().copy_(normal(parameters.count(), 2));
        const at::Tensor norms = optimizer->update(parameters, 0.1, 8);
        return std::pair{norms, parameters.weights().clone()};
    };
    const int before = at::get_num_threads();
    const auto one = run(1);
    const auto three = run(3);
    at::set_num_threads(before);
    EXPECT_TRUE(one.first.equal(three.first));
    EXPECT_TRUE(one.second.equal(three.second));
}

// A checkpoint restores the tensors of state(): they are the live ones.
TEST(Optimizer, GoesOnFromARestoredState) {
    for (const auto make : both) {
        for (const auto& settings : {sgd_settings(0.9), adamw_settings(0.1)}) {
            Parameters first({{"w", {10}}}, 0, at::kDouble);
            Parameters second({{"w", {10}}}, 0, at::kDouble);
            const auto original = make(settings, first);
            const auto step = [](Optimizer& optimizer, Parameters& parameters, std::uint64_t seed) {
                parameters.gradients().copy_(normal(10, seed));
                (void)optimizer.update(parameters, 0.1, 2);
            };
            step(*original, first, 1);
            step(*original, first, 2);
            const auto restored = make(settings, second);
            second.weights().copy_(first.weights());
            const auto from = original->state();
            const auto to = restored->state();
            for (std::size_t i = 0; i < from.size(); ++i) {
                at::Tensor target = to[i].values;
                target.copy_(from[i].values);
            }
            step(*original, first, 3);
            step(*restored, second, 3);
            EXPECT_TRUE(first.weights().equal(second.weights()));
        }
    }
}

}  // namespace
}  // namespace batchscope::tests_of_optimizers
