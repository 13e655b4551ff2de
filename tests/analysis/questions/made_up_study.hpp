#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "analysis/runs/run_collection.hpp"
#include "analysis/runs/summary.hpp"

namespace batchscope {

/// Runs without files, for tests of what is made of them.
class MadeUpStudy {
  public:
    /// Adds a finished run and gives it back to be changed, before `summary` is called. It has the
    /// evaluations 0 and 10 epochs, 100 steps, 6400 examples, 10 s; losses 2.3 then 0.5, 0.6, 0.7
    /// of train, validation, test; accuracies 0.1, then 0.9, 0.85, 0.8.
    AnalyzedRun& add(std::int64_t batch_size, std::uint64_t seed,
                     std::map<std::string, AttributeValue> axes = {}) {
        AnalyzedRun run;
        run.file = "batch_size-" + std::to_string(batch_size) + "_seed-" + std::to_string(seed);
        run.study = "s";
        run.batch_size = batch_size;
        run.seed = seed;
        run.axes = std::move(axes);
        run.status = RunStatus::complete;
        run.learning_rate = 0.1;
        run.settings = std::make_shared<const std::map<std::string, std::string>>(
            std::map<std::string, std::string>{{"training.schedule", "constant"}});
        run.ranks = 2;
        run.devices = "CPU";
        History& history = run.history;
        history.epoch = {0, 10};
        history.steps = {0, 100};
        history.examples = {0, 6400};
        history.seconds = {0, 10};
        history.train_loss = {2.3, 0.5};
        history.validation_loss = {2.3, 0.6};
        history.test_loss = {2.3, 0.7};
        history.train_accuracy = {0.1, 0.9};
        history.validation_accuracy = {0.1, 0.85};
        history.test_accuracy = {0.1, 0.8};
        history.peak_memory_bytes = {1e6, 1e6};
        history.step_loss_variance = {unknown, 0.01};
        history.gradient_covariance_trace = {unknown, unknown};
        history.gradient_square = {unknown, unknown};
        collection_.runs.push_back(std::move(run));
        return collection_.runs.back();
    }

    /// Calls `change` with every run added, before `summary` is called.
    void change_all(const std::function<void(AnalyzedRun&)>& change) {
        std::for_each(collection_.runs.begin(), collection_.runs.end(), change);
    }

    /// The summary of all runs added; their final metrics are those of their last evaluation.
    StudySummary& summary() {
        for (AnalyzedRun& run : collection_.runs) {
            run.metrics = final_metrics(run.history);
            run.metrics.gap_loss = run.metrics.test_loss - run.metrics.train_loss;
            run.metrics.gap_accuracy = run.metrics.train_accuracy - run.metrics.test_accuracy;
        }
        std::sort(collection_.runs.begin(), collection_.runs.end(),
                  [](const AnalyzedRun& a, const AnalyzedRun& b) {
                      return compare_grid_points(a, b) < 0;
                  });
        collection_.separated_by["s"] = {};
        summaries_ = summarise(collection_, 0.95);
        return summaries_.front();
    }

  private:
    RunCollection collection_;
    std::vector<StudySummary> summaries_;
};

}  // namespace batchscope
