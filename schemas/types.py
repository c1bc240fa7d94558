"""Type cells → JSON Schema: `string`, `JitList`, `Array<string>`, `X[][]`, `'a' | 'b'`, `Record<string, X>` …"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.values import value_in

# JSON type: how pages spell it, in any case.
TYPES = {
    "string": ("string", "str", "Stext", "Ltext", "Phone", "Datetime", "Date", "Time", "text", "字符串", "文本"),
    "array": ("array", "list", "JitList", "RowList", "tuple", "set", "数组", "列表"),
    "object": ("object", "dict", "JitDict", "RowData", "map", "dictionary", "对象", "字典"),
    "integer": ("integer", "int", "AutoInt", "long", "整数", "整型"),
    "number": ("number", "float", "Numeric", "Money", "Percent", "double", "Decimal", "数字", "数值", "浮点数"),
    "boolean": ("boolean", "bool", "JitBool", "布尔", "布尔值"),
    "null": ("null", "None"),
}
SPELT = {spelling.casefold(): kind for kind, spellings in TYPES.items() for spelling in spellings}
ANYTHING = ("any", "unknown", "任意", "任意类型")
NOTHING = ("", "-", "–", "—", "/", "void", "undefined")

# The type's values are listed elsewhere in the row.
LISTED = re.compile(r"\w*Enum|枚举")
GENERIC = re.compile(r"([A-Za-z]\w*)\s*[<\[](.+)[>\]]")
LISTS = ("array", "list", "jitlist", "set", "readonlyarray", "sequence")
MAPS = ("record", "map", "dict", "mapping", "jitdict", "object")
SAME = ("partial", "readonly", "required", "optional", "nonnullable")
LIST_IN_WORDS = re.compile(
    r"(?:array|list) of (?P<of>\w+?)s?|(?P<item>.+?)\s*(?:\barray|\blist|数组|列表)", re.IGNORECASE
)
JSON_SCALARS = {bool: "boolean", int: "integer", float: "number", str: "string"}
# Longer cells are prose, or brackets without end.
LONGEST = 200
OPENING, CLOSING = "<[({", ">])}"

Schema = dict[str, Any]
Steps = tuple[str, ...]
ITEM, MEMBER = "[]", "{}"  # into a list · into an object whose keys are free


@dataclass(frozen=True)
class Meaning:
    """What a type cell demands, and the type names that only the page can explain, with the steps that lead there."""

    schema: Mapping[str, Any]
    names: Mapping[str, Steps]
    known: bool = True

    @property
    def is_listed(self) -> bool:
        return any(LISTED.fullmatch(name) for name in self.names)


def meaning_of(cell: str) -> Meaning:
    """A name that is neither JSON's nor the platform's demands nothing, and is in `names`."""
    names: dict[str, Steps] = {}
    if len(cell) > LONGEST:
        return Meaning({}, {cell: ()}, known=False)
    return Meaning(_schema(cell, names, ()), names, not names)


def inner_steps(schema: Mapping[str, Any]) -> Steps | None:
    """The steps from a value to what has keys of its own: () for an object, None where nothing has."""
    match schema.get("type"):
        case "array":
            inner = None if "prefixItems" in schema else inner_steps(schema.get("items", {}))
            return None if inner is None else (ITEM, *inner)
        case "object":
            return (MEMBER,) if schema.get("additionalProperties") == {} else ()
        case None:
            return None if schema.keys() & {"const", "enum", "anyOf"} else ()
    return None


def _schema(text: str, names: dict[str, Steps], steps: Steps) -> Schema:
    text = text.strip().strip("`").strip()
    alternatives = [part for part in _split(text, "|/") if part.casefold() not in NOTHING]
    if len(alternatives) > 1:
        return _union([_schema(part, names, steps) for part in alternatives])
    return _single(alternatives[0], names, steps) if alternatives else {}


def _single(text: str, names: dict[str, Steps], steps: Steps) -> Schema:
    folded = text.casefold()
    if folded in SPELT:
        return {"type": SPELT[folded]}
    if folded in ANYTHING:
        return {}
    if (value := _literal(text)) is not None:
        return {"type": _kind_of(value), "const": value}
    if (composed := _composed(text, names, steps)) is not None:
        return composed
    names[text] = steps
    return {}


def _composed(text: str, names: dict[str, Steps], steps: Steps) -> Schema | None:
    if text.endswith("[]"):
        return _list_of(text[:-2], names, steps)
    if text.startswith("[") and text.endswith("]"):
        entries = [_schema(part, names, steps) for part in _split(text[1:-1], ",")]
        return {"type": "array", "prefixItems": entries, "minItems": len(entries), "maxItems": len(entries)}
    if text.startswith("(") and text.endswith(")"):
        return _schema(text[1:-1], names, steps)
    if found := GENERIC.fullmatch(text):
        return _generic(found[1].casefold(), _split(found[2], ","), names, steps)
    if found := LIST_IN_WORDS.fullmatch(text):
        return _list_of(found["of"] or found["item"], names, steps)
    return None


def _generic(name: str, arguments: list[str], names: dict[str, Steps], steps: Steps) -> Schema | None:
    if name in LISTS:
        return _list_of(arguments[0], names, steps)
    if name in MAPS:
        return {"type": "object", "additionalProperties": _schema(arguments[-1], names, (*steps, MEMBER))}
    return _schema(arguments[0], names, steps) if name in SAME else None


def _list_of(text: str, names: dict[str, Steps], steps: Steps) -> Schema:
    items = _schema(text, names, (*steps, ITEM))
    return {"type": "array", "items": items} if items else {"type": "array"}


def _union(alternatives: list[Schema]) -> Schema:
    """One type list or one enumeration where that says the same, else `anyOf`."""
    if {} in alternatives:
        return {}
    kinds = list(dict.fromkeys(alternative.get("type") for alternative in alternatives))
    kind = {"type": kinds[0] if len(kinds) == 1 else kinds}
    if all("const" in alternative for alternative in alternatives):
        return {**kind, "enum": [alternative["const"] for alternative in alternatives]}
    if all(alternative.keys() == {"type"} for alternative in alternatives):
        return kind
    return {"anyOf": alternatives}


def _split(text: str, separators: str) -> list[str]:
    """The parts of a text between separators that are in no brackets and no quotation marks."""
    parts, depth, quote = [""], 0, ""
    for character in text:
        depth += (character in OPENING) - (character in CLOSING)
        if character in "\"'`":
            quote = "" if quote == character else quote or character
        if character in separators and depth <= 0 and not quote:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def _literal(text: str) -> Any:
    value = value_in(text)
    return value if isinstance(value, tuple(JSON_SCALARS)) else None


def _kind_of(value: Any) -> str:
    return next(kind for known, kind in JSON_SCALARS.items() if isinstance(value, known))
