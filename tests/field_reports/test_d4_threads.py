"""D4: each rank starts a thread per core of the node, or one core carries all ranks."""

import os

import pytest

from programs import GAUSSIANS, environment

CORES = os.cpu_count()


def cores_of(text):
    """The cores of "0-3,8"."""
    cores = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        cores |= set(range(int(first), int(last or first) + 1))
    return cores


@pytest.mark.parametrize("ranks", [1, 2, 4])
def test_threads_fit_the_cores_of_the_ranks(study, ranks):
    small = study(GAUSSIANS)
    small.train(ranks=ranks)
    environment_of_run = small.result()
    threads = environment_of_run["environment/threads"]
    masks = [cores_of(text) for text in environment_of_run["environment/affinities"]]
    assert len(threads) == len(masks) == ranks
    # More ranks than cores cannot do with less than a thread each.
    assert sum(threads) <= max(ranks, len(set.union(*masks)))
    assert all(count <= len(mask) for count, mask in zip(threads, masks))


@pytest.mark.parametrize("wanted", ["1", "4"])
def test_the_users_choice_is_kept(study, wanted):
    small = study(GAUSSIANS)
    done = small.train(ranks=2, env=environment(OMP_NUM_THREADS=wanted))
    assert list(small.result()["environment/threads"]) == [int(wanted)] * 2
    too_many = int(wanted) > len(cores_of(small.result()["environment/affinities"][0]))
    assert ("more compute threads than" in done.stderr) == too_many
