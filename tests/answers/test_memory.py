"""Memory is that of a run itself, and tells which batch fits a device that is not here."""

import pytest

from made_up_runs import MadeUpStudy, jitter
from programs import GAUSSIANS, Result, Study, analyze, merged

WIDE = merged(GAUSSIANS, {
    "data": {"examples": 9000, "validation_examples": 200, "test_examples": 200},
    "model": {"hidden": [1024, 1024]},
    "training": {"micro_batch_size": 8192, "budget": {"epochs": None, "steps": 3}}, "sharpness": {"at_end": False}})


def peak_of(study, batch_size):
    file = next(file for file in study.files() if f"batch_size-{batch_size}_" in file.name)
    return float(Result(file)["epochs/peak_memory_bytes"][-1])


def test_a_small_batch_after_a_large_one_needs_what_it_needs_alone(tmp_path):
    folders = {}
    for name, sizes in (("alone", [16]), ("after", [8192, 16])):
        folders[name] = Study(tmp_path, merged(WIDE, {"training": {"batch_size": sizes}}), name)
        folders[name].train()
    alone, after = peak_of(folders["alone"], 16), peak_of(folders["after"], 16)
    if not alone > 0:
        pytest.skip("this system does not reset the peak of a process")
    assert peak_of(folders["after"], 8192) > alone + 50e6, "the large batch needs visibly more"
    assert abs(after - alone) < 20e6


def made_up(folder, memory):
    study = MadeUpStudy(folder)
    for size in (16, 64, 256):
        for seed in (1, 2, 3):
            study.add(size, seed, memory=memory(size, seed), validation_accuracy=0.88 + jitter(size, seed, 0.002))
    return study


def within(report):
    return report.json["studies"][0]["recipes"][0]["memory"][0]["within"]


def test_the_largest_batch_of_a_device_follows_from_the_slope(tmp_path):
    report = made_up(tmp_path, lambda size, seed: int(1e9 + 2e6 * size)).analyze("--memory", "4GB")
    assert within(report)["capacity_bytes"] == 4e9
    assert within(report)["batch_size"] in (1499, 1500)
    assert "batch 1" in report.text and "That is 5.86 times the most that was measured" in report.text


def test_scatter_makes_the_largest_batch_smaller_and_no_slope_gives_none(tmp_path):
    (tmp_path / "flat").mkdir()
    scattered = made_up(tmp_path, lambda size, seed: int(1e9 + 2e6 * size + (5e6 if size == 64 else 0)))
    assert 0 < within(scattered.analyze("--memory", "4GiB"))["batch_size"] < 1500
    flat = made_up(tmp_path / "flat", lambda size, seed: int(1e9 + 1e6 * jitter(size, seed)))
    report = flat.analyze("--memory", "4GB")
    assert within(report) is None
    assert "not known for" in report.text


@pytest.mark.parametrize("size", ["4", "GB", "-1GB", "4 XB", "0GB", "infGB"])
def test_what_is_no_size_is_refused(tmp_path, size):
    done = analyze(tmp_path, "--memory", size, expect=2)
    assert f"--memory is {size}" in done.stderr
    assert "32GB" in done.stderr
