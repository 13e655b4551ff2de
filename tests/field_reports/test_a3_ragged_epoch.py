"""A3: ranks hold different numbers of examples: the job hangs at the end of an epoch, or the small share weighs
too much."""

import pytest

from programs import Study, assert_same_run, merged

# 22 = 5 x 4 + 2: on three and four ranks, the last batch leaves some without an example. 21 leaves only one with
# any. 3 is a batch of which four ranks never all have one.
RAGGED = {
    "data": {"name": "linear-regression", "examples": [22, 21], "features": 3, "test_examples": 5},
    "model": {"name": "mlp", "hidden": []},
    "training": {"batch_size": [3, 4], "learning_rate": 0.05, "budget": {"epochs": 2}, "precision": "float64"},
}


@pytest.fixture(scope="module")
def on_one_rank(tmp_path_factory):
    one = Study(tmp_path_factory.mktemp("one_rank"), RAGGED)
    one.train(ranks=1, timeout=60)
    return one.results()


@pytest.mark.parametrize("ranks", [2, 3, 4])
def test_ends_and_is_the_run_of_one_rank(study, on_one_rank, ranks):
    ragged = study(RAGGED)
    ragged.train(ranks=ranks, timeout=60)
    results = ragged.results()
    assert len(results) == len(on_one_rank) == 4
    for result, reference in zip(results, on_one_rank):
        assert result["steps/update_norm"][-1] == pytest.approx(reference["steps/update_norm"][-1], rel=1e-10)
        assert_same_run(result, reference, tolerance=1e-10)


@pytest.mark.parametrize("ranks", [1, 3])
def test_each_example_is_used_once_an_epoch(study, ranks):
    """At weights that do not move, the batches of an epoch add up to the training split, whatever their order."""
    ragged = study(merged(RAGGED, {"training": {"learning_rate": 1e-300}}))
    ragged.train(ranks=ranks, timeout=60)
    for result in ragged.results():
        batch = result.attributes["batch_size"]
        examples = result.attributes["data.examples"]
        rest = [examples % batch] if examples % batch else []
        sizes = [batch] * (examples // batch) + rest
        assert list(result["steps/batch_examples"]) == sizes * 2
        assert result["steps/examples"][-1] == 2 * examples
        sums = result["steps/train_loss"] * result["steps/batch_examples"]
        total = result["epochs/train_loss"][0] * examples
        first, second = sums[:len(sizes)], sums[len(sizes):]
        assert first.sum() == pytest.approx(total, rel=1e-12)
        assert second.sum() == pytest.approx(total, rel=1e-12)
        assert (first != second).any()  # the order differs, so the equal sums say something
