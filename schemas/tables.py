"""A reference page (Markdown) → its configuration tables, every row as the JSON Schema of one property.

A table belongs to what its headings name: a file (`e.json`), the business configuration, a method's parameters, or a
row of a table before it. Other tables of a page are left alone, and counted. What is not understood is a remark.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from schemas.columns import NEEDED, in_words, is_configuration
from schemas.examples import Example, place_of, read_examples
from schemas.page import Grid, Items, Page, read_page
from schemas.remarks import Remark, TableError
from schemas.rows import Remainder, Row, dotted, read_rows, repeated
from schemas.sections import OFFERS, Section, section_of
from schemas.types import TYPES, Steps, inner_steps
from schemas.values import value_in

__all__ = ["Aside", "Reading", "Remainder", "Remark", "Row", "Table", "TableError", "read", "read_tables"]

IDENTIFIER = re.compile(r"[A-Za-z_$]\w*", re.ASCII)
LITERAL_ENTRY = re.compile(r"""(`[^`]+`|"[^"]+"|'[^']+')\s*($|[:：(（—–-])""")
NOT_CLOSED = re.compile(r"[{<]")


@dataclass
class Table:
    """One configuration table; `name` is the file's stem or the method's name, `line` that of its header.

    `rows` are its properties, those of the tables that describe them in turn included; `remainders` all other rows.
    """

    line: int
    name: str
    title: str
    description: str
    rows: list[Row] = field(default_factory=list)
    remainders: list[Remainder] = field(default_factory=list)

    def add(self, found: Sequence[Row | Remainder], page: Page, prefix: Steps = ()) -> None:
        there = {row.path: row for row in self.rows}
        for entry in found:
            if isinstance(entry, Row) and (first := there.get((*prefix, *entry.path))):
                entry = repeated(page, entry.under(prefix), first)
            if isinstance(entry, Row):
                self.rows.append(entry.under(prefix))
            else:
                self.remainders.append(entry)


@dataclass(frozen=True)
class Aside:
    """A table that was left alone; `reason` is "returns", "offers", "other", or "nameless" (a remark tells why)."""

    line: int
    rows: int
    reason: str


@dataclass(frozen=True)
class Reading:
    """All that was understood of a page. `explained` are the type names that one of its tables describes."""

    page: Page
    examples: list[Example]
    tables: dict[str, Table] = field(default_factory=dict)
    asides: list[Aside] = field(default_factory=list)
    explained: set[str] = field(default_factory=set)

    @property
    def remarks(self) -> list[Remark]:
        """What was not understood, in the order of the page."""
        return sorted(self.page.remarks, key=lambda remark: remark.line)


def read_tables(name: str, text: str) -> list[Table]:
    """The configuration tables of a page that must be understood in full, in its order; else TableError."""
    reading = read(name, text)
    if reading.remarks:
        raise TableError(reading.remarks)
    return list(reading.tables.values())


def read(name: str, text: str) -> Reading:
    """Whatever the page has. `name` is what remarks call the page. Never raises."""
    page = read_page(name, text)
    reading = Reading(page, read_examples(page))
    try:
        _read_tables(reading)
    except RecursionError:
        page.remark(1, "deep")
    return reading


def _read_tables(reading: Reading) -> None:
    page = reading.page
    for grid in page.grids:
        section = section_of(page, grid, is_configuration(grid.header))
        if section.name is None:
            reading.asides.append(Aside(grid.header.number, len(grid.rows), section.aside))
        else:
            _take(reading, section, section.name, grid)
    for items in page.lists:
        _enumerate(reading, items)
    _remark_unexplained(reading)
    if not reading.tables and not page.remarks:
        page.remark(1, "no table", columns=in_words(NEEDED))


def _take(reading: Reading, section: Section, name: str, grid: Grid) -> None:
    """The rows of a table, to where they belong."""
    found = read_rows(reading.page, grid)
    for table, prefix in _places(reading, section, name, grid, found):
        table.add(found, reading.page, prefix)


def _places(
    reading: Reading, section: Section, name: str, grid: Grid, found: Sequence[Row | Remainder]
) -> Sequence[tuple[Table, Steps]]:
    """A table is a section's first, or describes what its label names, or what an example shows; else nothing."""
    line, is_first = grid.header.number, name not in reading.tables
    named = list(_named_places(reading, name, section.label)) if section.nested or not is_first else []
    if named:
        return named
    if is_first and section.main:
        lead = reading.page.leads.get(section.headings, "")
        reading.tables[name] = Table(line, name, section.headings[-1], lead)
        return [(reading.tables[name], ())]
    if shown := _shown_place(reading, name, found):
        reading.page.remark(line, "placed", place=f"{shown[0].name}.json {dotted(shown[1])}".strip())
        return [shown]
    if section.nested:
        reading.page.remark(line, "nobody's table", label=section.label, rows=len(grid.rows))
    else:
        reading.page.remark(line, "second table", name=name, first=reading.tables[name].line)
    reading.asides.append(Aside(line, len(grid.rows), "nameless"))
    return []


def _named_places(reading: Reading, name: str, label: str) -> Iterator[tuple[Table, Steps]]:
    """Where the rows belong whose key, or else whose type, the label names; the section's own table goes first."""
    words = set(IDENTIFIER.findall(label))
    ordered = sorted(reading.tables.values(), key=lambda table: table.name != name)
    for table in ordered:
        for row in reversed(table.rows):
            if row.path[-1] in words and (steps := inner_steps(row.schema)) is not None:
                reading.explained.update(row.meaning.names)
                yield table, (*row.path, *steps)
                return
    for table in ordered:
        for row in table.rows:
            if named := words & row.meaning.names.keys():
                reading.explained.update(named)
                yield table, (*row.path, *row.meaning.names[min(named)])


def _shown_place(reading: Reading, name: str, found: Sequence[Row | Remainder]) -> tuple[Table, Steps] | None:
    """Where an example has these keys, when no heading says it."""
    rows = [entry for entry in found if isinstance(entry, Row)]
    for table in sorted(reading.tables.values(), key=lambda table: table.name != name):
        examples = [example for example in reading.examples if example.name == table.name]
        if (prefix := place_of(rows, examples)) is not None:
            return table, prefix
    return None


def _enumerate(reading: Reading, items: Items) -> None:
    """The values of a row, when a list under its name has nothing but values."""
    found = [LITERAL_ENTRY.match(entry) for entry in items.marked]
    values = [value_in(value[1], "string") for value in found if value]
    is_closed = len(values) == len(found) > 1 and not any(map(NOT_CLOSED.search, values))
    if not is_closed or any(map(OFFERS.fullmatch, items.headings)):
        return
    words = set(IDENTIFIER.findall(" ".join([items.lead, *items.headings[-1:]])))
    for table in reading.tables.values():
        for index, row in enumerate(table.rows):
            is_open = row.schema.get("type") == "string" and not row.schema.keys() & {"enum", "const"}
            if row.path[-1] in words and is_open:
                table.rows[index] = replace(row, schema={**row.schema, "enum": values})


def _remark_unexplained(reading: Reading) -> None:
    """Type names that neither the platform nor the page explains."""
    for row in (row for table in reading.tables.values() for row in table.rows):
        names = [name for name in row.meaning.names if name not in reading.explained]
        if names and not row.meaning.known and not (row.meaning.is_listed and "enum" in row.schema):
            reading.page.remark(row.line, "type", type=names[0], types=list(TYPES))
