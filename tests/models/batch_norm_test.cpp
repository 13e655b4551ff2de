#include "models/batch_norm.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "reference_network.hpp"

namespace batchscope::tests_of_batch_norm {
namespace {

using reference::difference;
using reference::normal;

class BatchNormTest : public ::testing::Test {
  protected:
    BatchNormTest() {
        parameters_.initialise(1);
        scale_.add_(normal({3}, 41), 0.3);
        shift_.add_(normal({3}, 42), 0.3);
    }
    [[nodiscard]] BatchNorm make(std::optional<std::int64_t> ghost_size = {}) const {
        return {"bn", parameters_.view("weight"), parameters_.view("bias"), ghost_size};
    }
    /// Of a training pass over consecutive micro-batches.
    [[nodiscard]] Pass training(const std::vector<at::Tensor>& micro_batches) {
        Pass pass{
            .training = true, .save = true, .first_positions = {}, .communicator = &communicator_};
        for (const at::Tensor& micro_batch : micro_batches) {
            pass.first_positions.push_back(pass.batch);
            pass.batch += micro_batch.size(0);
        }
        return pass;
    }
    [[nodiscard]] at::Tensor normalise(BatchNorm& norm,
                                       const std::vector<at::Tensor>& micro_batches) {
        return joined(norm.forward(values(micro_batches), training(micro_batches)));
    }
    [[nodiscard]] static LayerTensors values(const std::vector<at::Tensor>& tensors) {
        LayerTensors values;
        for (const at::Tensor& tensor : tensors) {
            values.push_back({tensor});
        }
        return values;
    }
    [[nodiscard]] static at::Tensor joined(const LayerTensors& values) {
        std::vector<at::Tensor> tensors;
        for (const LayerTensor& value : values) {
            tensors.push_back(value.tensor);
        }
        return at::cat(tensors);
    }
    [[nodiscard]] static at::Tensor evaluate(BatchNorm& norm, const at::Tensor& examples) {
        return norm.forward({{examples}}, Pass{}).front().tensor;
    }
    /// Population mean and variance.
    [[nodiscard]] static std::pair<at::Tensor, at::Tensor> population(const BatchNorm& norm) {
        std::vector<Buffer> buffers;
        norm.append_buffers(buffers);
        return {buffers.at(0).values, buffers.at(1).values};
    }
    /// Undoes scale and shift.
    [[nodiscard]] at::Tensor standardised(const at::Tensor& output) const {
        std::vector<std::int64_t> shape(static_cast<std::size_t>(output.dim()), 1);
        shape[1] = 3;
        return (output - shift_.view(shape)) / scale_.view(shape);
    }

