"""F7: Keskar's metric with an unknown box, an unknown maximum, and a zero that only float32 made."""

import itertools

import h5py
import numpy
import pytest

from curvature_oracle import TrainLoss, keskar_columns
from programs import GAUSSIANS, Result, analyze, every_measure, merged

EPSILON = [1e-3, 5e-4, 0.1, 1.0]
# A convex quadratic, largest at a corner of the box: six weights, so 64 corners.
QUADRATIC = {
    "data": {"name": "linear-regression", "examples": 3020, "features": 5, "validation_examples": 20, "noise": 0.5},
    "model": {"name": "mlp", "hidden": []},
    "training": {"batch_size": 100, "learning_rate": 0.02, "budget": {"epochs": 2}, "precision": "float64"},
    "sharpness": {"measures": ["keskar"], "keskar": {"epsilon": EPSILON, "subspace": 3}},
}


def true_metric(loss, columns, epsilon):
    """100 (max f - f) / (1 + f) over the corners of |z_i| <= epsilon (|(A^+ x)_i| + 1)."""
    half_widths = epsilon * (numpy.abs(numpy.linalg.pinv(columns) @ loss.weights) + 1)
    corners = itertools.product((-1, 1), repeat=len(half_widths))
    highest = max(loss.value(loss.weights + columns @ (half_widths * corner)) for corner in corners)
    at_weights = loss.value(loss.weights)
    return 100 * (highest - at_weights) / (1 + at_weights)


@pytest.mark.parametrize("epochs", [1, 40], ids=["on_a_slope", "at_the_minimum"])
def test_quadratic_with_a_known_maximum(study, epochs):
    small = study(merged(QUADRATIC, {"training": {"budget": {"epochs": epochs}}}))
    small.train(ranks=2)
    result = small.result()
    loss = TrainLoss(result)
    size = len(loss.weights)
    for space, columns in (("full", numpy.eye(size)), ("subspace", keskar_columns(0, size, 3))):
        found = result[f"sharpness/keskar_{space}"][0]
        truth = numpy.array([true_metric(loss, columns, epsilon) for epsilon in EPSILON])
        assert (found <= truth * (1 + 1e-9)).all(), "more than the maximum"
        assert (found[:3] >= 0.99 * truth[:3]).all()
        # In a box as wide as the weights many corners are local maxima: less than the highest was found, and the
        # spread over the starts says so.
        assert truth[3] <= found[3] + 3 * result[f"sharpness/keskar_{space}_spread"][0, 3]
        assert (found[numpy.argsort(EPSILON)][1:] > found[numpy.argsort(EPSILON)][:-1]).all()
        assert (result[f"sharpness/keskar_{space}_at_start"] == 0).all()
        assert (result[f"sharpness/keskar_{space}_ascent"] <= found + 1e-12).all()
        by_iteration = result[f"sharpness/keskar_{space}_by_iteration"][0]
        assert by_iteration.shape == (4, 11) and (numpy.diff(by_iteration, axis=1) >= 0).all()
        assert (by_iteration[:, -1] <= found + 1e-12).all()
        # A convex f lies above its linear model, which is largest at a corner, too.
        first_order = result[f"sharpness/keskar_{space}_first_order"][0]
        assert (found >= first_order - 1e-12).all()
        assert (result[f"sharpness/keskar_{space}_evaluations"] >= 10).all()


def test_settings_are_stored(study):
    small = study(QUADRATIC)
    small.train(ranks=1)
    result = small.result()
    assert result.configuration()["sharpness"]["keskar"] == {"epsilon": EPSILON, "subspace": 3, "starts": 5,
                                                             "iterations": 10}
    assert list(result["sharpness/epsilon"]) == EPSILON
    with h5py.File(result.path) as file:
        description = file["sharpness/keskar_full"].attrs["long_name"]
    for part in ("metric 2.1", "100 (max f - f) / (1 + f)", "box", "L-BFGS", "lower bound"):
        assert part in description


def test_a_zero_is_flagged(study, tmp_path):
    """In float32 a box of 1e-12 holds one point: no maximum was found, which is not "flat"."""
    small = study(merged(QUADRATIC, {"training": {"precision": "float32"}, "sharpness": {"keskar": {
        "epsilon": [1e-12, 1e-3]}}}))
    small.train(ranks=2)
    result = small.result()
    for space in ("full", "subspace"):
        assert list(result[f"sharpness/keskar_{space}_at_start"][0]) == [1, 0]
        zero, other = result[f"sharpness/keskar_{space}"][0]
        assert zero == 0 and other > 0
    table = analyze(small.output, "--output", tmp_path / "report").stdout
    assert "~0" in table and "no rise found in the box" in table


def test_never_negative_and_grows_with_the_box(study):
    """A network with a rugged loss, also before training."""
    epsilon = [1e-5, 5e-4, 1e-3, 0.03, 0.5]
    small = study(merged(GAUSSIANS, {"model": {"hidden": [8, 8]}, "sharpness": {
        "every_epochs": 1, "measures": ["keskar"],
        "keskar": {"epsilon": epsilon, "subspace": 10, "starts": 3, "iterations": 4}}}))
    small.train(ranks=2)
    result = small.result()
    for space in ("full", "subspace"):
        found = result[f"sharpness/keskar_{space}"]
        assert found.shape == (3, 5) or found.shape == (2, 5)
        assert (found >= 0).all() and (numpy.diff(found, axis=1) > 0).all()
        assert (found[:, 2] >= 0.99 * result[f"sharpness/keskar_{space}_first_order"][:, 2]).all()


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_training_is_the_same_bit_for_bit(study, tmp_path, precision):
    """With all measures after each epoch or none: momentum, dropout, batch norm and all rows."""
    results = []
    for sharpness in ({"every_epochs": 1, "measures": every_measure(), "density": {"steps": 5},
                       "pac_bayes": {"draws": 2}, "slices": {"points": 3},
                       "keskar": {"subspace": 4, "iterations": 2, "starts": 2}, "batch_gradients": {"batches": 3}},
                      {"at_end": False}):
        small = study(merged(GAUSSIANS, {"model": {"batch_norm": True, "dropout": 0.2},
                                         "training": {"precision": precision}, "sharpness": sharpness}))
        output = tmp_path / str(len(results))
        small.train(ranks=2, output=output)
        results.append(Result(small.files(output)[0]))
    measured, plain = results
    assert len(measured["sharpness/epoch"]) >= 2 and len(plain["sharpness/epoch"]) == 0
    for name in plain.arrays.keys() - plain.volatile - {"config"}:
        if not name.startswith("sharpness/"):
            equal_nan = plain[name].dtype.kind == "f" if hasattr(plain[name], "dtype") else False
            assert numpy.array_equal(measured[name], plain[name], equal_nan=equal_nan), name
    assert "weights/bn1.running_mean" in plain.arrays
