"""Data are what they contain: another folder makes no other data, and other contents are never pooled."""

import shutil

from data_files import write_mnist_like
from made_up_runs import MadeUpStudy, jitter
from programs import Study


def study(folder, data):
    return Study(folder, {
        "data": {"name": "mnist", "directory": str(data), "validation_examples": 10},
        "model": {"name": "mlp", "hidden": [4]},
        "training": {"batch_size": [10, 20], "learning_rate": 0.05, "budget": {"epochs": 1}, "seed": [1, 2]}})


def test_other_data_in_the_same_place_are_refused_with_both_hashes(tmp_path):
    data = write_mnist_like(tmp_path / "data")
    first = study(tmp_path, data)
    first.train("--set", "training.seed=[1]")
    write_mnist_like(data, train=61)  # replaced in place
    refused = first.train(expect=3)
    told = " ".join(refused.stderr.split())
    assert "was trained on other data: hash" in told and str(data) in told and "have" in told
    assert len(first.files()) == 2, "nothing was trained"


def test_the_same_data_in_another_place_are_the_same(tmp_path):
    data = write_mnist_like(tmp_path / "data")
    first = study(tmp_path, data)
    first.train("--set", "training.seed=[1]")
    moved = tmp_path / "moved"
    shutil.move(data, moved)
    again = study(tmp_path, moved)
    listed = again.train("--list", ranks=None)
    assert listed.stdout.count("complete") == 2 and listed.stdout.count("pending") == 2
    again.train()
    assert len(again.files()) == 4
    assert "Nothing to do" in again.train().stdout


def test_runs_on_different_data_are_two_studies_and_said_so_first(tmp_path):
    made_up = MadeUpStudy(tmp_path)
    for seed in range(1, 7):
        for size in (16, 64):
            made_up.add(size, seed, data_hash="a" * 32 if seed <= 3 else "b" * 32,
                        validation_accuracy=0.88 + jitter(size, seed, 0.001))
    report = made_up.analyze()
    assert [study["name"] for study in report.json["studies"]] == ["made_up [data aaaaaaaa]", "made_up [data bbbbbbbb]"]
    assert all(len(study["data_hashes"]) == 1 for study in report.json["studies"])
    text = report.text
    assert text.index("The runs of made_up were trained on different data") < text.index("train accuracy:")
