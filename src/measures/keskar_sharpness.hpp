#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/settings_keys.hpp"
#include "measures/keskar_space.hpp"
#include "measures/measure_kind.hpp"
#include "measures/projected_ascent.hpp"
#include "measures/projected_lbfgs.hpp"

namespace batchscope {

/// Metric 2.1 of Keskar 2017.
struct KeskarSettings {
    std::vector<double> epsilon = {1e-3, 5e-4};
    std::int64_t subspace = 100;   ///< columns of A, beside the full space; 0: full space only
    std::int64_t starts = 5;       ///< 0 first, the others uniform in the box
    std::int64_t iterations = 10;  ///< of projected L-BFGS from each start
};
[[nodiscard]] std::vector<KeyOf<KeskarSettings>> keys_of(Type<KeskarSettings> type);

/// Metric 2.1 of Keskar, Mudigere, Nocedal, Smelyanskiy & Tang ("On large-batch training for
/// deep learning: generalization gap and sharp minima", ICLR 2017), in the full space and in a
/// random subspace (KeskarSpace), at each epsilon:
///
///     phi = 100 (max_{z in C_epsilon} f(x + A z) - f(x)) / (1 + f(x)).
///
/// The maximum is looked for by `iterations` of ProjectedLbfgs from z = 0 and from points
/// uniform in the box, and by as many of ProjectedAscent from z = 0 as a check. phi is 100
/// (highest - f(x)) / (1 + f(x)) with the highest value met in the box, also while searching
/// the boxes of smaller epsilon within it. So phi is a lower bound of the metric, never
/// negative, since z = 0 is in the box, and grows with epsilon. How far it may be from the
/// maximum: see the spread over starts, the check, and the first-order bound, which the maximum
/// of a linear f attains and that of a convex f exceeds.
///
/// Values, of each epsilon, for SPACE in full and (with `subspace` > 0) subspace:
///   keskar_SPACE               phi
///   keskar_SPACE_spread        standard deviation over the starts of the phi each reached; NaN
///   for
///                              one start
///   keskar_SPACE_first_order   100 sum_i |(A^T grad f(x))_i| half_width_i / (1 + f(x))
///   keskar_SPACE_ascent        phi of the check alone
///   keskar_SPACE_evaluations   of f with its gradient, without the one at x that all share
///   keskar_SPACE_at_start      1: nothing higher than f(x) was met, phi is 0
///   keskar_SPACE_by_iteration  phi of all starts up to each iteration, from 0; without the
///   check
///
/// A loss or gradient that is not finite somewhere in the box ends its search and leaves all
/// but evaluations and first-order bound NaN: then the maximum is not known. The subspace is
/// NaN unless there are more weights than its columns.
class KeskarSharpness final : public Measure {
  public:
    /// `weights`: x, (size) doubles. References must outlive the measure.
    KeskarSharpness(const KeskarSettings& settings, std::uint64_t seed, Objective& objective,
                    at::Tensor weights, Communicator& communicator);

    [[nodiscard]] std::string name() const override { return "keskar"; }
    void advance() override;
    [[nodiscard]] bool finished() const override;
    [[nodiscard]] std::vector<NamedArray> state() const override;
    void restore(const std::vector<NamedArray>& state) override;
    [[nodiscard]] MeasuredValues values() const override;

  private:
    /// What is known of one space and epsilon.
    struct Box {
        double first_order = 0;  ///< sum_i |gradient_i| half_width_i
        double ascent = 0;       ///< highest value of the check
        std::int64_t evaluations = 0;
        bool finite = true;
        std::vector<double> best;  ///< (starts, iterations + 1): highest value so far of a start
    };
    /// All that changes. advance() works on a copy and keeps it at the end.
    struct Progress {
        bool at_centre_known = false;
        Objective::ValueAndGradient at_centre;
        std::size_t box = 0;         ///< of boxes; at their end: finished
        std::int64_t start = 0;      ///< `starts`: the check
        std::int64_t iteration = 0;  ///< done, of this start
        bool started = false;        ///< this start's first point is known
        ProjectedLbfgs lbfgs;
        ProjectedAscent ascent;
        std::vector<Box> boxes;  ///< spaces one after the other, in each the epsilons

        void go_to_box(std::size_t next);
        void go_to_start(std::int64_t next);
    };
    struct SearchedBox;

    void evaluate_centre(Progress& progress);
    void continue_box(Progress& progress);
    void continue_start(Progress& progress, const SearchedBox& searched) const;
    void continue_check(Progress& progress, const SearchedBox& searched) const;
    [[nodiscard]] at::Tensor start_point(std::int64_t start, bool in_subspace,
                                         std::int64_t dimension) const;
    [[nodiscard]] bool in_subspace(std::size_t box) const;
    [[nodiscard]] const KeskarSpace& space_of(std::size_t box);
    void add_values(const std::string& space, std::size_t first_box, MeasuredValues& values) const;
    [[nodiscard]] double highest_within(std::size_t first_box, std::size_t epsilon) const;
    [[nodiscard]] double phi(double value) const;
    [[nodiscard]] std::vector<double> settings_numbers() const;

    KeskarSettings settings_;
    std::uint64_t seed_;
    Objective& objective_;
    at::Tensor weights_;
    Communicator& communicator_;
    Progress progress_;
    /// Made when first searched and released afterwards: the columns of a subspace are large.
    std::optional<KeskarSpace> space_;
    bool space_is_subspace_ = false;
};

[[nodiscard]] MeasureKind keskar_sharpness();

}  // namespace batchscope
