"""The JSON Schema keywords that a table column may be named by, and what their cells may hold."""

import json
import re
from collections.abc import Callable
from typing import Any

from jsonschema import Draft202012Validator, SchemaError

# What a keyword's value must be, in the words of an error message.
TEXT = "text"
FLAG = "true or false"
COUNT = "a whole number, 0 or more"
NUMBER = "a number"
STEP = "a number above 0"
REGEX = "a regular expression"
LIST = 'a JSON list, such as ["a", "b"]'
SCHEMA = 'a JSON Schema, such as {"type": "string"}'
SCHEMAS = 'a JSON list of JSON Schemas, such as [{"type": "string"}]'
SCHEMA_MAP = 'a JSON object of JSON Schemas, such as {"name": {"type": "string"}}'
ANY = "any JSON value"

KINDS = {
    "title": TEXT,
    "format": TEXT,
    "contentEncoding": TEXT,
    "contentMediaType": TEXT,
    "$comment": TEXT,
    "pattern": REGEX,
    "default": ANY,
    "const": ANY,
    "enum": LIST,
    "examples": LIST,
    "writeOnly": FLAG,
    "readOnly": FLAG,
    "deprecated": FLAG,
    "uniqueItems": FLAG,
    "minLength": COUNT,
    "maxLength": COUNT,
    "minItems": COUNT,
    "maxItems": COUNT,
    "minContains": COUNT,
    "maxContains": COUNT,
    "minProperties": COUNT,
    "maxProperties": COUNT,
    "minimum": NUMBER,
    "maximum": NUMBER,
    "exclusiveMinimum": NUMBER,
    "exclusiveMaximum": NUMBER,
    "multipleOf": STEP,
    "items": SCHEMA,
    "contains": SCHEMA,
    "additionalProperties": SCHEMA,
    "propertyNames": SCHEMA,
    "not": SCHEMA,
    "prefixItems": SCHEMAS,
    "allOf": SCHEMAS,
    "anyOf": SCHEMAS,
    "oneOf": SCHEMAS,
    "properties": SCHEMA_MAP,
    "patternProperties": SCHEMA_MAP,
}


def value_of(keyword: str, cell: str) -> Any:
    """A cell as the keyword's value: JSON where it parses, else text. Text keywords keep `2024` as text."""
    try:
        value = json.loads(cell, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return cell
    return cell if KINDS[keyword] in (TEXT, REGEX) and not isinstance(value, str) else value


def _refuse(constant: str) -> None:
    """Python's JSON knows NaN and Infinity, JSON does not."""
    raise ValueError(constant)


def fits(keyword: str, value: Any) -> bool:
    return _FITS[KINDS[keyword]](value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_regex(value: Any) -> bool:
    try:
        re.compile(value)
    except (re.error, TypeError):
        return False
    return True


def _is_schema(value: Any) -> bool:
    try:
        Draft202012Validator.check_schema(value)
    except SchemaError:
        return False
    return True


_FITS: dict[str, Callable[[Any], bool]] = {
    TEXT: lambda value: isinstance(value, str),
    FLAG: lambda value: isinstance(value, bool),
    COUNT: lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 0,
    NUMBER: _is_number,
    STEP: lambda value: _is_number(value) and value > 0,
    REGEX: _is_regex,
    LIST: lambda value: isinstance(value, list),
    SCHEMA: _is_schema,
    SCHEMAS: lambda value: isinstance(value, list) and value != [] and all(map(_is_schema, value)),
    SCHEMA_MAP: lambda value: isinstance(value, dict) and all(map(_is_schema, value.values())),
    ANY: lambda value: True,
}
