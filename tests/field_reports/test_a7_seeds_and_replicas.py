"""A7: all ranks draw the same dropout mask, or start from different weights and never agree."""

import numpy
import pytest

from data_files import idx
from programs import GAUSSIANS, environment, merged


def test_weights_are_equal_on_all_ranks(study):
    small = study(merged(GAUSSIANS, {"model": {"dropout": 0.3}, "training": {"seed": [1, 2]}}))
    small.train(ranks=4)
    first, second = small.results()
    for result in (first, second):
        for name in ("initial_weights_checksum", "final_weights_checksum"):
            checksums = list(result[f"environment/{name}"])
            assert len(checksums) == 4
            assert len(set(checksums)) == 1, name
    everything = {result[f"environment/{moment}_weights_checksum"][0]
                  for result in (first, second) for moment in ("initial", "final")}
    assert len(everything) == 4  # training and the seed change the weights


@pytest.mark.parametrize("rank, step", [(1, 0), (0, 7), (2, 15)])
def test_a_rank_with_other_weights_ends_the_job(study, rank, step):
    """The weights are compared at every evaluation, here after steps 13 and 26."""
    small = study(GAUSSIANS)
    done = small.train(ranks=3, expect=1, env=environment(BATCHSCOPE_FAULT=f"flip:{rank}:{step}"))
    found = 13 if step < 13 else 26
    assert f"differ from those of rank 0 after step {found}" in done.stderr
    assert done.stderr.count("differ from those") == 1
    assert f"weights of rank {rank or 1} " in done.stderr
    result = small.result()
    assert result.attributes["status"] == "failed"
    assert "differ from those of rank 0" in result.attributes["reason"]
    assert (result["epochs/step"] < found).all()


@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_ranks_drop_different_units(study, tmp_path, dropout):
    """Every image is the same, one a rank: without dropout the ranks have equal gradients, with it they must not."""
    folder = tmp_path / "data"
    folder.mkdir()
    image = numpy.arange(784).reshape(1, 28, 28) % 251
    for prefix in ("train", "t10k"):
        (folder / f"{prefix}-images-idx3-ubyte").write_bytes(idx(numpy.repeat(image, 20, axis=0)))
        (folder / f"{prefix}-labels-idx1-ubyte").write_bytes(idx(numpy.zeros(20)))
    small = study({
        "data": {"name": "mnist", "directory": str(folder), "validation_examples": 0},
        "model": {"name": "mlp", "hidden": [64], "dropout": dropout},
        "training": {"batch_size": 2, "learning_rate": 0.01, "budget": {"steps": 5}, "precision": "float64"}})
    small.train(ranks=2)
    result = small.result()
    # g1 = g2 if and only if |g1|^2 + |g2|^2 = 2 |(g1 + g2) / 2|^2.
    of_ranks = result["steps/share_gradient_square_sum"]
    of_mean = 2 * result["steps/gradient_norm"] ** 2
    if dropout == 0:
        assert of_ranks == pytest.approx(of_mean, rel=1e-9)
    else:
        assert (of_ranks > 1.01 * of_mean).all()
