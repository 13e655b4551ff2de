#include "analysis/statistics/best_of.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace batchscope {

namespace {

bool is_finite(double value) {
    return std::isfinite(value);
}

// From worst to best.
std::vector<double> sorted_towards_best(std::span<const double> values, std::int64_t k,
                                        Better better) {
    if (k < 1) {
        throw std::invalid_argument("the best of k draws needs k >= 1");
    }
    if (!std::all_of(values.begin(), values.end(), is_finite)) {
        throw std::invalid_argument("the best of k draws needs finite values");
    }
    std::vector<double> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    if (better == Better::smaller) {
        std::reverse(sorted.begin(), sorted.end());
    }
    return sorted;
}

// Each option as its index and its two rows.
struct Option {
    std::size_t index;
    const std::vector<double>* choose_by;
    const std::vector<double>* score_by;
};

double mean_without(const std::vector<double>& values, std::optional<std::size_t> left_out) {
    std::vector<double> kept;
    for (std::size_t seed = 0; seed < values.size(); ++seed) {
        if (seed != left_out) {
            kept.push_back(values[seed]);
        }
    }
    return mean_of(std::move(kept));
}

// The first of the best by the mean over the seeds that are not left out.
const Option& best_option(const std::vector<Option>& options, Better better,
                          std::optional<std::size_t> left_out) {
    const Option* best = nullptr;
    double best_mean = NAN;
    for (const Option& option : options) {
        const double mean = mean_without(*option.choose_by, left_out);
        if (best == nullptr || (better == Better::larger ? mean > best_mean : mean < best_mean)) {
            best = &option;
            best_mean = mean;
        }
    }
    return *best;
}

void check_shapes(std::span<const std::vector<double>> first,
                  std::span<const std::vector<double>> second) {
    bool agree = first.size() == second.size();
    for (std::size_t i = 0; agree && i < first.size(); ++i) {
        agree = first[i].size() == first[0].size() && second[i].size() == first[0].size();
    }
    if (!agree) {
        throw std::invalid_argument("a choice needs as many scores as values to choose by");
    }
}

}  // namespace

double expected_best_of(std::span<const double> values, std::int64_t k, Better better) {
    const std::vector<double> sorted = sorted_towards_best(values, k, better);
    const auto n = static_cast<std::int64_t>(sorted.size());
    if (k > n) {
        return NAN;
    }
    // C(i, k) - C(i-1, k) = C(i-1, k-1); from i = n, where its share of C(n, k) is k / n, downwards
    // by C(i-2, k-1) / C(i-1, k-1) = (i - k) / (i - 1).
    double weight = static_cast<double>(k) / static_cast<double>(n);
    double expected = 0;
    for (std::int64_t i = n; i >= k; --i) {
        expected += weight * sorted[static_cast<std::size_t>(i - 1)];
        if (i > 1) {
            weight *= static_cast<double>(i - k) / static_cast<double>(i - 1);
        }
    }
    return expected;
}

SelectionOptimism selection_optimism(const SelectionMatrix& choose_by,
                                     const SelectionMatrix& score_by, double confidence) {
    check_shapes(choose_by.values, score_by.values);
    SelectionOptimism result;
    result.seeds =
        choose_by.values.empty() ? 0 : static_cast<std::int64_t>(choose_by.values.front().size());
    std::vector<Option> options;
    for (std::size_t i = 0; i < choose_by.values.size(); ++i) {
        const std::vector<double>& values = choose_by.values[i];
        const std::vector<double>& scores = score_by.values[i];
        if (std::all_of(values.begin(), values.end(), is_finite) &&
            std::all_of(scores.begin(), scores.end(), is_finite)) {
            options.push_back({i, &values, &scores});
        } else {
            ++result.left_out;
        }
    }
    result.options = static_cast<std::int64_t>(options.size());
    if (options.empty() || result.seeds == 0) {
        return result;
    }
    const Option& chosen = best_option(options, choose_by.better, std::nullopt);
    result.chosen = chosen.index;
    result.naive = mean_without(*chosen.score_by, std::nullopt);
    if (result.seeds < 2) {
        return result;
    }
    std::vector<double> scores;
    for (std::size_t seed = 0; seed < static_cast<std::size_t>(result.seeds); ++seed) {
        const Option& without = best_option(options, choose_by.better, seed);
        result.chosen_without.push_back(without.index);
        scores.push_back((*without.score_by)[seed]);
    }
    result.leave_one_seed_out = estimate_mean(scores, confidence);
    const double excess = result.naive - result.leave_one_seed_out.mean;
    result.optimism = score_by.better == Better::larger ? excess : -excess;
    return result;
}

}  // namespace batchscope
