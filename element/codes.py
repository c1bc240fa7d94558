"""What Alibaba's result codes mean and what to do about them: the rows of codes.toml, read when first needed."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

Layer = Literal["gateway", "business", "delivery", "management"]
Resend = Literal["yes", "window", "no", "check"]
Row = Mapping[str, Any]

TABLE = Path(__file__).with_name("codes.toml")
LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Advice:
    """One result code: who gives it, what it means, what to do, and whether the message may be sent again.

    `meaning` and `fix` hold a text for each language ("en", "zh"); a fix has one step a line.
    `resend` is "yes" (not accepted, or dropped), "window" (surely not sent, later), "no" (never unchanged) or
    "check" (it may have gone out: the delivery record tells).
    """

    code: str
    layer: Layer
    resend: Resend
    meaning: Mapping[str, str]
    fix: Mapping[str, str]


def advice(code: str) -> Advice | None:
    """The advice for a result code or its family (Missing…, Invalid…), None for a code nobody has listed."""
    return codes().get(code) or _of_family(code)


@cache
def codes() -> Mapping[str, Advice]:
    """Every listed code with its advice, in the order of the table."""
    return {code: row for code, row in _table().items() if not code.endswith("*")}


@cache
def _table() -> Mapping[str, Advice]:
    layers: Any = tomllib.loads(TABLE.read_text("utf-8"))
    rows = {code: row for layer in layers.values() for code, row in layer.items()}
    return {
        code: _advice(code, layer, rows[row.get("same_as", code)])
        for layer, listed in layers.items()
        for code, row in listed.items()
    }


def _advice(code: str, layer: Layer, row: Row) -> Advice:
    return Advice(
        code,
        layer,
        row["resend"],
        meaning={language: row[language][0] for language in LANGUAGES},
        fix={language: "\n".join(row[language][1:]) for language in LANGUAGES},
    )


def _of_family(code: str) -> Advice | None:
    for pattern, family in _table().items():
        if pattern.endswith("*") and (match := re.fullmatch(rf"{re.escape(pattern[:-1])}(\w+)[\w.]*", code)):
            return replace(
                family,
                code=code,
                meaning=_naming(match[1], family.meaning),
                fix=_naming(match[1], family.fix),
            )
    return None


def _naming(param: str, texts: Mapping[str, str]) -> dict[str, str]:
    return {language: text.replace("{param}", param) for language, text in texts.items()}
