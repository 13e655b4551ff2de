"""Fixtures for tests that start the installed programs as a user does."""

import pytest

from programs import Study


@pytest.fixture
def study(tmp_path):
    """Makes a small study in a folder of its own; see programs.Study."""

    made = []

    def make(configuration, name="small"):
        made.append(Study(tmp_path, configuration, name))
        return made[-1]

    yield make
    for each in made:
        each.end_jobs()
