"""Recomputes the first screen of a report from the result files with NumPy and SciPy, without any of our code:

  python tests/recompute_report.py RESULTS/STUDY REPORT/summary.json

Prints the largest relative difference, and exits with 1 where one is above 1e-10 or a verdict differs.
"""

import json
import pathlib
import sys

import h5py
import numpy
from scipy import stats

MOST = 1e-10
ROUNDING = 1e-14  # of a mean of values of order one: a spread that small is none
METRICS = ("train_loss", "validation_loss", "test_loss", "train_accuracy", "validation_accuracy", "test_accuracy")


def read_runs(folder):
    """The runs by (other axes, batch size, seed); an alias stands for its target."""
    files = {path.name: path for path in pathlib.Path(folder).glob("*.h5")}
    runs = {}
    for path in files.values():
        with h5py.File(path) as file:
            attributes = dict(file.attrs)
            target = attributes["alias_of"]
            axes = tuple(sorted((key, str(value)) for key, value in attributes.items() if "." in key))
            with h5py.File(files[target] if target else path) as source:
                epochs = source["epochs"]
                lost = (source.attrs["status"] in ("diverged", "failed")) or bool(source.attrs["collapsed"])
                if not lost and source.attrs["status"] != "complete":
                    continue
                run = {name: epochs[name][-1] for name in METRICS} if len(epochs["epoch"]) else {}
                seconds = float(numpy.sum(epochs["training_seconds"][:]))
                run.update(lost=lost, seconds=seconds, source=target or path.name,
                           examples_per_second=epochs["examples"][-1] / seconds if seconds > 0 else float("nan"),
                           sizes={split: len(source[f"data/{split}_indices"])
                                  for split in ("train", "validation", "test")})
                run["gap_loss"] = run["test_loss"] - run["train_loss"]
        runs[axes, int(attributes["batch_size"]), int(attributes["seed"])] = run
    return runs


def estimate(values, confidence):
    """Mean, half-width of the Student interval, and n of the values that are known."""
    known = numpy.array([value for value in values if numpy.isfinite(value)])
    if len(known) == 0:
        return numpy.nan, numpy.nan, 0
    width = numpy.nan
    if len(known) > 1:
        width = stats.t.ppf((1 + confidence) / 2, len(known) - 1) * stats.sem(known)
    return known.mean(), width, len(known)


def shaffer(first, second):
    """Step-down over 2m p of m exclusive pairs: each is multiplied by the pairs not yet rejected whole."""
    p = numpy.concatenate([first, second])
    pairs = len(first)
    adjusted = numpy.full(2 * pairs, numpy.nan)
    known = [i for i in numpy.argsort(p, kind="stable") if numpy.isfinite(p[i])]
    remaining = {i % pairs: 0 for i in known}
    for i in known:
        remaining[i % pairs] += 1
    largest = 0.0
    for i in known:
        largest = max(largest, min(1.0, p[i] * sum(count > 0 for count in remaining.values())))
        adjusted[i] = largest
        remaining[i % pairs] -= 1
    return adjusted[:pairs], adjusted[pairs:]


def contrasts_of(runs, sizes, metrics, settings):
    """The family of a recipe: every larger batch size against the smallest that counts, by metric."""
    confidence, margin = settings
    counts = {size: {seed: run for seed, run in runs[size].items() if not run["lost"]} for size in sizes}
    lost = {size: sum(run["lost"] for run in runs[size].values()) for size in sizes}
    reference = next(size for size in sizes if counts[size])
    family = []
    for metric in metrics:
        resolution = 1 / next(iter(counts[reference].values()))["sizes"][metric.split("_")[0]]
        for size in [size for size in sizes if size > reference]:
            seeds = sorted(set(counts[size]) & set(counts[reference]))
            differences = numpy.array([counts[size][s][metric] - counts[reference][s][metric] for s in seeds])
            entry = {"metric": metric, "size": size, "n": len(seeds), "p": numpy.nan, "q": numpy.nan,
                     "lost": lost[size], "mean": numpy.nan, "error": numpy.nan}
            if len(seeds) > 0:
                entry["mean"] = differences.mean()
            if len(seeds) > 1:
                spread = max(differences.std(ddof=1), resolution)
                entry["error"] = spread / numpy.sqrt(len(seeds))
            if len(seeds) >= 3 and lost[size] == lost[reference] == 0:
                t, df = entry["mean"] / entry["error"], len(seeds) - 1
                entry["p"] = 2 * stats.t.sf(abs(t), df)
                entry["q"] = max(stats.t.sf((entry["mean"] + margin) / entry["error"], df),
                                 stats.t.cdf((entry["mean"] - margin) / entry["error"], df))
            family.append(entry)
    losing = [entry for entry in family if entry["lost"] > 0]
    for entry in losing:  # none of the reference is lost in the studies that this is for
        assert lost[reference] == 0
        tried, others = len(runs[entry["size"]]), len(runs[reference])
        table = [[entry["lost"], tried - entry["lost"]], [0, others]]
        fisher = stats.fisher_exact(table, "greater").pvalue
        most = min(entry["lost"], tried)
        smallest = stats.fisher_exact([[most, tried - most], [entry["lost"] - most, others - entry["lost"] + most]],
                                      "greater").pvalue
        survivors = numpy.nan
        if entry["n"] >= 3:
            t = entry["mean"] / entry["error"]
            survivors = 2 * stats.t.sf(abs(t), entry["n"] - 1) if t < 0 else 1.0
        if not smallest < 1 - confidence:
            entry["p"] = survivors
        else:
            entry["p"] = fisher if numpy.isnan(survivors) else min(1.0, 2 * min(fisher, survivors))
    tested = sum(numpy.isfinite(entry["p"]) for entry in family)
    p, q = shaffer(numpy.array([e["p"] for e in family]), numpy.array([e["q"] for e in family]))
    for entry, adjusted_p, adjusted_q in zip(family, p, q, strict=True):
        level = (1 - confidence) / max(1, tested)
        entry["half_width"] = (stats.t.ppf(1 - level / 2, entry["n"] - 1) * entry["error"]
                               if entry["n"] > 1 else numpy.nan)
        entry.update(p_adjusted=adjusted_p, q_adjusted=adjusted_q)
        all_lost = entry["lost"] == len(runs[entry["size"]]) >= 3
        if all_lost and len(runs[reference]) >= 3:
            entry["verdict"] = "worse"
        elif adjusted_q < 1 - confidence:
            entry["verdict"] = "equivalent"
        elif adjusted_p < 1 - confidence:
            entry["verdict"] = "better" if entry["mean"] > 0 and entry["lost"] == 0 else "worse"
        else:
            entry["verdict"] = "undecided"
    return reference, family


