"""The header of a table → what each of its columns holds."""

import difflib
from collections.abc import Iterable, Mapping
from typing import TypeVar

from schemas.keywords import KINDS
from schemas.page import Line, Page
from schemas.sentences import Language

Entry = TypeVar("Entry")

COLUMNS = {
    "key": ("Configuration Item", "Configuration", "Parameter Name", "Parameter", "Property Name", "Property",
            "Field Name", "Field", "Argument", "配置项", "配置项名称", "参数名", "参数名称", "参数", "属性名", "属性",
            "字段名", "字段"),
    "type": ("Type", "Data Type", "类型", "数据类型", "参数类型"),
    "platform type": ("JitAI Type", "JitAI类型"),
    "native type": ("Corresponding Native Type", "Native Type", "Python Type", "对应原生类型", "原生类型",
                    "Python类型"),
    "required": ("Required", "Is Required", "Mandatory", "必填", "必需", "是否必填", "是否必需", "必选", "是否必须"),
    "description": ("Description", "说明", "描述", "功能描述"),
    "default value": ("Default Value", "Default", "默认值", "默认"),
    "example value": ("Example Value", "Example", "Sample Value", "示例值", "示例"),
    "allowed values": ("Optional Values", "Allowed Values", "Possible Values", "Options", "可选值", "取值", "枚举值"),
}  # fmt: skip
NEEDED = ("key", "type", "required", "description")
TYPES = ("type", "platform type", "native type")


def column_of(cell: str) -> str | None:
    """What a column holds: the JSON Schema keyword that it is named by, or one of COLUMNS."""
    return cell if cell in KINDS else spelt(cell, COLUMNS)


def spelt(cell: str, spellings: Mapping[Entry, Iterable[str]]) -> Entry | None:
    """The entry one of whose spellings the cell is, whatever its case; None when it is nobody's."""
    folded = cell.casefold()
    return next((entry for entry, known in spellings.items() if folded in map(str.casefold, known)), None)


def is_configuration(header: Line) -> bool:
    columns = set(map(column_of, header.cells))
    return {"key", "required"} <= columns or {"key", "type"} <= columns or {"type", "required"} <= columns


def columns_of(page: Page, header: Line) -> list[str | None]:
    """What every column holds, None where that is unknown or said before."""
    columns: list[str | None] = []
    for cell in header.cells:
        column = column_of(cell)
        if column is None:
            _remark_unknown(page, header.number, cell)
        elif column in columns:
            page.remark(header.number, "column twice", column=cell)
        columns.append(None if column in columns else column)
    has_type = any(column in columns for column in TYPES)
    missing = [column for column in NEEDED if column not in columns and not (column == "type" and has_type)]
    if "key" in missing and columns[0] is None:
        columns[0] = "key"
        missing.remove("key")
    if missing:
        page.remark(header.number, "incomplete", columns=in_words(missing))
    return columns


def _remark_unknown(page: Page, line: int, cell: str) -> None:
    folded = {keyword.casefold(): keyword for keyword in KINDS}
    if near := difflib.get_close_matches(cell.casefold(), folded, 1):
        page.remark(line, "misspelt column", column=cell, near=folded[near[0]])
    else:
        page.remark(line, "column", column=cell, keywords=list(KINDS))


def in_words(columns: Iterable[str]) -> dict[Language, str]:
    """`Required (必填)`: the usual English and Chinese header of each."""
    spellings = [COLUMNS[column] for column in columns]
    pairs = [(known[0], next(word for word in known if not word.isascii())) for known in spellings]
    return {
        "en": ", ".join(f"{english} ({chinese})" for english, chinese in pairs),
        "zh": "、".join(f"{chinese}（{english}）" for english, chinese in pairs),
    }
