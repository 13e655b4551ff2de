"""B2: the schedule advances once per rank and step, or is as long as another batch would make it: the rate hits
its floor too early."""

import math

import numpy
import pytest

from programs import GAUSSIANS, Study, assert_same_run, merged

# 2050 examples: at each batch size the last batch of an epoch is short.
EPOCHS, EXAMPLES, PEAK, FINAL, WARMUP, MILESTONES = 4, 2050, 0.02, 0.1, 0.5, [1.5, 3]
SCHEDULES = merged(GAUSSIANS, {
    "data": {"examples": EXAMPLES, "validation_examples": 0},
    "model": {"hidden": []},
    "training": {"batch_size": [16, 128, 1024], "learning_rate": PEAK, "schedule": ["cosine", "step"],
                 "final_fraction": FINAL, "step_epochs": MILESTONES, "step_factor": 0.5, "warmup_epochs": WARMUP,
                 "budget": {"epochs": EPOCHS}},
    "evaluate": {"every_epochs": 0}})


def rate_at(schedule, epoch):
    """The rate as a function of the epoch alone; the warm-up starts and ends at the peak (no scaling rule)."""
    if epoch < WARMUP:
        return PEAK
    if schedule == "step":
        return PEAK * 0.5 ** sum(epoch >= milestone for milestone in MILESTONES)
    wave = 0.5 * (1 + math.cos(math.pi * (epoch - WARMUP) / (EPOCHS - WARMUP)))
    return PEAK * (FINAL + (1 - FINAL) * wave)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    by_ranks = {}
    for ranks in (1, 2, 4):
        small = Study(tmp_path_factory.mktemp(f"on_{ranks}"), SCHEDULES)
        small.train(ranks=ranks)
        by_ranks[ranks] = small.results()
        assert len(by_ranks[ranks]) == 6
    return by_ranks


@pytest.mark.parametrize("ranks", [1, 2, 4])
def test_rate_depends_on_the_fraction_of_training_alone(results, ranks):
    for result in results[ranks]:
        schedule = result.attributes["training.schedule"]
        middle = (result["steps/examples"] - result["steps/batch_examples"] / 2) / EXAMPLES
        expected = [rate_at(schedule, epoch) for epoch in middle]
        assert result["steps/examples"][-1] == EPOCHS * EXAMPLES
        assert result["steps/learning_rate"] == pytest.approx(expected, rel=1e-12)


def test_last_step_has_the_final_rate(results):
    for result in results[1]:
        last = result["steps/learning_rate"][-1]
        if result.attributes["training.schedule"] == "step":
            assert last == PEAK * 0.25
        else:
            # Half a step before the end: above the final rate, by less than a whole step would make it.
            step = result["steps/batch_examples"][-1] / EXAMPLES
            assert PEAK * FINAL < last < rate_at("cosine", EPOCHS - step)


def test_milestones_fall_on_the_same_epoch(results):
    for result in results[2]:
        if result.attributes["training.schedule"] == "step":
            rates = result["steps/learning_rate"]
            changes = numpy.flatnonzero(numpy.diff(rates)) + 1
            before = (result["steps/examples"] - result["steps/batch_examples"])[changes] / EXAMPLES
            half_a_step = result.attributes["batch_size"] / EXAMPLES / 2
            assert before == pytest.approx(MILESTONES, abs=half_a_step)


def test_ranks_do_not_matter(results):
    for ranks in (2, 4):
        for result, reference in zip(results[ranks], results[1]):
            assert_same_run(result, reference, tolerance=1e-10)


@pytest.mark.parametrize("budget", [{"steps": 40}, {"examples": 5001}])
def test_other_budgets_end_at_the_final_rate(study, budget):
    small = study(merged(SCHEDULES, {
        "training": {"batch_size": [128, 1024], "schedule": "cosine", "step_epochs": None, "step_factor": None,
                     "warmup_epochs": 0, "budget": {"epochs": None, **budget}}}))
    small.train(ranks=2)
    for result in small.results():
        total = result["steps/examples"][-1]
        middle = (result["steps/examples"] - result["steps/batch_examples"] / 2) / total
        expected = PEAK * (FINAL + (1 - FINAL) * 0.5 * (1 + numpy.cos(numpy.pi * middle)))
        assert result["steps/learning_rate"] == pytest.approx(expected, rel=1e-12)
        assert (len(result["steps/step"]) == 40) if "steps" in budget else (total == 5001)
