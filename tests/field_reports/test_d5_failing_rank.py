"""D5: one rank fails, the rest hang, and the scheduler reads success."""

import os
import signal

import pytest

from programs import GAUSSIANS, Result, environment, merged

LONG = merged(GAUSSIANS, {"training": {"budget": {"epochs": 1000000}}})


def test_unreadable_data_on_one_rank(study):
    small = study(LONG)
    done = small.train(ranks=2, expect=3, timeout=60, env=environment(BATCHSCOPE_FAULT="data:1:0"))
    assert "rank 1 of 2 on " in done.stderr and "the data cannot be read" in done.stderr
    assert done.stderr.count("error:") == 1
    small.assert_all_gone()


@pytest.mark.parametrize("fault, cause", [("throw", "injected failure"), ("allocate", "out of memory")])
@pytest.mark.parametrize("rank", [0, 1])
def test_exception_on_one_rank(study, fault, cause, rank):
    small = study(LONG)
    done = small.train(ranks=2, expect=1, timeout=60, env=environment(BATCHSCOPE_FAULT=f"{fault}:{rank}:20"))
    assert f"error: rank {rank} of 2 on " in done.stderr and cause in done.stderr
    assert done.stderr.count("error:") == 1
    result = small.result()
    assert result.attributes["status"] == "failed" and cause in result.attributes["reason"]
    small.assert_all_gone()


def start_training(small, *options):
    """A running job whose result file has rows, and its ranks."""
    job = small.start("--device", "cpu", *options, ranks=2)
    small.wait_for_rows(job)
    return job, small.ranks()


def test_killed_rank(study):
    small = study(LONG)
    job, ranks = start_training(small)
    os.kill(ranks[-1], signal.SIGKILL)
    _, messages = job.communicate(timeout=60)
    assert job.returncode != 0
    result = small.result()
    assert result.attributes["status"] == "failed" and "a rank was lost" in result.attributes["reason"]
    assert len(result["epochs/epoch"]) >= 3
    small.assert_all_gone()


@pytest.mark.parametrize("which", [0, -1])
def test_hanging_rank(study, which):
    small = study(LONG)
    job, ranks = start_training(small, "--stall-timeout", "3")
    os.kill(ranks[which], signal.SIGSTOP)
    _, messages = job.communicate(timeout=60)
    assert job.returncode == 137  # job scripts start again
    assert "another rank hangs or is lost" in messages and messages.count("error:") == 1
    assert small.result().attributes["status"] == "failed"
    small.assert_all_gone()


def test_failure_on_all_ranks_alike_marks_the_point_and_the_grid_goes_on(study):
    """Out of memory at one batch size says nothing against the next one."""
    grid = study(merged(GAUSSIANS, {"training": {"batch_size": [16, 32]}}))
    # Without a rank to wait for, a failure of the only rank is one of all.
    done = grid.train(ranks=1, expect=1, env=environment(BATCHSCOPE_FAULT="allocate:0:20"))
    assert "the grid goes on" in done.stderr
    first, second = (Result(file) for file in grid.files())
    assert first.attributes["status"] == "failed" and "out of memory" in first.attributes["reason"]
    assert second.attributes["status"] == "complete"
