"""Takes out of a text from outside what must not be shown: keys, numbers, template values."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

MOST = 300
SHORTEST = 3
HIDDEN = "***"
_STRING_TO_SIGN = re.compile(r"string to sign.*", re.IGNORECASE | re.DOTALL)
_IDENTIFIER = re.compile(r"[\w.-]{1,80}", re.ASCII)
_DIGITS = 7
_LONG_NUMBER = re.compile(rf"\d{{{_DIGITS},}}")


def masked(number: str) -> str:
    """A phone number as people are shown it: 138****8000; of a shorter one less, of a very short one nothing."""
    if len(number) < 8:
        return "****"
    return f"{number[:3]}****{number[-4:]}" if len(number) > 10 else f"{number[:2]}****{number[-2:]}"


def redact(text: str, private: Iterable[str]) -> str:
    """`text` without the `private` values, also as they look inside a URL or in JSON, without the string to sign
    that Alibaba echoes, with long digit runs masked, and cut to a readable length.

    Values of one or two characters stay: they tell nothing, and taking them out would garble the rest.
    """
    text = _STRING_TO_SIGN.sub(f"string to sign {HIDDEN}", text)
    text = _hiding(private).sub(lambda found: masked(found[0]) if found["number"] else HIDDEN, text)
    return text if len(text) <= MOST else f"{text[:MOST]}…"


def _hiding(private: Iterable[str]) -> re.Pattern[str]:
    """Long values first, so that no number inside one is masked and the rest of it left; short ones last, so that
    none tears a number apart."""
    values = sorted(set(_spellings(private)), key=len, reverse=True)
    long = [re.escape(value) for value in values if len(value) >= _DIGITS]
    short = [re.escape(value) for value in values if len(value) < _DIGITS]
    return re.compile("|".join([*long, rf"(?P<number>\d{{{_DIGITS},}})", *short]))


def identifier(text: str, private: Iterable[str] = ()) -> str:
    """`text` if it can be a code or a RequestId and tells no `private` value, else hidden."""
    can_be = _IDENTIFIER.fullmatch(text) and not _LONG_NUMBER.fullmatch(text)
    tells = any(value in text for value in _spellings(private))
    return text if can_be and not tells else HIDDEN


def _spellings(values: Iterable[str]) -> Iterator[str]:
    for value in values:
        for leaf in (value, *_leaves(_parsed(value))):
            if len(leaf.strip()) >= SHORTEST:
                once = quote(leaf, safe="-_.~")
                yield from (leaf, once, quote(once, safe="-_.~"))


def _leaves(document: Any) -> Iterator[str]:
    if isinstance(document, dict):
        document = list(document.values())
    if isinstance(document, list):
        for member in document:
            yield from _leaves(member)
    elif isinstance(document, str):
        yield document
        yield json.dumps(document)[1:-1]


def _parsed(value: str) -> Any:
    if not value.startswith(("{", "[")):
        return None
    try:
        return json.loads(value)
    except ValueError:
        return None
