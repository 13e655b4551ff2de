#include "training/step_log.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "measures/gradient_noise.hpp"

namespace batchscope {

StepLog::StepLog(std::int64_t capacity, std::int64_t train_examples, const at::Device& device)
    : limit_(capacity),
      train_examples_(train_examples),
      rows_(at::zeros({capacity, extra_cells + 2},
                      at::TensorOptions().dtype(at::kDouble).device(device))) {}

void StepLog::add(const Planned& planned, const at::Tensor& extra,
                  const at::Tensor& squared_norms) {
    const at::Tensor row = rows_.select(0, static_cast<std::int64_t>(planned_.size()));
    row.narrow(0, 0, extra_cells).copy_(extra);
    row.narrow(0, extra_cells, 2).copy_(squared_norms);
    planned_.push_back(planned);
}

bool StepLog::full() const {
    return static_cast<std::int64_t>(planned_.size()) == limit_;
}

void StepLog::fetch_after(double steps) {
    limit_ = static_cast<std::int64_t>(
        std::clamp(std::floor(steps), 1.0, static_cast<double>(rows_.size(0))));
}

StepLog::Fetched StepLog::fetch(StepColumns& columns, double seconds) {
    const at::Tensor rows = rows_.cpu();
    const auto* values = rows.const_data_ptr<double>();
    Fetched fetched;
    for (std::size_t i = 0; i < planned_.size(); ++i) {
        const Planned& planned = planned_[i];
        const double* row = values + i * (extra_cells + 2);
        const double loss = row[loss_sum_cell] / static_cast<double>(planned.batch);
        columns.step.push_back(planned.step);
        columns.examples.push_back(planned.examples);
        columns.batch_examples.push_back(planned.batch);
        columns.train_loss.push_back(loss);
        columns.learning_rate.push_back(planned.learning_rate);
        columns.gradient_norm.push_back(std::sqrt(row[extra_cells]));
        columns.update_norm.push_back(std::sqrt(row[extra_cells + 1]));
        columns.seconds.push_back(seconds / static_cast<double>(planned_.size()));
        columns.share_gradient_square_sum.push_back(row[local_squares_cell]);
        columns.shares.push_back(planned.shares);
        const GradientNoise noise =
            gradient_noise({row[local_squares_cell], planned.shares, row[extra_cells],
                            planned.batch, train_examples_});
        columns.gradient_covariance_trace.push_back(noise.covariance_trace);
        columns.gradient_square.push_back(noise.gradient_square);
        fetched.stop_requested = fetched.stop_requested || row[stop_votes_cell] > 0;
        fetched.elapsed = row[elapsed_cell];
        if (!std::isfinite(loss)) {
            fetched.finite = false;
            break;
        }
    }
    planned_.clear();
    return fetched;
}

}  // namespace batchscope
