"""The number of ranks is not a hyper-parameter: one grid point gives the same run on any."""

import itertools

import pytest

from programs import GAUSSIANS, Result, assert_same_run, merged, relative_difference

# 18 does not divide by 4 ranks; 240 - 40 = 200 training examples leave a last batch of 2: empty shares.
RAGGED = merged(GAUSSIANS, {"model": {"hidden": [8, 7]}, "training": {"batch_size": 18, "budget": {"epochs": 3}}})
DROPOUT = merged(RAGGED, {"model": {"dropout": 0.3}})

# Small images, so that augmentation and convolutions take part.
IMAGES = {
    "data": {"name": "fashion-mnist", "train_examples": 70, "validation_examples": 33, "test_examples": 31,
             "augmentation": {"crop_padding": 2, "flip": True}},
    "model": {"name": "simple_cnn", "dropout": 0.4, "batch_norm": [False, True]},
    "training": {"batch_size": 18, "micro_batch_size": [5, 18], "learning_rate": 0.02, "budget": {"epochs": 2},
                 "precision": "float64"},
}

# Micro-batches of 18 are none at all.
EVERY_MLP = merged(RAGGED, {"model": {"dropout": [0, 0.3], "batch_norm": [False, True]},
                            "training": {"micro_batch_size": [3, 18]}})
GHOST = merged(GAUSSIANS, {"model": {"batch_norm": True}, "batch_norm": {"statistics": "ghost", "size": 2},
                           "training": {"batch_size": 40}})

CASES = {
    "sgd": merged(EVERY_MLP, {"training": {"optimizer": {"nesterov": [False, True], "weight_decay": 0.01},
                                           "schedule": "cosine", "warmup_epochs": 1}}),
    "adamw": merged(EVERY_MLP, {"training": {"optimizer": {"name": "adamw", "weight_decay": 0.01}}}),
    "images": IMAGES,
    "ghost_batch_norm": GHOST,
}


# Batch norm takes away the bias before it: its gradient is rounding alone, which AdamW divides by its own size. The
# network's output does not depend on it, but these do.
OF_IDLE_BIASES = ["weights/fc1.bias", "weights/fc2.bias", "weights/bn1.running_mean", "weights/bn2.running_mean",
                  "epochs/weight_norm", "epochs/distance_from_start", "steps/update_norm"]


def assert_same_runs(study, output, reference, tolerance):
    files = study.files(reference)
    assert [file.name for file in study.files(output)] == [file.name for file in files]
    for file in files:
        result, other = Result(output / study.name / file.name), Result(file)
        idle_biases = "name: adamw" in other["config"] and "weights/bn1.weight" in other.arrays
        assert_same_run(result, other, tolerance, but=OF_IDLE_BIASES if idle_biases else [])
        for name in OF_IDLE_BIASES if idle_biases else []:
            assert relative_difference(result[name], other[name]) < 1e-4, name


@pytest.mark.parametrize("case", CASES)
def test_same_run_on_one_to_four_ranks(study, tmp_path, case):
    grid = study(CASES[case])
    # 40 / 3 would make a ghost group straddle two ranks: refused, see below.
    for ranks in (1, 2, 4) if case == "ghost_batch_norm" else (1, 2, 3, 4):
        grid.train(ranks=ranks, output=tmp_path / f"on_{ranks}")
        assert_same_runs(grid, tmp_path / f"on_{ranks}", tmp_path / "on_1", tolerance=1e-10)
    assert len(grid.files(tmp_path / "on_1")) == {"sgd": 16, "adamw": 8, "images": 4, "ghost_batch_norm": 1}[case]
    assert all(len(result["steps/step"]) <= 200 for result in grid.results(tmp_path / "on_1"))


def test_a_warning_that_holds_for_many_points_is_said_once(study):
    done = study(CASES["sgd"]).train(ranks=2)
    for warning in ("the last batch of an epoch holds 2 of 18", "the warm-up lasts 12 steps"):
        assert done.stderr.count(warning) == 1, done.stderr


@pytest.mark.parametrize("case", ["sgd", "images"])
def test_runs_repeat_bit_for_bit(study, tmp_path, case):
    grid = study(merged(CASES[case], {"training": {"precision": "float32"}}))
    for name in ("first", "second"):
        grid.train(ranks=2, output=tmp_path / name)
    assert_same_runs(grid, tmp_path / "first", tmp_path / "second", tolerance=0)


def test_ghost_groups_that_would_straddle_are_refused(study):
    small = study(GHOST)
    done = small.train(ranks=3, expect=2)
    assert "straddle ranks 0 and 1" in done.stderr
    assert done.stderr.count("straddle") == 1
    assert not small.output.exists()


def test_dropout_differs_between_positions_and_steps(study, tmp_path):
    """Were the mask the same on every rank, two ranks would not give the run of one."""
    with_dropout = study(DROPOUT)
    with_dropout.train(ranks=2)
    losses = with_dropout.result()["steps/train_loss"]
    without = study(RAGGED, name="plain")
    without.train(ranks=2, output=tmp_path / "plain")
    assert (losses != without.result(tmp_path / "plain")["steps/train_loss"]).all()


def test_seed_changes_weights_and_order(study):
    small = study(merged(RAGGED, {"training": {"seed": [1, 2]}}))
    small.train(ranks=2)
    first, second = (Result(file) for file in small.files())
    assert first["epochs/train_loss"][0] != second["epochs/train_loss"][0]
    for name, other in itertools.product(["train_indices", "validation_indices"], [second]):
        assert (first[f"data/{name}"] == other[f"data/{name}"]).all()
