#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analysis/questions/recipe.hpp"
#include "analysis/statistics/interval.hpp"
#include "core/described.hpp"

namespace batchscope {

/// Whether a failed run ran out of memory, by the reason that its file gives: that of the C++
/// library ("out of memory" for std::bad_alloc), LibTorch on a GPU ("CUDA out of memory") and on
/// the CPU ("can't allocate memory"), cuBLAS and cuDNN ("ALLOC_FAILED").
[[nodiscard]] bool ran_out_of_memory(const AnalyzedRun& run);

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
    std::vector<DidNotFit> did_not_fit;  ///< by batch size, then axes
};
BATCHSCOPE_DESCRIBE_STRUCT(BatchSizesThatFit, machine, largest_completed, did_not_fit)

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
};
BATCHSCOPE_DESCRIBE_STRUCT(MemoryUse, machine, status, fixed_bytes, bytes_per_example,
                           next_batch_size, next_bytes, next_half_width, may_be_split, batch_sizes)

/// By machine, from the runs of a recipe that count. Least squares over the means of the batch
/// sizes, all with weight one: the scatter between them, not between seeds, says how straight the
/// line is.
[[nodiscard]] std::vector<MemoryUse> memory_use(const Recipe& recipe, double confidence);

}  // namespace batchscope
