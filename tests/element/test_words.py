"""The tables of words: both languages everywhere, the same facts in both, and no sentence twice."""

import string
import tomllib
from itertools import combinations
from pathlib import Path

import pytest

from element import words

FOLDER = Path(words.__file__).parent


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
