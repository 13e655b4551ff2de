#include "communication/queue_link.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <numeric>
#include <set>
#include <sstream>
#include <string>
#include <thread>

#include "core/stop_request.hpp"
#include "test_ranks.hpp"

/// The queue between real ranks. Every rank runs every test.
namespace batchscope::tests_of_queue_link {
namespace {

using Seconds = QueueLink::Seconds;

class QueueLinkTest : public ::testing::Test {
  protected:
    [[nodiscard]] int rank() const { return communicator_.rank(); }
    [[nodiscard]] int size() const { return communicator_.size(); }

    static void pause(double seconds) { std::this_thread::sleep_for(Seconds(seconds)); }

    TestRanks ranks_;
    MpiCommunicator& communicator_ = ranks_.communicator();
};

class WorkOnQueue : public QueueLinkTest {};
class Stop : public QueueLinkTest {};
class RankLost : public QueueLinkTest {};
class OwnerLost : public QueueLinkTest {};

/// For tests in which no rank is lost.
QueueLink::Actions none_lost() {
    return {[] { ADD_FAILURE() << "a rank is lost"; },
            [](const LostRank& lost) {
                fmt::print(stderr, "rank {} is lost\n", lost.rank);
                std::_Exit(1);
            }};
}

/// Items of one rank as text, for gather().
std::string text_of(const std::vector<std::int64_t>& items) {
    std::string text;
    for (const std::int64_t item : items) {
        text += fmt::format("{} ", item);
    }
    return text;
}

TEST_F(WorkOnQueue, GivesEveryItemToOneRankInOrder) {
    constexpr std::int64_t count = 40;
    QueueLink link(test_placement(), count, {Seconds(30)}, none_lost());
    std::vector<std::int64_t> own;
    while (const auto item = link.next()) {
        own.push_back(*item);
        pause(0.002 * rank());  // of unequal speed
    }
    EXPECT_TRUE(std::is_sorted(own.begin(), own.end()));
    EXPECT_EQ(link.finish(ExitCode::success, false), ExitCode::success);
    std::multiset<std::int64_t> all;
    for (const std::string& text : communicator_.gather(text_of(own))) {
        std::istringstream items(text);
        for (std::int64_t item = 0; items >> item;) {
            all.insert(item);
        }
    }
    std::multiset<std::int64_t> expected;
    for (std::int64_t item = 0; item < count; ++item) {
        expected.insert(item);
    }
    EXPECT_EQ(all, expected);
    EXPECT_EQ(stop_signal(), 0);
}

TEST_F(WorkOnQueue, AnswersAtOnce) {
    QueueLink link(test_placement(), 1000, {Seconds(30)}, none_lost());
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 20; ++i) {
        EXPECT_TRUE(link.next());
    }
    const Seconds each = (std::chrono::steady_clock::now() - start) / 20;
    EXPECT_LT(each.count(), 0.1);
    (void)link.finish(ExitCode::success, false);
}

TEST_F(WorkOnQueue, MayBeEmptyAndMayBeUsedAgain) {
    for (int i = 0; i < 5; ++i) {
        QueueLink link(test_placement(), 0, {Seconds(30)}, none_lost());
        EXPECT_FALSE(link.next());
        EXPECT_FALSE(link.next());
        EXPECT_EQ(link.finish(ExitCode::success, false), ExitCode::success);
    }
}

TEST_F(WorkOnQueue, EveryRankLearnsTheExitCodeOfTheJob) {
    QueueLink link(test_placement(), 0, {Seconds(30)}, none_lost());
    EXPECT_EQ(link.finish(rank() == size() - 1 ? ExitCode::run_time : ExitCode::success, false),
              ExitCode::run_time);
}

double processor_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// Other groups may train for hours, on cores that idle ranks must not take from them.
TEST_F(WorkOnQueue, RanksThatWaitForTheLastOneDoNotSpinAndAreNotLost) {
    QueueLink link(test_placement(), 0, {Seconds(1)}, none_lost());
    const bool last = rank() == size() - 1;
    const double before = processor_seconds();
    if (last) {
        pause(3);
    }
    EXPECT_EQ(link.finish(ExitCode::success, false), ExitCode::success);
    EXPECT_LT(processor_seconds() - before, 0.5);
}

// Each group has MPI calls of its own under way in its main thread.
TEST_F(WorkOnQueue, LeavesCollectivesOfOtherThreadsAlone) {
    QueueLink link(test_placement(), 0, {Seconds(30)}, none_lost());
    for (int i = 0; i < 2000; ++i) {
        const auto texts = communicator_.gather(fmt::format("{}:{}", rank(), i));
        ASSERT_EQ(texts.back(), fmt::format("{}:{}", size() - 1, i));
    }
    EXPECT_EQ(link.finish(ExitCode::success, false), ExitCode::success);
}

TEST_F(Stop, OfOneRankReachesAll) {
    QueueLink link(test_placement(), 1000, {Seconds(30)}, none_lost());
    EXPECT_TRUE(link.next());
    communicator_.barrier();
    if (rank() == size() - 1) {
        request_stop();
    }
    const auto start = std::chrono::steady_clock::now();
    while (stop_signal() == 0) {
        pause(0.001);
    }
    EXPECT_LT(Seconds(std::chrono::steady_clock::now() - start).count(), 2.0);
    communicator_.barrier();
    EXPECT_FALSE(link.next());
    EXPECT_EQ(link.finish(ExitCode::success, false), ExitCode::stopped);
}

/// What the link's thread tells of a lost rank.
class Witness {
  public:
    [[nodiscard]] QueueLink::Actions actions() {
        return {[this] { noticed_ = true; },
                [this](const LostRank& lost) {
                    if (!ended_) {
                        lost_ = lost;
                        ended_ = true;
                    }
                }};
    }
    /// Waits until the link would end the process.
    [[nodiscard]] LostRank wait() const {
        while (!ended_) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        EXPECT_TRUE(noticed_);
        return lost_;
    }

  private:
    std::atomic<bool> noticed_ = false;
    std::atomic<bool> ended_ = false;
    LostRank lost_;
};

/// Every rank takes an item, then `silent` falls silent; what the others learn.
void lose(int silent, const Placement& placement, Communicator& communicator) {
    Witness witness;
    std::int64_t item = -1;
    std::optional<QueueLink> link;
    link.emplace(placement, 1000, QueueLink::Limits{Seconds(1), Seconds(1)}, witness.actions());
    item = link->next().value();
    const auto items = communicator.gather(fmt::format("{}", item));
    std::this_thread::sleep_for(std::chrono::milliseconds(500));  // until all know of all
    if (placement.rank == silent) {
        link.reset();  // as after an exception: nobody is told
    } else {
        const LostRank lost = witness.wait();
        EXPECT_EQ(lost.rank, silent);
        EXPECT_GT(lost.silent_for, 1.0);
        EXPECT_LT(lost.silent_for, 10.0);
        EXPECT_NE(stop_signal(), 0);  // time to save
        const bool marks = placement.rank == (silent == 0 ? 1 : 0);
        if (marks) {
            ASSERT_TRUE(lost.item);
            EXPECT_EQ(fmt::format("{}", *lost.item), items[static_cast<std::size_t>(silent)]);
        }
        link.reset();
    }
    communicator.barrier();
}

TEST_F(RankLost, IsNoticedByAllOthers) {
    lose(size() - 1, test_placement(), communicator_);
}

TEST_F(OwnerLost, IsNoticedByAllOthers) {
    lose(0, test_placement(), communicator_);
}

}  // namespace
}  // namespace batchscope::tests_of_queue_link
