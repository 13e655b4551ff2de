#include "measures/keskar_search.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "core/not_finite.hpp"
#include "measures/random_vectors.hpp"
#include "measures/sample_moments.hpp"
#include "measures/stored_fields.hpp"
#include "measures/stored_tensor.hpp"

namespace batchscope {

/// The function on the cube that one box is searched by.
struct KeskarSearch::SearchedBox {
    const KeskarSpace& space;
    at::Tensor half_widths;
    MaximisedFunction function;
    std::function<Objective::ValueAndGradient()> at_centre;  ///< known already, without evaluation
};

void KeskarProgress::go_to_box(std::size_t next) {
    box = next;
    go_to_start(0);
}

void KeskarProgress::go_to_start(std::int64_t next) {
    start = next;
    iteration = 0;
    started = false;
}

KeskarSearch::KeskarSearch(const KeskarSettings& settings, std::uint64_t seed, Objective& objective,
                           at::Tensor weights, Communicator& communicator)
    : settings_(settings),
      seed_(seed),
      objective_(objective),
      weights_(std::move(weights)),
      communicator_(communicator),
      progress_{.lbfgs = ProjectedLbfgs(communicator),
                .ascent = ProjectedAscent(UnitBall::cube, settings.iterations, communicator)} {
    const bool searches_subspace = settings_.subspace > 0 && settings_.subspace < weights_.numel();
    const auto per_start = static_cast<std::size_t>(settings_.iterations + 1);
    KeskarBox empty;
    empty.best.assign(static_cast<std::size_t>(settings_.starts) * per_start, 0.0);
    progress_.boxes.assign(settings_.epsilon.size() * (searches_subspace ? 2 : 1), empty);
}

bool KeskarSearch::finished() const {
    return progress_.box == progress_.boxes.size();
}

bool KeskarSearch::in_subspace(std::size_t box) const {
    return box >= settings_.epsilon.size();
}

const KeskarSpace& KeskarSearch::space_of(std::size_t box) {
    if (!space_ || space_is_subspace_ != in_subspace(box)) {
        space_.reset();  // before the next is made: two would not fit, maybe
        space_is_subspace_ = in_subspace(box);
        if (space_is_subspace_) {
            space_.emplace(weights_, settings_.subspace, seed_, communicator_);
        } else {
            space_.emplace(weights_);
        }
    }
    return *space_;
}

void KeskarSearch::advance() {
    KeskarProgress next = progress_;  // kept at the end
    if (!next.at_centre_known) {
        evaluate_centre(next);
    } else {
        try {
            continue_box(next);
        } catch (const NotFinite&) {
            next.boxes[next.box].finite = false;
            next.go_to_box(next.box + 1);
        }
    }
    progress_ = std::move(next);
    if (finished()) {
        space_.reset();
    }
}

void KeskarSearch::evaluate_centre(KeskarProgress& progress) {
    progress.at_centre = objective_.value_and_gradient(weights_);
    progress.at_centre_known = true;
    if (!is_finite(progress.at_centre)) {
        for (KeskarBox& box : progress.boxes) {
            box.finite = false;
            box.first_order = unknown;
        }
        progress.go_to_box(progress.boxes.size());
    }
}

void KeskarSearch::continue_box(KeskarProgress& progress) {
    KeskarBox& box = progress.boxes[progress.box];
    const KeskarSpace& space = space_of(progress.box);
    const double epsilon = settings_.epsilon[progress.box % settings_.epsilon.size()];
    const at::Tensor half_widths = space.half_widths(epsilon);
    const auto on_cube = [&](const Objective::ValueAndGradient& found) {
        return Objective::ValueAndGradient{found.value,
                                           half_widths * space.gradient(found.gradient)};
    };
    const MaximisedFunction function = [&](const at::Tensor& point) {
        const auto found = objective_.value_and_gradient(space.point(half_widths * point));
        ++box.evaluations;
        if (!is_finite(found)) {
            throw NotFinite{};
        }
        return on_cube(found);
    };
    const auto at_centre = [&] { return on_cube(progress.at_centre); };
    const SearchedBox searched{space, half_widths, function, at_centre};
    if (progress.start < settings_.starts) {
        continue_start(progress, searched);
    } else {
        continue_check(progress, searched);
    }
}

/// The next iteration of a start, or its first point.
void KeskarSearch::continue_start(KeskarProgress& progress, const SearchedBox& searched) const {
    KeskarBox& box = progress.boxes[progress.box];
    const auto per_start = static_cast<std::size_t>(settings_.iterations + 1);
    double* best = box.best.data() + static_cast<std::size_t>(progress.start) * per_start;
    // Also a point that a search rejects lies in the box and bounds the maximum.
    double highest =
        progress.started ? best[progress.iteration] : -std::numeric_limits<double>::infinity();
    const MaximisedFunction noted = [&](const at::Tensor& point) {
        auto found = searched.function(point);
        highest = std::max(highest, found.value);
        return found;
    };
    bool ended = false;
    if (!progress.started) {
        const at::Tensor point =
            start_point(progress.start, in_subspace(progress.box), searched.space.dimension());
        const auto found = progress.start == 0 ? searched.at_centre() : noted(point);
        if (progress.start == 0) {
            highest = found.value;
            box.first_order = found.gradient.abs().sum().item<double>();
        }
        progress.lbfgs.start(point, found);
        progress.started = true;
    } else {
        ended = !progress.lbfgs.iterate(noted);
        ++progress.iteration;
    }
    // A start that has ended stays where it is.
    std::fill(best + progress.iteration, best + per_start, highest);
    if (ended || progress.iteration == settings_.iterations) {
        progress.go_to_start(progress.start + 1);
    }
}

void KeskarSearch::continue_check(KeskarProgress& progress, const SearchedBox& searched) const {
    KeskarBox& box = progress.boxes[progress.box];
    if (!progress.started) {
        progress.ascent.start(at::zeros_like(searched.half_widths), searched.at_centre());
        progress.started = true;
    }
    if (progress.iteration < settings_.iterations) {
        progress.ascent.iterate(searched.function);
        ++progress.iteration;
    }
    box.ascent = progress.ascent.best();
    if (progress.iteration == settings_.iterations) {
        progress.go_to_box(progress.box + 1);
    }
}

/// Zero first, then uniform in the cube, the same at every epsilon and for all weights.
at::Tensor KeskarSearch::start_point(std::int64_t start, bool in_subspace,
                                     std::int64_t dimension) const {
    if (start == 0) {
        return at::zeros({dimension}, weights_.options());
    }
    const RandomVectors uniform(seed_, RandomVectorUse::keskar_start, dimension,
                                weights_.options());
    return 2 * uniform.uniform(2 * start + (in_subspace ? 1 : 0), 1)[0] - 1;
}

double KeskarSearch::phi(double value) const {
    const double centre = progress_.at_centre.value;
    return 100 * (value - centre) / (1 + centre);
}

MeasuredValues KeskarSearch::values() const {
    MeasuredValues values;
    add_values("keskar_full", 0, values);
    if (settings_.subspace > 0) {
        add_values("keskar_subspace", settings_.epsilon.size(), values);
    }
    return values;
}

void KeskarSearch::add_values(const std::string& space, std::size_t first_box,
                              MeasuredValues& values) const {
    const double centre = progress_.at_centre.value;
    const auto per_start = static_cast<std::size_t>(settings_.iterations + 1);
    for (std::size_t i = 0; i < settings_.epsilon.size(); ++i) {
        const auto add = [&](const std::string& name, double value) {
            values[space + name].push_back(value);
        };
        if (first_box >= progress_.boxes.size()) {  // a subspace as large as the space is none
            for (const char* name :
                 {"", "_spread", "_first_order", "_ascent", "_evaluations", "_at_start"}) {
                add(name, unknown);
            }
            auto& by_iteration = values[space + "_by_iteration"];
            by_iteration.insert(by_iteration.end(), per_start, unknown);
            continue;
        }
        const KeskarBox& box = progress_.boxes[first_box + i];
        std::vector<double> reached;
        for (std::size_t last = per_start - 1; last < box.best.size(); last += per_start) {
            reached.push_back(phi(box.best[last]));
        }
        const double highest = highest_within(first_box, i);
        const bool known = !std::isnan(highest);
        add("", phi(highest));
        add("_spread", known ? sample_moments(reached).deviation : unknown);
        add("_first_order", 100 * box.first_order / (1 + centre));
        add("_ascent", known ? phi(box.ascent) : unknown);
        add("_evaluations", static_cast<double>(box.evaluations));
        add("_at_start", known ? (highest > centre ? 0.0 : 1.0) : unknown);
        for (std::size_t iteration = 0; iteration < per_start; ++iteration) {
            double so_far = box.best[iteration];
            for (std::size_t at = iteration; at < box.best.size(); at += per_start) {
                so_far = std::max(so_far, box.best[at]);
            }
            add("_by_iteration", known ? phi(so_far) : unknown);
        }
    }
}

/// The highest value met in the box and in those of smaller epsilon, which it contains; NaN where
/// one of them has a point that is not finite.
double KeskarSearch::highest_within(std::size_t first_box, std::size_t epsilon) const {
    double highest = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < settings_.epsilon.size(); ++i) {
        if (settings_.epsilon[i] > settings_.epsilon[epsilon]) {
            continue;
        }
        const KeskarBox& box = progress_.boxes[first_box + i];
        if (!box.finite) {
            return unknown;
        }
        highest =
            std::max({highest, box.ascent, *std::max_element(box.best.begin(), box.best.end())});
    }
    return highest;
}

