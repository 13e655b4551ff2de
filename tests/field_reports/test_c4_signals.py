"""C4: the signal never reaches the ranks, or arrives where saving never ends."""

import contextlib
import os
import random
import signal
import time

import pytest

from programs import FEW_CHECKPOINTS, GAUSSIANS, Study, assert_same_run, environment, merged

# Long enough to be met anywhere: much of its time goes into evaluations.
LONG = merged(GAUSSIANS, {
    "data": {"examples": 6000, "validation_examples": 3000, "test_examples": 3000, "features": 20},
    "model": {"hidden": [64, 64], "batch_norm": True},
    "training": {"budget": {"epochs": 100000}},
})
SIGNALS = {"USR1": signal.SIGUSR1, "USR2": signal.SIGUSR2, "TERM": signal.SIGTERM}


def stop(small, job, number, targets):
    """Sends the signal and checks that all ranks save and end within ten seconds; returns the step saved."""
    for process in targets:
        os.kill(process, number)
    start = time.monotonic()
    output, messages = job.communicate(timeout=30)
    assert job.returncode == 75, output + messages
    assert time.monotonic() - start < 10
    small.assert_all_gone(1)
    result = small.result()
    assert result.attributes["status"] == "stopped"
    assert len(small.checkpoints()) <= 2
    listed = small.train("--list", ranks=None).stdout.splitlines()[1].split()
    step = int(result["steps/step"][-1]) if len(result["steps/step"]) else 0
    assert listed[3:5] == [str(step), "stopped"]
    return step


@pytest.mark.parametrize("ranks", [1, 3])
def test_at_random_times(study, ranks):
    """USR1 and USR2 to mpirun; TERM, USR1 and USR2 to one rank or to all: each start goes on after the last."""
    small = study(LONG)
    moments = random.Random(ranks)
    saved = 0
    one_of_several = [("TERM", "one"), ("USR1", "one"), ("USR2", "one")] if ranks > 1 else []
    for name, to in [("USR1", "mpirun"), ("USR2", "mpirun"), *one_of_several, ("TERM", "all"), ("USR1", "all")]:
        job = small.start("--device", "cpu", ranks=ranks)
        job.stdout.readline()  # promised from the first line of output on
        time.sleep(moments.uniform(0, 1.5))
        processes = small.ranks()
        assert len(processes) == ranks
        targets = {"mpirun": [job.pid], "one": [moments.choice(processes)], "all": processes}[to]
        step = stop(small, job, SIGNALS[name], targets)
        assert step >= saved, f"{name} to {to}: went back to step {step} from {saved}"
        saved = step
    assert saved > 0


def test_again_and_again_while_it_saves(study):
    """A job script repeats the signal; mpirun dies of one that meets it after its ranks have ended."""
    small = study(LONG)
    job = small.start("--device", "cpu", ranks=2)
    small.wait_for_rows(job)
    while small.result().attributes["status"] == "running":
        os.kill(job.pid, signal.SIGUSR1)
        time.sleep(0.01)
    while ranks := small.ranks():
        for rank in ranks:
            with contextlib.suppress(ProcessLookupError):
                os.kill(rank, signal.SIGUSR1)
    job.communicate(timeout=30)
    assert job.returncode == 75
    assert small.result().attributes["status"] == "stopped"


def test_a_rank_that_waits_long_for_the_others_marks_nothing(study):
    """A launcher that ends the job sends TERM; so does a user, and then all stop in order, if slowly."""
    small = study(LONG)
    job = small.start("--device", "cpu", ranks=2, env=environment(BATCHSCOPE_FAULT="slow:0:2000"))
    small.wait_for_rows(job, rows=1)
    os.kill(small.ranks()[1], signal.SIGTERM)
    seen = set()
    while job.poll() is None:
        seen.add(small.result().attributes["status"])
        time.sleep(0.02)
    assert job.returncode == 75
    assert seen <= {"running", "stopped"}
    assert small.result().attributes["status"] == "stopped"


def test_terminating_mpirun_leaves_the_newest_checkpoint_whole(study, tmp_path):
    """It kills its ranks within two seconds: no more than the last checkpoint is promised."""
    short = study(merged(LONG, {"training": {"budget": {"epochs": 60}}, "output": {"checkpoint_minutes": 0.001}}))
    short.train("--device", "cpu", *FEW_CHECKPOINTS, ranks=2, output=tmp_path / "whole")
    job = short.start("--device", "cpu", ranks=2)
    short.wait_for_rows(job, 3)
    job.terminate()
    job.communicate(timeout=30)
    assert job.returncode != 0
    short.assert_all_gone()
    assert short.checkpoints()
    done = short.train("--device", "cpu", *FEW_CHECKPOINTS, ranks=2)
    assert "resumed after step" in done.stdout
    assert_same_run(short.result(), short.result(tmp_path / "whole"), 0)


