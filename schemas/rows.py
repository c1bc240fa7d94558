"""The rows of a table, each as the JSON Schema of one property."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from schemas.columns import TYPES, columns_of, spelt
from schemas.keywords import DEMANDS, KINDS, fits, value_of
from schemas.page import Grid, Line, Page
from schemas.prose import allowed_values, begins_fixed, default_value, fixed_value, limits
from schemas.types import ITEM, MEMBER, Meaning, Steps, inner_steps, meaning_of
from schemas.validate import problems
from schemas.values import NO_VALUE, says_nothing, value_in, values_in

REQUIRED = {
    True: ("Yes", "是", "Required", "必填", "必需", "true", "√", "✓", "✅"),
    False: ("No", "否", "-", "Optional", "可选", "选填", "非必填", "false", "×", "✗", "❌",
            "Conditionally required", "Conditional", "条件必填"),
}  # fmt: skip
IN_WORDS = re.compile(
    r"(required|mandatory|必填|必需)\s*([.。,，;；:：]|$)|.*[（(](required|必填|必需)[)）]", re.IGNORECASE
)

NAME = re.compile(r"[$@]?[^\W\d][\w-]*")
INDEX = re.compile(r"\[\d*\]|\[\*\]")
OPTIONAL = "?"
# `**kwargs` and `*args` stand for whatever else is passed.
REST = re.compile(r"(\*{1,2}|\.{3})\s*\w*")
NO_PARAMETERS = ("-", "–", "—", "--", "无", "None")
# What can be contradicted by the values that a row shows: those are written down, the rest is read between the lines.
GUESSED = ("enum", "format", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")


@dataclass(frozen=True)
class Row:
    """One property: where it lies, whether it is required there, its JSON Schema.

    `path` leads from the document to it, "[]" standing for every entry of a list and "{}" for every member of an
    object whose keys are free. `meaning` is that of its type.
    """

    line: int
    path: Steps
    required: bool
    schema: Mapping[str, Any]
    meaning: Meaning = field(compare=False, repr=False)

    @property
    def key(self) -> str:
        return dotted(self.path)

    def under(self, prefix: Steps) -> "Row":
        return replace(self, path=(*prefix, *self.path))


@dataclass(frozen=True)
class Remainder:
    """A row that is no property: "rest" (`**kwargs`), "none" (no parameters) or "left out" (see the remarks)."""

    line: int
    key: str
    state: str
    schema: Mapping[str, Any] = field(default_factory=dict)


Cells = Mapping[str, tuple[str, str]]  # column: the words, and the same with code in backticks


def dotted(path: Steps) -> str:
    """`dataList[].name`, `config.*.title`."""
    text = "".join(step if step == ITEM else f".{'*' if step == MEMBER else step}" for step in path)
    return text.removeprefix(".")


def read_rows(page: Page, grid: Grid) -> list[Row | Remainder]:
    """One entry for every row of the table, in its order."""
    columns = columns_of(page, grid.header)
    if not grid.rows:
        page.remark(grid.header.number, "no rows")
    found: list[Row | Remainder] = []
    rows: dict[Steps, Row] = {}
    for line in grid.rows:
        row = _row(page, line.number, _cells(page, columns, line), rows)
        if isinstance(row, Row) and (first := rows.setdefault(row.path, row)) is not row:
            row = repeated(page, row, first)
        found.append(row)
    return found


def repeated(page: Page, row: Row, first: Row) -> Remainder:
    page.remark(row.line, "repeated", key=row.key, first=first.line)
    return Remainder(row.line, row.key, "left out")


# --- the cells of a row ----------------------------------------------------------------------------------------------


def _cells(page: Page, columns: list[str | None], line: Line) -> Cells:
    pairs = list(zip(line.cells, line.marked, strict=True))
    if len(pairs) != len(columns):
        page.remark(line.number, "cells", columns=len(columns), width=len(pairs))
        pairs = _fitted(columns, pairs)
    return {column: pair for column, pair in zip(columns, pairs, strict=False) if column}


def _fitted(columns: list[str | None], pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The cells with the surplus ones joined where the others then make sense: mostly it is prose with a | in it."""
    surplus = len(pairs) - len(columns)
    order = sorted(range(len(columns)), key=lambda index: columns[index] != "description")
    for index in order if surplus > 0 else ():
        joined = tuple(" | ".join(texts) for texts in zip(*pairs[index : index + surplus + 1], strict=True))
        fitted = [*pairs[:index], (joined[0], joined[1]), *pairs[index + surplus + 1 :]]
        if all(_makes_sense(column, words) for column, (words, _) in zip(columns, fitted, strict=True)):
            return fitted
    return pairs


def _makes_sense(column: str | None, words: str) -> bool:
    if column == "required":
        return spelt(words, REQUIRED) is not None
    return column != "type" or not meaning_of(words).names


# --- a row -----------------------------------------------------------------------------------------------------------


def _row(page: Page, line: int, cells: Cells, rows: Mapping[Steps, Row]) -> Row | Remainder:
    key, _ = cells.get("key", ("", ""))
    if REST.fullmatch(key):
        return Remainder(line, key, "rest", _meaning(cells).schema if key.startswith("**") else {})
    if key in NO_PARAMETERS and says_nothing(cells.get("type", ("", ""))[0]):
        return Remainder(line, key, "none")
    path = _path(page, line, key.rstrip(OPTIONAL), rows)
    if path is None:
        return Remainder(line, key, "left out")
    meaning = _meaning(cells)
    schema = _schema(page, line, key, meaning, cells)
    required = not key.endswith(OPTIONAL) and _required(page, line, cells)
    return Row(line, path, required, schema, meaning)


