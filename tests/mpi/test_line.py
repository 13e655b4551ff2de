"""batchscope-sharpness --line: metrics at the weights (1 - alpha) A + alpha B."""

import numpy
import pytest

from programs import GAUSSIANS, Result, environment, merged, sharpness

HEADER = ["alpha", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy", "test_loss",
          "test_accuracy"]
NO_MEASURES = merged(GAUSSIANS, {"sharpness": {"measures": []}})
TWO_RUNS = merged(NO_MEASURES, {"training": {"batch_size": [8, 50]}})


def read_line(file):
    """The table by column; unknown is NaN."""
    lines = [line for line in file.read_text().splitlines() if not line.startswith("#")]
    assert lines[0].split(",") == HEADER
    rows = [[float(cell) if cell else numpy.nan for cell in line.split(",")] for line in lines[1:]]
    return dict(zip(HEADER, numpy.array(rows).T))


def trained_pair(study, configuration, ranks=2):
    small = study(configuration)
    small.train(ranks=ranks)
    a, b = sorted(small.results(), key=lambda result: result.attributes["batch_size"])
    return a, b


def walk(a, b, output, *options, **how):
    done = sharpness("--line", a.path, b.path, "--output", output, *options, **how)
    return done, read_line(output) if output.exists() else None


def assert_ends_are_the_runs(line, a, b, tolerance):
    for alpha, run in ((0.0, a), (1.0, b)):
        row = numpy.flatnonzero(line["alpha"] == alpha)
        assert len(row) == 1
        for name in HEADER[1:]:
            numpy.testing.assert_allclose(line[name][row[0]], run[f"epochs/{name}"][-1], rtol=0, atol=tolerance)


@pytest.mark.parametrize("batch_norm", [False, True])
def test_the_ends_are_the_last_rows_of_both_runs(study, tmp_path, batch_norm):
    a, b = trained_pair(study, merged(TWO_RUNS, {"model": {"batch_norm": batch_norm},
                                                 "training": {"precision": "float32"}}))
    done, line = walk(a, b, tmp_path / "line.csv")
    assert_ends_are_the_runs(line, a, b, tolerance=0)
    assert (line["alpha"] == numpy.linspace(-1, 2, 25)).all()
    assert "both began from the same initial weights" in done.stdout
    assert done.stdout.count("by 0 at most") == 2
    assert str(a.path) in (tmp_path / "line.csv").read_text()
    _, other = walk(a, b, tmp_path / "on_3.csv", "--points", 7, ranks=3)
    assert_ends_are_the_runs(other, a, b, tolerance=1e-6)


def softmax_regression_loss(weights, result):
    """Train loss of the weights of a network without hidden layer, from the file alone."""
    chosen = result["data/train_indices"]
    inputs, classes = result["data/train_inputs"][chosen], result["data/train_targets"][chosen].astype(int)
    logits = inputs @ weights["weights/fc1.weight"].T + weights["weights/fc1.bias"]
    logits -= logits.max(axis=1, keepdims=True)
    losses = numpy.log(numpy.exp(logits).sum(axis=1)) - logits[numpy.arange(len(classes)), classes]
    accuracy = (logits.argmax(axis=1) == classes).mean()
    return losses.mean(), accuracy


def test_every_point_is_that_of_the_interpolated_weights(study, tmp_path):
    a, b = trained_pair(study, merged(TWO_RUNS, {"model": {"hidden": []}}))
    _, line = walk(a, b, tmp_path / "line.csv", "--points", 13)
    for i, alpha in enumerate(line["alpha"]):
        weights = {name: (1 - alpha) * a[name] + alpha * b[name] for name in a.weights()}
        loss, accuracy = softmax_regression_loss(weights, a)
        numpy.testing.assert_allclose(line["train_loss"][i], loss, rtol=1e-12)
        assert line["train_accuracy"][i] == accuracy
    # A convex function of the weights is convex on every line.
    assert (numpy.diff(line["train_loss"], 2) > 0).all()


def test_splits_that_are_not_there_are_empty(study, tmp_path):
    a, b = trained_pair(study, merged(TWO_RUNS, {"data": {"validation_examples": 0, "test_examples": 0}}))
    done, line = walk(a, b, tmp_path / "line.csv", "--points", 4)
    assert numpy.isnan(line["test_loss"]).all() and numpy.isnan(line["validation_accuracy"]).all()
    assert numpy.isfinite(line["train_loss"]).all()
    assert "warning" not in done.stderr


