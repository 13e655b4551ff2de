#include "analysis/report/methods.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/charts/number_format.hpp"
#include "analysis/report/wording.hpp"

namespace batchscope {

namespace {

/// How the keys of the parts of a configuration begin. A key belongs to the longest that fits.
constexpr std::array<std::string_view, 8> prefixes{"data.",
                                                   "model.",
                                                   "training.",
                                                   "training.optimizer.",
                                                   "training.budget.",
                                                   "training.precision",
                                                   "evaluate.",
                                                   "sharpness."};

/// Keys that stand elsewhere or change no number.
constexpr std::array<std::string_view, 6> unsaid_keys{
    "data.directory",        "training.batch_size",       "training.seed",
    "training.noise_groups", "training.micro_batch_size", "sharpness.micro_batch_size"};

/// Texts each once, in the order in which they came.
class Distinct {
  public:
    void add(const std::string& text) {
        if (!text.empty() && std::find(texts_.begin(), texts_.end(), text) == texts_.end()) {
            texts_.push_back(text);
        }
    }
    [[nodiscard]] std::string joined(const char* separator) const {
        return fmt::format("{}", fmt::join(texts_, separator));
    }

  private:
    std::vector<std::string> texts_;
};

/// The runs that any answer may rest on, each once.
std::vector<const AnalyzedRun*> runs_used(const StudySummary& study) {
    std::vector<const AnalyzedRun*> runs;
    for (const auto& [run, source, standing] : study.runs) {
        if (source == run && fate_of(standing) != Fate::unfinished) {
            runs.push_back(run);
        }
    }
    return runs;
}

/// Empty for a key that is not said.
std::string_view prefix_of(std::string_view key) {
    std::string_view longest;
    for (const std::string_view prefix : prefixes) {
        if (key.starts_with(prefix) && prefix.size() > longest.size()) {
            longest = prefix;
        }
    }
    const bool is_unsaid =
        std::find(unsaid_keys.begin(), unsaid_keys.end(), key) != unsaid_keys.end();
    return is_unsaid ? std::string_view{} : longest;
}

/// "mlp; batch_norm false, hidden [512, 512]": the keys of a part with all values that the runs
/// have.
std::string settings_text(const std::vector<const AnalyzedRun*>& runs, std::string_view prefix) {
    std::map<std::string, Distinct> values;
    for (const AnalyzedRun* run : runs) {
        if (run->settings) {
            for (const auto& [key, value] : *run->settings) {
                if (prefix_of(key) == prefix) {
                    values[key].add(value);
                }
            }
        }
    }
    std::string name;
    std::vector<std::string> texts;
    for (const auto& [key, distinct] : values) {
        const std::string short_key = key.substr(prefix.size());
        if (short_key == "name" || short_key.empty()) {
            name = distinct.joined(" / ");
        } else {
            texts.push_back(fmt::format("{} {}", short_key, distinct.joined(" / ")));
        }
    }
    return fmt::format("{}{}{}", name, name.empty() || texts.empty() ? "" : "; ",
                       fmt::join(texts, ", "));
}

/// "1,234,567"
std::string thousands(std::int64_t number) {
    std::string text = fmt::format("{}", number);
    for (std::ptrdiff_t i = std::ssize(text) - 3; i > 0; i -= 3) {
        text.insert(static_cast<std::size_t>(i), ",");
    }
    return text;
}

std::string examples_text(const std::vector<const AnalyzedRun*>& runs, const Phrases& phrases) {
    Distinct texts;
    for (const AnalyzedRun* run : runs) {
        if (run->examples.train > 0) {
            texts.add(phrases("{} / {} / {} train, validation and test examples",
                              thousands(run->examples.train), thousands(run->examples.validation),
                              thousands(run->examples.test)));
        }
        if (!run->data_hash.empty()) {
            texts.add(phrases("hash {}", run->data_hash));
        }
    }
    return texts.joined(", ");
}

std::string parameters_text(const std::vector<const AnalyzedRun*>& runs, const Phrases& phrases) {
    Distinct texts;
    for (const AnalyzedRun* run : runs) {
        if (run->parameters > 0) {
            texts.add(phrases("{} parameters", thousands(run->parameters)));
        }
    }
    return texts.joined(", ");
}

std::string seeds_text(const std::vector<const AnalyzedRun*>& runs) {
    std::set<std::uint64_t> seeds;
    for (const AnalyzedRun* run : runs) {
        seeds.insert(run->seed);
    }
    return fmt::format("{}", fmt::join(seeds, ", "));
}

std::string batch_sizes_text(const std::vector<const AnalyzedRun*>& runs) {
    std::set<std::int64_t> sizes;
    for (const AnalyzedRun* run : runs) {
        sizes.insert(run->batch_size);
    }
    return fmt::format("{}", fmt::join(sizes, ", "));
}

std::string machines_text(const std::vector<const AnalyzedRun*>& runs, const Phrases& phrases) {
    Distinct texts;
    for (const AnalyzedRun* run : runs) {
        if (run->ranks > 0) {
            texts.add(phrases("{} rank(s) on {}", run->ranks, run->devices));
        }
    }
    return texts.joined("; ");
}

std::string software_text(const std::vector<const AnalyzedRun*>& runs) {
    Distinct texts;
    for (const AnalyzedRun* run : runs) {
        texts.add(run->software);
    }
    return texts.joined("; ");
}

Table settings_table(const StudyAnswers& answers, const Phrases& phrases) {
    const std::vector<const AnalyzedRun*> runs = runs_used(*answers.study);
    Table table{.name = "methods",
                .caption = phrases("What was run, from the result files. Several values: the runs "
                                   "differ in them."),
                .header = {phrases("of"), phrases("setting")},
                .is_text = true};
    const auto add = [&table](const std::string& title, const std::string& text,
                              const std::string& more = {}) {
        if (!text.empty() || !more.empty()) {
            table.rows.push_back(
                {{title}, {text + (text.empty() || more.empty() ? "" : "; ") + more}});
        }
    };
    add(phrases("batch sizes"), batch_sizes_text(runs));
    add(phrases("seeds"), seeds_text(runs));
    add(phrases("data"), settings_text(runs, "data."), examples_text(runs, phrases));
    add(phrases("network"), settings_text(runs, "model."), parameters_text(runs, phrases));
    add(phrases("optimizer"), settings_text(runs, "training.optimizer."));
    add(phrases("learning rate and schedule"), settings_text(runs, "training."));
    add(phrases("budget"), settings_text(runs, "training.budget."));
    add(phrases("precision"), settings_text(runs, "training.precision"));
    add(phrases("evaluation"), settings_text(runs, "evaluate."));
    add(phrases("curvature"), settings_text(runs, "sharpness."));
    add(phrases("machines"), machines_text(runs, phrases));
    add(phrases("programs"), software_text(runs));
    return table;
}

bool any_recipe(const StudyAnswers& answers, bool (*asks)(const RecipeAnswers&)) {
    return std::any_of(answers.recipes.begin(), answers.recipes.end(), asks);
}

bool compares(const RecipeAnswers& recipe) {
    return std::any_of(recipe.recipe.arms.begin(), recipe.recipe.arms.end(),
                       [](const Arm& arm) { return arm.runs.size() > 1; }) &&
           recipe.recipe.arms.size() > 1;
}

bool has_losses(const RecipeAnswers& recipe) {
    return std::any_of(recipe.recipe.arms.begin(), recipe.recipe.arms.end(), loses_runs);
}

bool has_trends(const RecipeAnswers& recipe) {
    constexpr std::ptrdiff_t fewest = 3;
    return std::count_if(recipe.recipe.arms.begin(), recipe.recipe.arms.end(),
                         [](const Arm& arm) { return !arm.runs.empty(); }) >= fewest;
}

bool has_matched_gap(const RecipeAnswers& recipe) {
    return recipe.matched_gap.status == CommonLevelStatus::found;
}

bool has_rates(const RecipeAnswers& recipe) {
    return recipe.recipe.tuned;
}

bool has_critical_batch(const RecipeAnswers& recipe) {
    return std::any_of(recipe.critical_batches.begin(), recipe.critical_batches.end(),
                       [](const ObservedCriticalBatch& at) { return !at.points.empty(); });
}

bool has_noise_scale(const RecipeAnswers& recipe) {
    return !recipe.noise_scales.empty();
}

/// The rules that found numbers of this report; those that had nothing to do are not named.
Table rules_table(const StudyAnswers& answers, const Phrases& phrases) {
    const Margins& margins = answers.margins;
    Table table{.caption = phrases("The statistical rules that found the numbers of this report."),
                .header = {phrases("of"), phrases("rule")},
                .is_text = true};
    const auto add = [&table](bool is_used, const std::string& of, const std::string& rule) {
        if (is_used) {
            table.rows.push_back({{of}, {rule}});
        }
    };
    const bool compared = any_recipe(answers, compares);
    add(compared, phrases("differences between batch sizes"),
        phrases("paired by seed, Student's t test and "
                "interval (Student 1908)."));
    add(compared, phrases("equivalence"),
        phrases("two one-sided t tests within ±{} points of accuracy and "
                "±{:.4g} of loss (Schuirmann 1987).",
                format_number(100 * margins.accuracy), margins.loss));
    add(compared, phrases("verdicts of a recipe"),
        phrases("one family at {:.6g} %, step-down (Holm 1979) with "
                "at most one of different and equivalent true (Shaffer 1986); intervals "
                "simultaneous by Bonferroni's inequality.",
                100 * margins.confidence));
    add(any_recipe(answers, has_losses), phrases("lost runs"),
        phrases("Fisher's exact test, one-sided, against the reference (Fisher 1935), in "
                "the same family; survivors never decide in their batch size's favour."));
    add(compared, phrases("loss rates that the runs do not exclude"),
        phrases("exact binomial bound (Clopper & "
                "Pearson 1934)."));
    add(any_recipe(answers, has_trends), phrases("trends over batch sizes"),
        phrases("Page's test of ordered alternatives (Page 1963); slopes "
                "on log2 of the batch size, one a seed (Matthews et al. 1990); F test of lack of "
                "fit with seeds as blocks (Draper & Smith 1998)."));
    add(any_recipe(answers, has_matched_gap), phrases("values between two evaluations"),
        phrases("linear interpolation; its error, twice the "
                "remainder by second divided differences, is in the interval."));
    add(any_recipe(answers, has_rates), phrases("best learning rates"),
        phrases("a parabola in the logarithm of the rate for each seed, with "
                "the error of the lattice in the interval; the rate of a seed is chosen on the "
                "other seeds (Stone 1974)."));
    add(any_recipe(answers, has_critical_batch), phrases("critical batch size"),
        phrases("S = S_min (1 + B_crit / B) for the steps to a target "
                "(McCandlish et al. 2018), least squares on ln S, profile F interval; 20 % more "
                "examples as in Zhang et al. 2024; three regimes as in Shallue et al. 2019."));
    add(any_recipe(answers, has_noise_scale), phrases("gradient noise scale"),
        phrases("tr(Σ) / |G|² from gradients of two batch sizes (McCandlish "
                "et al. 2018, appendix A.1), standard errors by a jackknife over blocks of steps "
                "(Künsch 1989)."));
    add(!answers.sharpness_and_gap.empty(), phrases("sharpness and gap"),
        phrases("Kendall's tau conditional on the other axes (Jiang et al. "
                "2020), permutations within strata."));
    add(!answers.recommendation.candidates.empty(), phrases("recommendation"),
        phrases("judged on seeds that did not choose it (leave one seed out, Stone "
                "1974)."));
    return table;
}

}  // namespace

Section methods_section(const StudyAnswers& answers, const Phrases& phrases) {
    Section section{.id = "methods", .heading = phrases("Methods")};
    section.add(settings_table(answers, phrases));
    section.add(rules_table(answers, phrases));
    return section;
}

}  // namespace batchscope
