"""slurm/submit.sh without a cluster: what it asks Slurm for, and what it writes for the jobs to read."""

import pathlib
import subprocess

import pytest
import yaml

from programs import BINARIES, GAUSSIANS, environment, merged

SUBMIT = pathlib.Path(__file__).parents[2] / "slurm" / "submit.sh"
GRID = merged(GAUSSIANS, {"training": {"batch_size": [10, 16, 20, 40], "reference_batch_size": 16,
                                       "learning_rate_scaling": ["none", "linear"]}})
RUNS = 7  # of 8 points: at the reference batch size both rules are the same


@pytest.fixture
def cluster(study, tmp_path):
    """Submits a study to stubs of Slurm's commands, which note what they are asked for."""
    commands = tmp_path / "commands"
    commands.mkdir()
    log = tmp_path / "sbatch.log"

    def command(name, text):
        (commands / name).write_text("#!/bin/bash\n" + text)
        (commands / name).chmod(0o755)

    # A word a line, a blank line after each call; the jobs are numbered from 101.
    command("sbatch", f'printf "%s\\n" "$@" "" >> {log}\necho $((100 + $(grep -c ^--parsable {log})))\n')
    command("squeue", "")
    command("scontrol", "echo 'MaxArraySize            = 1001'\n")
    site = tmp_path / "own_site.conf"
    site.write_text(f"program_folder={BINARIES.resolve()}\n")

    def submit(*options, expect=0):
        done = subprocess.run([str(SUBMIT), str(submit.study.file), "--output", str(submit.study.output),
                               "--site", str(site), *options], cwd=tmp_path, text=True, capture_output=True,
                              env=environment(PATH=f"{commands}:{environment()['PATH']}"), timeout=60)
        assert done.returncode == expect, done.stdout + done.stderr
        return done.stdout + done.stderr

    def jobs():
        """The calls of sbatch, each a list of words."""
        text = log.read_text() if log.exists() else ""
        return [call.split("\n") for call in text.split("\n\n") if call]

    submit.study = study(GRID)
    submit.command, submit.site, submit.jobs = command, site, jobs
    submit.folders = lambda: sorted(submit.study.output.glob("*/slurm/*"))
    return submit


def option(job, name):
    """The value of --name=value among the words of a call; None without."""
    return next((word.split("=", 1)[1] for word in job if word.startswith(f"--{name}=")), None)


def tasks(folder):
    """The points of each task, in order."""
    found = {}
    for line in (folder / "tasks").read_text().splitlines():
        task, point, _ = line.split("\t")
        found.setdefault(int(task), []).append(int(point))
    assert list(found) == list(range(len(found)))
    return list(found.values())


def test_an_array_of_the_pending_points_and_the_analysis_after_it(cluster):
    output = cluster("--ranks", "8", "--nodes=2", "--time", "04:00:00", "--device", "cpu")
    array, analysis = cluster.jobs()
    assert option(array, "array") == f"0-{RUNS - 1}"
    assert (option(array, "nodes"), option(array, "ntasks"), option(array, "ntasks-per-node")) == ("2", "8", "4")
    assert option(array, "gpus-per-node") == "4" and option(array, "gpu-bind") == "none"
    assert option(array, "time") == "04:00:00" and option(array, "signal") == "B:USR1@120"
    assert array[-2:] == ["--device", "cpu"]
    assert option(analysis, "dependency") == "afterany:101"
    assert option(analysis, "gpus-per-node") is None
    assert "as array 101, then the analysis as job 102" in output
    # The second name of a run is written by the run's own task.
    assert tasks(cluster.folders()[0]) == [[0], [1], [2], [3], [4], [6], [7]]


def test_arrays_stay_below_the_size_that_the_site_allows(cluster):
    cluster.command("scontrol", "echo 'MaxArraySize            = 3'\n")
    cluster()
    *arrays, analysis = cluster.jobs()
    assert [option(job, "array") for job in arrays] == ["0-2", "0-2", "0-0"]
    assert [job[job.index("--first") + 1] for job in arrays] == ["0", "3", "6"]
    assert all(option(job, "dependency") is None for job in arrays)
    assert option(analysis, "dependency") == "afterany:101:102:103"


def test_a_limit_of_parallel_tasks_holds_over_all_arrays(cluster):
    cluster.command("scontrol", "echo 'MaxArraySize            = 4'\n")
    cluster("--max-parallel", "2")
    first, second, _ = cluster.jobs()
    assert option(first, "array") == "0-3%2" and option(first, "dependency") is None
    assert option(second, "array") == "0-2%2" and option(second, "dependency") == "afterany:101"


