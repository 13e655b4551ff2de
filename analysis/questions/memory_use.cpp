#include "analysis/questions/memory_use.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>
#include <string_view>

namespace batchscope {

namespace {

constexpr std::string_view micro_batch_key = "training.micro_batch_size";
constexpr std::size_t fewest_points = 3;

Machine machine_of(const AnalyzedRun& run) {
    return {run.ranks, run.devices};
}

/// The micro-batch that the configuration sets; nothing where it is automatic.
std::optional<std::int64_t> micro_batch_of(const AnalyzedRun& run) {
    if (!run.settings) {
        return std::nullopt;
    }
    const auto setting = run.settings->find(std::string(micro_batch_key));
    std::int64_t size = 0;
    if (setting == run.settings->end()) {
        return std::nullopt;
    }
    const std::string& text = setting->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    const bool is_number = error == std::errc() && end == text.data() + text.size() && size > 0;
    return is_number ? std::optional(size) : std::nullopt;
}

std::int64_t largest_local_batch(std::int64_t batch_size, std::int64_t ranks) {
    return (batch_size + ranks - 1) / ranks;
}

MemoryOfBatchSize memory_of(std::int64_t batch_size, const std::vector<const AnalyzedRun*>& runs,
                            double confidence) {
    MemoryOfBatchSize memory;
    memory.batch_size = batch_size;
    std::vector<double> bytes;
    for (const AnalyzedRun* run : runs) {
        // The system did not tell where it is 0.
        if (run->metrics.peak_memory_bytes > 0) {
            bytes.push_back(run->metrics.peak_memory_bytes);
        }
        if (run->ranks > 0) {
            const std::int64_t local_batch = largest_local_batch(batch_size, run->ranks);
            memory.examples_held =
                std::min(local_batch, micro_batch_of(*run).value_or(local_batch));
        }
    }
    memory.bytes = estimate_mean(std::move(bytes), confidence);
    return memory;
}

/// bytes = fixed + per_example x, by least squares.
void fit_line(MemoryUse& use, std::int64_t next_held, double confidence) {
    std::vector<std::pair<double, double>> points;
    std::set<std::int64_t> held;
    for (const MemoryOfBatchSize& memory : use.batch_sizes) {
        if (memory.bytes.n > 0) {
            points.emplace_back(static_cast<double>(memory.examples_held), memory.bytes.mean);
            held.insert(memory.examples_held);
        }
    }
    if (held.size() < fewest_points) {
        return;
    }
    use.status = MemoryFitStatus::fitted;
    const auto n = static_cast<double>(points.size());
    double mean_x = 0;
    double mean_y = 0;
    for (const auto& [x, y] : points) {
        mean_x += x / n;
        mean_y += y / n;
    }
    double sum_xx = 0;
    double sum_xy = 0;
    for (const auto& [x, y] : points) {
        sum_xx += (x - mean_x) * (x - mean_x);
        sum_xy += (x - mean_x) * (y - mean_y);
    }
    use.bytes_per_example = sum_xy / sum_xx;
    use.fixed_bytes = mean_y - use.bytes_per_example * mean_x;
    double squares = 0;
    for (const auto& [x, y] : points) {
        const double residual = y - use.fixed_bytes - use.bytes_per_example * x;
        squares += residual * residual;
    }
    use.residual_standard_deviation = std::sqrt(squares / (n - 2));
    const double quantile = student_quantile(confidence, n - 2);
    use.bytes_per_example_half_width =
        quantile * use.residual_standard_deviation / std::sqrt(sum_xx);
    const auto next = static_cast<double>(next_held);
    use.next_bytes = use.fixed_bytes + use.bytes_per_example * next;
    // A new value scatters around a line that is not known exactly (Draper & Smith, section 3.1).
    use.next_half_width = quantile * use.residual_standard_deviation *
                          std::sqrt(1 + 1 / n + (next - mean_x) * (next - mean_x) / sum_xx);
}

using RunsBySize = std::map<std::int64_t, std::vector<const AnalyzedRun*>>;

MemoryUse memory_on(const Machine& machine, const RunsBySize& runs, double confidence) {
    MemoryUse use;
    use.machine = machine;
    for (const auto& [batch_size, of_size] : runs) {
        use.batch_sizes.push_back(memory_of(batch_size, of_size, confidence));
    }
    use.next_batch_size = 2 * runs.rbegin()->first;
    if (machine.ranks == 0) {
        use.status = MemoryFitStatus::unknown_ranks;
        return use;
    }
    const std::int64_t next_local_batch = largest_local_batch(use.next_batch_size, machine.ranks);
    const auto micro_batch = micro_batch_of(*runs.rbegin()->second.front());
    use.may_be_split = !micro_batch || *micro_batch < next_local_batch;
    fit_line(use, std::min(next_local_batch, micro_batch.value_or(next_local_batch)), confidence);
    return use;
}

}  // namespace

bool ran_out_of_memory(const AnalyzedRun& run) {
    if (run.status != RunStatus::failed) {
        return false;
    }
    constexpr std::array<std::string_view, 4> phrases{"out of memory", "allocate memory",
                                                      "ALLOC_FAILED", "bad_alloc"};
    return std::any_of(phrases.begin(), phrases.end(), [&run](std::string_view phrase) {
        return run.reason.find(phrase) != std::string::npos;
    });
}

std::vector<BatchSizesThatFit> batch_sizes_that_fit(const StudySummary& study) {
    std::map<Machine, BatchSizesThatFit> by_machine;
    // By grid point, so that the seeds of one point follow each other.
    for (const auto& [run, source, standing] : study.runs) {
        if (source == nullptr) {
            continue;
        }
        const bool complete = source->status == RunStatus::complete;
        if (!complete && !ran_out_of_memory(*source)) {
            continue;
        }
        BatchSizesThatFit& fit = by_machine[machine_of(*source)];
        fit.machine = machine_of(*source);
        if (complete) {
            fit.largest_completed = std::max(fit.largest_completed, run->batch_size);
        } else if (fit.did_not_fit.empty() ||
                   fit.did_not_fit.back().batch_size != run->batch_size ||
                   fit.did_not_fit.back().axes != run->axes) {
            fit.did_not_fit.push_back({run->batch_size, run->axes, {run->seed}});
        } else {
            fit.did_not_fit.back().seeds.push_back(run->seed);
        }
    }
    std::vector<BatchSizesThatFit> all;
    for (auto& [machine, fit] : by_machine) {
        all.push_back(std::move(fit));
    }
    return all;
}

std::vector<MemoryUse> memory_use(const Recipe& recipe, double confidence) {
    std::map<Machine, RunsBySize> by_machine;
    for (const Arm& arm : recipe.arms) {
        for (const auto& [seed, run] : arm.runs) {
            by_machine[machine_of(*run)][arm.batch_size].push_back(run);
        }
    }
    std::vector<MemoryUse> all;
    for (const auto& [machine, runs] : by_machine) {
        all.push_back(memory_on(machine, runs, confidence));
    }
    return all;
}

}  // namespace batchscope
