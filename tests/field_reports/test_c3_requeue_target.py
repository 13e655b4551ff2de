"""C3: an array task requeues the whole array."""

import os
import pathlib
import signal
import subprocess

import pytest

from programs import BINARIES, GAUSSIANS, environment, merged

SCRIPT = pathlib.Path(__file__).parents[2] / "slurm" / "train_array.sbatch"
ARRAY = {"SLURM_ARRAY_JOB_ID": "100", "SLURM_ARRAY_TASK_ID": "3", "SLURM_JOB_ID": "103", "SLURM_NTASKS": "2",
         "SLURM_RESTART_COUNT": "0"}


@pytest.fixture
def job(study, tmp_path):
    """Starts the job script with stubs of Slurm's commands; returns process, and what scontrol was told."""
    folder = tmp_path / "commands"
    folder.mkdir()
    log = tmp_path / "scontrol.log"
    log.touch()

    def command(name, text):
        (folder / name).write_text("#!/bin/sh\n" + text)
        (folder / name).chmod(0o755)

    command("squeue", "echo RUNNING\n")
    command("scontrol", f'echo "$@" >> {log}\n')
    # Inside this "job" mpirun must not look for Slurm.
    command("mpirun", f"exec {subprocess.check_output(['which', 'mpirun'], text=True).strip()} --oversubscribe "
                      "--mca ras ^slurm --mca plm ^slurm \"$@\"\n")
    site = tmp_path / "site.conf"
    site.write_text(f"launcher=mpirun\nmpirun_options=()\nprogram_folder={BINARIES.resolve()}\n")

    def start(configuration, variables):
        small = study(configuration)
        process = subprocess.Popen(
            ["bash", str(SCRIPT), "--config", str(small.file), "--output", str(small.output), "--device", "cpu"],
            env=environment(PATH=start.path, BATCHSCOPE_SITE=str(site), **variables), cwd=tmp_path, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        process.small = small
        return process

    def remove_scontrol():
        """From the PATH: every command of this machine is there but that one."""
        (folder / "scontrol").unlink()
        for other in pathlib.Path("/usr/bin").iterdir():
            if other.name != "scontrol" and not (folder / other.name).exists():
                (folder / other.name).symlink_to(other)
        start.path = str(folder)

    start.path = f"{folder}:{os.environ['PATH']}"
    start.command, start.remove_scontrol = command, remove_scontrol
    start.requeues = lambda: log.read_text().splitlines()
    return start


GRID = merged(GAUSSIANS, {"training": {"batch_size": [16, 20, 24, 28]}})
LONG = merged(GRID, {"training": {"budget": {"epochs": 1000000}}})


def stop(process):
    process.small.wait_for_rows(process, 2)
    process.send_signal(signal.SIGUSR1)
    output, _ = process.communicate(timeout=60)
    return output


def test_exactly_the_task_is_requeued(job):
    process = job(LONG, ARRAY)
    output = stop(process)
    assert job.requeues() == ["requeue 100_3"], output
    assert process.returncode == 75
    process.small.assert_all_gone()


def test_a_job_without_an_array_requeues_itself(job):
    process = job(LONG, {"SLURM_JOB_ID": "103", "SLURM_NTASKS": "2"})
    stop(process)
    assert job.requeues() == ["requeue 103"]


def test_without_scontrol_the_user_is_told_what_to_do(job):
    job.remove_scontrol()
    process = job(LONG, ARRAY)
    output = stop(process)
    assert "scontrol is not on this node's PATH" in output and "slurm/submit.sh" in output
    assert process.returncode == 75


def test_a_refusal_of_slurm_is_told(job):
    job.command("scontrol", "echo no such job; exit 1\n")
    process = job(LONG, ARRAY)
    output = stop(process)
    assert "no such job" in output and "Slurm refuses to requeue 100_3" in output
    assert process.returncode == 75


def test_a_finished_task_is_not_requeued(job):
    process = job(GRID, ARRAY)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    assert [result.attributes["batch_size"] for result in process.small.results()] == [28]
    assert job.requeues() == []


def test_outside_slurm_nothing_is_requeued(job):
    process = job(LONG, {})
    output = stop(process)
    assert job.requeues() == [] and "start the same command again" in output
    assert process.returncode == 75


def test_errors_that_would_come_again_are_passed_on(job):
    process = job(merged(GRID, {"training": {"batch_size": [16, 20, 24, 100000]}}), ARRAY)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 2, output
    assert job.requeues() == []
