"""Result files of runs that were never trained: what an analysis must say of them is known beforehand."""

import collections
import json
import shutil

import h5py
import numpy

import programs

COLUMNS = ("train_loss", "validation_loss", "test_loss", "train_accuracy", "validation_accuracy", "test_accuracy")
START = {"train_loss": 2.3, "validation_loss": 2.3, "test_loss": 2.3, "train_accuracy": 0.1,
         "validation_accuracy": 0.1, "test_accuracy": 0.1}
END = {"train_loss": 0.30, "validation_loss": 0.40, "test_loss": 0.42, "train_accuracy": 0.92,
       "validation_accuracy": 0.88, "test_accuracy": 0.87}


def replace(group, name, values):
    """A data set with other rows and the attributes that it had."""
    attributes = dict(group[name].attrs)
    dtype = group[name].dtype
    del group[name]
    dataset = group.create_dataset(name, data=numpy.asarray(values, dtype=dtype))
    for key, value in attributes.items():
        if key not in ("DIMENSION_LIST", "CLASS", "NAME", "REFERENCE_LIST"):
            dataset.attrs[key] = value


def curve(end, rows):
    """Each metric from its start to its end, four times as close after each sixth of the way."""
    share = 1 - 0.25 ** (6 * numpy.arange(rows) / (rows - 1))
    share /= share[-1]
    return {name: START[name] + (end[name] - START[name]) * share for name in COLUMNS}


class MadeUpStudy:
    """Writes runs into a folder; the first is a real one, of which the others are changed copies."""

    def __init__(self, folder, name="made_up"):
        trained = programs.Study(folder, programs.merged(programs.GAUSSIANS, {"training": {"budget": {"epochs": 1}}}),
                                 "template")
        trained.train()
        self.template = trained.files()[0]
        self.name = name
        self.folder = folder / name
        self.folder.mkdir()
        self.reports = 0

    def add(self, batch_size, seed, *, axes=None, status="complete", reason="", collapsed=False, rows=11, epochs=10,
            seconds=10.0, schedule="constant", examples=(20000, 5000, 10000), data_hash="0123456789abcdef",
            memory=100_000_000, columns=None, rate=0.01, scaling="none", alias_of="", **end):
        """A run that ends at `end` (END where left out); `columns` replaces whole columns of /epochs."""
        axes = axes or {}
        stem = "_".join([f"batch_size-{batch_size}", f"seed-{seed}",
                         *(f"{key}-{value}" for key, value in axes.items())])
        file = self.folder / f"{stem}.h5"
        shutil.copy(self.template, file)
        with h5py.File(file, "r+") as run:
            run.attrs["study"] = self.name
            run.attrs["batch_size"] = numpy.int64(batch_size)
            run.attrs["seed"] = numpy.uint64(seed)
            run.attrs["status"] = status
            run.attrs["reason"] = reason
            run.attrs["collapsed"] = numpy.int64(collapsed)
            run.attrs["learning_rate"] = float(rate)
            run.attrs["learning_rate_scaling"] = scaling
            run.attrs["data_hash"] = data_hash
            run.attrs["alias_of"] = alias_of
            for key, value in axes.items():
                run.attrs[f"training.{key}"] = value
            lines = [f"study: {self.name}", "training:", f"  batch_size: {batch_size}", f"  schedule: {schedule}",
                     f"  learning_rate_scaling: {scaling}", *(f"  {key}: {value}" for key, value in axes.items()
                                                              if key != "learning_rate_scaling"), f"  seed: {seed}"]
            del run["config"]
            run["config"] = "\n".join(lines) + "\n"
            values = curve({**END, **end}, rows)
            share = numpy.arange(rows) / (rows - 1)
            steps = numpy.ceil(share * epochs * examples[0] / batch_size)
            values.update(epoch=share * epochs, step=steps, examples=share * epochs * examples[0],
                          training_seconds=numpy.diff(share * seconds, prepend=0), peak_memory_bytes=[memory] * rows)
            values.update(columns or {})
            for name in list(run["epochs"]):
                replace(run["epochs"], name, values.get(name, numpy.zeros(rows)))
            for group in ("steps", "predictions"):
                for name in list(run[group]):
                    replace(run[group], name, [])
            for name, number in zip(("train", "validation", "test"), examples, strict=True):
                replace(run["data"], f"{name}_indices", numpy.arange(number))
        return file

    def analyze(self, *options, paths=None, expect=0):
        """The report as text, and summary.json."""
        self.reports += 1
        output = self.folder.parent / f"report{self.reports}"
        done = programs.analyze(*(paths or [self.folder]), "--output", output, *options, expect=expect)
        return Report(" ".join(done.stdout.split()), json.loads((output / "summary.json").read_text(encoding="utf-8")),
                      (output / "report.html").read_text(encoding="utf-8"), output)


# Text is that of the terminal, with single blanks.
Report = collections.namedtuple("Report", ["text", "json", "html", "folder"])


def contrasts(report, metric, recipe=0):
    """The contrasts of a metric at the end of training, by batch size."""
    answer = report.json["studies"][0]["recipes"][recipe]["larger_batch"][0]
    figure = next(figure for figure in answer["figures"] if figure["name"] == metric)
    return {contrast["batch_size"]: contrast for contrast in figure["contrasts"]}


def claim(report, name, recipe=0):
    return next(claim for claim in report.json["studies"][0]["recipes"][recipe]["claims"] if claim["id"] == name)


def jitter(batch_size, seed, size=1.0):
    """A fixed number within ±size for each batch size and seed, so that seeds differ."""
    return size * (2 * ((batch_size * 7919 + seed * 104729 + batch_size * seed * 31) % 1000) / 999 - 1)
