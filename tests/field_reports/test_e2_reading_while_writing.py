"""E2: a reader breaks the writer, or sees a file that does not open."""

import time

import h5py
import pytest

from programs import GAUSSIANS, Result, analyze, merged


@pytest.mark.parametrize("hold_open", [False, True])
def test_a_reader_that_opens_the_file_a_thousand_times_never_fails(study, hold_open):
    small = study(merged(GAUSSIANS, {"training": {"budget": {"epochs": 1000000}}}))
    job = small.start("--device", "cpu", ranks=2)
    deadline = time.monotonic() + 60
    while not small.files():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    file = small.files()[0]
    # The file is written again while that takes under a hundredth of the time: on a slow disk, seldom.
    rows, held, deadline = [], [], time.monotonic() + 200
    while len(rows) < 1000 or rows[-1] == rows[0]:
        assert time.monotonic() < deadline, "the file did not grow"
        opened = h5py.File(file, "r")
        assert opened.attrs["status"] == "running"
        assert len(opened["epochs/epoch"]) == len(opened["epochs/train_loss"])
        assert len(opened["steps/step"]) == len(opened["steps/train_loss"])
        rows.append(len(opened["epochs/epoch"]))
        # A reader that keeps an old version open must disturb nobody either.
        held.append(opened) if hold_open and len(held) < 20 else opened.close()
        time.sleep(0.01)
    assert job.poll() is None
    assert rows == sorted(rows)
    report = analyze(file, "--output", small.output / "report", expect=3)  # no finished run, and it says so
    assert "In no mean, in progress (1)" in report.stdout
    job.send_signal(12)
    job.communicate(timeout=60)
    assert job.returncode == 75
    assert len(Result(file)["epochs/epoch"]) >= rows[-1]
    for opened in held:
        assert opened["epochs/epoch"][0] == 0
        opened.close()
