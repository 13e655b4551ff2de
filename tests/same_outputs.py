"""Shows that a change of the code changes no result: what two builds leave behind is compared, bit for bit.

  same_outputs.py train FOLDER [STUDY...]        trains the studies below with the programs of BATCHSCOPE_BINARIES
  same_outputs.py analyze FOLDER OUTPUT          analyses what `train` left in FOLDER, in both languages
  same_outputs.py compare ONE OTHER              names every difference between two such folders; exit 1 if there is one

Train with both builds and compare; analyse the results of one of them with both builds and compare. Both on one
machine: another processor rounds otherwise.
"""

import pathlib
import re
import shutil
import subprocess
import sys

import h5py
import numpy
import yaml

from programs import BINARIES, GAUSSIANS, Result, environment, merged, mpirun

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
NO_SHARPNESS = {"sharpness": {"measures": []}}
# Whole ghost groups in every share of three ranks, also of the last batch.
GHOST = {"batch_norm": {"statistics": "ghost", "size": 8}, "data": {"train_examples": 384}}
CONVOLUTIONS = {
    "data": {"name": "fashion-mnist", "directory": "/usr/share/datasets/fashion-mnist", "train_examples": 400,
             "validation_examples": 100, "test_examples": 100, "augmentation": {"crop_padding": 2, "flip": True}},
    "model": {"name": "simple_cnn", "batch_norm": True, "dropout": 0.4},
    "training": {"batch_size": [48, 96], "micro_batch_size": 16, "learning_rate": 0.02, "budget": {"epochs": 2}},
    "sharpness": {"measures": ["eigenvalues", "trace"], "examples": 48, "trace": {"products": 4},
                  "eigenvalues": {"largest": 1, "smallest": 0, "products": 12}},
}
EVERY_MEASURE = ["eigenvalues", "gauss_newton_eigenvalues", "trace", "gauss_newton_trace", "density", "keskar",
                 "worst_case", "average_case", "pac_bayes", "slices", "gradient_covariance", "batch_gradients"]


def shipped(name, changes):
    return merged(yaml.safe_load((REPOSITORY / "configs" / name).read_text(encoding="utf-8")), changes)


# By name: the configuration, on how many ranks, and the steps at which it is stopped on the way.
STUDIES = {
    "sgd": (merged(merged(GAUSSIANS, NO_SHARPNESS), {"training": {
        "batch_size": [16, 64], "reference_batch_size": 16, "learning_rate_scaling": ["none", "linear", "sqrt"],
        "warmup_epochs": 1, "schedule": "cosine", "optimizer": {"momentum": 0.9, "weight_decay": 0.01,
                                                                "weight_decay_scaling": "per_epoch"},
        "budget": {"epochs": 5}, "seed": [1, 2]}}), 2, ()),
    "steps": (merged(merged(GAUSSIANS, NO_SHARPNESS), {
        "data": {"name": "linear-regression", "classes": None, "noise": 0.2},
        "training": {"schedule": "step", "step_epochs": [1, 3], "optimizer": {"nesterov": True}, "noise_groups": 2,
                     "budget": {"epochs": 5}, "seed": [1, 2]}}), 2, ()),
    "adamw": (merged(merged(GAUSSIANS, NO_SHARPNESS), {"training": {
        "batch_size": [16, 32], "reference_batch_size": 16, "learning_rate": 0.002,
        "learning_rate_scaling": "sqrt_adam",
        "optimizer": {"name": "adamw", "weight_decay": 0.01, "weight_decay_on": "weights"}, "precision": "float32",
        "budget": {"epochs": 5}, "seed": [1, 2]}}), 2, ()),
    "cnn_global": (CONVOLUTIONS, 1, ()),
    "cnn_global_3_ranks": (CONVOLUTIONS, 3, ()),
    "cnn_ghost": (merged(CONVOLUTIONS, GHOST), 1, ()),
    "cnn_ghost_3_ranks": (merged(CONVOLUTIONS, GHOST), 3, ()),
    "measures": (merged(GAUSSIANS, {"training": {"budget": {"epochs": 3}}, "sharpness": {
        "every_epochs": 1, "measures": EVERY_MEASURE, "examples": 100, "slices": {"points": 7},
        "keskar": {"subspace": 20}, "batch_gradients": {"batch_sizes": [4, 16]}}}), 2, ()),
    "measures_batch_norm": (merged(GAUSSIANS, {
        "model": {"batch_norm": True, "dropout": 0.2}, "training": {"batch_size": [12, 24]},
        "sharpness": {"measures": EVERY_MEASURE, "examples": 100}}), 3, ()),
    "stopped": (merged(GAUSSIANS, {
        "model": {"hidden": [12, 9], "batch_norm": True, "dropout": 0.3},
        "training": {"batch_size": 18, "micro_batch_size": 4, "schedule": "cosine", "warmup_epochs": 1,
                     "budget": {"epochs": 5}, "precision": "float32"},
        "sharpness": {"every_epochs": 1, "measures": ["eigenvalues", "pac_bayes", "keskar"], "examples": 60}}),
        2, (4, 19, 37)),
    "quickstart": (shipped("fashion_mnist_mlp.yaml", {"training": {"budget": {"epochs": 3}, "seed": [1, 2]}}), 2, ()),
    "claims": (shipped("fashion_mnist_claims.yaml", {}), 2, ()),
}


