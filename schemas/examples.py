"""The JSON examples of a page: which file each one shows, and where table and example disagree."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.page import FILE_NAME, Code, Page
from schemas.rows import NAME, Row
from schemas.sections import BUSINESS, business_name
from schemas.types import ITEM, MEMBER, Steps
from schemas.validate import Problem, Schema, problems
from schemas.values import load_json

JSON = re.compile(r"jsonc?5?\b", re.IGNORECASE)
STRING_OR_COMMENT = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
TRAILING_COMMA = re.compile(r'("(?:[^"\\\n]|\\.)*")|,(?=\s*[}\]])')
# A value from the environment may stand where the table says number.
PLACEHOLDER = re.compile(r"\{\{.*\}\}|\$\{.*\}")
# How much of a table must be in one object of an example, or of that object in the table, to say that they are one.
ENOUGH = 0.5
FEW = 3


@dataclass(frozen=True)
class Example:
    """`name` is the stem of the file that it shows; where only a heading says so, it may be a part of another."""

    name: str
    is_titled: bool
    line: int
    source: list[str]
    document: Any


def read_examples(page: Page) -> list[Example]:
    """The JSON code blocks whose title or heading says which file they are; other blocks are fragments."""
    found = []
    for code in page.codes:
        if JSON.match(code.info) and (name := _name(page, code)):
            try:
                document = load_json(without_comments(code.content))
            except (ValueError, RecursionError):
                page.remark(code.line, "no json", name=f"{name}.json")
            else:
                is_titled = FILE_NAME.search(code.info) is not None
                found.append(Example(name, is_titled, code.line, code.content.split("\n"), document))
    return found


def _name(page: Page, code: Code) -> str | None:
    told = (code.info, *code.headings[-1:])
    if named := next(filter(None, map(FILE_NAME.search, told)), None):
        return named[1]
    return business_name(page) if any(map(BUSINESS.search, told)) else None


def without_comments(text: str) -> str:
    """JSON as people write it, with `// …`, `/* … */` and a comma after the last entry, made into JSON."""
    text = STRING_OR_COMMENT.sub(lambda found: found[0] if found[0].startswith('"') else "", text)
    return TRAILING_COMMA.sub(lambda found: found[1] or "", text)


def place_of(rows: Sequence[Row], examples: Sequence[Example]) -> Steps | None:
    """The path to the object, in the examples, that most looks as if these rows described it."""
    keys = {row.path[0] for row in rows}
    found: dict[Steps, int] = {}
    for example in examples:
        for path, there in _objects(example.document, ()):
            shared = len(keys & there)
            if shared > ENOUGH * len(keys) or (shared >= FEW and shared > ENOUGH * len(there)):
                found[path] = max(found.get(path, 0), shared)
    return max(found, key=lambda path: (found[path], -len(path)), default=None)


def _objects(value: Any, path: Steps) -> Iterator[tuple[Steps, set[str]]]:
    if isinstance(value, dict):
        yield path, set(value)
        for key, inner in value.items():
            yield from _objects(inner, (*path, key if NAME.fullmatch(key) else MEMBER))
    elif isinstance(value, list):
        for inner in value:
            yield from _objects(inner, (*path, ITEM))


def compare(page: Page, example: Example, schema: Schema, rows: Sequence[Row]) -> None:
    """Remarks on everything in which the example is not as the table says."""
    if not (example.is_titled or _shares_keys(example.document, schema)):
        return
    by_path = {row.path: row for row in rows}
    for problem in problems(schema, example.document):
        if not _is_placeholder(example.document, problem.path):
            _remark(page, example, problem, by_path)


def _shares_keys(document: object, schema: Schema) -> bool:
    return isinstance(document, dict) and bool(document.keys() & schema["properties"].keys())


def _is_placeholder(document: Any, path: Sequence[str | int]) -> bool:
    for step in path:
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError):
            return False
    return isinstance(document, str) and PLACEHOLDER.search(document) is not None


def _remark(page: Page, example: Example, problem: Problem, rows: Mapping[Steps, Row]) -> None:
    row = _row_at(problem.path, rows)
    line = _line_of(example, problem.path)
    path = problem.json_path.removeprefix("$").removeprefix(".") or "{ … }"
    if problem.note:
        page.remark(line, "row missing", path=path)
    elif problem.keyword == "required" and row:
        page.remark(line, "example lacks row", path=path, row=row.line)
    else:
        page.remark(line, "example breaks row", path=path, row=row.line if row else "-", rule=problem.keyword)


def _row_at(path: Sequence[str | int], rows: Mapping[Steps, Row]) -> Row | None:
    """The row of a value, or of the nearest thing around it that has one."""
    steps = tuple(ITEM if isinstance(step, int) else step for step in path)
    for length in range(len(steps), 0, -1):
        for candidate in (steps[:length], *_with_free_keys(steps[:length])):
            if candidate in rows:
                return rows[candidate]
    return None


def _with_free_keys(steps: Steps) -> Iterator[Steps]:
    yield from ((*steps[:at], MEMBER, *steps[at + 1 :]) for at in range(len(steps)))


def _line_of(example: Example, path: Sequence[str | int]) -> int:
    """The line in which the example first has the last key of a path; that of the block where it has none."""
    keys = [step for step in path if isinstance(step, str)]
    spelt = json.dumps(keys[-1], ensure_ascii=False) if keys else "\n"
    found = (number for number, text in enumerate(example.source, example.line + 1) if spelt in text)
    return next(found, example.line)
