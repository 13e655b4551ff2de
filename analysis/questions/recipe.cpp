#include "analysis/questions/recipe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "analysis/runs/axis_names.hpp"

namespace batchscope {

namespace {

const std::string rate_key = "training.learning_rate";

using Axes = std::map<std::string, AttributeValue>;

struct AxesOrder {
    bool operator()(const Axes& a, const Axes& b) const {
        return std::lexicographical_compare(
            a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
                return x.first != y.first ? x.first < y.first : compare(x.second, y.second) < 0;
            });
    }
};

double as_rate(const AttributeValue& value) {
    const auto* whole = std::get_if<std::int64_t>(&value);
    const auto* number = std::get_if<double>(&value);
    return whole != nullptr ? static_cast<double>(*whole) : (number != nullptr ? *number : unknown);
}

/// Several learning rates at one batch size, all else equal, and validation losses to choose by.
bool rates_can_be_tuned(const StudySummary& study) {
    const auto has_validation = [](const JudgedRun& judged) {
        return judged.source != nullptr && std::isfinite(judged.source->metrics.validation_loss);
    };
    if (std::none_of(study.runs.begin(), study.runs.end(), has_validation)) {
        return false;
    }
    std::map<Axes, std::set<double>, AxesOrder> rates;
    for (const auto& [run, source, standing] : study.runs) {
        Axes others = run->axes;
        const auto rate = others.extract(rate_key);
        if (rate.empty()) {
            return false;
        }
        others["training.batch_size"] = run->batch_size;
        rates[others].insert(as_rate(rate.mapped()));
    }
    return std::any_of(rates.begin(), rates.end(),
                       [](const auto& entry) { return entry.second.size() > 1; });
}

/// The mean validation loss of a rate without one seed; NaN where a run of it does not count.
double mean_validation_loss(const TriedRate& rate, std::optional<std::uint64_t> without = {}) {
    double sum = 0;
    double n = 0;
    for (const auto& [seed, run] : rate.runs) {
        if (seed != without) {
            sum += run->metrics.validation_loss;
            ++n;
        }
    }
    const std::size_t without_uncounted =
        without.has_value() && rate.uncounted.contains(*without) ? 1 : 0;
    return rate.uncounted.size() == without_uncounted && n > 0 ? sum / n : unknown;
}

/// The rate with the lowest mean; nullptr where none is known.
const TriedRate* best_rate(const std::vector<TriedRate>& rates,
                           std::optional<std::uint64_t> without = {}) {
    const TriedRate* best = nullptr;
    double lowest = unknown;
    for (const TriedRate& rate : rates) {
        const double mean = mean_validation_loss(rate, without);
        if (std::isfinite(mean) && !(mean >= lowest)) {
            best = &rate;
            lowest = mean;
        }
    }
    return best;
}

/// What became of a seed at the lowest rate that loses it; nothing where none does.
std::optional<Standing> first_lost(const std::vector<TriedRate>& rates, std::uint64_t seed) {
    for (const TriedRate& rate : rates) {
        const auto found = rate.uncounted.find(seed);
        if (found != rate.uncounted.end() && fate_of(found->second) == Fate::lost) {
            return found->second;
        }
    }
    return std::nullopt;
}

/// Chooses the rate of every seed.
void tune(Arm& arm) {
    std::set<std::uint64_t> seeds;
    for (TriedRate& rate : arm.rates) {
        rate.mean_validation_loss = mean_validation_loss(rate);
        for (const auto& [seed, run] : rate.runs) {
            seeds.insert(seed);
        }
        for (const auto& [seed, standing] : rate.uncounted) {
            seeds.insert(seed);
        }
    }
    const TriedRate* best = best_rate(arm.rates);
    if (best != nullptr) {
        arm.best_rate = best->learning_rate;
        arm.best_rate_at_edge =
            arm.rates.size() > 1 && (best == &arm.rates.front() || best == &arm.rates.back());
    }
    arm.chosen_on_itself = arm.rates.size() > 1 && seeds.size() < 2;
    for (const std::uint64_t seed : seeds) {
        const TriedRate* chosen =
            arm.chosen_on_itself ? best : best_rate(arm.rates, std::optional(seed));
        if (chosen == nullptr) {
            if (const auto lost = first_lost(arm.rates, seed)) {
                arm.uncounted.emplace(seed, *lost);
            }
        } else if (const auto run = chosen->runs.find(seed); run != chosen->runs.end()) {
            arm.runs.emplace(seed, run->second);
        } else if (const auto lost = chosen->uncounted.find(seed);
                   lost != chosen->uncounted.end()) {
            arm.uncounted.insert(*lost);
        }
    }
}

class RecipeBuilder {
  public:
    explicit RecipeBuilder(bool tuned) : tuned_(tuned) {}

