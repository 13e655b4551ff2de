"""Every component that a header declares is on the list of its folder: a forgotten line would be a component that no
study can name."""

import pathlib
import re

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
# By folder: the list, and what a header declares for it.
LISTS = {
    "src/data": ("datasets.cpp", r"\[\[nodiscard\]\] DatasetKind (\w+)\(\);", "{}()"),
    "src/models": ("models.cpp", r"\[\[nodiscard\]\] NetworkKind (\w+)\(\);", "{}()"),
    "src/optimizers": ("optimizers.cpp", r"\[\[nodiscard\]\] OptimizerKind (\w+)\(\);", "{}()"),
    "src/measures": ("measures.cpp", r"\[\[nodiscard\]\] MeasureKind (\w+)\(\);", "{}()"),
}


@pytest.mark.parametrize("folder", LISTS)
def test_every_component_is_on_the_list_of_its_folder_once(folder):
    name, declaration, line = LISTS[folder]
    lines = [text.split("//")[0].strip().rstrip(",") for text in
             (REPOSITORY / folder / name).read_text(encoding="utf-8").splitlines()]
    declared = [component for header in sorted((REPOSITORY / folder).glob("*.hpp"))
                for component in re.findall(declaration, header.read_text(encoding="utf-8"))]
    assert len(declared) >= 2
    for component in declared:
        assert lines.count(line.format(component)) == 1, f"{component} belongs once into {folder}/{name}"
