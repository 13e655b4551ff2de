#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "communication/communicator.hpp"
#include "core/described.hpp"
#include "measures/keskar_sharpness.hpp"
#include "measures/keskar_space.hpp"
#include "measures/measure.hpp"
#include "measures/objective.hpp"
#include "measures/projected_ascent.hpp"
#include "measures/projected_lbfgs.hpp"

namespace batchscope {

/// What is known of one space and epsilon.
struct KeskarBox {
    double first_order = 0;  ///< sum_i |gradient_i| half_width_i
    double ascent = 0;       ///< highest value of the check
    std::int64_t evaluations = 0;
    bool finite = true;
    std::vector<double> best;  ///< (starts, iterations + 1): highest value so far of a start
};
BATCHSCOPE_DESCRIBE_STRUCT(KeskarBox, first_order, ascent, evaluations, finite, best)

/// All that changes in a search. Boxes are in an array of their own in a checkpoint.
struct KeskarProgress {
    bool at_centre_known = false;
    Objective::ValueAndGradient at_centre{};
    std::size_t box = 0;         ///< of boxes; at their end: finished
    std::int64_t start = 0;      ///< `starts`: the check
    std::int64_t iteration = 0;  ///< done, of this start
    bool started = false;        ///< this start's first point is known
    ProjectedLbfgs lbfgs;
    ProjectedAscent ascent;
    std::vector<KeskarBox> boxes{};  ///< spaces one after the other, in each the epsilons

    void go_to_box(std::size_t next);
    void go_to_start(std::int64_t next);
};
BATCHSCOPE_DESCRIBE_STRUCT(KeskarProgress, at_centre_known, at_centre, box, start, iteration,
                           started)

/// The measure of keskar_sharpness.hpp: the search for the highest loss in each box.
class KeskarSearch final : public Measure {
  public:
    /// `weights`: x, (size) doubles. `objective` and `communicator` outlive it.
    KeskarSearch(const KeskarSettings& settings, std::uint64_t seed, Objective& objective,
                 at::Tensor weights, Communicator& communicator);

    [[nodiscard]] std::string name() const override { return "keskar"; }
    void advance() override;
    [[nodiscard]] bool finished() const override;
    [[nodiscard]] std::vector<NamedArray> state() const override;
    void restore(const std::vector<NamedArray>& state) override;
    [[nodiscard]] MeasuredValues values() const override;

  private:
    struct SearchedBox;

    void evaluate_centre(KeskarProgress& progress);
    void continue_box(KeskarProgress& progress);
    void continue_start(KeskarProgress& progress, const SearchedBox& searched) const;
    void continue_check(KeskarProgress& progress, const SearchedBox& searched) const;
    [[nodiscard]] at::Tensor start_point(std::int64_t start, bool in_subspace,
                                         std::int64_t dimension) const;
    [[nodiscard]] bool in_subspace(std::size_t box) const;
    [[nodiscard]] const KeskarSpace& space_of(std::size_t box);
    void add_values(const std::string& space, std::size_t first_box, MeasuredValues& values) const;
    [[nodiscard]] double highest_within(std::size_t first_box, std::size_t epsilon) const;
    [[nodiscard]] double phi(double value) const;

    KeskarSettings settings_;
    std::uint64_t seed_;
    Objective& objective_;
    at::Tensor weights_;
    Communicator& communicator_;
    KeskarProgress progress_;
    /// Made when first searched and released afterwards: the columns of a subspace are large.
    std::optional<KeskarSpace> space_;
    bool space_is_subspace_ = false;
};

}  // namespace batchscope
