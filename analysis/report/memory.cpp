#include "analysis/report/memory.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <set>
#include <utility>

#include "analysis/report/wording.hpp"

namespace batchscope {

namespace {

std::string gib(double bytes) {
    constexpr double bytes_of_gib = 1024.0 * 1024.0 * 1024.0;
    return fmt::format("{:.2f} GiB", bytes / bytes_of_gib);
}

std::string slope_sentence(const MemoryUse& use, const Phrases& phrases) {
    constexpr double kilobyte = 1000;
    if (!(use.bytes_per_example > use.bytes_per_example_half_width)) {
        return phrases(
            "Memory of a rank: about {}; it does not grow with the batch size (for each example "
            "held {:.0f} ± {:.0f} kB).",
            gib(use.fixed_bytes), use.bytes_per_example / kilobyte,
            use.bytes_per_example_half_width / kilobyte);
    }
    return phrases(
        "Memory of a rank: {} and {:.0f} ± {:.0f} kB for each example held; batch {} would "
        "need about {}.",
        gib(use.fixed_bytes), use.bytes_per_example / kilobyte,
        use.bytes_per_example_half_width / kilobyte, use.next_batch_size, gib(use.next_bytes));
}

}  // namespace

void add_memory(List& list, const StudyAnswers& answers, const Phrases& phrases) {
    for (const BatchSizesThatFit& machine : answers.fits) {
        if (machine.did_not_fit.empty()) {
            continue;
        }
        std::set<std::int64_t> sizes;
        for (const DidNotFit& point : machine.did_not_fit) {
            sizes.insert(point.batch_size);
        }
        list.items.push_back(
            phrases("On {} rank(s) of {}: batch {} is the largest of which every run fits; out of "
                    "memory at "
                    "{}.",
                    machine.machine.ranks, machine.machine.devices, machine.largest_that_fits,
                    fmt::format("{}", fmt::join(sizes, ", "))));
    }
    for (const RecipeAnswers& recipe : answers.recipes) {
        for (const MemoryUse& use : recipe.memory) {
            if (use.status == MemoryFitStatus::fitted && !std::isnan(use.next_bytes)) {
                list.items.push_back(in_recipe(recipe.recipe, slope_sentence(use, phrases)));
            }
        }
        for (std::string& sentence : memory_sentences(recipe, answers.memory_bytes, phrases)) {
            list.items.push_back(std::move(sentence));
        }
    }
}

std::vector<std::string> memory_sentences(const RecipeAnswers& answers, double memory_bytes,
                                          const Phrases& phrases) {
    std::vector<std::string> sentences;
    for (const MemoryUse& use : answers.memory) {
        if (std::isnan(memory_bytes)) {
            break;
        }
        const std::string machine =
            phrases("{} rank(s) on {}", use.machine.ranks, use.machine.devices);
        if (!use.within) {
            sentences.push_back(phrases(
                "Within {}: not known for {}. It takes three batch sizes whose memory is known "
                "and grows with the examples held.",
                gib(memory_bytes), machine));
            continue;
        }
        std::string sentence =
            use.within->examples_held == 0
                ? phrases("Within {}: no batch fits ({}).", gib(memory_bytes), machine)
                : phrases(
                      "Within {}: batch {} is the largest that fits, {} examples held by a rank "
                      "({}; the upper end of the prediction).",
                      gib(memory_bytes), use.within->batch_size, use.within->examples_held,
                      machine);
        if (use.within->extrapolation > 1) {
            sentence += ' ' + phrases("That is {:.3g} times the most that was measured.",
                                      use.within->extrapolation);
        }
        if (use.may_be_split && use.within->examples_held > 0) {
            sentence += ' ' + phrases("A local batch beyond it is split into micro-batches.");
        }
        sentences.push_back(in_recipe(answers.recipe, sentence));
    }
    return sentences;
}

}  // namespace batchscope
