"""A5: evaluation on several ranks counts examples twice, or gives a short last batch full weight."""

import numpy
import pytest

from programs import GAUSSIANS, merged

# Neither 21 nor 1021 divides by 2 or 4 ranks; 1021 is also more than one evaluation pass of 500 examples on any of
# 1, 2 ranks. 1 leaves ranks without an example.
SPLITS = merged(GAUSSIANS, {
    "data": {"examples": 300, "separation": 1.0, "validation_examples": 33, "test_examples": [1, 21, 1021]},
    "model": {"hidden": []}, "training": {"budget": {"epochs": 1}}})


def metrics(result, inputs, targets):
    """Loss and number of right answers of the final softmax regression, by NumPy."""
    outputs = inputs @ result["weights/fc1.weight"].T + result["weights/fc1.bias"]
    right = outputs[numpy.arange(len(targets)), targets.astype(int)]
    losses = numpy.logaddexp.reduce(outputs, axis=1) - right
    return losses, int((outputs.argmax(axis=1) == targets).sum())


@pytest.mark.parametrize("ranks", [1, 2, 4])
def test_metrics_are_means_over_each_example_once(study, ranks):
    small = study(SPLITS)
    small.train(ranks=ranks)
    results = {result.attributes["data.test_examples"]: result for result in small.results()}
    assert results.keys() == {1, 21, 1021}
    for test_examples, result in results.items():
        sizes = {"train": 267, "validation": 33, "test": test_examples}
        for split, size in sizes.items():
            indices = result[f"data/{split}_indices"]
            assert len(indices) == len(set(indices)) == size
            source = "test" if split == "test" else "train"
            losses, right = metrics(result, result[f"data/{source}_inputs"][indices],
                                    result[f"data/{source}_targets"][indices])
            assert result[f"epochs/{split}_accuracy"][-1] == right / size
            assert result[f"epochs/{split}_loss"][-1] == pytest.approx(losses.mean(), rel=1e-12)
            if split != "train":
                assert result[f"predictions/{split}_loss"] == pytest.approx(losses, rel=1e-9)
    assert 0 < results[1021]["epochs/test_accuracy"][-1] < 1
