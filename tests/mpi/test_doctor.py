"""batchscope-doctor as a user starts it: a sound machine, and each thing that can be wrong with one."""

import os
import signal
import subprocess
import time

import pytest

from programs import BINARIES, environment, mpirun

QUICK = ("--device", "cpu", "--messages", "8,1M")


def command(*options):
    return [str(BINARIES / "batchscope-doctor"), *map(str, options)]


def doctor(*options, ranks=None, expect=0, env=None, launcher=None):
    """Runs the doctor to its end; everything keeps to 80 columns and ends in a verdict."""
    launcher = launcher or ([] if ranks is None else mpirun(ranks))
    done = subprocess.run([*launcher, *command(*options)], env=env or environment(), capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == expect, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
    if expect in (0, 4) and done.stdout:
        lines = done.stdout.splitlines()
        assert lines[-1].startswith("Verdict: FAILED" if expect == 4 else "Verdict: ok"), done.stdout
        assert all(len(line) <= 80 or " " not in line.strip() for line in lines), done.stdout
        assert done.stdout.count("Verdict:") == 1, "one rank speaks"
    return done


def unwrapped(text):
    """The output as one line a finding."""
    return " ".join(text.split())


@pytest.mark.parametrize("ranks", [1, 2, 3])
def test_a_sound_machine_passes_and_nothing_remains(tmp_path, ranks):
    output = tmp_path / "results" / "deep"
    text = unwrapped(doctor("--output", output, "--device", "cpu", ranks=ranks).stdout)
    assert f"{ranks} rank(s), as mpirun counts (OMPI_COMM_WORLD_SIZE={ranks}" in text
    assert "a second writer is refused, from every rank" in text
    if ranks > 1:
        assert "64 MiB" in text and "sums over ranks are right at every size" in text
    assert list(tmp_path.iterdir()) == []


def test_without_a_launcher_it_examines_one_rank(tmp_path):
    (tmp_path / "kept.h5").write_text("x")
    text = doctor("--output", tmp_path).stdout
    assert "started without a launcher" in text
    assert [path.name for path in tmp_path.iterdir()] == ["kept.h5"]


@pytest.mark.parametrize("variables, named", [
    ({"SLURM_NTASKS": "4"}, "SLURM_NTASKS=4"),
    ({"SLURM_STEP_NUM_TASKS": "4"}, "SLURM_STEP_NUM_TASKS=4"),  # srun --mpi=none
    ({"SLURM_STEP_NUM_TASKS": "4", "PMI_FD": "11", "PMI_RANK": "0"}, "set: PMI_RANK, PMI_FD"),
    ({"OMPI_COMM_WORLD_SIZE": "4"}, "OMPI_COMM_WORLD_SIZE=4"),  # the mpirun of another MPI
])
def test_ranks_that_do_not_find_each_other(tmp_path, variables, named):
    text = unwrapped(doctor("--output", tmp_path / "new", expect=4, env=environment(**variables)).stdout)
    assert named in text and "FAILED" in text and "remedy: start with" in text
    assert not (tmp_path / "new").exists()


def test_of_processes_that_do_not_find_each_other_one_speaks():
    done = doctor(expect=4, env=environment(SLURM_STEP_NUM_TASKS="4", SLURM_PROCID="3"))
    assert done.stdout == "" and done.stderr == ""


def test_one_deliberate_process_is_allowed(tmp_path):
    doctor("--allow-single", "--output", tmp_path, env=environment(SLURM_NTASKS="4"))


def test_a_folder_that_only_one_rank_sees(tmp_path):
    one, other = ["-n", "1", *command("--output", tmp_path / "a", *QUICK)], command("--output", tmp_path / "b", *QUICK)
    start = time.monotonic()
    done = subprocess.run(["mpirun", *one, ":", "-n", "1", *other], env=environment(), capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 4
    assert "rank 1 on" in done.stdout and "cannot see what rank 0 wrote" in unwrapped(done.stdout)
    assert time.monotonic() - start < 20
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("x")
    text = unwrapped(doctor("--output", tmp_path / "file" / "results", *QUICK, ranks=2, expect=4).stdout)
    assert "Not a directory (errno 20)" in text
    assert "sums over ranks are right" in text, "the other checks are still made"


def test_a_full_file_system(tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", small], capture_output=True).returncode != 0:
        pytest.skip("this machine does not allow a mount")
    try:
        with open(small / "fill", "wb", buffering=0) as file:
            while file.write(bytes(4096)) == 4096:
                pass
    except OSError:
        pass
    try:
        text = unwrapped(doctor("--output", small, *QUICK, ranks=2, expect=4).stdout)
        assert "free space 0 MB" in text
        assert "rank-0.new: No space left on device (errno 28)" in text
        assert [path.name for path in small.iterdir()] == ["fill"]
    finally:
        subprocess.run(["umount", small], check=True)


def test_more_ranks_than_cores_and_threads(tmp_path):
    cores = len(os.sched_getaffinity(0))
    text = unwrapped(doctor("--output", tmp_path, *QUICK, ranks=cores + 1).stdout)
    assert f"{cores + 1} threads of {cores + 1} rank(s) share {cores} core(s)" in text
    assert "ranks are not bound to cores of their own" in text
    text = unwrapped(doctor("--output", tmp_path, *QUICK, ranks=1, env=environment(OMP_NUM_THREADS="64")).stdout)
    assert "64 threads of 1 rank(s)" in text and "OMP_NUM_THREADS" in text


def test_a_granted_gpu_that_is_not_there(tmp_path):
    env = environment(SLURM_JOB_GPUS="0", BATCHSCOPE_VISIBLE_DEVICES="0")
    text = unwrapped(doctor("--output", tmp_path, "--messages", "8,1M", ranks=2, expect=4, env=env).stdout)
    assert "SLURM_JOB_GPUS=0 grants a GPU" in text and "remedy:" in text


def test_what_libtorch_holds_code_for_is_told(tmp_path):
    text = unwrapped(doctor("--output", tmp_path, *QUICK).stdout)
    assert "LibTorch holds GPU code for" in text and "sm_70" in text  # V100


def test_a_stopped_rank_ends_all(tmp_path):
    """A rank that hangs: the others notice, one says it, and nothing remains."""
    job = subprocess.Popen([*mpirun(2), *command("--output", tmp_path / "new", "--device", "cpu",
                                                 "--stall-timeout", "2", "--messages", ",".join(["64M"] * 200))],
                           env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        line = ""
        while "Communication" not in line:
            line = job.stdout.readline()
            assert line, job.stderr.read()
        ranks = subprocess.run(["pgrep", "-f", f"^{command()[0]} --output {tmp_path}"], capture_output=True, text=True,
                               check=True).stdout.split()
        os.kill(int(ranks[-1]), signal.SIGSTOP)
        _, messages = job.communicate(timeout=30)
    finally:
        job.kill()
    assert job.returncode not in (0, None)
    assert "no progress in" in messages and "btl_tcp_if_include" in messages and messages.count("error:") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ranks, options, answer", [
    (2, ("--outptu", "x"), "did you mean --output?"),
    (None, ("--messages", "7"), "'7' is no message size"),
    (None, ("--device", "gpu"), "unknown device"),
    (None, ("--stall-timeout", "0"), "not positive"),
])
def test_wrong_options(ranks, options, answer):
    done = doctor(*options, ranks=ranks, expect=2)
    assert answer in done.stderr and done.stderr.count("error:") == 1


@pytest.mark.parametrize("option, answer", [("--help", "--messages"), ("--version", "GPU code for")])
def test_help_and_version_work_anywhere(option, answer):
    done = subprocess.run(command(option), env=environment(SLURM_NTASKS="4"), capture_output=True, text=True,
                          check=True)
    assert answer in done.stdout
