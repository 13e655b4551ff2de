#include "analysis/claims/noisy_training.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/statistics/interpolation.hpp"
#include "analysis/statistics/matched_value.hpp"
#include "analysis/statistics/verdict.hpp"

namespace batchscope {

namespace {

/// The noise of the step loss between two evaluations, and the train loss half way between theirs,
/// since the steps were made on the way from one to the other. Both logarithms: in between, the
/// variance is taken as a power of the loss.
struct NoiseColumns {
    std::vector<double> epoch;
    std::vector<double> log_train_loss;
    std::vector<double> log_variance;
};

NoiseColumns noise_columns(const AnalyzedRun& run) {
    const History& history = run.history;
    NoiseColumns columns;
    for (std::size_t row = 1; row < history.step_loss_variance.size(); ++row) {
        const double between =
            std::log((history.train_loss[row - 1] + history.train_loss[row]) / 2);
        const double log_variance = std::log(history.step_loss_variance[row]);
        if (std::isfinite(between) && std::isfinite(log_variance)) {
            columns.epoch.push_back((history.epoch[row - 1] + history.epoch[row]) / 2);
            columns.log_train_loss.push_back(between);
            columns.log_variance.push_back(log_variance);
        }
    }
    return columns;
}

/// The root mean square over the arms of the standard deviation between the seeds.
double spread_between_seeds(const SizeGroup& group, const std::vector<std::uint64_t>& seeds,
                            const Performance& performance, double confidence) {
    double variance_sum = 0;
    for (const Arm* arm : group.arms) {
        const BySeed values =
            mean_by_seed({arm}, seeds, [&](const AnalyzedRun& run) { return performance.of(run); });
        const double deviation = comparison_of(values, 0, confidence).standard_deviation;
        variance_sum += deviation * deviation;
    }
    return std::sqrt(variance_sum / static_cast<double>(group.arms.size()));
}

}  // namespace

const ClaimKind& NoisyTraining::kind() {
    static const ClaimKind kind = claim_kind_of<NoisyTraining>(
        "noisy_training", ClaimChart::step_loss_noise,
        {
            setting("small", &NoisyTraining::small),
            setting("large", &NoisyTraining::large),
            setting("margin", &NoisyTraining::margin, Between{.above = 0}),
        });
    return kind;
}

Finding NoisyTraining::operator()(const Evidence& evidence) const {
    const ComparedGroups compared =
        compared_groups(evidence.recipe, {{"small", small}, {"large", large}});
    if (compared.missing) {
        return not_tested(*compared.missing);
    }
    const std::vector<const Arm*> arms = arms_of(compared.groups);
    std::vector<std::vector<double>> levels;
    std::vector<std::int64_t> batch_sizes;
    for (const Arm* arm : arms) {
        for (const std::uint64_t seed : compared.seeds) {
            levels.push_back(noise_columns(*arm->runs.at(seed)).log_train_loss);
            batch_sizes.push_back(arm->batch_size);
        }
    }
    const CommonLevel common = deepest_common_level(levels);
    if (common.status == CommonLevelStatus::run_without_rows) {
        return not_tested(
            {ClaimReason::metric_missing, "step_loss_variance", batch_sizes[common.run]});
    }
    if (common.status != CommonLevelStatus::found) {
        return not_tested({ClaimReason::no_common_train_loss, {}, batch_sizes[common.run]});
    }
    const double confidence = evidence.margins.confidence;
    const auto read = [&common](const AnalyzedRun& run) {
        const NoiseColumns columns = noise_columns(run);
        return value_at_level(columns.epoch, columns.log_train_loss, columns.log_variance,
                              common.level);
    };
    const std::vector<BySeed> means =
        means_of(compared, [&read](const AnalyzedRun& run) { return read(run).value; });
    const std::vector<BySeed> errors =
        means_of(compared, [&read](const AnalyzedRun& run) { return read(run).error; });
    const double error =
        estimate_of(errors[0], confidence).mean + estimate_of(errors[1], confidence).mean;
    const PairedComparison difference = difference_of(means[0], means[1], confidence);
    const double log_margin = std::log1p(margin);
    // Variances of some steps scatter from row to row, which counts as error here; batch sizes
    // differ by so much more that an error of a quarter of the difference leaves no doubt.
    const double what_does_not_matter = std::max(log_margin, std::abs(difference.mean) / 2);
    if (difference.n >= fewest_seeds &&
        !is_resolved(error, difference.half_width, what_does_not_matter)) {
        return not_tested({ClaimReason::not_resolved, "small_over_large_step_loss_variance"});
    }
    Finding finding = finding_of(difference, log_margin, error);
    withhold_from_flattered(finding, compared, "large", "small");
    finding.arms = arms;
    finding.numbers = {
        number("small_over_large_step_loss_variance", ClaimUnit::log_ratio, difference),
        number("matched_train_loss", ClaimUnit::nats, std::exp(common.level)),
        number("margin", ClaimUnit::log_ratio, log_margin)};
    const Performance performance = performance_of(evidence, std::nullopt);
    for (const SizeGroup& group : compared.groups) {
        if (!performance.missing) {
            finding.numbers.push_back(
                number("spread_between_seeds_" + group.name, performance.unit,
                       spread_between_seeds(group, compared.seeds, performance, confidence),
                       std::ssize(compared.seeds)));
        }
    }
    return finding;
}

}  // namespace batchscope
