"""F1: a Hessian-vector product that starts from noise, doubles the last batch, or weighs a short one fully."""

import h5py
import numpy
import pytest

from curvature_oracle import TrainLoss, measured_subset
from programs import GAUSSIANS, merged, relative_difference

# 50 training examples: micro-batches of 7 leave a short one, and local batches of 4 ranks differ by an example.
SMALL = merged(GAUSSIANS, {
    "data": {"examples": 61, "features": 4, "validation_examples": 11},
    "model": {"hidden": [4]},
    "training": {"batch_size": 8, "optimizer": {"weight_decay": 0.1}},
    "sharpness": {"measures": ["eigenvalues", "gauss_newton_eigenvalues", "trace", "gauss_newton_trace"],
                  "eigenvalues": {"smallest": 2, "tolerance": 1e-9}},
})
MODELS = {
    "softmax_regression": {"model": {"hidden": []}},
    "two_layers": {},
    "batch_norm": {"model": {"batch_norm": True}},
    "linear_regression": {"data": {"name": "linear-regression", "classes": None}, "model": {"hidden": []}},
}


def check_against_dense(result, positions=slice(None)):
    """Eigenvalues at both ends and traces, to far better than the report asks for (1e-4)."""
    loss = TrainLoss(result, positions)
    assert len(loss.weights) <= 50
    assert result["sharpness/examples"] == [len(loss.inputs)]
    assert relative_difference(result["sharpness/loss"][0], loss.value(loss.weights)) < 1e-12
    for prefix, matrix in (("", loss.hessian()), ("gauss_newton_", loss.gauss_newton())):
        values = numpy.linalg.eigvalsh(matrix)[::-1]
        found = result[f"sharpness/{prefix}eigenvalue"][0]
        assert numpy.abs(found - values[:5]).max() < 1e-7 * values[0], (prefix, found, values)
        assert (result[f"sharpness/{prefix}eigenvalue_converged"] == 1).all()
        assert (result[f"sharpness/{prefix}eigenvalue_residual"] < 1e-9 * values[0]).all()
        assert abs(result[f"sharpness/{prefix}trace"][0] - values.sum()) <= max(
            1e-7 * values.sum(), 4 * result[f"sharpness/{prefix}trace_standard_error"][0])
        if prefix == "":
            smallest = result["sharpness/smallest_eigenvalue"][0]
            assert numpy.abs(smallest - values[::-1][:2]).max() < 1e-7 * values[0]


@pytest.mark.parametrize("model", MODELS)
def test_against_the_dense_matrix(study, model):
    """Weight decay is on in training, and is no part of the Hessian."""
    small = study(merged(SMALL, MODELS[model]))
    small.train(ranks=2)
    check_against_dense(small.result())


def test_any_micro_batch_size_and_number_of_ranks(study, tmp_path):
    results = []
    for ranks, micro_batch in [(1, 1), (1, 7), (1, 50), (2, 1), (4, 7)]:
        output = tmp_path / f"{ranks}_{micro_batch}"
        small = study(merged(SMALL, {"sharpness": {"micro_batch_size": micro_batch}}))
        small.train(ranks=ranks, output=output)
        results.append(small.result(output))
        check_against_dense(results[-1])
    reference = results[0]
    for result in results[1:]:
        for name in reference.arrays.keys() - reference.volatile:
            # A residual of 1e-17 is rounding, and the configuration holds the micro-batch size.
            if name != "config" and not name.endswith("_residual"):
                assert numpy.allclose(result[name], reference[name], rtol=1e-9, atol=1e-12, equal_nan=True), name


@pytest.mark.parametrize("ranks", [1, 3])
def test_of_a_subset(study, ranks):
    """23 of 50 examples, drawn by the seed alone."""
    small = study(merged(SMALL, {"sharpness": {"examples": 23, "seed": 5, "micro_batch_size": 7}}))
    small.train(ranks=ranks)
    check_against_dense(small.result(), measured_subset(seed=5, examples=23, of=50))


def test_weight_decay_changes_nothing(study):
    """At equal weights: the rate is too small to change any."""
    small = study(merged(SMALL, {"training": {"learning_rate": 1e-300,
                                              "optimizer": {"weight_decay": [0.0, 0.5]}}}))
    small.train(ranks=2)
    without, with_decay = small.results()
    compared = [name for name in without.arrays if name.startswith("sharpness/") and name not in without.volatile]
    assert "sharpness/eigenvalue" in compared and "sharpness/trace" in compared
    for name in compared:
        assert numpy.array_equal(without[name], with_decay[name]), name
    with h5py.File(without.path) as file:
        assert "without weight decay" in file["sharpness/loss"].attrs["long_name"]