std::vector<NamedArray> KeskarSearch::state() const {
    const KeskarProgress& now = progress_;
    std::vector<NamedArray> arrays = {
        stored_settings(seed_, settings_),
        stored_fields("progress", "where the search is, and the loss at the weights", now),
        stored_fields("found", "highest losses so far", now.boxes)};
    if (now.at_centre_known && !finished()) {
        arrays.push_back(
            stored_tensor("gradient", "gradient at the weights", now.at_centre.gradient));
    }
    if (now.started) {
        const auto search =
            now.start < settings_.starts ? now.lbfgs.state("lbfgs") : now.ascent.state("ascent");
        arrays.insert(arrays.end(), search.begin(), search.end());
    }
    return arrays;
}

void KeskarSearch::restore(const std::vector<NamedArray>& state) {
    require_settings(state, seed_, settings_);
    KeskarProgress next = restored_fields(state, "progress", progress_);
    next.boxes = restored_fields(state, "found", std::move(next.boxes));
    next.at_centre.gradient.reset();
    if (next.at_centre_known && next.box < next.boxes.size()) {
        next.at_centre.gradient = at::empty_like(weights_);
        restore_tensor(state, "gradient", next.at_centre.gradient);
    }
    if (next.started) {
        const std::int64_t dimension =
            in_subspace(next.box) ? settings_.subspace : weights_.numel();
        if (next.start < settings_.starts) {
            next.lbfgs.restore("lbfgs", state, dimension, weights_.options());
        } else {
            next.ascent.restore("ascent", state, dimension, weights_.options());
        }
    }
    progress_ = std::move(next);
    space_.reset();
}

}  // namespace batchscope
