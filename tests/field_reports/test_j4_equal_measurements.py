"""J4: the train loss is a running mean in training mode, the test loss is not: the gap is biased or negative."""

import csv
import pathlib
import shutil
import subprocess
import sys

import h5py
import numpy
import pytest

from programs import Result, analyze, merged

RECOMPUTE = pathlib.Path(__file__).parent.parent / "recompute.py"
FASHION_MNIST = "/usr/share/datasets/fashion-mnist"

# float32, as users train. Dropout and augmentation are on: metrics of frozen weights have neither.
SMALL = {
    "data": {"name": "fashion-mnist", "directory": FASHION_MNIST, "train_examples": 1530,
             "validation_examples": 310, "test_examples": 777},
    "model": {"name": "mlp", "hidden": [20, 15], "dropout": 0.3},
    "training": {"batch_size": 64, "learning_rate": 0.05, "budget": {"epochs": 3}},
}

CASES = {
    "dropout": SMALL,
    "batch_norm": merged(SMALL, {"model": {"batch_norm": True},
                                 "data": {"augmentation": {"crop_padding": 2, "flip": True}}}),
    "softmax_regression": merged(SMALL, {"model": {"hidden": [], "dropout": None}}),
}


def recompute(file, folder=FASHION_MNIST):
    return subprocess.run([sys.executable, str(RECOMPUTE), str(file), str(folder)], capture_output=True, text=True)


@pytest.mark.parametrize("case", CASES)
def test_metrics_follow_from_the_file_and_the_raw_data(study, tmp_path, case):
    small = study(CASES[case])
    small.train(ranks=2)
    result = small.result()
    done = recompute(result.path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()[:3]] == ["train", "validation", "test"]

    # The running mean of training mode is another metric, under another name.
    last_epoch = result["steps/examples"] > 2 * 1530
    running = numpy.average(result["steps/train_loss"][last_epoch], weights=result["steps/batch_examples"][last_epoch])
    assert abs(running / result["epochs/train_loss"][-1] - 1) > 0.01
    with h5py.File(result.path) as file:
        assert "training mode" in file["steps/train_loss"].attrs["long_name"]
        assert "frozen weights in evaluation mode" in file["epochs/train_loss"].attrs["long_name"]

    report = tmp_path / "report"
    done = analyze(result.path, "--output", report)
    assert "test - train loss, train - test accuracy" in done.stdout
    with open(report / "runs.csv", newline="") as file:
        row, = csv.DictReader(file)
    assert row["out_of_sample"] == "test"
    final = {name: result[f"epochs/{name}"][-1] for name in
             ("train_loss", "test_loss", "train_accuracy", "test_accuracy")}
    assert float(row["gap_loss"]) == final["test_loss"] - final["train_loss"]
    assert float(row["gap_accuracy"]) == final["train_accuracy"] - final["test_accuracy"]


def test_without_a_test_split_the_validation_split_stands_in(study, tmp_path):
    small = study(merged(SMALL, {"data": {"test_examples": 0}, "training": {"budget": {"epochs": 1}}}))
    small.train(ranks=None)
    result = small.result()
    assert numpy.isnan(result["epochs/test_loss"]).all()
    assert recompute(result.path).returncode == 0
    done = analyze(result.path, "--output", tmp_path / "report")
    assert "validation - train loss" in done.stdout
    assert "No test split: the gaps are those of the validation split" in done.stdout
    with open(tmp_path / "report" / "runs.csv", newline="") as file:
        row, = csv.DictReader(file)
    assert row["out_of_sample"] == "validation"
    assert float(row["gap_loss"]) == result["epochs/validation_loss"][-1] - result["epochs/train_loss"][-1]


def test_recomputation_would_notice(study, tmp_path):
    """The script itself: a stored metric off by 2e-6, or a weight off by a thousandth, fails."""
    small = study(merged(CASES["batch_norm"], {"training": {"budget": {"epochs": 1}}}))
    small.train(ranks=None)
    path = Result(small.files()[0]).path
    for name, change in (("epochs/test_loss", lambda v: v * (1 + 2e-6)), ("weights/bn2.bias", lambda v: v + 1e-3),
                         ("epochs/validation_accuracy", lambda v: v * numpy.nan)):
        changed = tmp_path / "changed.h5"
        shutil.copy(path, changed)
        with h5py.File(changed, "r+") as file:
            file[name][...] = change(file[name][()])
        assert recompute(changed).returncode == 1, name
