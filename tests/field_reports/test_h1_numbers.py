"""H1: 1e-4 is read as text, and fails late or compares as text."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import yaml

from programs import GAUSSIANS, merged

TINY = merged(GAUSSIANS, {"training": {"budget": {"epochs": 1}}})


def text_with(key, spelling):
    """The configuration with this value of training.KEY as it is spelled here, and the line it stands on."""
    text = yaml.safe_dump(merged(TINY, {"training": {key: "SPELLING"}}), sort_keys=False)
    line = text[:text.index("SPELLING")].count("\n") + 1
    return text.replace("SPELLING", spelling), line


def refusals(study, cases):
    """(line, standard error) of `--list` for each (key, spelling); two at a time."""
    studies = []
    for number, (key, spelling) in enumerate(cases):
        text, line = text_with(key, spelling)
        studies.append((study(text, name=f"case_{number}"), line))
    with ThreadPoolExecutor(2) as pool:
        runs = pool.map(lambda pair: pair[0].train("--list", ranks=None, expect=2), studies)
        return [(f"{small.file}:{line}: ", done.stderr) for (small, line), done in zip(studies, runs)]


def test_spellings_of_one_number_are_one_double(study, tmp_path):
    for number, spelling in enumerate(["1e-4", "1E-4", "1.e-4", "1.0e-04", ".0001", "+0.0001", "'1e-4'"]):
        text, _ = text_with("learning_rate", spelling)
        small = study(text)
        small.train(ranks=None, output=tmp_path / f"in_file_{number}")
        result = small.result(tmp_path / f"in_file_{number}")
        assert result.attributes["learning_rate"] == 0.0001
        assert set(result["steps/learning_rate"]) == {0.0001}
        assert result.configuration()["training"]["learning_rate"] == 0.0001  # a number to other readers of YAML, too


def test_spellings_on_the_command_line_name_the_same_file(study):
    small = study(TINY)
    names = set()
    for spelling in ("[1e-4]", "[1.E-04]", "[.0001]"):
        done = small.train("--list", "--set", f"training.learning_rate={spelling}", ranks=None)
        names.add(done.stdout)
    assert len(names) == 1
    assert "learning_rate-0.0001.h5" in names.pop()


def test_what_is_no_rate_is_refused_with_file_line_and_key(study):
    spellings = ["abc", "1e-4x", "", '""', ".nan", ".inf", "-1", "-1e-4", "0", "0x10", "1e999", "1e", "1_000", "{a: 1}",
                 "1e-4 1e-3", "true"]
    for spelling, (where, stderr) in zip(spellings, refusals(study, [("learning_rate", s) for s in spellings])):
        assert stderr.startswith(f"error: {where}training.learning_rate: "), (spelling, stderr)


def test_whole_numbers_are_never_truncated(study):
    spellings = ["64.5", "6.45e0", "1e-1", "64.0000001", "1e30", "9223372036854775808", "0", "-64", ".nan", "64x"]
    for spelling, (where, stderr) in zip(spellings, refusals(study, [("batch_size", s) for s in spellings])):
        assert stderr.startswith(f"error: {where}training.batch_size: "), (spelling, stderr)


@pytest.mark.parametrize("spelling", ["1e2", "100.0", "+100", "'100'", "1.0E+2"])
def test_whole_numbers_may_have_an_exponent(study, spelling):
    text, _ = text_with("batch_size", spelling)
    assert "batch_size-100_seed-1.h5" in study(text).train("--list", ranks=None).stdout
