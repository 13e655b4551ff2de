"""batchscope-sharpness measures finished result files as their training would have."""

import pathlib
import shutil
import signal
import subprocess
import time

import h5py
import numpy
import pytest

from programs import (
    BINARIES,
    GAUSSIANS,
    Result,
    analyze,
    assert_same_run,
    environment,
    every_measure,
    merged,
    mpirun,
    sharpness,
)

EVERYTHING = merged(GAUSSIANS, {
    "model": {"batch_norm": True}, "training": {"precision": "float32"},
    "sharpness": {"measures": every_measure(), "examples": 150, "density": {"steps": 10}, "keskar": {"starts": 2},
                  "batch_gradients": {"batches": 4}}})
SMALL = merged(GAUSSIANS, {"sharpness": {"measures": ["eigenvalues", "trace"]}})


def measured(study, folder, name="sharp"):
    return folder / name / study.name / study.files()[0].name


def columns(result):
    return {name: array for name, array in result.arrays.items() if name.startswith("sharpness/")}


def assert_same_columns(result, reference, tolerance=0.0):
    """Equal /sharpness but for its seconds."""
    assert columns(result).keys() == columns(reference).keys()
    for name in columns(reference).keys() - {"sharpness/seconds"}:
        if tolerance == 0:
            assert numpy.array_equal(result[name], reference[name], equal_nan=True), name
        else:
            # Residuals of exact products are rounding themselves.
            numpy.testing.assert_allclose(result[name], reference[name], rtol=tolerance, atol=1e-10, err_msg=name)


def attributes_of_sharpness(file):
    with h5py.File(file) as opened:
        return dict(opened["sharpness"].attrs)


def test_all_measures_bit_for_bit_as_in_training(study, tmp_path):
    small = study(EVERYTHING)
    small.train(ranks=2)
    file = small.files()[0]
    before = file.read_bytes()
    sharpness(small.output, "--output", tmp_path / "sharp")
    again, trained = Result(measured(small, tmp_path)), small.result()
    assert file.read_bytes() == before
    assert_same_columns(again, trained)
    # What is not of sharpness is the run's own; what measured it, and when, is volatile.
    for name in ("sharpness_starts", "sharpness_devices"):
        assert f"environment/{name}" in again.volatile
        again.volatile.remove(f"environment/{name}")
        del again.arrays[f"environment/{name}"]
    assert_same_run(again, trained, tolerance=0)
    attributes = attributes_of_sharpness(again.path)
    assert attributes["measured_by"].startswith("batchscope-sharpness ")
    assert "examples: 150" in attributes["measurement_settings"]
    trained_attributes = attributes_of_sharpness(file)
    assert trained_attributes.items() <= attributes.items()


def test_other_rank_counts_give_the_same_to_rounding(study, tmp_path):
    small = study(SMALL)
    small.train(ranks=2)
    for ranks in (1, 3):
        sharpness(small.files()[0], "--output", tmp_path / f"on_{ranks}", ranks=ranks)
        assert_same_columns(Result(measured(small, tmp_path, f"on_{ranks}")), small.result(), tolerance=1e-7)


def test_other_settings_than_in_training(study, tmp_path):
    """A run that measured nothing is measured with what --set says; the rest of the file is its own."""
    small = study(GAUSSIANS)
    small.train(ranks=1)
    assert "no measure of sharpness is chosen" in sharpness(small.output, "--output", tmp_path / "sharp",
                                                            ranks=None, expect=2).stderr
    sharpness(small.output, "--output", tmp_path / "sharp", "--set", "sharpness.measures=[eigenvalues]",
              "--set", "sharpness.eigenvalues={largest: 2, smallest: 0}")
    again = Result(measured(small, tmp_path))
    assert again["sharpness/eigenvalue"].shape == (1, 2)
    assert again["sharpness/eigenvalue_converged"].all()
    assert again["sharpness/epoch"] == [2.0]
    assert again["config"] == small.result()["config"]
    assert again.attributes == small.result().attributes


def test_the_analysis_reads_measured_files_like_any_other(study, tmp_path):
    small = study(merged(SMALL, {"training": {"batch_size": [16, 40], "seed": [1, 2], "learning_rate_scaling":
                                              ["none", "linear"], "reference_batch_size": 16}}))
    small.train(ranks=1)
    assert "2 the same run as another" in sharpness(small.output / small.name, "--output", tmp_path / "sharp",
                                                    ranks=1).stdout
    assert len(small.files(tmp_path / "sharp")) == len(small.files()) == 8
    table, table_again = (analyze(folder, "--output", tmp_path / f"report_{folder.name}").stdout
                          for folder in (small.output, tmp_path / "sharp"))
    assert "eigenvalue" in table
    assert table.replace("report_results", "") == table_again.replace("report_sharp", "")


