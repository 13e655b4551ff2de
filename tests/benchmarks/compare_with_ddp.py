"""Seconds per training step: Batchscope against PyTorch DDP (gloo) from the same LibTorch, on 2 ranks of one thread.

Both start from the same weights, see the same batches and must agree to 1e-5 after 20 steps; in float64, because
in float32 a unit at the kink of its ReLU may fall to different sides by rounding alone. Runs alternate, so that a
machine that slows down slows both; the number of a run is the median over its steps after a warm-up.

  python tests/benchmarks/compare_with_ddp.py [--repeats 3] [--cells mlp:16,simple_cnn:512]
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy

HERE = pathlib.Path(__file__).parent
os.environ.setdefault("BATCHSCOPE_BINARIES", str(HERE.parent.parent / "build" / "bin"))
sys.path.insert(0, str(HERE.parent))
from programs import Result, Study, environment, merged, relative_difference  # noqa: E402

RANKS = 2
WARM_UP = 10
LEARNING_RATE = 0.01
STEPS = {"mlp": 200, "simple_cnn": 40}
BATCHES = (16, 128, 512)


def configuration(model, batch, steps, learning_rate=LEARNING_RATE):
    return {
        "data": {"name": "fashion-mnist", "train_examples": 20480, "validation_examples": 100, "test_examples": 100},
        "model": {"name": model, "dropout": 0.0},
        "training": {"batch_size": batch, "learning_rate": learning_rate, "budget": {"steps": steps}, "seed": 1},
        "evaluate": {"every_epochs": 0},
    }


def train(folder, name, settings):
    """Runs Batchscope and returns its result."""
    study = Study(folder, settings, name)
    shutil.rmtree(study.output / name, ignore_errors=True)
    environment_of_run = environment(OMP_NUM_THREADS="1")
    study.train("--device", "cpu", ranks=RANKS, timeout=600, env=environment_of_run)
    return Result(next((study.output / name).glob("*.h5")))


def train_ddp(folder, initial, batch, steps, *options):
    """Runs the DDP script and returns its arrays."""
    output = folder / "ddp.npz"
    env = environment(OMP_NUM_THREADS="1", MASTER_ADDR="127.0.0.1", MASTER_PORT="29731",
                      PYTHONDONTWRITEBYTECODE="1")
    subprocess.run(["mpirun", "-n", str(RANKS), "--oversubscribe", sys.executable, str(HERE / "ddp_train.py"),
                    str(initial), str(output), "--batch", str(batch), "--steps", str(steps),
                    "--learning-rate", str(LEARNING_RATE), *options],
                   check=True, env=env, timeout=600, stdout=subprocess.DEVNULL)
    return numpy.load(output)


def initial_result(folder, model, precision):
    """A result whose /weights are the initial ones: the rate is too small to change a weight."""
    settings = merged(configuration(model, BATCHES[0], 1, learning_rate=1e-30), {"training": {"precision": precision}})
    return train(folder, f"initial_{precision}", settings)


def disagreement(folder, model, batch):
    """Largest relative difference of a weight array after 20 steps in float64."""
    settings = merged(configuration(model, batch, 20), {"training": {"precision": "float64"}})
    mine = train(folder, "agreement", settings)
    theirs = train_ddp(folder, initial_result(folder, model, "float64").path, batch, 20)
    return max(relative_difference(mine[f"weights/{name}"], theirs[name])
               for name in theirs.files if name not in ("seconds", "losses"))


def compare(folder, model, batch, repeats):
    """Median step times of each run (ours, theirs at their best) and how much the weights differ."""
    difference = disagreement(folder, model, batch)
    assert difference <= 1e-5, f"{model} at batch {batch}: weights differ by {difference:g} after 20 steps"
    initial = initial_result(folder, model, "float32")
    steps = STEPS[model]
    variants = [(), ("--channels-last",)] if model != "mlp" else [()]
    ours, theirs = [], []
    for _ in range(repeats):
        mine = train(folder, "timing", configuration(model, batch, steps))
        ours.append(numpy.median(mine["steps/seconds"][WARM_UP:]))
        theirs.append(min(numpy.median(train_ddp(folder, initial.path, batch, steps, *variant)["seconds"][WARM_UP:])
                          for variant in variants))
    return numpy.array(ours), numpy.array(theirs), difference


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--cells", help="model:batch,...; default: all")
    options = parser.parse_args()
    cells = [(model, batch) for model in STEPS for batch in BATCHES]
    if options.cells:
        cells = [(cell.split(":")[0], int(cell.split(":")[1])) for cell in options.cells.split(",")]
    print(f"{RANKS} ranks x 1 thread, float32, SGD with momentum; DDP: gloo, fused SGD, gradients as bucket views,\n"
          "static graph, for the CNN the better of both memory layouts. Ratio > 1: Batchscope is faster.\n")
    print(f"{'model':<12}{'batch':>6}{'ours ms':>10}{'DDP ms':>10}{'ratio':>8}{'  (each pair)':<24}"
          f"{'weights differ':>16}")
    slower = 0
    with tempfile.TemporaryDirectory() as folder:
        for model, batch in cells:
            ours, theirs, difference = compare(pathlib.Path(folder), model, batch, options.repeats)
            ratio = numpy.median(theirs / ours)
            pairs = " ".join(f"{value:.2f}" for value in theirs / ours)
            print(f"{model:<12}{batch:>6}{1e3 * numpy.median(ours):>10.3f}{1e3 * numpy.median(theirs):>10.3f}"
                  f"{ratio:>8.2f}  {pairs:<22}{difference:>16.1e}", flush=True)
            slower += ratio < 1
    if slower:
        sys.exit(f"{slower} cell(s) below 1.0")


main()
