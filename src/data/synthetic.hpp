#pragma once

#include <cstdint>
#include <vector>

#include "config/run_settings.hpp"
#include "core/random.hpp"

/// Generated data sets with known answers. They depend on split_seed, never on the seed of a run,
/// and example i is a pure function of (split_seed, i): a smaller set is the beginning of a larger
/// one. The test part has test_examples examples, or a fifth of `examples` when that is not given.
namespace batchscope {

/// First part of a stream's name; the second is the index of the example or direction.
enum class SyntheticPart : std::uint64_t { truth = 0, train = 1, test = 2 };

[[nodiscard]] RandomStream synthetic_stream(const DataSettings& settings, SyntheticPart part,
                                            std::int64_t index);

/// The first `count` normal numbers of the stream.
[[nodiscard]] std::vector<double> normals(const RandomStream& stream, std::int64_t count);

/// Test examples beside `examples` training examples.
[[nodiscard]] std::int64_t synthetic_test_size(const DataSettings& settings, std::int64_t examples);

[[nodiscard]] double dot(const double* a, const double* b, std::int64_t size);

}  // namespace batchscope
