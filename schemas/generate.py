"""Reference pages → JSON Schemas: one pure function from {path: text} to {path: text}."""

import json
import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from schemas.examples import compare
from schemas.remarks import Remark, TableError
from schemas.rows import Row
from schemas.tables import Reading, Table, read
from schemas.types import ITEM, MEMBER

DIALECT = "https://json-schema.org/draft/2020-12/schema"
COMMAND = "python -m schemas"
ENDING = ".schema.json"
TRANSLATION = re.compile(r"(.+)\.([a-z]{2})\.md")
# What a row says in words. Everything else must be the same in every language.
WORDS = ("title", "description")

Json = dict[str, Any]


@dataclass(frozen=True)
class Understanding:
    """`schemas` is the text of every `*.schema.json` by its path, `readings` what each page says, by its path."""

    schemas: Mapping[str, str]
    readings: Mapping[str, Reading]

    @property
    def remarks(self) -> list[Remark]:
        return [remark for reading in self.readings.values() for remark in reading.remarks]


@dataclass(frozen=True)
class _Page:
    """A page and what it translates: `original` is the path of the English page, its own if it is that page."""

    path: str
    original: str
    language: str
    reading: Reading

    @property
    def tables(self) -> Mapping[str, Table]:
        return self.reading.tables


def generate(pages: Mapping[str, str]) -> dict[str, str]:
    """The text of every `*.schema.json` that the pages call for, each beside its page.

    Raises TableError for whatever is not understood and for pages that contradict each other.
    """
    understanding = understand(pages)
    if understanding.remarks:
        raise TableError(understanding.remarks)
    return dict(understanding.schemas)


def understand(pages: Mapping[str, str]) -> Understanding:
    """What can be made of the pages; never raises.

    `X.zh.md` translates `X.md`: it has words for the rows of that page, but no rows or rules of its own. A row that it
    leaves out stays English.
    """
    read_pages = [_page(path, text) for path, text in sorted(pages.items())]
    originals = {page.path: page for page in read_pages if page.path == page.original}
    translations = [page for page in read_pages if page.path != page.original]
    for page in translations:
        _remark_contradictions(page, originals.get(page.original))

    made: dict[str, str] = {}
    for original in originals.values():
        versions = [original, *(page for page in translations if page.original == original.path)]
        for table in original.tables.values():
            target = str(PurePosixPath(original.path).with_name(f"{table.name}{ENDING}"))
            if target in made:
                original.reading.page.remark(table.line, "another page", target=target)
            elif text := _made(versions, table):
                made[target] = text
    return Understanding(made, {page.path: page.reading for page in read_pages})


def _made(versions: list[_Page], table: Table) -> str:
    """The text of a table's schema, once the examples have been compared with it; empty if nothing can hold it."""
    try:
        schema = _schema(versions, table)
        for page in versions:
            for example in page.reading.examples:
                if example.name == table.name:
                    compare(page.reading.page, example, schema, page.tables.get(table.name, table).rows)
        return _as_text(schema)
    except RecursionError:
        versions[0].reading.page.remark(table.line, "deep")
        return ""


def _page(path: str, text: str) -> _Page:
    reading = read(path, text)
    if found := TRANSLATION.fullmatch(path):
        return _Page(path, f"{found[1]}.md", found[2], reading)
    return _Page(path, path, "en", reading)


def _remark_contradictions(page: _Page, original: _Page | None) -> None:
    remark = page.reading.page.remark
    if original is None:
        remark(1, "original", original=page.original)
        return
    for table in page.tables.values():
        rows = _rows(original.tables.get(table.name))
        for row in table.rows:
            if row.key not in rows:
                remark(row.line, "no such row", original=original.path, key=row.key)
            elif differing := _differences(row, rows[row.key]):
                remark(row.line, "differs", key=row.key, original=original.path, keywords=differing)


def _rows(table: Table | None) -> dict[str, Row]:
    return {row.key: row for row in table.rows} if table else {}


def _differences(row: Row, other: Row) -> list[str]:
    keywords = [keyword for keyword in {**row.schema, **other.schema} if keyword not in WORDS]
    differing = [keyword for keyword in keywords if row.schema.get(keyword) != other.schema.get(keyword)]
    return differing if row.required == other.required else ["required", *differing]


def _schema(versions: list[_Page], table: Table) -> Json:
    """The schema of a table of the first page, with the words of its translations, which are the others."""
    sources = " and ".join(PurePosixPath(page.path).name for page in versions)
    others = {page.language: page.tables[table.name] for page in versions[1:] if table.name in page.tables}
    rows = {language: _rows(other) for language, other in others.items()}
    schema = {
        "$schema": DIALECT,
        "$comment": f"Made from {sources} by `{COMMAND}`. Edit the tables there, not this file.",
        **_words_of(vars(table)),
        "type": "object",
        "properties": {},
        "required": [],
        **_further_keys(table),
    }
    for row in table.rows:
        _insert(schema, row, _property(row, rows))
    return _translated(schema, {language: vars(other) for language, other in others.items()})


def _further_keys(table: Table) -> Json:
    """What `**kwargs` says: any other key may be there."""
    rest = [remainder.schema for remainder in table.remainders if remainder.key.startswith("**")]
    return {"additionalProperties": rest[0]} if rest else {}


def _insert(schema: Json, row: Row, its_schema: Json) -> None:
    """A row into the schema of its document, where its path leads; what lies around it is an object or a list."""
    *around, key = row.path
    for step in around:
        schema = _inside(schema, step)
    properties = schema.setdefault("properties", {})
    properties[key] = {**properties.get(key, {}), **its_schema}
    if row.required:
        schema.setdefault("required", []).append(key)


def _inside(schema: Json, step: str) -> Json:
    keyword = {ITEM: "items", MEMBER: "additionalProperties"}.get(step)
    within: Json = schema if keyword else schema.setdefault("properties", {})
    inner: Json = within.setdefault(keyword or step, {})
    inner.setdefault("type", "object")
    return inner


def _property(row: Row, rows: Mapping[str, Mapping[str, Row]]) -> Json:
    others = {language: found[row.key].schema for language, found in rows.items() if row.key in found}
    return _translated(deepcopy(row.schema), others)


def _translated(schema: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]]) -> Json:
    """`x-i18n` is not JSON Schema's, which asks validators to ignore what they do not know."""
    words = {language: found for language, other in others.items() if (found := _words_of(other))}
    return {**schema, "x-i18n": words} if words else dict(schema)


def _words_of(source: Mapping[str, Any]) -> dict[str, str]:
    return {word: source[word] for word in WORDS if source.get(word)}


def _as_text(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
