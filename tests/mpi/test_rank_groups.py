"""--ranks-per-point: several points at once, on groups of ranks, give the runs of one point after the other."""

import os
import re
import signal
import time

import pytest

from programs import GAUSSIANS, Result, assert_same_run, environment, merged

# Twelve points of unequal length. 18 leaves a last batch of 2, and shares of a batch differ.
GRID = merged(GAUSSIANS, {"training": {"batch_size": [10, 16, 18, 40], "seed": [1, 2, 3]}})
ENDLESS = merged(GAUSSIANS, {"training": {"batch_size": [10, 16, 18, 40], "budget": {"epochs": 1000000}}})


def statuses(grid):
    return {file.stem: Result(file).attributes["status"] for file in grid.files()}


def assert_same_grid(grid, output, reference, tolerance):
    files = grid.files(output)
    assert [file.name for file in files] == [file.name for file in grid.files(reference)]
    for file, other in zip(files, grid.files(reference)):
        assert_same_run(Result(file), Result(other), tolerance)


def test_every_grouping_gives_the_same_results(study, tmp_path):
    grid = study(GRID)
    grid.train(output=tmp_path / "one_rank")
    assert len(grid.files(tmp_path / "one_rank")) == 12
    for grouping, repeats in [("1", True), ("2", True), ("3", False), ("auto", False)]:
        done = grid.train("--ranks-per-point", grouping, ranks=4, output=tmp_path / grouping)
        assert_same_grid(grid, tmp_path / grouping, tmp_path / "one_rank", tolerance=1e-10)
        assert not list((tmp_path / grouping).glob("*/.*"))
        if repeats:
            grid.train("--ranks-per-point", grouping, ranks=4, output=tmp_path / "again" / grouping)
            assert_same_grid(grid, tmp_path / "again" / grouping, tmp_path / grouping, tolerance=0)
        if grouping == "3":  # the fourth rank makes no second group of three
            assert "[ranks" not in done.stdout


def test_output_says_who_trains_what(study):
    grid = study(GRID)
    done = grid.train("--ranks-per-point", "2", ranks=5)
    assert "12 point(s) on 2 group(s) of 2 to 3 rank(s)" in done.stdout
    assert "not bit for bit" in done.stdout  # uneven groups
    lines = done.stdout.splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("[ranks"))
    for line in lines[first:]:
        assert re.match(r"\[ranks (0-1|2-4)\] ", line), line
    for file in grid.files():
        assert sum(f"{file}: complete" in line for line in lines) == 1
    # A result names the ranks that made it, not those of the whole job.
    assert {len(result["environment/hosts"]) for result in grid.results()} <= {2, 3}
    assert "Nothing to do" in grid.train("--ranks-per-point", "2", ranks=5).stdout


def test_fewer_points_than_ranks_and_aliases(study):
    grid = study(merged(GAUSSIANS, {"training": {"batch_size": [16, 40], "reference_batch_size": 16,
                                                 "learning_rate_scaling": ["none", "linear"]}}))
    done = grid.train("--ranks-per-point", "auto", ranks=4)
    assert "3 point(s) on 3 group(s) of 1 to 2 rank(s)" in done.stdout
    assert [result.attributes["alias_of"] for result in grid.results()].count("") == 3
    assert set(statuses(grid).values()) == {"complete"}
    one = study(GAUSSIANS, name="one")
    one.train("--ranks-per-point", "1", ranks=4)  # three groups have nothing to do


def test_a_diverged_run_is_a_result_and_leaves_the_others_alone(study):
    grid = study(merged(GAUSSIANS, {"training": {"learning_rate": [0.05, 1e30], "seed": [1, 2]}}))
    grid.train("--ranks-per-point", "2", ranks=4)
    assert sorted(statuses(grid).values()) == ["complete", "complete", "diverged", "diverged"]


@pytest.mark.parametrize("per_point", ["1", "2"])
def test_out_of_memory_at_one_point(study, per_point):
    """Only batches of 10 come to a step 35; with two ranks, one of them alone is out of memory."""
    grid = study(merged(GAUSSIANS, {"training": {"batch_size": [10, 16, 18, 40]}}))
    done = grid.train("--ranks-per-point", per_point, ranks=4, expect=1,
                      env=environment(BATCHSCOPE_FAULT="allocate:0:35"))
    assert done.stderr.count("error:") == 1 and "out of memory" in done.stderr
    found = statuses(grid)
    assert found.pop("batch_size-10_seed-1") == "failed"
    if per_point == "1":
        assert "the grid goes on" in done.stderr
        assert set(found.values()) == {"complete"} and len(found) == 3
    else:
        assert "error: rank 0 of 4 on " in done.stderr
    grid.assert_all_gone()


def start_endless(grid, *options, points):
    """A job that trains so many points at the same time, each past its first rows."""
    job = grid.start("--device", "cpu", *options, ranks=4)
    for point in range(points):
        grid.wait_for_rows(job, file=point)
    assert len(grid.ranks()) == 4
    return job


