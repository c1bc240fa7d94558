"""What a description states firmly: the fixed value, the default, the values allowed, and limits.

"Usually", "for example", "etc." and their like make a statement soft; a soft statement is left as words.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from schemas.values import NO_VALUE, value_in

Keywords = dict[str, Any]
# What is not said by then is not the gist of it, and patterns take their time with longer texts.
LONGEST = 1000

# --- the building blocks of all patterns below; texts have `code` in backticks ---------------------------------------
VALUE = r"""(?:"[^"]*"|'[^']*'|`[^`]*`|“[^”]*”|‘[^’]*’)"""
WORD = r"[A-Za-z][A-Za-z0-9_-]*"
NUMBER = r"-?\d{1,15}(?:\.\d{1,15})?(?:\^\d{1,2}(?:-\d{1,15})?)?"
CLAUSE_END = r"(?=\s*(?:$|[。；;，,)）|]|\.(?:\s|$)))"
EXPLAINED = r"(?:\s*[（(][^（）()]*[)）]|\s*[:：]\s*[^,，、;；。\"“'‘`|]+)?"
COMMA = r"\s*(?:,|，|、|/|\|)\s*"
OR = rf"(?:{COMMA}(?:or\s+|and\s+|或)?|\s*(?:\bor\b|\band\b|或者?|和)\s*)"
TO = r"\s*(?:-|~|～|–|—|to|至|到|and|和)\s*"
CHARACTERS = r"\s*(?:characters?|chars?|[个位]?字符|个?字|位)"

# --- what takes the firmness from a statement that it stands before, or after -----------------------------------------
CLAUSE = r"(?:(?!\.\s)[^。；;，,|])*$"
SOFT = re.compile(
    r"(\b(usually|generally|typically|normally|often|recommended|suggested|about|approximately|around|such as|e\.g\."
    r"|for example|examples?|not|no|without)\b"
    r"|通常|一般|往往|建议|推荐|大约|例如|比如|示例|[没未]有|不|无|如(?![果何下]))" + CLAUSE,
    re.IGNORECASE,
)
CONDITIONAL = re.compile(r"(\b(if|when|unless|while)\b|如果|若|当(?!前))[^。；;|]*$", re.IGNORECASE)
OPEN_ENDED = re.compile(r"\s*(等|…|\.\.\.|etc\b|and so on|之类)", re.IGNORECASE)
NOT_A_LIST = re.compile(r"(format|path|url|uri|address|格式|路径|地址|目录)\s*(is|为|是)?\s*[:：]\s*$", re.IGNORECASE)

QUOTED = re.compile(VALUE)
FIXED = re.compile(
    r"(?:fixed (?:value|as|to|at)|固定取?值|固定[为是])(?P<linked>\s*(?:[:：]|is\b|为|是))?\s*|"
    r"(?P<must>must be|必须[为是]|只能[为是])\s*",
    re.IGNORECASE,
)
FIXED_TOKEN = re.compile(rf"(?P<token>[A-Za-z0-9_./-]+?){CLAUSE_END}")
DOTTED = re.compile(r"\w+(\.\w+)+|\.")
ANOTHER = re.compile(rf"{EXPLAINED}{OR}{VALUE}", re.IGNORECASE)

DEFAULT = re.compile(r"(?:\bdefaults?(?:\s+value)?|默认值?)\s*(?:\bis\b|\bto\b|为|是)?\s*[:：=]?\s*", re.IGNORECASE)
DEFAULT_VALUE = re.compile(rf"{VALUE}|{NUMBER}(?![A-Za-z0-9.^_])|(?:true|false)\b|\[\]|\{{\}}|{WORD}", re.IGNORECASE)
LITERAL = re.compile(rf"{VALUE}|{NUMBER}|true|false|\[\]|\{{\}}", re.IGNORECASE)

