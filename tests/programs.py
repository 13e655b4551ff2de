"""Starts the programs as a user does and reads what they leave behind."""

import os
import pathlib
import subprocess
import time

import h5py
import numpy
import yaml

BINARIES = pathlib.Path(os.environ.get("BATCHSCOPE_BINARIES", "build/bin"))
BENCHMARKS = pathlib.Path(__file__).parent / "benchmarks"

# To a run whose checkpoints take most of the time: what is to compare it with, and its last start, need none.
FEW_CHECKPOINTS = ("--set", "output.checkpoint_minutes=10")

# A few hundred examples with a known structure: a run takes a fraction of a second.
GAUSSIANS = {
    "data": {"name": "gaussians", "examples": 240, "features": 6, "classes": 3, "validation_examples": 40,
             "test_examples": 21},
    "model": {"name": "mlp", "hidden": [8]},
    "training": {"batch_size": 16, "learning_rate": 0.05, "budget": {"epochs": 2}, "precision": "float64"},
}


def merged(base, changes):
    """`base` with the values of the nested dictionary `changes` in place; None removes a key."""
    result = dict(base)
    for key, value in changes.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = merged(result[key], value)
        else:
            result[key] = value
    return result


def every_measure():
    """All measures of sharpness that a study can name, as the program itself lists them."""
    shown = subprocess.run([BINARIES / "batchscope-train", "--help"], env=environment(), capture_output=True, text=True,
                           check=True).stdout
    lines = shown.split("  sharpness.measures:\n")[1].splitlines()
    return [line.split()[0] for line in lines if line.startswith("    ")]


def environment(**extra):
    """The environment of a user's shell, without a scheduler's or launcher's variables."""
    clean = {name: value for name, value in os.environ.items()
             if not name.startswith(("SLURM_", "OMPI_", "PMIX_", "PMI_", "BATCHSCOPE_", "CUDA_", "OMP_"))}
    # Containers and test machines run tests as root, several at once, and have fewer cores than some tests have
    # ranks: who waits must not keep others from the core.
    clean.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", OMPI_MCA_mpi_yield_when_idle="1",
                 GOMP_SPINCOUNT="0")
    clean.update({name: value for name, value in extra.items() if value is not None})
    return clean


def mpirun(ranks):
    """The launcher for `ranks` ranks on this machine, also more than it has cores."""
    return ["mpirun", "-n", str(ranks), "--oversubscribe"]


class Study:
    """A configuration file, its output folder, and the programs that work on them."""

    def __init__(self, folder, configuration, name="small"):
        self.file = folder / f"{name}.yaml"
        if isinstance(configuration, dict):
            # Tests of sharpness ask for it; all others are faster without.
            configuration = {"sharpness": {"measures": []}, **configuration}
        text = configuration if isinstance(configuration, str) else yaml.safe_dump(configuration, sort_keys=False)
        self.file.write_text(text, encoding="utf-8")
        self.name = name
        self.output = folder / "results"
        self.jobs = []

    def command(self, *options, ranks=None, output=None):
        """The command line of batchscope-train; without `ranks` it is started without a launcher."""
        launcher = [] if ranks is None else mpirun(ranks)
        return [*launcher, str(BINARIES / "batchscope-train"), "--config", str(self.file),
                "--output", str(output or self.output), *options]

    def train(self, *options, ranks=1, output=None, expect=0, timeout=300, env=None):
        """Runs batchscope-train to its end and checks its exit code (None: any)."""
        done = subprocess.run(self.command(*options, ranks=ranks, output=output), env=env or environment(),
                              capture_output=True, text=True, timeout=timeout)
        if expect is not None:
            assert done.returncode == expect, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def start(self, *options, ranks=1, output=None, env=None):
        """Starts batchscope-train and returns the running process, in a process group of its own."""
        self.jobs.append(subprocess.Popen(
            self.command(*options, ranks=ranks, output=output), env=env or environment(), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, start_new_session=True))
        return self.jobs[-1]

    def ranks(self):
        """Process ids of the ranks that run, in order of their start."""
        found = subprocess.run(["pgrep", "-f", f"batchscope-train --config {self.file}"], capture_output=True,
                               text=True)
        return [process for process in map(int, found.stdout.split()) if not _is_launcher(process)]

    def assert_all_gone(self, seconds=10):
        """No rank runs, at the latest after `seconds`."""
        deadline = time.monotonic() + seconds
        while self.ranks():
            assert time.monotonic() < deadline, "ranks are still running"
            time.sleep(0.1)

    def wait_for_rows(self, job, rows=3, file=0):
        """Waits until a result file of the running `job` holds that many rows."""
        deadline = time.monotonic() + 60
        while len(self.files()) <= file or len(Result(self.files()[file])["epochs/epoch"]) < rows:
            assert time.monotonic() < deadline and job.poll() is None, "the job ended or writes no rows"
            time.sleep(0.05)

    def checkpoints(self):
        """All hidden files of the output folder but locks: checkpoints, sorted by name."""
        return sorted(path for path in self.output.glob("*/.*") if not path.name.endswith(".lock"))

    def end_jobs(self):
        """Ends started processes that still run: a failed test must not leave ranks behind."""
        for job in self.jobs:
            if job.poll() is None:
                job.terminate()
                job.communicate(timeout=30)

    def files(self, output=None):
        """All result files, sorted by name."""
        return sorted((output or self.output).glob("*/*.h5"))

    def results(self, output=None):
        """The content of all result files, sorted by name."""
        return [Result(file) for file in self.files(output)]

    def result(self, output=None):
        """The content of the only result file."""
        files = self.files(output)
        assert len(files) == 1, files
        return Result(files[0])


