"""E4: data sets without dimension scales are refused by xarray, or get phantom dimensions."""

import os
import pathlib
import signal
import subprocess
import sys
import time

import numpy
import xarray

from programs import BINARIES, GAUSSIANS, Result, analyze, merged

CHECK_READERS = pathlib.Path(__file__).parent.parent / "results" / "check_readers.py"
ENGINES = ["h5netcdf", "netcdf4"]


def check(files):
    done = subprocess.run([sys.executable, str(CHECK_READERS), *map(str, files)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_finished_runs(study):
    """Also one that diverged in its first step, and one with rows for the validation split alone."""
    small = study(merged(GAUSSIANS, {"training": {"learning_rate": [0.05, 1e300], "precision": "float64"},
                                     "evaluate": {"validation_every_examples": 70}}))
    small.train(ranks=2)
    check(small.files())
    statuses = set()
    for result in small.results():
        statuses.add(result.attributes["status"])
        for engine in ENGINES:
            with xarray.open_dataset(result.path, group="epochs", engine=engine) as epochs:
                assert dict(epochs.sizes) == {"epoch": len(result["epochs/epoch"])}
                assert float(epochs.sel(epoch=0.0).train_loss) == result["epochs/train_loss"][0]
            with xarray.open_dataset(result.path, group="steps", engine=engine) as steps:
                assert dict(steps.sizes) == {"step": len(result["steps/step"])}
                assert list(steps.step) == list(range(1, len(result["steps/step"]) + 1))
            with xarray.open_dataset(result.path, group="sharpness", engine=engine) as sharpness:
                assert {"epoch", "k"} <= set(sharpness.sizes)
    assert statuses == {"complete", "diverged"}


def test_sharpness_by_its_dimensions(tmp_path):
    """Of example files: arrays over k and over the size of a box, rows that lack a measure, no eigenvalues at all."""
    subprocess.run([str(BINARIES.parent / "tests" / "write_examples"), str(tmp_path)], check=True)
    check(sorted(tmp_path.glob("*.h5")))
    for engine in ENGINES:
        with xarray.open_dataset(tmp_path / "finished.h5", group="sharpness", engine=engine) as sharpness:
            assert float(sharpness.eigenvalue.sel(epoch=2.0, k=1)) == 9.5
            assert float(sharpness.eigenvalue_converged.sel(epoch=2.0, k=2)) == 0
            assert float(sharpness.keskar_full_by_iteration.sel(epoch=2.0, epsilon=5e-4, iteration=1)) == 3
            assert float(sharpness.slice_loss.sel(epoch=2.0, direction=1, slice_position=0.0)) == 1.25
            assert numpy.isnan(sharpness.keskar_full.sel(epoch=0.5)).all()
            assert list(sharpness.step) == [3, 6]
            assert sharpness.attrs["eigenvalues.tolerance"] == 1e-3
        with xarray.open_dataset(tmp_path / "other_measures.h5", group="sharpness", engine=engine) as sharpness:
            assert dict(sharpness.sizes) == {"epoch": 1, "k": 0, "density_point": 3}
        with xarray.open_dataset(tmp_path / "no_rows.h5", group="sharpness", engine=engine) as sharpness:
            assert dict(sharpness.sizes) == {"epoch": 0, "k": 0}


def test_a_run_without_a_finished_epoch(study, tmp_path):
    """Killed in its first epoch: the file that stands is that of the untrained network."""
    small = study(merged(GAUSSIANS, {"data": {"examples": 200000},
                                     "training": {"batch_size": 1, "budget": {"epochs": 100}}}))
    process = small.start(ranks=None)
    try:
        end = time.monotonic() + 60
        while not small.files():
            assert process.poll() is None and time.monotonic() < end
            time.sleep(0.02)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    file, = small.files()
    result = Result(file)
    assert result.attributes["status"] == "running"
    assert list(result["epochs/epoch"]) == [0] and len(result["steps/step"]) == 0
    assert numpy.isfinite(result["epochs/test_loss"]).all()
    check([file])
    done = analyze(small.output, "--output", tmp_path / "report", expect=None)
    assert "in progress (1)" in done.stdout
