// What a Hessian-vector product costs, in passes of training, and that its memory does not grow:
//   mpirun -n 2 build/tests/curvature_cost [mlp|simple_cnn] [examples]
// Real sizes (Fashion-MNIST: 28 x 28 pixels, 10 classes), random pixels.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "communication/mpi_communicator.hpp"
#include "communication/mpi_session.hpp"
#include "core/process_memory.hpp"
#include "core/random.hpp"
#include "measures/loss_curvature.hpp"
#include "models/models.hpp"

namespace batchscope {
namespace {

template <class Work>
double seconds_of(Communicator& communicator, const Work& work) {
    communicator.barrier();
    const auto start = std::chrono::steady_clock::now();
    work();
    communicator.barrier();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

template <class Work>
double best_of(int repetitions, Communicator& communicator, const Work& work) {
    double best = seconds_of(communicator, work);
    for (int i = 1; i < repetitions; ++i) {
        best = std::min(best, seconds_of(communicator, work));
    }
    return best;
}

void run(const std::string& model, std::int64_t examples, const Placement& world) {
    Watchdog watchdog{Watchdog::Seconds(600),
                      {[](const char*, Watchdog::Seconds) { std::_Exit(1); }, [](const char*) {}}};
    MpiCommunicator communicator(world, watchdog);
    at::manual_seed(1);
    const DeviceSplit split{at::randn({examples, 1, 28, 28}),
                            at::randint(10, {examples}, at::kLong)};
    ModelSettings settings;
    settings.name = model;
    Network network(describe_network(settings, {1, 28, 28}, 10), {}, Task::classification, 0,
                    at::kFloat);
    network.parameters().initialise(1);
    const LocalBatch local_batch =
        local_batch_of(examples, communicator.rank(), communicator.size());
    constexpr std::int64_t micro_batch = 500;
    const double training = best_of(3, communicator, [&] {
        for (std::int64_t first = local_batch.begin; first < local_batch.end;
             first += micro_batch) {
            const std::int64_t count = std::min(micro_batch, local_batch.end - first);
            (void)network.forward_backward(
                {{split.inputs.narrow(0, first, count), split.targets.narrow(0, first, count), 0}},
                {1, 0, count}, communicator);
        }
        communicator.sum(network.parameters().gradients());
    });
    const bool speaks = communicator.rank() == 0;
    if (speaks) {
        fmt::print("{}, {} parameters, {} examples, {} rank(s), {} thread(s) each\n", model,
                   network.parameters().count(), examples, communicator.size(),
                   at::get_num_threads());
        fmt::print("one training pass (forward, backward, all-reduce): {:.3f} s\n", training);
    }
    for (const auto& [name, curvature] : {std::pair{"Hessian", Curvature::hessian},
                                          std::pair{"Gauss-Newton", Curvature::gauss_newton}}) {
        for (const std::int64_t vectors : {1, 4, 8}) {
            LossCurvature matrix(network, split, curvature, communicator, micro_batch);
            const at::Tensor block =
                at::randn({vectors, network.parameters().count()}, at::kDouble);
            const double seconds = best_of(3, communicator, [&] { (void)matrix.apply(block); }) /
                                   static_cast<double>(vectors);
            if (speaks) {
                fmt::print(
                    "{:12}, {} vector(s) a pass: {:.3f} s a product = {:.2f} training passes\n",
                    name, vectors, seconds, seconds / training);
            }
        }
    }
    const DeviceSplit small{split.inputs.narrow(0, 0, std::min<std::int64_t>(examples, 1000)),
                            split.targets.narrow(0, 0, std::min<std::int64_t>(examples, 1000))};
    LossCurvature matrix(network, small, Curvature::hessian, communicator, micro_batch);
    const at::Tensor vector = at::randn({1, network.parameters().count()}, at::kDouble);
    std::vector<double> resident;
    for (int product = 1; product <= 300; ++product) {
        (void)matrix.apply(vector);
        if (product == 20 || product == 300) {
            resident.push_back(static_cast<double>(resident_process_memory()));
        }
    }
    if (speaks) {
        fmt::print(
            "resident memory after 20 products {:.1f} MiB, after 300 {:.1f} MiB: {:+.2f} %\n",
            resident[0] / 1048576, resident[1] / 1048576, 100 * (resident[1] / resident[0] - 1));
    }
}

}  // namespace
}  // namespace batchscope

int main(int argc, char** argv) {
    batchscope::keep_freed_memory();  // as the programs do
    const batchscope::MpiSession session(argc, argv);
    at::set_num_threads(1);
    batchscope::run(argc > 1 ? argv[1] : "mlp", argc > 2 ? std::atoll(argv[2]) : 10'000,
                    session.placement());
}
