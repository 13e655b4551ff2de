"""H2: a misspelt or misplaced key leaves the default in force, and nothing is said."""

import copy
from concurrent.futures import ThreadPoolExecutor

import pytest

from programs import GAUSSIANS, merged

# With the keys of these, the resolved configuration names every key that a study of this kind has.
WIDE = merged(GAUSSIANS, {
    "data": {"train_examples": 150, "split_seed": 3},
    "model": {"batch_norm": True, "dropout": 0.1},
    "training": {"micro_batch_size": 8, "reference_batch_size": 16, "learning_rate_scaling": "linear",
                 "warmup_epochs": 1, "schedule": "cosine", "final_fraction": 0.1,
                 "optimizer": {"name": "sgd", "momentum": 0.5},
                 "stop": {"train_loss_below": 1e-3, "train_accuracy_above": 0.99, "plateau_epochs": 50}},
    "batch_norm": {"statistics": "ghost", "size": 4},
    "evaluate": {"every_epochs": 1, "validation_every_examples": 100},
})


def paths_of(configuration, parents=()):
    """Every key and section as a tuple of names."""
    for name, value in configuration.items():
        yield (*parents, name)
        if isinstance(value, dict):
            yield from paths_of(value, (*parents, name))


def misspelt(configuration, path):
    """The configuration with the last two letters of a name swapped, and the path with the wrong name."""
    result = copy.deepcopy(configuration)
    section = result
    for name in path[:-1]:
        section = section[name]
    name = path[-1]
    wrong = name[:-2] + name[-1] + name[-2] if name[-1] != name[-2] else name + "x"
    section[wrong] = section.pop(name)
    return result, ".".join((*path[:-1], wrong))


def refused(small, *options):
    done = small.train(*options, ranks=None, expect=2)
    assert not small.output.exists()
    return done.stderr


def test_misspelt_keys_of_each_section(study, tmp_path):
    """Each section and its last key, in turn; the unit tests of the configuration take every key."""
    wide = study(WIDE, name="wide")
    wide.train(ranks=None, output=tmp_path / "wide")
    resolved = wide.result(tmp_path / "wide").configuration()
    last_keys = {path[:-1]: path for path in paths_of(resolved)}
    assert len(last_keys) >= 10 and max(map(len, last_keys)) == 2
    paths = sorted({*last_keys.values(), *last_keys} - {()})

    def check(numbered):
        number, path = numbered
        configuration, wrong = misspelt(resolved, path)
        stderr = refused(study(configuration, name=f"case_{number}"))
        assert f"case_{number}.yaml:" in stderr
        assert f": {wrong}: unknown key" in stderr, stderr
        assert f"did you mean {'.'.join(path)}?" in stderr, stderr

    with ThreadPoolExecutor(2) as pool:
        assert len(list(pool.map(check, enumerate(paths)))) == len(paths)


@pytest.mark.parametrize("wrong, right, value", [
    ("trainng", "training", "3"), ("trainng", "training", "{batch_size: 3}"),
    ("training.batchsize", "training.batch_size", "[1, 2]"), ("training.batchsize", "training.batch_size", ""),
    ("training.optimizer.momentun", "training.optimizer.momentum", "{name: 3}"),
    ("training.optimizer.momentun", "training.optimizer.momentum", "[]"),
    ("training.optimizer.momentun", "training.optimizer.momentum", "abc")])
def test_whatever_its_value(study, wrong, right, value):
    *parents, name = wrong.split(".")
    indent = ""
    lines = []
    for parent in parents:
        lines.append(f"{indent}{parent}:")
        indent += "  "
    lines.append(f"{indent}{name}: {value}")
    stderr = refused(study("\n".join(lines) + "\n"))
    assert f"small.yaml:{len(lines)}: {wrong}: unknown key" in stderr
    assert f"did you mean {right}?" in stderr


@pytest.mark.parametrize("setting, problem, remedy", [
    ("training.batchsize=64", "training.batchsize: unknown key", "did you mean training.batch_size?"),
    ("trainig.batch_size=64", "trainig.batch_size: unknown key", "training.batch_size"),
    ("training={batch_size: 64, learning_rat: 1}", "training.learning_rat: unknown key",
     "did you mean training.learning_rate?"),
    ("training.optimizer={nam: sgd}", "training.optimizer.nam: unknown key", "did you mean training.optimizer.name?"),
    # The right name in the wrong place.
    ("batch_size=64", "batch_size: unknown key", "did you mean training.batch_size?"),
    ("data.batch_size=64", "data.batch_size: unknown key", "did you mean training.batch_size?"),
    ("training.momentum=0.5", "training.momentum: unknown key", "did you mean training.optimizer.momentum?"),
    ("training.optimizer.seed=5", "training.optimizer.seed: unknown key", "did you mean training.seed?"),
    ("momentum=0.5", "momentum: unknown key", "training.optimizer.momentum"),
    ("training.data.examples=5", "training.data.examples: unknown key", "examples"),
    # Below a key that is no section, and nothing like any name.
    ("training.batch_size.value=64", "training.batch_size.value: unknown key", "remedy"),
    ("zzzzzz=1", "zzzzzz: unknown key", "study, data, model, training"),
])
def test_on_the_command_line(study, setting, problem, remedy):
    stderr = refused(study(GAUSSIANS), "--set", setting)
    assert stderr.startswith(f"error: --set {setting}: {problem}")
    assert remedy in stderr


@pytest.mark.parametrize("setting, key", [
    ("model.name=simple_cnn", "simple_cnn"),              # needs images
    ("data.noise=0.5", "data.noise"),                     # of another task
    ("training.final_fraction=0.1", "training.final_fraction"),  # of another schedule
    ("training.optimizer.beta1=0.5", "training.optimizer.beta1"),  # of another optimizer
    ("batch_norm={statistics: ghost, size: 4}", "batch_norm"),  # the model has none
])
def test_keys_without_effect(study, setting, key):
    assert key in refused(study(GAUSSIANS), "--set", setting)


def test_keys_given_twice(study):
    assert "training.seed: given twice, first at" in refused(study(
        "training:\n  seed: 1\n  batch_size: 64\n  seed: 2\n"))


def test_on_several_ranks_one_speaks(study):
    small = study(merged(GAUSSIANS, {"training": {"lerning_rate": 0.1}}))
    done = small.train(ranks=3, expect=2)
    assert done.stderr.count("training.lerning_rate: unknown key") == 1
    assert not small.output.exists()
