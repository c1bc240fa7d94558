"""Values as cells and sentences write them: `"text"`, `'exact'`, 0.5, true, False, `[]`, `{type: "auto"}`."""

import json
import math
import re
from typing import Any, Final

NO_VALUE: Final = object()
SAYS_NOTHING = ("", "-", "–", "—", "无", "none", "null", "nil", "n/a", "undefined", "空", "无默认值")
# Words that look like a value but describe one.
DESCRIBES = ("auto-generated", "generated", "automatic", "dynamic", "empty", "varies", "自动生成", "see")

QUOTED = re.compile(r"""(["'])(?P<plain>(?:(?!\1).)*)\1|“(?P<full>.*)”|‘(?P<single>.*)’|「(?P<corner>.*)」""")
WORD = re.compile(r"[A-Za-z0-9_./:#%@+-]+")
SEPARATOR = re.compile(r"[,，、;；]")
BARE_KEY = re.compile(r"([{,]\s*)([A-Za-z_]\w*)(\s*:)")
PYTHON = {"True": True, "False": False}


def says_nothing(cell: str) -> bool:
    return cell.strip("` ").casefold() in SAYS_NOTHING


def value_in(cell: str, kind: object = None) -> Any:
    """The value that a whole cell or phrase stands for, read as the JSON type `kind`; NO_VALUE when it is words."""
    text = cell.strip()
    code = text.strip("`").strip()
    quoted = unquoted(code)
    if quoted is not None and kind in ("string", None):
        return quoted
    if kind == "string":
        return code if code != text or _is_word(text) else NO_VALUE
    value = _json(code if quoted is None else quoted)
    return code if value is NO_VALUE and kind is None and code != text else value


def values_in(cell: str, kind: object = None) -> list[Any]:
    """The one value that a cell stands for, or each of a list such as `"auto", "manual"`; empty when it is words."""
    for parts in ([cell], SEPARATOR.split(cell)):
        values = [value_in(part, kind) for part in parts]
        if NO_VALUE not in values:
            return values
    return []


def _is_word(text: str) -> bool:
    return WORD.fullmatch(text) is not None and text.casefold() not in DESCRIBES


def unquoted(text: str) -> str | None:
    """What stands between one pair of quotation marks; None without them."""
    found = QUOTED.fullmatch(text)
    return next((part for part in found.groupdict().values() if part is not None), None) if found else None


def _json(text: str) -> Any:
    text = text.strip()
    if text in PYTHON:
        return PYTHON[text]
    for spelling in (text, BARE_KEY.sub(r'\1"\2"\3', text)):
        try:
            return load_json(spelling)
        except (ValueError, RecursionError):
            continue
    return NO_VALUE


def load_json(text: str) -> Any:
    """Python's JSON knows NaN and Infinity, JSON does not. ValueError, RecursionError: this is not JSON."""
    return json.loads(text, parse_constant=_finite, parse_float=_finite)


def _finite(number: str) -> float:
    if math.isfinite(value := float(number)):
        return value
    raise ValueError(number)
