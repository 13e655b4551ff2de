#!/usr/bin/env python3
"""Recomputes the final losses and accuracies of a run with NumPy alone, from its result file and the raw IDX files.

Usage: recompute.py RESULT.h5 FOLDER_OF_THE_IDX_FILES
Prints both metrics of each split. Exit code 1 if any differ by more than 1e-6 (losses relatively).
"""

import gzip
import pathlib
import struct
import sys

import h5py
import numpy


def read_idx(file):
    """The array in an IDX file of unsigned bytes, plain or gzip."""
    content = file.read_bytes()
    content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    header = 4 + 4 * content[3]  # magic number, whose last byte counts the dimensions, and their sizes
    shape = struct.unpack(f">{content[3]}I", content[4:header])
    return numpy.frombuffer(content, numpy.uint8, offset=header).reshape(shape)


def raw_split(folder, file, split):
    """Normalised images, one a row, and classes of a split."""
    prefix = "t10k" if split == "test" else "train"
    indices = file[f"data/{split}_indices"][()]
    found = {name: next(folder.glob(f"{prefix}-{name}*")) for name in ("images", "labels")}
    images = read_idx(found["images"])[indices].reshape(len(indices), -1) / 255
    mean, deviation = file["data/mean"][0], file["data/standard_deviation"][0]
    return (images - mean) / deviation, read_idx(found["labels"])[indices].astype(int)


def outputs_of(inputs, weights):
    """The network in evaluation mode: linear layers fc1, fc2, ..., between them batch norm (if any) and ReLU."""
    layers = sum(name.startswith("fc") for name in weights) // 2
    values = inputs
    for number in range(1, layers + 1):
        values = values @ weights[f"fc{number}.weight"].T + weights[f"fc{number}.bias"]
        if f"bn{number}.weight" in weights:
            norm = {name: weights[f"bn{number}.{name}"] for name in ("weight", "bias", "running_mean", "running_var")}
            values = (values - norm["running_mean"]) / numpy.sqrt(norm["running_var"] + 1e-5)
            values = values * norm["weight"] + norm["bias"]
        if number < layers:
            values = numpy.maximum(values, 0)
    return values


def loss_and_accuracy(outputs, classes):
    """Mean cross-entropy in nats and the fraction of right answers."""
    highest = outputs.max(axis=1)
    log_sum = highest + numpy.log(numpy.exp(outputs - highest[:, None]).sum(axis=1))
    losses = log_sum - outputs[numpy.arange(len(classes)), classes]
    return losses.mean(), (outputs.argmax(axis=1) == classes).mean()


def main(result, folder):
    differences = []
    with h5py.File(result, "r") as file:
        weights = {name: item[()].astype(float) for name, item in file["weights"].items()}
        if "fc1.weight" not in weights or "conv1.weight" in weights:
            sys.exit(f"{result} holds no final weights of model.name: mlp")
        for split in ("train", "validation", "test"):
            if len(file[f"data/{split}_indices"]) == 0:
                continue
            inputs, classes = raw_split(pathlib.Path(folder), file, split)
            loss, accuracy = loss_and_accuracy(outputs_of(inputs, weights), classes)
            stored = file[f"epochs/{split}_loss"][-1], file[f"epochs/{split}_accuracy"][-1]
            print(f"{split:10}  loss {stored[0]:.9f} recomputed {loss:.9f}  "
                  f"accuracy {stored[1]:.6f} recomputed {accuracy:.6f}")
            differences += [abs(stored[0] / loss - 1), abs(stored[1] - accuracy)]
    largest = numpy.max(differences)  # NaN if any is
    print(f"largest difference {largest:.1e}")
    return 0 if largest <= 1e-6 else 1


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