    void add(const JudgedRun& judged) {
        Axes axes = judged.run->axes;
        double rate = unknown;
        if (tuned_) {
            rate = as_rate(axes.extract(rate_key).mapped());
        }
        Arm& arm = arms_[axes][judged.run->batch_size];
        arm.batch_size = judged.run->batch_size;
        arm.sources.insert(judged.source == nullptr ? judged.run : judged.source);
        const bool counts = judged.standing == Standing::counted;
        if (!tuned_ && counts) {
            arm.runs.emplace(judged.run->seed, judged.source);
        } else if (!tuned_) {
            arm.uncounted.emplace(judged.run->seed, judged.standing);
        }
        if (tuned_) {
            TriedRate& tried = rates_[&arm][rate];
            tried.learning_rate = rate;
            if (counts) {
                tried.runs.emplace(judged.run->seed, judged.source);
            } else {
                tried.uncounted.emplace(judged.run->seed, judged.standing);
            }
        }
    }

    [[nodiscard]] std::vector<Recipe> recipes(const std::vector<std::string>& axis_keys) {
        std::vector<Recipe> recipes;
        for (auto& [axes, arms] : arms_) {
            Recipe recipe;
            recipe.axes = axes;
            recipe.tuned = tuned_;
            std::set<std::size_t> trials;
            for (auto& [batch_size, arm] : arms) {
                if (tuned_) {
                    for (auto& [rate, tried] : rates_[&arm]) {
                        arm.rates.push_back(std::move(tried));
                    }
                    tune(arm);
                    trials.insert(arm.rates.size());
                }
                recipe.arms.push_back(std::move(arm));
            }
            recipe.equal_trials = trials.size() <= 1;
            recipes.push_back(std::move(recipe));
        }
        if (recipes.size() > 1) {
            for (Recipe& recipe : recipes) {
                recipe.name = name_of(recipe.axes, axis_keys);
            }
        }
        return recipes;
    }

  private:
    static std::string name_of(const Axes& axes, const std::vector<std::string>& keys) {
        const std::vector<std::string> names = short_axis_names(keys);
        std::string name;
        for (std::size_t i = 0; i < keys.size(); ++i) {
            if (const auto value = axes.find(keys[i]); value != axes.end()) {
                name += fmt::format("{}{} {}", name.empty() ? "" : ", ", names[i],
                                    to_text(value->second));
            }
        }
        return name;
    }

    bool tuned_;
    std::map<Axes, std::map<std::int64_t, Arm>, AxesOrder> arms_;
    std::map<const Arm*, std::map<double, TriedRate>> rates_;
};

Standings count_of(const std::map<std::uint64_t, Standing>& by_seed) {
    Standings standings;
    for (const auto& [seed, standing] : by_seed) {
        ++standings[standing];
    }
    return standings;
}

}  // namespace

std::vector<Recipe> recipes_of(const StudySummary& study) {
    RecipeBuilder builder(rates_can_be_tuned(study));
    for (const JudgedRun& judged : study.runs) {
        builder.add(judged);
    }
    return builder.recipes(study.axis_keys);
}

const Arm* arm_at(const Recipe& recipe, std::int64_t batch_size) {
    const auto found =
        std::find_if(recipe.arms.begin(), recipe.arms.end(),
                     [batch_size](const Arm& arm) { return arm.batch_size == batch_size; });
    return found == recipe.arms.end() ? nullptr : &*found;
}

Standings uncounted_of(const Arm& arm) {
    return count_of(arm.uncounted);
}

Standings uncounted_of(const TriedRate& rate) {
    return count_of(rate.uncounted);
}

std::int64_t lost_runs(const Arm& arm) {
    return lost_of(uncounted_of(arm));
}

std::int64_t tried_runs(const Arm& arm) {
    return std::ssize(arm.runs) + lost_runs(arm);
}

bool loses_runs(const Arm& arm) {
    return lost_runs(arm) > 0;
}

bool are_the_same_runs(const Arm& a, const Arm& b) {
    return !a.sources.empty() && a.sources == b.sources;
}

LostRuns lost_runs_of(const Arm& arm, const Arm& reference) {
    return {tried_runs(arm), lost_runs(arm), tried_runs(reference), lost_runs(reference)};
}

std::vector<std::uint64_t> common_seeds(const std::vector<const Arm*>& arms) {
    std::vector<std::uint64_t> seeds;
    if (arms.empty()) {
        return seeds;
    }
    for (const auto& [seed, run] : arms.front()->runs) {
        if (std::all_of(arms.begin(), arms.end(),
                        [seed = seed](const Arm* arm) { return arm->runs.contains(seed); })) {
            seeds.push_back(seed);
        }
    }
    return seeds;
}

}  // namespace batchscope
