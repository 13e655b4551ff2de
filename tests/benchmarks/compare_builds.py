"""Speed of two builds of this repository: of a training step, an evaluation, a product with the Hessian and a start.

  python tests/benchmarks/compare_builds.py BEFORE AFTER [--repeats 5] [--ranks 1,2]

BEFORE, AFTER: build folders, which hold bin/ and tests/curvature_cost. Runs alternate, so that a machine that slows
down slows both. A ratio is the median over the pairs; above 1 AFTER is slower.
"""

import argparse
import collections
import functools
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
import programs  # noqa: E402

ONE_THREAD = {"OMP_NUM_THREADS": "1"}
DATA = {"name": "fashion-mnist", "directory": "/usr/share/datasets/fashion-mnist", "train_examples": 8192,
        "validation_examples": 2000, "test_examples": 2000}
# Model, batch size and steps; evaluated at both ends.
STEPS = [("mlp", 16, 400), ("mlp", 128, 200), ("mlp", 512, 100), ("simple_cnn", 16, 120), ("simple_cnn", 128, 30)]

STARTS = 5  # less than a second is easily disturbed: the median of several


def run(build, command, ranks):
    done = subprocess.run([*programs.mpirun(ranks), *map(str, command)], capture_output=True, text=True, check=False,
                          env=programs.environment(**ONE_THREAD))
    assert done.returncode == 0, f"{build}: {done.stdout}{done.stderr}"
    return done.stdout


def training(build, folder, ranks, *, model, batch, steps):
    """Seconds of a step and of the evaluation of 12,192 examples, from the result file."""
    study = programs.Study(folder, {
        "data": DATA, "model": {"name": model},
        "training": {"batch_size": batch, "learning_rate": 0.01, "budget": {"steps": steps}},
        "evaluate": {"every_epochs": 0}, "sharpness": {"measures": []}}, "speed")
    shutil.rmtree(study.output, ignore_errors=True)
    run(build, [build / "bin/batchscope-train", "--config", study.file, "--output", study.output, "--device", "cpu"],
        ranks)
    result = study.result()
    return {f"step of {batch}, {model}": statistics.median(result["steps/seconds"]),
            f"evaluation, {model}": min(result["epochs/evaluation_seconds"])}


def products(build, _folder, ranks, *, model, examples):
    """Seconds of products with both matrices, for as many vectors in a pass as the program tries."""
    text = run(build, [build / "tests/curvature_cost", model, examples], ranks)
    found = re.findall(r"^(\S+) *, (\d) vector\(s\) a pass: (\S+) s a product", text, re.M)
    assert found, text
    return {f"{matrix} product, {vectors} at once, {model}": float(seconds) for matrix, vectors, seconds in found}


def start(build, folder, ranks):
    """Seconds of a whole job of one step."""
    study = programs.Study(folder, programs.merged(programs.GAUSSIANS, {
        "training": {"budget": {"epochs": None, "steps": 1}}, "sharpness": {"measures": []}}), "start")
    seconds = []
    for _ in range(STARTS):
        shutil.rmtree(study.output, ignore_errors=True)
        begin = time.monotonic()
        run(build, [build / "bin/batchscope-train", "--config", study.file, "--output", study.output, "--device",
                    "cpu"], ranks)
        seconds.append(time.monotonic() - begin)
    return {"start and end": statistics.median(seconds)}


def measurements():
    """Functions of a build, a folder and a number of ranks, each of less than half a minute: what is compared runs
    close together, since a machine's speed drifts."""
    found = [functools.partial(training, model=model, batch=batch, steps=steps) for model, batch, steps in STEPS]
    return [*found, functools.partial(products, model="mlp", examples=2000), start]


def pair(measure, builds, folder, ranks, first):
    """What `measure` found of both builds, of which number `first` ran first."""
    found = {which: measure(builds[which], folder, ranks) for which in (first, 1 - first)}
    return {name: (found[0][name], found[1][name]) for name in found[0]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=pathlib.Path)
    parser.add_argument("after", type=pathlib.Path)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--ranks", default="1,2")
    options = parser.parse_args()
    builds = [options.before.resolve(), options.after.resolve()]
    print(f"{os.cpu_count()} cores, one thread a rank; milliseconds, medians of {options.repeats} pairs in turn")
    with tempfile.TemporaryDirectory() as folder:
        for ranks in map(int, options.ranks.split(",")):
            pairs = collections.defaultdict(list)
            for repeat in range(options.repeats):
                for measure in measurements():
                    for name, seconds in pair(measure, builds, pathlib.Path(folder), ranks, repeat % 2).items():
                        pairs[name].append(seconds)
            print(f"\n{ranks} rank(s){'before':>44}{'after':>10}{'ratio':>8}  (each pair)")
            for name, seconds in pairs.items():
                ratios = [after / before for before, after in seconds]
                before, after = (1000 * statistics.median(each) for each in zip(*seconds, strict=True))
                print(f"{name:<42}{before:>10.3f}{after:>10.3f}{statistics.median(ratios):>8.3f}  "
                      + " ".join(f"{ratio:.2f}" for ratio in ratios))


if __name__ == "__main__":
    main()
