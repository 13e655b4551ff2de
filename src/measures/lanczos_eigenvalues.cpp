#include "measures/lanczos_eigenvalues.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "core/not_finite.hpp"
#include "measures/stored_fields.hpp"
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

LanczosEigenvalues::LanczosEigenvalues(const EigenvalueSettings& settings, std::uint64_t seed,
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

void LanczosEigenvalues::advance() {
    if (progress_.phase == LanczosPhase::expanding) {
        expand();
    } else if (progress_.phase == LanczosPhase::measuring) {
        measure_residuals();
    }
}

void LanczosEigenvalues::expand() {
    const bool first = progress_.products == 0;
    if (first) {
        basis_.add(random_.normal(0, 1)[0]);
    }
    at::Tensor product;
    try {
        product = operator_.apply(basis_.pending_row(progress_.next).unsqueeze(0))[0];
    } catch (...) {
        if (first) {
            basis_.clear();
        }
        throw;
    }
    ++progress_.products;
    progress_.probe_left -= progress_.next == basis_.newest_chain() ? 1 : 0;
    if (basis_.multiply(progress_.next, product)) {
        decide();
    } else {
        fail();
    }
}

std::vector<std::int64_t> LanczosEigenvalues::wanted(std::int64_t available) const {
    std::vector<std::int64_t> indices;  // of ascending values; the largest first
    for (std::int64_t i = available - 1; i >= 0; --i) {
        if (i >= available - settings_.largest || i < settings_.smallest) {
            indices.push_back(i);
        }
    }
    return indices;
}

void LanczosEigenvalues::decide() {
    const auto pairs = basis_.ritz_pairs();
    const auto indices = at::tensor(wanted(basis_.multiplied()), at::kLong);
    const at::Tensor values = pairs.values.index_select(0, indices);
    progress_.scale = pairs.values.abs().max().item<double>();

    const std::int64_t pairs_wanted =
        std::min(settings_.largest + settings_.smallest, operator_.size());
    const bool small = indices.numel() == pairs_wanted &&
                       pairs.residuals.index_select(0, indices).max().item<double>() <=
                           safety * settings_.tolerance * progress_.scale;
    const auto* numbers = values.const_data_ptr<double>();
    if (probing() && moved(values)) {
        // Go on with this chain until it is quiet: where it has found one it may soon find another.
        progress_.probe_found = true;
        progress_.probe_left = probe_length();
        before_probe_.assign(numbers, numbers + values.numel());
    }
    const bool quiet = probing() && (progress_.probe_left <= 0 || basis_.newest_chain() < 0);
    const bool spent =
        progress_.products >= std::max<std::int64_t>(1, settings_.products - pairs_wanted);
    const bool exact = basis_.spans_all() && basis_.pending() == 0;
    const bool sure = small && quiet && !progress_.probe_found && rows_ < operator_.size();
    if (spent || exact || sure) {
        progress_.phase = LanczosPhase::measuring;
        return;
    }
    if (small && !basis_.spans_all() && (!probing() || quiet)) {
        // A restart keeps the wanted pairs beside so many pending rows, not more.
        if (basis_.pending() > settings_.largest + settings_.smallest) {
            progress_.phase = LanczosPhase::measuring;
            return;
        }
        progress_.first_chain =
            progress_.first_chain == 0 ? progress_.products : progress_.first_chain;
        start_chain();
        progress_.probe_found = false;
        progress_.probe_left = probe_length();
        before_probe_.assign(numbers, numbers + values.numel());
    } else if (basis_.pending() == 0) {
        start_chain();  // an invariant subspace that does not hold all wanted
    }
    progress_.next =
        small ? next_of_probe() : most_wanted(pairs.couplings.index_select(1, indices));
    if (basis_.full()) {
        restart(pairs);
    }
}

bool LanczosEigenvalues::moved(const at::Tensor& values) const {
    const at::Tensor before = at::tensor(before_probe_, at::kDouble);
    return (values - before).abs().max().item<double>() > settings_.tolerance * progress_.scale;
}

std::int64_t LanczosEigenvalues::probe_length() const {
    return std::max(shortest_probe, progress_.first_chain / 2);
}

void LanczosEigenvalues::start_chain() {
    basis_.add(random_.normal(progress_.drawn++, 1)[0]);
}

std::int64_t LanczosEigenvalues::next_of_probe() const {
    const std::int64_t newest = std::max<std::int64_t>(0, basis_.newest_chain());
    const std::int64_t others = basis_.pending() - 1;
    if (others == 0 || progress_.products % 2 != 0) {
        return newest;
    }
    // In turn with the rows of older chains. The probe is orthogonal to them: it would not see an
    // eigenvector that lies along one of them in good part.
    return (newest + 1 + (progress_.products / 2) % others) % basis_.pending();
}

std::int64_t LanczosEigenvalues::most_wanted(const at::Tensor& couplings) const {
    if (couplings.size(0) == 0) {
        return 0;
    }
    const at::Tensor agreed = couplings.norm(2, 1).argmax().to(at::kDouble).contiguous();
    communicator_.broadcast(agreed);
    return static_cast<std::int64_t>(agreed.item<double>());
}

void LanczosEigenvalues::restart(const KrylovBasis::RitzPairs& pairs) {
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

void LanczosEigenvalues::measure_residuals() {
    const auto indices = wanted(basis_.multiplied());
    const auto done = static_cast<std::int64_t>(measured_.size());
    const auto left = static_cast<std::int64_t>(indices.size()) - done;
    const std::int64_t block =
        std::min({left, operator_.preferred_block(), settings_.products - progress_.products});
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
    progress_.products += block;
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

void LanczosEigenvalues::finish() {
    for (const auto& pair : measured_) {
        progress_.scale = std::max(progress_.scale, std::abs(pair.value));
    }
    std::stable_sort(measured_.begin(), measured_.end(),
                     [](const auto& a, const auto& b) { return a.value > b.value; });
    progress_.phase = LanczosPhase::finished;
    basis_.clear();
}

void LanczosEigenvalues::fail() {
    measured_.clear();
    finish();
}

MeasuredValues LanczosEigenvalues::values() const {
    MeasuredValues columns;
    const auto fill = [&](const std::string& column, std::int64_t number, const auto& pair_at) {
        const auto length = static_cast<std::size_t>(number);
        std::vector<double> value(length, unknown), residual(length, unknown), converged(length, 0);
        for (std::size_t i = 0; i < std::min(length, measured_.size()); ++i) {
            const MeasuredPair& pair = pair_at(i);
            value[i] = pair.value;
            residual[i] = pair.residual;
            converged[i] = pair.residual <= settings_.tolerance * progress_.scale ? 1 : 0;
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
    columns[prefix_ + "eigenvalue_products"] = {static_cast<double>(progress_.products)};
    return columns;
}

std::vector<double> LanczosEigenvalues::settings_numbers() const {
    return numbers_of(settings_, operator_.size(), seed_numbers(seed_));
}

std::vector<NamedArray> LanczosEigenvalues::state() const {
    std::vector<NamedArray> arrays = basis_.state();
    arrays.push_back(stored_numbers("settings", "settings, size, seed", settings_numbers()));
    arrays.push_back(
        stored_fields("progress", "phase and counters of the Lanczos process", progress_));
    arrays.push_back(stored_numbers("before_probe", "Ritz values before the probe", before_probe_));
    std::vector<double> measured;
    for (const auto& pair : measured_) {
        measured.insert(measured.end(), {pair.value, pair.residual});
    }
    arrays.push_back(stored_numbers("measured", "values and residuals measured", measured));
    return arrays;
}

void LanczosEigenvalues::restore(const std::vector<NamedArray>& state) {
    require_numbers(state, "settings", settings_numbers());
    progress_ = restored_fields(state, "progress", progress_);
    before_probe_ = restored_numbers(state, "before_probe");
    const auto measured = restored_numbers(state, "measured");
    measured_.clear();
    for (std::size_t i = 0; i + 1 < measured.size(); i += 2) {
        measured_.push_back({measured[i], measured[i + 1]});
    }
    basis_.clear();
    if (progress_.products > 0 && progress_.phase != LanczosPhase::finished) {
        basis_.restore(state);
    }
}

}  // namespace batchscope
