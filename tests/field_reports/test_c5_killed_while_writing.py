"""C5: a kill in the middle of a save leaves a broken file; a full disk loses what was there.

BATCHSCOPE_KILLS: how often the runs are killed (20; the long test: 200).
"""

import os
import random
import signal
import subprocess
import time

import numpy
import pytest

from programs import FEW_CHECKPOINTS, GAUSSIANS, assert_same_run, environment, merged

KILLS = int(os.environ.get("BATCHSCOPE_KILLS", "20"))
KILLS_OF_A_VARIANT = 5 if KILLS < 100 else 25

# Seconds long; with checkpoints so often that they take most of the time: many kills meet one.
RUN = merged(GAUSSIANS, {
    "data": {"examples": 1500, "validation_examples": 300, "test_examples": 300, "features": 30},
    "model": {"hidden": [40, 40]},
    "training": {"batch_size": 10, "precision": "float32", "budget": {"epochs": 60}},
    "output": {"checkpoint_minutes": 0.0003},
})
VARIANTS = [
    {"model": {"dropout": 0.2}, "training": {"schedule": "cosine"}},
    {"model": {"batch_norm": True}, "training": {"optimizer": {"name": "adamw", "weight_decay": 0.01}}},
    {"training": {"optimizer": {"nesterov": True}, "schedule": "step", "step_epochs": [5, 20]}},
    {"model": {"batch_norm": True, "dropout": 0.2}, "batch_norm": {"statistics": "ghost", "size": 2},
     "training": {"batch_size": 12, "warmup_epochs": 3}},
    {"training": {"optimizer": {"momentum": 0}}, "evaluate": {"validation_every_examples": 500}},
    {"training": {"optimizer": {"name": "adamw"}, "schedule": "cosine"}, "model": {"batch_norm": True, "dropout": 0.1}},
    {"training": {"precision": "float64", "micro_batch_size": 2}, "model": {"batch_norm": True}},
    {"training": {"learning_rate_scaling": "sqrt", "reference_batch_size": 20, "warmup_epochs": 2}},
]


class Killed:
    """A run that is killed at random times, and what must be true of its files after each."""

    def __init__(self, small, ranks, moments):
        self.small, self.ranks, self.moments = small, ranks, moments
        self.rows = self.saved = 0
        self.finished = False

    def start_and_kill(self):
        """Returns whether the run was killed before its end."""
        job = self.small.start("--device", "cpu", ranks=self.ranks)
        job.stdout.readline()
        time.sleep(self.moments.uniform(0, 1.0))
        processes = self.small.ranks()
        for process in processes if self.moments.random() < 0.5 else processes[:1] or []:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass
        output, messages = job.communicate(timeout=60)
        self.small.assert_all_gone()
        self.finished = job.returncode == 0
        if not self.finished:
            assert job.returncode != 75, output + messages
            assert "is of no use" not in messages
        return not self.finished

    def check_files(self):
        if not self.small.files():
            return
        result = self.small.result()
        steps = result["steps/step"]
        assert numpy.array_equal(steps, numpy.arange(1, len(steps) + 1))
        assert len(result["epochs/epoch"]) >= self.rows
        self.rows = len(result["epochs/epoch"])
        if result.attributes["status"] == "complete":  # killed after its end
            self.finished = True
            return
        saved = self.small.train("--list", ranks=None).stdout.splitlines()[1].split()[3]
        saved = 0 if saved == "-" else int(saved)
        assert saved >= self.saved
        self.saved = saved


@pytest.mark.parametrize("variant", range(KILLS // KILLS_OF_A_VARIANT))
def test_killed_at_random_times(study, tmp_path, variant):
    small = study(merged(RUN, VARIANTS[variant % len(VARIANTS)]))
    ranks = 1 + variant % 3
    moments = random.Random(variant)
    small.train("--device", "cpu", *FEW_CHECKPOINTS, ranks=ranks, output=tmp_path / "whole")
    killed = Killed(small, ranks, moments)
    kills = 0
    while kills < KILLS_OF_A_VARIANT:
        kills += killed.start_and_kill()
        killed.check_files()
        if killed.finished:
            assert_same_run(small.result(), small.result(tmp_path / "whole"), 0, but=["config"])
            small.files()[0].unlink()
            killed = Killed(small, ranks, moments)
    small.train("--device", "cpu", *FEW_CHECKPOINTS, ranks=ranks)
    assert_same_run(small.result(), small.result(tmp_path / "whole"), 0)
    assert not small.checkpoints()


def stopped(small, **options):
    small.train(ranks=2, expect=75, env=environment(BATCHSCOPE_FAULT="stop:1:300"), **options)
    small.train(ranks=2, expect=75, env=environment(BATCHSCOPE_FAULT="stop:1:500"), **options)


def test_a_truncated_checkpoint_falls_back_and_says_so(study, tmp_path):
    small = study(merged(RUN, {"training": {"budget": {"epochs": 6}}, "output": {"checkpoint_minutes": 10}}))
    small.train(ranks=2, output=tmp_path / "whole")
    stopped(small)
    newest, previous = small.checkpoints()
    with open(newest, "r+b") as file:
        file.truncate(newest.stat().st_size // 2)
    done = small.train(ranks=2)
    assert f"the checkpoint {newest} is of no use: it is cut off" in done.stderr
    assert f"going on from {previous}" in done.stderr and "resumed after step 301" in done.stdout
    assert_same_run(small.result(), small.result(tmp_path / "whole"), 0)


def test_two_damaged_checkpoints_begin_again_and_say_so(study, tmp_path):
    small = study(merged(RUN, {"training": {"budget": {"epochs": 6}}, "output": {"checkpoint_minutes": 10}}))
    small.train(ranks=2, output=tmp_path / "whole")
    stopped(small)
    for file in small.checkpoints():
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    done = small.train(ranks=2)
    assert done.stderr.count("its checksum does not fit") == 2 and "the run begins again" in done.stderr
    assert_same_run(small.result(), small.result(tmp_path / "whole"), 0)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of two megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("needs the right to mount a tmpfs")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def test_a_full_disk_at_any_write(study, tmp_path, small_disk):
    """Old data stay as they were, the error is told, and with space again the run ends as if undisturbed."""
    small = study(merged(RUN, {"training": {"budget": {"epochs": 8}}, "output": {"checkpoint_minutes": 10}}))
    small.train(ranks=2, output=tmp_path / "whole")
    whole = small.result(tmp_path / "whole")
    stopped(small, output=small_disk)
    many_checkpoints = ("--set", "output.checkpoint_minutes=0.0001")
    filler = small_disk / "filler"
    full = 0
    for free in [0, 4, 150, 300, 400]:  # kilobytes: lock, result, checkpoint, both
        before = small.result(small_disk)
        space = os.statvfs(small_disk)
        filler.write_bytes(bytes(max(0, space.f_bavail * space.f_bsize - free * 1024)))
        done = small.train(*many_checkpoints, ranks=2, output=small_disk, expect=None)
        filler.unlink()
        if done.returncode != 0:
            full += 1
            assert done.returncode in (1, 4) and "No space left on device" in done.stderr, done.stderr
            assert done.stderr.count("error:") == 1, done.stderr
        result = small.result(small_disk)
        assert len(result["steps/step"]) >= len(before["steps/step"])
        if done.returncode == 0:
            break
    assert full >= 3
    small.train(ranks=2, output=small_disk)
    assert_same_run(small.result(small_disk), whole, 0)
