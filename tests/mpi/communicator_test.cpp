#include <ATen/ATen.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <mpi.h>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <new>
#include <string>

#include "test_ranks.hpp"

/// Collectives against closed forms in rank and size. Every rank runs every test; started under
/// mpirun with one to four ranks.
namespace batchscope::tests_of_communicator {
namespace {

class Collectives : public ::testing::Test {
  protected:
    [[nodiscard]] int rank() const { return communicator_.rank(); }
    [[nodiscard]] int size() const { return communicator_.size(); }

    TestRanks ranks_;
    MpiCommunicator& communicator_ = ranks_.communicator();
};

constexpr at::ScalarType types[] = {at::kFloat, at::kDouble, at::kLong};

/// rank + 1, scaled by the place: whole numbers, exact in every type.
at::Tensor values_of(int rank, std::int64_t count, at::ScalarType type) {
    return at::arange(count, at::kLong).mul_(rank + 1).to(type);
}

TEST_F(Collectives, KnowTheWorld) {
    EXPECT_EQ(communicator_.name(), "mpi");
    EXPECT_GE(rank(), 0);
    EXPECT_LT(rank(), size());
    // All ranks of these tests are on one host.
    EXPECT_EQ(communicator_.placement().local_rank, rank());
    EXPECT_EQ(communicator_.placement().local_size, size());
    EXPECT_FALSE(communicator_.placement().host.empty());
}

TEST_F(Collectives, SumOverRanks) {
    for (const auto type : types) {
        for (const std::int64_t count : {1, 2, 7, 1000, 100'003}) {
            const at::Tensor values = values_of(rank(), count, type);
            communicator_.sum(values);
            const at::Tensor expected =
                at::arange(count, at::kLong).mul_(size() * (size() + 1) / 2).to(type);
            EXPECT_TRUE(values.equal(expected)) << type << " of " << count;
        }
    }
}

TEST_F(Collectives, SumKeepsTheShapeAndTheNeighbours) {
    const at::Tensor whole = at::ones({6, 5}, at::kDouble);
    communicator_.sum(whole.narrow(0, 2, 3));
    EXPECT_TRUE(whole.narrow(0, 0, 2).equal(at::ones({2, 5}, at::kDouble)));
    EXPECT_TRUE(whole.narrow(0, 2, 3).equal(at::full({3, 5}, size(), at::kDouble)));
    EXPECT_TRUE(whole.narrow(0, 5, 1).equal(at::ones({1, 5}, at::kDouble)));
}

TEST_F(Collectives, SumHoldsNonFiniteValuesOfAnyRank) {
    const at::Tensor values = at::zeros({2}, at::kFloat);
    if (rank() == size() - 1) {
        values[0] = NAN;
        values[1] = INFINITY;
    }
    communicator_.sum(values);
    EXPECT_TRUE(std::isnan(values[0].item<float>()));
    EXPECT_TRUE(std::isinf(values[1].item<float>()));
}

TEST_F(Collectives, SumIsTheSameBitForBitOnEveryRankAndEachTime) {
    const auto draw = [&] {
        at::Tensor values = at::arange(10'000, at::kFloat).mul_(0.1F).sin_().mul_(rank() + 0.7);
        communicator_.sum(values);
        return values;
    };
    const at::Tensor first = draw();
    EXPECT_TRUE(first.equal(draw()));
    const at::Tensor of_rank_0 = first.clone();
    communicator_.broadcast(of_rank_0);
    EXPECT_TRUE(first.equal(of_rank_0));
}

TEST_F(Collectives, BroadcastTheTensorOfRankZero) {
    for (const auto type : types) {
        for (const std::int64_t count : {1, 1000}) {
            const at::Tensor values = at::arange(count, at::kLong).add_(100 * rank()).to(type);
            communicator_.broadcast(values);
            EXPECT_TRUE(values.equal(at::arange(count, at::kLong).to(type)));
        }
    }
}

TEST_F(Collectives, TakeEmptyTensors) {
    for (const auto type : types) {
        const at::Tensor none = at::empty({0, 3}, type);
        communicator_.sum(none);
        communicator_.broadcast(none);
        EXPECT_EQ(none.numel(), 0);
    }
    // Ranks are still in step.
    const at::Tensor one = at::ones({1}, at::kDouble);
    communicator_.sum(one);
    EXPECT_EQ(one.item<double>(), size());
}

TEST_F(Collectives, RefuseATypeThatMpiDoesNotKnow) {
    EXPECT_THROW(communicator_.sum(at::ones({2}, at::kHalf)), Error);
}

TEST_F(Collectives, GatherTextsInRankOrder) {
    // Of different lengths; that of rank 0 is empty.
    const auto text_of = [](int rank) {
        return std::string(static_cast<std::size_t>(rank), 'a' + static_cast<char>(rank));
    };
    const auto texts = communicator_.gather(text_of(rank()));
    ASSERT_EQ(texts.size(), static_cast<std::size_t>(size()));
    for (int other = 0; other < size(); ++other) {
        EXPECT_EQ(texts[static_cast<std::size_t>(other)], text_of(other));
    }
    for (const std::string& text : communicator_.gather("")) {
        EXPECT_EQ(text, "");
    }
    const std::string with_zero_byte("a\0b", 3);
    EXPECT_EQ(communicator_.gather(with_zero_byte).back(), with_zero_byte);
}

TEST_F(Collectives, BroadcastTheTextOfRankZero) {
    const std::string text = rank() == 0 ? std::string(50'000, 'x') : "a shorter one";
    EXPECT_EQ(communicator_.broadcast(text), std::string(50'000, 'x'));
    EXPECT_EQ(communicator_.broadcast(rank() == 0 ? std::string() : std::string("y")), "");
}

TEST_F(Collectives, AgreeWhereAllDo) {
    EXPECT_TRUE(communicator_.agree(true));
    EXPECT_FALSE(communicator_.agree(false));
    EXPECT_EQ(communicator_.agree(rank() == 0), size() == 1);
    EXPECT_FALSE(communicator_.agree(rank() != size() - 1));
}

/// What together() throws on this rank.
AgreedError failure_of(Communicator& communicator, const std::function<void()>& work) {
    try {
        communicator.together(work);
    } catch (const AgreedError& error) {
        return error;
    }
    ADD_FAILURE() << "no failure";
    return {ExitCode::success, "", ""};
}

TEST_F(Collectives, EveryRankThrowsTheFailureOfOne) {
    for (int failing = 0; failing < size(); ++failing) {
        const AgreedError error = failure_of(communicator_, [&] {
            if (rank() == failing) {
                throw data_error("the file is gone", "fetch it again");
            }
        });
        EXPECT_EQ(error.code(), ExitCode::data);
        EXPECT_EQ(error.remedy(), "fetch it again");
        EXPECT_EQ(error.problem(), size() == 1
                                       ? "the file is gone"
                                       : fmt::format("rank {} of {} on {}: the file is gone",
                                                     failing, size(), test_placement().host));
    }
}

TEST_F(Collectives, TheLowestFailingRankIsNamed) {
    if (size() < 3) {
        GTEST_SKIP() << "needs three ranks";
    }
    const AgreedError error = failure_of(communicator_, [&] {
        if (rank() == 1) {
            throw std::bad_alloc();
        }
        if (rank() == 2) {
            throw data_error("the file is gone", "fetch it again");
        }
    });
    EXPECT_EQ(error.problem(),
              fmt::format("rank 1 of {} on {}: out of memory", size(), test_placement().host));
    EXPECT_EQ(error.code(), ExitCode::run_time);
}

TEST_F(Collectives, AFailureOfAllRanksAlikeNamesNone) {
    const AgreedError error =
        failure_of(communicator_, [] { throw configuration_error("no such key", "remove it"); });
    EXPECT_EQ(error.problem(), "no such key");
    EXPECT_EQ(error.code(), ExitCode::configuration);
}

TEST_F(Collectives, RanksAreInStepAfterAFailure) {
    (void)failure_of(communicator_, [&] {
        if (rank() == 0) {
            throw 7;
        }
    });
    EXPECT_NO_THROW(communicator_.together([] {}));
    const at::Tensor one = at::ones({1}, at::kLong);
    communicator_.sum(one);
    EXPECT_EQ(one.item<std::int64_t>(), size());
}

TEST_F(Collectives, FailedTogetherWhereAllFailed) {
    EXPECT_TRUE(communicator_.failed_together(30));
    EXPECT_TRUE(communicator_.failed_together(30));
    EXPECT_TRUE(communicator_.agree(true));
}

TEST_F(Collectives, NotFailedTogetherWhereOneRankWaitsElsewhere) {
    if (size() == 1) {
        GTEST_SKIP() << "needs two ranks";
    }
    const bool healthy = rank() == size() - 1;
    if (!healthy) {
        EXPECT_FALSE(communicator_.failed_together(0.2));
    }
    // The healthy rank stands here all the while.
    communicator_.barrier();
    if (healthy) {
        EXPECT_TRUE(communicator_.failed_together(30));  // ends what the others have begun
    }
}

TEST_F(Collectives, CountTheTimeInsideThem) {
    const double before = communicator_.seconds();
    communicator_.barrier();
    EXPECT_GT(communicator_.seconds(), before);
}

}  // namespace
}  // namespace batchscope::tests_of_communicator
