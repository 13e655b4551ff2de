# LibTorch as the imported target `libtorch`, its CUDA side and NCCL as `libtorch_cuda_and_nccl`.
#
# find_package(Torch) is not used: on the CUDA wheel it demands nvcc and drags the machine's own CUDA
# in beside the wheel's. The wheels' libraries are named by full path instead (wheels hold no `.so`
# links), their headers come from the same wheels.
#
# Sets BATCHSCOPE_CUDA: whether the LibTorch found has a CUDA side.
if(DEFINED ENV{XDG_CACHE_HOME})
  set(_cache "$ENV{XDG_CACHE_HOME}")
else()
  set(_cache "$ENV{HOME}/.cache")
endif()
set(_default "${_cache}/batchscope/libtorch-2.7.1")
if(DEFINED ENV{BATCHSCOPE_LIBTORCH})
  set(_default "$ENV{BATCHSCOPE_LIBTORCH}")
endif()
set(BATCHSCOPE_LIBTORCH "${_default}" CACHE PATH
    "Folder that jobs/install.sh filled (torch/, nvidia/), or your own LibTorch 2.x (include/, lib/)")

if(EXISTS "${BATCHSCOPE_LIBTORCH}/torch/lib/libtorch.so")
  set(_torch "${BATCHSCOPE_LIBTORCH}/torch")
elseif(EXISTS "${BATCHSCOPE_LIBTORCH}/lib/libtorch.so")
  set(_torch "${BATCHSCOPE_LIBTORCH}")
else()
  message(FATAL_ERROR "No LibTorch in BATCHSCOPE_LIBTORCH=${BATCHSCOPE_LIBTORCH}.\n"
    "Run jobs/install.sh, or pass -DBATCHSCOPE_LIBTORCH=FOLDER with your own LibTorch 2.x "
    "(the folder with include/ and lib/), or build the analysis alone: -DBATCHSCOPE_TRAINING=OFF.")
endif()

add_library(libtorch INTERFACE IMPORTED)
target_include_directories(libtorch SYSTEM INTERFACE
  "${_torch}/include" "${_torch}/include/torch/csrc/api/include")
# Not libtorch.so: it holds nothing, and pulls in the CUDA side even where that cannot be used.
target_link_libraries(libtorch INTERFACE "${_torch}/lib/libtorch_cpu.so" "${_torch}/lib/libc10.so")

set(BATCHSCOPE_CUDA OFF)
if(EXISTS "${_torch}/lib/libtorch_cuda.so")
  set(_nvidia "${BATCHSCOPE_LIBTORCH}/nvidia")
  # A user's own LibTorch brings no headers: the machine's CUDA 12 and NCCL serve, or the paths given here.
  find_path(BATCHSCOPE_CUDA_INCLUDE cuda_runtime_api.h
    HINTS "${_nvidia}/cuda_runtime/include" PATHS /usr/local/cuda-12/include /usr/local/cuda/include)
  find_path(BATCHSCOPE_CUDA_CRT_INCLUDE crt/host_defines.h
    HINTS "${_nvidia}/cuda_nvcc/include" "${BATCHSCOPE_CUDA_INCLUDE}")
  find_path(BATCHSCOPE_NCCL_INCLUDE nccl.h HINTS "${_nvidia}/nccl/include" "${BATCHSCOPE_CUDA_INCLUDE}")
  find_library(BATCHSCOPE_CUDART NAMES libcudart.so.12
    HINTS "${_nvidia}/cuda_runtime/lib" "${_torch}/lib" PATHS /usr/local/cuda-12/lib64 /usr/local/cuda/lib64)
  find_library(BATCHSCOPE_NCCL NAMES libnccl.so.2 HINTS "${_nvidia}/nccl/lib" "${_torch}/lib")
  set(_cuda_version "not found")
  if(BATCHSCOPE_CUDA_INCLUDE)
    file(STRINGS "${BATCHSCOPE_CUDA_INCLUDE}/cuda_runtime_api.h" _cuda_version REGEX "define CUDART_VERSION ")
    string(REGEX REPLACE ".* ([0-9]+)[0-9][0-9][0-9]$" "\\1" _cuda_version "${_cuda_version}")
  endif()
  if(_cuda_version STREQUAL "12" AND BATCHSCOPE_CUDA_CRT_INCLUDE AND BATCHSCOPE_NCCL_INCLUDE
     AND BATCHSCOPE_CUDART AND BATCHSCOPE_NCCL)
    set(BATCHSCOPE_CUDA ON)
    add_library(libtorch_cuda_and_nccl INTERFACE IMPORTED)
    target_include_directories(libtorch_cuda_and_nccl SYSTEM INTERFACE
      "${BATCHSCOPE_CUDA_INCLUDE}" "${BATCHSCOPE_CUDA_CRT_INCLUDE}" "${BATCHSCOPE_NCCL_INCLUDE}")
    # Nothing of ours names a symbol of libtorch_cuda, which is loaded where a GPU is used (load_gpu_code).
    target_link_libraries(libtorch_cuda_and_nccl INTERFACE libtorch
      "${_torch}/lib/libc10_cuda.so" "${BATCHSCOPE_CUDART}" "${BATCHSCOPE_NCCL}")
  else()
    message(WARNING "This LibTorch has a CUDA side that is left unused: CUDA headers are of version "
      "${_cuda_version} (12 is needed), crt: ${BATCHSCOPE_CUDA_CRT_INCLUDE}, cudart: ${BATCHSCOPE_CUDART}, "
      "NCCL: ${BATCHSCOPE_NCCL_INCLUDE} ${BATCHSCOPE_NCCL}. Name them with -DBATCHSCOPE_CUDA_INCLUDE=... and so on.")
  endif()
endif()
if(BATCHSCOPE_CUDA)
  message(STATUS "LibTorch: ${_torch} (CUDA and NCCL)")
else()
  message(STATUS "LibTorch: ${_torch} (CPU only: --device cuda will be refused)")
endif()
