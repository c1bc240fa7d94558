"""What the author of a page is told: one line for each thing that is not understood, in English and Chinese."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from schemas.sentences import Language

# kind: {language: (what is wrong, what was expected instead)}
REMARKS: dict[str, dict[Language, tuple[str, str]]] = {
    # --- the page -----------------------------------------------------------------------------------------------
    "encoding": {
        "en": ("this line is not UTF-8", "a page saved as UTF-8"),
        "zh": ("这一行不是 UTF-8 编码", "以 UTF-8 保存的页面"),
    },
    "fence": {
        "en": ("this code block is never closed", "a line {markup} where it ends"),
        "zh": ("这个代码块没有结束", "在结束处单独写一行 {markup}"),
    },
    "loose rows": {
        "en": (
            "this line begins like a table row but belongs to no table",
            "a header and a delimiter row |---|---| with as many cells, and no empty line between rows",
        ),
        "zh": (
            "这一行像表格的一行，却不属于任何表格",
            "先有表头和单元格数相同的分隔行 |---|---|，各行之间没有空行",
        ),
    },
    "deep": {
        "en": ("this is nested too deeply to be read", "fewer levels"),
        "zh": ("嵌套过深，无法读取", "层级少一些"),
    },
    "no table": {
        "en": ("no configuration table", "one with the columns {columns}"),
        "zh": ("没有配置表格", "含有以下各列的表格：{columns}"),
    },
    "original": {
        "en": ("this page translates one that is not there", "{original}"),
        "zh": ("本页是译文，但找不到原文", "{original}"),
    },
    # --- a table ------------------------------------------------------------------------------------------------
    "nameless": {
        "en": (
            "no heading says what this table configures",
            'one that names a file ("sms.json"), the business configuration, or "Parameter details" under a method',
        ),
        "zh": (
            "没有标题说明这个表格配置的是什么",
            "写有文件名（“sms.json”）、“业务配置”或方法下“参数详解”的标题",
        ),
    },
    "business": {
        "en": (
            "the page shows {files} for this business configuration",
            "one JSON file beside e.json, in the directory tree or in the title of a code block",
        ),
        "zh": (
            "本页为这份业务配置给出的文件是：{files}",
            "除 e.json 外唯一的 JSON 文件，写在目录结构或代码块标题中",
        ),
    },
    "method": {
        "en": ("these parameters stand under “{heading}”", "a heading that is the method's name"),
        "zh": ("这些参数位于标题“{heading}”之下", "以方法名为标题"),
    },
    "second table": {
        "en": ("a second table for {name}, after line {first}", "one table"),
        "zh": ("{name} 已在第 {first} 行有一个表格", "只有一个表格"),
    },
    "nobody's table": {
        "en": (
            "no row is named by “{label}”, so this table is left out (rows: {rows})",
            "a heading with the key of an object or a list",
        ),
        "zh": ("“{label}”没有指明描述的是哪一项，因此略去这个表格（共 {rows} 行）", "标题中写有对象或列表的配置项名称"),
    },
    "placed": {
        "en": ("only an example shows that this table describes {place}", "a heading that says so"),
        "zh": ("仅能从示例看出这个表格描述的是 {place}", "在标题中写明"),
    },
    "another page": {
        "en": ("another page makes {target} too", "one page for each"),
        "zh": ("另一个页面也生成 {target}", "每个文件只由一个页面生成"),
    },
    "no rows": {
        "en": ("the table has no rows", "at least one"),
        "zh": ("表格没有数据行", "至少一行"),
    },
    "column": {
        "en": ("the column “{column}” is unknown", "a JSON Schema keyword: {keywords}"),
        "zh": ("列“{column}”无法识别", "JSON Schema 关键字之一：{keywords}"),
    },
    "misspelt column": {
        "en": ("the column “{column}” is unknown", "the JSON Schema keyword {near}"),
        "zh": ("列“{column}”无法识别", "JSON Schema 关键字 {near}"),
    },
    "column twice": {
        "en": ("the column “{column}” is there twice", "it once"),
        "zh": ("列“{column}”出现了两次", "只出现一次"),
    },
    "incomplete": {
        "en": ("the header is incomplete", "also {columns}"),
        "zh": ("表头不完整", "同时含有 {columns}"),
    },
    # --- a row --------------------------------------------------------------------------------------------------
    "cells": {
        "en": (
            "this row has not {columns} cells but {width}",
            "as many as the header has (write | within a cell as \\|)",
        ),
        "zh": ("这一行应有 {columns} 个单元格，实有 {width} 个", "与表头相同的个数（单元格内的 | 写作 \\|）"),
    },
    "no key": {
        "en": ("the key is empty", "a name of letters, digits, _ and -"),
        "zh": ("配置项名称为空", "由字母、数字、_ 和 - 组成的名称"),
    },
    "key": {
        "en": ("“{key}” is no key", "a name of letters, digits, _ and -"),
        "zh": ("“{key}”不能作配置项名称", "由字母、数字、_ 和 - 组成的名称"),
    },
    "repeated": {
        "en": ("{key} is already in line {first}", "each key once"),
        "zh": ("{key} 已在第 {first} 行出现", "每个名称只出现一次"),
    },
    "parent": {
        "en": ("{key} cannot lie within {parent}, which is of the type {type}", "an object or a list around it"),
        "zh": ("{key} 不能属于 {parent}，后者的类型是 {type}", "外层是对象或列表"),
    },
    "type": {
        "en": ("“{type}” is no known type", "{types}, or one composed of these, such as string[]"),
        "zh": ("“{type}”不是已知类型", "{types}，或由它们组成的类型，例如 string[]"),
    },
    "required": {
        "en": ("“{cell}” is no known spelling of required", "Yes or No (是 or 否)"),
        "zh": ("“{cell}”不是已知的必填写法", "是或否（Yes 或 No）"),
    },
    "keyword": {
        "en": ("“{cell}” cannot be {keyword}", "{demand}"),
        "zh": ("“{cell}”不能作 {keyword} 的值", "{demand}"),
    },
    "default": {
        "en": ("“{cell}” cannot be read as the default", 'a value of the row\'s type, such as "text", 5 or true'),
        "zh": ("“{cell}”无法作为默认值读取", '与本行类型相符的值，例如 "text"、5 或 true'),
    },
    "fixed value": {
        "en": ("the fixed value is not in quotation marks", 'Fixed value "X" or 固定值"X"'),
        "zh": ("固定值没有写在引号里", 'Fixed value "X" 或 固定值"X"'),
    },
    "contradiction": {
        "en": ("{keyword} of {key} breaks its own row ({rule})", "a value it allows"),
        "zh": ("{key} 的 {keyword} 违反本行自身的规则（{rule}）", "本行所允许的值"),
    },
    # --- a translation ------------------------------------------------------------------------------------------
    "no such row": {
        "en": ("{original} has no row {key}", "the same rows there"),
        "zh": ("{original} 中没有 {key} 这一行", "两页的行相同"),
    },
    "differs": {
        "en": ("row {key} differs from {original} in {keywords}", "a difference in words only"),
        "zh": ("{key} 这一行与 {original} 不同：{keywords}", "只有文字不同"),
    },
    # --- an example ---------------------------------------------------------------------------------------------
    "no json": {
        "en": ("this example of {name} is not JSON", "JSON, with comments if need be"),
        "zh": ("{name} 的这个示例不是 JSON", "JSON，可以带注释"),
    },
    "example breaks row": {
        "en": ("the example's {path} breaks the row in line {row} ({rule})", "a table and an example that agree"),
        "zh": ("示例中的 {path} 违反第 {row} 行的规则（{rule}）", "表格与示例一致"),
    },
    "example lacks row": {
        "en": ("the example lacks {path}, which line {row} requires", "a table and an example that agree"),
        "zh": ("示例缺少第 {row} 行规定必填的 {path}", "表格与示例一致"),
    },
    "row missing": {
        "en": ("the example has {path}, for which the table has no row", "a table and an example that agree"),
        "zh": ("示例中有 {path}，表格中却没有这一行", "表格与示例一致"),
    },
}

LINE: dict[Language, str] = {
    "en": "{page}:{line}: {wrong}; expected {expected}",
    "zh": "{page}:{line}：{wrong}；应为：{expected}",
}
SEPARATOR: dict[Language, str] = {"en": ", ", "zh": "、"}


@dataclass(frozen=True)
class Remark:
    """One thing on a page that is not understood. Facts that differ by language are mappings {"en": …, "zh": …}."""

    page: str
    line: int
    kind: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, language: Language) -> str:
        words = {name: _in_words(fact, language) for name, fact in self.facts.items()}
        wrong, expected = (part.format_map(words) for part in REMARKS[self.kind][language])
        return LINE[language].format(page=self.page, line=self.line, wrong=wrong, expected=expected)


class TableError(Exception):
    """A page that must be understood in full and is not: `remarks` says, in the order of the page, what is wrong."""

    def __init__(self, remarks: Sequence[Remark]):
        super().__init__("\n".join(remark.sentence("en") for remark in remarks))
        self.remarks = tuple(remarks)

    def in_language(self, language: Language) -> str:
        return "\n".join(remark.sentence(language) for remark in self.remarks)


def _in_words(fact: object, language: Language) -> str:
    if isinstance(fact, Mapping):
        return str(fact[language])
    return SEPARATOR[language].join(map(str, fact)) if isinstance(fact, list | tuple) else str(fact)
