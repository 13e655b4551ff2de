"""D2: the scheduler shows each task one device, and the code picks one by the local rank.

The choice is printed by a dry run (--list --device cuda), where BATCHSCOPE_VISIBLE_DEVICES stands in for the number
of GPUs that CUDA would report."""

import subprocess

from programs import GAUSSIANS, environment, mpirun

DRY_RUN = ("--list", "--device", "cuda")


def ordinals(done):
    line = next(line for line in done.stdout.splitlines() if line.startswith("device ordinals:"))
    return [int(number) for number in line.split(":")[1].split()]


def test_slurm_localid_does_not_choose(study):
    small = study(GAUSSIANS)
    one = small.train(*DRY_RUN, env=environment(SLURM_LOCALID="3", BATCHSCOPE_VISIBLE_DEVICES="1"))
    assert ordinals(one) == [0]
    four = small.train(*DRY_RUN, ranks=4, env=environment(SLURM_LOCALID="0", BATCHSCOPE_VISIBLE_DEVICES="4"))
    assert ordinals(four) == [0, 1, 2, 3]


def test_visible_devices_are_numbered_from_zero(study):
    done = study(GAUSSIANS).train(
        *DRY_RUN, ranks=2, env=environment(CUDA_VISIBLE_DEVICES="2,3", BATCHSCOPE_VISIBLE_DEVICES="2"))
    assert ordinals(done) == [0, 1]
    assert "rank 0 runs on" in done.stdout and "GPU 2" in done.stdout and "GPU 3" in done.stdout


def dry_run_with_own_devices(small, devices, *options):
    """One rank per entry of `devices`, each of which sees that device alone."""
    command = []
    for device in devices:
        command += [":"] if command else []
        command += [*mpirun(1)[1:], "-x", f"CUDA_VISIBLE_DEVICES={device}", *small.command(*DRY_RUN, *options)]
    return subprocess.run(["mpirun", *command], env=environment(BATCHSCOPE_VISIBLE_DEVICES="1"),
                          capture_output=True, text=True, timeout=60)


def test_ranks_with_one_device_each_all_take_number_zero(study):
    done = dry_run_with_own_devices(study(GAUSSIANS), [0, 1])
    assert done.returncode == 0, done.stderr
    assert ordinals(done) == [0, 0]


def test_two_ranks_on_one_device_are_refused_unless_mpi_is_asked_for(study):
    small = study(GAUSSIANS)
    refused = dry_run_with_own_devices(small, [0, 0])
    assert refused.returncode == 4
    assert "ranks 0 and 1 share one GPU" in refused.stderr and "--communication mpi" in refused.stderr
    assert dry_run_with_own_devices(small, [0, 0], "--communication", "mpi").returncode == 0


def test_no_visible_device_is_a_clear_error(study):
    small = study(GAUSSIANS)
    empty = small.train("--device", "cuda", expect=4, env=environment(CUDA_VISIBLE_DEVICES=""))
    assert "CUDA_VISIBLE_DEVICES=''" in empty.stderr and "remedy" in empty.stderr
    assert empty.stderr.count("error:") == 1
    granted = small.train(ranks=2, expect=4, env=environment(
        SLURM_JOB_GPUS="0", BATCHSCOPE_VISIBLE_DEVICES="0"))
    assert "SLURM_JOB_GPUS=0 grants a GPU" in granted.stderr and "--device cpu" in granted.stderr
    assert not small.output.exists()


def test_what_ran_where_is_stored(study):
    small = study(GAUSSIANS)
    small.train("--device", "cpu", ranks=2)
    result = small.result()
    assert len(result["environment/hosts"]) == 2
    assert list(result["environment/device_ids"]) == ["cpu", "cpu"]
    assert all(result["environment/device_names"])
