#include "runs/line_table.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/version.hpp"

namespace batchscope {

namespace {

std::string csv_field(double value) {
    return std::isnan(value) ? std::string{} : fmt::format("{}", value);
}

std::string end_text(const char* name, const FinishedRun& run) {
    return fmt::format("# {}: {} (batch size {}, seed {}, configuration {})\n", name,
                       run.file.string(), run.record.batch_size, run.record.seed,
                       run.record.configuration_hash);
}

/// NaN where there is no such split: no difference then.
double larger(double difference, double found, double recorded) {
    return std::fmax(difference, std::abs(found - recorded));
}

}  // namespace

std::string line_text(const std::vector<LinePoint>& points) {
    std::string text =
        fmt::format("{:>7}  {:>11} {:>9}  {:>11} {:>9}  {:>11} {:>9}\n", "alpha", "train loss",
                    "accuracy", "validation", "accuracy", "test", "accuracy");
    for (const LinePoint& point : points) {
        text += fmt::format("{:7.3f}", point.alpha);
        for (const SplitMetrics& metrics : {point.train, point.validation, point.test}) {
            text += fmt::format("  {:11.5g} {:9.4f}", metrics.loss, metrics.accuracy);
        }
        text += point.alpha == 0 ? "  A\n" : point.alpha == 1 ? "  B\n" : "\n";
    }
    return text;
}

std::string line_csv(const std::vector<LinePoint>& points, const FinishedRun& a,
                     const FinishedRun& b) {
    std::string text = fmt::format(
        "# The line between two results, by batchscope-sharpness {}: figures at the weights\n"
        "# (1 - alpha) A + alpha B, over the whole splits, in evaluation mode; population\n"
        "# statistics of batch normalisation re-estimated at each. Loss: mean, in nats\n"
        "# (regression: half the squared error), without weight decay. Accuracy: a fraction.\n",
        version);
    text += end_text("A", a) + end_text("B", b) + fmt::format("# data: {}\n", a.record.data_hash);
    text +=
        "alpha,train_loss,train_accuracy,validation_loss,validation_accuracy,test_loss,"
        "test_accuracy\n";
    for (const LinePoint& point : points) {
        text += csv_field(point.alpha);
        for (const SplitMetrics& metrics : {point.train, point.validation, point.test}) {
            text += fmt::format(",{},{}", csv_field(metrics.loss), csv_field(metrics.accuracy));
        }
        text += "\n";
    }
    return text;
}

EndDifference difference_from_last_row(const LinePoint& point, const RunRecord& record) {
    const EpochColumns& rows = record.epochs;
    EndDifference difference;
    const auto compare = [&](const SplitMetrics& found, const std::vector<double>& losses,
                             const std::vector<double>& accuracies) {
        difference.loss = larger(difference.loss, found.loss, losses.back());
        difference.accuracy = larger(difference.accuracy, found.accuracy, accuracies.back());
    };
    compare(point.train, rows.train_loss, rows.train_accuracy);
    compare(point.validation, rows.validation_loss, rows.validation_accuracy);
    compare(point.test, rows.test_loss, rows.test_accuracy);
    return difference;
}

}  // namespace batchscope
