"""summary.json is what its schema says, and its numbers are those of an independent program."""

import json
import pathlib
import sys

import jsonschema
import pytest

import recompute_report
from made_up_runs import MadeUpStudy, jitter
from programs import GAUSSIANS, Study, analyze, merged

SCHEMA = json.loads((pathlib.Path(__file__).parents[2] / "analysis/report/summary.schema.json").read_text("utf-8"))


def validate(summary):
    jsonschema.Draft202012Validator(SCHEMA).validate(summary)


def trained(folder, **training):
    study = Study(folder, merged(GAUSSIANS, {
        "training": {"batch_size": [8, 16, 32], "seed": [1, 2, 3, 4], "schedule": "cosine", **training},
        "evaluate": {"at": "log"}, "sharpness": {"measures": ["eigenvalues"], "at_end": True}}))
    study.train()
    return study


def summary_of(paths, output, *options, expect=0):
    analyze(*paths, "--output", output, *options, expect=expect)
    return json.loads((output / "summary.json").read_text(encoding="utf-8"))


def test_every_kind_of_report_is_as_the_schema_says(tmp_path):
    plain = trained(tmp_path)
    folder = plain.output / plain.name
    validate(summary_of([folder], tmp_path / "plain", "--current", "16", "--target", "validation_loss=1.0"))
    (folder / "damaged.h5").write_bytes(b"nothing")
    validate(summary_of([folder], tmp_path / "damaged", expect=3))
    tuned = tmp_path / "tuned"
    tuned.mkdir()
    study = trained(tuned, learning_rate=[0.01, 0.05, 0.2])
    validate(summary_of([study.output / study.name], tmp_path / "rates"))
    made_up = MadeUpStudy(tmp_path)
    for size in (16, 64, 256):
        for seed in range(1, 6):
            lost = {"status": "diverged"} if (size, seed) in ((64, 2), (256, 1)) else {}
            made_up.add(size, seed, validation_accuracy=0.88 + jitter(size, seed, 0.002),
                        memory=int(1e9 + 2e6 * size), **lost)
    validate(made_up.analyze("--decide-by", "accuracy", "--memory", "32GB").json)


def test_the_schema_refuses_what_it_does_not_know_and_explains_what_it_does(tmp_path):
    plain = trained(tmp_path)
    summary = summary_of([plain.output / plain.name], tmp_path / "report")
    assert summary["format_version"] == 2
    summary["studies"][0]["recommendation"]["unheard_of"] = 1
    with pytest.raises(jsonschema.ValidationError):
        validate(summary)

    def properties(node):
        if isinstance(node, dict):
            yield from node.get("properties", {}).items()
            for value in node.values():
                yield from properties(value)
        elif isinstance(node, list):
            for value in node:
                yield from properties(value)

    unexplained = {name for name, value in properties(SCHEMA) if not value.get("description")}
    assert not unexplained


def test_an_independent_program_finds_the_same_numbers(tmp_path):
    plain = trained(tmp_path)
    made_up = MadeUpStudy(tmp_path)
    for size, accuracy in ((16, 0.88), (64, 0.875), (256, 0.86), (1024, 0.87)):
        for seed in range(1, 6):
            noise = jitter(size, seed, 0.002)
            lost = {"status": "diverged"} if size == 1024 and seed < 3 else {}
            made_up.add(size, seed, validation_accuracy=accuracy + noise, train_accuracy=accuracy + 0.03 + noise,
                        validation_loss=0.4 - noise, seconds=300 / size * (1 + noise), **lost)
    for folder in (plain.output / plain.name, made_up.folder):
        output = tmp_path / f"report_of_{folder.name}"
        analyze(folder, "--output", output)
        found = recompute_report.recompute(folder, output / "summary.json")
        assert not found.wrong
        assert found.numbers > 100 and found.largest < 1e-10
    print(found.numbers, found.largest, file=sys.stderr)
