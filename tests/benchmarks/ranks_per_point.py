"""Time of a grid of 12 small points: all ranks on each point, against groups of ranks (--ranks-per-point).

Runs alternate, so that a machine that slows down slows both; the number is the median ratio of their wall times.

  python tests/benchmarks/ranks_per_point.py [--ranks 2,4] [--repeats 3] [--ranks-per-point 1] [--profile]

--profile: also prints where a point's time goes, from the results' own columns.
"""

import argparse
import os
import pathlib
import shutil
import statistics
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
os.environ.setdefault("BATCHSCOPE_BINARIES", str(HERE.parent.parent / "build" / "bin"))
sys.path.insert(0, str(HERE.parent))
from programs import Study, environment  # noqa: E402

GRID = {
    "data": {"name": "fashion-mnist", "train_examples": 4000, "validation_examples": 500, "test_examples": 500},
    "model": {"name": "mlp", "hidden": [64]},
    "training": {"batch_size": [16, 32, 64], "learning_rate": 0.01, "seed": [1, 2, 3, 4], "budget": {"epochs": 10}},
}


def run(study, ranks, *options):
    """Wall time in seconds of the whole grid, and its results."""
    shutil.rmtree(study.output, ignore_errors=True)
    start = time.monotonic()
    study.train("--device", "cpu", *options, ranks=ranks, timeout=600, env=environment(OMP_NUM_THREADS="1"))
    return time.monotonic() - start, study.results()


def profile(results):
    """Seconds of the runs, summed: training without communication, communication, evaluation."""
    def total(column):
        return sum(result[f"epochs/{column}"].sum() for result in results)
    communication = total("communication_seconds")
    return f"training {total('training_seconds'):.2f} s + evaluation {total('evaluation_seconds'):.2f} s, " \
           f"of these {communication:.2f} s in communication"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ranks", default="2,4")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--ranks-per-point", default="1")
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    print(f"12 points on {os.cpu_count()} cores, one thread a rank; seconds for the grid, start of the job included\n")
    print(f"{'ranks':>5}{'all on each':>14}{f'--ranks-per-point {options.ranks_per_point}':>22}{'ratio':>8}"
          "  (each pair)")
    with tempfile.TemporaryDirectory() as folder:
        study = Study(pathlib.Path(folder), GRID, "grid")
        for ranks in map(int, options.ranks.split(",")):
            together, apart = [], []
            for _ in range(options.repeats):
                together.append(run(study, ranks))
                apart.append(run(study, ranks, "--ranks-per-point", options.ranks_per_point))
            ratios = [a[0] / b[0] for a, b in zip(together, apart)]
            print(f"{ranks:>5}{statistics.median(time for time, _ in together):>14.2f}"
                  f"{statistics.median(time for time, _ in apart):>22.2f}{statistics.median(ratios):>8.2f}  "
                  f"{' '.join(f'{ratio:.2f}' for ratio in ratios)}", flush=True)
            if options.profile:
                print(f"      all on each: {profile(together[-1][1])}\n      groups:      {profile(apart[-1][1])}")


main()
