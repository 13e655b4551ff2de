#include "diagnosis/all_reduce.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>
#include <sstream>

namespace batchscope {

namespace {

constexpr int first_repetitions = 3;
constexpr double seconds_per_size = 0.2;
constexpr double most_repetitions = 2000;

at::Tensor first_elements(const at::Tensor& tensor, std::int64_t bytes) {
    return tensor.narrow(0, 0, bytes / static_cast<std::int64_t>(sizeof(float)));
}

/// The mean time of one sum on the slowest rank, the same number on every rank.
double seconds_per_sum(Communicator& communicator, const at::Tensor& message, int repetitions) {
    communicator.synchronize();
    communicator.barrier();
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < repetitions; ++i) {
        communicator.sum(message);
    }
    communicator.synchronize();
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    double slowest = 0.0;
    for (const auto& text : communicator.gather(fmt::format("{}", passed.count()))) {
        slowest = std::max(slowest, std::stod(text));
    }
    return slowest / repetitions;
}

/// Small whole numbers, whose sum over ranks float32 holds exactly: element i of rank r is
/// (r + 1)(i mod 7 + 1), so the sum is R(R + 1)/2 (i mod 7 + 1).
at::Tensor pattern(std::int64_t count, std::int64_t factor, c10::Device device) {
    const at::Tensor period = (at::arange(7, at::dtype(at::kFloat).device(device)) + 1) * factor;
    return period.repeat({count / 7 + 1}).narrow(0, 0, count);
}

bool sum_is_correct(Communicator& communicator, const at::Tensor& message) {
    const std::int64_t ranks = communicator.size();
    const std::int64_t count = message.numel();
    message.copy_(pattern(count, communicator.rank() + 1, message.device()));
    communicator.sum(message);
    communicator.synchronize();
    return at::equal(message, pattern(count, ranks * (ranks + 1) / 2, message.device()));
}

std::string bytes_text(std::int64_t bytes) {
    for (const auto& [unit, name] :
         {std::pair{std::int64_t{1} << 30, "GiB"}, std::pair{std::int64_t{1} << 20, "MiB"},
          std::pair{std::int64_t{1} << 10, "KiB"}}) {
        if (bytes % unit == 0) {
            return fmt::format("{} {}", bytes / unit, name);
        }
    }
    return fmt::format("{} B", bytes);
}

struct Expectation {
    const char* what;
    double latency;        ///< seconds; above is a warning
    double bus_bandwidth;  ///< bytes a second; below is a warning
    const char* remedy;
};

/// What any machine worth a week of training reaches; far below what a good one does.
Expectation expectation(Connection connection) {
    switch (connection) {
        case Connection::one_host:
            break;
        case Connection::one_host_gpus:
            return {"between GPUs of one host", 2e-4, 4e9,
                    "see the transport above; GPUs of a host should reach each other by P2P "
                    "(nvidia-smi topo -m, srun --gpus-per-node=N --gpu-bind=none)"};
        case Connection::hosts:
            return {"between hosts", 1e-3, 1e9,
                    "choose the fast network: NCCL_IB_HCA or NCCL_SOCKET_IFNAME for NCCL, "
                    "OMPI_MCA_btl_tcp_if_include=INTERFACE for MPI ('ip addr' names them)"};
    }
    return {"on one host", 1e-3, 2e8,
            "give each rank a core of its own (fewer ranks, --cpu-bind=cores, --bind-to core)"};
}

}  // namespace

double algorithm_bandwidth(const AllReduceTime& time) {
    return static_cast<double>(time.bytes) / time.seconds;
}

double bus_bandwidth(const AllReduceTime& time, int ranks) {
    return algorithm_bandwidth(time) * 2.0 * (ranks - 1) / ranks;
}

std::vector<std::int64_t> parse_message_sizes(const std::string& text) {
    constexpr std::int64_t largest = std::int64_t{1} << 34;
    std::vector<std::int64_t> sizes;
    std::istringstream parts(text);
    for (std::string part; std::getline(parts, part, ',');) {
        std::int64_t size = 0;
        const char* end = part.data() + part.size();
        auto [rest, error] = std::from_chars(part.data(), end, size);
        int shift = 0;
        if (error == std::errc{} && rest + 1 == end) {
            shift = *rest == 'K' ? 10 : *rest == 'M' ? 20 : *rest == 'G' ? 30 : 0;
            rest += shift > 0 ? 1 : 0;
        }
        if (error != std::errc{} || rest != end || size <= 0 || size > (largest >> shift) ||
            (size << shift) % static_cast<std::int64_t>(sizeof(float)) != 0) {
            throw configuration_error(
                fmt::format("--messages {}: '{}' is no message size", text, part),
                "give bytes, multiples of 4 up to 16G, e.g. 8,32K,64M");
        }
        sizes.push_back(size << shift);
    }
    if (sizes.empty()) {
        throw configuration_error("--messages is empty", "give bytes, e.g. 8,32K,64M");
    }
    std::sort(sizes.begin(), sizes.end());
    return sizes;
}

