// The reasons of ClaimReason in words.

#include "analysis/report/claim_report.hpp"

namespace batchscope {

namespace {

/// The fixed words that arguments of a reason hold.
std::string name_text(const std::string& name, const Phrases& phrases) {
    if (name == "small") {
        return phrases("small batches");
    }
    if (name == "medium") {
        return phrases("medium batches");
    }
    if (name == "large") {
        return phrases("large batches");
    }
    return name;
}

std::string supported_text(const Because& because, const Phrases& phrases) {
    switch (because.reason) {
        case ClaimReason::interval_inside:
            return phrases("the interval lies where the claim has it");
        case ClaimReason::smaller_is_better:
            return phrases("batch {} beats {} by more than the margin", because.other_batch_size,
                           because.batch_size);
        default:
            return phrases("the difference is there");
    }
}

std::string contradicted_text(const Because& because, const Phrases& phrases) {
    switch (because.reason) {
        case ClaimReason::negligible:
            return phrases("the difference lies within the margin");
        case ClaimReason::beaten:
            return phrases("{} are better", name_text(because.name, phrases));
        case ClaimReason::bound_below_margin:
            return phrases("the effect is shown to be smaller than the margin");
        case ClaimReason::never_rises:
            return phrases("the validation loss of no run ends above its own minimum");
        case ClaimReason::target_missed:
            return phrases("large batches miss a target that others reach ({} of {} seeds)",
                           because.found, because.needed);
        case ClaimReason::interval_excludes:
            return phrases("the interval excludes the value claimed");
        case ClaimReason::largest_not_inferior:
            return phrases("batch {} is not inferior to any smaller one", because.batch_size);
        default:
            return phrases("the difference goes the other way");
    }
}

std::string undecided_text(const Because& because, const Phrases& phrases) {
    switch (because.reason) {
        case ClaimReason::partly_negligible:
            return phrases("one of the differences lies within the margin");
        case ClaimReason::measures_disagree:
            return phrases("measures disagree ({})", because.name);
        case ClaimReason::identical_seeds:
            return phrases("all seeds gave the same differences");
        default:
            return phrases("the data do not tell");
    }
}

/// Of the noise of batch gradients, which runs measure where they are told to: what to set. Empty
/// for any other reason.
std::string missing_noise_text(const Because& because, const Phrases& phrases) {
    const std::string& name = because.name;
    const bool is_place = name == "start" || name == "middle" || name == "end";
    if (because.reason == ClaimReason::not_measured && name == "gradient_noise") {
        return phrases(
            "no run holds {} (add batch_gradients to sharpness.measures and set "
            "sharpness.every_epochs to half of the epochs or less)",
            name);
    }
    if (because.reason == ClaimReason::not_measured && name == "end") {
        return phrases(
            "gradient noise is not measured at the end of training (sharpness.at_end: true)");
    }
    if (because.reason == ClaimReason::not_measured && is_place) {
        return phrases(
            "gradient noise is not measured before or during training (set "
            "sharpness.every_epochs to half of the epochs or less)");
    }
    if (because.reason == ClaimReason::too_few_batch_sizes && is_place) {
        return phrases(
            "gradient noise is measured at {} batch sizes, {} are needed "
            "(sharpness.batch_gradients.batch_sizes, each below sharpness.examples)",
            because.found, because.needed);
    }
    if (because.reason == ClaimReason::not_converged && name == "gradient_noise") {
        return phrases(
            "{} batches at batch {}, seed {}, {} are needed (sharpness.batch_gradients.batches)",
            because.found, because.batch_size, because.seed, because.needed);
    }
    return {};
}

std::string missing_text(const Because& because, const Phrases& phrases) {
    if (std::string text = missing_noise_text(because, phrases); !text.empty()) {
        return text;
    }
    switch (because.reason) {
        case ClaimReason::group_missing:
            return phrases("no run that counts among {}", name_text(because.name, phrases));
        case ClaimReason::too_few_seeds:
            return because.batch_size == 0
                       ? phrases("{} common seeds count, {} are needed", because.found,
                                 because.needed)
                       : phrases("{} common seeds count, {} are needed (batch {} has the fewest)",
                                 because.found, because.needed, because.batch_size);
        case ClaimReason::too_few_batch_sizes:
            return phrases("{} batch sizes, {} are needed", because.found, because.needed);
        case ClaimReason::span_too_small:
            return phrases("batch sizes span {} x, {} x is needed", because.found, because.needed);
        case ClaimReason::figure_missing:
            return phrases("the runs of batch {} do not hold {}", because.batch_size, because.name);
        case ClaimReason::inside_schedule:
            return phrases("equal epochs lie inside a schedule");
        case ClaimReason::no_common_train_loss:
            return because.name.empty()
                       ? phrases("the runs have no train loss in common (batch {})",
                                 because.batch_size)
                       : phrases(
                             "{} is not measured at a train loss that all runs reach "
                             "(sharpness: every_epochs)",
                             because.name);
        case ClaimReason::not_measured:
            return phrases("no run holds {}", because.name);
        case ClaimReason::not_converged:
            return phrases("{} is not certified at batch {}, seed {}", because.name,
                           because.batch_size, because.seed);
        case ClaimReason::rates_scaled:
            return phrases("the learning rates move with the batch size (rule {})", because.name);
        case ClaimReason::too_few_rates:
            return phrases("{} learning rates at batch {}, {} are needed", because.found,
                           because.batch_size, because.needed);
        case ClaimReason::optimum_not_bracketed:
            return phrases("the best learning rate of batch {}, seed {} is not inside those tried",
                           because.batch_size, because.seed);
        case ClaimReason::different_hardware:
            return phrases("runs were made on different hardware or ranks");
        case ClaimReason::hardware_unknown:
            return phrases("the hardware of the runs is not known");
        default:
            return phrases("{} do not reach the target ({} of {} seeds do)",
                           name_text(because.name, phrases), because.found, because.needed);
    }
}

}  // namespace

std::string because_text(const Because& because, const Phrases& phrases) {
    switch (because.reason) {
        case ClaimReason::as_claimed:
        case ClaimReason::interval_inside:
        case ClaimReason::smaller_is_better:
            return supported_text(because, phrases);
        case ClaimReason::opposite:
        case ClaimReason::negligible:
        case ClaimReason::beaten:
        case ClaimReason::bound_below_margin:
        case ClaimReason::never_rises:
        case ClaimReason::target_missed:
        case ClaimReason::interval_excludes:
        case ClaimReason::largest_not_inferior:
            return contradicted_text(because, phrases);
        case ClaimReason::too_little_data:
        case ClaimReason::partly_negligible:
        case ClaimReason::measures_disagree:
        case ClaimReason::identical_seeds:
            return undecided_text(because, phrases);
        case ClaimReason::group_missing:
        case ClaimReason::too_few_seeds:
        case ClaimReason::too_few_batch_sizes:
        case ClaimReason::span_too_small:
        case ClaimReason::figure_missing:
        case ClaimReason::inside_schedule:
        case ClaimReason::no_common_train_loss:
        case ClaimReason::not_measured:
        case ClaimReason::not_converged:
        case ClaimReason::rates_scaled:
        case ClaimReason::too_few_rates:
        case ClaimReason::optimum_not_bracketed:
        case ClaimReason::different_hardware:
        case ClaimReason::hardware_unknown:
        case ClaimReason::target_not_reached:
            break;
    }
    return missing_text(because, phrases);
}

}  // namespace batchscope
