"""Whatever a page holds: no crash, and every row is a property or is reported."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from schemas.generate import understand
from schemas.page import LINE_END
from schemas.report import report, summary
from schemas.rows import Remainder, Row
from schemas.tables import read

ROOT = Path(__file__).parents[2]
PAGES = [
    file.read_text(encoding="utf-8")
    for file in [*(ROOT / "tests/schemas/pages").glob("*/*.md"), *(ROOT / "schemas").glob("*/README*.md")]
]

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=30)
KEYS = (
    st.from_regex(r"[a-d](\[\])?(\.[a-c]){0,2}", fullmatch=True) | st.sampled_from(["-", "**kwargs", "", "a b"]) | WORDS
)
TYPES = st.sampled_from(["string", "Array", "object", "int", "X[]", "Record<string, X>", "'a' | 'b'", "-", ""]) | WORDS
REQUIRED = st.sampled_from(["Yes", "否", "-", ""]) | WORDS
PHRASES = (
    "Fixed value ",
    "default ",
    '"a"',
    "`b`",
    " or ",
    "0: no, 1: yes",
    "a/b",
    "长度",
    "20位",
    "range ",
    "1-5",
    "：",
    "。",
)
DESCRIPTIONS = st.lists(st.sampled_from(PHRASES) | WORDS, max_size=6).map("".join)
ROWS = st.lists(
    st.tuples(KEYS, TYPES, REQUIRED, DESCRIPTIONS, st.sampled_from(["-", "[]", '"a"', "1"]) | WORDS), max_size=8
)


def escaped(cell: str) -> str:
    """A cell that stays one cell: a row that holds nothing at all would not be a row."""
    return cell.replace("\\", "").replace("|", "\\|").strip() or "-"


def page_of(rows) -> str:
    lines = ["# e.json", "| Parameter | Type | Required | Description | Default |", "|---|---|---|---|---|"]
    return "\n".join(lines + ["| " + " | ".join(map(escaped, row)) + " |" for row in rows])


def at(schema: dict, path) -> object:
    """What a schema has at the path of a row."""
    for step in path:
        schema = schema["items"] if step == "[]" else schema["additionalProperties" if step == "{}" else "properties"]
        schema = schema if step in ("[]", "{}") else schema[step]
    return schema


@settings(deadline=None)
@given(ROWS)
def test_every_row_of_a_table_is_a_property_or_reported(rows):
    understanding = understand({"e.md": page_of(rows)})
    reading = understanding.readings["e.md"]
    table = reading.tables["e"]
    entries: list[Row | Remainder] = [*table.rows, *table.remainders]
    assert sorted(entry.line for entry in entries) == list(range(4, 4 + len(rows)))
    schema = json.loads(understanding.schemas["e.schema.json"])
    assert all(at(schema, row.path) is not None for row in table.rows)
    told = {remark.line for remark in reading.remarks}
    assert {remainder.line for remainder in table.remainders if remainder.state == "left out"} <= told
    Draft202012Validator.check_schema(schema)


@st.composite
def damaged(draw) -> str:
    """A page after somebody's worst day: lines gone, repeated, cut and interspersed."""
    lines = draw(st.sampled_from(PAGES)).splitlines()
    for _ in range(draw(st.integers(1, 8))):
        line = draw(st.integers(0, max(len(lines) - 1, 0)))
        new = (
            st.sampled_from(["", "```", "````json", "|", "|---|---|", "# e.json", "---", "> ", "1. ", "<div>", "    "])
            | WORDS
        )
        match draw(st.sampled_from(["drop", "repeat", "cut", "insert", "join"])), lines[line : line + 1]:
            case "drop", _:
                del lines[line : line + 1]
            case "repeat", there:
                lines[line:line] = there
            case "cut", [text]:
                lines[line] = text[: draw(st.integers(0, len(text)))]
            case "insert", _:
                lines.insert(line, draw(new))
            case "join", [text]:
                lines[line] = text + draw(new)
    return "\n".join(lines)


@settings(deadline=None)
@example(f"{PAGES[0].split('|')[0]}<div>\n| a | b |\n> \n|---|---|\n| c | d |")
@given(damaged())
def test_a_damaged_page_is_read_and_none_of_its_rows_is_lost_in_silence(text):
    understanding = understand({"page.md": text})
    reading = understanding.readings["page.md"]
    for schema in understanding.schemas.values():
        Draft202012Validator.check_schema(json.loads(schema))
    assert summary(reading)["rows"] >= sum(len(grid.rows) for grid in reading.page.grids)
    assert list(report("page.md", reading, "zh"))
    assert unaccounted(text, reading) == []


def unaccounted(text: str, reading) -> list[int]:
    """The lines that begin like a row but are in no table, no code block, no settings, and under no remark."""
    lines = LINE_END.split(text)
    known = {number for grid in reading.page.grids for number in span(grid)}
    known |= {
        number for code in reading.page.codes for number in range(code.line, code.line + code.content.count("\n") + 3)
    }
    known |= {remark.line for remark in reading.remarks}
    settings_end = lines.index("---", 1) + 1 if lines[0].strip() == "---" and "---" in lines[1:] else 0
    known |= set(range(settings_end + 1))
    rows = [number for number, line in enumerate(lines, 1) if line.lstrip(" >").startswith("|")]
    return [number for number in rows if not known & set(range(start_of(lines, number), number + 1))]


def span(grid) -> range:
    return range(grid.header.number, max([grid.header.number + 1, *(line.number for line in grid.rows)]) + 1)


def start_of(lines: list[str], number: int) -> int:
    """The first line of the block of text that a line is in."""
    while number > 1 and lines[number - 2].strip(" >"):
        number -= 1
    return number


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_anything_at_all_is_read(text):
    reading = read("page.md", text)
    assert reading.tables or reading.remarks


@pytest.mark.parametrize(
    "row",
    [
        "| a" + ".a" * 3000 + " | string | Yes | | |",
        f"| a | array | Yes | | {'[' * 900}{']' * 900} |",
        f"| a | {'(' * 5000}x | Yes | | |",
        f"| a | string | Yes | {'default ' * 5000} | |",
        f"| a | number | Yes | range {'1' * 9000} to 2 | |",
        "| a | number | Yes | | 1e999 |",
    ],
)
def test_what_no_machine_should_be_given_is_read_too(row):
    understanding = understand({"e.md": f"{page_of([])}\n{row}\n"})
    assert understanding.remarks or understanding.schemas
    for text in understanding.schemas.values():
        json.loads(text, parse_constant=pytest.fail)
