#include "study/study_schema.hpp"

#include "data/datasets.hpp"
#include "measures/measures.hpp"
#include "models/models.hpp"
#include "optimizers/optimizers.hpp"

namespace batchscope {

namespace {

/// What the configuration knows of each: its description, without what it does.
template <class Described, class Kind>
std::vector<Described> descriptions(const std::vector<Kind>& kinds) {
    return {kinds.begin(), kinds.end()};
}

}  // namespace

const Schema& study_schema() {
    static const Schema schema(Components{
        .datasets = descriptions<DatasetComponent>(datasets()),
        .networks = descriptions<NetworkComponent>(models()),
        .optimizers = descriptions<OptimizerComponent>(optimizers()),
        .measures = descriptions<MeasureComponent>(measures()),
    });
    return schema;
}

}  // namespace batchscope
