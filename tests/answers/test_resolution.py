"""Numbers are no finer than they were measured, and no coarser than the data allow."""

from made_up_runs import MadeUpStudy, contrasts, jitter


def test_an_accuracy_of_one_everywhere_is_equivalent_and_saturated(tmp_path):
    study = MadeUpStudy(tmp_path)
    for size in (16, 64, 1024):
        for seed in range(1, 6):
            # One run of 1024 misses a single example of 20,000.
            accuracy = 0.99995 if (size, seed) == (1024, 3) else 1.0
            study.add(size, seed, train_accuracy=accuracy, train_loss=0.001 + jitter(size, seed, 1e-5))
    report = study.analyze()
    found = contrasts(report, "train_accuracy")
    assert {found[size]["verdict"] for size in (64, 1024)} == {"equivalent"}
    assert {found[size]["reason"] for size in (64, 1024)} == {"saturated"}
    assert "= equivalent, saturated" in report.text


def test_equal_differences_have_the_spread_of_one_example(tmp_path):
    study = MadeUpStudy(tmp_path)
    for seed, accuracy in enumerate((0.21, 0.29, 0.21), start=1):
        study.add(16, seed, validation_accuracy=accuracy, examples=(300, 100, 0))
        study.add(64, seed, validation_accuracy=accuracy - 0.04, examples=(300, 100, 0),
                  validation_loss=0.4 + jitter(64, seed, 0.01))
    contrast = contrasts(study.analyze(), "validation_accuracy")[64]
    assert contrast["reason"] != "identical_seeds"
    assert abs(contrast["standard_deviation"] - 0.01) < 1e-12  # 1 / 100 examples
    assert contrast["verdict"] == "worse"


def test_copies_of_one_run_are_still_called_identical(tmp_path):
    study = MadeUpStudy(tmp_path)
    for size in (16, 64):
        for seed in range(1, 6):
            study.add(size, seed)
    assert contrasts(study.analyze(), "validation_accuracy")[64]["reason"] == "identical_seeds"


def test_times_without_spread_are_compared(tmp_path):
    study = MadeUpStudy(tmp_path)
    for size, seconds in ((16, 40.0), (64, 10.0)):
        for seed in range(1, 6):
            study.add(size, seed, seconds=seconds, validation_loss=0.4 + size / 1e4 + jitter(size, seed, 0.001))
    text = study.analyze().text
    assert "4 times as fast" in text and "it is not shown to be faster" not in text


def test_each_metric_has_its_own_number_of_seeds(tmp_path):
    study = MadeUpStudy(tmp_path)
    for size in (16, 64):
        for seed in range(1, 5):
            noise = jitter(size, seed, 0.001)
            rows = {}
            if (size, seed) == (64, 2):
                rows = {"columns": {"validation_loss": [2.3] * 10 + [float("nan")],
                                    "validation_accuracy": [0.1] * 10 + [float("nan")]}}
            study.add(size, seed, train_accuracy=0.92 + noise, validation_accuracy=0.88 + noise, **rows)
    report = study.analyze()
    assert "(n = 3)" in report.text
    assert "Warning: no validation loss at the end of 1 run(s): batch 64, seed 2" in report.text
    assert contrasts(report, "train_accuracy")[64]["n"] == 4
    assert contrasts(report, "validation_accuracy")[64]["n"] == 3


def test_a_number_in_both_precisions_is_one_axis_value(tmp_path):
    import numpy

    study = MadeUpStudy(tmp_path)
    for size in (16, 64):
        for seed in range(1, 6):
            rate = float(numpy.float32(0.003)) if seed > 2 else 0.003
            study.add(size, seed, axes={"learning_rate": rate}, rate=rate,
                      validation_loss=0.4 + jitter(size, seed, 0.001))
    report = study.analyze()
    assert len(report.json["studies"][0]["recipes"]) == 1
    assert not report.json["studies"][0]["recipes"][0]["tuned"]


def test_a_diverged_run_has_no_result(tmp_path):
    study = MadeUpStudy(tmp_path)
    for seed in range(1, 4):
        study.add(16, seed, validation_loss=0.4 + 0.001 * seed)
    study.add(64, 1, status="diverged", train_loss=1e300, validation_loss=1e300)
    report = study.analyze()
    header, *rows = (report.folder / "runs.csv").read_text(encoding="utf-8").splitlines()
    column = header.split(",").index("train_loss")
    assert [row.split(",")[column] for row in rows if ",diverged," in row] == [""]
    assert "0000000000" not in report.text
