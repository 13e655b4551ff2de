#include "data/synthetic.hpp"

#include <numeric>

namespace batchscope {

RandomStream synthetic_stream(const DataSettings& settings, SyntheticPart part,
                              std::int64_t index) {
    return {settings.split_seed, RandomPurpose::synthetic_data, static_cast<std::uint64_t>(part),
            static_cast<std::uint64_t>(index)};
}

std::vector<double> normals(const RandomStream& stream, std::int64_t count) {
    std::vector<double> values(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = stream.normal(i);
    }
    return values;
}

std::int64_t synthetic_test_size(const DataSettings& settings, std::int64_t examples) {
    return settings.test_examples.value_or(examples / 5);
}

double dot(const double* a, const double* b, std::int64_t size) {
    return std::inner_product(a, a + size, b, 0.0);
}

}  // namespace batchscope
