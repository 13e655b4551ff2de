#include "communication/device_binding.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "core/error.hpp"

namespace batchscope::tests_of_device_binding {
namespace {

using Environment = std::map<std::string, std::string>;

BindingQuestion question(DeviceChoice device, int visible, Environment environment = {},
                         int local_rank = 0) {
    BindingQuestion asked;
    asked.device = device;
    asked.placement = {local_rank, 4, local_rank, 4, "node7"};
    asked.built_with_cuda = true;
    asked.visible_devices = visible;
    asked.environment = std::move(environment);
    return asked;
}

void expect_refusal(const std::function<void()>& call, const std::vector<std::string>& parts) {
    try {
        call();
        ADD_FAILURE() << "accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::environment);
        for (const std::string& part : parts) {
            EXPECT_NE(std::string(error.what()).find(part), std::string::npos)
                << part << " in: " << error.what();
        }
    }
}

TEST(BindDevice, TakesTheLocalRankModuloTheVisibleDevices) {
    for (int local_rank = 0; local_rank < 5; ++local_rank) {
        for (const auto device : {DeviceChoice::automatic, DeviceChoice::cuda}) {
            EXPECT_EQ(bind_device(question(device, 4, {}, local_rank)).ordinal, local_rank % 4);
        }
    }
    // With --gpus-per-task every rank sees one device, numbered 0.
    EXPECT_EQ(bind_device(question(DeviceChoice::automatic, 1, {}, 3)).ordinal, 0);
}

TEST(BindDevice, CountsOnTheHostAndNotInTheWorld) {
    auto asked = question(DeviceChoice::cuda, 4);
    asked.placement = {6, 8, 2, 4, "node7"};
    EXPECT_EQ(bind_device(asked).ordinal, 2);
}

TEST(BindDevice, UsesNcclOnGpusUnlessMpiIsChosen) {
    auto asked = question(DeviceChoice::automatic, 2);
    EXPECT_TRUE(bind_device(asked).nccl);
    asked.communication = CommunicationChoice::nccl;
    EXPECT_TRUE(bind_device(asked).nccl);
    asked.communication = CommunicationChoice::mpi;
    EXPECT_FALSE(bind_device(asked).nccl);
    EXPECT_TRUE(bind_device(asked).ordinal);
}

TEST(BindDevice, AutomaticFallsToTheCpuWhereNobodyGrantsAGpu) {
    for (const Environment& environment : {Environment{}, Environment{{"CUDA_VISIBLE_DEVICES", ""}},
                                           Environment{{"CUDA_VISIBLE_DEVICES", "-1"}},
                                           Environment{{"CUDA_VISIBLE_DEVICES", "NoDevFiles"}},
                                           Environment{{"SLURM_GPUS_ON_NODE", "0"}}}) {
        const auto binding = bind_device(question(DeviceChoice::automatic, 0, environment));
        EXPECT_FALSE(binding.ordinal);
        EXPECT_FALSE(binding.nccl);
    }
}

TEST(BindDevice, AutomaticNeverFallsToTheCpuWhereAGpuIsGranted) {
    for (const Environment& environment :
         {Environment{{"CUDA_VISIBLE_DEVICES", "0"}}, Environment{{"CUDA_VISIBLE_DEVICES", "0,1"}},
          Environment{{"SLURM_JOB_GPUS", "0"}}, Environment{{"SLURM_STEP_GPUS", "2"}},
          Environment{{"SLURM_GPUS_ON_NODE", "1"}},
          Environment{{"CUDA_VISIBLE_DEVICES", "GPU-8a3e"}}}) {
        const auto& [name, value] = *environment.begin();
        expect_refusal(
            [&] { (void)bind_device(question(DeviceChoice::automatic, 0, environment)); },
            {name + "=" + value, "--device cpu"});
    }
    // Nor because the build has no CUDA.
    auto asked = question(DeviceChoice::automatic, 0, {{"SLURM_JOB_GPUS", "3"}});
    asked.built_with_cuda = false;
    expect_refusal([&] { (void)bind_device(asked); }, {"SLURM_JOB_GPUS=3", "no CUDA"});
}

TEST(BindDevice, TheCpuIsUsedWhereItIsAskedFor) {
    const auto binding =
        bind_device(question(DeviceChoice::cpu, 4, {{"CUDA_VISIBLE_DEVICES", "0,1,2,3"}}));
    EXPECT_FALSE(binding.ordinal);
    EXPECT_FALSE(binding.nccl);
}

TEST(BindDevice, CudaWithoutAGpuIsRefusedWithTheReason) {
    expect_refusal([] { (void)bind_device(question(DeviceChoice::cuda, 0)); },
                   {"--device cuda", "CUDA sees no GPU"});
    expect_refusal(
        [] {
            (void)bind_device(question(DeviceChoice::cuda, 0, {{"CUDA_VISIBLE_DEVICES", "9"}}));
        },
        {"CUDA_VISIBLE_DEVICES='9'"});
    auto asked = question(DeviceChoice::cuda, 4);
    asked.built_with_cuda = false;
    expect_refusal([&] { (void)bind_device(asked); }, {"no CUDA"});
}

TEST(BindDevice, NcclOnTheCpuIsRefused) {
    for (const auto device : {DeviceChoice::cpu, DeviceChoice::automatic}) {
        auto asked = question(device, 0);
        asked.communication = CommunicationChoice::nccl;
        expect_refusal([&] { (void)bind_device(asked); }, {"--communication nccl"});
    }
}

TEST(CheckSharing, RefusesTwoRanksOnOneGpuUnlessOverMpi) {
    const std::vector<std::string> shared{"a GPU-1", "a GPU-2", "b GPU-1", "a GPU-2"};
    for (const auto choice : {CommunicationChoice::automatic, CommunicationChoice::nccl}) {
        expect_refusal([&] { check_sharing(shared, choice); },
                       {"ranks 1 and 3", "a GPU-2", "--communication mpi"});
    }
    EXPECT_NO_THROW(check_sharing(shared, CommunicationChoice::mpi));
}

TEST(CheckSharing, AcceptsOneGpuEachAndAnyNumberOfRanksOnTheCpu) {
    EXPECT_NO_THROW(
        check_sharing({"a GPU-1", "a GPU-2", "b GPU-1"}, CommunicationChoice::automatic));
    EXPECT_NO_THROW(check_sharing({"", "", ""}, CommunicationChoice::automatic));
    EXPECT_NO_THROW(check_sharing({}, CommunicationChoice::automatic));
}

TEST(DryRunName, IsTheEntryOfTheVisibleDevices) {
    const auto name = [](Environment environment, int ordinal) {
        return device_name_for_dry_run({ordinal, true},
                                       question(DeviceChoice::cuda, 4, std::move(environment)));
    };
    EXPECT_EQ(name({{"CUDA_VISIBLE_DEVICES", "4,6"}}, 1), "node7 GPU 6");
    EXPECT_EQ(name({{"CUDA_VISIBLE_DEVICES", "GPU-8a3e"}}, 0), "node7 GPU GPU-8a3e");
    EXPECT_EQ(name({}, 3), "node7 GPU 3");
    EXPECT_EQ(name({{"CUDA_VISIBLE_DEVICES", "4"}}, 2), "node7 GPU 2");
    EXPECT_EQ(name({{"CUDA_VISIBLE_DEVICES", ""}}, 0), "node7 GPU 0");
    EXPECT_EQ(device_name_for_dry_run({}, question(DeviceChoice::cpu, 0)), "");
}

// Slurm shows each task its own card as device 0: equal ordinals, different cards.
TEST(DryRunName, TellsCardsApartThatAllHaveOrdinalZero) {
    std::vector<std::string> names;
    for (const char* visible : {"0", "1", "2"}) {
        const auto asked = question(DeviceChoice::cuda, 1, {{"CUDA_VISIBLE_DEVICES", visible}});
        names.push_back(device_name_for_dry_run(bind_device(asked), asked));
    }
    EXPECT_NO_THROW(check_sharing(names, CommunicationChoice::automatic));
}

TEST(ParseChoices, KnowTheirNamesOnly) {
    EXPECT_EQ(parse_device("auto"), DeviceChoice::automatic);
    EXPECT_EQ(parse_device("cpu"), DeviceChoice::cpu);
    EXPECT_EQ(parse_device("cuda"), DeviceChoice::cuda);
    EXPECT_EQ(parse_communication("auto"), CommunicationChoice::automatic);
    EXPECT_EQ(parse_communication("nccl"), CommunicationChoice::nccl);
    EXPECT_EQ(parse_communication("mpi"), CommunicationChoice::mpi);
    for (const char* wrong : {"", "gpu", "CPU", "auto "}) {
        EXPECT_THROW((void)parse_device(wrong), Error);
        EXPECT_THROW((void)parse_communication(wrong), Error);
    }
}

}  // namespace
}  // namespace batchscope::tests_of_device_binding
