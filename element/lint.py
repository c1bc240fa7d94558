"""What looks odd in a template or its values: remarks by the rules Alibaba published up to AS_OF, never refusals.

Alibaba alone decides, and its rules change with the carriers. Sources: https://help.aliyun.com/document_detail/91975.html
(texts), …/463237.html and …/463270.htm (verification and notification), …/2806243.html (kinds of variables).
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from element.template import LONGEST_VALUE, PLACEHOLDER, length
from element.words import Language

AS_OF = "2025-12"
LONGEST_TEXT = 500

Purpose = Literal["verification", "notification", "promotion", "international"]
PURPOSES: Mapping[str, Purpose] = {  # by the TemplateType that GetSmsTemplate answers
    "0": "verification",
    "1": "notification",
    "2": "promotion",
    "3": "international",
}

# fmt: off
WORDS = {
    "too_long":        ("The text is longer than the 500 characters that a template takes.",
                        "模板内容超过 500 个字符的上限。"),
    "repeated":        ("{about} stands in the text more than once; a variable may stand there once.",
                        "变量 {about} 重复出现，同一变量只能使用一次。"),
    "adjacent":        ("{about} stands right beside another variable. Put words between them.",
                        "变量 {about} 与另一个变量相邻，请在中间加上文字。"),
    "only_variables":  ("The text has variables and no words. Say in words what it is about.",
                        "模板不能全部由变量组成，请补充说明文字。"),
    "variable_name":   ("{about} may be refused as a variable: a name has up to 25 letters, digits and _, begins "
                        "with a letter, and is not email, mobile, id, nick or site.",
                        "变量 {about} 可能无法通过审核：变量名以字母开头，由字母、数字和下划线组成，不超过 25 个字符，"
                        "且不能是 email、mobile、id、nick、site。"),
    "edge_bracket":    ("The text begins or ends with [ or ]. Take the bracket out.",
                        "模板内容的开头或结尾是 [ 或 ]，请去掉。"),
    "symbol":          ("{about} cannot be sent. Take it out.",
                        "不支持字符 {about}，请去掉。"),
    "traditional":     ("{about} seems to be traditional Chinese. Use simplified characters.",
                        "{about} 疑似繁体字，请使用简体字。"),
    "no_code_word":    ("A verification template has to say 验证码, 注册码, 校验码, 动态码 or 动态密码.",
                        "验证码模板须包含“验证码”“注册码”“校验码”“动态码”或“动态密码”。"),
    "more_variables":  ("A verification template has one variable, the code. Write the rest as words.",
                        "验证码模板只能有一个变量，即验证码，其他内容请写成文字。"),
    "link":            ("A verification template must not hold a link such as {about}.",
                        "验证码模板不能包含链接（{about}）。"),
    "mobile":          ("The text holds a mobile number. Give a landline or a 400 number instead.",
                        "模板内容含有手机号码，请改用固定电话或 400 电话。"),
    "opt_out":         ("{about} belongs into promotion templates only.",
                        "“{about}”只能用于推广短信模板。"),
    "no_opt_out":      ("A promotion template has to end with 拒收请回复R.",
                        "推广短信模板须以“拒收请回复R”结尾。"),
    "value_too_long":  ("The value of {about} is longer than its variable takes.",
                        "参数 {about} 的值超过了变量的长度上限。"),
    "value_link":      ("The value of {about} holds a web, domain or IP address. Put links into the template.",
                        "参数 {about} 的值含有网址、域名或 IP 地址，请将链接写进模板。"),
    "value_character": ("The value of {about} holds emoji, unusual symbols or traditional Chinese.",
                        "参数 {about} 的值含有表情、特殊符号或繁体字。"),
    "value_kind":      ("The value of {about} does not look like {en}, which its variable takes.",
                        "参数 {about} 的值可能不符合变量要求：{zh}。"),
}
# fmt: on

NAME = r"[^\W\d]\w*"
SLIP = re.compile(
    rf"{PLACEHOLDER.pattern}"  # what is one already, whatever its name holds: it is left as it is
    rf"|[$＄]?[{{｛]{{2}}\s*({NAME})\s*[}}｝]{{2}}"  # {{code}}
    rf"|[$＄]?[{{｛]\s*({NAME})\s*[}}｝]"  # {code} ${ code } ｛code｝
    r"|[$＄]([A-Za-z_][A-Za-z0-9_]*)"  # $code
)
VARIABLE_NAME = re.compile(r"(?!(?:email|mobile|id|nick|site)\Z)[A-Za-z][A-Za-z0-9_]{0,24}")
SYMBOL = re.compile("[【】〖〗『』「」²•①-⑳★☆※→❤™\U0001f000-\U0001faff]")
LINK = re.compile(
    r"https?://\S+|www\.\S+|(?<!\d)\d{1,3}(?:\.\d{1,3}){3}(?!\d)"
    r"|[a-z0-9-]+\.(?:com|cn|net|org|io|top|xyz|cc|co|me)(?![a-z0-9])",
    re.IGNORECASE | re.ASCII,
)
MOBILE = re.compile(r"(?<!\d)(?=1[3-9]\d{9}(?!\d))", re.ASCII)  # the place alone, so that no remark holds the number
OPT_OUT = re.compile("拒收请回复R")

# What a text of this purpose (None: any text) must not hold, and what it must.
WITHOUT: Mapping[Purpose | None, Mapping[str, re.Pattern[str]]] = {
    None: {
        "adjacent": re.compile(rf"{PLACEHOLDER.pattern}(?=\$\{{)"),
        "edge_bracket": re.compile(r"\A(?=\[)|(?<=\])\Z"),
        "symbol": SYMBOL,
    },
    "verification": {"link": LINK, "mobile": MOBILE, "opt_out": OPT_OUT},
    "notification": {"mobile": MOBILE, "opt_out": OPT_OUT},
}
WITH: Mapping[Purpose | None, Mapping[str, re.Pattern[str]]] = {
    "verification": {"no_code_word": re.compile("验证码|注册码|校验码|动态码|动态密码")},
    "promotion": {"no_opt_out": re.compile(r"拒收请回复R\s*\Z")},
}


class Kind(NamedTuple):
    """What a variable takes: a pattern, the longest value, a value that fits, and the rule in words."""

    pattern: str
    longest: int
    sample: str
    en: str
    zh: str


DAY = r"\d{4}(\d{4}|-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2}|年\d{1,2}月\d{1,2}日)"
CLOCK = r"(\d{1,2}:\d{2}(:\d{2})?|\d{1,2}时(\d{1,2}分)?)"
TIME = rf"{DAY} ?(上午|下午|晚上)?|({DAY} ?)?{CLOCK}"

# By the codes in GetSmsTemplate's VariableAttribute. Up to "time" the rules are Alibaba's; of the others its page
# names the code alone, and the rule is what public validators use.
# fmt: off
KINDS: Mapping[str, Kind] = {
    "numberCaptcha":        Kind(r"\d{4,6}", 6, "123456", "4–6 digits", "4–6 位数字"),
    "characterWithNumber":  Kind(r"[A-Za-z\d]{4,6}", 6, "A1B2C3", "4–6 letters or digits", "4–6 位字母或数字"),
    "characterWithNumber2": Kind(r"[A-Za-z\d]{4,6}", 6, "A1B2C3", "4–6 letters or digits", "4–6 位字母或数字"),
    "phone_number2":        Kind(r"1\d{10}|[\d-]{5,15}", 15, "4008001234", "a phone number", "电话号码"),
    "time":                 Kind(TIME, 20, "2026-01-15 10:30", "a date or time", "日期或时间"),
    "money":                Kind(r"\d+(\.\d+)?", 20, "100.00", "a number without currency", "不带货币符号的数字"),
    "other_number2":        Kind(r"[A-Za-z\d]{1,35}", 35, "A20260115001", "letters and digits", "字母或数字"),
    "name":                 Kind(r"[\u4e00-\u9fff·]{2,5}", 5, "张三", "2–5 Chinese characters", "2–5 个汉字"),
    "user_nick":            Kind(r".{1,20}", 20, "小张", "a nickname", "用户昵称"),
    "unit_name":            Kind(r"[\u4e00-\u9fff]{1,20}", 20, "示例公司", "Chinese characters", "汉字"),
    "address":              Kind(r".{1,30}", 30, "杭州市西湖区", "an address", "地址"),
    "license_plate_number": Kind(r".{1,10}", 10, "浙A12345", "a number plate", "车牌号"),
    "tracking_number":      Kind(r"[A-Za-z\d]{8,16}", 16, "SF1234567890", "a parcel number", "快递单号"),
    "pick_up_code":         Kind(r"[\d_-]{4,8}", 8, "8-2-1001", "4–8 digits, - or _", "4–8 位数字、- 或 _"),
    "link_param":           Kind(r"[A-Za-z\d]{1,8}", 8, "a1b2c3", "letters or digits", "字母或数字"),
    "email_address":        Kind(r"[^@\s]+@[^@\s]+", 30, "user@example.com", "an email address", "电子邮箱"),
    "verifyTime":           Kind(r"[1-9]\d?", 2, "5", "minutes from 1 to 99", "1–99 的分钟数"),
    "others":               Kind(r"(?s:.*)", LONGEST_VALUE, "示例内容", "text", "文本"),
}
# fmt: on
GUESSES = {  # a variable whose name holds this word is probably of this kind
    "code": "numberCaptcha",
    "minute": "verifyTime",
    "time": "time",
    "date": "time",
    "money": "money",
    "amount": "money",
    "price": "money",
    "phone": "phone_number2",
    "order": "other_number2",
    "nick": "user_nick",
    "name": "user_nick",
    "address": "address",
    "mail": "email_address",
}
NASTY_VALUES = ("字" * 36, "😀", "https://example.com", "【】", 'a"b\\c', "第一行\n第二行", "~!*'() +&=%", "${code}")


class Slip(NamedTuple):
    """A placeholder in another writing, and the one that was probably meant."""

    written: str
    meant: str


@dataclass(frozen=True)
class Remark:
    """One odd thing: the rule, and the variable or the characters it is about. Holds no value."""

    rule: str
    about: str = ""
    kind: Kind = KINDS["others"]

    def sentence(self, language: Language) -> str:
        """What is odd and what to do, in "en" or "zh"."""
        words = WORDS[self.rule][language == "zh"]
        return words.format(about=self.about, en=self.kind.en, zh=self.kind.zh)


def slips(text: str) -> list[Slip]:
    """Placeholders that Alibaba would send as plain text: {{code}}, {code}, $code, ${ code }, ｛code｝."""
    found = dict.fromkeys(Slip(match[0], _mended(match)) for match in SLIP.finditer(text))
    return [slip for slip in found if slip.written != slip.meant]


def mended(text: str) -> str:
    """The text with every such slip written as ${code}."""
    return SLIP.sub(_mended, text)


def _mended(match: re.Match[str]) -> str:
    return f"${{{match[match.lastindex or 0]}}}"


def text_remarks(text: str, purpose: Purpose | None = None) -> list[Remark]:
    """Remarks on a template's text; those of its type only when its purpose is known."""
    remarks = [*_structure(text, purpose)]
    for scope in dict.fromkeys([None, purpose]):
        for rule, pattern in WITHOUT.get(scope, {}).items():
            remarks += [Remark(rule, match[0]) for match in pattern.finditer(text)]
        remarks += [Remark(rule) for rule, pattern in WITH.get(scope, {}).items() if not pattern.search(text)]
    return list(dict.fromkeys(remarks))


