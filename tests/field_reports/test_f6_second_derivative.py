"""F6: an operation has no second derivative, and the run fails at the measure, after days of training."""

import numpy
import pytest

from data_files import idx, images_and_labels
from programs import merged

MEASURES = ["eigenvalues", "gauss_newton_eigenvalues", "trace", "gauss_newton_trace", "density", "keskar",
            "worst_case", "average_case", "pac_bayes", "slices", "gradient_covariance", "batch_gradients"]
# All measures at their smallest, on images of 8 x 8 pixels.
SMALL = {
    "data": {"name": "fashion-mnist", "validation_examples": 12},
    "training": {"batch_size": 12, "learning_rate": 0.03, "budget": {"epochs": 8}},
    "sharpness": {
        "measures": MEASURES, "eigenvalues": {"largest": 2, "products": 16},
        "trace": {"products": 4}, "density": {"probes": 2, "steps": 3, "points": 10},
        "keskar": {"epsilon": [1e-3], "subspace": 2, "starts": 2, "iterations": 2}, "worst_case": {"iterations": 2},
        "average_case": {"draws": 2}, "pac_bayes": {"draws": 1}, "slices": {"points": 3},
        "gradient_covariance": {"probes": 2},
        "batch_gradients": {"batch_sizes": [4, 40], "batches": 3}},
}
MODELS = {
    "mlp": {"model": {"name": "mlp", "hidden": [16, 16]}},
    "mlp_batch_norm": {"model": {"name": "mlp", "hidden": [16], "batch_norm": True}},
    "mlp_ghost_batch_norm": {"model": {"name": "mlp", "hidden": [16], "batch_norm": True},
                             "batch_norm": {"statistics": "ghost", "size": 6}},
    "mlp_dropout": {"model": {"name": "mlp", "hidden": [16], "dropout": 0.3}},
    "simple_cnn": {"model": {"name": "simple_cnn"}},
    "simple_cnn_batch_norm": {"model": {"name": "simple_cnn", "batch_norm": True}},
    "simple_cnn_ghost_batch_norm": {"model": {"name": "simple_cnn", "batch_norm": True},
                                    "batch_norm": {"statistics": "ghost", "size": 6}},
}
# What may be unknown: error bars of few products.
MAY_BE_UNKNOWN = {"eigenvalue_residual", "smallest_eigenvalue_residual", "gauss_newton_eigenvalue_residual"}


def write_small_images(folder):
    folder.mkdir()
    for prefix, count, seed in (("train", 60, 0), ("t10k", 12, 1)):
        images, labels = images_and_labels(count, (8, 8), 10, seed)
        (folder / f"{prefix}-images-idx3-ubyte").write_bytes(idx(images))
        (folder / f"{prefix}-labels-idx1-ubyte").write_bytes(idx(labels))
    return str(folder)


@pytest.mark.parametrize("model", MODELS)
def test_every_measure_of_every_model(study, tmp_path, model):
    directory = write_small_images(tmp_path / "images")
    small = study(merged(merged(SMALL, MODELS[model]), {"data": {"directory": directory}}))
    small.train("--device", "cpu", ranks=2)
    result = small.result()
    assert result.attributes["status"] == "complete"
    columns = {name.removeprefix("sharpness/"): array for name, array in result.arrays.items()
               if name.startswith("sharpness/")}
    for measure in ("eigenvalue", "gauss_newton_eigenvalue", "trace", "gauss_newton_trace", "density", "keskar_full",
                    "keskar_subspace", "sam_sharpness", "adaptive_sharpness", "average_sharpness", "pac_bayes_sigma",
                    "slice_loss", "slice_accuracy", "covariance_trace", "noise_scale",
                    "batch_gradient_variance"):
        assert measure in columns
    assert list(columns["epoch"]) == [8]
    for name, values in columns.items():
        if name not in MAY_BE_UNKNOWN:
            assert numpy.isfinite(values).all(), f"{name}: {values}"
    # Positive semi-definite, whatever the network.
    assert (columns["gauss_newton_eigenvalue"] > 0).all() and (columns["gauss_newton_trace"] > 0).all()
    assert (columns["loss"] > 0).all() and (columns["sam_sharpness"] > 0).all()
    assert abs(columns["loss"][-1] / result["epochs/train_loss"][-1] - 1) < 1e-6
    assert "weights/fc1.weight" in result.arrays
