"""The train loss of a stored run as a function of its weights, in NumPy from the result file alone: what the
measures of sharpness are checked against. For small networks of linear layers."""

import sys

import numpy

from programs import BENCHMARKS

sys.path.insert(0, str(BENCHMARKS))
from example_order import philox, stream_key  # noqa: E402

PROBE = 7  # RandomPurpose::probe
SUBSET, KESKAR_SUBSPACE = 12, 5  # RandomVectorUse


class TrainLoss:
    """Mean loss over the training examples (or those at `positions` of the split) in evaluation mode: batch norm
    with the stored population statistics. Weights are one vector, layer by layer, weight before bias."""

    def __init__(self, result, positions=slice(None)):
        rows = result["data/train_indices"][positions]
        self.inputs = result["data/train_inputs"][rows].reshape(len(rows), -1)
        self.targets = result["data/train_targets"][rows].ravel()
        self.is_regression = result.configuration()["data"]["name"] == "linear-regression"
        stored = {name.removeprefix("weights/"): array for name, array in result.weights().items()}
        self.statistics = {name: stored.pop(name) for name in list(stored) if "running" in name}
        self.layers = sum(name.startswith("fc") for name in stored) // 2
        names = [f"{kind}{number}.{part}" for number in range(1, self.layers + 1) for kind in ("fc", "bn")
                 for part in ("weight", "bias") if f"{kind}{number}.{part}" in stored]
        self.shapes = {name: stored[name].shape for name in names}
        self.weights = numpy.concatenate([stored[name].ravel() for name in names])

    def _parameters(self, weights):
        parameters, offset = {}, 0
        for name, shape in self.shapes.items():
            size = int(numpy.prod(shape))
            parameters[name] = weights[offset:offset + size].reshape(shape)
            offset += size
        return parameters

    def _forward(self, parameters):
        """The outputs, and per layer what its gradient needs: its input, normalised values and slope of the ReLU."""
        values, kept = self.inputs, []
        for number in range(1, self.layers + 1):
            layer_input, normalised = values, None
            values = values @ parameters[f"fc{number}.weight"].T + parameters[f"fc{number}.bias"]
            if f"bn{number}.weight" in parameters:
                mean, variance = (self.statistics[f"bn{number}.running_{which}"] for which in ("mean", "var"))
                normalised = (values - mean) / numpy.sqrt(variance + 1e-5)
                values = normalised * parameters[f"bn{number}.weight"] + parameters[f"bn{number}.bias"]
            slope = (values > 0) if number < self.layers else numpy.ones_like(values)
            values = values * slope
            kept.append((layer_input, normalised, slope))
        return values, kept

    def value(self, weights):
        outputs, _ = self._forward(self._parameters(weights))
        if self.is_regression:
            return 0.5 * ((outputs[:, 0] - self.targets) ** 2).mean()
        highest = outputs.max(axis=1)
        log_sum = highest + numpy.log(numpy.exp(outputs - highest[:, None]).sum(axis=1))
        return (log_sum - outputs[numpy.arange(len(outputs)), self.targets.astype(int)]).mean()

    def _probabilities(self, outputs):
        exponentials = numpy.exp(outputs - outputs.max(axis=1, keepdims=True))
        return exponentials / exponentials.sum(axis=1, keepdims=True)

    def gradient(self, weights):
        parameters = self._parameters(weights)
        outputs, kept = self._forward(parameters)
        if self.is_regression:
            slopes = outputs - self.targets[:, None]
        else:
            slopes = self._probabilities(outputs)
            slopes[numpy.arange(len(outputs)), self.targets.astype(int)] -= 1
        return self._back(parameters, kept, slopes / len(outputs))

    def _back(self, parameters, kept, slopes):
        """The gradient of sum(slopes * outputs), the slopes held fixed."""
        found = {}
        for number in range(self.layers, 0, -1):
            layer_input, normalised, relu = kept[number - 1]
            slopes = slopes * relu
            if normalised is not None:
                found[f"bn{number}.weight"] = (slopes * normalised).sum(axis=0)
                found[f"bn{number}.bias"] = slopes.sum(axis=0)
                slopes = slopes * parameters[f"bn{number}.weight"] / numpy.sqrt(
                    self.statistics[f"bn{number}.running_var"] + 1e-5)
            found[f"fc{number}.weight"] = slopes.T @ layer_input
            found[f"fc{number}.bias"] = slopes.sum(axis=0)
            slopes = slopes @ parameters[f"fc{number}.weight"]
        return numpy.concatenate([found[name].ravel() for name in self.shapes])

    def hessian(self):
        """By central differences of the gradient."""
        step = 1e-6
        columns = [(self.gradient(self.weights + step * unit) - self.gradient(self.weights - step * unit)) / (2 * step)
                   for unit in numpy.eye(len(self.weights))]
        return (numpy.array(columns) + numpy.array(columns).T) / 2

    def gauss_newton(self):
        """Mean over the examples of J' C J: J the Jacobian of the outputs, C the Hessian of the loss by them."""
        parameters = self._parameters(self.weights)
        outputs, kept = self._forward(parameters)
        matrix = numpy.zeros((len(self.weights),) * 2)
        for example in range(len(outputs)):
            jacobian = []
            for output in range(outputs.shape[1]):
                slopes = numpy.zeros_like(outputs)
                slopes[example, output] = 1
                jacobian.append(self._back(parameters, kept, slopes))
            jacobian = numpy.array(jacobian)
            probability = self._probabilities(outputs[example:example + 1])[0]
            curvature = numpy.eye(1) if self.is_regression else numpy.diag(probability) - numpy.outer(
                probability, probability)
            matrix += jacobian.T @ curvature @ jacobian / len(outputs)
        return matrix


def measured_subset(seed, examples, of):
    """Positions in the training split that a measurement over so many `examples` sees (Fisher-Yates)."""
    bounds = numpy.arange(of, 1, -1, dtype=numpy.uint64)
    high, low, *_ = philox((bounds, 0 * bounds, 2 + 0 * bounds, 0 * bounds), stream_key(seed, PROBE, SUBSET))
    order = list(range(of))
    for last, word, rest, bound in zip(range(of - 1, 0, -1), high, low, bounds):
        draw = (int(word) << 32 | int(rest)) * int(bound) >> 64
        order[last], order[draw] = order[draw], order[last]
    return numpy.sort(order[:examples])


def keskar_columns(seed, weights, columns):
    """The matrix A of Keskar's random subspace, (weights, columns): standard normal numbers (Box-Muller)."""
    index = numpy.arange(weights, dtype=numpy.uint64)
    found = []
    for column in range(columns):
        words = philox((index, 0 * index, 1 + 0 * index, 0 * index), stream_key(seed, PROBE, KESKAR_SUBSPACE, column))
        first, second = (((words[i] << numpy.uint64(32) | words[i + 1]) >> numpy.uint64(11)) * 2.0 ** -53
                         for i in (0, 2))
        found.append(numpy.sqrt(-2 * numpy.log(1 - first)) * numpy.cos(2 * numpy.pi * second))
    return numpy.array(found).T
