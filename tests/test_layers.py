"""No file includes what lies above it: the folders below are in one order, each may include only those before it."""

import pathlib
import re
import subprocess

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent

# From the lowest. Folders of one line know nothing of each other.
LAYERS = [
    ["src/core"],
    ["src/config"],
    ["src/results", "src/data"],
    ["src/communication"],
    ["src/diagnosis", "src/models"],
    ["src/optimizers", "src/measures"],
    ["src/study"],
    ["src/training"],
    ["src/runs"],
    ["jobs"],
]
# The offline tool stands on the lowest of these alone, so that a laptop needs neither LibTorch nor MPI.
ANALYSIS_STANDS_ON = ["src/core", "src/config", "src/results"]
ANALYSIS_LAYERS = [
    ["analysis/statistics", "analysis/language", "analysis/charts"],
    ["analysis/runs"],
    ["analysis/questions"],
    ["analysis/claims"],
    ["analysis/answers"],
    ["analysis/report"],
    ["analysis"],
]


def allowed_includes():
    """By folder: the folders that its files may include."""
    allowed = {}
    for layers, below in ((LAYERS, []), (ANALYSIS_LAYERS, ANALYSIS_STANDS_ON)):
        known = list(below)
        for layer in layers:
            for folder in layer:
                allowed[folder] = {folder, *known}
            known += layer
    return allowed


def sources():
    listed = subprocess.run(["git", "ls-files", "src/*pp", "jobs/*pp", "analysis/*pp"], cwd=REPOSITORY, check=True,
                            capture_output=True, text=True)
    return [pathlib.Path(line) for line in listed.stdout.splitlines()]


def folder_of(include, including):
    """The folder of an included file of ours; None for the files of others and those that the build makes."""
    for root in ("src", "."):
        if (REPOSITORY / root / include).is_file():
            return (pathlib.Path(root) / include).parent.as_posix()
    return including.parent.as_posix() if (REPOSITORY / including.parent / include).is_file() else None


def test_no_file_includes_what_lies_above_it():
    allowed = allowed_includes()
    wrong = []
    for file in sources():
        folder = file.parent.as_posix()
        assert folder in allowed, f"{folder} has no place in the order of layers: give it one in {__file__}"
        for include in re.findall(r'^#include "([^"]+)"', (REPOSITORY / file).read_text(encoding="utf-8"), re.M):
            target = folder_of(include, file)
            if target is not None and target not in allowed[folder]:
                wrong.append(f"{file} includes {include}")
    assert not wrong, "\n".join(wrong)


def test_an_include_upward_would_be_found():
    assert "src/training" not in allowed_includes()["src/models"]
    assert folder_of("training/trainer.hpp", pathlib.Path("src/models/mlp.cpp")) == "src/training"
    assert "src/models" not in allowed_includes()["analysis/report"]