CHOICE = (
    r"(?:one of|optional(?: values?)?|allowed values?|possible values?|可选值?为?|可选项|取值为?|枚举值?)\s*[:：]?\s*"
)
LISTS = (
    # the list · what must stand before it
    re.compile(rf"(?P<list>{VALUE}{EXPLAINED}(?:{OR}{VALUE}{EXPLAINED})+)", re.IGNORECASE),
    re.compile(rf"(?:[:：]\s*|{CHOICE})(?P<list>{WORD}(?:\s*/\s*{WORD})+){CLAUSE_END}", re.IGNORECASE),
    re.compile(rf"{CHOICE}(?P<list>{WORD}(?:{OR}{WORD})+){CLAUSE_END}", re.IGNORECASE),
    re.compile(r"[:：]\s*(?P<list>[A-Z]{2,}(?:\s*(?:,|，|、|/|\bor\b|或)\s*[A-Z]{2,})+)(?=\s*(?:$|[。；;.)）]))"),
    re.compile(
        rf"(?P<list>{WORD}\s*[（(][^（）()]*[)）](?:(?:{COMMA})?\s*(?:\bor\b|或)\s*{WORD}\s*[（(][^（）()]*[)）])+)"
    ),
)
MEMBER = re.compile(rf"({VALUE}|{WORD}){EXPLAINED}(?:{OR}|$)", re.IGNORECASE)
# `0: no, 1: yes` · `1启用/0禁用` · `(1=是, 0=否)` · `0关闭1开启`
NUMBERED = r"\d{1,9}\s*(?:[:：=-]|为|表示)?\s*[^\d\s,，、;；/:：=][^\d,，、;；/:：=]*"
NUMBERED_LIST = re.compile(
    rf"(?:^|[:：,，、(（\s])(?P<list>{NUMBERED}(?:(?:\s*[,，、;；/]\s*|(?=\d{1, 9}[:：=])|(?<=[一-鿿])){NUMBERED})+)"
    r"(?=\s*(?:$|[)）。；;，,.|]))"
)

Build = Callable[[list[Any]], Keywords]


def _between(low: str, high: str) -> Build:
    return lambda numbers: {low: numbers[0], high: numbers[-1]}


def _one(keyword: str) -> Build:
    return lambda numbers: {keyword: numbers[0]}


def _always(**keywords: object) -> Build:
    return lambda numbers: dict(keywords)


TEXT, NUMERIC = ("string",), ("integer", "number")
MOST = r"(?:at most|no more than|up to|max(?:imum)?(?: length)?(?: of)?|不超过|不得超过|不大于|最多|最长|最大长度为?)"
LEAST = r"(?:at least|no less than|min(?:imum)?(?: length)?(?: of)?|不少于|不小于|至少|最少|最短|最小长度为?)"
LENGTH = r"(?:\blength\b|长度)(?:\s+(?:is|of)\b|为|是|固定为)?\s*[:：]?\s*"
RANGE = (
    r"(?:\brange\b|\bbetween\b|\bfrom\b|取值范围|范围|取值|介于)(?:\s+(?:is|of|from|between)\b|[为是在])?\s*[:：]?\s*"
)
LIMITS: tuple[tuple[tuple[str, ...], str, Build], ...] = (
    # JSON types · statement, N being a number · keywords
    (TEXT, rf"{LENGTH}N{TO}N(?:{CHARACTERS})?|(?:^|[,，(（]\s*)N{TO}N{CHARACTERS}", _between("minLength", "maxLength")),
    (TEXT, rf"{MOST}\s*N{CHARACTERS}", _one("maxLength")),
    (TEXT, rf"{LEAST}\s*N{CHARACTERS}", _one("minLength")),
    (TEXT, rf"N characters long|{LENGTH}N(?:{CHARACTERS}|{CLAUSE_END})|[（(]N{CHARACTERS}[)）]",
     _between("minLength", "maxLength")),
    (TEXT, r"\bUUID(?: format|格式)", _always(format="uuid")),
    (TEXT, r"\be-?mail\b(?: address)? format|邮箱格式", _always(format="email")),
    (NUMERIC, rf"{RANGE}N{TO}N|[（(]N\s*[-~～]\s*N[)）]", _between("minimum", "maximum")),
    (NUMERIC, r"positive integer|正整数", _always(minimum=1)),
    (NUMERIC, r"non-negative|非负", _always(minimum=0)),
    (NUMERIC, r"(?:greater|more) than\s*N|(?<!不)大于\s*N", _one("exclusiveMinimum")),
    (NUMERIC, r"less than\s*N|(?<!不)小于\s*N", _one("exclusiveMaximum")),
    (NUMERIC, r"(?:at most|no more than|maximum(?: of)?|不大于|不超过|最大值?为?)\s*N", _one("maximum")),
    (NUMERIC, r"(?:at least|no less than|minimum(?: of)?|不小于|不少于|最小值?为?)\s*N", _one("minimum")),
)  # fmt: skip
LIMIT_PATTERNS = tuple(
    (kinds, re.compile(pattern.replace("N", f"({NUMBER})"), re.IGNORECASE), build) for kinds, pattern, build in LIMITS
)


