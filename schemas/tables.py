"""A reference page (Markdown) → its configuration tables, every row as the JSON Schema of one property.

A table belongs to what its heading names: a file (`e.json`), the business configuration, or a method's parameters.
Other tables of a page are left alone. What cannot be read is a `TableError`; nothing is skipped in silence.
"""

import difflib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from schemas.keywords import KINDS, fits, value_of
from schemas.page import FILE_NAME, Grid, Headings, Line, Page, TableError, read_page
from schemas.validate import problems

__all__ = ["Row", "Table", "TableError", "read_tables"]

COLUMNS = {
    "key": ("Configuration Item", "Configuration", "Parameter Name", "Parameter", "Property Name", "Property",
            "Field Name", "Field", "配置项", "参数名", "参数", "属性名", "属性", "字段名", "字段"),
    "type": ("Type", "类型"),
    "native type": ("Corresponding Native Type", "Native Type", "对应原生类型", "原生类型"),
    "required": ("Required", "必填", "必需"),
    "description": ("Description", "说明", "描述"),
}  # fmt: skip
NEEDED = ("key", "type", "required", "description")

TYPES = {
    "string": ("string", "str", "Stext", "字符串"),
    "array": ("array", "list", "JitList", "数组"),
    "object": ("object", "dict", "JitDict", "对象"),
    "integer": ("integer", "int", "整数"),
    "number": ("number", "float", "Numeric", "数字"),
    "boolean": ("boolean", "bool", "JitBool", "布尔"),
}
REQUIRED = {True: ("Yes", "是"), False: ("No", "否")}

BUSINESS = re.compile(r"business configuration|业务配置", re.IGNORECASE)
PARAMETERS = re.compile(r"parameters?( details?| description)?|参数(详解|说明|列表)?", re.IGNORECASE)
METHOD = re.compile(r"([A-Za-z_]\w*)(\(.*\))?", re.ASCII)
# What a method returns and what an object offers is told with the same columns, and is no configuration.
NOT_CONFIGURATION = re.compile(r"(return|返回).*|properties|属性", re.IGNORECASE)
# Every element and every app has these files, so they are nobody's business configuration.
NOT_BUSINESS = {"e", "app"}

KEY = re.compile(r"[^\W\d][\w-]*")
FIXED = re.compile(r"(?:fixed (?:value|as)|固定[值为])\s*[:：]?\s*", re.IGNORECASE)
QUOTED = re.compile(r'["“](.+?)["”]')


@dataclass(frozen=True)
class Row:
    """One property: its key, whether it is required, and its JSON Schema."""

    line: int
    key: str
    required: bool
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """One configuration table; `name` is the file's stem or the method's name, `line` that of its header."""

    line: int
    name: str
    title: str
    description: str
    rows: tuple[Row, ...]


def read_tables(name: str, text: str) -> list[Table]:
    """The configuration tables of a page, in its order. `name` is what errors call the page.

    Raises TableError at the first thing that cannot be understood.
    """
    page = read_page(name, text)
    tables: dict[str, Table] = {}
    for grid in page.grids:
        if subject := _subject(page, grid):
            table = _table(page, subject, grid)
            if first := tables.get(table.name):
                raise page.error(table.line, f"a second table for {table.name}, after line {first.line}", "one table")
            tables[table.name] = table
    if not tables:
        raise page.error(1, "no configuration table", f"one with the columns {_in_words(NEEDED)}")
    return list(tables.values())


@dataclass(frozen=True)
class _Subject:
    """What a table configures, and the headings whose words describe it."""

    name: str
    headings: Headings


def _subject(page: Page, grid: Grid) -> _Subject | None:
    *outer, innermost = grid.headings or ("",)
    if named := FILE_NAME.search(innermost):
        return _Subject(named[1], grid.headings)
    if BUSINESS.search(innermost):
        return _Subject(_business_file(page, grid.header.number), grid.headings)
    if PARAMETERS.fullmatch(innermost) and outer:
        return _Subject(_method(page, outer[-1], grid.header.number), grid.headings[:-1])
    if {"key", "type"} <= set(map(_column, grid.header.cells)) and not NOT_CONFIGURATION.fullmatch(innermost):
        raise page.error(
            grid.header.number,
            "no heading says what this table configures",
            'one that names a file ("sms.json"), the business configuration, or "Parameter details" under a method',
        )
    return None


def _business_file(page: Page, line: int) -> str:
    found = sorted(page.files - NOT_BUSINESS)
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"{stem}.json" for stem in found) or "no file"
    raise page.error(
        line,
        f"the page shows {names} for this business configuration",
        "one JSON file beside e.json, in the directory tree or in the title of a code block",
    )


def _method(page: Page, heading: str, line: int) -> str:
    if named := METHOD.fullmatch(heading):
        return named[1]
    raise page.error(line, f"these parameters stand under “{heading}”", "a heading that is the method's name")


