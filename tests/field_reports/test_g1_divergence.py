"""G1: a run whose loss is no number burns its time slot, or one rank stops and the others hang."""

import csv

import numpy
import pytest

from programs import GAUSSIANS, analyze, environment, merged

# Regression diverges for good at a large rate: no ReLU that could die and hide it.
REGRESSION = {
    "data": {"name": "linear-regression", "examples": 120, "features": 4, "validation_examples": 20},
    "model": {"name": "mlp", "hidden": []},
    "training": {"batch_size": 10, "learning_rate": [1e6, 0.01], "seed": [1, 2], "budget": {"epochs": 20}},
}


def check_diverged(result):
    """The file of a diverged run says when, and keeps what was measured before."""
    assert result.attributes["status"] == "diverged"
    losses = result["steps/train_loss"]
    assert numpy.isfinite(losses[:-1]).all() and not numpy.isfinite(losses[-1])
    step = result["steps/step"][-1]
    assert f"not finite at step {step} " in result.attributes["reason"]
    assert f"the last finite loss was {losses[-2]:.6g}" in result.attributes["reason"]
    assert len(set(result["environment/final_weights_checksum"])) == 1
    assert result["epochs/epoch"][0] == 0 and numpy.isfinite(result["epochs/train_loss"]).all()
    assert len(result["sharpness/epoch"]) == 0


def test_diverged_runs_end_and_the_grid_goes_on(study, tmp_path):
    small = study(REGRESSION)
    small.train(ranks=2)
    results = small.results()
    assert len(results) == 4
    for result in results:
        if result.attributes["training.learning_rate"] == 1e6:
            check_diverged(result)
            assert len(result["steps/step"]) < 200
        else:
            assert result.attributes["status"] == "complete"
            assert len(result["steps/step"]) == 200

    report = tmp_path / "report"
    done = analyze(small.output / small.name, "--output", report)
    assert "In no mean, diverged (2)" in done.stdout
    assert "2 runs counted, 2 diverged" in done.stdout
    with open(report / "runs.csv", newline="") as file:
        standings = [(row["training.learning_rate"], row["standing"]) for row in csv.DictReader(file)]
    assert sorted(standings) == [("0.01", "counted")] * 2 + [("1000000", "diverged")] * 2
    with open(report / "summary.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["metric"] == "test_loss"]
    assert [(row["training.learning_rate"], row["n"], row["lost"]) for row in rows] == [
        ("0.01", "2", "0"), ("1000000", "0", "2")]

    again = small.train(ranks=2)
    assert "Nothing to do" in again.stdout  # a diverged run is a result


@pytest.mark.parametrize("ranks, rank, step", [(2, 1, 3), (3, 0, 0), (4, 2, 12)])
def test_one_poisoned_rank_ends_all_ranks_at_one_step(study, ranks, rank, step):
    """The larger batch has too few steps for the fault: its run must not suffer."""
    small = study(merged(GAUSSIANS, {"training": {"batch_size": [16, 200], "budget": {"epochs": 1}}}))
    if step == 0:
        small = study(merged(GAUSSIANS, {"training": {"budget": {"epochs": 1}}}))
    small.train(ranks=ranks, timeout=60, env=environment(BATCHSCOPE_FAULT=f"nan:{rank}:{step}"))
    poisoned, *rest = small.results()
    assert poisoned.attributes["status"] == "diverged"
    assert list(poisoned["steps/step"]) == list(range(1, step + 2))
    assert f"not finite at step {step + 1} " in poisoned.attributes["reason"]
    assert len(set(poisoned["environment/final_weights_checksum"])) == 1
    assert list(poisoned["epochs/epoch"]) == [0]
    if step > 0:
        check_diverged(poisoned)
        assert [result.attributes["status"] for result in rest] == ["complete"]


def test_weights_that_overflow_in_the_last_step(study):
    """The loss of the last step is that before its update: only the evaluation can tell."""
    small = study(merged(REGRESSION, {"training": {
        "learning_rate": 1e300, "seed": 1, "precision": "float64", "budget": {"epochs": None, "steps": 1}}}))
    small.train(ranks=2)
    result = small.result()
    assert result.attributes["status"] == "diverged"
    assert "not finite at the evaluation after step 1;" in result.attributes["reason"]
    assert f"the last finite loss was {result['steps/train_loss'][0]:.6g}" in result.attributes["reason"]
    assert list(result["steps/step"]) == [1] and numpy.isfinite(result["steps/train_loss"]).all()
    assert len(result["sharpness/epoch"]) == 0