@pytest.mark.parametrize("per_point, number", [("1", signal.SIGUSR1), ("2", signal.SIGTERM)])
def test_a_stop_request_to_one_rank_stops_all_groups(study, per_point, number):
    grid = study(ENDLESS)
    points = 4 // int(per_point)
    job = start_endless(grid, "--ranks-per-point", per_point, points=points)
    os.kill(grid.ranks()[-1], number)
    start = time.monotonic()
    output, messages = job.communicate(timeout=30)
    assert job.returncode == 75, messages
    assert time.monotonic() - start < 10
    grid.assert_all_gone(1)
    reasons = [result.attributes["reason"] for result in grid.results()]
    assert list(statuses(grid).values()) == ["stopped"] * points, (reasons, output, messages)
    assert len(grid.checkpoints()) == points
    assert output.count("start the same command again") == points
    assert "error:" not in messages


def test_a_job_that_the_scheduler_suspends_goes_on(study):
    """Nobody hears of anybody for longer than the limit, and nobody is lost."""
    grid = study(ENDLESS)
    job = start_endless(grid, "--ranks-per-point", "1", "--stall-timeout", "3", points=4)
    ranks = grid.ranks()
    for number, seconds in [(signal.SIGSTOP, 5), (signal.SIGCONT, 4)]:
        for rank in ranks:
            os.kill(rank, number)
        time.sleep(seconds)
    assert job.poll() is None
    os.kill(ranks[1], signal.SIGUSR1)
    output, messages = job.communicate(timeout=30)
    assert job.returncode == 75, messages
    assert "All groups have stopped" in output


def test_a_stopped_grid_goes_on_to_the_same_results(study, tmp_path):
    grid = study(merged(ENDLESS, {"training": {"budget": {"epochs": 500}}}))
    grid.train("--ranks-per-point", "1", ranks=4, output=tmp_path / "undisturbed")
    stops = 0
    for _ in range(20):
        job = grid.start("--device", "cpu", "--ranks-per-point", "1", ranks=4)
        job.stdout.readline()
        time.sleep(0.4 + 0.1 * stops)
        ranks = grid.ranks()
        if len(ranks) == 4:  # else it has just ended
            os.kill(ranks[stops % 4], signal.SIGUSR2)
        _, messages = job.communicate(timeout=60)
        assert job.returncode in (0, 75), messages
        if job.returncode == 0:
            break
        stops += 1
    assert job.returncode == 0 and stops > 0
    assert_same_grid(grid, grid.output, tmp_path / "undisturbed", tolerance=0)


@pytest.mark.parametrize("per_point, which", [("1", 0), ("1", 2), ("2", 3)])
def test_a_killed_rank_ends_the_job_and_its_run_is_marked(study, per_point, which):
    grid = study(ENDLESS)
    points = 4 // int(per_point)
    job = start_endless(grid, "--ranks-per-point", per_point, points=points)
    os.kill(grid.ranks()[which], signal.SIGKILL)
    job.communicate(timeout=60)
    assert job.returncode not in (0, 75)
    grid.assert_all_gone()
    assert "failed" in statuses(grid).values()
    assert set(statuses(grid).values()) <= {"failed", "stopped"}


@pytest.mark.parametrize("per_point, which", [("1", 0), ("1", 3), ("2", 2)])
def test_a_rank_that_hangs_ends_the_job_after_the_others_have_saved(study, per_point, which):
    grid = study(ENDLESS)
    points = 4 // int(per_point)
    job = start_endless(grid, "--ranks-per-point", per_point, "--stall-timeout", "8", points=points)
    os.kill(grid.ranks()[which], signal.SIGSTOP)
    start = time.monotonic()
    _, messages = job.communicate(timeout=60)
    assert time.monotonic() - start < 40
    assert job.returncode not in (0, 75)
    assert messages.count("error:") == 1, messages
    assert f"no sign of life from rank {which} for " in messages
    grid.assert_all_gone()
    found = list(statuses(grid).values())
    assert found.count("failed") == 1 and found.count("stopped") == points - 1, found


def test_an_exception_on_one_rank_of_a_group_ends_the_job(study):
    grid = study(merged(ENDLESS, {"training": {"batch_size": [10, 16], "budget": {"epochs": 100}}}))
    done = grid.train("--ranks-per-point", "2", ranks=4, expect=1,
                      env=environment(BATCHSCOPE_FAULT="throw:1:1500"))  # 10 alone has so many steps
    assert done.stderr.count("error:") == 1 and "injected failure" in done.stderr
    assert re.search(r"error: rank [13] of 4 on ", done.stderr)
    assert statuses(grid)["batch_size-10_seed-1"] == "failed"
    grid.assert_all_gone()


def test_a_point_that_another_job_writes_stops_the_other_groups_in_order(study):
    grid = study(ENDLESS)
    other = grid.start("--device", "cpu", "--task", "1")
    grid.wait_for_rows(other)
    done = grid.train("--ranks-per-point", "1", ranks=4, expect=4, timeout=60)
    assert done.stderr.count("error:") == 1 and "another process is writing" in done.stderr
    assert re.search(r"^\[rank \d\] error: ", done.stderr, re.MULTILINE)
    assert other.poll() is None
    found = statuses(grid)
    assert found.pop("batch_size-16_seed-1") == "running"
    assert set(found.values()) <= {"stopped"}
    assert len(grid.checkpoints()) >= len(found)


@pytest.mark.parametrize("value, ranks", [("5", 4), ("0", 2), ("many", 2)])
def test_a_wrong_number_is_refused_before_any_output(study, value, ranks):
    grid = study(GRID)
    done = grid.train("--ranks-per-point", value, ranks=ranks, expect=2)
    assert f"--ranks-per-point {value}" in done.stderr and done.stderr.count("error:") == 1
    assert not grid.output.exists()
