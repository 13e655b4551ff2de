#include "analysis/statistics/example_paired_difference.hpp"

#include <algorithm>
#include <stdexcept>

#include "analysis/statistics/interval.hpp"

namespace batchscope {

namespace {

using Table = std::vector<std::vector<double>>;  // [seed][example]

// The seeds in an order that depends on their values alone.
Table sorted_table(std::span<const std::vector<double>> differences) {
    Table table(differences.begin(), differences.end());
    for (const std::vector<double>& row : table) {
        if (row.size() != table.front().size()) {
            throw std::invalid_argument("all seeds need the same examples");
        }
        if (!std::all_of(row.begin(), row.end(), [](double x) { return std::isfinite(x); })) {
            throw std::invalid_argument("a comparison by example needs finite values");
        }
    }
    std::sort(table.begin(), table.end());
    return table;
}

std::vector<double> means_over_examples(const Table& table) {
    std::vector<double> means;
    for (const std::vector<double>& row : table) {
        means.push_back(mean_of(row));
    }
    return means;
}

std::vector<double> means_over_seeds(const Table& table) {
    std::vector<double> means;
    std::vector<double> column(table.size());
    for (std::size_t example = 0; example < table.front().size(); ++example) {
        for (std::size_t seed = 0; seed < table.size(); ++seed) {
            column[seed] = table[seed][example];
        }
        means.push_back(mean_of(column));
    }
    return means;
}

double mean_square_of_rest(const Table& table, const std::vector<double>& of_seeds,
                           const std::vector<double>& of_examples, double mean) {
    double sum = 0;
    for (std::size_t seed = 0; seed < table.size(); ++seed) {
        for (std::size_t example = 0; example < of_examples.size(); ++example) {
            const double rest = table[seed][example] - of_seeds[seed] - of_examples[example] + mean;
            sum += rest * rest;
        }
    }
    return sum /
           (static_cast<double>(table.size() - 1) * static_cast<double>(of_examples.size() - 1));
}

}  // namespace

ExamplePairedDifference example_paired_difference(std::span<const std::vector<double>> differences,
                                                  double confidence) {
    if (!(confidence > 0 && confidence < 1)) {
        throw std::invalid_argument("a confidence lies between 0 and 1");
    }
    const Table table = sorted_table(differences);
    ExamplePairedDifference result;
    result.seeds = static_cast<std::int64_t>(table.size());
    result.examples = table.empty() ? 0 : static_cast<std::int64_t>(table.front().size());
    if (result.seeds == 0 || result.examples == 0) {
        return result;
    }
    const auto seeds = static_cast<double>(result.seeds);
    const auto examples = static_cast<double>(result.examples);
    const std::vector<double> of_seeds = means_over_examples(table);
    const std::vector<double> of_examples = means_over_seeds(table);
    const Estimate over_seeds = estimate_mean(of_seeds, confidence);
    const Estimate over_examples = estimate_mean(of_examples, confidence);
    result.mean = over_seeds.mean;
    result.standard_error_seeds = over_seeds.standard_deviation / std::sqrt(seeds);
    result.standard_error_examples = over_examples.standard_deviation / std::sqrt(examples);
    if (result.seeds < 2 || result.examples < 2) {
        return result;
    }
    const double cells = seeds * examples;
    const double ms_seeds = cells * result.standard_error_seeds * result.standard_error_seeds;
    const double ms_examples =
        cells * result.standard_error_examples * result.standard_error_examples;
    const double ms_rest = mean_square_of_rest(table, of_seeds, of_examples, result.mean);
    const double variance_of_seeds = ms_seeds / cells;
    const double variance_of_examples = std::max(ms_examples - ms_rest, 0.0) / cells;
    result.standard_error = std::sqrt(variance_of_seeds + variance_of_examples);
    result.half_width = 0;
    if (result.standard_error > 0) {
        result.half_width = (variance_of_seeds * student_quantile(confidence, seeds - 1) +
                             variance_of_examples * student_quantile(confidence, examples - 1)) /
                            result.standard_error;
    }
    return result;
}

}  // namespace batchscope
