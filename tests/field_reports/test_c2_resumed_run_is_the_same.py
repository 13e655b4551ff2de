"""C2: a resumed run has lost its momentum, its place in the schedule, or its random numbers."""

import pytest

from programs import GAUSSIANS, assert_same_run, environment, merged

EVERYTHING = merged(GAUSSIANS, {
    "model": {"hidden": [12, 9], "dropout": 0.3, "batch_norm": True},
    "training": {"batch_size": 18, "micro_batch_size": 4, "schedule": "cosine", "warmup_epochs": 1,
                 "precision": "float32", "budget": {"epochs": 5}, "optimizer": {"weight_decay": 0.01}},
    "evaluate": {"validation_every_examples": 70},
})
VARIANTS = {
    "momentum": {},
    "nesterov, ghost norm": {"training": {"optimizer": {"nesterov": True}, "batch_size": 24},
                             "batch_norm": {"statistics": "ghost", "size": 4}},
    "adamw, steps": {"training": {"optimizer": {"name": "adamw"}, "schedule": "step", "step_epochs": [1, 3]}},
    "plain sgd, constant": {"training": {"optimizer": {"momentum": 0}, "schedule": "constant"}},
}


def interrupted(small, stops, ranks, output):
    for step in stops:
        small.train(ranks=ranks, expect=75, output=output, env=environment(BATCHSCOPE_FAULT=f"stop:1:{step}"))


@pytest.mark.parametrize("variant", VARIANTS)
def test_bit_for_bit(study, tmp_path, variant):
    small = study(merged(EVERYTHING, VARIANTS[variant]))
    small.train(ranks=2)
    interrupted(small, [4, 19, 37], 2, tmp_path / "interrupted")
    done = small.train(ranks=2, output=tmp_path / "interrupted")
    assert "resumed after step 38" in done.stdout and "warning: resumed" not in done.stderr
    assert_same_run(small.result(tmp_path / "interrupted"), small.result(), 0)


def test_on_another_number_of_ranks_to_rounding(study, tmp_path):
    small = study(merged(EVERYTHING, {"training": {"precision": "float64"}}))
    small.train(ranks=2)
    interrupted(small, [20], 2, tmp_path / "other")
    interrupted(small, [30], 3, tmp_path / "other")
    done = small.train(ranks=1, output=tmp_path / "other")
    assert "not bit for bit" in done.stderr and "ranks: 3 before, 1 now" in done.stderr
    assert_same_run(small.result(tmp_path / "other"), small.result(), 1e-10)


@pytest.mark.parametrize("file_kept", [True, False])
def test_another_configuration_is_refused_with_old_and_new_values(study, file_kept):
    small = study(EVERYTHING)
    small.train(ranks=2, expect=75, env=environment(BATCHSCOPE_FAULT="stop:1:20"))
    if not file_kept:
        small.files()[0].unlink()
    before = [path.read_bytes() for path in small.checkpoints()]
    done = small.train("--set", "training.learning_rate=0.06", ranks=2, expect=2)
    assert "training.learning_rate: 0.05 before, 0.06 now" in done.stderr and "--overwrite" in done.stderr
    assert [path.read_bytes() for path in small.checkpoints()] == before
    # What is no part of the results may change.
    done = small.train("--set", "output.checkpoint_minutes=3", ranks=2)
    assert "resumed after step 21" in done.stdout
