"""D8: a LibTorch without kernels for the card starts, and fails at the first kernel."""

import subprocess

import torch

from programs import BINARIES, environment


def test_version_names_the_architectures_of_the_libtorch():
    done = subprocess.run([BINARIES / "batchscope-train", "--version"], env=environment(), capture_output=True,
                          text=True, check=True)
    listed = set(done.stdout.split("GPU code for ")[1].rstrip(")\n").split())
    assert "sm_70" in listed  # V100
    assert set(torch._C._cuda_getArchFlags().split()) <= listed


def test_one_cuda_runtime_and_one_nccl_are_loaded():
    libraries = subprocess.run(["ldd", BINARIES / "batchscope-train"], capture_output=True, text=True,
                               check=True).stdout
    for name in ("libcudart", "libnccl"):
        assert sum(name in line for line in libraries.splitlines()) == 1
    assert "not found" not in libraries
