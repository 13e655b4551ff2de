#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <string>
#include <vector>

#include "communication/placement.hpp"
#include "core/error.hpp"

namespace batchscope {

/// An error that all ranks know of and throw together: the program ends in order, and one rank says
/// it.
class AgreedError : public Error {
  public:
    AgreedError(ExitCode code, const std::string& problem, const std::string& remedy)
        : Error(code, problem, remedy) {}
};

/// Thrown by all ranks together in the middle of a long measure when one of them was asked to stop:
/// the state before the measure is the one to save.
struct AgreedStop {};

/// What ranks say to each other. Every member is collective: all ranks call it in the same order. A
/// world of one works everywhere; no caller asks whether there is another rank.
class Communicator {
  public:
    virtual ~Communicator() = default;

    [[nodiscard]] const Placement& placement() const { return placement_; }
    [[nodiscard]] int rank() const { return placement_.rank; }
    [[nodiscard]] int size() const { return placement_.size; }

    /// Replaces a contiguous tensor by its sum over all ranks. The order of summation is fixed for
    /// a given number of ranks, so that runs repeat bit for bit. On a GPU it is ordered with the
    /// current stream.
    virtual void sum(at::Tensor tensor) = 0;
    /// Replaces a contiguous tensor by that of rank 0.
    virtual void broadcast(at::Tensor tensor) = 0;
    /// Waits until the device has done all work handed to it; reports failures of asynchronous
    /// collectives.
    virtual void synchronize() = 0;
    virtual void barrier() = 0;
    /// The texts of all ranks, in rank order, on every rank.
    [[nodiscard]] virtual std::vector<std::string> gather(const std::string& text) = 0;
    /// The text of rank 0 on every rank.
    [[nodiscard]] virtual std::string broadcast(const std::string& text) = 0;
    /// Seconds this rank has spent in collectives; NaN where they are asynchronous.
    [[nodiscard]] virtual double seconds() const = 0;
    /// "mpi", "nccl" or "serial".
    [[nodiscard]] virtual std::string name() const = 0;

    /// For a rank that failed in the middle of its work: whether every other rank failed as well,
    /// learned within `seconds`. If so, ranks are in step again; if not, they wait somewhere else
    /// and the job must end.
    [[nodiscard]] virtual bool failed_together(double seconds) = 0;

    /// True where it is true on all ranks.
    [[nodiscard]] bool agree(bool value);

    /// Throws AgreedStop on every rank when any of them was asked to stop (stop_signal).
    void leave_if_stopped();

    /// Runs `work`, which must hold no collective, on every rank. If it throws anywhere, every rank
    /// throws the error of the lowest failing rank as AgreedError.
    void together(const std::function<void()>& work);

  protected:
    explicit Communicator(Placement placement) : placement_(std::move(placement)) {}

  private:
    Placement placement_;
};

/// A world of one, without MPI: for tests and tools.
class SerialCommunicator final : public Communicator {
  public:
    SerialCommunicator();
    using Communicator::broadcast;
    void sum(at::Tensor tensor) override;
    void broadcast(at::Tensor tensor) override;
    void synchronize() override;
    void barrier() override;
    std::vector<std::string> gather(const std::string& text) override;
    std::string broadcast(const std::string& text) override;
    bool failed_together(double seconds) override;
    double seconds() const override;
    std::string name() const override;
};

}  // namespace batchscope
