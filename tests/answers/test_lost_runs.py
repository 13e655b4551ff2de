"""A run that came to nothing is the worst outcome of its batch size, not a missing value."""

import pytest

from made_up_runs import MadeUpStudy, claim, contrasts, jitter

LOST = {"diverged": {"status": "diverged", "reason": "the training loss was not finite"},
        "collapsed": {"collapsed": True},
        "out of memory": {"status": "failed", "reason": "CUDA out of memory. Tried to allocate 2.00 GiB"},
        "failed": {"status": "failed", "reason": "the data set /train/images cannot be read"}}


def add_seeds(study, batch_size, accuracy, loss, seeds=5, **run):
    for seed in range(1, seeds + 1):
        noise = jitter(batch_size, seed, 0.001)
        study.add(batch_size, seed, validation_accuracy=accuracy + noise, train_accuracy=accuracy + 0.04 + noise,
                  validation_loss=loss - noise, seconds=640 / batch_size * (1 + noise), **run)


@pytest.mark.parametrize("kind", LOST)
def test_survivors_that_are_better_are_no_better_batch_size(tmp_path, kind):
    study = MadeUpStudy(tmp_path)
    add_seeds(study, 16, 0.88, 0.40)
    add_seeds(study, 64, 0.888, 0.38)
    for seed in (2, 4):
        study.add(64, seed, **LOST[kind])
    report = study.analyze("--current", "16")
    for metric in ("train_accuracy", "validation_accuracy"):
        contrast = contrasts(report, metric)[64]
        assert contrast["verdict"] == "undecided" and contrast["reason"] == "loses_runs"
        assert contrast["runs"] == {"tried": 5, "lost": 2, "reference_tried": 5, "reference_lost": 0}
    assert f"batch 64: 2 of 5 runs lost (2 {kind})" in report.text
    # Neither recommended, nor a reason to change to, nor reached by all.
    recommendation = report.json["studies"][0]["recommendation"]
    assert recommendation["candidates"][1]["standing"] == "loses_runs"
    assert "Recommended: batch 64" not in report.text
    what_if = report.json["studies"][0]["recipes"][0]["what_if"]
    assert what_if["answer"] != "change" and what_if["others"][0]["loses_runs"]
    targets = report.json["studies"][0]["recipes"][0]["targets"]
    assert {size["tried"] for target in targets for size in target["batch_sizes"]} == {5}
    rows = (report.folder / "summary.csv").read_text(encoding="utf-8").splitlines()
    assert all(row.endswith(",2") for row in rows if row.startswith("made_up,64,"))
    assert "2 of 5 lost" in report.html


def test_survivors_that_are_worse_decide_and_so_does_the_loss_of_all(tmp_path):
    study = MadeUpStudy(tmp_path)
    add_seeds(study, 16, 0.88, 0.40)
    add_seeds(study, 64, 0.80, 0.60)
    study.add(64, 1, **LOST["diverged"])
    add_seeds(study, 256, 0.88, 0.40)
    for seed in range(1, 6):
        study.add(256, seed, **LOST["out of memory"])
    found = contrasts(study.analyze(), "validation_accuracy")
    assert (found[64]["verdict"], found[64]["reason"]) == ("worse", "different")
    assert (found[256]["verdict"], found[256]["reason"]) == ("worse", "all_lost")


def test_the_loss_of_more_runs_is_worse_whatever_survives(tmp_path):
    study = MadeUpStudy(tmp_path)
    add_seeds(study, 4, 0.80, 0.50, seeds=20)
    add_seeds(study, 24, 0.85, 0.40, seeds=20)
    for seed in range(1, 12):
        study.add(24, seed, collapsed=True)
    report = study.analyze()
    contrast = contrasts(report, "validation_accuracy")[24]
    assert (contrast["verdict"], contrast["reason"]) == ("worse", "loses_more")
    assert "batch 24: 11 of 20 runs lost (11 collapsed)" in report.text


def test_nothing_is_worse_than_a_reference_through_its_survivors(tmp_path):
    study = MadeUpStudy(tmp_path)
    add_seeds(study, 16, 0.90, 0.30)
    study.add(16, 3, **LOST["diverged"])
    add_seeds(study, 64, 0.86, 0.45)
    add_seeds(study, 256, 0.93, 0.20)
    found = contrasts(study.analyze(), "validation_accuracy")
    assert found[64]["verdict"] == "undecided"
    assert found[256]["verdict"] == "better"


def test_a_smallest_size_that_lost_all_leaves_no_answer_for_the_grid(tmp_path):
    study = MadeUpStudy(tmp_path)
    for seed in range(1, 6):
        study.add(16, seed, **LOST["diverged"])
    add_seeds(study, 64, 0.88, 0.40)
    add_seeds(study, 256, 0.88, 0.40)
    report = study.analyze()
    answer = report.json["studies"][0]["recipes"][0]["larger_batch"][0]
    assert answer["reference"] == 64 and answer["lost_references"] == [16]
    assert all(figure["answer"] == "undecided" for figure in answer["figures"])
    assert "batch 16 lost all runs, so that the others are compared with batch 64" in report.text


def test_a_run_that_was_stopped_is_unfinished_not_lost(tmp_path):
    study = MadeUpStudy(tmp_path)
    add_seeds(study, 16, 0.88, 0.40)
    add_seeds(study, 64, 0.80, 0.60)
    study.add(64, 1, status="stopped", reason="stopped on request after step 7")
    study.add(64, 2, status="failed", reason="the process that wrote this run was killed")
    report = study.analyze()
    contrast = contrasts(report, "validation_accuracy")[64]
    assert contrast["runs"]["tried"] == 3 and contrast["runs"]["lost"] == 0
    assert "1 stopped" in report.text and "1 interrupted" in report.text
    # The trend and the slope say that they lack it.
    figure = report.json["studies"][0]["recipes"][0]["larger_batch"][0]["figures"][0]
    assert figure["trend_without"] == [64] and figure["slope_without"] == [64]


def test_one_batch_size_that_diverges_voids_no_claim(tmp_path):
    study = MadeUpStudy(tmp_path)
    for size, accuracy in ((16, 0.88), (64, 0.87), (256, 0.85), (1024, 0.83)):
        for seed in range(1, 6):
            study.add(size, seed, test_accuracy=accuracy + jitter(size, seed, 0.0005))
    for seed in range(1, 6):
        study.add(4096, seed, **LOST["diverged"])
    found = claim(study.analyze(), "C1")
    assert found["outcome"] == "supported" and found["without"] == [4096]


def test_what_so_few_seeds_cannot_see_is_said(tmp_path):
    study = MadeUpStudy(tmp_path)
    add_seeds(study, 16, 0.88, 0.40)
    add_seeds(study, 64, 0.88, 0.40)
    assert "5 runs of which none is lost leave a loss rate of up to 45 % possible" in study.analyze().text


def test_a_lost_run_that_two_rules_share_is_counted_once(tmp_path):
    study = MadeUpStudy(tmp_path)
    file = study.add(16, 1, axes={"learning_rate_scaling": "linear"}, scaling="linear", **LOST["diverged"])
    study.add(16, 1, axes={"learning_rate_scaling": "none"}, alias_of=file.name)
    add_seeds(study, 64, 0.88, 0.40, axes={"learning_rate_scaling": "none"})
    assert "1 diverged, 1 of the same settings as another" in study.analyze().text