def _structure(text: str, purpose: Purpose | None) -> Iterator[Remark]:
    counted = Counter(PLACEHOLDER.findall(text))
    if len(text) > LONGEST_TEXT:
        yield Remark("too_long")
    for name, count in counted.items():
        if count > 1:
            yield Remark("repeated", f"${{{name}}}")
        if not VARIABLE_NAME.fullmatch(name):
            yield Remark("variable_name", f"${{{name}}}")
    if counted and not re.search(r"\w", PLACEHOLDER.sub("", text)):
        yield Remark("only_variables")
    if purpose == "verification" and len(counted) > 1:
        yield Remark("more_variables")
    if found := "".join(dict.fromkeys(filter(_traditional, text))):
        yield Remark("traditional", found)


def value_remarks(params: Mapping[str, object], kinds: Mapping[str, str] | None = None) -> list[Remark]:
    """Remarks on the values; `kinds` gives the variables' attribute codes where they are known."""
    return [
        Remark(rule, name, kind)
        for name, value in params.items()
        if value not in (None, "")
        for kind in [_kind(name, kinds)]
        for rule in _broken(str(value), kind)
    ]


def _broken(value: str, kind: Kind) -> Iterator[str]:
    if length(value) > kind.longest:
        yield "value_too_long"
    elif not re.fullmatch(kind.pattern, value, re.ASCII):
        yield "value_kind"
    if LINK.search(value) and kind is not KINDS["email_address"]:
        yield "value_link"
    if SYMBOL.search(value) or any(map(_traditional, value)):
        yield "value_character"


def sample(name: str, kinds: Mapping[str, str] | None = None) -> str:
    """A value that the variable takes: by its attribute code where that is known, else guessed by its name."""
    guess = next((kind for word, kind in GUESSES.items() if word in name.lower()), "others")
    return _kind(name, {name: guess} | dict(kinds or {})).sample


def limits(kinds: Mapping[str, str]) -> dict[str, int]:
    """The longest value of each variable, from the attribute codes."""
    return {name: _kind(name, kinds).longest for name in kinds}


def _kind(name: str, kinds: Mapping[str, str] | None) -> Kind:
    return KINDS.get((kinds or {}).get(name, ""), KINDS["others"])


def _traditional(character: str) -> bool:
    """Whether a character looks traditional: the encoding of Taiwan has it, the mainland's basic one does not."""
    return "\u4e00" <= character <= "\u9fff" and _fits(character, "big5") and not _fits(character, "gb2312")


def _fits(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
