"""Every page under `pages/<language>/` gives the schemas and the remarks that the JSON file beside it holds.

To add a case, add `pages/en/<what it shows>.md`, the same page in Chinese as `pages/zh/<what it shows>.md`, and beside
each `<what it shows>.json`: {"schemas": {name: schema}, "remarks": [sentence]}.
"""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from schemas.generate import ENDING, WORDS, Understanding, understand
from schemas.report import summary

PAGES = Path(__file__).parent / "pages"
CASES = sorted(PAGES.glob("*/*.md"))
DOCS = Path(__file__).parents[2] / "docs"
GUIDES = ("tables.md", "tables.zh.md")
# The same in every schema.
FRAME = ("$schema", "$comment")


def understood(page: Path) -> Understanding:
    return understand({page.name: page.read_text(encoding="utf-8")})


def schemas(understanding: Understanding) -> dict:
    made = {path.removesuffix(ENDING): json.loads(text) for path, text in understanding.schemas.items()}
    return {name: {key: rule for key, rule in schema.items() if key not in FRAME} for name, schema in made.items()}


def remarks(page: Path, understanding: Understanding) -> list[str]:
    return [remark.sentence(page.parent.name).removeprefix(f"{page.name}:") for remark in understanding.remarks]


def rules(schema: object) -> object:
    """A schema without its words, which differ by language."""
    if isinstance(schema, dict):
        return {key: rules(rule) for key, rule in schema.items() if key not in WORDS or isinstance(rule, dict)}
    return [rules(rule) for rule in schema] if isinstance(schema, list) else schema


@pytest.fixture(params=CASES, ids=lambda page: f"{page.parent.name}-{page.stem}")
def page(request) -> Path:
    return request.param


def test_a_page_gives_its_schemas_and_remarks(page):
    understanding = understood(page)
    made = {"schemas": schemas(understanding), "remarks": remarks(page, understanding)}
    assert made == json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))


def test_every_schema_is_valid(page):
    for text in understood(page).schemas.values():
        Draft202012Validator.check_schema(json.loads(text))


def test_no_row_is_lost(page):
    (reading,) = understood(page).readings.values()
    rows = sum(len(grid.rows) for grid in reading.page.grids)
    assert summary(reading)["rows"] == rows


def test_a_page_says_the_same_in_both_languages():
    names = {language: [case.name for case in CASES if case.parent.name == language] for language in ("en", "zh")}
    assert names["en"] == names["zh"]
    for name in names["en"]:
        english, chinese = understood(PAGES / "en" / name), understood(PAGES / "zh" / name)
        assert rules(schemas(english)) == rules(schemas(chinese)), name
        told = [[(remark.line, remark.kind) for remark in each.remarks] for each in (english, chinese)]
        assert told[0] == told[1], name


@pytest.mark.parametrize("guide", GUIDES)
def test_the_guides_example_is_what_happens(guide):
    text = (DOCS / guide).read_text(encoding="utf-8")
    ((page, schema),) = re.findall(r"````markdown\n(.*?)````\n+```json\n(.*?)```", text, re.DOTALL)
    understanding = understand({"lamp.md": page})
    assert understanding.remarks == []
    assert schemas(understanding) == {"lamp": json.loads(schema)}


SPELLINGS = [
    ('Fixed value "X"', {"const": "X"}),
    ("Fixed value: X", {"const": "X"}),
    ('fixed as "X"', {"const": "X"}),
    ("Must be `X`", {"const": "X"}),
    ('defaults to "utf-8"', {"default": "utf-8"}),
    ('"a" or "b"', {"enum": ["a", "b"]}),
    ("20 characters long", {"minLength": 20, "maxLength": 20}),
    ("at most 50 characters", {"maxLength": 50}),
    ("length 6-20", {"minLength": 6, "maxLength": 20}),
    ("UUID format", {"format": "uuid"}),
    ('固定值"X"', {"const": "X"}),
    ("固定值：X", {"const": "X"}),
    ('固定为"X"', {"const": "X"}),
    ("必须为 `X`", {"const": "X"}),
    ('默认为"utf-8"', {"default": "utf-8"}),
    ('"a"或"b"', {"enum": ["a", "b"]}),
    ("长度20位", {"minLength": 20, "maxLength": 20}),
    ("不超过50个字符", {"maxLength": 50}),
    ("长度6-20位", {"minLength": 6, "maxLength": 20}),
    ("UUID格式", {"format": "uuid"}),
]
NUMERIC_SPELLINGS = [
    ("default 1", {"default": 1}),
    ("0: off, 1: on", {"enum": [0, 1]}),
    ("range 1 to 10^6", {"minimum": 1, "maximum": 10**6}),
    ("(0-1)", {"minimum": 0, "maximum": 1}),
    ("greater than 0", {"exclusiveMinimum": 0}),
    ("positive integer", {"minimum": 1}),
    ("默认1", {"default": 1}),
    ("0：关，1：开", {"enum": [0, 1]}),
    ("范围1到10^6", {"minimum": 1, "maximum": 10**6}),
    ("大于0", {"exclusiveMinimum": 0}),
    ("正整数", {"minimum": 1}),
]


@pytest.mark.parametrize(
    ("kind", "spelling", "told"),
    [
        *[("string", spelling, told) for spelling, told in SPELLINGS],
        *[("number", spelling, told) for spelling, told in NUMERIC_SPELLINGS],
    ],
)
def test_the_spellings_that_the_guides_list_are_understood(kind, spelling, told):
    assert any(spelling in (DOCS / guide).read_text(encoding="utf-8") for guide in GUIDES)
    table = "# e.json\n| Parameter | Type | Required | Description |\n|---|---|---|---|\n"
    (schema,) = schemas(understand({"e.md": f"{table}| x | {kind} | No | {spelling} |\n"})).values()
    assert rules(schema["properties"]["x"]) == {"type": kind, **told}
