#include "communication/work_queue.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <set>
#include <vector>

namespace batchscope::tests_of_work_queue {
namespace {

using Seconds = WorkQueue::Seconds;

/// Ranks that talk to a queue at a time that the test sets.
class Ranks {
  public:
    Ranks(int ranks, std::int64_t items)
        : reports_(static_cast<std::size_t>(ranks)), queue_(ranks, items, Seconds(10), now_) {}

    /// What `rank` gets when it asks for an item.
    std::int64_t ask(int rank) {
        ++of(rank).requests;
        tell(rank);
        EXPECT_EQ(queue_.answer(rank).answered, of(rank).requests);
        return queue_.answer(rank).item;
    }
    void end(int rank, ExitCode code, bool gives_up = false) {
        of(rank).ended = true;
        of(rank).exit_code = static_cast<int>(code);
        of(rank).gave_up = gives_up;
        tell(rank);
    }
    void leave(int rank) {
        of(rank).left = true;
        tell(rank);
    }
    void stop(int rank) {
        of(rank).stop = true;
        tell(rank);
    }
    void lose_owner(int rank) {
        of(rank).owner_lost = true;
        tell(rank);
    }
    void tell(int rank) { queue_.hear(rank, of(rank), now_); }
    void tell_all_but(int silent) {
        for (int rank = 0; rank < static_cast<int>(reports_.size()); ++rank) {
            if (rank != silent) {
                tell(rank);
            }
        }
    }
    void pass(double seconds) {
        now_ += std::chrono::duration_cast<WorkQueue::Clock::duration>(Seconds(seconds));
    }
    void look() { queue_.look(now_); }
    void forgive() { queue_.forgive_silence(now_); }
    [[nodiscard]] QueueAnswer answer(int rank) const { return queue_.answer(rank); }
    [[nodiscard]] const WorkQueue& queue() const { return queue_; }

