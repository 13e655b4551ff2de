"""C1: after a requeue the run goes past its end, repeats an epoch, or has two rows for one step."""

import numpy

from programs import GAUSSIANS, environment, merged

# 200 training examples in batches of 16: 13 steps an epoch.
SIX_EPOCHS = merged(GAUSSIANS, {"training": {"budget": {"epochs": 6}}})


def stopped_at(small, fault, ranks=2):
    return small.train(ranks=ranks, expect=75, env=environment(BATCHSCOPE_FAULT=fault))


def test_rows_are_those_of_one_run(study):
    small = study(SIX_EPOCHS)
    # In the middle of an epoch, at its border before and in the evaluation, right after that, at the end.
    stops = ["stop:0:30", "stop:1:38", "stop_evaluation:0:39", "stop:0:39", "stop_evaluation:1:78"]
    saved = []
    for fault in stops:
        done = stopped_at(small, fault)
        assert "start the same command again" in done.stdout
        result = small.result()
        assert result.attributes["status"] == "stopped" and "stopped on request" in result.attributes["reason"]
        saved.append(int(result["steps/step"][-1]))
        assert len(small.checkpoints()) <= 2
    assert saved == [31, 39, 39, 40, 78]
    small.train(ranks=2)
    result = small.result()
    assert list(result["steps/step"]) == list(range(1, 79))
    assert list(result["epochs/epoch"]) == list(range(7))
    assert list(result["epochs/step"]) == [13 * epoch for epoch in range(7)]
    assert numpy.all(numpy.diff(result["steps/examples"]) == result["steps/batch_examples"][1:])
    assert result["environment/starts"].count("from step") == len(stops) + 1
    assert not small.checkpoints()


def test_a_finished_run_is_left_as_it_is(study):
    small = study(SIX_EPOCHS)
    small.train(ranks=2)
    before = small.files()[0].read_bytes()
    done = small.train(ranks=3)
    assert "Nothing to do" in done.stdout
    assert small.files()[0].read_bytes() == before


def test_a_grid_goes_on_where_it_stopped(study):
    """Finished points are not run again, the stopped one goes on, the others follow."""
    grid = study(merged(SIX_EPOCHS, {"training": {"batch_size": [20, 40, 50], "budget": {"epochs": 4}}}))
    grid.train(ranks=2, expect=75, env=environment(BATCHSCOPE_FAULT="stop:0:17"))  # the second has 20 steps
    listed = grid.train("--list", ranks=None).stdout
    assert [line.split()[3:5] for line in listed.splitlines()[1:4]] == [
        ["18", "stopped"], ["-", "pending"], ["-", "pending"]]
    done = grid.train(ranks=2)
    assert "resumed after step 18" in done.stdout
    assert [len(result["steps/step"]) for result in grid.results()] == [40, 20, 16]


def test_a_start_over_on_request(study):
    small = study(SIX_EPOCHS)
    stopped_at(small, "stop:0:30")
    done = small.train("--overwrite", ranks=2)
    assert "resumed" not in done.stdout
    result = small.result()
    assert len(result["steps/step"]) == 78 and result["environment/starts"].count("from step") == 1
    assert not small.checkpoints()
