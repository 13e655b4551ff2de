#include "measures/random_vectors.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "core/random.hpp"

namespace batchscope {

RandomVectors::RandomVectors(std::uint64_t seed, RandomVectorUse use, std::int64_t size,
                             const at::TensorOptions& options)
    : seed_(seed), use_(use), size_(size), options_(options) {}

template <class Draw>
at::Tensor RandomVectors::rows(std::int64_t first, std::int64_t count, const Draw& draw) const {
    constexpr std::int64_t numbers_per_task = 4096;
    at::Tensor values = at::empty({count, size_}, at::kDouble);
    auto* data = values.data_ptr<double>();
    for (std::int64_t row = 0; row < count; ++row) {
        const RandomStream stream(seed_, RandomPurpose::probe, static_cast<std::uint64_t>(use_),
                                  static_cast<std::uint64_t>(first + row));
        auto* out = data + row * size_;
        at::parallel_for(0, size_, numbers_per_task, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t i = begin; i < end; ++i) {
                out[i] = draw(stream, static_cast<std::uint64_t>(i));
            }
        });
    }
    return values.to(options_);
}

at::Tensor RandomVectors::normal(std::int64_t first, std::int64_t count) const {
    return rows(first, count,
                [](const RandomStream& stream, std::uint64_t i) { return stream.normal(i); });
}

at::Tensor RandomVectors::rademacher(std::int64_t first, std::int64_t count) const {
    return rows(first, count, [](const RandomStream& stream, std::uint64_t i) {
        return (stream.bits(i) & 1U) != 0 ? 1.0 : -1.0;
    });
}

at::Tensor RandomVectors::uniform(std::int64_t first, std::int64_t count) const {
    return rows(first, count,
                [](const RandomStream& stream, std::uint64_t i) { return stream.uniform(i); });
}

}  // namespace batchscope