def test_several_points_a_task_and_only_those_asked_for(cluster):
    cluster("--points-per-task", "2", "--task", "0,2-4,6")
    assert tasks(cluster.folders()[0]) == [[0, 2], [3, 4], [6]]
    assert option(cluster.jobs()[0], "array") == "0-2"


def test_finished_points_are_not_submitted(cluster):
    cluster.study.train("--task", "0-6")
    cluster()
    assert tasks(cluster.folders()[0]) == [[7]]
    cluster.study.train()
    output = cluster()
    assert "Nothing to submit" in output and "batchscope-analyze" in output
    assert len(cluster.jobs()) == 2


def test_points_that_an_earlier_submission_holds_are_left_to_it(cluster):
    cluster("--task", "0-3")
    folder = cluster.folders()[0]
    # Its tasks 1 and 2 are still in the queue, beside jobs of others.
    cluster.command("squeue", f"echo '1 batchscope 0 {folder}'\necho '2 batchscope 0 {folder}'\n"
                              "echo 'N/A (null)'\necho '0 another comment'\n")
    output = cluster()
    assert "2 pending point(s) are left" in output
    second = next(other for other in cluster.folders() if other != folder)
    assert tasks(second) == [[0], [3], [4], [6], [7]]


def test_waiting_jobs_read_what_was_submitted(cluster):
    """Users edit files while jobs wait, and submit again."""
    cluster("--set", "training.learning_rate=0.02")
    folder, = cluster.folders()
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    cluster.study.file.write_text(yaml.safe_dump(merged(GRID, {"training": {"momentum": 1}})))
    cluster.site.write_text(cluster.site.read_text() + "ranks_per_node=2\n")
    cluster("--set", "training.learning_rate=0.03", expect=2)  # the edited file has an error
    cluster.study.file.write_text(yaml.safe_dump(GRID))
    cluster("--set", "training.learning_rate=0.03")
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    assert yaml.safe_load(before["config.yaml"])["training"]["learning_rate"] == 0.02
    assert len(cluster.folders()) == 2
    for job in cluster.jobs()[0::2]:
        submission = pathlib.Path(job[job.index("--submission") + 1])
        assert {"config.yaml", "site.conf", "tasks"} == {file.name for file in submission.iterdir()}


def test_the_same_submission_again_is_the_same_folder(cluster):
    cluster()
    cluster()
    assert len(cluster.folders()) == 1 and len(cluster.jobs()) == 4


@pytest.mark.parametrize("options, words", [
    (["--max-paralel", "2"], "--max-paralel"),
    (["--set", "training.learning_rat=1"], "training.learning_rate"),
    (["--time", "tomorrow"], "--time tomorrow"),
    (["--ranks", "0"], "--ranks 0"),
    (["--ranks", "2", "--nodes", "3"], "--nodes 3"),
    (["--points-per-task", "two"], "--points-per-task two"),
    (["--task", "8"], "8"),
    (["--device", "gpu"], "gpu"),
    (["--overwrite"], "--overwrite"),
    (["--list"], "--list"),
    (["--site", "missing.conf"], "missing.conf"),
    (["--nodes"], "--nodes"),
])
def test_wrong_options_end_before_anything_is_written(cluster, options, words):
    output = cluster(*options, expect=2)
    assert words in output and "remedy" in output
    assert cluster.jobs() == [] and not cluster.study.output.exists()


def test_a_site_file_with_a_wrong_value_is_refused(cluster):
    cluster.site.write_text(cluster.site.read_text() + "launcher=mpiexec\n")
    assert "mpiexec" in cluster(expect=2)
    assert cluster.jobs() == [] and not cluster.study.output.exists()


def test_what_slurm_refuses_is_told_with_what_is_already_in_the_queue(cluster):
    cluster.command("scontrol", "echo 'MaxArraySize            = 4'\n")
    cluster.command("sbatch", "echo 'invalid partition specified: gpu' >&2; exit 1\n")
    output = cluster(expect=1)
    assert "invalid partition" in output and "--dry-run" in output
    cluster.command("sbatch", "[[ $* == *0-3* ]] && echo 101 && exit; echo 'no more jobs' >&2; exit 1\n")
    output = cluster(expect=1)
    assert "no more jobs" in output and "scancel 101" in output


def test_a_dry_run_shows_the_calls_and_makes_none(cluster):
    output = cluster("--dry-run")
    shown = [line.split("#")[0].split() for line in output.splitlines() if line.startswith("    sbatch ")]
    assert cluster.jobs() == [] and not cluster.study.output.exists()
    cluster()
    assert len(shown) == len(cluster.jobs()) == 2
    assert [word for word in shown[0] if "comment" not in word][1:10] == \
        [word for word in cluster.jobs()[0] if "comment" not in word][:9]
    assert str(cluster.folders()[0]) in output
