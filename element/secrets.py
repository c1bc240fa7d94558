"""Where the secrets of a document are: the texts and numbers whose schema says `writeOnly`, at any depth."""

import re
from collections.abc import Iterator
from typing import Any

from element.settings import REFERENCE
from schemas.validate import Schema

_ONLY_REFERENCES = re.compile(rf"\s*(?:{REFERENCE.pattern}\s*)*")


def secrets(document: Any, schema: Schema) -> Iterator[tuple[str, str]]:
    """(property, text) for every secret that stands there itself; one that refers to the environment does not."""
    if isinstance(document, list):
        for member in document:
            yield from secrets(member, _inner(schema, "items"))
    elif isinstance(document, dict):
        for name in _inner(schema, "properties"):
            if name in document:
                yield from _secrets_of(name, document[name], _inner(schema["properties"], name))


def without_secrets(document: Any, schema: Schema) -> Any:
    """The document with every property left out that holds such a secret.

    Beside secrets, what the schema does not know goes too: it may be one under another name.
    """
    if isinstance(document, list):
        return [without_secrets(member, _inner(schema, "items")) for member in document]
    if not isinstance(document, dict):
        return document
    properties = _inner(schema, "properties")
    private = any(_inner(properties, name).get("writeOnly") for name in properties)
    known = {name: _inner(properties, name) for name in document}
    return {
        name: without_secrets(value, known[name])
        for name, value in document.items()
        if not (known[name].get("writeOnly") and any(_secrets_of(name, value, known[name])))
        and not (private and name not in properties)
    }


def _inner(schema: Schema, name: str) -> Schema:
    """What a schema holds under a keyword; JSON Schema lets `true` stand for one that asks nothing."""
    inner = schema.get(name)
    return inner if isinstance(inner, dict) else {}


def _secrets_of(name: str, value: Any, schema: Schema) -> Iterator[tuple[str, str]]:
    if schema.get("writeOnly"):
        yield from ((name, text) for text in _texts(value) if not _ONLY_REFERENCES.fullmatch(text))
    elif isinstance(value, list | dict):
        yield from secrets(value, schema)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, list | dict):
        for member in value.values() if isinstance(value, dict) else value:
            yield from _texts(member)
