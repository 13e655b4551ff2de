"""The gradient noise of each step, from the shares of ranks and the groups within them; and that of random batches at
fixed weights, up to the claim that it falls as 1/B."""

import json

import numpy
import pytest

from programs import GAUSSIANS, analyze, assert_same_run, merged

# A noisy quadratic: least squares at weights that stand still, since the learning rate is as good as 0. 200 training
# examples in batches of 18: shares of unequal sizes, and a last batch of 2 that leaves ranks without a share.
STILL = {
    "data": {"name": "linear-regression", "examples": 200, "features": 4, "noise": 1.5},
    "model": {"name": "mlp", "hidden": []},
    "training": {"batch_size": 18, "learning_rate": 1e-300, "budget": {"epochs": 40}, "precision": "float64"},
    "evaluate": {"every_epochs": 0},
    "sharpness": {"at_end": False},
}


def split(size, parts):
    """As a batch is split into shares, and a share into groups."""
    return [size * (i + 1) // parts - size * i // parts for i in range(parts)]


def non_empty(batch, ranks, groups):
    return sum(part > 0 for share in split(batch, ranks) for part in split(share, groups))


def population(result):
    """S and |G|^2 of all examples at the final weights, in closed form."""
    inputs, targets = result["data/train_inputs"], result["data/train_targets"].ravel()
    rows = result["data/train_indices"]
    inputs, targets = inputs.reshape(len(inputs), -1)[rows], targets[rows]
    weight, bias = (array.ravel() for _, array in sorted(result.weights().items(), reverse=True))
    residual = inputs @ weight + bias[0] - targets
    gradients = residual[:, None] * numpy.hstack([inputs, numpy.ones((len(inputs), 1))])
    mean = gradients.mean(axis=0)
    return ((gradients - mean) ** 2).sum() / (len(gradients) - 1), (mean ** 2).sum()


@pytest.mark.parametrize("ranks, groups", [(1, 2), (1, 3), (2, 1), (2, 3), (3, 1), (4, 1), (4, 2)])
def test_is_unbiased_on_any_number_of_ranks_and_groups(study, ranks, groups):
    small = study(merged(STILL, {"training": {"noise_groups": groups}}))
    small.train(ranks=ranks)
    result = small.result()
    batch = result["steps/batch_examples"]
    shares = result["steps/shares"]
    assert list(shares) == [non_empty(size, ranks, groups) for size in batch]
    assert set(batch) == {18, 2}

    trace, square = result["steps/gradient_covariance_trace"], result["steps/gradient_square"]
    known = shares > 1
    assert (numpy.isnan(trace) == ~known).all() and (numpy.isnan(square) == ~known).all()
    norm = result["steps/gradient_norm"]
    expected = (result["steps/share_gradient_square_sum"] - batch * norm ** 2)[known] / (shares[known] - 1)
    assert numpy.allclose(trace[known], expected, rtol=1e-9)
    assert numpy.allclose(square[known], (norm ** 2 - trace / batch + trace / 200)[known], rtol=1e-9)

    for values, truth in zip((trace[known], square[known]), population(result)):
        error = values.std(ddof=1) / numpy.sqrt(len(values))
        assert error < 0.2 * truth
        assert abs(values.mean() - truth) < 4 * error
    assert {"steps/gradient_covariance_trace", "steps/gradient_square", "steps/shares"} <= result.volatile


def test_of_one_share_is_unknown(study):
    small = study(merged(STILL, {"training": {"budget": {"epochs": 1}}}))
    small.train(ranks=1)
    result = small.result()
    assert (result["steps/shares"] == 1).all()
    assert numpy.isnan(result["steps/gradient_covariance_trace"]).all()
    assert numpy.isnan(result["steps/gradient_square"]).all()


@pytest.mark.parametrize("changes", [{}, {"model": {"dropout": 0.3}, "training": {"micro_batch_size": 4}},
                                     {"model": {"batch_norm": True}, "training": {"batch_size": 32},
                                      "batch_norm": {"statistics": "ghost", "size": 4}}])
def test_groups_leave_the_run_as_it_is(study, tmp_path, changes):
    """To rounding: of the same examples, the sums are taken in another order."""
    if "batch_norm" in changes:
        changes = merged(changes, {"data": {"examples": 232}})  # 192 for training: no ragged batch
    case = merged(merged(GAUSSIANS, changes), {"sharpness": {"at_end": False}})
    results = []
    for groups in (1, 2):
        small = study(merged(case, {"training": {"noise_groups": groups}}))
        small.train(ranks=2, output=tmp_path / str(groups))
        results.append(small.result(tmp_path / str(groups)))
    assert (results[1]["steps/shares"] == 2 * results[0]["steps/shares"]).all()
    one, two = results
    for name in ("config",):
        one.arrays.pop(name), two.arrays.pop(name)
    one.attributes.pop("configuration_hash"), two.attributes.pop("configuration_hash")
    assert_same_run(two, one, tolerance=1e-10)


def test_coupled_shares_are_marked(study, tmp_path):
    import h5py
    for coupled in (False, True):
        small = study(merged(GAUSSIANS, {"model": {"batch_norm": coupled}, "sharpness": {"at_end": False}}))
        small.train(ranks=2, output=tmp_path / str(coupled))
        file, = small.files(tmp_path / str(coupled))
        with h5py.File(file) as opened:
            assert opened["steps"].attrs["shares_coupled"] == int(coupled)
        assert (small.result(tmp_path / str(coupled))["steps/shares"] == 2).all()


def test_groups_under_global_batch_norm_are_refused(study):
    small = study(merged(GAUSSIANS, {"model": {"batch_norm": True}, "training": {"noise_groups": 2}}))
    done = small.train(expect=2)
    assert "training.noise_groups" in done.stderr
    assert not small.output.exists()


# Noise in many directions, so that the variance of few batches is known well.
SCATTERING = {
    "data": {"name": "linear-regression", "examples": 700, "features": 60, "noise": 1.5, "validation_examples": 100},
    "model": {"name": "mlp", "hidden": []},
    "training": {"batch_size": 20, "learning_rate": 1e-3, "budget": {"epochs": 2}, "precision": "float64",
                 "seed": [1, 2, 3]},
    "sharpness": {"every_epochs": 1, "measures": ["batch_gradients"],
                  "batch_gradients": {"batch_sizes": [8, 30, 120, 480, 600]}},
}


def gradient_noise_claim(report):
    recipe, = json.loads((report / "summary.json").read_text())["studies"][0]["recipes"]
    return next(claim for claim in recipe["claims"] if claim["id"] == "C5")


def test_that_noise_falls_as_one_over_the_batch_is_supported_by_the_files(study, tmp_path):
    small = study(SCATTERING)
    small.train(ranks=1)
    for result in small.results():
        assert list(result["sharpness/epoch"]) == [0, 1, 2]
        assert list(result["sharpness/gradient_batch_size"]) == [8, 30, 120, 480, 600]
        assert list(result["sharpness/gradient_batches"]) == [50, 50, 50]
        assert list(result["sharpness/examples"]) == [600, 600, 600]
        found = result["sharpness/batch_gradient_variance"]
        assert numpy.isnan(found[:, 4]).all(), "all examples are no random batch"
        sampling = 1 / result["sharpness/gradient_batch_size"][:4] - 1 / 600
        assert numpy.allclose(found[-1, :4], population(result)[0] * sampling, rtol=0.2)
    analyze(small.output, "--output", tmp_path / "report")
    claim = gradient_noise_claim(tmp_path / "report")
    assert (claim["outcome"], claim["reason"], claim["seeds"]) == ("supported", "interval_inside", 3)
    slopes = {number["name"]: number["value"] for number in claim["numbers"]}
    assert all(abs(slopes[f"slope_at_{place}"] - 1) < 0.1 for place in ("start", "middle", "end"))


def test_where_the_noise_is_not_measured_the_report_says_how(study, tmp_path):
    small = study(merged(SCATTERING, {"training": {"seed": 1}, "sharpness": {"every_epochs": 0}}))
    small.train(ranks=1)
    table = analyze(small.output, "--output", tmp_path / "report").stdout
    assert gradient_noise_claim(tmp_path / "report")["reason"] == "not_measured"
    assert "set sharpness.every_epochs" in " ".join(table.split())
