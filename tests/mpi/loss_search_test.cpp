#include <ATen/ATen.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <utility>

#include "../measures/measure_parts.hpp"
#include "../measures/resumption_checks.hpp"
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
namespace batchscope::tests_of_loss_search {
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

    /// A measure on this rank alone, and the same over all ranks: they find the same. Returns both
    /// findings.
    template <class Settings>
    std::pair<MeasuredValues, MeasuredValues> expect_same_on_all_ranks(const MeasureKind& kind,
                                                                       const Settings& settings,
                                                                       double tolerance) {
        const std::string checksum = network_.parameters().checksum();
        const at::Tensor statistics = network_.buffers().front().values.clone();
        const MeasuredValues alone = finish(*make_measure(kind, settings, 2,
                                                          {.weights = weights_.clone(),
                                                           .loss = &loss_alone_,
                                                           .surface = &surface_alone_,
                                                           .filters = &layout_}));
        const MeasuredValues shared = finish(*make_measure(kind, settings, 2,
                                                           {.weights = weights_.clone(),
                                                            .loss = &loss_shared_,
                                                            .surface = &surface_shared_,
                                                            .filters = &layout_,
                                                            .communicator = &communicator_}));
        for (const auto& [name, expected] : alone) {
            const auto& values = shared.at(name);
            EXPECT_EQ(values.size(), expected.size()) << name;
            for (std::size_t i = 0; i < std::min(values.size(), expected.size()); ++i) {
                EXPECT_NEAR(values[i], expected[i], tolerance * (1e-3 + std::abs(expected[i])))
                    << name << ' ' << i;
            }
        }
        EXPECT_EQ(network_.parameters().checksum(), checksum);
        EXPECT_TRUE(at::equal(network_.buffers().front().values, statistics));
        return {alone, shared};
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
    const auto [alone, shared] = expect_same_on_all_ranks(keskar_sharpness(), settings, 1e-7);
    for (const std::string name : {"keskar_full", "keskar_subspace"}) {
        EXPECT_GT(shared.at(name)[0], shared.at(name)[1]);
        EXPECT_GT(shared.at(name)[1], 0);
        EXPECT_EQ(shared.at(name + "_evaluations"), alone.at(name + "_evaluations"));
    }
}

TEST_F(LossSearch, WorstCaseIsTheSameOnAllRanks) {
    const auto [alone, shared] =
        expect_same_on_all_ranks(worst_case_sharpness(), WorstCaseSettings{}, 1e-7);
    EXPECT_GT(shared.at("sam_sharpness")[0], 0);
}

TEST_F(LossSearch, AverageCaseIsTheSameOnAllRanks) {
    expect_same_on_all_ranks(average_case_sharpness(), AverageCaseSettings{}, 1e-9);
}

TEST_F(LossSearch, PacBayesIsTheSameOnAllRanks) {
    // Accuracies are counts: equal unless an example lies within rounding of a tie.
    const auto [alone, shared] = expect_same_on_all_ranks(
        pac_bayes(), PacBayesSettings{.accuracy_drop = 0.05, .draws = 3}, 1e-9);
    EXPECT_GT(shared.at("pac_bayes_sigma")[0], 0);
}

TEST_F(LossSearch, SlicesAreTheSameOnAllRanks) {
    expect_same_on_all_ranks(slices(), SliceSettings{.directions = 2, .range = 1, .points = 5},
                             1e-9);
}

}  // namespace
}  // namespace batchscope::tests_of_loss_search