class Comparison:
    """Counts what was compared, and remembers the largest difference."""

    def __init__(self):
        self.numbers, self.largest, self.wrong = 0, 0.0, []

    def number(self, what, ours, theirs):
        theirs = numpy.nan if theirs is None else theirs
        self.numbers += 1
        if numpy.isnan(ours) and numpy.isnan(theirs):
            return
        difference = 0.0 if abs(ours - theirs) < ROUNDING else abs(ours - theirs) / max(abs(ours), 1e-6)
        self.largest = max(self.largest, difference)
        if not difference <= MOST:
            self.wrong.append(f"{what}: {ours!r} here, {theirs!r} in the report")

    def word(self, what, ours, theirs):
        self.numbers += 1
        if ours != theirs:
            self.wrong.append(f"{what}: {ours} here, {theirs} in the report")


def recompute(folder, summary):
    """Compares everything that stands on the first screen."""
    report = json.loads(pathlib.Path(summary).read_text(encoding="utf-8"))
    study = report["studies"][0]
    runs = read_runs(folder)
    confidence = report["confidence"]
    found = Comparison()
    for row in study["rows"]:
        axes = tuple(sorted((key, str(value)) for key, value in row["axes"].items()))
        of_row = {seed: run for (a, size, seed), run in runs.items() if (a, size) == (axes, row["batch_size"])}
        counted = [run for run in of_row.values() if not run["lost"]]
        found.number(f"{row['batch_size']} n", len(counted), row["n"])
        found.number(f"{row['batch_size']} lost", sum(run["lost"] for run in of_row.values()), row["lost"])
        for metric in (*METRICS, "gap_loss", "examples_per_second"):
            mean, width, n = estimate([run[metric] for run in counted], confidence)
            for what, ours in (("mean", mean), ("half_width", width), ("n", n)):
                found.number(f"{axes} {row['batch_size']} {metric} {what}", ours, row[metric][what])
    for recipe in study["recipes"]:
        if recipe["tuned"]:
            continue  # each seed has a learning rate of its own
        axes = tuple(sorted((key, str(value)) for key, value in recipe["axes"].items()))
        by_size = {}
        for (a, size, seed), run in runs.items():
            if a == axes:
                by_size.setdefault(size, {})[seed] = run
        figures = recipe["larger_batch"][0]["figures"]
        names = [figure["name"] for figure in figures]
        if not names[0].endswith("accuracy"):
            continue
        reference, family = contrasts_of(by_size, sorted(by_size), names, (confidence, report["margin"]))
        found.number("reference", reference, recipe["larger_batch"][0]["reference"])
        reported = {(figure["name"], contrast["batch_size"]): contrast
                    for figure in figures for contrast in figure["contrasts"]}
        for entry in family:
            contrast = reported[entry["metric"], entry["size"]]
            what = f"{axes} {entry['size']} {entry['metric']}"
            for ours, theirs in (("mean", "mean"), ("half_width", "simultaneous_half_width"),
                                 ("p_adjusted", "p_difference_adjusted"), ("q_adjusted", "p_equivalence_adjusted")):
                found.number(f"{what} {theirs}", entry[ours], contrast[theirs])
            found.word(what, entry["verdict"], contrast["verdict"])
    best = study["recommendation"]["best"]
    for candidate in study["recommendation"]["candidates"]:
        if best is None or candidate["seconds"] is None:
            continue
        def of(candidate):
            axes = tuple(sorted((k, str(v)) for k, v in study["recipes"][candidate["recipe"]]["axes"].items()))
            return {seed: numpy.log(run["seconds"]) for (a, size, seed), run in runs.items()
                    if (a, size) == (axes, candidate["batch_size"]) and not run["lost"]}
        if study["recipes"][candidate["recipe"]]["tuned"]:
            continue
        ours, theirs = of(candidate), of(study["recommendation"]["candidates"][best])
        found.number("seconds", numpy.exp(numpy.mean(list(ours.values()))), candidate["seconds"])
        seeds = sorted(set(ours) & set(theirs))
        if candidate is not study["recommendation"]["candidates"][best] and len(seeds) > 1:
            differences = numpy.array([ours[seed] - theirs[seed] for seed in seeds])
            spread = max(differences.std(ddof=1), 1e-3)
            width = stats.t.ppf((1 + confidence) / 2, len(seeds) - 1) * spread / numpy.sqrt(len(seeds))
            found.number("ln seconds", differences.mean(), candidate["log_seconds_against_best"]["mean"])
            found.number("ln seconds, width", width, candidate["log_seconds_against_best"]["half_width"])
    return found


def main():
    found = recompute(*sys.argv[1:3])
    print(f"{found.numbers} numbers and verdicts, largest relative difference {found.largest:.2g}")
    for line in found.wrong:
        print(line)
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
