#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "data/datasets.hpp"

namespace batchscope {

/// The content of an IDX file of unsigned bytes (the format of MNIST and Fashion-MNIST): sizes and
/// bytes.
struct IdxArray {
    std::vector<std::int64_t> sizes;  ///< outermost first: {examples, rows, columns} or {examples}
    std::vector<std::uint8_t> bytes;  ///< row-major; as many as the product of the sizes
};

/// Reads a raw or gzip IDX file of `dimensions` dimensions (3: images, 1: labels). Memory grows
/// with the bytes that are there, never with what the header claims. Throws Error (data) with path,
/// expected and found if the file is of another kind, too short, too long or damaged.
[[nodiscard]] IdxArray read_idx(const std::filesystem::path& path, int dimensions);

/// Each reads {train,t10k}-{images-idx3,labels-idx1}-ubyte, raw or gzip, from data.directory, ten
/// classes. Loading throws Error (data) as read_idx does, and when images and labels do not belong
/// together.
[[nodiscard]] DatasetKind fashion_mnist();
[[nodiscard]] DatasetKind mnist();

}  // namespace batchscope
