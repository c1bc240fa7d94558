"""The key doctor: what copying and pasting does to the values of sms.json, and each value mended.

A table of ailments: which fields can have it, what it does to a text, and the words for it in words.toml. A value that
only refers to the environment ({{NAME}}) is well.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from element.settings import REFERENCE
from element.words import Language, say

KEYS = ("accessKey", "accessSecret")
ALL = (*KEYS, "verifySign")
KEY_ID = re.compile(r"LTAI[A-Za-z0-9]{8,26}")

_QUOTES = "\"'`“”‘’「」『』＂＇"
_QUOTED = re.compile(f"\\s*[{_QUOTES}]+(.*?)[{_QUOTES}]+[,;，；]?\\s*", re.DOTALL)
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_ODD_SPACE = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_WIDE = re.compile("[\uff01-\uff5e]")
_BRACKETS = re.compile(r"[【】]|^\[|\]$")
_PLACEHOLDER = re.compile(
    r"""\s*(
        <.*> | \[.*\] | \$\{.*\} | [x*.•…-]{3,}
      | (your|my|the|insert|enter|replace)[\s_-].*
      | (请|在此|此处|填写|输入|替换|你的|您的).*
      | access[\s_-]?key([\s_-]?(id|secret))? | access[\s_-]?secret | key[\s_-]?id
      | secret | signature | sign | 短信签名
      | todo | changeme | example | placeholder
    )\s*""",
    re.VERBOSE | re.IGNORECASE,
)


def _without(pattern: re.Pattern[str]) -> Callable[[str], str]:
    return lambda text: pattern.sub("", text)


@dataclass(frozen=True)
class Ailment:
    """`mend` gives the text as it should be; a text that it leaves alone does not have the ailment."""

    kind: str
    fields: tuple[str, ...]
    mend: Callable[[str], str]


# In the order in which they are mended: what hides other ailments comes first.
AILMENTS = (
    Ailment("unseen", ALL, _without(_UNSEEN)),
    Ailment("odd_space", KEYS, lambda text: _ODD_SPACE.sub(" ", text)),
    Ailment("quotes", ALL, lambda text: _QUOTED.sub(r"\1", text) if _QUOTED.fullmatch(text) else text),
    Ailment("wide", KEYS, lambda text: _WIDE.sub(lambda wide: unicodedata.normalize("NFKC", wide[0]), text)),
    Ailment("placeholder", ALL, lambda text: "" if is_placeholder(text) else text),
    Ailment("blank", KEYS, lambda text: "".join(text.split())),
    Ailment("blank", ("verifySign",), str.strip),
    Ailment("brackets", ("verifySign",), lambda text: _BRACKETS.sub("", text)),
)


@dataclass(frozen=True)
class Finding:
    """One ailment of one property. `mended` holds the values to put in, by property; they are in no text of it."""

    parameter: str
    kind: str
    mended: Mapping[str, str] = field(repr=False)

    def sentence(self, language: Language) -> str:
        """What is wrong and what the mend does, in "en" or "zh", without the value."""
        return say(f"doctor.{self.kind}", language, {"parameter": self.parameter})


def findings(document: Mapping[str, Any]) -> list[Finding]:
    """What ails the values of an sms.json. `mended` of each assumes that those before it are mended too."""
    texts = {name: text for name in ALL if isinstance(text := document.get(name), str) and text.strip()}
    found = []
    for ailment in AILMENTS:
        for name in [name for name in ailment.fields if name in texts and not _refers(texts[name])]:
            mended = ailment.mend(texts[name])
            if mended != texts[name]:
                found.append(Finding(name, ailment.kind, {name: mended}))
                texts[name] = mended
    return found + _swapped(texts)


def mended(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with everything mended; what cannot be guessed is left empty."""
    changes = {name: value for finding in findings(document) for name, value in finding.mended.items()}
    return {**document, **changes}


def is_placeholder(text: str) -> bool:
    """Whether a text stands where a value is still to be filled in."""
    return bool(_PLACEHOLDER.fullmatch(text))


def _swapped(texts: Mapping[str, str]) -> list[Finding]:
    """The two halves of the key in each other's place, told by the ID's beginning."""
    key_id, secret = (texts.get(name, "") for name in KEYS)
    if KEY_ID.fullmatch(secret) and not KEY_ID.fullmatch(key_id):
        return [Finding("accessKey", "swapped", {"accessKey": secret, "accessSecret": key_id})]
    return []


def _refers(text: str) -> bool:
    return bool(REFERENCE.search(text)) and not REFERENCE.sub("", text).strip()
