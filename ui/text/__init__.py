"""Every word a person reads: one table per screen in this folder, English and Chinese side by side."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from schemas.sentences import Language

LANGUAGES = ("en", "zh")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#|~:$])")


class Count(int):
    """A number that picks its noun: `{n:message|messages}` reads "message" for 1, else "messages"."""

    def __format__(self, spec: str) -> str:
        if "|" not in spec:
            return super().__format__(spec)
        one, many = spec.split("|")
        return one if self == 1 else many


@cache
def tables() -> dict[str, dict[str, dict[str, str]]]:
    """`tables()["designer"]["save"]["en"]`: screen, key, language."""
    files = sorted(Path(__file__).parent.glob("*.toml"))
    return {file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in files}


def say(key: str, **facts: Any) -> str:
    """The text `key` ("designer.save") in the reader's language, for a Markdown place.

    Facts that are text are escaped, so that what a person typed is shown as typed.
    """
    return plain(key, **{name: literal(fact) if isinstance(fact, str) else fact for name, fact in facts.items()})


def plain(key: str, **facts: Any) -> str:
    """The text `key` in the reader's language, for a place that is not Markdown."""
    return in_language(key, language(), **facts)


def in_language(key: str, language: str, **facts: Any) -> str:
    """The text `key` in "en" or "zh", its facts filled in."""
    screen, name = key.split(".")
    counted = {name: Count(fact) if isinstance(fact, int) else fact for name, fact in facts.items()}
    return tables()[screen][name][language].format_map(counted)


def language() -> Language:
    """The reader's language: the switch, else the address's `?lang=`, else the browser's."""
    chosen = st.session_state.get("lang") or st.query_params.get("lang") or st.context.locale or ""
    return "zh" if chosen.lower().startswith("zh") else "en"


def literal(text: str) -> str:
    """`text` so that Markdown shows it as it is, on one line."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.splitlines()))
