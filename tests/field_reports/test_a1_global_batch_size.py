"""A1: the configured batch size is silently multiplied by the number of GPUs."""

import pytest

from programs import GAUSSIANS, assert_same_run, merged


@pytest.mark.parametrize("ranks", [1, 2, 4])
def test_batch_size_is_global(study, ranks):
    small = study(merged(GAUSSIANS, {"training": {"batch_size": 64}}))
    done = small.train(ranks=ranks)
    result = small.result()
    assert result.attributes["batch_size"] == 64
    assert list(result["environment/examples_per_rank"]) == [64 // ranks] * ranks
    shares = " + ".join([str(64 // ranks)] * ranks)
    assert f"global batch 64 = {shares} on {ranks} rank(s), 4 steps an epoch" in done.stdout
    assert list(result["steps/batch_examples"]) == [64, 64, 64, 8] * 2


def test_parameters_do_not_depend_on_the_number_of_ranks(study, tmp_path):
    small = study(merged(GAUSSIANS, {"training": {"batch_size": 64}}))
    results = []
    for ranks in (1, 2, 4):
        small.train(ranks=ranks, output=tmp_path / f"on_{ranks}")
        results.append(small.result(tmp_path / f"on_{ranks}"))
    for result in results[1:]:
        assert_same_run(result, results[0], tolerance=1e-10)
