#include "results/ended_from_outside.hpp"

namespace batchscope {

bool was_ended_from_outside(std::string_view reason) {
    return reason == ended_from_outside::writer_killed ||
           reason.ends_with(ended_from_outside::rank_hangs_or_lost) ||
           reason.ends_with(ended_from_outside::rank_lost);
}

}  // namespace batchscope
