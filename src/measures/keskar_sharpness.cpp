#include "measures/keskar_sharpness.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "config/study_rules.hpp"
#include "core/not_finite.hpp"
#include "measures/random_vectors.hpp"
#include "measures/sample_moments.hpp"
#include "measures/stored_numbers.hpp"
#include "measures/stored_tensor.hpp"

namespace batchscope {

/// The function on the cube that one box is searched by.
struct KeskarSharpness::SearchedBox {
    const KeskarSpace& space;
    at::Tensor half_widths;
    MaximisedFunction function;
    std::function<Objective::ValueAndGradient()> at_centre;  ///< known already, without evaluation
};

void KeskarSharpness::Progress::go_to_box(std::size_t next) {
    box = next;
    go_to_start(0);
}

void KeskarSharpness::Progress::go_to_start(std::int64_t next) {
    start = next;
    iteration = 0;
    started = false;
}

KeskarSharpness::KeskarSharpness(const KeskarSettings& settings, std::uint64_t seed,
                                 Objective& objective, at::Tensor weights,
                                 Communicator& communicator)
    : settings_(settings),
      seed_(seed),
      objective_(objective),
      weights_(std::move(weights)),
      communicator_(communicator),
      progress_{.at_centre_known = false,
                .at_centre = {},
                .box = 0,
                .start = 0,
                .iteration = 0,
                .started = false,
                .lbfgs = ProjectedLbfgs(communicator),
                .ascent = ProjectedAscent(UnitBall::cube, settings.iterations, communicator),
                .boxes = {}} {
    const bool searches_subspace = settings_.subspace > 0 && settings_.subspace < weights_.numel();
    const auto per_start = static_cast<std::size_t>(settings_.iterations + 1);
    Box empty;
    empty.best.assign(static_cast<std::size_t>(settings_.starts) * per_start, 0.0);
    progress_.boxes.assign(settings_.epsilon.size() * (searches_subspace ? 2 : 1), empty);
}

bool KeskarSharpness::finished() const {
    return progress_.box == progress_.boxes.size();
}

bool KeskarSharpness::in_subspace(std::size_t box) const {
    return box >= settings_.epsilon.size();
}

const KeskarSpace& KeskarSharpness::space_of(std::size_t box) {
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

void KeskarSharpness::advance() {
    Progress next = progress_;
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

void KeskarSharpness::evaluate_centre(Progress& progress) {
    progress.at_centre = objective_.value_and_gradient(weights_);
    progress.at_centre_known = true;
    if (!is_finite(progress.at_centre)) {
        for (Box& box : progress.boxes) {
            box.finite = false;
            box.first_order = unknown;
        }
        progress.go_to_box(progress.boxes.size());
    }
}

void KeskarSharpness::continue_box(Progress& progress) {
    Box& box = progress.boxes[progress.box];
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
void KeskarSharpness::continue_start(Progress& progress, const SearchedBox& searched) const {
    Box& box = progress.boxes[progress.box];
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

void KeskarSharpness::continue_check(Progress& progress, const SearchedBox& searched) const {
    Box& box = progress.boxes[progress.box];
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
at::Tensor KeskarSharpness::start_point(std::int64_t start, bool in_subspace,
                                        std::int64_t dimension) const {
    if (start == 0) {
        return at::zeros({dimension}, weights_.options());
    }
    const RandomVectors uniform(seed_, RandomVectorUse::keskar_start, dimension,
                                weights_.options());
    return 2 * uniform.uniform(2 * start + (in_subspace ? 1 : 0), 1)[0] - 1;
}

double KeskarSharpness::phi(double value) const {
    const double centre = progress_.at_centre.value;
    return 100 * (value - centre) / (1 + centre);
}

MeasuredValues KeskarSharpness::values() const {
    MeasuredValues values;
    add_values("keskar_full", 0, values);
    if (settings_.subspace > 0) {
        add_values("keskar_subspace", settings_.epsilon.size(), values);
    }
    return values;
}

void KeskarSharpness::add_values(const std::string& space, std::size_t first_box,
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
        const Box& box = progress_.boxes[first_box + i];
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
double KeskarSharpness::highest_within(std::size_t first_box, std::size_t epsilon) const {
    double highest = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < settings_.epsilon.size(); ++i) {
        if (settings_.epsilon[i] > settings_.epsilon[epsilon]) {
            continue;
        }
        const Box& box = progress_.boxes[first_box + i];
        if (!box.finite) {
            return unknown;
        }
        highest =
            std::max({highest, box.ascent, *std::max_element(box.best.begin(), box.best.end())});
    }
    return highest;
}

std::vector<double> KeskarSharpness::settings_numbers() const {
    const auto seed = seed_numbers(seed_);
    std::vector<double> numbers = {seed[0], seed[1], static_cast<double>(settings_.subspace),
                                   static_cast<double>(settings_.starts),
                                   static_cast<double>(settings_.iterations)};
    numbers.insert(numbers.end(), settings_.epsilon.begin(), settings_.epsilon.end());
    return numbers;
}

std::vector<NamedArray> KeskarSharpness::state() const {
    const Progress& now = progress_;
    std::vector<NamedArray> arrays = {
        stored_numbers("settings", "settings of metric 2.1", settings_numbers()),
        stored_numbers("progress", "where the search is, and the loss at the weights",
                       {static_cast<double>(now.at_centre_known), now.at_centre.value,
                        static_cast<double>(now.box), static_cast<double>(now.start),
                        static_cast<double>(now.iteration), static_cast<double>(now.started)})};
    std::vector<double> found;
    for (const Box& box : now.boxes) {
        found.insert(found.end(),
                     {box.first_order, box.ascent, static_cast<double>(box.evaluations),
                      static_cast<double>(box.finite)});
        found.insert(found.end(), box.best.begin(), box.best.end());
    }
    arrays.push_back(stored_numbers("found", "highest losses so far", std::move(found)));
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

void KeskarSharpness::restore(const std::vector<NamedArray>& state) {
    require_numbers(state, "settings", settings_numbers());
    Progress next = progress_;
    const auto counters = restored_numbers(state, "progress", 6);
    next.at_centre_known = counters[0] != 0;
    next.at_centre = {counters[1], {}};
    next.box = static_cast<std::size_t>(counters[2]);
    next.start = static_cast<std::int64_t>(counters[3]);
    next.iteration = static_cast<std::int64_t>(counters[4]);
    next.started = counters[5] != 0;

    const auto per_box =
        static_cast<std::size_t>(4 + settings_.starts * (settings_.iterations + 1));
    const auto found = restored_numbers(state, "found", next.boxes.size() * per_box);
    for (std::size_t i = 0; i < next.boxes.size(); ++i) {
        const double* numbers = found.data() + i * per_box;
        Box& box = next.boxes[i];
        box.first_order = numbers[0];
        box.ascent = numbers[1];
        box.evaluations = static_cast<std::int64_t>(numbers[2]);
        box.finite = numbers[3] != 0;
        std::copy(numbers + 4, numbers + per_box, box.best.begin());
    }
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

std::vector<KeyOf<KeskarSettings>> keys_of(Type<KeskarSettings> /*type*/) {
    return {
        list_key<KeskarSettings>("keskar.epsilon", positive, &KeskarSettings::epsilon,
                                 "sizes of the box"),
        integer_key<KeskarSettings>(
            "keskar.subspace", 0, &KeskarSettings::subspace,
            "dimensions of a random subspace, beside the full space; 0: full space alone"),
        integer_key<KeskarSettings>("keskar.starts", 1, &KeskarSettings::starts,
                                    "starting points, the weights among them"),
        integer_key<KeskarSettings>("keskar.iterations", 1, &KeskarSettings::iterations,
                                    "of projected L-BFGS from each"),
    };
}

namespace {

void add_keskar_columns(std::vector<SharpnessColumn>& columns, const std::string& space,
                        const std::string& where, const ColumnHeadline& headline) {
    const std::string name = "keskar_" + space;
    const auto add = [&](const std::string& column, const std::string& long_name,
                         const std::vector<std::string>& dimensions = {"epsilon"}) {
        columns.push_back({.name = column, .long_name = long_name, .dimensions = dimensions});
    };
    add(name, "Keskar 2017, metric 2.1, in " + where +
                  ": 100 (max f - f) / (1 + f) over the box of size epsilon, by projected L-BFGS; "
                  "a lower bound, the best over starts");
    columns.back().headline = headline;
    columns.back().refuted_by = name + "_at_start";
    add(name + "_spread", "standard deviation of " + name + " over the starts");
    columns.back().headline = {name + "_spread"};
    columns.back().error_of = name;
    add(name + "_first_order",
        "the same metric of the linear model of f, whose maximum over the box is known");
    add(name + "_ascent", name + " by projected gradient ascent, as a check");
    add(name + "_evaluations", "evaluations of f and its gradient made for " + name);
    add(name + "_at_start",
        "1 where no start rose above f at the weights, so that " + name + " is 0, else 0");
    add(name + "_by_iteration", "best " + name + " over the starts after so many iterations",
        {"epsilon", "iteration"});
}

void check_epsilons(const RunSettings& settings, const GivenValues& given) {
    const auto keskar = settings_of<KeskarSettings>(settings.sharpness.values);
    if (keskar.epsilon.empty()) {
        refuse(given, {"sharpness.keskar.epsilon", "sharpness.measures"},
               "keskar needs the size of a box", "give sharpness.keskar.epsilon: [1e-3, 5e-4]");
    }
    refuse_repeated(keskar.epsilon, "sharpness.keskar.epsilon", given);
}

}  // namespace

MeasureKind keskar_sharpness() {
    MeasureKind kind;
    kind.name = "keskar";
    kind.meaning = "highest loss in a box: metric 2.1 of Keskar 2017";
    kind.keys = component_keys<KeskarSettings>();
    kind.check_point = check_epsilons;
    add_keskar_columns(kind.columns, "full", "the full space",
                       {"keskar_full", "full space", 50, "Keskar's metric, full space",
                        "Sharpness: Keskar's metric, a lower bound"});
    add_keskar_columns(kind.columns, "subspace", "a random subspace",
                       {"keskar_subspace", "subspace", 60, "Keskar's metric, random subspace",
                        "Sharpness: Keskar's metric, a lower bound"});
    kind.dimensions = {{"epsilon", "size of the box of Keskar's metric", false},
                       {"iteration", "iterations of projected L-BFGS; 0 is the start"}};
    kind.scales = [](const SharpnessSettings& settings) {
        const auto keskar = settings_of<KeskarSettings>(settings.values);
        return std::map<std::string, std::vector<double>>{
            {"epsilon", keskar.epsilon}, {"iteration", numbers_from(0, keskar.iterations + 1)}};
    };
    kind.make = [](const MeasureInputs& inputs) {
        return std::make_unique<KeskarSharpness>(
            settings_of<KeskarSettings>(inputs.run.sharpness.values), inputs.run.sharpness.seed,
            inputs.loss, inputs.weights, inputs.communicator);
    };
    return kind;
}

}  // namespace batchscope