def test_finished_outputs_are_skipped_and_other_settings_refused(study, tmp_path):
    small = study(SMALL)
    small.train(ranks=1)
    output = ("--output", tmp_path / "sharp")
    sharpness(small.output, *output, ranks=1)
    file = measured(small, tmp_path)
    written = file.stat().st_mtime_ns
    assert "0 measured, 1 measured before" in sharpness(small.output, *output, ranks=1).stdout
    assert file.stat().st_mtime_ns == written
    other = (*output, "--set", "sharpness.trace.products=12")
    assert "sharpness.trace.products: 30 before, 12 now" in sharpness(small.output, *other, ranks=None, expect=2).stderr
    assert file.stat().st_mtime_ns == written
    sharpness(small.output, *other, "--overwrite", ranks=1)
    assert Result(file)["sharpness/trace_products"] == [12]
    # The same name for a run that is another.
    retrained = study(merged(SMALL, {"training": {"learning_rate": 0.03}}))
    retrained.train("--overwrite", ranks=1)
    assert "is of other weights than" in sharpness(retrained.output, *other, ranks=None, expect=2).stderr


@pytest.mark.parametrize("output", ["sharp", "results"])
def test_results_of_training_are_never_replaced(study, tmp_path, output):
    small = study(SMALL)
    small.train(ranks=1)
    small.train(ranks=1, output=tmp_path / "sharp")
    before = {file: file.read_bytes() for file in tmp_path.glob("*/*/*.h5")}
    sharpness(small.output, "--output", tmp_path / output, "--overwrite", ranks=None, expect=2)
    assert {file: file.read_bytes() for file in tmp_path.glob("*/*/*.h5")} == before


def test_two_files_of_one_name_are_refused(study, tmp_path):
    small = study(SMALL)
    for name in ("first", "second"):
        small.train(ranks=1, output=tmp_path / name)
    done = sharpness(tmp_path / "first", tmp_path / "second", "--output", tmp_path / "sharp", ranks=None, expect=2)
    assert "would both be written" in done.stderr
    assert not (tmp_path / "sharp").exists()


@pytest.mark.parametrize("options, message", [
    (["--set", "training.seed=2"], "nothing of its configuration can change"),
    (["--set", "sharpness.at_end=false"], "weights of the end alone"),
    (["--set", "sharpness.exampels=5"], "did you mean sharpness.examples?"),
    (["--set", "sharpness.examples=0"], "sharpness.examples"),
    (["--points", "25"], "--points without --line"),
    (["--otput", "sharp"], "did you mean --output?"),
])
def test_wrong_options(study, tmp_path, options, message):
    small = study(SMALL)
    small.train(ranks=1)
    done = sharpness(small.output, "--output", tmp_path / "sharp", *options, ranks=None, expect=2)
    assert message in done.stderr and done.stderr.count("error:") == 1, done.stderr
    assert not (tmp_path / "sharp").exists()


def test_a_stop_within_the_measures_and_the_rest_afterwards(study, tmp_path):
    """Stopped in the last measure on two ranks: saved, and the same bit for bit in the end."""
    small = study(EVERYTHING)
    small.train(ranks=2)
    arguments = (small.output, "--output", tmp_path / "sharp")
    step = small.result()["epochs/step"][-1]
    done = sharpness(*arguments, expect=75, env=environment(BATCHSCOPE_FAULT=f"stop_sharpness:1:{step}"))
    assert "saved in batch_gradients" in done.stdout
    folder = tmp_path / "sharp" / small.name
    assert [path.name[-11:] for path in folder.iterdir()] == [".checkpoint"]
    refused = sharpness(*arguments, "--set", "sharpness.seed=7", expect=2)
    assert "sharpness.seed: 0 before, 7 now" in refused.stderr
    assert "resumed in batch_gradients" in sharpness(*arguments).stdout
    assert_same_columns(Result(measured(small, tmp_path)), small.result())
    assert [path.suffix for path in folder.iterdir()] == [".h5"]


