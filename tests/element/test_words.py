"""The tables of words: every sentence that the code speaks, in both languages, with the same facts, and none twice."""

import re
import string
import tomllib
from itertools import combinations
from pathlib import Path

import pytest

from element import words

FOLDER = Path(words.__file__).parent
RAISED = re.compile(r'(?:Error|MissingParameter|Sentence)\(\s*"([\w.]+)"|kind="(\w+)"')
SAID = re.compile(r'say\(\s*"([\w.]+)"')


def sentences(table, path=()):
    for name, entry in table.items():
        if isinstance(entry, dict) and "en" not in entry:
            yield from sentences(entry, (*path, name))
        else:
            yield ".".join((*path, name)), entry


TABLES = {name: dict(sentences(tomllib.loads((FOLDER / name).read_text(encoding="utf-8")))) for name in words.TABLES}
ALL = {kind: entry for table in TABLES.values() for kind, entry in table.items()}


def facts(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("kind", ALL)
def test_a_sentence_is_in_both_languages_with_the_same_facts(kind):
    entry = ALL[kind]
    assert set(entry) == {"en", "zh"}
    assert facts(entry["en"]) == facts(entry["zh"])


@pytest.mark.parametrize("kind", ALL)
def test_it_can_be_said(kind):
    given = dict.fromkeys(facts(ALL[kind]["en"]), "x")
    assert words.say(kind, "en", given)
    assert words.say(kind, "zh", given)


def test_no_sentence_stands_in_two_tables():
    assert all(not set(one) & set(other) for one, other in combinations(TABLES.values(), 2))


def test_every_sentence_that_the_code_speaks_is_there():
    files = (*FOLDER.glob("*.py"), *(FOLDER / "bulk").glob("*.py"))
    code = "".join(path.read_text(encoding="utf-8") for path in files)
    spoken = {name for pair in RAISED.findall(code) for name in pair if name} | set(SAID.findall(code))
    assert spoken
    assert spoken - ALL.keys() == set()