# Seconds of measuring after a moment of training; the last measures run longest.
MEASURED = merged(GAUSSIANS, {
    "data": {"examples": 4500, "features": 20}, "model": {"hidden": [32]},
    "training": {"budget": {"epochs": 1}},
    "sharpness": {"micro_batch_size": 8, "measures": ["eigenvalues", "trace", "density", "keskar", "slices"],
                  "eigenvalues": {"products": 40}, "density": {"steps": 20}, "trace": {"products": 50},
                  "keskar": {"subspace": 5, "starts": 3, "iterations": 5}},
    "output": {"checkpoint_minutes": 1e-6},  # after each product
})


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The result of MEASURED."""
    small = Study(tmp_path_factory.mktemp("undisturbed"), MEASURED)
    small.train("--device", "cpu", *FEW_CHECKPOINTS, ranks=2)
    return small.result()


def saved_in_measurement(small):
    """What tells the newest checkpoint of the sharpness phase from the one before it; None where there is none."""
    newest = None
    for checkpoint in small.checkpoints():
        with contextlib.suppress(FileNotFoundError):  # just renamed: it is the previous one now
            if b"phase sharpness" in checkpoint.read_bytes()[:512]:
                newest = max(newest or 0, checkpoint.stat().st_mtime_ns)
    return newest


def start_and_wait_for_measurement(small):
    """A job that measures: it has saved once more within the sharpness phase, which it does after each product."""
    before = saved_in_measurement(small)
    job = small.start("--device", "cpu", ranks=2)
    job.stdout.readline()
    deadline = time.monotonic() + 60
    while saved_in_measurement(small) == before:
        assert job.poll() is None and time.monotonic() < deadline, "no checkpoint of the sharpness phase"
        time.sleep(0.02)
    return job


def test_while_sharpness_is_measured(study, undisturbed):
    """At random times; stopped again and again within one measurement, it ends as if undisturbed."""
    small = study(MEASURED)
    seconds = float(undisturbed["sharpness/seconds"][0])
    moments = random.Random(1)
    stopped = 0
    for name, to in [("USR1", "mpirun"), ("USR2", "mpirun"), ("TERM", "one"), ("USR1", "one"), ("USR2", "one")]:
        job = start_and_wait_for_measurement(small)
        time.sleep(moments.uniform(0, seconds / 8))
        stop(small, job, SIGNALS[name], [job.pid] if to == "mpirun" else [moments.choice(small.ranks())])
        result = small.result()
        stopped += "measurement of sharpness" in result.attributes["reason"]
        assert len(result["sharpness/epoch"]) == 0
    assert stopped >= 4
    done = small.train("--device", "cpu", *FEW_CHECKPOINTS, ranks=2)
    assert "resumed after step" in done.stdout
    assert_same_run(small.result(), undisturbed, 0)


@pytest.mark.parametrize("ranks", [1, 3])
def test_before_the_last_measure(study, tmp_path, ranks):
    """Of each of three measurements of a run, by one rank's signal to itself."""
    small = study(merged(MEASURED, {"data": {"examples": 300}, "training": {"budget": {"epochs": 2}},
                                    "sharpness": {"every_epochs": 1, "micro_batch_size": 100},
                                    "output": {"checkpoint_minutes": 10}}))
    small.train("--device", "cpu", ranks=ranks, output=tmp_path / "whole")
    whole = small.result(tmp_path / "whole")
    steps = whole["sharpness/step"]
    assert len(steps) >= 2
    for step in steps:
        small.train("--device", "cpu", ranks=ranks, expect=75,
                    env=environment(BATCHSCOPE_FAULT=f"stop_sharpness:{ranks - 1}:{step}"))
        assert small.result().attributes["reason"] == (
            f"stopped on request in the measurement of sharpness after step {step}")
    small.train("--device", "cpu", ranks=ranks)
    assert_same_run(small.result(), whole, 0)


def test_killed_while_sharpness_is_measured(study, undisturbed):
    """A killed measurement goes on within itself, from its last product."""
    small = study(MEASURED)
    seconds = float(undisturbed["sharpness/seconds"][0])
    moments = random.Random(2)
    for _ in range(3):
        job = start_and_wait_for_measurement(small)
        time.sleep(moments.uniform(0, seconds / 8))
        for process in small.ranks()[:moments.choice([1, 2])]:
            os.kill(process, signal.SIGKILL)
        job.communicate(timeout=60)
        assert job.returncode not in (0, 75)
        small.assert_all_gone()
    done = small.train("--device", "cpu", *FEW_CHECKPOINTS, ranks=2)
    assert "resumed after step" in done.stdout and "in sharpness" in done.stdout, done.stdout
    assert_same_run(small.result(), undisturbed, 0)
