"""One training run in PyTorch DistributedDataParallel (gloo), as fast as its options make it, on the batches and
from the initial weights of a Batchscope result. Started by compare_with_ddp.py under mpirun, one thread per rank."""

import argparse
import gzip
import os
import pathlib
import time

import h5py
import numpy
import torch
import yaml
from example_order import epoch_order
from torch.nn.parallel import DistributedDataParallel


def read_idx(path, header):
    return numpy.frombuffer(gzip.open(path).read(), dtype=numpy.uint8, offset=header)


def training_data(result, configuration, model, precision):
    """The training split, normalised as the result file says, in memory."""
    folder = pathlib.Path(configuration["data"]["directory"])
    indices = result["data/train_indices"][()]
    pixels = read_idx(folder / "train-images-idx3-ubyte.gz", 16).reshape(-1, 784)[indices]
    labels = read_idx(folder / "train-labels-idx1-ubyte.gz", 8)[indices]
    inputs = (pixels / 255.0 - result["data/mean"][0]) / result["data/standard_deviation"][0]
    shape = (-1, 784) if model == "mlp" else (-1, 1, 28, 28)
    return torch.tensor(inputs, dtype=precision).reshape(shape), torch.tensor(labels, dtype=torch.long)


def build(model):
    nn = torch.nn
    if model == "mlp":
        return nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))
    return nn.Sequential(nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 5, padding=2),
                         nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(3136, 1024), nn.ReLU(),
                         nn.Linear(1024, 10))


def load_weights(network, result):
    names = sorted({name.split(".")[0] for name in result["weights"]}, key=lambda n: (n[0] != "c", n))
    layers = [layer for layer in network if list(layer.parameters())]
    with torch.no_grad():
        for name, layer in zip(names, layers):
            layer.weight.copy_(torch.tensor(result[f"weights/{name}.weight"][()]))
            layer.bias.copy_(torch.tensor(result[f"weights/{name}.bias"][()]))
    return names, layers


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("initial", help="result file whose /weights are the initial ones")
    parser.add_argument("output")
    parser.add_argument("--batch", type=int, required=True, help="global")
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--learning-rate", type=float, required=True)
    parser.add_argument("--channels-last", action="store_true")
    options = parser.parse_args()
    rank, size = int(os.environ["OMPI_COMM_WORLD_RANK"]), int(os.environ["OMPI_COMM_WORLD_SIZE"])
    torch.set_num_threads(1)
    torch.distributed.init_process_group("gloo", rank=rank, world_size=size)

    with h5py.File(options.initial) as result:
        configuration = yaml.safe_load(result["config"].asstr()[()])
        training = configuration["training"]
        model = configuration["model"]["name"]
        precision = getattr(torch, training["precision"])
        inputs, labels = training_data(result, configuration, model, precision)
        network = build(model).to(precision)
        names, layers = load_weights(network, result)
    memory_format = torch.channels_last if options.channels_last else torch.contiguous_format
    if model != "mlp":
        network = network.to(memory_format=memory_format)
    parallel = DistributedDataParallel(network, gradient_as_bucket_view=True, static_graph=True)
    optimizer = torch.optim.SGD(network.parameters(), lr=options.learning_rate,
                                momentum=training["optimizer"]["momentum"], fused=True)
    batch = options.batch
    per_epoch = len(inputs) // batch
    seconds, losses, order = [], [], None
    for step in range(options.steps):
        if step % per_epoch == 0:
            order = torch.tensor(epoch_order(training["seed"], step // per_epoch, len(inputs)))
        first = step % per_epoch * batch
        start = time.perf_counter()
        positions = order[first + batch * rank // size: first + batch * (rank + 1) // size]
        images = inputs.index_select(0, positions)
        if model != "mlp":
            images = images.to(memory_format=memory_format)
        optimizer.zero_grad(set_to_none=False)
        loss = torch.nn.functional.cross_entropy(parallel(images), labels.index_select(0, positions))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        seconds.append(time.perf_counter() - start)
    if rank == 0:
        arrays = {f"{name}.{part}": getattr(layer, part).detach().contiguous().numpy()
                  for name, layer in zip(names, layers) for part in ("weight", "bias")}
        numpy.savez(options.output, seconds=numpy.array(seconds), losses=numpy.array(losses), **arrays)
    torch.distributed.destroy_process_group()


main()
