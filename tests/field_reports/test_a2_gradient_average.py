"""A2: gradients are summed where their mean was meant, or divided by the number of ranks twice."""

import numpy
import pytest

from programs import merged, relative_difference

# One full-batch step of plain SGD. A rate of 1e-300 moves no weight: that run shows the weights before the step.
ONE_STEP = {
    "data": {"name": "linear-regression", "examples": 22, "features": 5, "test_examples": 9},
    "model": {"name": "mlp", "hidden": []},
    "training": {"batch_size": 22, "learning_rate": [1e-300, 0.1], "optimizer": {"name": "sgd", "momentum": 0.0},
                 "budget": {"steps": 1}, "precision": "float64"},
}
CLASSES = merged(ONE_STEP, {"data": {"name": "gaussians", "classes": 3}})


def squared_error(outputs, targets):
    """Half the squared error of each example, and its derivative by the outputs."""
    residual = outputs - targets[:, None]
    return 0.5 * residual[:, 0] ** 2, residual


def cross_entropy(outputs, targets):
    shifted = outputs - outputs.max(axis=1, keepdims=True)
    probabilities = numpy.exp(shifted) / numpy.exp(shifted).sum(axis=1, keepdims=True)
    own = numpy.eye(outputs.shape[1])[targets.astype(int)]
    return -numpy.log((probabilities * own).sum(axis=1)), probabilities - own


@pytest.mark.parametrize("ranks", [1, 2, 3, 4])
@pytest.mark.parametrize("configuration, loss_of", [(ONE_STEP, squared_error), (CLASSES, cross_entropy)],
                         ids=["linear_regression", "softmax_regression"])
def test_update_is_the_rate_times_the_mean_gradient(study, ranks, configuration, loss_of):
    small = study(configuration)
    small.train(ranks=ranks)
    before, after = sorted(small.results(), key=lambda result: result.attributes["learning_rate"])
    weight, bias = before["weights/fc1.weight"], before["weights/fc1.bias"]
    assert before["epochs/distance_from_start"][-1] == 0

    inputs, targets = before["data/train_inputs"], before["data/train_targets"]
    losses, derivatives = loss_of(inputs @ weight.T + bias, targets)
    weight_gradient = derivatives.T @ inputs / len(targets)
    bias_gradient = derivatives.mean(axis=0)
    gradient_norm = numpy.sqrt((weight_gradient**2).sum() + (bias_gradient**2).sum())

    assert relative_difference(weight - after["weights/fc1.weight"], 0.1 * weight_gradient) < 1e-10
    assert relative_difference(bias - after["weights/fc1.bias"], 0.1 * bias_gradient) < 1e-10
    for result, rate in ((before, 1e-300), (after, 0.1)):
        assert result["steps/train_loss"] == pytest.approx([losses.mean()], rel=1e-10)
        assert result["steps/gradient_norm"] == pytest.approx([gradient_norm], rel=1e-10)
        assert result["steps/learning_rate"] == [rate]
    assert after["steps/update_norm"] == pytest.approx([0.1 * gradient_norm], rel=1e-10)
    assert after["epochs/distance_from_start"][-1] == pytest.approx(0.1 * gradient_norm, rel=1e-10)
    assert after["epochs/train_loss"][0] == pytest.approx(losses.mean(), rel=1e-10)
