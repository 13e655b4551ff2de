"""D6: tasks of an array that start at once overwrite each other's output."""

import fcntl
import os
import time

from programs import GAUSSIANS, Result, environment, merged


def test_twenty_tasks_at_once(study):
    grid = study(merged(GAUSSIANS, {"training": {"batch_size": [10, 20, 30, 40], "seed": [1, 2, 3, 4, 5]}}))
    jobs = [grid.start("--task", str(task), "--device", "cpu", ranks=None,
                       env=environment(OMP_NUM_THREADS="1")) for task in range(20)]
    for job in jobs:
        _, messages = job.communicate(timeout=120)
        assert job.returncode == 0, messages
    results = [Result(file) for file in grid.files()]
    points = {(result.attributes["batch_size"], result.attributes["seed"]) for result in results}
    assert len(results) == len(points) == 20
    assert all(result.attributes["status"] == "complete" for result in results)
    for result in results:
        assert result.path.name == f"batch_size-{result.attributes['batch_size']}_seed-{result.attributes['seed']}.h5"
    assert sorted(grid.output.glob("*/*")) == sorted(grid.files())
    assert not list(grid.output.glob("*/.*"))


def test_a_second_trainer_of_a_point_is_refused_and_the_first_unharmed(study):
    small = study(merged(GAUSSIANS, {"training": {"budget": {"epochs": 1000000}}}))
    first = small.start("--device", "cpu")
    deadline = time.monotonic() + 60
    while not small.files():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    second = small.train("--device", "cpu", expect=4)
    assert "another process is writing" in second.stderr and "process" in second.stderr
    rows = len(small.result()["epochs/epoch"])
    time.sleep(1)
    assert first.poll() is None and len(small.result()["epochs/epoch"]) >= rows
    first.send_signal(12)  # SIGUSR2 to mpirun: stop with all rows saved
    first.communicate(timeout=60)
    assert first.returncode == 75
    assert small.result().attributes["status"] == "stopped"


def test_the_lock_of_a_killed_job_is_waited_for(study):
    """Without locks in the file system a killed writer's file stays; a job that is started again must not fail."""
    small = study(GAUSSIANS)
    folder = small.output / "small"
    folder.mkdir(parents=True)
    lock = folder / ".batch_size-16_seed-1.lock"

    def left(seconds_ago):
        lock.write_text("exclusive-file\nhost gone, process 1, Slurm job 7\n")
        os.utime(lock, (time.time() - seconds_ago,) * 2)

    left(10)
    done = small.train(ranks=2, expect=4)
    assert "host gone, process 1, Slurm job 7" in done.stderr
    left(296)
    done = small.train(ranks=2)
    assert "probably dead" in done.stderr and "host gone, process 1, Slurm job 7" in done.stderr
    assert small.result().attributes["status"] == "complete"
    assert not lock.exists()


def test_tasks_that_end_together_may_write_the_same_alias(study):
    """A run that stands at two points of the grid: whoever ends first writes the second file, the other goes on."""
    grid = study(merged(GAUSSIANS, {"training": {"batch_size": [16, 20], "reference_batch_size": 16,
                                                 "learning_rate_scaling": ["none", "linear"]}}))
    alias = grid.output / "small" / "batch_size-16_seed-1_learning_rate_scaling-linear.h5"
    alias.parent.mkdir(parents=True)
    lock = alias.with_name(f".{alias.stem}.lock")
    with open(lock, "w", encoding="utf-8") as other:
        other.write("kernel-lock\nhost n1, process 1\n")
        other.flush()
        fcntl.lockf(other, fcntl.LOCK_EX)
        grid.train("--task", "0", "--device", "cpu")
        assert len(grid.files()) == 1 and not alias.exists()
    grid.train("--task", "1", "--device", "cpu")
    assert Result(alias).attributes["alias_of"] == grid.files()[1].name


def test_a_finished_result_is_kept(study):
    small = study(GAUSSIANS)
    small.train()
    before = small.files()[0].read_bytes()
    again = small.train()
    assert "Nothing to do" in again.stdout and "--overwrite" in again.stdout
    assert small.files()[0].read_bytes() == before
    other = small.train("--set", "training.learning_rate=0.01", expect=2)
    assert "another configuration" in other.stderr
    assert "training.learning_rate: 0.05" in other.stderr and "0.01" in other.stderr
    assert small.files()[0].read_bytes() == before
    small.train("--set", "training.learning_rate=0.01", "--overwrite")
    assert small.result().attributes["learning_rate"] == 0.01
