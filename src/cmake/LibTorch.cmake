# LibTorch as imported target `libtorch`, from the official wheels or a user's own copy.
#
# find_package(Torch) is not used: on the CUDA wheel it demands nvcc and mixes the toolkit of the
# machine with the wheel's. The wheel's own libraries are named by full path instead.
set(BATCHSCOPE_LIBTORCH "$ENV{BATCHSCOPE_LIBTORCH}" CACHE PATH
    "Folder with torch/ and nvidia/ (tests/install.sh fills it), or a LibTorch 2.x folder with include/ and lib/")
if(NOT BATCHSCOPE_LIBTORCH)
  set(BATCHSCOPE_LIBTORCH "$ENV{HOME}/.cache/batchscope/libtorch-2.7.1" CACHE PATH "" FORCE)
endif()
