#include "communication/cuda_device.hpp"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "communication/fat_binary.hpp"
#include "core/error.hpp"

namespace batchscope::tests_of_cuda_device {
namespace {

bool has_gpu_kernel(const char* name) {
    const auto found = c10::Dispatcher::singleton().findSchema({name, ""});
    return found && found->hasKernelForDispatchKey(c10::DispatchKey::CUDA);
}

// The suite serves V100 cards.
TEST(CudaDevice, HoldsCodeForEveryCardThatTheSuiteServes) {
    if (!built_with_cuda()) {
        GTEST_SKIP() << "this LibTorch is CPU-only";
    }
    const auto names = compiled_architectures();
    for (const char* needed : {"sm_70", "sm_80", "sm_90"}) {
        EXPECT_NE(std::find(names.begin(), names.end(), needed), names.end()) << needed;
    }
}

// A machine without a GPU can load the code and ask LibTorch what it has found.
TEST(CudaDevice, CodeForGpusIsThereOnceLoadedAndNotBefore) {
    if (!built_with_cuda()) {
        GTEST_SKIP() << "this LibTorch is CPU-only";
    }
    EXPECT_TRUE(loaded_library_path("libtorch_cuda.so").empty());
    EXPECT_FALSE(has_gpu_kernel("aten::addmm"));
    load_gpu_code();
    EXPECT_FALSE(loaded_library_path("libtorch_cuda.so").empty());
    for (const char* name : {"aten::addmm", "aten::convolution_backward", "aten::_fused_sgd_"}) {
        EXPECT_TRUE(has_gpu_kernel(name)) << name;
    }
    EXPECT_TRUE(at::detail::getCUDAHooks().compiledWithCuDNN());
    load_gpu_code();  // twice is once
}

TEST(CudaDevice, WithoutCudaNoGpuIsSeenAndAskingForOneIsRefused) {
    if (built_with_cuda()) {
        GTEST_SKIP() << "this LibTorch has CUDA";
    }
    EXPECT_EQ(visible_devices(), 0);
    EXPECT_TRUE(compiled_architectures().empty());
    EXPECT_THROW(load_gpu_code(), Error);
}

}  // namespace
}  // namespace batchscope::tests_of_cuda_device
