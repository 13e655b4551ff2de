#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/questions/recipe.hpp"
#include "analysis/statistics/interval.hpp"
#include "core/described.hpp"

namespace batchscope {

/// One kind of place where runs of a study trained.
struct Machine {
    std::int64_t ranks = 0;  ///< 0: unknown
    std::string devices;
    auto operator<=>(const Machine&) const = default;
};
BATCHSCOPE_DESCRIBE_STRUCT(Machine, ranks, devices)

/// A grid point that did not fit.
struct DidNotFit {
    std::int64_t batch_size = 0;
    std::map<std::string, AttributeValue> axes;
    std::vector<std::uint64_t> seeds;
};
BATCHSCOPE_DESCRIBE_STRUCT(DidNotFit, batch_size, axes, seeds)

/// Which batch sizes of a study fit on one kind of machine.
struct BatchSizesThatFit {
    Machine machine;
    std::int64_t largest_completed =
        0;  ///< with a run that is complete (collapsed or not); 0: none
    std::int64_t largest_that_fits = 0;  ///< of these, none ran out of memory; 0: none
    std::vector<DidNotFit> did_not_fit;  ///< by batch size, then axes
};
BATCHSCOPE_DESCRIBE_STRUCT(BatchSizesThatFit, machine, largest_completed, largest_that_fits,
                           did_not_fit)

/// By machine. A run that failed before it knew its ranks stands under its own, unknown machine.
[[nodiscard]] std::vector<BatchSizesThatFit> batch_sizes_that_fit(const StudySummary& study);

enum class MemoryFitStatus {
    fitted,
    too_few_batch_sizes,  ///< fewer than three values of examples_held with known memory
    unknown_ranks,        ///< a local batch cannot be told
};
BATCHSCOPE_DESCRIBE_ENUM(MemoryFitStatus, fitted, too_few_batch_sizes, unknown_ranks)

/// The memory of one batch size.
struct MemoryOfBatchSize {
    std::int64_t batch_size = 0;
    /// Examples that the fullest rank holds at once: its local batch, or a micro-batch if that was
    /// set to fewer.
    std::int64_t examples_held = 0;
    Estimate bytes{0, unknown, unknown,
                   unknown};  ///< of the rank that used most, over the runs where it is known
};
BATCHSCOPE_DESCRIBE_STRUCT(MemoryOfBatchSize, batch_size, examples_held, bytes)

/// The largest batch for a card that is not here.
struct BatchWithin {
    double capacity_bytes = unknown;  ///< of the memory of one rank's device
    /// The most examples whose memory stays within it at the upper end of the prediction interval;
    /// 0: not one.
    std::int64_t examples_held = 0;
    std::int64_t batch_size = 0;  ///< as many on each of the machine's ranks
    /// How many times the most examples that any run held this is: above 1 the line is believed
    /// beyond what was measured.
    double extrapolation = unknown;
};
BATCHSCOPE_DESCRIBE_STRUCT(BatchWithin, capacity_bytes, examples_held, batch_size, extrapolation)

/// Peak memory of the fullest rank as a line over the examples that it holds at once: what does not
/// depend on them (weights, optimizer, libraries) and what each adds (activations).
struct MemoryUse {
    Machine machine;
    std::vector<MemoryOfBatchSize> batch_sizes;  ///< by batch size
    MemoryFitStatus status = MemoryFitStatus::too_few_batch_sizes;
    double fixed_bytes = unknown;
    double bytes_per_example = unknown;
    double bytes_per_example_half_width = unknown;
    double residual_standard_deviation = unknown;  ///< in bytes, n - 2 degrees of freedom
    /// The batch size after the largest, twice as large, and its memory, with a prediction interval
    /// (NaN half-width where the line meets three points exactly).
    std::int64_t next_batch_size = 0;
    double next_bytes = unknown;
    double next_half_width = unknown;
    /// training.micro_batch_size is automatic, or limits the examples held: a local batch beyond it
    /// is split, and the next batch may need no more memory than the largest did.
    bool may_be_split = false;
    /// Where a capacity was asked for, the line is fitted and its slope is above 0 beyond its
    /// interval.
    std::optional<BatchWithin> within;
};
BATCHSCOPE_DESCRIBE_STRUCT(MemoryUse, machine, status, fixed_bytes, bytes_per_example,
                           next_batch_size, next_bytes, next_half_width, may_be_split, within,
                           batch_sizes)

/// By machine, from the runs of a recipe that count. Least squares over the means of the batch
/// sizes, all with weight one: the scatter between them, not between seeds, says how straight the
/// line is. `capacity_bytes`: of the memory of a device that batches are asked for; NaN for none.
[[nodiscard]] std::vector<MemoryUse> memory_use(const Recipe& recipe, double confidence,
                                                double capacity_bytes = unknown);

}  // namespace batchscope
