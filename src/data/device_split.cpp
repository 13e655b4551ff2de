#include "data/device_split.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace batchscope {

namespace {

/// value[channel][byte] of a normalised pixel.
std::vector<std::vector<double>> pixel_table(const Normalisation& normalisation) {
    std::vector<std::vector<double>> table;
    for (std::size_t channel = 0; channel < normalisation.mean.size(); ++channel) {
        std::vector<double> values(256);
        for (std::size_t byte = 0; byte < values.size(); ++byte) {
            values[byte] = (static_cast<double>(byte) / 255.0 - normalisation.mean[channel]) /
                           normalisation.standard_deviation[channel];
        }
        table.push_back(std::move(values));
    }
    return table;
}

template <class Real>
at::Tensor gather_inputs(const Dataset& dataset, const Examples& examples,
                         const std::vector<std::int64_t>& indices,
                         const Normalisation& normalisation, at::ScalarType type) {
    std::vector<std::int64_t> shape{static_cast<std::int64_t>(indices.size())};
    shape.insert(shape.end(), dataset.example_shape.begin(), dataset.example_shape.end());
    at::Tensor inputs = at::empty(shape, type);
    auto* out = inputs.data_ptr<Real>();
    const auto size = static_cast<std::size_t>(dataset.example_size());
    const auto table = pixel_table(normalisation);
    const std::size_t per_channel = size / std::max<std::size_t>(1, table.size());
    for (const std::int64_t index : indices) {
        const std::size_t first = static_cast<std::size_t>(index) * size;
        for (std::size_t i = 0; i < size; ++i) {
            *out++ = static_cast<Real>(examples.pixels.empty()
                                           ? examples.values[first + i]
                                           : table[i / per_channel][examples.pixels[first + i]]);
        }
    }
    return inputs;
}

}  // namespace

DeviceSplit make_device_split(const Dataset& dataset, const Examples& examples,
                              const std::vector<std::int64_t>& indices,
                              const Normalisation& normalisation,
                              const at::TensorOptions& options) {
    const auto type = c10::typeMetaToScalarType(options.dtype());
    const at::Tensor inputs =
        type == at::kDouble ? gather_inputs<double>(dataset, examples, indices, normalisation, type)
                            : gather_inputs<float>(dataset, examples, indices, normalisation, type);
    const auto count = static_cast<std::int64_t>(indices.size());
    const bool classes = dataset.task == Task::classification;
    at::Tensor targets = at::empty({count}, classes ? at::kLong : at::kDouble);
    for (std::int64_t i = 0; i < count; ++i) {
        const auto index = static_cast<std::size_t>(indices[static_cast<std::size_t>(i)]);
        if (classes) {
            targets.data_ptr<std::int64_t>()[i] = examples.labels[index];
        } else {
            targets.data_ptr<double>()[i] = examples.targets[index];
        }
    }
    return {inputs.to(options.device()), targets.to(options.device(), classes ? at::kLong : type)};
}

at::Tensor black_pixel(const Normalisation& normalisation, const at::TensorOptions& options) {
    at::Tensor black =
        at::empty({static_cast<std::int64_t>(normalisation.mean.size())}, at::kDouble);
    for (std::size_t channel = 0; channel < normalisation.mean.size(); ++channel) {
        black.data_ptr<double>()[channel] =
            -normalisation.mean[channel] / normalisation.standard_deviation[channel];
    }
    return black.to(options);
}

at::Tensor augment(const at::Tensor& images, const std::vector<Augmentation>& augmentations,
                   const at::Tensor& black) {
    const std::int64_t examples = images.size(0);
    const std::int64_t rows = images.size(2);
    const std::int64_t columns = images.size(3);
    // Source row and column of every target pixel; outside the image they are clamped and masked.
    at::Tensor row_index = at::empty({examples, rows}, at::kLong);
    at::Tensor column_index = at::empty({examples, columns}, at::kLong);
    for (std::int64_t i = 0; i < examples; ++i) {
        const Augmentation& change = augmentations[static_cast<std::size_t>(i)];
        for (std::int64_t row = 0; row < rows; ++row) {
            row_index.data_ptr<std::int64_t>()[i * rows + row] = row + change.row_shift;
        }
        for (std::int64_t column = 0; column < columns; ++column) {
            const std::int64_t mirrored = change.flip ? columns - 1 - column : column;
            column_index.data_ptr<std::int64_t>()[i * columns + column] =
                mirrored + change.column_shift;
        }
    }
    row_index = row_index.to(images.device());
    column_index = column_index.to(images.device());
    const at::Tensor inside =
        row_index.ge(0)
            .logical_and_(row_index.lt(rows))
            .unsqueeze(2)
            .logical_and(column_index.ge(0).logical_and_(column_index.lt(columns)).unsqueeze(1));
    const at::Tensor source = row_index.clamp(0, rows - 1)
                                  .mul_(columns)
                                  .unsqueeze(2)
                                  .add(column_index.clamp(0, columns - 1).unsqueeze(1));
    const at::Tensor moved =
        images.flatten(2)
            .gather(2, source.view({examples, 1, rows * columns}).expand({-1, images.size(1), -1}))
            .view(images.sizes());
    return at::where(inside.unsqueeze(1), moved, black.view({1, -1, 1, 1}));
}

}  // namespace batchscope
