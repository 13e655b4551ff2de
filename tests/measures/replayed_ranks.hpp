#pragma once

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "communication/communicator.hpp"

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
    void sum(at::Tensor /*tensor*/) override {}
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

}  // namespace batchscope
