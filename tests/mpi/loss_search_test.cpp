#include <ATen/ATen.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <memory>

#include "../models/network_settings.hpp"
#include "measures/average_case_sharpness.hpp"
#include "measures/keskar_sharpness.hpp"
#include "measures/pac_bayes.hpp"
#include "measures/random_vectors.hpp"
#include "measures/slices.hpp"
#include "measures/split_loss.hpp"
#include "measures/worst_case_sharpness.hpp"
#include "test_ranks.hpp"

/// Measures that look at the loss around the weights of a network, shared over ranks: the same as
/// on one rank, to rounding, with as many evaluations, and the network is afterwards as it was.
/// Every rank runs every test; started under mpirun with one to four ranks.
namespace batchscope {
namespace {

at::Tensor normal(std::int64_t rows, std::int64_t size, std::uint64_t seed) {
    return RandomVectors(seed, RandomVectorUse::subset, size,
                         at::TensorOptions().dtype(at::kDouble))
        .normal(0, rows);
}

class LossSearch : public ::testing::Test {
  protected:
    static constexpr std::int64_t examples = 61;

    LossSearch() {
        network_.parameters().initialise(3);
        estimate_population(network_, split_, alone_);
        // Labels that the network gets right, so that noise has an accuracy to spoil.
        split_.targets.copy_(network_.evaluate(inputs_).argmax(1));
    }

    /// Runs two measures of one kind to their ends: one on this rank alone, one over all ranks.
    void expect_same_on_all_ranks(Measure& alone, Measure& shared, double tolerance) {
        const std::string checksum = network_.parameters().checksum();
        const at::Tensor statistics = network_.buffers().front().values.clone();
        while (!alone.finished()) {
            alone.advance();
        }
        while (!shared.finished()) {
            shared.advance();
        }
        const MeasuredValues found = shared.values();
        for (const auto& [name, expected] : alone.values()) {
            const auto& values = found.at(name);
            ASSERT_EQ(values.size(), expected.size()) << name;
            for (std::size_t i = 0; i < values.size(); ++i) {
                EXPECT_NEAR(values[i], expected[i], tolerance * (1e-3 + std::abs(expected[i])))
                    << name << ' ' << i;
            }
        }
        EXPECT_EQ(network_.parameters().checksum(), checksum);
        EXPECT_TRUE(at::equal(network_.buffers().front().values, statistics));
    }

    TestRanks ranks_;
    MpiCommunicator& communicator_ = ranks_.communicator();
    SerialCommunicator alone_;
    Network network_{describe_network(mlp_settings({12}, true, 0.0), {8}, 3),
                     {},
                     Task::classification,
                     0,
                     at::kDouble};
    at::Tensor inputs_ = normal(examples, 8, 1);
    DeviceSplit split_{inputs_, at::zeros({examples}, at::kLong)};
    at::Tensor weights_ = network_.parameters().weights();
    FilterLayout layout_ = filter_layout(network_.parameters());
    SplitLoss loss_alone_{network_, split_, alone_};
    SplitLoss loss_shared_{network_, split_, communicator_, 7};
    SplitSurface surface_alone_{network_, split_, split_, alone_};
    SplitSurface surface_shared_{network_, split_, split_, communicator_};
};

TEST_F(LossSearch, KeskarIsTheSameOnAllRanks) {
    KeskarSettings settings;
    settings.subspace = 10;
    settings.starts = 3;
    KeskarSharpness alone(settings, 2, loss_alone_, weights_.clone(), alone_);
    KeskarSharpness shared(settings, 2, loss_shared_, weights_.clone(), communicator_);
    expect_same_on_all_ranks(alone, shared, 1e-7);
    for (const std::string name : {"keskar_full", "keskar_subspace"}) {
        EXPECT_GT(shared.values().at(name)[0], shared.values().at(name)[1]);
        EXPECT_GT(shared.values().at(name)[1], 0);
        EXPECT_EQ(shared.values().at(name + "_evaluations"),
                  alone.values().at(name + "_evaluations"));
    }
}

TEST_F(LossSearch, WorstCaseIsTheSameOnAllRanks) {
    WorstCaseSharpness alone({}, 2, loss_alone_, weights_.clone(), alone_);
    WorstCaseSharpness shared({}, 2, loss_shared_, weights_.clone(), communicator_);
    expect_same_on_all_ranks(alone, shared, 1e-7);
    EXPECT_GT(shared.values().at("sam_sharpness")[0], 0);
}

TEST_F(LossSearch, AverageCaseIsTheSameOnAllRanks) {
    AverageCaseSharpness alone({}, 2, surface_alone_, weights_.clone(), layout_);
    AverageCaseSharpness shared({}, 2, surface_shared_, weights_.clone(), layout_);
    expect_same_on_all_ranks(alone, shared, 1e-9);
}

TEST_F(LossSearch, PacBayesIsTheSameOnAllRanks) {
    // Accuracies are counts: equal unless an example lies within rounding of a tie.
    PacBayes alone({.accuracy_drop = 0.05, .draws = 3}, 2, surface_alone_, weights_.clone());
    PacBayes shared({.accuracy_drop = 0.05, .draws = 3}, 2, surface_shared_, weights_.clone());
    expect_same_on_all_ranks(alone, shared, 1e-9);
    EXPECT_GT(shared.values().at("pac_bayes_sigma")[0], 0);
}

TEST_F(LossSearch, SlicesAreTheSameOnAllRanks) {
    const SliceSettings settings{.directions = 2, .range = 1, .points = 5};
    Slices alone(settings, 2, surface_alone_, weights_.clone(), layout_);
    Slices shared(settings, 2, surface_shared_, weights_.clone(), layout_);
    expect_same_on_all_ranks(alone, shared, 1e-9);
}

}  // namespace
}  // namespace batchscope
