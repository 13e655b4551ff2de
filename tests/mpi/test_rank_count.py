"""The number of ranks is not a hyper-parameter: one grid point gives the same run on any."""

import itertools

import pytest

from programs import GAUSSIANS, Result, assert_same_run, merged

# 18 does not divide by 4 ranks; 240 - 40 = 200 training examples leave a last batch of 2: empty shares.
RAGGED = merged(GAUSSIANS, {"training": {"batch_size": 18, "budget": {"epochs": 3}}})

# Small images, so that augmentation and convolutions take part.
IMAGES = {
    "data": {"name": "fashion-mnist", "train_examples": 70, "validation_examples": 33, "test_examples": 31,
             "augmentation": {"crop_padding": 2, "flip": True}},
    "model": {"name": "simple_cnn", "dropout": 0.4},
    "training": {"batch_size": 18, "learning_rate": 0.02, "budget": {"epochs": 2}, "precision": "float64"},
}

ADAMW = {"name": "adamw", "momentum": None, "weight_decay": 0.01}

CASES = {
    "plain": RAGGED,
    "dropout": merged(RAGGED, {"model": {"dropout": 0.3}}),
    "micro_batches": merged(RAGGED, {"training": {"micro_batch_size": 4}, "model": {"dropout": 0.3}}),
    "global_batch_norm": merged(RAGGED, {"model": {"batch_norm": True, "hidden": [8, 7]}}),
    "global_batch_norm_micro_batches": merged(
        RAGGED, {"model": {"batch_norm": True, "hidden": [8, 7], "dropout": 0.2}, "training": {"micro_batch_size": 3}}),
    "ghost_batch_norm": merged(
        GAUSSIANS, {"model": {"batch_norm": True}, "batch_norm": {"statistics": "ghost", "size": 2},
                    "training": {"batch_size": 40}}),
    "adamw": merged(RAGGED, {"training": {"optimizer": {"name": "adamw", "weight_decay": 0.01}}}),
    "nesterov_decay": merged(RAGGED, {"training": {"optimizer": {"nesterov": True, "weight_decay": 0.01},
                                                   "schedule": "cosine", "warmup_epochs": 1}}),
    "images": IMAGES,
    "images_batch_norm": merged(IMAGES, {"model": {"batch_norm": True}, "training": {"micro_batch_size": 5}}),
}


@pytest.mark.parametrize("case", CASES)
def test_same_run_on_one_to_four_ranks(study, tmp_path, case):
    small = study(CASES[case])
    results = []
    for ranks in (1, 2, 3, 4):
        if case == "ghost_batch_norm" and ranks == 3:
            continue  # 40 / 3 would make a group straddle two ranks: refused, see below
        small.train(ranks=ranks, output=tmp_path / f"on_{ranks}")
        results.append(small.result(tmp_path / f"on_{ranks}"))
    assert len(results[0]["steps/step"]) <= 200
    for result in results[1:]:
        assert_same_run(result, results[0], tolerance=1e-10)


@pytest.mark.parametrize("case", ["dropout", "global_batch_norm_micro_batches", "images"])
def test_runs_repeat_bit_for_bit(study, tmp_path, case):
    small = study(merged(CASES[case], {"training": {"precision": "float32"}}))
    for name in ("first", "second"):
        small.train(ranks=2, output=tmp_path / name)
    assert_same_run(small.result(tmp_path / "first"), small.result(tmp_path / "second"), tolerance=0)


def test_ghost_groups_that_would_straddle_are_refused(study):
    small = study(CASES["ghost_batch_norm"])
    done = small.train(ranks=3, expect=2)
    assert "straddle ranks 0 and 1" in done.stderr
    assert done.stderr.count("straddle") == 1
    assert not small.output.exists()


def test_dropout_differs_between_positions_and_steps(study, tmp_path):
    """Were the mask the same on every rank, two ranks would not give the run of one."""
    with_dropout = study(CASES["dropout"])
    with_dropout.train(ranks=2)
    losses = with_dropout.result()["steps/train_loss"]
    without = study(CASES["plain"], name="plain")
    without.train(ranks=2, output=tmp_path / "plain")
    assert (losses != without.result(tmp_path / "plain")["steps/train_loss"]).all()


def test_seed_changes_weights_and_order(study):
    small = study(merged(RAGGED, {"training": {"seed": [1, 2]}}))
    small.train(ranks=2)
    first, second = (Result(file) for file in small.files())
    assert first["epochs/train_loss"][0] != second["epochs/train_loss"][0]
    for name, other in itertools.product(["train_indices", "validation_indices"], [second]):
        assert (first[f"data/{name}"] == other[f"data/{name}"]).all()
