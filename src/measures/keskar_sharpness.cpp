#include "measures/keskar_sharpness.hpp"

#include "config/study_rules.hpp"
#include "measures/keskar_search.hpp"
#include "measures/measure_inputs.hpp"

namespace batchscope {

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
        return std::make_unique<KeskarSearch>(
            settings_of<KeskarSettings>(inputs.run.sharpness.values), inputs.run.sharpness.seed,
            inputs.loss, inputs.weights, inputs.communicator);
    };
    return kind;
}

}  // namespace batchscope
