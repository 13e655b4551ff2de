"""F4: each product keeps a graph alive, and memory climbs until there is none."""

import pathlib
import re
import time

import numpy

from programs import GAUSSIANS, merged

# Wide enough that what a product left behind would show: 1 MB of activations and 1 MB of a vector of weights.
WIDE = merged(GAUSSIANS, {
    "data": {"examples": 600, "features": 100, "validation_examples": 100},
    "model": {"hidden": [300, 300]},
    "training": {"batch_size": 100, "precision": "float32", "budget": {"epochs": 1}},
    "evaluate": {"every_epochs": 0},
})


def resident_bytes(process):
    """Of the data alone: pages of libraries come into memory when their code first runs."""
    try:
        status = pathlib.Path(f"/proc/{process}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    found = re.search(r"RssAnon:\s*(\d+) kB", status)  # a process that ends has none
    return int(found[1]) * 1024 if found else 0


def memory_over_time(small, **options):
    """Runs the study and returns the resident bytes of the data of its largest rank, every 10 ms or
    so."""
    job = small.start("--device", "cpu", **options)
    samples = []
    while job.poll() is None:
        ranks = [resident_bytes(process) for process in small.ranks()]
        samples.append(max(ranks, default=0))
        time.sleep(0.01)
    output, messages = job.communicate()
    assert job.returncode == 0, output + messages
    return numpy.array(samples)


def test_three_hundred_products_of_one_measure(study):
    """Between the first half, by whose end the basis of the Lanczos process is full (it takes a third of the products),
    and the residuals at the end, whose products come several at once."""
    small = study(merged(WIDE, {"sharpness": {"measures": ["eigenvalues"],
                                              "eigenvalues": {"tolerance": 1e-15, "products": 300}}}))
    samples = memory_over_time(small, ranks=2)
    assert small.result()["sharpness/eigenvalue_products"] == [300]
    between = samples[len(samples) // 2:len(samples) * 9 // 10]
    assert len(between) > 20
    assert between.max() <= 1.02 * between[:5].max(), between


def test_twenty_measurements_in_one_run(study):
    """The highest memory so far, which each row of /epochs holds, stays about what it was halfway: freed memory is not
    always the first to be taken again, but a vector left by each product would be more than that."""
    small = study(merged(WIDE, {
        "training": {"budget": {"epochs": 20}}, "evaluate": {"every_epochs": 1},
        "sharpness": {"every_epochs": 1, "micro_batch_size": 250, "eigenvalues": {"products": 20},
                      "trace": {"products": 6}, "gradient_covariance": {"probes": 2},
                      "measures": ["eigenvalues", "trace", "keskar", "gradient_covariance", "batch_gradients"],
                      "batch_gradients": {"batch_sizes": [16, 64], "batches": 4},
                      "keskar": {"subspace": 5, "iterations": 2, "starts": 2}}}))
    small.train("--device", "cpu", ranks=2)
    result = small.result()
    assert len(result["sharpness/epoch"]) >= 20
    peak = result["epochs/peak_memory_bytes"]
    assert len(peak) == 21
    assert peak[-1] <= 1.05 * peak[10], peak


def test_six_hundred_gradients_of_batches(study):
    """Between the start and the end of the measure, which takes most of the run."""
    small = study(merged(WIDE, {"sharpness": {"measures": ["batch_gradients"], "examples": 500,
                                              "batch_gradients": {"batch_sizes": [50, 100], "batches": 300}}}))
    samples = memory_over_time(small, ranks=2)
    between = samples[len(samples) // 2:len(samples) * 9 // 10]
    assert len(between) > 20
    assert between.max() <= 1.02 * between[:5].max(), between


def test_micro_batch_size_bounds_the_memory(study, tmp_path):
    """With small micro-batches a measurement needs little more than training did, beside its vectors of weights."""
    peaks = {}
    for micro_batch in (None, 100, 20000):
        sharpness = {"at_end": False} if micro_batch is None else {
            "examples": 20000, "micro_batch_size": micro_batch, "measures": ["trace"], "trace": {"products": 12}}
        small = study(merged(WIDE, {"data": {"examples": 20100}, "training": {"micro_batch_size": 100},
                                    "sharpness": sharpness}))
        samples = memory_over_time(small, ranks=1, output=tmp_path / str(micro_batch))
        peaks[micro_batch] = samples.max()
    weights = 8 * (101 * 300 + 301 * 300 + 301 * 3)
    vectors_and_activations = 40 * weights
    assert peaks[100] < peaks[None] + vectors_and_activations
    assert peaks[20000] > peaks[100] + 8 * 20000 * 600, "the micro-batch size has no effect"
