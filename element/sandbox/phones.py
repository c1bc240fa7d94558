"""Phone numbers as SendSms takes them, brought to one form."""

import re
from dataclasses import dataclass

from .outcomes import BY_NUMBER

# Mainland: `+`, `+86`, `0086`, `86` or nothing, then 11 digits. Elsewhere: country code and number.
MAINLAND = re.compile(r"(?:\+86|0086|86|\+)?(1\d{10})", re.ASCII)
MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
ELSEWHERE = re.compile(r"(?:\+|00)?([1-9]\d{6,14})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Phone:
    """`number`: 11 digits within the mainland, country code and number elsewhere."""

    number: str
    mainland: bool


def parse(text: str) -> Phone | None:
    """The number meant by `text`; None when it is none. Magic numbers count as mainland numbers."""
    found = MAINLAND.fullmatch(text)
    if found:
        number = found[1]
        return Phone(number, mainland=True) if MOBILE.fullmatch(number) or number in BY_NUMBER else None
    found = ELSEWHERE.fullmatch(text)
    return Phone(found[1], mainland=False) if found else None
