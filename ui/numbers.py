"""Phone numbers as people type them → numbers as Alibaba Cloud takes them."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_SEPARATORS = re.compile(r"[,;、，；\n]|(?<=1\d{10})\s+(?=[+\d])")  # a blank too, after a number that is complete
_DECORATION = re.compile(r"[\s().-]")
_MAINLAND = re.compile(r"(?:\+|00)?86(1\d{10})")


@dataclass(frozen=True)
class Recipients:
    """The numbers in the order typed, each once; how many were written in another way, and how many came twice."""

    numbers: tuple[str, ...]
    tidied: int
    repeated: int


def recipients(entries: Iterable[str]) -> Recipients:
    """The numbers in `entries`, each of which may hold several. What is no number stays as it was typed."""
    typed = [part.strip() for entry in entries for part in _SEPARATORS.split(entry) if part.strip()]
    read = [number(part) for part in typed]
    kept = tuple(dict.fromkeys(read))
    return Recipients(kept, tidied=sum(map(str.__ne__, typed, read)), repeated=len(read) - len(kept))


def number(typed: str) -> str:
    """One number without blanks, marks, full-width digits, and the prefix of the Chinese mainland."""
    bare = _DECORATION.sub("", unicodedata.normalize("NFKC", typed))
    mainland = _MAINLAND.fullmatch(bare)
    if mainland:
        return mainland[1]
    return bare if bare.lstrip("+").isdigit() else typed.strip()
