"""Takes out of a text from outside what must not be shown: keys, numbers, template values."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

MOST = 300
SHORTEST = 3
HIDDEN = "***"
_STRING_TO_SIGN = re.compile(r"string to sign.*", re.IGNORECASE | re.DOTALL)
_IDENTIFIER = re.compile(r"[\w.-]{1,80}", re.ASCII)
_LONG_NUMBER = re.compile(r"\d{7,}")


def masked(number: str) -> str:
    """A phone number as people are shown it: 138****8000."""
    return f"{number[:3]}****{number[-4:]}" if len(number) > 7 else "****"


def redact(text: str, private: Mapping[str, str]) -> str:
    """`text` without the values of `private`, also as they look inside a URL or in JSON, without the string to
    sign that Alibaba echoes, with long digit runs masked, and cut to a readable length.

    Values of one or two characters stay: they tell nothing, and taking them out would garble the rest.
    """
    text = _STRING_TO_SIGN.sub(f"string to sign {HIDDEN}", text)
    text = _LONG_NUMBER.sub(lambda run: masked(run[0]), text)
    for value in sorted(set(_spellings(private.values())), key=len, reverse=True):
        text = text.replace(value, HIDDEN)
    return text if len(text) <= MOST else f"{text[:MOST]}…"


def identifier(text: str, private: Mapping[str, str] = MappingProxyType({})) -> str:
    """`text` if it can be a code or a RequestId and tells no value of `private`, else hidden."""
    can_be = _IDENTIFIER.fullmatch(text) and not _LONG_NUMBER.fullmatch(text)
    tells = any(value in text for value in _spellings(private.values()))
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
