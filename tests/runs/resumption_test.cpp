#include "runs/resumption.hpp"

#include <gtest/gtest.h>

#include "results/example_run.hpp"
#include "study/study_schema.hpp"

namespace batchscope::tests_of_resumption {
namespace {

class Resumption : public ::testing::Test {
  protected:
    static GridPoint point(const std::string& training) {
        return parse_study(study_schema(),
                           "data: {name: gaussians}\ntraining: {" + training + "}\n", "a.yaml")
            .points.at(0);
    }
    static Checkpoint checkpoint_of(const GridPoint& point) {
        Checkpoint checkpoint{RunPhase::training, 0, example_run(4)};
        checkpoint.record.configuration = point.resolved_yaml;
        checkpoint.record.configuration_hash = point.configuration_hash;
        checkpoint.record.data_hash = "data";
        return checkpoint;
    }
    [[nodiscard]] std::string refusal(const GridPoint& point, const std::string& data_hash,
                                      ExitCode code) {
        try {
            (void)find_resumable(result_, point, data_hash, communicator_);
            return "none";
        } catch (const AgreedError& error) {
            EXPECT_EQ(error.code(), code);
            return error.what();
        }
    }

    SerialCommunicator communicator_;
    TemporaryFolder folder_;
    std::filesystem::path result_ = folder_ / "a.h5";
};

TEST_F(Resumption, FindsNothingWhereNothingIs) {
    EXPECT_FALSE(find_resumable(result_, point("batch_size: 16"), "data", communicator_));
}

TEST_F(Resumption, FindsTheCheckpointOfTheSameConfiguration) {
    const GridPoint same = point("batch_size: 16");
    write_checkpoint(result_, checkpoint_of(same));
    const auto found = find_resumable(result_, same, "data", communicator_);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->step(), 4);
}

TEST_F(Resumption, RefusesAnotherConfigurationWithOldAndNewValues) {
    write_checkpoint(result_, checkpoint_of(point("learning_rate: 0.01")));
    const std::string text = refusal(point("learning_rate: 0.02, optimizer: {momentum: 0.8}"),
                                     "data", ExitCode::configuration);
    EXPECT_NE(text.find("training.learning_rate: 0.01 before, 0.02 now"), std::string::npos)
        << text;
    EXPECT_NE(text.find("training.optimizer.momentum"), std::string::npos) << text;
    EXPECT_NE(text.find("--overwrite"), std::string::npos) << text;
}

TEST_F(Resumption, RefusesOtherData) {
    const GridPoint same = point("batch_size: 16");
    write_checkpoint(result_, checkpoint_of(same));
    EXPECT_NE(refusal(same, "other", ExitCode::data).find("hash data, now other"),
              std::string::npos);
}

TEST(EnvironmentDifferences, AreNoneForTheSameEnvironment) {
    EnvironmentRecord one = example_run().environment;
    EnvironmentRecord other = one;
    one.text["starts"] = "a";
    other.text["starts"] = "b";
    // Other nodes of the same kind give the same bits.
    other.hosts = {"node7", "node8"};
    other.device_ids = {"x", "y"};
    EXPECT_TRUE(environment_differences(one, other).empty());
}

TEST(EnvironmentDifferences, NameWhatChanged) {
    const EnvironmentRecord one = example_run().environment;
    EnvironmentRecord other = one;
    other.hosts = {"node1", "node1"};
    other.threads = {2, 1};
    other.device_names = {"V100", "V100"};
    other.text["TF32"] = "on";
    EXPECT_EQ(
        environment_differences(one, other),
        (std::vector<std::string>{"ranks per host: 1 + 1 before, 2 now",
                                  "threads of the ranks: 2, 2 before, 2, 1 now",
                                  "devices: CPU before, V100 now", "TF32: off before, on now"}));
    other = one;
    other.hosts = {"node1", "node2", "node3"};
    EXPECT_EQ(environment_differences(one, other).at(0), "ranks: 2 before, 3 now");
}

}  // namespace
}  // namespace batchscope::tests_of_resumption
