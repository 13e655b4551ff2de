#include "measures/eigenvalues.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "core/not_finite.hpp"
#include "measures/stored_numbers.hpp"
#include "measures/stored_tensor.hpp"

namespace batchscope {

namespace {

// A residual counts as small here when it is clearly so: measured, it must not exceed the
// tolerance.
constexpr double safety = 0.9;

// Products of the shortest probe.
constexpr std::int64_t shortest_probe = 6;

/// Vectors of the basis: 40, but 1 GiB of them at most, and in any case enough for a restart to
/// keep the wanted pairs and as many pending rows (20 of a network with 11 million parameters and
/// six wanted: 1.8 GB on each rank).
std::int64_t basis_rows(const EigenvalueSettings& settings, std::int64_t size) {
    constexpr std::int64_t usual = 40;
    constexpr std::int64_t numbers = (std::int64_t{1} << 30) / 8;
    return std::max(2 * (settings.largest + settings.smallest) + 8,
                    std::min(usual, numbers / std::max<std::int64_t>(size, 1)));
}

}  // namespace

Eigenvalues::Eigenvalues(const EigenvalueSettings& settings, std::uint64_t seed,
                         SymmetricOperator& symmetric, Communicator& communicator,
                         std::string column_prefix)
    : settings_(settings),
      seed_(seed),
      operator_(symmetric),
      communicator_(communicator),
      prefix_(std::move(column_prefix)),
      random_(seed, RandomVectorUse::lanczos_start, symmetric.size(), symmetric.options()),
      rows_(basis_rows(settings, symmetric.size())),
      basis_(symmetric.size(), rows_, symmetric.options(), communicator) {}

void Eigenvalues::advance() {
    if (phase_ == Phase::expanding) {
        expand();
    } else if (phase_ == Phase::measuring) {
        measure_residuals();
    }
}

void Eigenvalues::expand() {
    const bool first = products_ == 0;
    if (first) {
        basis_.add(random_.normal(0, 1)[0]);
    }
    at::Tensor product;
    try {
        product = operator_.apply(basis_.pending_row(next_).unsqueeze(0))[0];
    } catch (...) {
        if (first) {
            basis_.clear();
        }
        throw;
    }
    ++products_;
    probe_left_ -= next_ == basis_.newest_chain() ? 1 : 0;
    if (basis_.multiply(next_, product)) {
        decide();
    } else {
        fail();
    }
}

std::vector<std::int64_t> Eigenvalues::wanted(std::int64_t available) const {
    std::vector<std::int64_t> indices;  // of ascending values; the largest first
    for (std::int64_t i = available - 1; i >= 0; --i) {
        if (i >= available - settings_.largest || i < settings_.smallest) {
            indices.push_back(i);
        }
    }
    return indices;
}

void Eigenvalues::decide() {
    const auto pairs = basis_.ritz_pairs();
    const auto indices = at::tensor(wanted(basis_.multiplied()), at::kLong);
    const at::Tensor values = pairs.values.index_select(0, indices);
    scale_ = pairs.values.abs().max().item<double>();

    const std::int64_t pairs_wanted =
        std::min(settings_.largest + settings_.smallest, operator_.size());
    const bool small = indices.numel() == pairs_wanted &&
                       pairs.residuals.index_select(0, indices).max().item<double>() <=
                           safety * settings_.tolerance * scale_;
    const auto* numbers = values.const_data_ptr<double>();
    if (probing() && moved(values)) {
        // Go on with this chain until it is quiet: where it has found one it may soon find another.
        probe_found_ = true;
        probe_left_ = probe_length();
        before_probe_.assign(numbers, numbers + values.numel());
    }
    const bool quiet = probing() && (probe_left_ <= 0 || basis_.newest_chain() < 0);
    const bool spent = products_ >= std::max<std::int64_t>(1, settings_.products - pairs_wanted);
    const bool exact = basis_.spans_all() && basis_.pending() == 0;
    const bool sure = small && quiet && !probe_found_ && rows_ < operator_.size();
    if (spent || exact || sure) {
        phase_ = Phase::measuring;
        return;
    }
    if (small && !basis_.spans_all() && (!probing() || quiet)) {
        // A restart keeps the wanted pairs beside so many pending rows, not more.
        if (basis_.pending() > settings_.largest + settings_.smallest) {
            phase_ = Phase::measuring;
            return;
        }
        first_chain_ = first_chain_ == 0 ? products_ : first_chain_;
        start_chain();
        probe_found_ = false;
        probe_left_ = probe_length();
        before_probe_.assign(numbers, numbers + values.numel());
    } else if (basis_.pending() == 0) {
        start_chain();  // an invariant subspace that does not hold all wanted
    }
    next_ = small ? next_of_probe() : most_wanted(pairs.couplings.index_select(1, indices));
    if (basis_.full()) {
        restart(pairs);
    }
}

bool Eigenvalues::moved(const at::Tensor& values) const {
    const at::Tensor before = at::tensor(before_probe_, at::kDouble);
    return (values - before).abs().max().item<double>() > settings_.tolerance * scale_;
}

std::int64_t Eigenvalues::probe_length() const {
    return std::max(shortest_probe, first_chain_ / 2);
}

void Eigenvalues::start_chain() {
    basis_.add(random_.normal(drawn_++, 1)[0]);
}

std::int64_t Eigenvalues::next_of_probe() const {
    const std::int64_t newest = std::max<std::int64_t>(0, basis_.newest_chain());
    const std::int64_t others = basis_.pending() - 1;
    if (others == 0 || products_ % 2 != 0) {
        return newest;
    }
    // In turn with the rows of older chains. The probe is orthogonal to them: it would not see an
    // eigenvector that lies along one of them in good part.
    return (newest + 1 + (products_ / 2) % others) % basis_.pending();
}

std::int64_t Eigenvalues::most_wanted(const at::Tensor& couplings) const {
    if (couplings.size(0) == 0) {
        return 0;
    }
    const at::Tensor agreed = couplings.norm(2, 1).argmax().to(at::kDouble).contiguous();
    communicator_.broadcast(agreed);
    return static_cast<std::int64_t>(agreed.item<double>());
}

void Eigenvalues::restart(const KrylovBasis::RitzPairs& pairs) {
    // More than the wanted: the neighbours are what slows the convergence (Wu and Simon 2000,
    // section 5). Shared between both ends as the wanted are.
    const std::int64_t available = basis_.multiplied();
    const std::int64_t both = settings_.largest + settings_.smallest;
    const std::int64_t number =
        std::min(both + (available - both) / 3, rows_ - basis_.pending() - 5);
    const std::int64_t low = settings_.smallest + (number - both) * settings_.smallest / both;
    basis_.compress(pairs, at::cat({at::arange(low, at::kLong),
                                    at::arange(available - (number - low), available, at::kLong)}));
}

void Eigenvalues::measure_residuals() {
    const auto indices = wanted(basis_.multiplied());
    const auto done = static_cast<std::int64_t>(measured_.size());
    const auto left = static_cast<std::int64_t>(indices.size()) - done;
    const std::int64_t block =
        std::min({left, operator_.preferred_block(), settings_.products - products_});
    const auto pairs = basis_.ritz_pairs();
    if (block <= 0) {
        for (std::int64_t i = done; i < done + left; ++i) {
            const auto index = indices[static_cast<std::size_t>(i)];
            measured_.push_back({pairs.values[index].item<double>(), unknown});
        }
        finish();
        return;
    }
    const at::Tensor part = at::tensor(indices, at::kLong).narrow(0, done, block);
    const at::Tensor vectors = basis_.ritz_vectors(pairs.vectors.index_select(1, part));
    const at::Tensor products = operator_.apply(vectors);
    const at::Tensor values = (vectors * products).sum(1);
    const at::Tensor residuals = (products - values.unsqueeze(1) * vectors).norm(2, 1);
    const at::Tensor numbers = at::stack({values, residuals}, 1).cpu().contiguous();
    communicator_.broadcast(numbers);
    products_ += block;
    if (!numbers.isfinite().all().item<bool>()) {
        fail();
        return;
    }
    for (std::int64_t i = 0; i < block; ++i) {
        measured_.push_back({numbers[i][0].item<double>(), numbers[i][1].item<double>()});
    }
    if (block == left) {
        finish();
    }
}

void Eigenvalues::finish() {
    for (const auto& pair : measured_) {
        scale_ = std::max(scale_, std::abs(pair.value));
    }
    std::stable_sort(measured_.begin(), measured_.end(),
                     [](const auto& a, const auto& b) { return a.value > b.value; });
    phase_ = Phase::finished;
    basis_.clear();
}

void Eigenvalues::fail() {
    measured_.clear();
    finish();
}

MeasuredValues Eigenvalues::values() const {
    MeasuredValues columns;
    const auto fill = [&](const std::string& column, std::int64_t number, const auto& pair_at) {
        const auto length = static_cast<std::size_t>(number);
        std::vector<double> value(length, unknown), residual(length, unknown), converged(length, 0);
        for (std::size_t i = 0; i < std::min(length, measured_.size()); ++i) {
            const MeasuredPair& pair = pair_at(i);
            value[i] = pair.value;
            residual[i] = pair.residual;
            converged[i] = pair.residual <= settings_.tolerance * scale_ ? 1 : 0;
        }
        columns[column] = value;
        columns[column + "_residual"] = residual;
        columns[column + "_converged"] = converged;
    };
    fill(prefix_ + "eigenvalue", settings_.largest,
         [&](std::size_t i) -> const MeasuredPair& { return measured_[i]; });
    if (settings_.smallest > 0) {
        fill(prefix_ + "smallest_eigenvalue", settings_.smallest,
             [&](std::size_t i) -> const MeasuredPair& {
                 return measured_[measured_.size() - 1 - i];
             });
    }
    columns[prefix_ + "eigenvalue_products"] = {static_cast<double>(products_)};
    return columns;
}

std::vector<double> Eigenvalues::settings_numbers() const {
    const auto seed = seed_numbers(seed_);
    return {static_cast<double>(settings_.largest),
            static_cast<double>(settings_.smallest),
            settings_.tolerance,
            static_cast<double>(settings_.products),
            static_cast<double>(operator_.size()),
            seed[0],
            seed[1]};
}

std::vector<NamedArray> Eigenvalues::state() const {
    std::vector<NamedArray> arrays = basis_.state();
    arrays.push_back(stored_numbers("settings", "settings, size, seed", settings_numbers()));
    arrays.push_back(stored_numbers(
        "progress", "phase and counters of the Lanczos process",
        {static_cast<double>(phase_), static_cast<double>(products_), static_cast<double>(drawn_),
         static_cast<double>(next_), static_cast<double>(first_chain_),
         static_cast<double>(probe_left_), probe_found_ ? 1.0 : 0.0, scale_}));
    arrays.push_back(stored_numbers("before_probe", "Ritz values before the probe", before_probe_));
    std::vector<double> measured;
    for (const auto& pair : measured_) {
        measured.insert(measured.end(), {pair.value, pair.residual});
    }
    arrays.push_back(stored_numbers("measured", "values and residuals measured", measured));
    return arrays;
}

void Eigenvalues::restore(const std::vector<NamedArray>& state) {
    require_numbers(state, "settings", settings_numbers());
    const auto progress = restored_numbers(state, "progress", 8);
    phase_ = static_cast<Phase>(static_cast<int>(progress[0]));
    products_ = static_cast<std::int64_t>(progress[1]);
    drawn_ = static_cast<std::int64_t>(progress[2]);
    next_ = static_cast<std::int64_t>(progress[3]);
    first_chain_ = static_cast<std::int64_t>(progress[4]);
    probe_left_ = static_cast<std::int64_t>(progress[5]);
    probe_found_ = progress[6] != 0;
    scale_ = progress[7];
    before_probe_ = restored_numbers(state, "before_probe");
    const auto measured = restored_numbers(state, "measured");
    measured_.clear();
    for (std::size_t i = 0; i + 1 < measured.size(); i += 2) {
        measured_.push_back({measured[i], measured[i + 1]});
    }
    basis_.clear();
    if (products_ > 0 && phase_ != Phase::finished) {
        basis_.restore(state);
    }
}

std::vector<KeyOf<EigenvalueSettings>> keys_of(Type<EigenvalueSettings> /*type*/) {
    return {
        integer_key<EigenvalueSettings>("eigenvalues.largest", 1, &EigenvalueSettings::largest,
                                        "so many of the largest eigenvalues"),
        integer_key<EigenvalueSettings>("eigenvalues.smallest", 0, &EigenvalueSettings::smallest,
                                        "so many of the smallest (algebraic) eigenvalues"),
        number_key<EigenvalueSettings>("eigenvalues.tolerance", fraction_inside,
                                       &EigenvalueSettings::tolerance,
                                       "of a residual, relative to the largest |eigenvalue|"),
        integer_key<EigenvalueSettings>("eigenvalues.products", 1, &EigenvalueSettings::products,
                                        "matrix-vector products, at most"),
    };
}

namespace {

/// Columns of an eigenvalue and what certifies it.
void add_eigenvalue_columns(std::vector<SharpnessColumn>& columns, const std::string& name,
                            const std::string& dimension, const std::string& which) {
    columns.push_back({.name = name, .long_name = which, .dimensions = {dimension}});
    columns.push_back({.name = name + "_residual",
                       .long_name = "norm of H v - lambda v of " + name +
                                    ": a true eigenvalue lies within it, it is the error bar",
                       .dimensions = {dimension}});
    columns.push_back(
        {.name = name + "_converged",
         .long_name = "1 where the residual of " + name + " is below the tolerance, else 0",
         .dimensions = {dimension}});
}

/// The largest eigenvalue is what a report shows first.
void add_largest_columns(std::vector<SharpnessColumn>& columns, const std::string& name,
                         const std::string& which, const ColumnHeadline& headline) {
    const std::size_t first = columns.size();
    add_eigenvalue_columns(columns, name, "k", which);
    columns[first].headline = headline;
    columns[first].certified_by = name + "_converged";
    columns[first + 1].headline = {headline.name + "_residual", "residual"};
    columns[first + 1].error_of = name;
}

SharpnessDimension largest_dimension() {
    return {"k", "rank of an eigenvalue, 1 is the largest"};
}

EigenvalueSettings eigenvalue_settings(const SharpnessSettings& settings) {
    return settings_of<EigenvalueSettings>(settings.values);
}

}  // namespace

MeasureKind hessian_eigenvalues() {
    MeasureKind kind;
    kind.name = "eigenvalues";
    kind.meaning = "largest and smallest eigenvalues of the Hessian";
    kind.keys = component_keys<EigenvalueSettings>();
    add_largest_columns(
        kind.columns, "eigenvalue", "largest eigenvalues of the Hessian, descending",
        {"top_eigenvalue", "top eigenvalue", 10, "Top eigenvalue of the Hessian",
         "Sharpness: Hessian of the train loss (largest residual or standard error of n)"});
    add_eigenvalue_columns(kind.columns, "smallest_eigenvalue", "smallest_k",
                           "smallest eigenvalues of the Hessian, ascending");
    kind.columns.push_back({.name = "eigenvalue_products",
                            .long_name = "Hessian-vector products made for the eigenvalues"});
    kind.dimensions = {largest_dimension(),
                       {"smallest_k", "rank of an eigenvalue, 1 is the smallest"}};
    kind.scales = [](const SharpnessSettings& settings) {
        const EigenvalueSettings wanted = eigenvalue_settings(settings);
        std::map<std::string, std::vector<double>> scales{{"k", numbers_from(1, wanted.largest)}};
        if (wanted.smallest > 0) {
            scales["smallest_k"] = numbers_from(1, wanted.smallest);
        }
        return scales;
    };
    kind.make = [](const MeasureInputs& inputs) {
        return std::make_unique<Eigenvalues>(eigenvalue_settings(inputs.run.sharpness),
                                             inputs.run.sharpness.seed, inputs.hessian,
                                             inputs.communicator, "");
    };
    return kind;
}

MeasureKind gauss_newton_eigenvalues() {
    MeasureKind kind;
    kind.name = "gauss_newton_eigenvalues";
    kind.meaning = "largest eigenvalues of the Gauss-Newton matrix";
    kind.keys = component_keys<EigenvalueSettings>();
    std::erase_if(kind.keys,
                  [](const ComponentKey& key) { return key.path == "eigenvalues.smallest"; });
    add_largest_columns(kind.columns, "gauss_newton_eigenvalue",
                        "largest eigenvalues of the Gauss-Newton matrix, descending",
                        {"gauss_newton_eigenvalue", "top eigenvalue", 30,
                         "Top eigenvalue of the Gauss-Newton matrix",
                         "Sharpness: Gauss-Newton matrix of the train loss"});
    kind.columns.push_back({.name = "gauss_newton_eigenvalue_products",
                            .long_name = "Gauss-Newton-vector products made for the eigenvalues"});
    kind.dimensions = {largest_dimension()};
    kind.scales = [](const SharpnessSettings& settings) {
        return std::map<std::string, std::vector<double>>{
            {"k", numbers_from(1, eigenvalue_settings(settings).largest)}};
    };
    kind.make = [](const MeasureInputs& inputs) {
        EigenvalueSettings largest = eigenvalue_settings(inputs.run.sharpness);
        largest.smallest = 0;
        return std::make_unique<Eigenvalues>(largest, inputs.run.sharpness.seed,
                                             inputs.gauss_newton, inputs.communicator,
                                             "gauss_newton_");
    };
    return kind;
}

}  // namespace batchscope
