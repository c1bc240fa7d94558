"""What was understood of a page, row by row, for its author to read."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from unicodedata import east_asian_width

from schemas.examples import Example
from schemas.rows import Remainder, Row
from schemas.sentences import Language
from schemas.tables import Reading, Table

WORDS: dict[str, dict[Language, str]] = {
    "table": {"en": "{name} (line {line}, “{title}”)", "zh": "{name}（第 {line} 行，“{title}”）"},
    "required": {"en": "required", "zh": "必填"},
    "optional": {"en": "optional", "zh": "选填"},
    "rest": {"en": "any further keys", "zh": "任意其他键"},
    "none": {"en": "no parameters", "zh": "无参数"},
    "left out": {"en": "left out", "zh": "已略去"},
    "any": {"en": "any", "zh": "任意"},
    "asides": {"en": "Tables left alone", "zh": "未作为配置处理的表格"},
    "aside": {"en": "line {line}: {reason} (rows: {rows})", "zh": "第 {line} 行：{reason}（共 {rows} 行）"},
    "returns": {"en": "what a method returns", "zh": "方法的返回值"},
    "offers": {"en": "what the object offers", "zh": "对象提供的属性、变量或事件"},
    "other": {"en": "no configuration by its columns", "zh": "从表头看不是配置"},
    "nameless": {"en": "left out, see the warnings", "zh": "已略去，见警告"},
    "examples": {"en": "Examples", "zh": "示例"},
    "agrees": {"en": "line {line}: {name}.json, as the table says", "zh": "第 {line} 行：{name}.json，与表格一致"},
    "differs": {
        "en": "line {line}: {name}.json, not as the table says",
        "zh": "第 {line} 行：{name}.json，与表格不一致",
    },
    "no table": {
        "en": "line {line}: {name}.json, for which there is no table",
        "zh": "第 {line} 行：{name}.json，没有对应的表格",
    },
    "remarks": {"en": "Warnings", "zh": "警告"},
    "summary": {
        "en": "rows: {rows} (properties {properties}, others {others}, left out {left}); warnings: {remarks}",
        "zh": "共 {rows} 行：{properties} 个属性，{others} 行不是属性，{left} 行略去；{remarks} 条警告",
    },
}
# Kinds of remarks about examples.
DISAGREEMENTS = ("example breaks row", "example lacks row", "row missing")
# Told in columns of their own, or by the rows beneath.
SHOWN_OTHERWISE = ("type", "title", "description", "items", "prefixItems", "properties", "additionalProperties")


def report(name: str, reading: Reading, language: Language) -> Iterator[str]:
    """The lines of the report; `name` is what the page is called there."""
    say = {kind: words[language] for kind, words in WORDS.items()}
    yield name
    for table in reading.tables.values():
        yield f"  {say['table'].format_map(vars(table))}"
        yield from aligned([_cells(entry, say) for entry in _entries(table)], indent="    ")
    yield from _section(say["asides"], [_aside(say, vars(aside)) for aside in reading.asides])
    yield from _section(say["examples"], [_example(reading, example, say) for example in reading.examples])
    yield from _section(say["remarks"], [remark.sentence(language) for remark in reading.remarks])
    yield f"  {say['summary'].format_map(summary(reading))}"


def summary(reading: Reading) -> dict[str, int]:
    """How many rows the page has, and what became of them. A table that describes two rows counts twice."""
    remainders = [remainder for table in reading.tables.values() for remainder in table.remainders]
    properties = sum(len(table.rows) for table in reading.tables.values())
    left = sum(remainder.state == "left out" for remainder in remainders)
    aside = sum(aside.rows for aside in reading.asides if aside.reason != "nameless")
    nameless = sum(aside.rows for aside in reading.asides if aside.reason == "nameless")
    return {
        "rows": properties + len(remainders) + aside + nameless,
        "properties": properties,
        "others": len(remainders) - left + aside,
        "left": left + nameless,
        "remarks": len(reading.remarks),
    }


def _entries(table: Table) -> list[Row | Remainder]:
    return sorted([*table.rows, *table.remainders], key=lambda entry: entry.line)


def _cells(entry: Row | Remainder, say: Mapping[str, str]) -> list[str]:
    if isinstance(entry, Remainder):
        return [str(entry.line), entry.key, "", say[entry.state]]
    told = {keyword: value for keyword, value in entry.schema.items() if keyword not in SHOWN_OTHERWISE}
    says = ", ".join(f"{keyword} {json.dumps(value, ensure_ascii=False)}" for keyword, value in told.items())
    required = say["required" if entry.required else "optional"]
    return [str(entry.line), entry.key, type_in_words(entry.schema, say["any"]), required, says]


def type_in_words(schema: Mapping[str, Any], anything: str) -> str:
    """`string`, `string[]`, `string | array`; `anything` where the schema demands no type."""
    if "anyOf" in schema:
        return " | ".join(type_in_words(alternative, anything) for alternative in schema["anyOf"])
    kind = schema.get("type", anything)
    if kind == "array" and schema.get("items"):
        return f"{type_in_words(schema['items'], anything)}[]"
    return " | ".join(kind) if isinstance(kind, list) else str(kind)


def _aside(say: Mapping[str, str], facts: Mapping[str, Any]) -> str:
    return say["aside"].format_map({**facts, "reason": say[facts["reason"]]})


def _example(reading: Reading, example: Example, say: Mapping[str, str]) -> str:
    lines = range(example.line, example.line + len(example.source) + 1)
    differs = any(remark.kind in DISAGREEMENTS and remark.line in lines for remark in reading.remarks)
    state = "no table" if example.name not in reading.tables else "differs" if differs else "agrees"
    return say[state].format_map(vars(example))


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"  {title}"
        yield from (f"    {line}" for line in lines)


def aligned(rows: Sequence[Sequence[str]], indent: str) -> Iterator[str]:
    """Rows of cells as columns; Chinese characters are two places wide."""
    columns = max(map(len, rows), default=0)
    widths = [max((_width(row[at]) for row in rows if at < len(row)), default=0) for at in range(columns)]
    for row in rows:
        padded = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=False)]
        yield (indent + "  ".join(padded)).rstrip()


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
