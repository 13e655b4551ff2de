"""I1: compressed, cut-off or wrong files end in huge allocations or in errors that name no file."""

import gzip
import os
import struct
import subprocess
import time

import numpy
import pytest

from data_files import cifar_records, idx, images_and_labels, write_cifar, write_mnist_like
from programs import environment, relative_difference

TRAIN_IMAGES, TRAIN_LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
CONTENT = 16 + 60 * 784  # bytes of the training images


def configuration(name, folder):
    return {"data": {"name": name, "directory": str(folder), "validation_examples": 10},
            "model": {"name": "mlp", "hidden": [4]},
            "training": {"batch_size": 10, "learning_rate": 0.01, "budget": {"epochs": 1}}}


def rewrite(name, change):
    """A fault: the content of a file goes through `change`."""
    def apply(folder):
        file = folder / name
        file.write_bytes(change(file.read_bytes()))
    return apply


def swap_images_and_labels(folder):
    images, labels = folder / TRAIN_IMAGES, folder / TRAIN_LABELS
    content = images.read_bytes()
    images.write_bytes(labels.read_bytes())
    labels.write_bytes(content)


def damage_stream(content):
    """A gzip stream with wrong bytes in its middle."""
    stream = bytearray(gzip.compress(content))
    stream[len(stream) // 2:len(stream) // 2 + 8] = b"\xff" * 8
    return bytes(stream)


_, LABELS = images_and_labels(60, (1,), 10)

# fault, file that the message names, expected, found
IDX_FAULTS = {
    "one_byte_short": (rewrite(TRAIN_IMAGES, lambda c: c[:-1]), TRAIN_IMAGES, CONTENT, CONTENT - 1),
    "half": (rewrite(TRAIN_IMAGES, lambda c: c[:len(c) // 2]), TRAIN_IMAGES, CONTENT, CONTENT // 2),
    "empty": (rewrite(TRAIN_LABELS, lambda c: b""), TRAIN_LABELS, "header of 8 bytes", "0 bytes"),
    "header_alone": (rewrite(TRAIN_IMAGES, lambda c: c[:16]), TRAIN_IMAGES, CONTENT, 16),
    "extra_bytes": (rewrite(TRAIN_IMAGES, lambda c: c + b"\0\0\0"), TRAIN_IMAGES, CONTENT, CONTENT + 3),
    "swapped": (swap_images_and_labels, TRAIN_LABELS, "2049 (labels)", "2051 (images)"),
    "counts_differ": (rewrite(TRAIN_LABELS, lambda c: idx(LABELS[:-1])), TRAIN_LABELS, 60, 59),
    "claims_2_31_items": (rewrite(TRAIN_IMAGES, lambda c: struct.pack(">4I", 0x803, 2**31, 28, 28) + c[16:]),
                          TRAIN_IMAGES, 16 + 2**31 * 784, CONTENT),
    "claims_more_than_64_bits": (rewrite(TRAIN_IMAGES, lambda c: c[:4] + b"\xff" * 12 + c[16:]),
                                 TRAIN_IMAGES, "bytes of content", CONTENT),
    "no_idx_file": (rewrite(TRAIN_IMAGES, lambda c: b"<html>not found</html>"), TRAIN_IMAGES, 2051, "0x3c68746d"),
    "label_out_of_range": (rewrite(TRAIN_LABELS, lambda c: c[:-1] + b"\x0a"), TRAIN_LABELS,
                           "0 to 9", "10 at example 59"),
    "compressed_and_cut_off": (rewrite(TRAIN_IMAGES, lambda c: gzip.compress(c)[:-2000]), TRAIN_IMAGES,
                               "a whole gzip stream", "first"),
    "compressed_and_damaged": (rewrite(TRAIN_IMAGES, damage_stream), TRAIN_IMAGES, "a sound gzip stream", "damaged"),
    "compressed_content_short": (rewrite(TRAIN_IMAGES, lambda c: gzip.compress(c[:-1])), TRAIN_IMAGES,
                                 CONTENT, CONTENT - 1),
    "missing": (lambda folder: (folder / TRAIN_IMAGES).unlink(), TRAIN_IMAGES, "neither", ".gz"),
}

CIFAR_FAULTS = {
    "no_multiple_of_a_record": ("cifar-10", 10, "data_batch_3.bin", lambda c: c[:-1],
                                "records of 3073 bytes", 20 * 3073 - 1),
    "cifar_100_as_cifar_10": ("cifar-10", 10, "data_batch_1.bin", lambda c: cifar_records(20, 100),
                              "records of 3073 bytes", "whole records of CIFAR-100"),
    "cifar_10_as_cifar_100": ("cifar-100", 100, "train.bin", lambda c: cifar_records(100, 10),
                              "records of 3074 bytes", "whole records of CIFAR-10"),
    "empty": ("cifar-10", 10, "test_batch.bin", lambda c: b"", "records of 3073 bytes", "0 bytes"),
    "label_out_of_range": ("cifar-100", 100, "test.bin", lambda c: c[:1] + b"\xc8" + c[2:],
                           "0 to 99", "200 at example 0"),
}


def check_refusal(small, ranks, file, expected, found):
    """Exit code 3 within 30 s, from one rank, in one line, without a huge allocation and without output."""
    start = time.monotonic()
    process = subprocess.Popen(small.command(ranks=ranks), env=environment(), stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    stderr = process.stderr.read()
    process.stdout.close(), process.stderr.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 3, stderr
    assert time.monotonic() - start < 30
    messages = [line for line in stderr.splitlines() if str(file) in line]
    assert len(messages) == 1, stderr
    assert str(expected) in messages[0] and str(found) in messages[0], messages[0]
    assert "expected" in messages[0] or "found neither" in messages[0]
    assert usage.ru_maxrss < 1_000_000  # KiB; the libraries alone need a third of it
    assert not small.files()


@pytest.mark.parametrize("fault", IDX_FAULTS)
def test_idx(study, tmp_path, fault):
    apply, name, expected, found = IDX_FAULTS[fault]
    folder = write_mnist_like(tmp_path / "data")
    apply(folder)
    check_refusal(study(configuration("mnist", folder)), None, folder / name, expected, found)


@pytest.mark.parametrize("fault", CIFAR_FAULTS)
def test_cifar(study, tmp_path, fault):
    dataset, classes, name, change, expected, found = CIFAR_FAULTS[fault]
    folder = write_cifar(tmp_path / "data", classes)
    rewrite(name, change)(folder)
    check_refusal(study(configuration(dataset, folder)), None, folder / name, expected, found)


@pytest.mark.parametrize("fault", ["half", "claims_2_31_items"])
def test_on_two_ranks(study, tmp_path, fault):
    apply, name, expected, found = IDX_FAULTS[fault]
    folder = write_mnist_like(tmp_path / "data")
    apply(folder)
    check_refusal(study(configuration("mnist", folder)), 2, folder / name, expected, found)


def test_plain_and_compressed_files_are_the_same_data(study, tmp_path):
    """Also a gzip stream under the plain name."""
    plain = write_mnist_like(tmp_path / "plain")
    suffixed, unsuffixed = tmp_path / "suffixed", tmp_path / "unsuffixed"
    for folder, suffix in ((suffixed, ".gz"), (unsuffixed, "")):
        folder.mkdir()
        for file in plain.iterdir():
            (folder / (file.name + suffix)).write_bytes(gzip.compress(file.read_bytes()))
    losses = []
    for folder in (plain, suffixed, unsuffixed):
        small = study(configuration("mnist", folder), name=folder.name)
        small.train(ranks=None, output=tmp_path / f"results_{folder.name}")
        result = small.result(tmp_path / f"results_{folder.name}")
        losses.append(result["steps/train_loss"])
        assert len(result["data/train_indices"]) == 50 and len(result["data/test_indices"]) == 21
    assert numpy.isfinite(losses).all()
    assert (losses[0] == losses[1]).all() and (losses[0] == losses[2]).all()


@pytest.mark.parametrize("dataset, classes", [("cifar-10", 10), ("cifar-100", 100)])
def test_sound_cifar_files_train(study, tmp_path, dataset, classes):
    """Colours and classes arrive where they belong: mean and deviation of each channel, loss of chance."""
    folder = write_cifar(tmp_path / "data", classes)
    small = study(configuration(dataset, folder))
    small.train(ranks=2)
    result = small.result()
    header = 2 if classes == 100 else 1
    names = ["train.bin"] if classes == 100 else [f"data_batch_{n}.bin" for n in range(1, 6)]
    records = numpy.frombuffer(b"".join((folder / name).read_bytes() for name in names), numpy.uint8)
    pixels = records.reshape(100, -1)[:, header:].reshape(100, 3, 1024)[result["data/train_indices"]] / 255
    assert relative_difference(result["data/mean"], pixels.mean(axis=(0, 2))) < 1e-12
    assert relative_difference(result["data/standard_deviation"], pixels.std(axis=(0, 2))) < 1e-12
    assert result["weights/fc2.weight"].shape == (classes, 4)
    assert result["epochs/train_loss"][0] == pytest.approx(numpy.log(classes), rel=0.2)
