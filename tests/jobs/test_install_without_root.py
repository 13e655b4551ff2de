"""jobs/install.sh --no-system on a cluster's login node: no root, no apt, tools from modules, some missing."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
NOBODY = 65534
# Not the tester's own PATH: folders in it may be closed to other users.
PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"


@pytest.fixture
def login_node():
    """A folder that any user may use, with the scripts in it and a LibTorch of the user's own."""
    folder = pathlib.Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    shutil.copytree(REPOSITORY / "jobs", folder / "clone" / "jobs", ignore=shutil.ignore_patterns("*.cpp", "*.hpp"))
    (folder / "libtorch" / "include" / "torch").mkdir(parents=True)
    yield folder
    shutil.rmtree(folder)


def without_program(folder, *names):
    """A PATH with every program of this machine but these."""
    programs = folder / "bin"
    programs.mkdir()
    for directory in reversed(PATH.split(":")):
        for program in pathlib.Path(directory).glob("*"):
            if program.name not in names:
                link = programs / program.name
                link.unlink(missing_ok=True)
                link.symlink_to(program)
    return str(programs)


def run(folder, script, *options, expect, **variables):
    env = {"PATH": PATH, "HOME": str(folder / "home"), "BATCHSCOPE_LIBTORCH": str(folder / "libtorch")}
    (folder / "home").mkdir(exist_ok=True)
    (folder / "home").chmod(0o777)
    user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    done = subprocess.run([folder / "clone" / "jobs" / script, *options], env={**env, **variables}, cwd=folder,
                          capture_output=True, text=True, timeout=120, **user)
    assert done.returncode == expect, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def test_a_user_without_rights_needs_no_root_where_all_is_there(login_node):
    done = run(login_node, "install.sh", "--no-system", expect=0)
    assert "System: complete (CMake 3." in done.stdout and "C++ compiler 1" in done.stdout
    assert "LibTorch: your own" in done.stdout


def test_a_missing_tool_is_named_in_every_tongue(login_node):
    path = without_program(login_node, "ninja", "ninja-build")
    done = run(login_node, "install.sh", "--no-system", expect=4, PATH=path)
    assert re.search(r"Ninja +ninja-build +ninja +ninja", done.stdout)
    assert "module load ninja\n" in done.stdout and "spack install ninja\n" in done.stdout
    assert "pip install --user 'cmake>=3.25' ninja" in done.stdout
    assert "LibTorch: your own" in done.stdout, "what can be done without it is done"
    assert "remedy:" in done.stderr


def test_an_old_compiler_is_no_compiler(login_node):
    compiler = login_node / "old-g++"
    compiler.write_text('#!/bin/sh\nexec c++ -D__GNUC__=8 "$@"\n')
    compiler.chmod(0o755)
    done = run(login_node, "check_system.sh", expect=4, CXX=str(compiler))
    assert re.search(r"C\+\+ compiler +g\+\+ +gcc +gcc@12:", done.stdout) and "Libraries: not checked" in done.stdout


def test_missing_libraries_are_found_as_the_build_would(login_node):
    toolchain = login_node / "without.cmake"
    toolchain.write_text("".join(f"set(CMAKE_DISABLE_FIND_PACKAGE_{name} TRUE)\n" for name in ("yaml-cpp", "HDF5")))
    done = run(login_node, "check_system.sh", expect=4, CMAKE_TOOLCHAIN_FILE=str(toolchain))
    assert "spack install hdf5+hl~mpi yaml-cpp\n" in done.stdout
    assert "module load hdf5 yaml-cpp\n" in done.stdout


def test_on_another_system_than_debian_the_way_without_root_is_named(login_node):
    done = run(login_node, "install.sh", expect=4, PATH=without_program(login_node, "dpkg-query"))
    assert "no Debian" in done.stderr and "--no-system" in done.stderr


def test_every_package_that_the_build_asks_for_is_checked():
    asked = set(re.findall(r"find_package\(([\w-]+)", (REPOSITORY / "CMakeLists.txt").read_text()))
    checked = set(re.findall(r"find_package\(([\w-]+)", (REPOSITORY / "jobs" / "check_system.sh").read_text()))
    assert asked - checked == {"Threads", "GTest"}  # the compiler's own; tests alone need GTest
