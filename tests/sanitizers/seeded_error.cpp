// An error of each kind that the sanitizers must see in our own code, beside MPI and LibTorch as
// the programs start them: seeded_error KIND. The suppressions must not hide it.

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <array>
#include <limits>
#include <memory>
#include <string_view>
#include <vector>

#include "communication/communicator.hpp"
#include "communication/mpi_session.hpp"
#include "process_setup.hpp"

namespace {

void leak_a_vector() {
    [[maybe_unused]] volatile const auto* lost = new std::vector<double>(1000);
}

/// A tensor that nobody owns: its memory comes from LibTorch's allocator.
void leak_a_tensor() {
    [[maybe_unused]] volatile const auto* lost = at::zeros({1000}).unsafeReleaseTensorImpl();
}

void read_behind_a_tensor(int index) {
    const at::Tensor tensor = at::zeros({1000}, at::kDouble);
    fmt::print("{}\n", tensor.const_data_ptr<double>()[index]);
}

void read_a_freed_tensor() {
    const double* values = nullptr;
    {
        const at::Tensor tensor = at::zeros({1000}, at::kDouble);
        values = tensor.const_data_ptr<double>();
    }
    fmt::print("{}\n", *values);
}

void overflow(int addend) {
    fmt::print("{}\n", std::numeric_limits<int>::max() + addend);
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view kind = argc > 1 ? argv[1] : "";
    batchscope::prepare_process();
    {
        const batchscope::MpiSession session(argc, argv, /*many_threads=*/true);
        fmt::print("{}\n", at::ones({16, 16}).matmul(at::ones({16, 16})).sum().item<double>());
        if (kind == "lost_vector") {
            leak_a_vector();
        } else if (kind == "lost_tensor") {
            leak_a_tensor();
        } else if (kind == "read_behind_tensor") {
            read_behind_a_tensor(1000 + argc - 2);
        } else if (kind == "read_freed_tensor") {
            read_a_freed_tensor();
        } else if (kind == "integer_overflow") {
            overflow(argc);
        }
    }
    batchscope::end_process(0);
}
