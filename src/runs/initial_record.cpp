#include "runs/initial_record.hpp"

#include "core/version.hpp"

namespace batchscope {

RunRecord initial_record(const Study& study, const GridPoint& point, double learning_rate) {
    RunRecord record;
    record.study = study.name;
    record.program_version = version;
    record.batch_size = point.settings.training.batch_size;
    record.seed = point.settings.training.seed;
    record.learning_rate = learning_rate;
    record.learning_rate_scaling = to_string(point.settings.training.learning_rate_scaling);
    record.configuration_hash = point.configuration_hash;
    for (const Coordinate& coordinate : point.coordinates) {
        if (coordinate.short_key != "batch_size" && coordinate.short_key != "seed") {
            record.axes[coordinate.key] = coordinate.value;
        }
    }
    record.configuration = point.resolved_yaml;
    return record;
}

}  // namespace batchscope
