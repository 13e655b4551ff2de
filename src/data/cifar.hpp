#pragma once

#include "data/datasets.hpp"

namespace batchscope {

/// Reads the binary version of CIFAR-10 (data_batch_1.bin to data_batch_5.bin, test_batch.bin) from
/// data.directory, each raw or gzip: 3 x 32 x 32 pixels, ten classes. Loading throws Error (data)
/// with path, expected and found if a file is missing, of the wrong length or holds wrong labels.
[[nodiscard]] DatasetKind cifar_10();

/// The same for CIFAR-100 (train.bin, test.bin): 100 classes, the fine labels.
[[nodiscard]] DatasetKind cifar_100();

}  // namespace batchscope
