"""A10: with a batch larger than the data set, all batches are dropped: training "runs" and nothing happens."""

import pytest

from programs import GAUSSIANS, merged

HUNDRED = merged(GAUSSIANS, {"data": {"examples": 110, "validation_examples": 10}})


@pytest.mark.parametrize("ranks", [None, 2])
@pytest.mark.parametrize("sizes", [128, 101, [50, 128]])
def test_is_refused_before_anything_is_trained(study, ranks, sizes):
    small = study(merged(HUNDRED, {"training": {"batch_size": sizes}}))
    done = small.train(ranks=ranks, expect=2)
    largest = max(sizes) if isinstance(sizes, list) else sizes
    assert f"training.batch_size is {largest}, more than the 100 training examples" in done.stderr
    assert "at most 100" in done.stderr
    assert not small.files()


def test_subset_counts_not_the_file(study):
    small = study(merged(HUNDRED, {"data": {"train_examples": 60}, "training": {"batch_size": 100}}))
    assert "100, more than the 60 training examples" in small.train(ranks=None, expect=2).stderr


def test_whole_data_set_as_one_batch(study):
    small = study(merged(HUNDRED, {"training": {"batch_size": 100, "budget": {"epochs": 3}}}))
    small.train(ranks=2)
    result = small.result()
    assert list(result["steps/step"]) == [1, 2, 3]
    assert list(result["steps/batch_examples"]) == [100, 100, 100]
    assert list(result["epochs/epoch"]) == [0, 1, 2, 3]
    assert (result["steps/update_norm"] > 0).all()
    assert (result["epochs/distance_from_start"][1:] > 0).all()
    assert result["epochs/train_loss"][-1] < result["epochs/train_loss"][0]