  private:
    RankReport& of(int rank) { return reports_[static_cast<std::size_t>(rank)]; }
    WorkQueue::Clock::time_point now_;
    std::vector<RankReport> reports_;
    WorkQueue queue_;
};

TEST(WorkQueue, GivesEachItemOnceAndInOrder) {
    Ranks ranks(4, 7);
    const std::vector<int> askers{2, 0, 2, 2, 3, 2, 0};  // of unequal speed; rank 1 never comes
    for (std::size_t i = 0; i < askers.size(); ++i) {
        EXPECT_EQ(ranks.ask(askers[i]), static_cast<std::int64_t>(i));
    }
    for (const int rank : {0, 1, 2, 3, 2}) {
        EXPECT_EQ(ranks.ask(rank), -1);
    }
}

TEST(WorkQueue, AReportThatComesTwiceChangesNothing) {
    Ranks ranks(2, 3);
    EXPECT_EQ(ranks.ask(1), 0);
    ranks.tell(1);
    ranks.tell(1);
    EXPECT_EQ(ranks.answer(1).item, 0);
    EXPECT_EQ(ranks.ask(0), 1);
}

TEST(WorkQueue, KnowsWhatIsInWork) {
    Ranks ranks(3, 3);
    EXPECT_FALSE(ranks.queue().in_work(1));
    (void)ranks.ask(1);
    (void)ranks.ask(0);
    EXPECT_EQ(ranks.queue().in_work(1), 0);
    EXPECT_EQ(ranks.answer(2).item_of_owner, 1);  // others know what rank 0 works on
    (void)ranks.ask(1);
    EXPECT_EQ(ranks.queue().in_work(1), 2);
    ranks.end(1, ExitCode::success);
    EXPECT_FALSE(ranks.queue().in_work(1));
}

TEST(WorkQueue, TellsEveryRankOfAStopThatOneWasAskedFor) {
    Ranks ranks(4, 8);
    (void)ranks.ask(0);
    EXPECT_FALSE(ranks.answer(0).stop);
    ranks.stop(3);
    for (int rank = 0; rank < 4; ++rank) {
        EXPECT_TRUE(ranks.answer(rank).stop);
    }
    EXPECT_EQ(ranks.ask(0), -1);  // none after a stop
}

TEST(WorkQueue, AllHaveEndedWhenTheLastHas) {
    Ranks ranks(3, 1);
    ranks.end(0, ExitCode::success);
    ranks.end(2, ExitCode::success);
    ranks.tell(2);
    EXPECT_FALSE(ranks.answer(0).all_ended);
    ranks.end(1, ExitCode::success);
    for (int rank = 0; rank < 3; ++rank) {
        EXPECT_TRUE(ranks.answer(rank).all_ended);
        EXPECT_FALSE(ranks.queue().all_left());
        ranks.leave(rank);
        EXPECT_TRUE(ranks.queue().has_left(rank));
    }
    EXPECT_TRUE(ranks.queue().all_left());
}

/// The exit code of a job whose three groups end with these codes after all items were given.
int exit_code_after(const std::vector<ExitCode>& codes) {
    Ranks ranks(3, 3);
    for (int rank = 0; rank < 3; ++rank) {
        (void)ranks.ask(rank);
    }
    for (int rank = 0; rank < 3; ++rank) {
        ranks.end(rank, codes[static_cast<std::size_t>(rank)]);
    }
    return ranks.answer(1).exit_code;
}

TEST(WorkQueue, EndsTheJobAsOneGroupWouldHaveEndedIt) {
    constexpr auto done = ExitCode::success;
    constexpr auto failed = ExitCode::run_time;
    constexpr auto stopped = ExitCode::stopped;
    EXPECT_EQ(exit_code_after({done, done, done}), 0);
    EXPECT_EQ(exit_code_after({done, failed, done}), 1);
    EXPECT_EQ(exit_code_after({done, stopped, done}), 75);
    EXPECT_EQ(exit_code_after({failed, stopped, done}), 75);
}

TEST(WorkQueue, AStopThatLeavesItemsBehindIsAStopThoughNoRunWasCut) {
    Ranks ranks(2, 3);
    (void)ranks.ask(0);
    (void)ranks.ask(1);
    ranks.stop(1);
    ranks.end(0, ExitCode::success);
    ranks.end(1, ExitCode::success);
    EXPECT_EQ(ranks.answer(0).exit_code, 75);
}

TEST(WorkQueue, AStopAfterTheLastItemWasFinishedIsNone) {
    Ranks ranks(2, 1);
    (void)ranks.ask(0);
    ranks.stop(1);
    ranks.end(0, ExitCode::success);
    ranks.end(1, ExitCode::success);
    EXPECT_EQ(ranks.answer(0).exit_code, 0);
}

TEST(WorkQueue, AnErrorThatEndsTheJobStopsTheOthersAndIsItsExitCode) {
    Ranks ranks(3, 9);
    for (int rank = 0; rank < 3; ++rank) {
        (void)ranks.ask(rank);
    }
    ranks.end(1, ExitCode::environment, /*gives_up=*/true);
    EXPECT_TRUE(ranks.answer(0).stop);
    EXPECT_EQ(ranks.ask(0), -1);
    ranks.end(0, ExitCode::stopped);
    ranks.end(2, ExitCode::run_time);
    EXPECT_EQ(ranks.answer(0).exit_code, 4);
}

TEST(WorkQueue, ASilentRankIsLostAndTheOthersStop) {
    Ranks ranks(3, 9);
    EXPECT_EQ(ranks.ask(2), 0);
    ranks.pass(9);
    ranks.tell_all_but(2);
    ranks.look();
    EXPECT_EQ(ranks.answer(0).lost_rank, -1);
    ranks.pass(2);
    ranks.tell_all_but(2);
    ranks.look();
    EXPECT_EQ(ranks.answer(0).lost_rank, 2);
    EXPECT_DOUBLE_EQ(ranks.answer(0).lost_for, 11);
    EXPECT_TRUE(ranks.answer(1).stop);
    EXPECT_EQ(ranks.queue().in_work(2), 0);
    ranks.tell(2);  // too late: others have been told
    ranks.look();
    EXPECT_EQ(ranks.answer(1).lost_rank, 2);
}

TEST(WorkQueue, ARankThatWaitsForTheOthersMustShowThatItLivesToo) {
    Ranks ranks(2, 1);
    ranks.end(1, ExitCode::success);
    ranks.pass(11);
    ranks.tell(0);
    ranks.look();
    EXPECT_EQ(ranks.answer(0).lost_rank, 1);
}

TEST(WorkQueue, ARankThatHasLeftMayBeSilent) {
    Ranks ranks(2, 0);
    ranks.end(0, ExitCode::success);
    ranks.end(1, ExitCode::success);
    ranks.leave(1);
    ranks.pass(11);
    ranks.tell(0);
    ranks.look();
    EXPECT_EQ(ranks.answer(0).lost_rank, -1);
}

// Rank 0 was suspended; the others have given it up, and it must not go on as if nothing had been.
TEST(WorkQueue, TheOwnerLearnsThatItWasLost) {
    Ranks ranks(3, 9);
    ranks.lose_owner(2);
    EXPECT_EQ(ranks.answer(0).lost_rank, 0);
}

// A job that the scheduler suspends hears nobody for hours.
TEST(WorkQueue, SilenceWhileTheOwnerWasSuspendedIsNoLoss) {
    Ranks ranks(2, 1);
    ranks.pass(3600);
    ranks.forgive();
    ranks.look();
    EXPECT_EQ(ranks.answer(0).lost_rank, -1);
    ranks.pass(11);
    ranks.tell(0);
    ranks.look();
    EXPECT_EQ(ranks.answer(0).lost_rank, 1);
}

}  // namespace
}  // namespace batchscope::tests_of_work_queue