def fixed_value(text: str, kind: object) -> Any:
    """NO_VALUE where nothing is fixed; the words alone, in the middle of a sentence, are just words."""
    for words in _firm(FIXED, text):
        quoted = QUOTED.match(text, words.end())
        if quoted and not ANOTHER.match(text, quoted.end()):
            value = value_in(quoted[0], kind)
            return quoted[0][1:-1] if value is NO_VALUE else value
        token = FIXED_TOKEN.match(text, words.end())
        if token and not words["must"] and (words["linked"] or _links(words[0]) or DOTTED.fullmatch(token[0])):
            return value_in(token["token"].rstrip(".") or ".", kind)
    return NO_VALUE


def _links(words: str) -> bool:
    return words.rstrip().endswith(("as", "to", "at", "为", "是"))


def begins_fixed(text: str) -> bool:
    """Whether the description opens with a fixed value, readable or not."""
    found = FIXED.match(text)
    return found is not None and not found["must"]


def default_value(text: str, kind: object, allowed: list[Any]) -> Any:
    """A word without quotation marks is a default only if it is one of the values allowed."""
    for words in _firm(DEFAULT, text):
        found = DEFAULT_VALUE.match(text, words.end())
        value = value_in(found[0], kind) if found else NO_VALUE
        if found and value is not NO_VALUE and (LITERAL.fullmatch(found[0]) or value in allowed):
            return value
    return NO_VALUE


def allowed_values(text: str, kind: object) -> list[Any]:
    """The enumeration that a text gives, in its order; empty where it gives none, or not all of it."""
    if kind in NUMERIC:
        return _numbered(text)
    if kind not in ("string", None):
        return []
    for pattern in LISTS:
        for found in _firm(pattern, text):
            before, after = text[: found.start("list")], text[found.end("list") :]
            if not (OPEN_ENDED.match(after) or NOT_A_LIST.search(before) or before.rstrip().endswith(("[", "{"))):
                return _members(found["list"])
    return []


def _members(text: str) -> list[Any]:
    members = [value_in(found[1], "string") for found in MEMBER.finditer(text)]
    is_plain = all(isinstance(member, str) and re.fullmatch(r"[^\s{}<>]+", member) for member in members)
    return list(dict.fromkeys(members)) if is_plain else []


def _numbered(text: str) -> list[Any]:
    for found in _firm(NUMBERED_LIST, text):
        numbers = [int(number) for number in re.findall(r"\d+", found["list"])]
        if sorted(numbers) in (list(range(len(numbers))), list(range(1, len(numbers) + 1))):
            return numbers
    return []


def limits(text: str, kind: object) -> Keywords:
    """Lengths, ranges and formats."""
    found: Keywords = {}
    for kinds, pattern, build in LIMIT_PATTERNS:
        for stated in _firm(pattern, text) if kind in kinds else ():
            numbers = [_number(group) for group in stated.groups() if group is not None]
            for keyword, limit in build(numbers).items():
                found.setdefault(keyword, limit)
    return found


def _firm(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    for found in pattern.finditer(text[:LONGEST]):
        before = text[: found.start()]
        if not SOFT.search(before) and not CONDITIONAL.search(before):
            yield found


def _number(text: str) -> int | float:
    """`10^10-1` is one less than ten to the tenth."""
    power = re.fullmatch(r"(-?\d+)\^(\d+)(?:-(\d+))?", text)
    if power:
        number: int = int(power[1]) ** int(power[2])
        return number - int(power[3] or 0)
    return float(text) if "." in text else int(text)
