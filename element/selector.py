"""The platform's selectors: which elements of {full name: e.json} a text such as ".SMS.Aliyun:#title=Codes" chooses.

| selector             | chooses                                                 |
|----------------------|---------------------------------------------------------|
| `SMS.Codes`          | that element                                            |
| `.SMS.Aliyun`        | the elements of that Type                               |
| `#title=Codes`       | those with that value in e.json; also `!=`, `<` and `>` |
| `*SMS.Codes`         | its Type, that one's Type …                             |
| `SMS.Aliyun*`        | the elements of that Type, their own elements …         |
| `a:b`                | those of `a` that `b` chooses too                       |
| `a,b`                | those of `a`, then those of `b`                         |
"""

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from element.errors import ElementError
from element.types import FULL_NAME

Defines = Mapping[str, Mapping[str, Any]]
Comparison = Callable[[Any, Any], bool]

ATTRIBUTE = re.compile(r"#(\w+)\s*(!=|=|<|>)\s*(.*)")
COMPARED: Mapping[str, Comparison] = {"=": operator.eq, "!=": operator.ne, "<": operator.lt, ">": operator.gt}


def selected(selector: str, defines: Defines) -> list[str]:
    """The full names that `selector` chooses. Raises ElementError for what is no selector."""
    parts = [[_chosen(each.strip(), defines) for each in part.split(":")] for part in selector.split(",")]
    names = [name for first, *others in parts for name in first if all(name in other for other in others)]
    return list(dict.fromkeys(names))


def _chosen(text: str, defines: Defines) -> list[str]:
    if match := ATTRIBUTE.fullmatch(text):
        name, sign, value = match.groups()
        return [each for each, define in defines.items() if _compares(define.get(name), COMPARED[sign], value)]
    full_name = text.strip(".*")
    if not FULL_NAME.fullmatch(full_name):
        raise ElementError("bad_selector", {"selector": text})
    forms: Mapping[str, Callable[[], list[str]]] = {
        full_name: lambda: [full_name] if full_name in defines else [],
        f".{full_name}": lambda: [each for each, define in defines.items() if define.get("type") == full_name],
        f"*{full_name}": lambda: _above(full_name, defines),
        f"{full_name}*": lambda: [each for each in defines if full_name in _above(each, defines)],
    }
    if text not in forms:
        raise ElementError("bad_selector", {"selector": text})
    return forms[text]()


def _above(full_name: str, defines: Defines) -> list[str]:
    """The Type of an element, that one's Type …, each once, so that a circle ends."""
    found: list[str] = []
    name = _type(defines, full_name)
    while name in defines and name not in found:
        found.append(name)
        name = _type(defines, name)
    return found


def _type(defines: Defines, full_name: str) -> str:
    return str(defines.get(full_name, {}).get("type"))


def _compares(present: Any, compare: Comparison, wanted: str) -> bool:
    if present is None:
        return compare is operator.ne
    try:
        return compare(float(present), float(wanted))
    except (TypeError, ValueError):
        return compare(str(present), wanted)
