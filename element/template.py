"""What a template's text becomes: placeholders, the rendered message, its length, the parts it is billed as.

Pure functions on text. The rules are those Alibaba publishes for messages within the Chinese mainland
(https://help.aliyun.com/zh/sms/user-guide/message-rules).
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

PLACEHOLDER = re.compile(r"\$\{([^\s${}]+)\}")
ONE_PART = 70
PART_OF_MANY = 67
LONGEST_VALUE = 35


@dataclass(frozen=True)
class Comparison:
    """How params fit a template: placeholders without a value, params without a placeholder, and for
    such a param the missing placeholder that it probably means."""

    missing: list[str]
    unused: list[str]
    near: dict[str, str]

    @property
    def fits(self) -> bool:
        """Whether every placeholder has its value and every param its placeholder."""
        return not self.missing and not self.unused


def placeholders(text: str) -> list[str]:
    """The names in `${…}`, in order, without repeats."""
    return list(dict.fromkeys(PLACEHOLDER.findall(text)))


def render(text: str, params: Mapping[str, object]) -> str:
    """The text with its placeholders filled, in one pass: what a value holds is not rendered again.

    A placeholder without a value (absent, None or empty) stays as it is written.
    """

    def value_of(match: re.Match[str]) -> str:
        value = params.get(match[1])
        return str(value) if _has_text(value) else match[0]

    return PLACEHOLDER.sub(value_of, text)


def message(sign: str, text: str, params: Mapping[str, object]) -> str:
    """What arrives on the phone: the signature in its brackets, then the rendered text."""
    return f"【{sign}】{render(text, params)}"


def length(message: str) -> int:
    """Characters as they are billed: each counts one, whether a Chinese character, a letter or a space,
    and so do the brackets of the signature.

    Characters beyond U+FFFF, emoji above all, count two. That is an assumption: it is how a text message is
    encoded, but the rules do not say it (messages within the mainland refuse emoji anyway).
    """
    return len(message.encode("utf-16-le", "surrogatepass")) // 2


def parts(message: str) -> int:
    """How many messages are billed: one up to 70 characters, beyond that one for every 67 begun."""
    count = length(message)
    return 1 if count <= ONE_PART else -(-count // PART_OF_MANY)


def surplus(message: str) -> int:
    """How many characters to remove for one part less; 0 when there is only one."""
    fewer = parts(message) - 1
    return length(message) - max(ONE_PART, PART_OF_MANY * fewer) if fewer else 0


def cuts(message: str) -> list[str]:
    """The message in the pieces that it is billed as; the phone shows them as one."""
    if parts(message) == 1:
        return [message]
    pieces: dict[int, str] = {}
    place = 0
    for character in message:
        pieces[place // PART_OF_MANY] = pieces.get(place // PART_OF_MANY, "") + character
        place += length(character)
    return list(pieces.values())


def bill(sign: str, text: str, limits: Mapping[str, int] | None = None) -> tuple[int, int]:
    """The fewest and the most parts of the template's messages: each value one character long, or as long
    as `limits` allows for its name (35 where it says nothing)."""
    names, limits = placeholders(text), limits or {}
    fewest = message(sign, text, dict.fromkeys(names, "*"))
    most = message(sign, text, {name: "*" * limits.get(name, LONGEST_VALUE) for name in names})
    return parts(fewest), parts(most)


def compare(text: str, params: Mapping[str, object]) -> Comparison:
    """What params lack for the text, and what they have too much of.

    An empty value counts as missing: Alibaba takes 1 to 35 characters for a variable.
    """
    names = placeholders(text)
    missing = [name for name in names if not _has_text(params.get(name))]
    unused = [name for name in params if name not in names]
    absent = [name for name in missing if name not in params]
    return Comparison(missing, unused, _near(unused, absent))


def _near(strays: Iterable[str], names: Iterable[str]) -> dict[str, str]:
    """Pair each stray name with the one it resembles; those that differ only in case or marks come first."""
    open_names = {_letters(name): name for name in names}
    pairs: dict[str, str] = {}
    for stray in sorted(strays, key=lambda stray: _letters(stray) not in open_names):
        for found in difflib.get_close_matches(_letters(stray), open_names, n=1):
            pairs[stray] = open_names.pop(found)
    return pairs


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name)).casefold()


def _has_text(value: object) -> bool:
    return value is not None and str(value) != ""
