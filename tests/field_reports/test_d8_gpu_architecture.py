"""D8: a LibTorch without kernels for the card starts, and fails at the first kernel."""

import pathlib
import subprocess

import torch

from programs import BINARIES, environment


def test_version_names_the_architectures_of_the_libtorch():
    done = subprocess.run([BINARIES / "batchscope-train", "--version"], env=environment(), capture_output=True,
                          text=True, check=True)
    listed = set(done.stdout.split("GPU code for ")[1].rstrip(")\n").split())
    assert "sm_70" in listed  # V100
    assert set(torch._C._cuda_getArchFlags().split()) <= listed


def libraries_of(file):
    """Where the loader finds each library that `file` needs, by name."""
    lines = subprocess.run(["ldd", file], capture_output=True, text=True, check=True).stdout.splitlines()
    pairs = (line.split(" (")[0].split(" => ") for line in lines if " => " in line)
    return {name.strip(): pathlib.Path(found) for name, found in pairs}


def test_one_cuda_runtime_and_one_nccl_are_loaded():
    """The program's own, and those that LibTorch's code for GPUs brings when it is loaded."""
    of_program = libraries_of(BINARIES / "batchscope-train")
    gpu_code = of_program["libtorch_cpu.so"].with_name("libtorch_cuda.so")
    of_gpu_code = libraries_of(gpu_code)
    assert gpu_code.name not in of_program  # ranks on the CPU start in less time and memory without
    for name in ("libcudart", "libnccl"):
        found = {path.resolve() for libraries in (of_program, of_gpu_code)
                 for library, path in libraries.items() if library.startswith(name)}
        assert len(found) == 1, found
    for libraries in (of_program, of_gpu_code):
        assert "not found" not in map(str, libraries.values()), libraries
