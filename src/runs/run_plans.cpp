#include "runs/run_plans.hpp"

#include <set>

namespace batchscope {

RunPlans::RunPlans(const Study& study, const GridSelection& selection, const RankGroups& groups,
                   RunDataStore& data, Communicator& job) {
    for (const std::int64_t index : selection.to_train) {
        const RunSettings& settings = study.points[static_cast<std::size_t>(index)].settings;
        const DeviceData& device = data.get(settings, job).device;
        job.together([&] {
            for (const int ranks : std::set{groups.smallest(), groups.largest()}) {
                plans_.emplace(std::pair{index, ranks}, plan_run(settings, device, ranks));
            }
        });
    }
}

}  // namespace batchscope
