"""B1: users cannot tell whether the learning rate scales with the batch of a GPU or of all, and from which
reference."""

import math

import pytest

from programs import GAUSSIANS, merged

# 200 training examples. 48/64 and 56/64 are no powers of two; 64 is the reference.
RULES = merged(GAUSSIANS, {"training": {
    "batch_size": [16, 48, 56, 64, 128], "learning_rate": 0.0123, "reference_batch_size": 64,
    "learning_rate_scaling": ["none", "linear", "sqrt"], "budget": {"epochs": 1}}})


def peak(rule, batch, base, reference):
    return {"none": base, "linear": base * batch / reference}.get(rule, base * math.sqrt(batch / reference))


@pytest.mark.parametrize("ranks", [1, 3])
def test_rate_of_each_step_is_that_of_the_rule(study, ranks):
    small = study(RULES)
    small.train(ranks=ranks)
    results = small.results()
    assert len(results) == 15
    for result in results:
        attributes = result.attributes
        expected = peak(attributes["learning_rate_scaling"], int(attributes["batch_size"]), 0.0123, 64)
        assert attributes["learning_rate"] == expected
        if attributes["alias_of"]:  # at the reference, the three rules are one run
            assert attributes["batch_size"] == 64
            assert expected == 0.0123
        else:
            assert set(result["steps/learning_rate"]) == {expected}
    assert sum(bool(result.attributes["alias_of"]) for result in results) == 2


def test_sqrt_rule_for_adam(study):
    small = study(merged(RULES, {"training": {
        "batch_size": [16, 128], "learning_rate_scaling": "sqrt_adam",
        "optimizer": {"name": "adamw"}}}))
    done = small.train(ranks=None)
    for result in small.results():
        expected = peak("sqrt", int(result.attributes["batch_size"]), 0.0123, 64)
        assert set(result["steps/learning_rate"]) == {expected}
        assert f"peak learning rate {expected:.6g}" in done.stdout


def test_warm_up_leads_from_the_lower_rate_to_the_peak(study):
    small = study(merged(RULES, {"training": {
        "batch_size": [16, 128], "learning_rate_scaling": "linear", "warmup_epochs": 2, "budget": {"epochs": 3}}}))
    small.train(ranks=2)
    for result in small.results():
        top = 0.0123 * int(result.attributes["batch_size"]) / 64
        start = min(top, 0.0123)
        middle = result["steps/examples"] - result["steps/batch_examples"] / 2
        expected = [start + (top - start) * at / 400 if at < 400 else top for at in middle]
        assert result["steps/learning_rate"] == pytest.approx(expected, rel=1e-13)
        assert result["steps/learning_rate"][-1] == top


@pytest.mark.parametrize("rule", ["linear", "sqrt", ["none", "linear"]])
def test_rule_without_reference_is_refused(study, rule):
    small = study(merged(RULES, {"training": {"reference_batch_size": None, "learning_rate_scaling": rule}}))
    done = small.train(ranks=None, expect=2)
    assert "training.learning_rate_scaling" in done.stderr and "training.reference_batch_size" in done.stderr
    assert not small.output.exists()
