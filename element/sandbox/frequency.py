"""Frequency control: how many messages one number takes in a minute, an hour, a day (`frequency.toml`)."""

import tomllib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from operator import attrgetter

from .clock import DAY, HOUR, MINUTE
from .refusals import Refusal

MOST_KEYS = 20_000
# UTC+8 is a whole number of hours from UTC, so natural minutes and hours begin where they do in UTC.
WINDOW_STARTS: dict[str, Callable[[float], float]] = {
    "minute": lambda now: now - now % MINUTE,
    "hour": lambda now: now - now % HOUR,
    "day": lambda now: now - DAY,
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """The message that is counted."""

    kind: str
    sign: str
    template_code: str
    number: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A row of the table; `counted_by` gives what is counted together."""

    window: str
    permits: int
    word: str
    counted_by: Callable[[Delivery], object]

    def key(self, delivery: Delivery) -> tuple[str, object]:
        return self.window, self.counted_by(delivery)


def _read() -> dict[str, list[Limit]]:
    limits: dict[str, list[Limit]] = {}
    for row in tomllib.loads(files(__package__).joinpath("frequency.toml").read_text(encoding="utf-8"))["limit"]:
        limit = Limit(row["window"], row["permits"], row["word"], attrgetter(*row["key"]))
        for kind in row["kinds"]:
            limits.setdefault(kind, []).append(limit)
    return limits


LIMITS_OF_KIND = _read()


class Frequency:
    """For each limit and key the times of the last accepted messages, as many as the limit permits.

    At most `most` keys are kept, those least used go first.
    """

    def __init__(self, on: bool, most: int = MOST_KEYS) -> None:
        self.on = on
        self._most = most
        self._accepted: OrderedDict[tuple[str, object], list[float]] = OrderedDict()

    def check(self, delivery: Delivery, now: float) -> None:
        """Raises Refusal when the number has had its messages."""
        for limit in LIMITS_OF_KIND.get(delivery.kind, ()):
            times = self._accepted.get(limit.key(delivery), [])
            if len(times) == limit.permits and WINDOW_STARTS[limit.window](now) <= times[0] <= now:
                raise Refusal("isv.BUSINESS_LIMIT_CONTROL", window=limit.word, permits=limit.permits)

    def count(self, delivery: Delivery, now: float) -> None:
        for limit in LIMITS_OF_KIND.get(delivery.kind, ()):
            key = limit.key(delivery)
            times = self._accepted.setdefault(key, [])
            self._accepted.move_to_end(key)
            times.append(now)
            del times[: -limit.permits]
        while len(self._accepted) > self._most:
            self._accepted.popitem(last=False)

    def clear(self) -> None:
        self._accepted.clear()

    def __len__(self) -> int:
        return len(self._accepted)
