"""D1: launcher and MPI speak different dialects, and N processes each believe to be rank 0 of 1."""

import pytest

from programs import GAUSSIANS, environment


@pytest.mark.parametrize("variable", ["SLURM_NTASKS", "SLURM_STEP_NUM_TASKS"])
def test_one_of_several_singletons_is_refused(study, variable):
    small = study(GAUSSIANS)
    done = small.train(ranks=None, expect=4, env=environment(**{variable: "4"}))
    assert f"rank 0 of 1 in MPI, but {variable}=4" in done.stderr
    assert "--allow-single" in done.stderr
    assert not small.output.exists()


def test_one_process_is_allowed_where_it_is_meant(study, tmp_path):
    small = study(GAUSSIANS)
    small.train("--allow-single", ranks=None, env=environment(SLURM_NTASKS="4"))
    small.train(ranks=None, output=tmp_path / "one_task", env=environment(SLURM_NTASKS="1", SLURM_STEP_NUM_TASKS="1"))
    small.train(ranks=None, output=tmp_path / "no_slurm")


def test_a_world_of_one_under_mpirun_in_a_larger_allocation_is_no_singleton(study):
    study(GAUSSIANS).train(ranks=1, env=environment(SLURM_NTASKS="4"))


def test_listing_works_anywhere(study):
    done = study(GAUSSIANS).train("--list", ranks=None, env=environment(SLURM_NTASKS="4"))
    assert "pending" in done.stdout