std::vector<AllReduceTime> measure_all_reduce(Communicator& communicator, c10::Device device,
                                              const std::vector<std::int64_t>& sizes) {
    at::Tensor largest;
    communicator.together([&] {
        largest = at::zeros({sizes.back() / static_cast<std::int64_t>(sizeof(float))},
                            at::dtype(at::kFloat).device(device));
        // Memory for the check of the sums, which no rank may lack in the middle of a collective.
        static_cast<void>(pattern(largest.numel(), 1, device));
    });
    std::vector<AllReduceTime> times;
    for (const std::int64_t bytes : sizes) {
        at::Tensor message = first_elements(largest, bytes);
        const bool correct = communicator.agree(sum_is_correct(communicator, message));
        message.zero_();
        const double once = seconds_per_sum(communicator, message, first_repetitions);
        const auto repetitions =
            static_cast<int>(std::clamp(seconds_per_size / once, 1.0, most_repetitions));
        times.push_back({bytes, seconds_per_sum(communicator, message, repetitions), correct});
    }
    return times;
}

std::string all_reduce_table(const std::vector<AllReduceTime>& times, int ranks) {
    std::string text = fmt::format("{:>10}  {:>12}  {:>19}  {:>13}  {}", "message", "time",
                                   "algorithm bandwidth", "bus bandwidth", "sum");
    for (const auto& time : times) {
        text += fmt::format("\n{:>10}  {:>12}  {:>14.3f} GB/s  {:>8.3f} GB/s  {}",
                            bytes_text(time.bytes), seconds_text(time.seconds),
                            algorithm_bandwidth(time) / 1e9, bus_bandwidth(time, ranks) / 1e9,
                            time.correct ? "right" : "WRONG");
    }
    return text;
}

std::vector<Finding> judge_all_reduce(const std::vector<AllReduceTime>& times, int ranks,
                                      Connection connection) {
    std::vector<Finding> findings;
    const auto wrong = std::find_if(times.begin(), times.end(),
                                    [](const AllReduceTime& time) { return !time.correct; });
    if (wrong != times.end()) {
        findings.push_back(failed(
            fmt::format("sums over ranks are wrong, first at {}", bytes_text(wrong->bytes)),
            "no result from this machine is to be trusted; try NCCL_P2P_DISABLE=1 (PCI access "
            "control) or OMPI_MCA_btl=self,tcp to find the faulty path, and tell its owner"));
    } else {
        findings.push_back(passed("sums over ranks are right at every size"));
    }
    const Expectation expected = expectation(connection);
    const AllReduceTime& small = times.front();
    const AllReduceTime& large = times.back();
    const std::string latency = fmt::format("{} {}: {} for {}", "latency", expected.what,
                                            seconds_text(small.seconds), bytes_text(small.bytes));
    constexpr std::int64_t latency_bytes = 4096;
    if (small.bytes > latency_bytes) {
        findings.push_back(not_checked("latency: no message of 4 KiB or less was asked for"));
    } else if (small.seconds > expected.latency) {
        findings.push_back(warned(
            fmt::format("{}, above {}", latency, seconds_text(expected.latency)), expected.remedy));
    } else {
        findings.push_back(passed(latency));
    }
    constexpr std::int64_t bandwidth_bytes = 1 << 20;
    const double reached = bus_bandwidth(large, ranks);
    const std::string bandwidth = fmt::format("bus bandwidth {}: {:.2f} GB/s for {}", expected.what,
                                              reached / 1e9, bytes_text(large.bytes));
    if (large.bytes < bandwidth_bytes) {
        findings.push_back(not_checked("bandwidth: no message of 1 MiB or more was asked for"));
    } else if (reached < expected.bus_bandwidth) {
        findings.push_back(
            warned(fmt::format("{}, below {:.1f} GB/s", bandwidth, expected.bus_bandwidth / 1e9),
                   expected.remedy));
    } else {
        findings.push_back(passed(bandwidth));
    }
    return findings;
}

}  // namespace batchscope
