#include "measures/spectral_density.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/not_finite.hpp"
#include "measures/measure_inputs.hpp"
#include "measures/random_vectors.hpp"
#include "measures/stored_fields.hpp"
#include "measures/stored_tensor.hpp"
#include "measures/symmetric_eigen.hpp"

namespace batchscope {

namespace {

// Numbers of all kept vectors together, 1 GiB. With more, only the newest ones are kept, two at
// least. Then copies of converged eigenvalues appear that share their weight: the curve hardly
// changes (Chen and Trogdon 2024).
constexpr std::int64_t kept_numbers = (std::int64_t{1} << 30) / 8;

// What is left of a product is rounding below this part of it.
constexpr double rounding = 1e-12;

constexpr double padding = 5;  // kernel widths beyond the outermost node

struct Quadrature {
    at::Tensor nodes, weights;
};

double kernel_width(const DensitySettings& settings, double lowest, double highest) {
    const double magnitude = std::max(std::abs(lowest), std::abs(highest));
    double range = std::max(highest - lowest, 1e-3 * magnitude);
    range = range == 0 ? 1 : range;
    return range * std::max(1 / static_cast<double>(settings.steps),
                            2 / static_cast<double>(settings.points));
}

struct DensityProgress {
    std::int64_t first = 0;  ///< probe of the running block
    std::int64_t step = 0;   ///< products of each of its probes so far
    bool finite = true;
};
BATCHSCOPE_DESCRIBE_STRUCT(DensityProgress, first, step, finite)

class SpectralDensity final : public Measure {
  public:
    SpectralDensity(const DensitySettings& settings, std::uint64_t seed,
                    SymmetricOperator& symmetric, Communicator& communicator);

    [[nodiscard]] std::string name() const override { return "density"; }
    void advance() override;
    [[nodiscard]] bool finished() const override { return progress_.first == settings_.probes; }
    [[nodiscard]] std::vector<NamedArray> state() const override;
    void restore(const std::vector<NamedArray>& state) override;
    [[nodiscard]] MeasuredValues values() const override;

  private:
    [[nodiscard]] std::int64_t probes_at_once() const;
    [[nodiscard]] at::Tensor start_vectors() const;
    void next_block();
    [[nodiscard]] std::vector<double> settings_numbers() const;

    DensitySettings settings_;
    std::uint64_t seed_;
    SymmetricOperator& operator_;
    Communicator& communicator_;
    std::int64_t steps_;   ///< of a probe, at most
    std::int64_t block_;   ///< probes that advance together
    std::int64_t window_;  ///< vectors of each that are kept to be orthogonal to