def train(folder, names):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or STUDIES:
        configuration, ranks, stops = STUDIES[name]
        file = folder / f"{name}.yaml"
        file.write_text(yaml.safe_dump({**configuration, "study": name}, sort_keys=False), encoding="utf-8")
        command = [*mpirun(ranks), str(BINARIES / "batchscope-train"), "--config", str(file), "--output", str(folder),
                   "--device", "cpu"]
        for step in stops:
            stopped = subprocess.run(command, env=environment(BATCHSCOPE_FAULT=f"stop:1:{step}"), capture_output=True,
                                     check=False)
            assert stopped.returncode == 75, stopped.stderr.decode()
        done = subprocess.run(command, env=environment(OMP_NUM_THREADS="1"), capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        print(f"trained {name}")


def analyze(results, output):
    studies = sorted(path.name for path in results.iterdir() if path.is_dir())
    # The program names its folders as it was given them: relative ones are alike for both builds.
    output.mkdir(parents=True, exist_ok=True)
    link = output / "results"
    link.unlink(missing_ok=True)
    link.symlink_to(results.resolve())
    calls = [([f"results/{name}"], options) for name in studies for options in ([], ["--current", "64"])]
    calls.append(([f"results/{name}" for name in studies], []))
    for number, (paths, options) in enumerate(calls):
        for language in ("en", "ko"):
            folder = f"{number}-{language}"
            shutil.rmtree(output / folder, ignore_errors=True)
            done = subprocess.run([str(BINARIES.resolve() / "batchscope-analyze"), *paths, *options, "--language",
                                   language, "--output", folder], cwd=output, env=environment(), capture_output=True,
                                  check=False)
            (output / folder).mkdir(exist_ok=True)
            (output / folder / "terminal.txt").write_bytes(
                done.stdout + done.stderr + f"\nexit code {done.returncode}\n".encode())
    link.unlink()
    print(f"analysed {len(studies)} studies, {2 * len(calls)} times")


def differences_of_results(one, other):
    """What differs between two result files, but for what depends on the clock or the machine."""
    a, b = Result(one), Result(other)
    names = a.arrays.keys() | b.arrays.keys()
    found = [f"{name} is in one of them" for name in names if (name in a.arrays) != (name in b.arrays)]
    for name in sorted((a.arrays.keys() & b.arrays.keys()) - (a.volatile & b.volatile)):
        x, y = numpy.asarray(a[name]), numpy.asarray(b[name])
        same = x.dtype == y.dtype and x.shape == y.shape and (
            x.tobytes() == y.tobytes() if x.dtype.kind != "O" else numpy.array_equal(x, y))
        if not same:
            found.append(f"{name}\n{x}\n{y}" if name == "config" else name)
    for name in sorted(a.attributes.keys() | b.attributes.keys()):
        if a.attributes.get(name) != b.attributes.get(name):
            found.append(f"attribute {name}: {a.attributes.get(name)} and {b.attributes.get(name)}")
    return found


def without_commit(path):
    """The bytes of a file, but for the commit of the program that wrote it: two builds differ in it."""
    return re.sub(rb", commit [0-9a-f]+(-dirty)?", b"", path.read_bytes())


def compare(one, other):
    def files(folder):
        return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and
                not path.name.startswith(".")}

    differ = 0
    for path in sorted(files(one) | files(other)):
        if not (one / path).exists() or not (other / path).exists():
            found = ["is in one of them"]
        elif h5py.is_hdf5(one / path):
            found = differences_of_results(one / path, other / path)
        else:
            found = [] if without_commit(one / path) == without_commit(other / path) else ["not the same bytes"]
        for difference in found:
            print(f"{path}: {difference}")
        differ += bool(found)
    print(f"{differ} of {len(files(one) | files(other))} files differ")
    return 1 if differ else 0


if __name__ == "__main__":
    arguments = [pathlib.Path(argument) for argument in sys.argv[2:]]
    match sys.argv[1:2]:
        case ["train"] if arguments:
            train(arguments[0], sys.argv[3:])
        case ["analyze"] if len(arguments) == 2:
            analyze(*arguments)
        case ["compare"] if len(arguments) == 2:
            sys.exit(compare(*arguments))
        case _:
            sys.exit(__doc__)