def _path(page: Page, line: int, key: str, rows: Mapping[Steps, Row]) -> Steps | None:
    """`a.b` lies within the row `a`, or within its entries if that is a list."""
    path: Steps = ()
    for name in INDEX.sub("", key).split("."):
        if not NAME.fullmatch(name):
            page.remark(line, "key" if key else "no key", key=key)
            return None
        if path:
            steps = inner_steps(rows[path].schema) if path in rows else ()
            if steps is None:
                page.remark(line, "parent", key=key, parent=dotted(path), type=rows[path].schema.get("type", "?"))
                return None
            path = (*path, *steps)
        path = (*path, name)
    return path


def _meaning(cells: Cells) -> Meaning:
    """The first of the type columns that is understood, with the names that any of them has."""
    meanings = [meaning_of(cells[column][0]) for column in TYPES if column in cells]
    told = [meaning for meaning in meanings if meaning.schema or meaning.names] or [meaning_of("")]
    names = {name: steps for meaning in reversed(told) for name, steps in meaning.names.items()}
    best = next((meaning for meaning in told if not meaning.names), told[0])
    return Meaning(best.schema, names, known=not best.names)


def _required(page: Page, line: int, cells: Cells) -> bool:
    if "required" not in cells:
        return IN_WORDS.match(cells.get("description", ("", ""))[0]) is not None
    cell, _ = cells["required"]
    required = spelt(cell, REQUIRED)
    if required is None:
        page.remark(line, "required", cell=cell)
    return required or False


# --- the schema of a row ---------------------------------------------------------------------------------------------


def _schema(page: Page, line: int, key: str, meaning: Meaning, cells: Cells) -> Mapping[str, Any]:
    keywords = _keywords(page, line, cells)
    words = {"title": keywords.get("title"), "description": cells.get("description", ("", ""))[0]}
    stated = {keyword: text for keyword, text in words.items() if text}
    schema = {**meaning.schema, **stated, **_told(page, line, meaning, cells), **keywords}
    return _without_contradictions(page, line, key, schema)


def _keywords(page: Page, line: int, cells: Cells) -> dict[str, Any]:
    """The keyword columns of a row; an empty cell says nothing."""
    found = {keyword: value_of(keyword, words) for keyword, (words, _) in cells.items() if keyword in KINDS and words}
    for keyword, value in list(found.items()):
        if not fits(keyword, value):
            page.remark(line, "keyword", cell=cells[keyword][0], keyword=keyword, demand=DEMANDS[KINDS[keyword]])
            del found[keyword]
    return found


def _told(page: Page, line: int, meaning: Meaning, cells: Cells) -> dict[str, Any]:
    """What the description and the columns for defaults, examples and allowed values say."""
    kind = meaning.schema.get("type")
    (_, text), (_, listed) = cells.get("description", ("", "")), cells.get("allowed values", ("", ""))
    fixed = fixed_value(text, kind)
    if fixed is not NO_VALUE:
        return {"const": fixed}
    if begins_fixed(text):
        page.remark(line, "fixed value")
    allowed = meaning.schema.get("enum") or allowed_values(listed, kind) or allowed_values(text, kind)
    told = {"type": "string"} if allowed and meaning.is_listed and isinstance(allowed[0], str) else {}
    return {
        **told,
        **({"enum": allowed} if allowed else {}),
        **_default(page, line, kind, text, cells, allowed),
        **_examples(kind, cells),
        **limits(f"{text}; {listed}", kind),
    }


def _default(page: Page, line: int, kind: object, text: str, cells: Cells, allowed: list[Any]) -> dict[str, Any]:
    cell, marked = cells.get("default value", ("", ""))
    if says_nothing(cell):
        value = default_value(text, kind, allowed)
        return {} if value is NO_VALUE else {"default": value}
    value = value_in(marked, kind)
    if value is NO_VALUE:
        page.remark(line, "default", cell=cell)
    return {} if value is NO_VALUE else {"default": value}


def _examples(kind: object, cells: Cells) -> dict[str, Any]:
    """A cell such as `see below` is no example, and nothing is lost with it."""
    cell, marked = cells.get("example value", ("", ""))
    values = [] if says_nothing(cell) else values_in(marked, kind)
    return {"examples": values} if values else {}


def _without_contradictions(page: Page, line: int, key: str, schema: dict[str, Any]) -> Mapping[str, Any]:
    """The values that a row shows must be values that the row allows."""
    for keyword, value in list(_shown(schema)):
        if keyword in schema and (found := problems(schema, value)):
            rule = found[0].keyword
            page.remark(line, "contradiction", keyword=keyword, key=key, rule=rule)
            schema.pop(rule if rule in GUESSED and keyword != rule else keyword, None)
    return schema


def _shown(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from ((keyword, schema[keyword]) for keyword in ("const", "default") if keyword in schema)
    yield from ((keyword, value) for keyword in ("enum", "examples") for value in schema.get(keyword, []))
