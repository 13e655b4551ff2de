"""J1: one run gives a NaN band or one of zero width; n stands where n - 1 belongs."""

import csv
import math
import re

import numpy
import pytest

from programs import GAUSSIANS, Study, analyze, merged

# Classes far apart: every run ends with a test accuracy of exactly 1, losses differ.
EASY = merged(GAUSSIANS, {"data": {"separation": 40.0}, "training": {"budget": {"epochs": 4}}})
SEEDS = {16: 1, 20: 2, 25: 3, 40: 4, 50: 5}  # batch size: number of seeds

DISTRIBUTION = {  # of Student's t with so many degrees of freedom, in closed form
    1: lambda t: 0.5 + math.atan(t) / math.pi,
    2: lambda t: 0.5 + t / (2 * math.sqrt(2 + t * t)),
    3: lambda t: 0.5 + (t / math.sqrt(3) / (1 + t * t / 3) + math.atan(t / math.sqrt(3))) / math.pi,
    4: lambda t: 0.5 + 0.375 * t / math.sqrt(1 + t * t / 4) * (1 - t * t / (1 + t * t / 4) / 12),
}


def student_quantile(probability, freedom):
    low, high = 0.0, 1000.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if DISTRIBUTION[freedom](middle) < probability else (low, middle)
    return low


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    easy = Study(tmp_path_factory.mktemp("easy"), EASY)
    for seed in range(1, 6):  # the grid grows: only new points run
        sizes = [size for size, seeds in SEEDS.items() if seeds >= seed]
        easy.train("--set", f"training.batch_size={sizes}", "--set", f"training.seed=[{seed}]", ranks=None)
    assert len(easy.files()) == sum(SEEDS.values())
    return easy


def summary_of(results, folder, *options):
    done = analyze(results.output, "--output", folder, *options)
    assert done.stderr == ""
    with open(folder / "summary.csv", newline="") as file:
        return done.stdout, {(int(row["batch_size"]), row["metric"]): row for row in csv.DictReader(file)}


@pytest.mark.parametrize("confidence", [0.95, 0.8])
def test_student_intervals_of_the_seeds(results, tmp_path, confidence):
    _, summary = summary_of(results, tmp_path, "--confidence", str(confidence))
    by_size = {size: [r for r in results.results() if r.attributes["batch_size"] == size] for size in SEEDS}
    for size, n in SEEDS.items():
        for metric in ("train_loss", "test_loss", "validation_accuracy"):
            values = [result[f"epochs/{metric}"][-1] for result in by_size[size]]
            row = summary[size, metric]
            assert int(row["n"]) == n
            assert float(row["mean"]) == pytest.approx(numpy.mean(values), rel=1e-12)
            if n == 1:
                assert row["half_width"] == "" and row["standard_deviation"] == ""
                continue
            deviation = numpy.std(values, ddof=1)
            width = student_quantile((1 + confidence) / 2, n - 1) * deviation / math.sqrt(n)
            assert float(row["standard_deviation"]) == pytest.approx(deviation, rel=1e-9, abs=1e-300)
            assert float(row["half_width"]) == pytest.approx(width, rel=1e-9, abs=1e-300)
            assert metric == "validation_accuracy" or width > 0


def test_equal_values_have_no_width_from_two_on(results, tmp_path):
    _, summary = summary_of(results, tmp_path)
    for size, n in SEEDS.items():
        row = summary[size, "test_accuracy"]
        assert float(row["mean"]) == 1
        assert row["half_width"] == ("" if n == 1 else "0")


def test_the_table_prints_n_and_no_band_for_one_run(results, tmp_path):
    text, summary = summary_of(results, tmp_path)
    assert not re.search(r"\b(nan|inf)\b", text.lower())
    accuracy = text[text.index("Accuracy (fraction)"):]
    accuracy = accuracy[:accuracy.index("Generalization gap")].splitlines()[2:]
    rows = {int(line.split()[0]): line for line in accuracy if line.split() and line.split()[0].isdigit()}
    assert rows.keys() == SEEDS.keys()
    for size, n in SEEDS.items():
        assert rows[size].split()[1] == str(n)
        assert rows[size].count("n/a") == (3 if n == 1 else 0), rows[size]
        assert rows[size].count("±") == 3
