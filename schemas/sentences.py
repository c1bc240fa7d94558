"""What people read about a problem: one complete sentence for each keyword, in English and Chinese."""

import json
import os
from collections.abc import Mapping
from typing import Any, Literal, get_args

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
Steps = tuple[str | int, ...]

GENERAL = "another rule"
EMPTY = "empty"
CAN_BE_EMPTY = ("minLength", "minItems", "minProperties")

SENTENCES = {
    "required": {
        "en": "{field} is missing. Fill it in.",
        "zh": "{field}缺失，请填写。",
    },
    "dependentRequired": {
        "en": "{field} is missing. It is needed together with {because}.",
        "zh": "{field}缺失，填写了 {because} 时也必须填写它。",
    },
    EMPTY: {
        "en": "{field} is empty. Fill it in.",
        "zh": "{field}为空，请填写。",
    },
    "unknown": {
        "en": "{field} is not a known field. It is kept as it is.",
        "zh": "{field}不是已知字段，将原样保留。",
    },
    "type": {
        "en": "{field} must be {type}.",
        "zh": "{field}必须是{type}。",
    },
    "const": {
        "en": "{field} must be {expected}.",
        "zh": "{field}必须是 {expected}。",
    },
    "enum": {
        "en": "{field} must be one of {values}.",
        "zh": "{field}必须是下列值之一：{values}。",
    },
    "minLength": {
        "en": "{field} is too short. Its length must be at least {limit}.",
        "zh": "{field}太短，至少需要 {limit} 个字符。",
    },
    "maxLength": {
        "en": "{field} is too long. Its length must not exceed {limit}.",
        "zh": "{field}太长，请缩短到 {limit} 个字符以内。",
    },
    "pattern": {
        "en": "{field} does not have the required form. It must match {pattern}.",
        "zh": "{field}的格式不对，必须匹配 {pattern}。",
    },
    "format": {
        "en": "{field} is not well formed. It must be of the format {format}.",
        "zh": "{field}的格式不对，必须符合 {format} 格式。",
    },
    "minimum": {
        "en": "{field} is too small. It must be {limit} or more.",
        "zh": "{field}太小，必须大于或等于 {limit}。",
    },
    "maximum": {
        "en": "{field} is too large. It must be {limit} or less.",
        "zh": "{field}太大，必须小于或等于 {limit}。",
    },
    "exclusiveMinimum": {
        "en": "{field} is too small. It must be more than {limit}.",
        "zh": "{field}太小，必须大于 {limit}。",
    },
    "exclusiveMaximum": {
        "en": "{field} is too large. It must be less than {limit}.",
        "zh": "{field}太大，必须小于 {limit}。",
    },
    "multipleOf": {
        "en": "{field} must be a multiple of {limit}.",
        "zh": "{field}必须是 {limit} 的倍数。",
    },
    "minItems": {
        "en": "{field} has too few entries. It needs at least {limit}.",
        "zh": "{field}的条目太少，至少需要 {limit} 个。",
    },
    "maxItems": {
        "en": "{field} has too many entries. Keep {limit} or fewer.",
        "zh": "{field}的条目太多，最多保留 {limit} 个。",
    },
    "uniqueItems": {
        "en": "{field} has the same entry more than once. Remove the repeats.",
        "zh": "{field}中有重复的条目，请去掉重复项。",
    },
    "minProperties": {
        "en": "{field} has too few fields. It needs at least {limit}.",
        "zh": "{field}的字段太少，至少需要 {limit} 个。",
    },
    "maxProperties": {
        "en": "{field} has too many fields. Keep {limit} or fewer.",
        "zh": "{field}的字段太多，最多保留 {limit} 个。",
    },
    "additionalProperties": {
        "en": "{field} is not allowed here. Remove it.",
        "zh": "{field}不允许出现在这里，请删除。",
    },
    "unreadable": {
        "en": "{field} cannot be checked. It is nested too deeply or holds a number that JSON does not know.",
        "zh": "{field}无法检查：嵌套过深，或者含有 JSON 不支持的数字。",
    },
    GENERAL: {
        "en": "{field} breaks the rule “{keyword}” of its schema. Correct it.",
        "zh": "{field}不符合其 Schema 的“{keyword}”规则，请修正。",
    },
}

SUGGESTION = {"en": " Did you mean {suggestion}?", "zh": "是不是想写 {suggestion}？"}

TYPES = {
    "string": {"en": "text in double quotes", "zh": "带双引号的文本"},
    "integer": {"en": "a whole number", "zh": "整数"},
    "number": {"en": "a number", "zh": "数字"},
    "boolean": {"en": "true or false", "zh": " true 或 false"},
    "array": {"en": "a list, written [ … ]", "zh": "列表，写作 [ … ]"},
    "object": {"en": "an object, written { … }", "zh": "对象，写作 { … }"},
    "null": {"en": "null", "zh": " null"},
}

DOCUMENT = {"en": "The document", "zh": "整个文档"}
TITLED = {"en": "{title} ({key})", "zh": "{title}（{key}）"}
UNTITLED = {"en": "“{key}”", "zh": "“{key}”"}
ENTRY = {"en": "Entry {number} of {field}", "zh": "{field}的第 {number} 项"}
ENTRY_OF_DOCUMENT = {"en": "Entry {number}", "zh": "第 {number} 项"}

OR = {"en": " or ", "zh": "或"}


def sentence(keyword: str, params: Mapping[str, object], field: str, language: Language) -> str:
    """`field` is what the sentence is about, in words."""
    known = keyword if keyword in SENTENCES else GENERAL
    if keyword in CAN_BE_EMPTY and params.get("limit") == 1:
        known = EMPTY
    words = {name: _in_words(name, value, language) for name, value in params.items()}
    text = SENTENCES[known][language].format(field=field, keyword=keyword, **words)
    return text + SUGGESTION[language].format(**words) if "suggestion" in params else text


def field_in_words(path: Steps, title: str | None, language: Language) -> str:
    """`AccessKey ID (accessKey)`, `Entry 1 of Recipients (phoneList)`, or the whole document."""
    if not path:
        return title or DOCUMENT[language]
    *before, last = path
    if isinstance(last, str):
        pattern = TITLED if title else UNTITLED
        return pattern[language].format(title=title, key=json_path(path).removeprefix("$").removeprefix("."))
    if not before:
        return ENTRY_OF_DOCUMENT[language].format(number=last + 1)
    return ENTRY[language].format(number=last + 1, field=field_in_words(tuple(before), title, language))


def owner(path: Steps) -> Steps:
    """The path to the property whose entry, or entry's entry, a path leads to."""
    return owner(path[:-1]) if path and isinstance(path[-1], int) else path


def json_path(path: Steps) -> str:
    return "$" + "".join(map(_step, path))


def _step(step: str | int) -> str:
    """Keys that are not plain names are quoted in ASCII: they may hold anything, even terminal commands."""
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if step.isidentifier() else f"[{json.dumps(step)}]"


def _in_words(name: str, value: Any, language: Language) -> str:
    match name, value:
        case "type", str():
            return TYPES[value][language]
        case "type", _:
            return OR[language].join(TYPES[each][language] for each in value)
        case "values", _:
            return ", ".join(map(_as_json, value))
        case "expected", _:
            return _as_json(value)
    return str(value)


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def preferred_language() -> Language:
    """The language of the terminal: Chinese where the locale says so, else English."""
    chosen = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "zh" if chosen.lower().startswith("zh") else "en"
