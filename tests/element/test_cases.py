"""tests/elements: every folder under good/ has no problem; one under bad/ has those of its expected.json."""

import json

import pytest

from element import App
from tests.conftest import CASES, copy_case

GOOD = sorted((CASES / "good").iterdir())
BAD = sorted((CASES / "bad").iterdir())


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.name)
def test_a_good_element_has_no_problem(case, tmp_path):
    name = copy_case(case, tmp_path)
    assert [problem for problem in App(tmp_path).check(name) if not problem.note] == []


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.name)
def test_a_bad_element_says_what_is_wrong_in_both_languages(case, tmp_path):
    name = copy_case(case, tmp_path)
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    found = [
        {
            "file": problem.file,
            "path": problem.path,
            "rule": problem.rule,
            "en": problem.sentence("en"),
            "zh": problem.sentence("zh"),
        }
        for problem in App(tmp_path).check(name)
    ]
    assert found == expected
