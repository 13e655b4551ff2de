#pragma once

#include <cstdint>
#include <string>

namespace batchscope {

/// What a display shows while a run goes on.
struct TrainingProgress {
    double fraction = 0;  ///< of the budget
    double epoch = 0;
    std::int64_t step = 0;
    double train_loss = 0;           ///< of the last step
    double examples_per_second = 0;  ///< since the start of the run
    bool evaluated = false;          ///< a row of /epochs was just added
    std::string measuring;           ///< the measure of sharpness in work; empty in training
};

}  // namespace batchscope
