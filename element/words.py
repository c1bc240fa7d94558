"""The element's words in English and Chinese, kept as tables in words.toml and bulk/words.toml."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

Language = Literal["en", "zh"]


TABLES = ("words.toml", "bulk/words.toml")


@cache
def _table() -> dict[str, Any]:
    """All tables as one: a group of sentences, such as [cli.…], may have its rows in several of them."""
    merged: dict[str, Any] = {}
    for name in TABLES:
        for group, rows in tomllib.loads((Path(__file__).parent / name).read_text(encoding="utf-8")).items():
            merged.setdefault(group, {}).update(rows)
    return merged


@dataclass(frozen=True)
class Sentence:
    """A sentence of the tables with its facts, to be said in either language later."""

    kind: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, language: Language) -> str:
        return say(self.kind, language, self.facts)


def say(kind: str, language: Language, facts: Mapping[str, object] | None = None) -> str:
    """The sentence `kind` ("missing", "cause.dns" …) in "en" or "zh", with its {names} filled from `facts`."""
    entry: Any = _table()
    for part in kind.split("."):
        entry = entry[part]
    text: str = entry[language]
    return text.format_map({name: _spoken(fact, language) for name, fact in (facts or {}).items()})


def _spoken(fact: object, language: Language) -> object:
    """A fact that is a sentence itself is said in the same language."""
    sentence = getattr(fact, "sentence", None)
    return sentence(language) if callable(sentence) else fact


def preferred_language() -> Language:
    """The language of the terminal: "zh" where the locale says so, else "en"."""
    variables = ("LC_ALL", "LC_MESSAGES", "LANG")
    chosen = next((value for name in variables if (value := os.environ.get(name))), "")
    return "zh" if chosen.lower().startswith("zh") else "en"