    DensityProgress progress_;
    at::Tensor basis_;             ///< (block, window, size), step s at s mod window
    at::Tensor diagonals_;         ///< (probes, steps) on the CPU
    at::Tensor next_to_diagonal_;  ///< (probes, steps), from row s to s + 1
    at::Tensor lengths_;           ///< (probes): steps until nothing but rounding was left
};

SpectralDensity::SpectralDensity(const DensitySettings& settings, std::uint64_t seed,
                                 SymmetricOperator& symmetric, Communicator& communicator)
    : settings_(settings),
      seed_(seed),
      operator_(symmetric),
      communicator_(communicator),
      steps_(std::min(settings.steps, symmetric.size())),
      block_(std::clamp(kept_numbers / std::max<std::int64_t>(1, symmetric.size() * steps_),
                        std::int64_t{1}, std::min(symmetric.preferred_block(), settings.probes))),
      window_(std::min(
          steps_, std::max<std::int64_t>(
                      2, kept_numbers / std::max<std::int64_t>(1, symmetric.size() * block_)))),
      diagonals_(at::zeros({settings.probes, steps_}, at::kDouble)),
      next_to_diagonal_(at::zeros({settings.probes, steps_}, at::kDouble)),
      lengths_(at::zeros({settings.probes}, at::kDouble)) {}

std::int64_t SpectralDensity::probes_at_once() const {
    return std::min(block_, settings_.probes - progress_.first);
}

at::Tensor SpectralDensity::start_vectors() const {
    return RandomVectors(seed_, RandomVectorUse::density_probe, operator_.size(),
                         operator_.options())
               .rademacher(progress_.first, probes_at_once()) /
           std::sqrt(static_cast<double>(operator_.size()));
}

void SpectralDensity::advance() {
    if (finished()) {
        return;
    }
    const std::int64_t probes = probes_at_once();
    const std::int64_t place = progress_.step % window_;
    const at::Tensor vectors = progress_.step == 0 ? start_vectors() : basis_.select(1, place);
    const at::Tensor products = operator_.apply(vectors);
    if (progress_.step == 0) {
        basis_ = at::zeros({probes, window_, operator_.size()}, operator_.options());
        basis_.select(1, place).copy_(vectors);
    }
    // Classical Gram-Schmidt twice, in all probes at once.
    const at::Tensor kept = basis_.narrow(1, 0, std::min(progress_.step + 1, window_));
    const auto coefficients = [&](const at::Tensor& of) {
        return at::bmm(of.unsqueeze(1), kept.transpose(1, 2));
    };
    const at::Tensor first = coefficients(products);
    at::Tensor rest = products - at::bmm(first, kept).squeeze(1);
    const at::Tensor second = coefficients(rest);
    rest = rest - at::bmm(second, kept).squeeze(1);

    const at::Tensor numbers = at::stack({(first + second).select(2, place).squeeze(1),
                                          rest.norm(2, 1), products.norm(2, 1)})
                                   .cpu()
                                   .contiguous();
    communicator_.broadcast(numbers);
    progress_.finite = numbers.isfinite().all().item<bool>();
    if (!progress_.finite) {
        progress_.first = settings_.probes;
        basis_.reset();
        return;
    }
    // A probe that has come to its end goes on as a zero vector.
    const at::Tensor running =
        lengths_.narrow(0, progress_.first, probes).eq(static_cast<double>(progress_.step));
    const at::Tensor goes_on = running.logical_and(numbers[1].gt(rounding * numbers[2]));
    diagonals_.narrow(0, progress_.first, probes).select(1, progress_.step).copy_(numbers[0]);
    next_to_diagonal_.narrow(0, progress_.first, probes)
        .select(1, progress_.step)
        .copy_(numbers[1]);
    lengths_.narrow(0, progress_.first, probes).add_(running);
    ++progress_.step;
    if (progress_.step == steps_ || !goes_on.any().item<bool>()) {
        next_block();
        return;
    }
    const at::Tensor stopped = goes_on.logical_not().to(rest.device()).unsqueeze(1);
    rest = (rest / rest.norm(2, 1, true)).masked_fill(stopped, 0.0);
    rest = rest - at::bmm(coefficients(rest), kept).squeeze(1);
    basis_.select(1, progress_.step % window_)
        .copy_((rest / rest.norm(2, 1, true)).masked_fill(stopped, 0.0));
}

void SpectralDensity::next_block() {
    progress_.first += probes_at_once();
    progress_.step = 0;
    basis_.reset();
}

MeasuredValues SpectralDensity::values() const {
    const auto points = static_cast<std::size_t>(settings_.points);
    const std::vector<double> no_density(points, unknown);
    if (!progress_.finite) {
        return {{"density_position", no_density},
                {"density", no_density},
                {"density_standard_error", no_density}};
    }
    std::vector<Quadrature> quadratures;
    double lowest = infinity;
    double highest = -lowest;
    for (std::int64_t probe = 0; probe < settings_.probes; ++probe) {
        const auto length = static_cast<std::int64_t>(lengths_[probe].item<double>());
        const at::Tensor tridiagonal =
            at::diag(diagonals_[probe].narrow(0, 0, length)) +
            at::diag(next_to_diagonal_[probe].narrow(0, 0, length - 1), 1);
        const auto eigen = symmetric_eigen(tridiagonal, communicator_);
        lowest = std::min(lowest, eigen.values[0].item<double>());
        highest = std::max(highest, eigen.values[-1].item<double>());
        quadratures.push_back({eigen.values, eigen.vectors[0].square()});
    }
    const double width = kernel_width(settings_, lowest, highest);
    const at::Tensor positions = at::linspace(lowest - padding * width, highest + padding * width,
                                              settings_.points, at::kDouble);
    std::vector<at::Tensor> curves;
    for (const auto& [nodes, weights] : quadratures) {
        const at::Tensor distance = (positions.unsqueeze(1) - nodes) / width;
        const at::Tensor kernels =
            (distance.square() * -0.5).exp() / (width * std::sqrt(2 * std::numbers::pi));
        curves.push_back(at::mv(kernels, weights));
    }
    const at::Tensor curve = at::stack(curves).mean(0);
    const auto probes = static_cast<double>(settings_.probes);
    const at::Tensor squares = (at::stack(curves) - curve).square().sum(0);
    const at::Tensor standard_error = (squares / (probes - 1) / probes).sqrt();
    const auto numbers = [](const at::Tensor& tensor) {
        const auto* data = tensor.const_data_ptr<double>();
        return std::vector<double>(data, data + tensor.numel());
    };
    return {{"density_position", numbers(positions)},
            {"density", numbers(curve)},
            {"density_standard_error", numbers(standard_error)}};
}

std::vector<double> SpectralDensity::settings_numbers() const {
    return numbers_of(settings_.probes, settings_.points, steps_, block_, window_, operator_.size(),
                      seed_numbers(seed_));
}

std::vector<NamedArray> SpectralDensity::state() const {
    std::vector<NamedArray> arrays = {
        stored_numbers("settings", "settings, size, seed", settings_numbers()),
        stored_fields("progress", "probe, step, all finite", progress_),
        stored_tensor("diagonals", "of the tridiagonal matrices", diagonals_),
        stored_tensor("next_to_diagonal", "of the tridiagonal matrices", next_to_diagonal_),
        stored_tensor("lengths", "Lanczos steps of each probe", lengths_)};
    if (basis_.defined()) {
        arrays.push_back(stored_tensor("basis", "Lanczos vectors of the running probes",
                                       basis_.narrow(1, 0, std::min(progress_.step + 1, window_))));
    }
    return arrays;
}

void SpectralDensity::restore(const std::vector<NamedArray>& state) {
    require_numbers(state, "settings", settings_numbers());
    progress_ = restored_fields(state, "progress", progress_);
    restore_tensor(state, "diagonals", diagonals_);
    restore_tensor(state, "next_to_diagonal", next_to_diagonal_);
    restore_tensor(state, "lengths", lengths_);
    basis_.reset();
    if (progress_.step > 0) {
        basis_ = at::zeros({probes_at_once(), window_, operator_.size()}, operator_.options());
        restore_tensor(state, "basis", basis_.narrow(1, 0, std::min(progress_.step + 1, window_)));
    }
}

}  // namespace

std::vector<KeyOf<DensitySettings>> keys_of(Type<DensitySettings> /*type*/) {
    return {
        integer_key<DensitySettings>("density.probes", 1, &DensitySettings::probes,
                                     "random vectors"),
        integer_key<DensitySettings>("density.steps", 1, &DensitySettings::steps,
                                     "Lanczos steps of each"),
        integer_key<DensitySettings>("density.points", 2, &DensitySettings::points, "of the curve"),
    };
}

MeasureKind spectral_density() {
    MeasureKind kind;
    kind.name = "density";
    kind.meaning = "density of the eigenvalues of the Hessian";
    kind.keys = component_keys<DensitySettings>();
    kind.columns = {
        {.name = "density_position",
         .long_name = "eigenvalue at which density is given",
         .dimensions = {"density_point"}},
        {.name = "density",
         .long_name = "spectral density of the Hessian, of integral 1, by stochastic Lanczos "
                      "quadrature",
         .dimensions = {"density_point"}},
        {.name = "density_standard_error",
         .long_name = "standard error of density over the probes",
         .dimensions = {"density_point"},
         .error_of = "density"},
    };
    kind.dimensions = {{"density_point", "number of a point of the spectral density"}};
    kind.scales = [](const SharpnessSettings& settings) {
        const auto density = settings_of<DensitySettings>(settings.values);
        return std::map<std::string, std::vector<double>>{
            {"density_point", numbers_from(0, density.points)}};
    };
    kind.make = [](const MeasureInputs& inputs) {
        return std::make_unique<SpectralDensity>(
            settings_of<DensitySettings>(inputs.run.sharpness.values), inputs.run.sharpness.seed,
            inputs.hessian, inputs.communicator);
    };
    return kind;
}

}  // namespace batchscope
