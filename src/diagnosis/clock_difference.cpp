#include "diagnosis/clock_difference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>

namespace batchscope {

namespace {

constexpr int rounds = 7;
constexpr double tolerated_seconds = 1.0;

std::int64_t clock_nanoseconds() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

}  // namespace

std::vector<double> measure_clock_differences(Communicator& communicator) {
    std::vector<std::vector<double>> samples(static_cast<std::size_t>(communicator.size()));
    for (int round = 0; round < rounds; ++round) {
        communicator.barrier();  // all ranks leave it at nearly the same time
        const auto clocks = communicator.gather(fmt::format("{}", clock_nanoseconds()));
        const std::int64_t reference = std::stoll(clocks.front());
        for (std::size_t rank = 0; rank < clocks.size(); ++rank) {
            samples[rank].push_back(static_cast<double>(std::stoll(clocks[rank]) - reference) *
                                    1e-9);
        }
    }
    // The median: in single rounds a rank may have been late.
    std::vector<double> differences;
    for (auto& of_rank : samples) {
        std::nth_element(of_rank.begin(), of_rank.begin() + rounds / 2, of_rank.end());
        differences.push_back(of_rank[rounds / 2]);
    }
    return differences;
}

Finding judge_clock_differences(const std::vector<double>& differences,
                                const std::vector<std::string>& hosts) {
    const bool one_host = std::all_of(
        hosts.begin(), hosts.end(), [&](const std::string& host) { return host == hosts.front(); });
    if (one_host) {
        return not_checked("clocks: there is one host only");
    }
    const auto worst =
        std::max_element(differences.begin(), differences.end(),
                         [](double a, double b) { return std::abs(a) < std::abs(b); });
    const auto& host = hosts[static_cast<std::size_t>(worst - differences.begin())];
    if (std::abs(*worst) > tolerated_seconds) {
        return warned(
            fmt::format("the clock of {} is {:.1f} s {} that of {}", host, std::abs(*worst),
                        *worst > 0 ? "ahead of" : "behind", hosts.front()),
            "have the hosts' clocks synchronised (chrony, ntp): times in logs do not "
            "compare, and munge refuses jobs beyond 5 minutes");
    }
    return passed(
        fmt::format("clocks of the hosts differ by {:.0f} ms at most", std::abs(*worst) * 1e3));
}

}  // namespace batchscope