def test_regression_has_no_accuracy(study, tmp_path):
    a, b = trained_pair(study, {"data": {"name": "linear-regression", "examples": 120, "features": 4},
                                "model": {"name": "mlp", "hidden": [5]},
                                "training": {"batch_size": [8, 50], "learning_rate": 0.01, "budget": {"epochs": 2}},
                                "sharpness": {"measures": []}})
    _, line = walk(a, b, tmp_path / "line.csv", "--points", 4)
    assert numpy.isnan(line["train_accuracy"]).all() and (line["train_loss"] > 0).all()


def test_a_stopped_walk_goes_on(study, tmp_path):
    a, b = trained_pair(study, TWO_RUNS)
    _, whole = walk(a, b, tmp_path / "whole.csv", "--points", 10)
    line = tmp_path / "line.csv"
    done, _ = walk(a, b, line, "--points", 10, expect=75, env=environment(BATCHSCOPE_FAULT="stop_line:1:6"))
    assert "after 6 of 10 points" in done.stdout
    assert "of another line" in walk(a, b, line, "--points", 7, ranks=None, expect=2)[0].stderr
    done, resumed = walk(a, b, line, "--points", 10)
    assert "resumed after 6 points" in done.stdout
    assert line.read_text() == (tmp_path / "whole.csv").read_text()
    assert not [path for path in tmp_path.iterdir() if "checkpoint" in path.name]


def test_other_functions_have_no_line(study, tmp_path):
    """Refused with both values; how the runs were trained may differ."""
    first = study(NO_MEASURES)
    first.train(ranks=None)
    changes = {
        "model.hidden: [8] in A, [7] in B": {"model": {"hidden": [7]}},
        "data.split_seed: 0 in A, 3 in B": {"data": {"split_seed": 3}},
        "data.separation: 4 in A, 5 in B": {"data": {"separation": 5.0}},
        "training.precision: float64 in A, float32 in B": {"training": {"precision": "float32"}},
        "model.batch_norm: false in A, true in B": {"model": {"batch_norm": True}},
    }
    for number, (message, change) in enumerate(changes.items()):
        other = study(merged(NO_MEASURES, change), name=f"other_{number}")
        other.train(ranks=None, output=tmp_path / "others")
        file = tmp_path / "others" / other.name / first.files()[0].name
        done = sharpness("--line", first.files()[0], file, "--output", tmp_path / "line.csv", ranks=None, expect=2)
        assert message in done.stderr, done.stderr
    assert not (tmp_path / "line.csv").exists()
    alike = study(merged(NO_MEASURES, {"model": {"dropout": 0.2}, "training": {"seed": 4}}), name="alike")
    alike.train(ranks=1, output=tmp_path / "alike")
    done, _ = walk(first.result(), alike.result(tmp_path / "alike"), tmp_path / "line.csv", "--points", 4, ranks=1)
    assert "different initial weights" in done.stdout


def test_wrong_options(study, tmp_path):
    small = study(NO_MEASURES)
    small.train(ranks=1)
    file = small.files()[0]
    csv = tmp_path / "line.csv"
    for options, code, message in [
        ([file, "--output", csv], 2, "1 file(s) given, not two"),
        ([file, file, "--output", csv, "--points", "5"], 2, "would miss the ends"),
        ([file, file, "--output", csv, "--points", "1"], 2, "would miss the ends"),
        ([file, file, "--output", tmp_path / "line.h5"], 2, "ends in .csv"),
        ([file, file, "--output", csv, "--set", "sharpness.seed=1"], 2, "leave --set out"),
        ([file, file], 2, "--output is missing"),
        ([file, tmp_path / "nothing.h5", "--output", csv], 3, "cannot read"),
        ([file, small.file, "--output", csv], 3, "not an HDF5 file"),
    ]:
        done = sharpness("--line", *options, ranks=None, expect=code)
        assert done.stderr.count(message) == 1, done.stderr
    csv.write_text("mine")
    assert "is there already" in sharpness("--line", file, file, "--output", csv, ranks=None, expect=2).stderr
    assert csv.read_text() == "mine"
    done, line = walk(Result(file), Result(file), csv, "--points", 4, "--overwrite", ranks=None)
    assert "distance between them 0;" in done.stdout
    assert len(set(line["train_loss"])) <= 2  # one point, but for rounding of the weights
