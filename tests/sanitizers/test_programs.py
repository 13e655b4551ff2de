"""The programs under sanitizers, on tiny studies. A finding ends a program with code 99 (options.cpp), which no test
expects, and its text is in the failure."""

import subprocess

import pytest

from data_files import write_mnist_like
from programs import BINARIES, GAUSSIANS, Result, analyze, environment, merged, mpirun, sharpness

EVERY_MEASURE = ["eigenvalues", "gauss_newton_eigenvalues", "trace", "gauss_newton_trace", "density", "keskar",
                 "worst_case", "average_case", "pac_bayes", "slices", "gradient_covariance", "batch_gradients"]
CONVOLUTIONS = {
    "data": {"name": "fashion-mnist", "train_examples": 20, "validation_examples": 6, "test_examples": 5},
    "model": {"name": "simple_cnn", "batch_norm": True, "dropout": 0.4},
    "training": {"batch_size": 12, "micro_batch_size": 5, "learning_rate": 0.02, "budget": {"epochs": 1}},
    "sharpness": {"measures": ["trace"], "examples": 5, "trace": {"products": 4}},
}
BATCH_NORM = merged(GAUSSIANS, {
    "model": {"hidden": [8, 7], "batch_norm": True, "dropout": 0.2},
    "training": {"schedule": "cosine", "warmup_epochs": 1},
    "sharpness": {"measures": EVERY_MEASURE, "examples": 60, "every_epochs": 1, "slices": {"points": 5},
                  "batch_gradients": {"batch_sizes": [4, 16], "batches": 4}}})
GRID = merged(GAUSSIANS, {
    "training": {"batch_size": [10, 40], "noise_groups": 2, "seed": [1, 2, 3],
                 "optimizer": {"name": "adamw", "weight_decay": 0.01}},
    "sharpness": {"measures": ["trace"]}})


@pytest.mark.parametrize("ranks", [1, 2])
def test_convolutions(study, tmp_path, ranks):
    folder = write_mnist_like(tmp_path / "data", train=30)
    small = study(merged(CONVOLUTIONS, {"data": {"directory": str(folder)}}))
    small.train(ranks=ranks)
    assert small.result().attributes["status"] == "complete"


def test_every_measure_with_stops_and_once_more(study, tmp_path):
    """Stopped in a step and in a measure, resumed, and measured again from the file."""
    small = study(BATCH_NORM)
    small.train(ranks=2, expect=75, env=environment(BATCHSCOPE_FAULT="stop:1:5"))
    small.train(ranks=2, expect=75, env=environment(BATCHSCOPE_FAULT="stop_sharpness:0:13"))
    small.train(ranks=2)
    assert small.result().attributes["status"] == "complete"
    sharpness(small.output, "--output", tmp_path / "again", ranks=1)
    again = Result(tmp_path / "again" / small.name / small.files()[0].name)
    assert again["sharpness/epoch"][-1] == 2.0


def test_queue_of_points_line_and_analysis(study, tmp_path):
    grid = study(GRID)
    grid.train("--ranks-per-point", "1", ranks=2)
    files = grid.files()
    assert len(files) == 6
    sharpness("--line", files[0], files[-1], "--output", tmp_path / "line.csv", "--points", 4)
    for language in ("en", "ko"):
        analyze(grid.output / grid.name, "--language", language, "--output", tmp_path / language)
        assert (tmp_path / language / "report.html").exists()


def test_failures(study):
    """A study that is refused, and a step that throws on one rank and on all."""
    small = study(GAUSSIANS)
    small.train("--set", "training.batch_size=0", ranks=2, expect=2)
    small.train(ranks=2, expect=1, env=environment(BATCHSCOPE_FAULT="throw:1:3"))
    small.train("--overwrite", ranks=1, expect=1, env=environment(BATCHSCOPE_FAULT="allocate:0:3"))


def test_doctor(tmp_path):
    done = subprocess.run([*mpirun(2), str(BINARIES / "batchscope-doctor"), "--device", "cpu", "--messages", "8,1M",
                           "--output", str(tmp_path)], env=environment(), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
