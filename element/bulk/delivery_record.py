"""The delivery record as the judge of unknown calls: did this message go out or not?

It is asked by number and day, since it knows no OutId; a message of ours is told by the OutId, which no other call
has. Two assumptions, because Alibaba does not say how soon a message stands in the record:

- what is in the record with our OutId was accepted;
- what is not in it `patience` seconds after the call was made (ten minutes unless set) was not sent.

What proves neither leaves the outcome open: a message without an OutId that could be ours by template and time, a
number that the record does not take, a call from before the time that the record covers.
"""

import itertools
import time
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from element.bulk.jobs import RECORD_KEPT, Call
from element.bulk.reactions import ACCOUNT
from element.errors import Refused
from element.ledger import BEIJING
from element.queries import Delivery

PATIENCE = 600.0
SKEW = 1000.0  # Alibaba refuses calls whose clock is 15 minutes wrong, so its own time cannot be further from ours
PAGE = 50


class Asks(Protocol):
    """What an element answers."""

    def querySendDetails(self, phone: str, date: str, *, page: int = 1) -> list[Delivery]: ...


@dataclass(frozen=True)
class Finding:
    """What the record says of an unknown call's numbers; those in neither set stay unknown. `ripe_at`: when those
    that are not in the record will count as not sent, None where that is decided."""

    found: frozenset[str]
    absent: frozenset[str]
    ripe_at: float | None = None


def look_up(element: Asks, template: str, call: Call, patience: float, executor: Executor) -> Finding:
    """Ask the record for every number of a call. Raises SmsError when it cannot be asked."""
    asked_at, ripe_at = time.time(), call.time + patience
    if asked_at > call.time + RECORD_KEPT:
        return Finding(frozenset(), frozenset())
    verdicts = list(executor.map(lambda number: _verdict(element, template, call, number), call.numbers))
    judged = list(zip(call.numbers, verdicts, strict=True))
    found = frozenset(number for number, verdict in judged if verdict == "found")
    absent = frozenset(number for number, verdict in judged if verdict == "absent")
    if asked_at >= ripe_at or not absent:
        return Finding(found, absent)
    return Finding(found, frozenset(), ripe_at)


def days(moment: float) -> list[str]:
    """The days, as Alibaba writes and counts them (UTC+8), on which a call made then may stand."""
    both = (datetime.fromtimestamp(moment + shift, BEIJING).strftime("%Y%m%d") for shift in (-SKEW, SKEW))
    return list(dict.fromkeys(both))


def _verdict(element: Asks, template: str, call: Call, number: str) -> str:
    """ "found", "absent" or "open"."""
    try:
        deliveries = list(_deliveries(element, number, days(call.time)))
    except Refused as error:
        if _is_about_the_account(error):
            raise
        return "open"
    if any(delivery.out_id == call.out_id for delivery in deliveries):
        return "found"
    return "open" if any(_may_be_ours(delivery, template, call.time) for delivery in deliveries) else "absent"


def _is_about_the_account(error: Refused) -> bool:
    """Whether every other number would be refused too."""
    return error.advice is None or error.advice.layer != "business" or error.result_code in ACCOUNT


def _may_be_ours(delivery: Delivery, template: str, moment: float) -> bool:
    return not delivery.out_id and delivery.template_code in ("", template) and _near(delivery.sent, moment)


def _deliveries(element: Asks, number: str, days: list[str]) -> Iterator[Delivery]:
    for day in days:
        for page in itertools.count(1):
            rows = element.querySendDetails(number, day, page=page)
            yield from rows
            if len(rows) < PAGE:
                break


def _near(sent: str, moment: float) -> bool:
    """Whether a time of the record may be that of a call; one that cannot be read may."""
    try:
        at = datetime.strptime(sent, "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING).timestamp()
    except ValueError:
        return True
    return abs(at - moment) <= SKEW
