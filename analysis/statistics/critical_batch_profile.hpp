#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

namespace batchscope {

/// A run that came to the target.
struct StepsToTarget {
    double batch_size;
    std::uint64_t seed;
    double steps;                        ///< to the target, interpolated
    double after = std::nan("");         ///< the crossing lies in (after, at_or_before], in steps;
    double at_or_before = std::nan("");  ///< NaN where not known
    double weight = 1;                   ///< runs that the point stands for (a geometric mean)
};

/// How runs of one seed at several batch sizes belong together.
enum class SeedRole {
    /// A seed with two or more batch sizes has a minimum number of steps of its own, since it
    /// shares initial weights and order over all of them; seeds with one batch size share one.
    blocks,
    /// Every run is drawn for itself: one minimum for all.
    replicates,
};

/// For each point, the index of the minimum it shares: seeds with a minimum of their own count from
/// 0 in ascending order, the common one is last.
[[nodiscard]] std::vector<std::size_t> block_of_each_run(const std::vector<StepsToTarget>& points,
                                                         SeedRole seeds);

/// ln(1 + B_crit / B), without overflow; up to a constant, -ln B for an infinite B_crit.
[[nodiscard]] double log_steps_shape(double log_critical, double log_batch);

/// What the fit and its tests see of the runs: the sum of squares as a function of ln B_crit alone,
/// the minimum of each block being the best one. ln B_crit may be -infinity and infinity.
class CriticalBatchProfile {
  public:
    /// A run as the fit needs it.
    struct Observation {
        double log_steps;
        double weight;
        std::size_t level;  ///< index of its batch size
        std::size_t index;  ///< among the points given
    };

    /// Runs that share one minimum number of steps.
    using Block = std::vector<Observation>;

    /// The points are valid: every number is finite and above 0.
    CriticalBatchProfile(const std::vector<StepsToTarget>& points, SeedRole seeds);

    [[nodiscard]] const std::vector<double>& log_batch_sizes() const { return log_batch_sizes_; }
    [[nodiscard]] const std::vector<Block>& blocks() const { return blocks_; }

    /// Blocks with the same batch sizes and weights as one, of the mean ln steps at each batch size
    /// with the weight of them all: whatever curve is fitted to these, its sum of squares and
    /// `scatter()` are that of the runs. As many as a study has kinds of seeds, mostly one.
    [[nodiscard]] const std::vector<Block>& mean_blocks() const { return mean_blocks_; }

    /// The sum of squares around mean_blocks(), each block at its best minimum.
    [[nodiscard]] double scatter() const { return scatter_; }

    [[nodiscard]] double sum_of_squares(double log_critical) const;

    /// The sum of squares of the difference between two curves, each with the minima that bring
    /// them together best: the squared distance of what they say about the runs.
    [[nodiscard]] double squared_distance(double log_critical, double other_log_critical) const;

    /// The weighted mean of value(observation); the block is not empty.
    template <class Value>
    [[nodiscard]] static double mean_in(const Block& block, Value value) {
        double sum = 0;
        double weights = 0;
        for (const Observation& observation : block) {
            sum += observation.weight * value(observation);
            weights += observation.weight;
        }
        return sum / weights;
    }

    /// Calls `visit(observation, residual)` for the best minimum of each block.
    template <class Visit>
    void for_each_residual(double log_critical, Visit visit) const {
        for_each_residual_of(blocks_, log_critical, visit);
    }

  private:
    void add_mean_blocks();

    template <class Visit>
    void for_each_residual_of(const std::vector<Block>& blocks, double log_critical,
                              Visit visit) const {
        std::vector<double> shape;
        for (const double log_batch : log_batch_sizes_) {
            shape.push_back(log_steps_shape(log_critical, log_batch));
        }
        for (const Block& block : blocks) {
            const auto deviation = [&](const Observation& o) {
                return o.log_steps - shape[o.level];
            };
            const double minimum = mean_in(block, deviation);
            for (const Observation& observation : block) {
                visit(observation, deviation(observation) - minimum);
            }
        }
    }

    std::vector<double> log_batch_sizes_;  // different ones, ascending
    std::vector<Block> blocks_;
    std::vector<Block> mean_blocks_;
    double scatter_ = 0;
};

}  // namespace batchscope
