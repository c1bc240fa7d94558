"""Whether a document surely has nothing wrong with it, told at a glance: what checking thousands of elements needs.

Knows the keywords that nearly every table uses, and is never wrong in saying yes. What it does not know, or doubts,
is for schemas.validate, which says what is wrong.
"""

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

from schemas.validate import Schema

Glance = Callable[[Any], bool]
Rule = Callable[[Any], Glance]

WORDS = frozenset(("$schema", "$id", "$comment", "title", "description", "examples", "default", "writeOnly", "x-i18n"))
OF_TEXTS: Mapping[str, Rule] = {
    "minLength": lambda least: lambda text: len(text) >= least,
    "maxLength": lambda most: lambda text: len(text) <= most,
    "const": lambda fixed: lambda text: bool(text == fixed),
    "enum": lambda values: lambda text: text in values,
}
OF_OBJECTS = frozenset(("type", "properties", "required"))


def glance(schema: Schema) -> Glance:
    """A function that is True only for documents of which schemas.validate.problems has nothing to say."""
    members = {name: _text(inner) for name, inner in schema.get("properties", {}).items()}
    known = schema.get("type") == "object" and schema.keys() <= OF_OBJECTS | WORDS
    if not known or None in members.values():
        return lambda document: False
    required = frozenset(schema.get("required", ()))
    looks = {name: look for name, look in members.items() if look}

    def fine(document: Any) -> bool:
        for name, value in document.items():
            look = looks.get(name)
            if look is None or not look(value):
                return False
        return required.issubset(document)

    return fine


def _text(schema: Any) -> Glance | None:
    """A look at a text, or None for a schema that is not simply one of texts."""
    if not isinstance(schema, dict) or schema.get("type") != "string":
        return None
    keywords = schema.keys() - WORDS - {"type"}
    if not keywords <= OF_TEXTS.keys():
        return None
    looks = (OF_TEXTS[keyword](schema[keyword]) for keyword in keywords)
    return reduce(_both, looks, lambda value: isinstance(value, str))


def _both(first: Glance, second: Glance) -> Glance:
    return lambda value: first(value) and second(value)