def sharpness(*arguments, ranks=2, expect=0, timeout=300, env=None):
    """Runs batchscope-sharpness; with ranks=None without a launcher, which starts in half the time."""
    launcher = [] if ranks is None else mpirun(ranks)
    done = subprocess.run([*launcher, str(BINARIES / "batchscope-sharpness"), *map(str, arguments)],
                          env=env or environment(), capture_output=True, text=True, timeout=timeout)
    if expect is not None:
        assert done.returncode == expect, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def analyze(*arguments, expect=0, timeout=300):
    """Runs batchscope-analyze."""
    done = subprocess.run([str(BINARIES / "batchscope-analyze"), *map(str, arguments)], env=environment(),
                          capture_output=True, text=True, timeout=timeout)
    if expect is not None:
        assert done.returncode == expect, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def _is_launcher(process):
    try:
        return b"mpirun" in pathlib.Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")[0]
    except FileNotFoundError:
        return True


class Result:
    """A result file in memory: attributes, arrays by path, and which of them are volatile."""

    def __init__(self, file):
        self.path = file
        self.arrays, self.volatile = {}, set()
        with h5py.File(file, "r") as opened:
            self.attributes = dict(opened.attrs)
            opened.visititems(self._add)

    def _add(self, name, item):
        if not isinstance(item, h5py.Dataset):
            return
        is_text = h5py.check_string_dtype(item.dtype) is not None
        self.arrays[name] = item.asstr()[()] if is_text else item[()]
        if item.attrs.get("volatile", 0) == 1:
            self.volatile.add(name)

    def __getitem__(self, name):
        return self.arrays[name]

    def configuration(self):
        return yaml.safe_load(self.arrays["config"])

    def weights(self):
        return {name: array for name, array in self.arrays.items() if name.startswith("weights/")}


def relative_difference(a, b):
    """||a - b|| / ||b||; 0 where both are empty or equal."""
    a, b = numpy.asarray(a, dtype=float), numpy.asarray(b, dtype=float)
    assert a.shape == b.shape, (a.shape, b.shape)
    difference = numpy.linalg.norm((a - b).ravel())
    return 0.0 if difference == 0 else difference / numpy.linalg.norm(b.ravel())


def assert_same_run(result, reference, tolerance, but=()):
    """Every data set that is not volatile agrees: numbers to `tolerance`, the rest exactly; `but` are not compared."""
    assert result.volatile == reference.volatile
    assert result.arrays.keys() == reference.arrays.keys()
    for name in reference.arrays.keys() - reference.volatile - set(but):
        mine, theirs = result.arrays[name], reference.arrays[name]
        if numpy.asarray(theirs).dtype.kind == "f" and tolerance > 0:
            both_unknown = numpy.isnan(mine) & numpy.isnan(theirs)
            difference = relative_difference(numpy.where(both_unknown, 0, mine), numpy.where(both_unknown, 0, theirs))
            assert difference <= tolerance, f"{name} differs by {difference:g}"
        else:
            assert numpy.array_equal(mine, theirs, equal_nan=numpy.asarray(theirs).dtype.kind == "f"), name
    assert result.attributes == reference.attributes