    Parameters parameters_{
        {{"weight", {3}, 0, 1, false}, {"bias", {3}, 0, 0, false}}, 0, at::kDouble};
    at::Tensor scale_ = parameters_.view("weight").weight;
    at::Tensor shift_ = parameters_.view("bias").weight;
    SerialCommunicator communicator_;
};

/// Deviation of mean from 0 and of biased variance from 1 per channel. epsilon = 1e-5 takes its
/// part of the variance.
void expect_standard(const at::Tensor& values, double variance_of_input) {
    std::vector<std::int64_t> others{0};
    for (std::int64_t i = 2; i < values.dim(); ++i) {
        others.push_back(i);
    }
    EXPECT_LT(values.mean(others).abs().max().item<double>(), 1e-12);
    EXPECT_LT((values.var(others, false) - 1).abs().max().item<double>(), 3e-5 / variance_of_input);
}

TEST_F(BatchNormTest, GivesMeanZeroAndVarianceOneOverTheWholeBatch) {
    for (const at::Tensor& batch : {normal({40, 3}, 1) * 2 + 7, normal({10, 3, 2, 5}, 2) * 2 - 7}) {
        auto norm = make();
        const at::Tensor output =
            normalise(norm, {batch.narrow(0, 0, 7), batch.narrow(0, 7, batch.size(0) - 7)});
        EXPECT_EQ(output.sizes(), batch.sizes());
        expect_standard(standardised(output), 4);
    }
}

// The variance as a difference of two large numbers would be lost.
TEST_F(BatchNormTest, SurvivesAMeanFarLargerThanTheDeviation) {
    const at::Tensor batch = normal({200, 3}, 1) + 1e7;
    auto norm = make();
    const at::Tensor output = standardised(normalise(norm, {batch}));
    EXPECT_NEAR(output.var(0, false).min().item<double>(), 1, 1e-4);
    EXPECT_NEAR(output.var(0, false).max().item<double>(), 1, 1e-4);
}

TEST_F(BatchNormTest, GhostGroupsAreIndependentOfEachOther) {
    auto norm = make(4);
    at::Tensor batch = normal({12, 3}, 1);
    const at::Tensor before = normalise(norm, {batch});
    for (int group = 0; group < 3; ++group) {
        expect_standard(standardised(before.narrow(0, 4 * group, 4)), 0.1);
    }
    const at::Tensor changed = batch.clone();
    changed.narrow(0, 4, 4).mul_(-3).add_(10);
    const at::Tensor after = normalise(norm, {changed});
    EXPECT_TRUE(after.narrow(0, 0, 4).equal(before.narrow(0, 0, 4)));
    EXPECT_TRUE(after.narrow(0, 8, 4).equal(before.narrow(0, 8, 4)));
    EXPECT_FALSE(after.narrow(0, 4, 4).equal(before.narrow(0, 4, 4)));
}

TEST_F(BatchNormTest, ASmallerLastGroupHasItsOwnStatistics) {
    auto norm = make(4);
    const at::Tensor batch = normal({10, 3, 2, 2}, 1);
    const at::Tensor output = normalise(norm, {batch});
    EXPECT_EQ(output.sizes(), batch.sizes());
    expect_standard(standardised(output.narrow(0, 8, 2)), 0.1);
}

TEST_F(BatchNormTest, GradientsEqualAutograd) {
    for (const std::int64_t group : {12, 4, 5}) {
        const at::Tensor batch = normal({12, 3, 2, 2}, 1).set_requires_grad(true);
        const at::Tensor weight = scale_.clone().set_requires_grad(true);
        const at::Tensor bias = shift_.clone().set_requires_grad(true);
        const at::Tensor expected = reference::batch_norm(batch, weight, bias, group);
        const at::Tensor output_gradient = normal(expected.sizes(), 3);
        const auto gradients =
            torch::autograd::grad({expected}, {batch, weight, bias}, {output_gradient});
        auto norm = make(group == 12 ? std::nullopt : std::optional(group));
        const at::Tensor input = batch.detach();
        EXPECT_LT(difference(normalise(norm, {input}), expected.detach()), 1e-12);
        Pass pass = training({input});
        const LayerTensors ours = norm.backward({{output_gradient}}, pass, true);
        EXPECT_LT(difference(ours[0].tensor, gradients[0]), 1e-11);
        EXPECT_LT(difference(parameters_.view("weight").gradient, gradients[1]), 1e-12);
        EXPECT_LT(difference(parameters_.view("bias").gradient, gradients[2]), 1e-12);
        pass.accumulate = true;
        (void)norm.backward({{output_gradient}}, pass, true);
        EXPECT_LT(difference(parameters_.view("weight").gradient, 2 * gradients[1]), 1e-12);
    }
}

TEST_F(BatchNormTest, PopulationStatisticsAreMeanAndBiasedVariance) {
    auto norm = make();
    EXPECT_TRUE(population(norm).first.isnan().all().item<bool>());
    EXPECT_TRUE(population(norm).second.isnan().all().item<bool>());
    const at::Tensor examples = normal({50, 3, 2, 3}, 1) * 3 + 100;
    const std::vector<at::Tensor> micro_batches = examples.split(17);
    const LayerTensorSource outputs = norm.estimate_population(
        {micro_batches.size(), 1000, [&](std::size_t i) { return LayerTensor{micro_batches[i]}; }},
        communicator_);
    const auto [mean, variance] = population(norm);
    EXPECT_LT(difference(mean, examples.mean({0, 2, 3})), 1e-13);
    EXPECT_LT(difference(variance, examples.var({0, 2, 3}, false)), 1e-12);
    expect_standard(standardised(evaluate(norm, examples)), 9);
    EXPECT_TRUE(outputs(1).tensor.equal(evaluate(norm, micro_batches[1])));
    // One example by itself is normalised as among others.
    EXPECT_TRUE(
        evaluate(norm, examples.narrow(0, 3, 1)).equal(evaluate(norm, examples).narrow(0, 3, 1)));
}

void expect_groups_refused(std::int64_t size, std::int64_t batch, int ranks,
                           std::int64_t micro_batch, const std::string& reason) {
    try {
        BatchNorm::check_ghost_groups(size, batch, ranks, micro_batch);
        ADD_FAILURE() << "groups of " << size << " accepted for " << batch << " on " << ranks;
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::configuration);
        EXPECT_NE(error.problem().find(reason), std::string::npos) << error.problem();
        EXPECT_NE(error.problem().find("batch_norm.size"), std::string::npos);
    }
}

TEST(GhostGroups, FitWhereNoGroupCrossesABorder) {
    EXPECT_NO_THROW(BatchNorm::check_ghost_groups(16, 64, 1, 64));
    EXPECT_NO_THROW(BatchNorm::check_ghost_groups(16, 64, 4, 16));
    EXPECT_NO_THROW(BatchNorm::check_ghost_groups(16, 64, 2, 16));
    EXPECT_NO_THROW(BatchNorm::check_ghost_groups(16, 72, 1, 72));  // a last group of 8
    EXPECT_NO_THROW(BatchNorm::check_ghost_groups(16, 8, 1, 8));    // one smaller group
    EXPECT_NO_THROW(BatchNorm::check_ghost_groups(16, 64, 1, 1000));
}

TEST(GhostGroups, AreRefusedAcrossRanks) {
    expect_groups_refused(16, 64, 3, 64, "straddle ranks 0 and 1");
    expect_groups_refused(32, 64, 4, 16, "straddle ranks 0 and 1");
    expect_groups_refused(16, 72, 2, 36, "straddle ranks 0 and 1");
    expect_groups_refused(16, 8, 2, 4, "straddle ranks 0 and 1");
}

TEST(GhostGroups, AreRefusedAcrossMicroBatches) {
    expect_groups_refused(16, 64, 1, 24, "straddle micro-batches of 24");
    expect_groups_refused(16, 64, 1, 8, "straddle micro-batches of 8");
}

TEST(GhostGroups, OfOneExampleAreRefused) {
    expect_groups_refused(16, 65, 1, 65, "one example");
    expect_groups_refused(2, 1, 1, 1, "one example");
}

// Whatever is accepted keeps every group whole: each border of a local batch or micro-batch lies
// between groups.
TEST(GhostGroups, ThatAreAcceptedAreWholeEverywhere) {
    int accepted = 0;
    for (std::int64_t size = 2; size <= 6; ++size) {
        for (std::int64_t batch = 1; batch <= 40; ++batch) {
            for (int ranks = 1; ranks <= 4; ++ranks) {
                for (std::int64_t micro_batch = 1; micro_batch <= 12; ++micro_batch) {
                    try {
                        BatchNorm::check_ghost_groups(size, batch, ranks, micro_batch);
                    } catch (const Error&) {
                        continue;
                    }
                    ++accepted;
                    for (int rank = 0; rank < ranks; ++rank) {
                        const std::int64_t begin = batch * rank / ranks;
                        const std::int64_t end = batch * (rank + 1) / ranks;
                        for (std::int64_t first = begin; first < end; first += micro_batch) {
                            ASSERT_EQ(first % size, 0)
                                << size << " " << batch << " " << ranks << " " << micro_batch;
                        }
                    }
                    ASSERT_NE(batch % size, 1);
                }
            }
        }
    }
    EXPECT_GT(accepted, 100);
}

}  // namespace
}  // namespace batchscope::tests_of_batch_norm
