"""Every word a person reads exists in both languages, is used, and lives in ui/text."""

import ast
import re
import string
from pathlib import Path

import pytest

from tests.ui.browser import ROOT
from ui.text import LANGUAGES, Count, in_language, literal, tables

ENTRIES = {f"{screen}.{key}": entry for screen, table in tables().items() for key, entry in table.items()}
MODULES = [*(ROOT / "ui").rglob("*.py"), ROOT / "streamlit_app.py"]
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in MODULES)
A_KEY = re.compile(rf"""["']((?:{"|".join(tables())})\.[\w{{}}.]+)["']""")
ASKED = {re.sub(r"\{[^}]*\}", r"\\w+", key) for key in A_KEY.findall(SOURCE)}  # f"mode.{mode}" stands for any
A_SENTENCE = re.compile(r"^[^<]*[A-Za-z]{2,} [a-z]{2,}|[\u4e00-\u9fff]")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", ENTRIES)
def test_both_languages_say_it_with_the_same_facts(key):
    entry = ENTRIES[key]
    assert set(entry) == set(LANGUAGES)
    assert all(text.strip() for text in entry.values())
    assert placeholders(entry["en"]) == placeholders(entry["zh"])


@pytest.mark.parametrize("key", [key for key in ENTRIES if not key.startswith("sample.")])
def test_every_text_is_used(key):
    assert any(re.fullmatch(pattern, key) for pattern in ASKED)


def test_every_text_that_is_asked_for_is_there():
    assert {pattern for pattern in ASKED if "\\" not in pattern} <= ENTRIES.keys()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_no_word_for_people_stands_in_the_code(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node)
    }
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings
    ]
    assert [text for text in texts if A_SENTENCE.search(text)] == []


@pytest.mark.parametrize("entry", tables()["sample"].values(), ids=tables()["sample"])
def test_a_sample_is_a_value_that_alibaba_takes(entry):
    assert all(1 <= len(value) <= 35 for value in entry.values())


def test_a_count_picks_its_noun():
    assert [f"{Count(n):,d} {Count(n):message|messages}" for n in (0, 1, 1200)] == [
        "0 messages",
        "1 message",
        "1,200 messages",
    ]
    assert in_language("send.simulate", "en", count=1) == "Send 1 simulated message"
    assert in_language("send.simulate", "zh", count=2) == "模拟发送 2 条短信"


def test_a_literal_shows_what_was_typed():
    assert literal("*a* [b](c)\n:red[d] $5$ `e`") == "\\*a\\* \\[b\\]\\(c\\) \\:red\\[d\\] \\$5\\$ \\`e\\`"
