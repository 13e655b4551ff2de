#pragma once

#include <filesystem>

#include "data/dataset.hpp"

namespace batchscope {

/// Reads the binary version of CIFAR-10 (data_batch_1.bin to data_batch_5.bin, test_batch.bin) from
/// `directory`, each raw or gzip: 3 x 32 x 32 pixels, ten classes. Throws Error (data) with path,
/// expected and found if a file is missing, of the wrong length or holds wrong labels.
[[nodiscard]] Dataset load_cifar_10(const std::filesystem::path& directory);

/// The same for CIFAR-100 (train.bin, test.bin): 100 classes, the fine labels.
[[nodiscard]] Dataset load_cifar_100(const std::filesystem::path& directory);

}  // namespace batchscope
