"""Simulates studies whose truth is known, asks batchscope-analyze, and counts what it gets wrong:

  BATCHSCOPE_BINARIES=build/bin PYTHONPATH=tests python tests/simulate_studies.py STUDIES SEEDS [SCENARIO ...]

Runs of batch 16, 64 and 256 have accuracies and losses with an effect of their seed (which pairing removes) and noise.
Prints for each scenario how often any verdict was wrong, how often the 95 % intervals of means held the true one, how
often something worse by the margin was recommended, and verdicts in favour of a batch size with lost runs.
"""

import json
import pathlib
import sys
import tempfile

import numpy

import programs
from made_up_runs import MadeUpStudy, contrasts
from made_up_runs import Report as ReportOf

SIZES = (16, 64, 256)
MARGIN = 0.005
LOSS_MARGIN = 0.02
SEED_SPREAD, NOISE = 0.003, 0.002
# The shift of the accuracies of batch 256 (its losses move four times as far, the other way), which share of its runs
# is lost, which of batch 16's, and the tails of the noise.
SCENARIOS = {
    "null": (0.0, 0.0, 0.0, "normal"),
    "half_margin": (-MARGIN / 2, 0.0, 0.0, "normal"),
    "margin": (-MARGIN, 0.0, 0.0, "normal"),
    "twice_margin": (-2 * MARGIN, 0.0, 0.0, "normal"),
    "outliers": (0.0, 0.0, 0.0, "student"),
    "lost_10": (0.0, 0.1, 0.0, "normal"),
    "lost_30": (0.0, 0.3, 0.0, "normal"),
    "lost_50": (0.0, 0.5, 0.0, "normal"),
    "lost_10_at_both": (0.0, 0.1, 0.1, "normal"),
    "lost_50_at_both": (0.0, 0.5, 0.5, "normal"),
    "better_survivors": (2 * MARGIN, 0.5, 0.0, "normal"),
}


def draws(generator, tails, count):
    if tails == "normal":
        return generator.normal(size=count)
    return generator.standard_t(3, size=count) / numpy.sqrt(3)


def make_study(study, generator, scenario, seeds):
    shift, lost_large, lost_small, tails = SCENARIOS[scenario]
    lost = {16: 0, 64: 0, 256: 0}
    for seed in range(1, seeds + 1):
        common = SEED_SPREAD * generator.normal(size=2)
        for size in SIZES:
            moved = shift if size == 256 else 0.0
            accuracy = 0.88 + moved + common[0] + NOISE * draws(generator, tails, 3)
            loss = 0.40 - 4 * moved + 4 * common[1] + 4 * NOISE * draws(generator, tails, 3)
            rate = {16: lost_small, 256: lost_large}.get(size, 0.0)
            is_lost = generator.random() < rate
            lost[size] += is_lost
            study.add(size, seed, rows=3, train_accuracy=accuracy[0], validation_accuracy=accuracy[1],
                      test_accuracy=accuracy[2], train_loss=loss[0], validation_loss=loss[1], test_loss=loss[2],
                      seconds=1000.0 / size * (1 + 0.01 * generator.normal()),
                      status="diverged" if is_lost else "complete")
    return lost


def is_wrong(verdict, shift, loses_more):
    """Whether a verdict on batch 256 against 16 (or on 64, with nothing to find) says what is not so."""
    if verdict == "better":
        return shift <= 0 or loses_more
    if verdict == "worse":
        return shift >= 0 and not loses_more
    if verdict == "equivalent":
        return abs(shift) >= MARGIN or loses_more
    return False


def simulate(scenario, studies, seeds, folder):
    shift, lost_large, lost_small, _ = SCENARIOS[scenario]
    generator = numpy.random.default_rng([seeds, list(SCENARIOS).index(scenario)])
    made = MadeUpStudy(folder)
    lost, paths = [], []
    for index in range(studies):
        made.name = f"study{index:04}"
        made.folder = folder / made.name
        made.folder.mkdir()
        lost.append(make_study(made, generator, scenario, seeds))
        paths.append(made.folder)
    programs.analyze(*paths, "--output", folder / "report", expect=None, timeout=7200)
    summary = json.loads((folder / "report" / "summary.json").read_text(encoding="utf-8"))
    wrong, held, intervals, bad_advice, favoured = 0, 0, 0, 0, 0
    assert len(summary["studies"]) == studies
    for of_study, lost_runs in zip(sorted(summary["studies"], key=lambda study: study["name"]), lost, strict=True):
        any_wrong = False
        view = ReportOf("", {"studies": [of_study]}, "", None)
        for metric in ("train_accuracy", "validation_accuracy"):
            for size, contrast in contrasts(view, metric).items():
                verdict = contrast["verdict"]
                moved = shift if size == 256 else 0.0
                loses_more = size == 256 and lost_large > lost_small
                # Without a lost run among these the data speak of a batch size that loses none.
                loses_more = loses_more and lost_runs[256] > lost_runs[16]
                any_wrong |= is_wrong(verdict, moved, loses_more)
                favoured += verdict in ("better", "equivalent") and lost_runs[size] > 0
        wrong += any_wrong
        for row in of_study["rows"]:
            estimate = row["validation_accuracy"]
            if estimate["n"] > 1:
                intervals += 1
                truth = 0.88 + (shift if row["batch_size"] == 256 else 0.0)
                held += abs(estimate["mean"] - truth) <= estimate["half_width"]
        advice = of_study["recommendation"]
        is_large = (advice["status"] == "recommended" and
                    advice["candidates"][advice["recommended"]]["batch_size"] == 256)
        bad_advice += is_large and (shift <= -MARGIN or lost_runs[256] > lost_runs[16])
    print(f"{scenario:17} n = {seeds:2}: any wrong verdict {100 * wrong / studies:5.1f} %, means held "
          f"{100 * held / max(1, intervals):5.1f} % of {intervals}, worse recommended "
          f"{100 * bad_advice / studies:5.1f} %, in favour of a size with lost runs {favoured}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    for name in sys.argv[3:] or SCENARIOS:
        with tempfile.TemporaryDirectory() as scratch:
            simulate(name, int(sys.argv[1]), int(sys.argv[2]), pathlib.Path(scratch))
