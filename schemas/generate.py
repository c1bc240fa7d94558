"""Reference pages → JSON Schemas: one pure function from {path: text} to {path: text}."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from schemas.tables import Row, Table, TableError, read_tables

DIALECT = "https://json-schema.org/draft/2020-12/schema"
COMMAND = "python -m schemas"
TRANSLATION = re.compile(r"(.+)\.([a-z]{2})\.md")
# What a row says in words. Everything else must be the same in every language.
WORDS = ("title", "description")


@dataclass(frozen=True)
class _Page:
    """A page and what it translates: `original` is the path of the English page, its own if it is that page."""

    path: str
    original: str
    language: str
    tables: Mapping[str, Table]


def generate(pages: Mapping[str, str]) -> dict[str, str]:
    """The text of every `*.schema.json` that the pages call for, each beside its page.

    `X.zh.md` translates `X.md`: it has words for the rows of that page, but no rows or rules of its own. A row that it
    leaves out stays English. Raises TableError for what cannot be read and for pages that contradict each other.
    """
    read = [_page(path, text) for path, text in sorted(pages.items())]
    originals = {page.path: page for page in read if page.path == page.original}
    translations = [page for page in read if page.path != page.original]
    for page in translations:
        _refuse_contradiction(page, originals.get(page.original))

    made: dict[str, str] = {}
    for original in originals.values():
        its_translations = [page for page in translations if page.original == original.path]
        for table in original.tables.values():
            target = str(PurePosixPath(original.path).with_name(f"{table.name}.schema.json"))
            if target in made:
                raise TableError(original.path, table.line, f"another page makes {target} too", "one page for each")
            made[target] = _as_text(_schema(original, table, its_translations))
    return made


def _page(path: str, text: str) -> _Page:
    tables = {table.name: table for table in read_tables(path, text)}
    if found := TRANSLATION.fullmatch(path):
        return _Page(path, f"{found[1]}.md", found[2], tables)
    return _Page(path, path, "en", tables)


def _refuse_contradiction(page: _Page, original: _Page | None) -> None:
    if original is None:
        raise TableError(page.path, 1, "this page translates one that is not there", page.original)
    for table in page.tables.values():
        rows = _rows(original.tables.get(table.name))
        for row in table.rows:
            if row.key not in rows:
                raise TableError(page.path, row.line, f"{original.path} has no row {row.key}", "the same rows there")
            if differing := _differences(row, rows[row.key]):
                wrong = f"row {row.key} differs from {original.path} in {', '.join(differing)}"
                raise TableError(page.path, row.line, wrong, "a difference in words only")


def _rows(table: Table | None) -> dict[str, Row]:
    return {row.key: row for row in table.rows} if table else {}


def _differences(row: Row, other: Row) -> list[str]:
    keywords = [keyword for keyword in {**row.schema, **other.schema} if keyword not in WORDS]
    differing = [keyword for keyword in keywords if row.schema.get(keyword) != other.schema.get(keyword)]
    return differing if row.required == other.required else ["required", *differing]


def _schema(page: _Page, table: Table, translations: list[_Page]) -> dict[str, Any]:
    sources = " and ".join(PurePosixPath(source.path).name for source in [page, *translations])
    others = {other.language: other.tables[table.name] for other in translations if table.name in other.tables}
    rows = {language: _rows(other) for language, other in others.items()}
    schema = {
        "$schema": DIALECT,
        "$comment": f"Made from {sources} by `{COMMAND}`. Edit the tables there, not this file.",
        **_words_of(vars(table)),
        "type": "object",
        "properties": {row.key: _property(row, rows) for row in table.rows},
        "required": [row.key for row in table.rows if row.required],
    }
    return _translated(schema, {language: vars(other) for language, other in others.items()})


def _property(row: Row, rows: Mapping[str, Mapping[str, Row]]) -> dict[str, Any]:
    others = {language: found[row.key].schema for language, found in rows.items() if row.key in found}
    return _translated(row.schema, others)


def _translated(schema: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """`x-i18n` is not JSON Schema's, which asks validators to ignore what they do not know."""
    words = {language: found for language, other in others.items() if (found := _words_of(other))}
    return {**schema, "x-i18n": words} if words else dict(schema)


def _words_of(source: Mapping[str, Any]) -> dict[str, str]:
    return {word: source[word] for word in WORDS if source.get(word)}


def _as_text(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
