"""H4: a list on the command line is taken as one text, or as a sweep where a list was meant."""

import pytest

from programs import GAUSSIANS, Result, merged

# A list of its own kind (model.hidden) and one that makes a grid (batch_size).
GRID = merged(GAUSSIANS, {"training": {"batch_size": [16, 40], "budget": {"epochs": 1}}})


def listed(small, *settings, expect=0):
    """The coordinates that --list prints, one line a point, without index, saved step, state and file; or the error."""
    options = [part for setting in settings for part in ("--set", setting)]
    done = small.train("--list", *options, ranks=None, expect=expect)
    if expect != 0:
        assert not small.output.exists()
        return done.stderr
    return [line.split()[1:-3] for line in done.stdout.splitlines()[1:] if line.strip()]


# The batch size varies fastest.
@pytest.mark.parametrize("setting, points", [
    ("training.batch_size=[32,64]", [["32", "1"], ["64", "1"]]),
    ("training.batch_size=[32, 64]", [["32", "1"], ["64", "1"]]),
    ("training.batch_size=['32', \"64\"]", [["32", "1"], ["64", "1"]]),
    ("training.batch_size=32", [["32", "1"]]),
    ("training.batch_size=[32]", [["32", "1"]]),
    ("training.seed=[0,7]", [["16", "0"], ["40", "0"], ["16", "7"], ["40", "7"]]),
    # A key that is a list by nature: a scalar is a list of one, a list of lists is an axis.
    ("model.hidden=4", [["16", "1"], ["40", "1"]]),
    ("model.hidden=[]", [["16", "1"], ["40", "1"]]),
    ("model.hidden=[4,5]", [["16", "1"], ["40", "1"]]),
    ("model.hidden=[[4,5],[6]]", [["16", "1", "[4,5]"], ["40", "1", "[4,5]"], ["16", "1", "[6]"], ["40", "1", "[6]"]]),
    ("training.learning_rate=[0.1,1e-2]",
     [["16", "1", "0.1"], ["40", "1", "0.1"], ["16", "1", "0.01"], ["40", "1", "0.01"]]),
])
def test_the_grid_is_the_one_written(study, setting, points):
    assert listed(study(GRID), setting) == points


@pytest.mark.parametrize("settings, message", [
    (["training.batch_size=32,64"], "write a list in brackets: [32,64]"),
    (["training.batch_size='32,64'"], "write a list in brackets: [32,64]"),
    (["model.hidden=4,5"], "write a list in brackets: [4,5]"),
    (["training.batch_size=32", "training.batch_size=64"], "was set by --set training.batch_size=32 already"),
    (["training.batch_size=32 64"], "training.batch_size"),
    (["training.batch_size=[32,64"], "not valid YAML"),
    (["training.batch_size=[[32],[64]]"], "a list inside a list"),
    (["training.batch_size=[32,32.0]"], "the value 32 is on this axis twice"),
    (["training.batch_size=[]"], "empty list"),
    (["study=[a,b]"], "cannot be an axis"),
    (["output.checkpoint_minutes=[1,2]"], "cannot be an axis"),
    (["model.hidden=[4,[5]]"], "mixes single values and lists"),
    (["training.batch_size=-32"], "-32 is not >= 1"),
    (["training.learning_rate=[0.1,-0.1]"], "-0.1 is not > 0"),
])
def test_anything_else_is_refused(study, settings, message):
    assert message in listed(study(GRID), *settings, expect=2)


def test_what_was_written_is_what_is_trained(study):
    small = study(merged(GRID, {"model": {"hidden": [[4], [5, 6], []]}}))
    small.train("--set", "training.batch_size=[20]", ranks=None)
    results = {tuple(result.configuration()["model"]["hidden"]): result for result in map(Result, small.files())}
    assert results.keys() == {(4,), (5, 6), ()}
    for hidden, result in results.items():
        widths = [result[f"weights/fc{number}.bias"].size for number in range(1, len(hidden) + 2)]
        assert widths == [*hidden, 3]
        assert set(result["steps/batch_examples"]) == {20}
