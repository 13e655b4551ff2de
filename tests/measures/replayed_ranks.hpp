#pragma once

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "communication/communicator.hpp"
#include "example_functions.hpp"
#include "resumption_checks.hpp"

namespace batchscope {

/// Rank 0 of two, alone: keeps what it broadcasts. Or rank 1, afterwards: gets what rank 0 sent,
/// and fails the test when it asks for more, less or something else. So a test can give rank 1
/// another rounding than rank 0 and see that both go the same way.
class ReplayedRank final : public Communicator {
  public:
    ReplayedRank() : Communicator({0, 2, 0, 2, "here", "rank 0"}) {}
    explicit ReplayedRank(std::vector<at::Tensor> of_rank_0)
        : Communicator({1, 2, 1, 2, "here", "rank 1"}), sent_(std::move(of_rank_0)) {}

    [[nodiscard]] const std::vector<at::Tensor>& sent() const { return sent_; }
    [[nodiscard]] std::size_t received() const { return received_; }

    using Communicator::broadcast;
    void broadcast(at::Tensor tensor) override {
        if (rank() == 0) {
            sent_.push_back(tensor.clone());
            return;
        }
        ASSERT_LT(received_, sent_.size()) << "rank 1 waits for what rank 0 never sends";
        ASSERT_EQ(tensor.sizes(), sent_[received_].sizes()) << "broadcast " << received_;
        tensor.copy_(sent_[received_++]);
    }
    void sum(at::Tensor /*tensor*/) override { ADD_FAILURE(); }
    void synchronize() override {}
    void barrier() override {}
    std::vector<std::string> gather(const std::string& text) override { return {text, text}; }
    std::string broadcast(const std::string& text) override { return text; }
    bool failed_together(double /*seconds*/) override { return true; }
    [[nodiscard]] double seconds() const override { return 0; }
    [[nodiscard]] std::string name() const override { return "replayed"; }

  private:
    std::vector<at::Tensor> sent_;
    std::size_t received_ = 0;
};

/// A measure of `objective` on two ranks, of which the second gets other last bits from every
/// gradient, as from every dot product: both take the same turns and find the same to rounding.
inline void expect_ranks_in_step(
    ExampleObjective& objective,
    const std::function<std::unique_ptr<Measure>(Objective&, Communicator&)>& make) {
    ReplayedRank rank_0;
    const MeasuredValues expected = finish(*make(objective, rank_0));
    ExampleObjective unlike(objective.size(), [&](const at::Tensor& w) {
        auto found = objective.value_and_gradient(w);
        found.gradient = found.gradient * (1 + 1e-14 * at::sin(1e6 * w));
        return found;
    });
    ReplayedRank rank_1(rank_0.sent());
    const MeasuredValues found = finish(*make(unlike, rank_1));
    EXPECT_EQ(rank_1.received(), rank_0.sent().size());
    for (const auto& [name, values] : expected) {
        for (std::size_t i = 0; i < values.size(); ++i) {
            EXPECT_NEAR(found.at(name)[i], values[i], 1e-12 * std::abs(values[i])) << name;
        }
    }
}

}  // namespace batchscope
