"""E3: text attributes come back as bytes or garbage in other languages, booleans as anything."""

import pathlib
import re
import shutil
import subprocess
import sys

import h5py
import netCDF4
import numpy
import pytest

from programs import GAUSSIANS, Study, environment, merged

CHECK_READERS = pathlib.Path(__file__).parent.parent / "results" / "check_readers.py"
NAME = "größe_批次 1"  # of the study: Latin-1, beyond it, and a blank

# batch 16 diverges at its step 21, batch 64 has only 8 steps; at the reference the two rules are one run.
GRID = merged(GAUSSIANS, {"training": {"batch_size": [16, 64], "reference_batch_size": 16,
                                       "learning_rate_scaling": ["none", "linear"]}})


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Files of every kind that a grid leaves: complete, diverged, aliases."""
    grid = Study(tmp_path_factory.mktemp("text"), GRID, name=NAME)
    grid.train(ranks=2, env=environment(BATCHSCOPE_FAULT="nan:0:20"))
    kinds = {(result.attributes["status"], result.attributes["alias_of"] != "") for result in grid.results()}
    assert kinds == {("complete", False), ("diverged", False), ("diverged", True)}
    return grid


def test_text_is_text_in_h5py(study):
    for result in study.results():
        texts = {name for name, value in result.attributes.items() if isinstance(value, str)}
        assert texts == {"schema", "status", "reason", "study", "program_version", "learning_rate_scaling",
                         "alias_of", "configuration_hash", "data_hash", "training.learning_rate_scaling"}
        assert result.attributes["study"] == NAME
        assert result.configuration()["study"] == NAME
        assert not any(isinstance(value, (bytes, numpy.bytes_)) for value in result.attributes.values())


def test_one_convention_throughout(study):
    """Variable-length UTF-8, h5py's and xarray's view of every attribute and data set."""
    command = [sys.executable, str(CHECK_READERS), *map(str, study.files())]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def plain(text):
    """Text as h5dump prints it: bytes beyond ASCII in octal, of which version 1.10 extends the sign to 32 bits."""
    escaped = re.sub(r"\\(37777777[0-7]{3}|[0-7]{3})", lambda octal: chr(int(octal[1], 8) & 255), text)
    return escaped.encode("latin-1").decode("utf-8") if escaped != text else text


def test_h5dump_prints_all(study):
    h5dump = shutil.which("h5dump")
    assert h5dump, "h5dump (hdf5-tools) is missing"
    for file in study.files():
        done = subprocess.run([h5dump, "-A", str(file)], capture_output=True, text=True)
        assert done.returncode == 0 and done.stderr == ""
        attribute = r'ATTRIBUTE "study" \{\s*DATATYPE  H5T_STRING \{(.*?)\}.*?\(0\): "(.*?)"'
        text = re.search(attribute, done.stdout, re.DOTALL)
        assert "H5T_VARIABLE" in text[1] and "H5T_CSET_UTF8" in text[1]
        assert plain(text[2]) == NAME


def test_a_second_reader_agrees(study):
    for result in study.results():
        with netCDF4.Dataset(str(result.path)) as file:
            for name, value in result.attributes.items():
                assert file.getncattr(name) == value, name
            assert file["epochs"]["train_loss"].getncattr("units") == "1"


def test_booleans_are_0_or_1(study):
    for result in study.results():
        assert result.attributes["collapsed"].dtype == numpy.int64 and result.attributes["collapsed"] in (0, 1)
        with h5py.File(result.path) as file:
            marks = [item.attrs["volatile"] for group in ("steps", "epochs", "environment")
                     for item in file[group].values() if "volatile" in item.attrs]
        assert {(mark.dtype, int(mark)) for mark in marks} <= {(numpy.dtype("int64"), 1)}