def test_signals_stop_at_any_time(study, tmp_path):
    """Stopped wherever signals come: the values are those of one go."""
    large = study({"data": {"name": "gaussians", "examples": 4000, "features": 30, "classes": 4},
                   "model": {"name": "mlp", "hidden": [32]},
                   "training": {"batch_size": 100, "learning_rate": 0.05, "budget": {"epochs": 1}},
                   "sharpness": {"measures": ["eigenvalues", "density"], "density": {"steps": 60}}})
    large.train(ranks=2)
    arguments = [str(large.output), "--output", str(tmp_path / "sharp")]
    codes = []
    for delay in (0.2, 0.5, 0.8):
        with subprocess.Popen([*mpirun(2), str(BINARIES / "batchscope-sharpness"), *arguments], env=environment(),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as job:
            while not job.stdout.readline().startswith("[1/1]"):
                assert job.poll() is None, job.stderr.read()
            time.sleep(delay)
            job.send_signal(signal.SIGUSR1)
            job.communicate(timeout=60)
            codes.append(job.returncode)
            if codes[-1] == 0:
                break
    assert codes[0] == 75 and set(codes) <= {0, 75}, codes
    sharpness(*arguments)
    assert_same_columns(Result(measured(large, tmp_path)), large.result())


def changed_copy(file, name, change):
    """A copy of a result file, with something changed in it."""
    copy = pathlib.Path(file).with_name(name)
    shutil.copy(file, copy)
    with h5py.File(copy, "r+") as opened:
        change(opened)
    return copy


def test_what_cannot_be_measured_is_named_and_left_out(study, tmp_path):
    small = study(merged(SMALL, {"training": {"batch_size": [16, 20]}}))
    small.train(ranks=1)
    good = small.files()[0]
    folder = good.parent

    def set_status(status):
        def change(opened):
            opened.attrs["status"] = status
            opened.attrs["reason"] = f"it is {status}"
        return change

    unfinished = [changed_copy(good, f"{status}.h5", set_status(status))
                  for status in ("running", "stopped", "failed", "diverged")]
    done = sharpness(folder, "--output", tmp_path / "sharp", ranks=1)
    for file in unfinished:
        assert f"{file}: left out, {file.stem}: it is {file.stem}" in done.stdout
    assert "2 measured" in done.stdout and "4 without a result" in done.stdout

    no_weights = study(merged(SMALL, {"output": {"weights": "none"}}), name="no_weights")
    no_weights.train(ranks=1)
    done = sharpness(no_weights.output / "no_weights", "--output", tmp_path / "sharp", ranks=1, expect=3)
    assert "output.weights: none" in done.stdout and "0 measured" in done.stdout

    def move_weight(opened):
        opened["weights/fc1.weight"][0, 0] += 1e-3

    def move_loss(opened):
        opened["epochs/train_loss"][-1] += 1e-3

    def other_data(opened):
        opened.attrs["data_hash"] = "0123456789abcdef0123456789abcdef"

    def lose_weight(opened):
        del opened["weights/fc2.bias"]

    changed_copy(good, "moved_weight.h5", move_weight)
    changed_copy(good, "moved_loss.h5", move_loss)
    changed_copy(good, "other_data.h5", other_data)
    changed_copy(good, "lost_weight.h5", lose_weight)
    (folder / "cut.h5").write_bytes(good.read_bytes()[:-5000])
    (folder / "empty.h5").touch()
    with h5py.File(folder / "foreign.h5", "w") as foreign:
        foreign["x"] = [1.0]
    (folder / "text.h5").write_text("no HDF5")
    done = sharpness(folder, tmp_path / "nothing.h5", "--output", tmp_path / "sharp", "--overwrite", expect=3)
    assert "2 measured" in done.stdout and "9 damaged or refused" in done.stdout, done.stdout
    for message in ("moved_weight.h5: /weights has the checksum", "moved_loss.h5: the train loss at its weights is",
                    "other_data.h5 was trained on other data: their hash is 0123456789abcdef0123456789abcdef",
                    "lost_weight.h5: /weights does not hold the network", "cut.h5", "empty.h5: it is empty",
                    "foreign.h5: it is an HDF5 file, but not one of Batchscope", "text.h5: it is not an HDF5 file",
                    "nothing.h5: cannot open it"):
        assert done.stderr.count(message) == 1, f"{message}\n{done.stderr}"
    assert Result(good).attributes["data_hash"] in done.stderr
    assert len(list((tmp_path / "sharp" / "small").glob("*.h5"))) == 2