def _table(page: Page, subject: _Subject, grid: Grid) -> Table:
    columns = _columns(page, grid.header)
    rows: dict[str, Row] = {}
    for line in grid.rows:
        if line.width != len(columns):
            wrong = f"this row has not {len(columns)} cells but {line.width}"
            raise page.error(line.number, wrong, "as many as the header has (write | within a cell as \\|)")
        row = _row(page, line.number, dict(zip(columns, line.cells, strict=True)))
        if first := rows.get(row.key):
            raise page.error(line.number, f"{row.key} is already in line {first.line}", "each key once")
        rows[row.key] = row
    if not rows:
        raise page.error(grid.header.number, "the table has no rows", "at least one")
    lead = page.leads.get(subject.headings, "")
    return Table(grid.header.number, subject.name, subject.headings[-1], lead, tuple(rows.values()))


def _columns(page: Page, header: Line) -> list[str]:
    columns: list[str] = []
    for cell in header.cells:
        column = _column(cell)
        if column is None:
            raise page.error(header.number, f"the column “{cell}” is unknown", _expected_column(cell))
        if column in columns:
            raise page.error(header.number, f"the column “{cell}” is there twice", "it once")
        columns.append(column)
    if missing := [column for column in NEEDED if column not in columns]:
        raise page.error(header.number, "the header is incomplete", f"also {_in_words(missing)}")
    return columns


def _column(cell: str) -> str | None:
    """What a column holds: one of COLUMNS, or the JSON Schema keyword that it is named by."""
    return _meaning(cell, COLUMNS) or (cell if cell in KINDS else None)


def _expected_column(cell: str) -> str:
    folded = {keyword.casefold(): keyword for keyword in KINDS}
    near = difflib.get_close_matches(cell.casefold(), folded, 1)
    return f"the JSON Schema keyword {folded[near[0]]}" if near else f"a JSON Schema keyword: {', '.join(KINDS)}"


def _in_words(columns: Iterable[str]) -> str:
    spellings = [COLUMNS[column] for column in columns]
    return ", ".join(f"{known[0]} ({next(word for word in known if not word.isascii())})" for known in spellings)


def _meaning(cell: str, spellings: Mapping[Any, Iterable[str]]) -> Any:
    """The entry one of whose spellings the cell is, whatever its case; None when it is nobody's."""
    folded = cell.casefold()
    return next((entry for entry, known in spellings.items() if folded in map(str.casefold, known)), None)


def _row(page: Page, line: int, cells: Mapping[str, str]) -> Row:
    key = cells["key"]
    if not KEY.fullmatch(key):
        wrong = f"“{key}” is no key" if key else "the key is empty"
        raise page.error(line, wrong, "a name of letters, digits, _ and -")
    kind = _one_of(page, line, "type", cells["type"], TYPES)
    required = _one_of(page, line, "spelling of required", cells["required"], REQUIRED)
    keywords = _keywords(page, line, cells)
    words = {"title": keywords.get("title"), "description": cells["description"]}
    stated = {keyword: text for keyword, text in words.items() if text}
    schema = {"type": kind, **stated, **_fixed_value(page, line, kind, cells["description"]), **keywords}
    _refuse_contradiction(page, line, key, schema)
    return Row(line, key, required, schema)


def _one_of(page: Page, line: int, what: str, cell: str, spellings: Mapping[Any, tuple[str, ...]]) -> Any:
    meaning = _meaning(cell, spellings)
    if meaning is None:
        known = ", ".join(spelling for group in spellings.values() for spelling in group)
        raise page.error(line, f"“{cell}” is no known {what}", f"one of {known}")
    return meaning


def _keywords(page: Page, line: int, cells: Mapping[str, str]) -> dict[str, Any]:
    """The keyword columns of a row; an empty cell says nothing."""
    found = {keyword: value_of(keyword, cell) for keyword, cell in cells.items() if keyword in KINDS and cell}
    for keyword, value in found.items():
        if not fits(keyword, value):
            raise page.error(line, f"“{cells[keyword]}” cannot be {keyword}", KINDS[keyword])
    return found


def _fixed_value(page: Page, line: int, kind: str, description: str) -> dict[str, Any]:
    """`Fixed value "X"` as `const`; the words alone, in the middle of a sentence, are just words."""
    for words in FIXED.finditer(description):
        if value := QUOTED.match(description, words.end()):
            return {"const": value[1] if kind == "string" else _json(value[1])}
    if FIXED.match(description):
        raise page.error(line, "the fixed value is not in quotation marks", 'Fixed value "X" or 固定值"X"')
    return {}


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _refuse_contradiction(page: Page, line: int, key: str, schema: Mapping[str, Any]) -> None:
    """The values that a row shows must be values that the row allows."""
    shown = [(keyword, schema[keyword]) for keyword in ("const", "default") if keyword in schema]
    shown += [(keyword, value) for keyword in ("enum", "examples") for value in schema.get(keyword, [])]
    for keyword, value in shown:
        if found := problems(schema, value):
            raise page.error(line, f"{keyword} of {key} breaks its own row ({found[0].keyword})", "a value it allows")
