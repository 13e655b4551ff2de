#pragma once

#include <utility>
#include <vector>

#include "models/mlp.hpp"
#include "models/simple_cnn.hpp"

namespace batchscope {

inline ModelSettings mlp_settings(std::vector<std::int64_t> hidden, bool batch_norm = false,
                                  double dropout = 0) {
    return {"mlp", values_of(MlpSettings{std::move(hidden), batch_norm, dropout})};
}

inline ModelSettings simple_cnn_settings(bool batch_norm = false, double dropout = 0) {
    return {"simple_cnn", values_of(SimpleCnnSettings{batch_norm, dropout})};
}

}  // namespace batchscope
