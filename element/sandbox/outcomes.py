"""Outcomes on demand: what a magic number or a fault rule makes of a call, from `numbers.toml`."""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Literal

from .answers import Answer, refused
from .refusals import Refusal

PAGE = b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"

Reply = Literal["", "cut", "hang", "slow", "html"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row of the table; `receipt` None: none of its own."""

    name: str
    number: str
    en: str
    zh: str
    code: str = ""
    message: str = ""
    receipt: str | None = None
    receipt_after: float = 0.0
    accepted: bool = False
    reply: Reply = ""
    seconds: float = 0.0

    @property
    def before(self) -> bool:
        """Whether the call ends here, with nothing taken."""
        return not self.accepted and self.receipt is None


class Struck(Exception):
    """A call that an outcome ends before anything is taken."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__(outcome.name)


def _read() -> tuple[Outcome, ...]:
    text = files(__package__).joinpath("numbers.toml").read_text(encoding="utf-8")
    return tuple(Outcome(**row) for row in tomllib.loads(text)["outcome"])


OUTCOMES = {outcome.name: outcome for outcome in _read()}
DELIVERED = OUTCOMES["delivered"]
BY_NUMBER = {outcome.number: outcome for outcome in OUTCOMES.values()}


def of_numbers(numbers: Iterable[str]) -> Outcome | None:
    """The outcome of a whole call: that of its first magic number which is more than a receipt."""
    found = (BY_NUMBER[number] for number in numbers if number in BY_NUMBER)
    return next((outcome for outcome in found if outcome.receipt is None), None)


def spoil(outcome: Outcome, answer: Answer, *, request_id: str, action: str, form: str, host: str) -> Answer:
    """The answer that the outcome leaves of `answer`."""
    if outcome.code:
        refusal = Refusal(outcome.code, message=outcome.message or None)
        return refused(refusal, request_id, action=action, form=form, host=host)
    return _REPLIES[outcome.reply](answer, outcome)


_REPLIES: dict[Reply, Callable[[Answer, Outcome], Answer]] = {
    "": lambda answer, outcome: answer,
    "cut": lambda answer, outcome: replace(answer, cut=True),
    "hang": lambda answer, outcome: replace(answer, cut=True, delay=outcome.seconds),
    "slow": lambda answer, outcome: replace(answer, delay=outcome.seconds),
    "html": lambda answer, outcome: Answer(502, PAGE, "text/html"),
}
