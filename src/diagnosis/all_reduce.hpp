#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <string>
#include <vector>

#include "communication/communicator.hpp"
#include "diagnosis/finding.hpp"

namespace batchscope {

/// The sum of one float32 message over all ranks, the one collective of a training step.
struct AllReduceTime {
    std::int64_t bytes = 0;
    double seconds = 0.0;  ///< mean of many, of the slowest rank
    bool correct = false;  ///< on every rank
};

/// Bytes a second as the caller sees it.
[[nodiscard]] double algorithm_bandwidth(const AllReduceTime& time);

/// Bytes a second that a link must carry, whatever the number of ranks: 2(R-1)/R of the above, as
/// nccl-tests defines it.
[[nodiscard]] double bus_bandwidth(const AllReduceTime& time, int ranks);

/// "8,32K,64M" as bytes, ascending; whole numbers of float32. Throws Error (configuration).
[[nodiscard]] std::vector<std::int64_t> parse_message_sizes(const std::string& text);

/// Times messages of these sizes on `device`. Collective. Throws AgreedError when memory is short.
[[nodiscard]] std::vector<AllReduceTime> measure_all_reduce(Communicator& communicator,
                                                            c10::Device device,
                                                            const std::vector<std::int64_t>& sizes);

[[nodiscard]] std::string all_reduce_table(const std::vector<AllReduceTime>& times, int ranks);

/// What connects the ranks, which decides what speed to expect.
enum class Connection { one_host, one_host_gpus, hosts };

[[nodiscard]] std::vector<Finding> judge_all_reduce(const std::vector<AllReduceTime>& times,
                                                    int ranks, Connection connection);

}  // namespace batchscope
