#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "communication/communicator.hpp"
#include "communication/rank_groups.hpp"
#include "config/grid.hpp"
#include "runs/grid_selection.hpp"
#include "runs/run_data.hpp"
#include "training/run_plan.hpp"

namespace batchscope {

/// The plans of all runs of a job, by point of the study and number of ranks.
class RunPlans {
  public:
    /// Plans the selected points for groups of these sizes, before any output is touched. All
    /// arguments outlive the call. Collective over the job. Throws AgreedError where a point cannot
    /// be trained.
    RunPlans(const Study& study, const GridSelection& selection, const RankGroups& groups,
             RunDataStore& data, Communicator& job);

    /// `index`: of the point in the study.
    [[nodiscard]] const RunPlan& of(std::int64_t index, int ranks) const {
        return plans_.at({index, ranks});
    }

  private:
    std::map<std::pair<std::int64_t, int>, RunPlan> plans_;
};

}  // namespace batchscope
