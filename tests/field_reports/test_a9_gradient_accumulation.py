"""A9: splitting a batch into micro-batches changes the loss or the scale of the gradient."""

import pytest

from programs import GAUSSIANS, merged, relative_difference

# 600 examples: a batch of 512, then one of 88. 100 divides neither; 88 is one part of 100, 128 or 512.
WHOLE = merged(GAUSSIANS, {
    "data": {"examples": 600, "validation_examples": 0},
    "training": {"batch_size": 512, "micro_batch_size": [512, 128, 100], "budget": {"epochs": 2}}})

CASES = {
    "plain": WHOLE,
    "dropout": merged(WHOLE, {"model": {"dropout": 0.3}}),
    # Statistics are those of the whole global batch, however it is split.
    "batch_norm": merged(WHOLE, {"model": {"hidden": [8, 7], "batch_norm": True, "dropout": 0.2}}),
    "ghost_batch_norm": merged(WHOLE, {
        "model": {"batch_norm": True}, "batch_norm": {"statistics": "ghost", "size": 4}}),
}


def by_micro_batch(small):
    results = {result.attributes["training.micro_batch_size"]: result for result in small.results()}
    assert results.keys() == {512, 128, 100}
    assert not any(result.attributes["alias_of"] for result in results.values())
    return results


@pytest.mark.parametrize("case", CASES)
def test_micro_batches_change_nothing(study, case):
    small = study(CASES[case])
    small.train(ranks=None)
    results = by_micro_batch(small)
    for size in (128, 100):
        for name in ("steps/train_loss", "steps/gradient_norm", "steps/update_norm"):
            assert relative_difference(results[size][name], results[512][name]) < 1e-10, name
        for name, weights in results[512].weights().items():
            assert relative_difference(results[size][name], weights) < 1e-10, name


@pytest.mark.parametrize("ranks", [2, 3])
def test_micro_batches_are_of_a_rank(study, tmp_path, ranks):
    """On several ranks each share is split, unevenly at 512 / 3; the run is that of one rank."""
    small = study(merged(WHOLE, {"training": {"precision": "float32"}}))
    small.train(ranks=ranks)
    small.train("--set", "training.micro_batch_size=512", ranks=None, output=tmp_path / "whole")
    reference = small.result(tmp_path / "whole")
    for result in by_micro_batch(small).values():
        for name in ("steps/train_loss", "steps/gradient_norm", "steps/update_norm"):
            assert relative_difference(result[name], reference[name]) < 1e-5, name
        for name, weights in reference.weights().items():
            assert relative_difference(result[name], weights) < 1e-5, name


def test_ghost_groups_across_micro_batches_are_refused(study):
    small = study(merged(CASES["ghost_batch_norm"], {"training": {"micro_batch_size": [512, 98]}}))
    done = small.train(ranks=None, expect=2)
    assert "98" in done.stderr and "4" in done.stderr
    assert not small.output.exists()
