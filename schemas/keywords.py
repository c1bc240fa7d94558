"""The JSON Schema keywords that a table column may be named by, and what their cells may hold."""

import re
from collections.abc import Callable
from typing import Any

from jsonschema import Draft202012Validator, SchemaError

from schemas.sentences import Language
from schemas.values import load_json

# What a keyword's value must be.
TEXT, FLAG, COUNT, NUMBER, STEP, REGEX, LIST, SCHEMA, SCHEMAS, SCHEMA_MAP, ANY = range(11)

DEMANDS: dict[int, dict[Language, str]] = {
    TEXT: {"en": "text", "zh": "文本"},
    FLAG: {"en": "true or false", "zh": "true 或 false"},
    COUNT: {"en": "a whole number, 0 or more", "zh": "不小于 0 的整数"},
    NUMBER: {"en": "a number", "zh": "数字"},
    STEP: {"en": "a number above 0", "zh": "大于 0 的数字"},
    REGEX: {"en": "a regular expression", "zh": "正则表达式"},
    LIST: {"en": 'a JSON list, such as ["a", "b"]', "zh": 'JSON 列表，例如 ["a", "b"]'},
    SCHEMA: {"en": 'a JSON Schema, such as {"type": "string"}', "zh": 'JSON Schema，例如 {"type": "string"}'},
    SCHEMAS: {
        "en": 'a JSON list of JSON Schemas, such as [{"type": "string"}]',
        "zh": '由 JSON Schema 组成的 JSON 列表，例如 [{"type": "string"}]',
    },
    SCHEMA_MAP: {
        "en": 'a JSON object of JSON Schemas, such as {"name": {"type": "string"}}',
        "zh": '由 JSON Schema 组成的 JSON 对象，例如 {"name": {"type": "string"}}',
    },
    ANY: {"en": "any JSON value", "zh": "任意 JSON 值"},
}

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
        value = load_json(cell)
    except (ValueError, RecursionError):
        return cell
    return cell if KINDS[keyword] in (TEXT, REGEX) and not isinstance(value, str) else value


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
    """A cell's schema stands alone: a reference in it would lead nowhere, or to another machine."""
    if _refers(value):
        return False
    try:
        Draft202012Validator.check_schema(value)
    except (SchemaError, RecursionError):
        return False
    return True


def _refers(value: Any) -> bool:
    if isinstance(value, dict):
        return "$ref" in value or "$dynamicRef" in value or any(map(_refers, value.values()))
    return isinstance(value, list) and any(map(_refers, value))


_FITS: dict[int, Callable[[Any], bool]] = {
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
