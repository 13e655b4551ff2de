"""G3: an evaluation interval that does not divide the run drops the last epoch, or the last steps."""

import numpy
import pytest

from programs import GAUSSIANS, merged

# 200 training examples, 16 a step: 13 steps an epoch.
EVERY = merged(GAUSSIANS, {"training": {"budget": {"epochs": [10, 1, 2.5]}},
                           "evaluate": {"every_epochs": [0, 1, 3, 20]}})


def check_last_row(result):
    """The last row is that of the last step, with every metric of every split."""
    assert result["epochs/step"][-1] == result["steps/step"][-1]
    assert result["epochs/examples"][-1] == result["steps/examples"][-1]
    for split in ("train", "validation", "test"):
        for metric in ("loss", "accuracy"):
            column = result[f"epochs/{split}_{metric}"]
            assert numpy.isfinite(column[0]) and numpy.isfinite(column[-1])
    assert list(result["steps/step"]) == list(range(1, len(result["steps/step"]) + 1))


def test_first_and_last_state_are_always_recorded(study):
    small = study(EVERY)
    small.train(ranks=None)
    results = small.results()
    assert len(results) == 12
    for result in results:
        epochs = result.attributes["training.budget.epochs"]
        every = result.attributes["evaluate.every_epochs"]
        due = list(range(every, int(epochs) + 1, every)) if every else []
        expected = [0, *due] if due and due[-1] == epochs else [0, *due, epochs]
        assert list(result["epochs/epoch"]) == expected
        assert result["steps/examples"][-1] == 200 * epochs
        assert len(result["steps/step"]) == {10: 130, 1: 13, 2.5: 26 + 7}[epochs]
        check_last_row(result)


@pytest.mark.parametrize("budget, steps, epoch", [({"steps": 17}, 17, 1.32), ({"examples": 207}, 14, 1.035),
                                                  ({"steps": 1}, 1, 0.08)])
def test_budgets_that_end_within_an_epoch(study, budget, steps, epoch):
    small = study(merged(GAUSSIANS, {"training": {"budget": {"epochs": None, **budget}},
                                     "evaluate": {"every_epochs": 3}}))
    small.train(ranks=2)
    result = small.result()
    assert list(result["epochs/epoch"]) == pytest.approx([0, epoch])
    assert len(result["steps/step"]) == steps
    check_last_row(result)


def test_end_by_time(study):
    small = study(merged(GAUSSIANS, {"training": {"budget": {"epochs": None, "seconds": 0.2}},
                                     "evaluate": {"every_epochs": 1000000}}))
    small.train(ranks=2)
    result = small.result()
    assert result.attributes["status"] == "complete"
    assert len(result["epochs/epoch"]) == 2
    check_last_row(result)


def test_end_by_a_stop_rule(study):
    small = study(merged(GAUSSIANS, {"training": {"stop": {"train_loss_below": 0.3}, "budget": {"epochs": 200}},
                                     "evaluate": {"every_epochs": 3}}))
    small.train(ranks=None)
    result = small.result()
    assert "train loss below 0.3" in result.attributes["reason"]
    losses = result["epochs/train_loss"]
    assert losses[-1] < 0.3 and (losses[:-1] >= 0.3).all()
    assert list(result["epochs/epoch"]) == list(range(0, 3 * len(losses), 3))
    check_last_row(result)


def test_extra_validation_rows(study):
    """They come between the others, with unknown (not 0) metrics of the splits that were not evaluated."""
    small = study(merged(GAUSSIANS, {"evaluate": {"every_epochs": 0, "validation_every_examples": 130}}))
    small.train(ranks=None)
    result = small.result()
    # At the first step that reaches each multiple of 130; the last row is the final one.
    assert list(result["epochs/examples"]) == [0, 144, 264, 392, 400]
    assert numpy.isfinite(result["epochs/validation_loss"]).all()
    assert list(numpy.isnan(result["epochs/train_loss"])) == [False, True, True, True, False]
    assert list(numpy.isnan(result["epochs/test_accuracy"])) == [False, True, True, True, False]
    check_last_row(result)
