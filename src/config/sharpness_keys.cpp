#include "config/sharpness_keys.hpp"

#include <string>
#include <utility>

#include "config/key_makers.hpp"

namespace batchscope {

namespace {

constexpr Range fraction_inside{
    .lowest = 0.0, .highest = 1.0, .lowest_open = true, .highest_open = true};

/// A key of how `measures` work: without effect while none of them is chosen.
Key key_of(std::vector<std::string> measures, Key key) {
    return never_axis(
        switched_on_by(std::move(key), [measures = std::move(measures)](const RunSettings& s) {
            return std::any_of(measures.begin(), measures.end(), [&](const std::string& measure) {
                return measures_sharpness(s, measure);
            });
        }));
}

/// A key of how all measures work.
Key key_of_any(Key key) {
    return never_axis(switched_on_by(
        std::move(key), [](const RunSettings& settings) { return measures_sharpness(settings); }));
}

void add_general_keys(std::vector<Key>& keys) {
    keys.push_back(integer_key("sharpness.every_epochs", 0, FIELD(sharpness.every_epochs)));
    keys.push_back(boolean_key("sharpness.at_end", FIELD(sharpness.at_end)));
    Key measures =
        make_key("sharpness.measures", ValueKind::choice_list, FIELD(sharpness.measures));
    measures.choices = sharpness_measures();
    // Not key_of_any: an empty list must be kept.
    keys.push_back(never_axis(switched_on_by(std::move(measures), [](const RunSettings& settings) {
        return settings.sharpness.at_end || settings.sharpness.every_epochs > 0;
    })));
    keys.push_back(key_of_any(integer_key("sharpness.examples", 1, FIELD(sharpness.examples))));
    keys.push_back(key_of_any(integer_key("sharpness.seed", 0, FIELD(sharpness.seed))));
    keys.push_back(
        key_of_any(with_range(make_key("sharpness.micro_batch_size", ValueKind::automatic_integer,
                                       FIELD(sharpness.micro_batch_size)),
                              {.lowest = 1})));
}

void add_second_order_keys(std::vector<Key>& keys) {
    const std::vector<std::string> spectra{"eigenvalues", "gauss_newton_eigenvalues"};
    const std::string path = "sharpness.eigenvalues.";
    keys.push_back(
        key_of(spectra, integer_key(path + "largest", 1, FIELD(sharpness.eigenvalues.largest))));
    // The Gauss-Newton matrix has no negative eigenvalues: its smallest say nothing.
    keys.push_back(key_of(
        {"eigenvalues"}, integer_key(path + "smallest", 0, FIELD(sharpness.eigenvalues.smallest))));
    keys.push_back(key_of(spectra, number_key(path + "tolerance", fraction_inside,
                                              FIELD(sharpness.eigenvalues.tolerance))));
    keys.push_back(
        key_of(spectra, integer_key(path + "products", 1, FIELD(sharpness.eigenvalues.products))));
    // Two products for the subspace, one each for two random vectors: fewer have no error bar.
    keys.push_back(
        key_of({"trace", "gauss_newton_trace"},
               integer_key("sharpness.trace.products", 4, FIELD(sharpness.trace.products))));
    const std::vector<std::string> density{"density"};
    keys.push_back(key_of(
        density, integer_key("sharpness.density.probes", 1, FIELD(sharpness.density.probes))));
    keys.push_back(
        key_of(density, integer_key("sharpness.density.steps", 1, FIELD(sharpness.density.steps))));
    keys.push_back(key_of(
        density, integer_key("sharpness.density.points", 2, FIELD(sharpness.density.points))));
}

void add_loss_surface_keys(std::vector<Key>& keys) {
    const std::vector<std::string> keskar{"keskar"};
    keys.push_back(
        key_of(keskar, with_range(make_key("sharpness.keskar.epsilon", ValueKind::number_list,
                                           FIELD(sharpness.keskar.epsilon)),
                                  positive)));
    keys.push_back(key_of(
        keskar, integer_key("sharpness.keskar.subspace", 0, FIELD(sharpness.keskar.subspace))));
    keys.push_back(
        key_of(keskar, integer_key("sharpness.keskar.starts", 1, FIELD(sharpness.keskar.starts))));
    keys.push_back(key_of(
        keskar, integer_key("sharpness.keskar.iterations", 1, FIELD(sharpness.keskar.iterations))));
    const std::vector<std::string> worst{"worst_case"};
    const std::string worst_case = "sharpness.worst_case.";
    keys.push_back(key_of(
        worst, number_key(worst_case + "radius", positive, FIELD(sharpness.worst_case.radius))));
    keys.push_back(key_of(worst, number_key(worst_case + "adaptive_radius", positive,
                                            FIELD(sharpness.worst_case.adaptive_radius))));
    keys.push_back(key_of(
        worst, integer_key(worst_case + "iterations", 0, FIELD(sharpness.worst_case.iterations))));
    const std::vector<std::string> average{"average_case"};
    keys.push_back(key_of(average, number_key("sharpness.average_case.deviation", positive,
                                              FIELD(sharpness.average_case.deviation))));
    keys.push_back(key_of(average, integer_key("sharpness.average_case.draws", 2,
                                               FIELD(sharpness.average_case.draws))));
    const std::vector<std::string> pac_bayes{"pac_bayes"};
    keys.push_back(
        key_of(pac_bayes, number_key("sharpness.pac_bayes.accuracy_drop", fraction_inside,
                                     FIELD(sharpness.pac_bayes.accuracy_drop))));
    keys.push_back(key_of(
        pac_bayes, integer_key("sharpness.pac_bayes.draws", 1, FIELD(sharpness.pac_bayes.draws))));
    const std::vector<std::string> slices{"slices"};
    keys.push_back(key_of(
        slices, integer_key("sharpness.slices.directions", 1, FIELD(sharpness.slices.directions))));
    keys.push_back(key_of(
        slices, number_key("sharpness.slices.range", positive, FIELD(sharpness.slices.range))));
    keys.push_back(
        key_of(slices, integer_key("sharpness.slices.points", 3, FIELD(sharpness.slices.points))));
}

void add_noise_keys(std::vector<Key>& keys) {
    keys.push_back(
        key_of({"gradient_covariance"}, integer_key("sharpness.gradient_covariance.probes", 2,
                                                    FIELD(sharpness.gradient_covariance.probes))));
    const std::vector<std::string> batches{"batch_gradients"};
    keys.push_back(
        key_of(batches,
               with_range(make_key("sharpness.batch_gradients.batch_sizes", ValueKind::integer_list,
                                   FIELD(sharpness.batch_gradients.batch_sizes)),
                          {.lowest = 1})));
    // One has no variance.
    keys.push_back(key_of(batches, integer_key("sharpness.batch_gradients.batches", 2,
                                               FIELD(sharpness.batch_gradients.batches))));
}

}  // namespace

void add_sharpness_keys(std::vector<Key>& keys) {
    add_general_keys(keys);
    add_second_order_keys(keys);
    add_loss_surface_keys(keys);
    add_noise_keys(keys);
}

}  // namespace batchscope
