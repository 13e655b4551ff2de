"""Writes small data sets in the file formats that Batchscope reads: IDX (MNIST and its kin) and CIFAR binary."""

import struct

import numpy


def idx(array):
    """An IDX file of unsigned bytes: magic number, sizes, content."""
    array = numpy.asarray(array, dtype=numpy.uint8)
    return struct.pack(f">{1 + array.ndim}I", 0x0800 | array.ndim, *array.shape) + array.tobytes()


def images_and_labels(count, shape, classes, seed=0):
    """Noise, brighter by class, and the classes 0, 1, ... in turn."""
    labels = numpy.arange(count) % classes
    noise = numpy.random.default_rng(seed).integers(0, 100, size=(count, *shape))
    return noise + (150 * labels // classes).reshape(-1, *[1] * len(shape)), labels


def write_mnist_like(folder, train=60, test=21):
    """The four files of MNIST, not compressed; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for prefix, count, seed in (("train", train, 0), ("t10k", test, 1)):
        images, labels = images_and_labels(count, (28, 28), 10, seed)
        (folder / f"{prefix}-images-idx3-ubyte").write_bytes(idx(images))
        (folder / f"{prefix}-labels-idx1-ubyte").write_bytes(idx(labels))
    return folder


def cifar_records(count, classes, seed=0):
    """Records of CIFAR-10 (class, pixels) or CIFAR-100 (coarse class, class, pixels)."""
    images, labels = images_and_labels(count, (3072,), classes, seed)
    columns = [labels[:, None], images]
    if classes == 100:
        columns.insert(0, labels[:, None] // 5)
    return numpy.hstack(columns).astype(numpy.uint8).tobytes()


def write_cifar(folder, classes, train=100, test=21):
    """The files of CIFAR-10 or CIFAR-100 in their binary version; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    if classes == 100:
        (folder / "train.bin").write_bytes(cifar_records(train, 100))
        (folder / "test.bin").write_bytes(cifar_records(test, 100, seed=1))
        return folder
    for number in range(1, 6):
        (folder / f"data_batch_{number}.bin").write_bytes(cifar_records(train // 5, 10, seed=number))
    (folder / "test_batch.bin").write_bytes(cifar_records(test, 10))
    return folder
