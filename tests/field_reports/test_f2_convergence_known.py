"""F2: values that vary between calls, and nobody can tell whether they converged."""

import h5py
import numpy

from curvature_oracle import TrainLoss, measured_subset
from programs import GAUSSIANS, analyze, merged

LARGER = merged(GAUSSIANS, {
    "data": {"features": 20, "classes": 5},
    "model": {"hidden": [32]},
    "training": {"budget": {"epochs": 1}},
})


def test_two_seeds_of_the_probes_agree_within_their_error_bars(study, tmp_path):
    """At the same weights; and with the truth, by a dense Hessian of 837 weights."""
    results = []
    for seed in (1, 2):
        small = study(merged(LARGER, {"sharpness": {"seed": seed}}))
        small.train(ranks=2, output=tmp_path / str(seed))
        results.append(small.result(tmp_path / str(seed)))
    dense = TrainLoss(results[0])
    truth = numpy.linalg.eigvalsh(dense.hessian())[::-1]
    for result in results:
        assert all(numpy.array_equal(array, results[0][name]) for name, array in result.weights().items())
        values, residuals = result["sharpness/eigenvalue"][0], result["sharpness/eigenvalue_residual"][0]
        assert (result["sharpness/eigenvalue_converged"] == 1).all()
        assert (residuals <= 1e-3 * values[0]).all()
        assert (numpy.abs(values - truth[:5]) <= residuals + 1e-8 * truth[0]).all()
        error = result["sharpness/trace_standard_error"][0]
        assert 0 < error < 0.2 * truth.sum()
        assert abs(result["sharpness/trace"][0] - truth.sum()) < 4 * error
    assert results[0]["sharpness/trace"] != results[1]["sharpness/trace"]


def test_what_was_measured_and_how_is_stored(study, tmp_path):
    """Seed, number and hash of the examples, products, settings; the same for any batch size and rank count."""
    attributes = {}
    for name, ranks, changes in [("reference", 1, {}), ("ranks", 2, {}), ("batch", 1, {"training": {"batch_size": 50}}),
                                 ("seed", 1, {"sharpness": {"seed": 4}}), ("split", 1, {"data": {"split_seed": 1}}),
                                 ("all", 1, {"sharpness": {"examples": None}})]:
        small = study(merged(merged(GAUSSIANS, {"sharpness": {"examples": 60, "seed": 3}}), changes))
        small.train(ranks=ranks, output=tmp_path / name)
        result = small.result(tmp_path / name)
        with h5py.File(result.path) as file:
            attributes[name] = dict(file["sharpness"].attrs)
        assert attributes[name]["split"] == "train"
        assert attributes[name]["seed"] == (4 if name == "seed" else 3)
        assert result["sharpness/examples"] == [200 if name == "all" else 60]
        assert 6 <= result["sharpness/eigenvalue_products"][0] <= 300
        assert result["sharpness/trace_products"] == [30]
        settings = result.configuration()["sharpness"]
        assert settings["eigenvalues"] == {"largest": 5, "smallest": 1, "tolerance": 0.001, "products": 300}
        if name == "reference":  # the examples can be told from the seed
            loss = TrainLoss(result, measured_subset(seed=3, examples=60, of=200))
            assert abs(loss.value(loss.weights) - result["sharpness/loss"][0]) < 1e-12
    hashes = {name: found["examples_hash"] for name, found in attributes.items()}
    assert hashes["ranks"] == hashes["batch"] == hashes["reference"]
    assert len({hashes[name] for name in ("reference", "seed", "split", "all")}) == 4


def test_too_few_products_are_not_converged_and_in_no_mean(study, tmp_path):
    """One product gives a value without a residual, seven give one with it. The table marks both."""
    for products, known in [(1, False), (7, True)]:
        output = tmp_path / str(products)
        small = study(merged(LARGER, {"training": {"seed": [1, 2]}, "sharpness": {
            "measures": ["eigenvalues"], "eigenvalues": {"products": products, "largest": 1, "tolerance": 1e-6}}}))
        small.train(ranks=2, output=output)
        values = []
        for result in small.results(output):
            assert result.attributes["status"] == "complete"
            assert (result["sharpness/eigenvalue_products"] <= products).all()
            assert (result["sharpness/eigenvalue_converged"] == 0).all()
            assert (numpy.isfinite(result["sharpness/eigenvalue_residual"]) == known).all()
            values.append(result["sharpness/eigenvalue"][0, 0])
        table = analyze(output, "--output", tmp_path / f"report_{products}").stdout
        assert f"~{min(values):.4g}..{max(values):.4g}" in table and "has not\n  converged" in table


def test_nearly_equal_top_eigenvalues(study):
    """Three classes, equally likely under weights that decay to zero: each eigenvalue of the inputs' second moments
    makes two of the Hessian, almost equal. Both are found, and none of them twice."""
    small = study(merged(GAUSSIANS, {
        "data": {"separation": 0.001, "examples": 300, "validation_examples": 0},
        "model": {"hidden": []},
        "training": {"batch_size": 300, "learning_rate": 0.5, "budget": {"epochs": 60},
                     "optimizer": {"momentum": 0.0, "weight_decay": 1.5}},
        "sharpness": {"measures": ["eigenvalues"], "eigenvalues": {"largest": 6, "tolerance": 1e-7}}}))
    small.train(ranks=2)
    result = small.result()
    truth = numpy.linalg.eigvalsh(TrainLoss(result).hessian())[::-1]
    assert 0 < truth[0] - truth[1] < 0.02 * truth[0]
    assert numpy.abs(result["sharpness/eigenvalue"][0] - truth[:6]).max() < 1e-6 * truth[0]
    assert (result["sharpness/eigenvalue_converged"] == 1).all()
