#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "results/run_record.hpp"

namespace batchscope {

/// Cells that ride behind the gradients in their all-reduce.
enum ExtraCell : std::int64_t {
    loss_sum_cell,       ///< sum of losses over the batch
    stop_votes_cell,     ///< ranks that were asked to stop
    elapsed_cell,        ///< training seconds of rank 0
    local_squares_cell,  ///< sum over local batches (or their groups) of |summed gradient|^2 /
                         ///< examples
    extra_cells,
};

/// Metrics of steps on their way from the device to the record. On a GPU they are fetched for many
/// steps at once, so that the device never waits for the host; all ranks fetch at the same steps.
class StepLog {
  public:
    /// `capacity`: most steps between fetches; `train_examples`: of the split that batches are
    /// drawn from.
    StepLog(std::int64_t capacity, std::int64_t train_examples, const at::Device& device);

    struct Planned {
        std::int64_t step, examples, batch, shares;
        double learning_rate;
    };
    /// Notes a step: the summed extra cells and the two squared norms of Optimizer::update.
    void add(const Planned& planned, const at::Tensor& extra, const at::Tensor& squared_norms);
    [[nodiscard]] bool full() const;
    /// Fetches after so many steps from now on, one at least and the capacity at most. All ranks
    /// set the same.
    void fetch_after(double steps);
    [[nodiscard]] bool empty() const { return planned_.empty(); }

    struct Fetched {
        bool stop_requested = false;
        double elapsed = 0;  ///< seconds, from rank 0
        bool finite = true;  ///< false: a loss was not finite; its row is the last of the columns
    };
    /// Appends the noted steps to `columns`, up to and with the first whose loss is not finite, and
    /// forgets them. `seconds`: wall time of all of them together.
    Fetched fetch(StepColumns& columns, double seconds);

  private:
    std::int64_t limit_;
    std::int64_t train_examples_;
    at::Tensor rows_;  ///< (capacity, extra_cells + 2) doubles
    std::vector<Planned> planned_;
};

}  // namespace batchscope
