#include "communication/rank_groups.hpp"

#include <gtest/gtest.h>

#include <string>

#include "core/error.hpp"

namespace batchscope::tests_of_rank_groups {
namespace {

TEST(RanksPerPointOption, IsAWholeNumberOrAuto) {
    EXPECT_EQ(parse_ranks_per_point("1").ranks, 1);
    EXPECT_EQ(parse_ranks_per_point("16").ranks, 16);
    EXPECT_EQ(parse_ranks_per_point("auto").ranks, 0);
}

TEST(RanksPerPointOption, RefusesAnythingElse) {
    for (const char* text :
         {"", "0", "-1", "two", "1.5", "2 ", " 2", "2x", "Auto", "99999999999"}) {
        try {
            (void)parse_ranks_per_point(text);
            ADD_FAILURE() << "accepted '" << text << "'";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ExitCode::configuration);
            EXPECT_NE(error.problem().find(std::string("--ranks-per-point ") + text),
                      std::string::npos)
                << error.problem();
        }
    }
}

TEST(RankGroups, AreNeighboursThatCoverAllRanksWithSizesThatDifferByAtMostOne) {
    for (int ranks = 1; ranks <= 17; ++ranks) {
        for (int count = 1; count <= ranks; ++count) {
            const RankGroups groups(ranks, count);
            int next = 0;
            for (int group = 0; group < groups.count(); ++group) {
                EXPECT_EQ(groups.first(group), next);
                EXPECT_GE(groups.size(group), groups.smallest());
                EXPECT_LE(groups.size(group), groups.largest());
                for (int rank = next; rank < next + groups.size(group); ++rank) {
                    EXPECT_EQ(groups.group_of(rank), group) << rank << " of " << ranks;
                }
                next += groups.size(group);
            }
            EXPECT_EQ(next, ranks);
            EXPECT_LE(groups.largest() - groups.smallest(), 1);
        }
    }
}

TEST(RankGroups, HaveAtLeastTheRanksThatWereAskedFor) {
    EXPECT_EQ(RankGroups::split(4, {1}, 12).count(), 4);
    EXPECT_EQ(RankGroups::split(4, {2}, 12).count(), 2);
    EXPECT_EQ(RankGroups::split(4, {3}, 12).count(), 1);
    EXPECT_EQ(RankGroups::split(4, {4}, 12).count(), 1);
    EXPECT_EQ(RankGroups::split(5, {2}, 12).count(), 2);
    // A resumed grid has fewer pending points and must get the same groups again, to repeat bit for
    // bit.
    EXPECT_EQ(RankGroups::split(4, {1}, 1).count(), 4);
}

TEST(RankGroups, AutomaticLeaveNoRankWithoutAPoint) {
    EXPECT_EQ(RankGroups::split(4, {}, 12).count(), 4);
    EXPECT_EQ(RankGroups::split(4, {}, 4).count(), 4);
    EXPECT_EQ(RankGroups::split(4, {}, 3).count(), 3);
    EXPECT_EQ(RankGroups::split(4, {}, 1).count(), 1);
    EXPECT_EQ(RankGroups::split(4, {}, 0).count(), 1);
    EXPECT_EQ(RankGroups::split(1, {}, 12).count(), 1);
}

TEST(RankGroups, RefuseMoreRanksOnAPointThanThereAre) {
    try {
        (void)RankGroups::split(4, {5}, 12);
        ADD_FAILURE() << "accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::configuration);
        EXPECT_NE(error.problem().find("has 4 rank(s)"), std::string::npos) << error.problem();
    }
}

TEST(RankGroups, SayWhoTheyAre) {
    const RankGroups uneven(5, 3);
    EXPECT_EQ(uneven.name(0), "rank 0");
    EXPECT_EQ(uneven.name(1), "ranks 1-2");
    EXPECT_EQ(uneven.name(2), "ranks 3-4");
    EXPECT_EQ(uneven.description(), "3 group(s) of 1 to 2 rank(s)");
    EXPECT_EQ(RankGroups(4, 2).description(), "2 group(s) of 2 rank(s)");
}

TEST(RankGroups, PlaceARankAmongItsOwn) {
    const Placement job{3, 5, 1, 2, "node7", "rank 3 of 5 on node7"};
    const Placement placement = RankGroups(5, 2).within_group(job);
    EXPECT_EQ(placement.rank, 1);
    EXPECT_EQ(placement.size, 3);
    // The device and the cores are those of the job's ranks on this host.
    EXPECT_EQ(placement.local_rank, 1);
    EXPECT_EQ(placement.local_size, 2);
    EXPECT_EQ(placement.host, "node7");
    EXPECT_EQ(placement.name, "rank 3 of 5 on node7");
}

}  // namespace
}  // namespace batchscope::tests_of_rank_groups
