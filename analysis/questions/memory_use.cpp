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
struct MemoryLine {
    double n = 0, mean_x = 0, sum_xx = 0, fixed = 0, per_example = 0, scatter = 0, quantile = 0;

    [[nodiscard]] double at(double x) const { return fixed + per_example * x; }
    /// A new value scatters around a line that is not known exactly (Draper & Smith, section 3.1).
    [[nodiscard]] double half_width(double x) const {
        return quantile * scatter * std::sqrt(1 + 1 / n + (x - mean_x) * (x - mean_x) / sum_xx);
    }
    [[nodiscard]] double slope_half_width() const { return quantile * scatter / std::sqrt(sum_xx); }
};

using Points = std::vector<std::pair<double, double>>;

MemoryLine line_through(const Points& points, double confidence) {
    MemoryLine line{.n = static_cast<double>(points.size())};
    double mean_y = 0;
    for (const auto& [x, y] : points) {
        line.mean_x += x / line.n;
        mean_y += y / line.n;
    }
    double sum_xy = 0;
    for (const auto& [x, y] : points) {
        line.sum_xx += (x - line.mean_x) * (x - line.mean_x);
        sum_xy += (x - line.mean_x) * (y - mean_y);
    }
    line.per_example = sum_xy / line.sum_xx;
    line.fixed = mean_y - line.per_example * line.mean_x;
    double squares = 0;
    for (const auto& [x, y] : points) {
        squares += (y - line.at(x)) * (y - line.at(x));
    }
    line.scatter = std::sqrt(squares / (line.n - 2));
    line.quantile = student_quantile(confidence, line.n - 2);
    return line;
}

/// By bisection: the upper end of the prediction rises, as the slope is more than its half-width.
BatchWithin batch_within(const MemoryLine& line, double capacity, double most_held,
                         std::int64_t ranks) {
    const auto fits = [&line, capacity](std::int64_t examples) {
        const auto x = static_cast<double>(examples);
        return line.at(x) + line.half_width(x) <= capacity;
    };
    std::int64_t low = 0;
    std::int64_t high = std::int64_t{1} << 40;
    while (high - low > 1) {
        const std::int64_t middle = low + (high - low) / 2;
        (fits(middle) ? low : high) = middle;
    }
    return {capacity, low, low * ranks, static_cast<double>(low) / most_held};
}

void fit_line(MemoryUse& use, std::int64_t next_held, double confidence, double capacity) {
    Points points;
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
    const MemoryLine line = line_through(points, confidence);
    use.fixed_bytes = line.fixed;
    use.bytes_per_example = line.per_example;
    use.residual_standard_deviation = line.scatter;
    use.bytes_per_example_half_width = line.slope_half_width();
    const auto next = static_cast<double>(next_held);
    use.next_bytes = line.at(next);
    use.next_half_width = line.half_width(next);
    if (capacity > 0 && line.per_example > line.slope_half_width()) {
        use.within =
            batch_within(line, capacity, static_cast<double>(*held.rbegin()), use.machine.ranks);
    }
}

using RunsBySize = std::map<std::int64_t, std::vector<const AnalyzedRun*>>;

MemoryUse memory_on(const Machine& machine, const RunsBySize& runs, double confidence,
                    double capacity) {
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
    fit_line(use, std::min(next_local_batch, micro_batch.value_or(next_local_batch)), confidence,
             capacity);
    return use;
}

}  // namespace

std::vector<BatchSizesThatFit> batch_sizes_that_fit(const StudySummary& study) {
    std::map<Machine, BatchSizesThatFit> by_machine;
    std::map<Machine, std::set<std::int64_t>> completed;
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
            completed[fit.machine].insert(run->batch_size);
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
        for (const DidNotFit& point : fit.did_not_fit) {
            completed[machine].erase(point.batch_size);
        }
        fit.largest_that_fits = completed[machine].empty() ? 0 : *completed[machine].rbegin();
        all.push_back(std::move(fit));
    }
    return all;
}

std::vector<MemoryUse> memory_use(const Recipe& recipe, double confidence, double capacity_bytes) {
    std::map<Machine, RunsBySize> by_machine;
    for (const Arm& arm : recipe.arms) {
        for (const auto& [seed, run] : arm.runs) {
            by_machine[machine_of(*run)][arm.batch_size].push_back(run);
        }
    }
    std::vector<MemoryUse> all;
    for (const auto& [machine, runs] : by_machine) {
        all.push_back(memory_on(machine, runs, confidence, capacity_bytes));
    }
    return all;
}

}  // namespace batchscope
