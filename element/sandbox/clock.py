"""Sandbox time: the machine's time, moved by an offset that tests can set.

Signatures are judged by the machine's own time; everything a sender waits for goes by this clock.
"""

import time
from datetime import datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))
MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


EARLIEST = 0.0
LATEST = datetime(9000, 1, 1, tzinfo=BEIJING).timestamp()


class Clock:
    """Seconds since the epoch, as the sandbox sees them. Setting it raises ValueError outside 1970 to 9000."""

    def __init__(self) -> None:
        self._offset = 0.0

    def now(self) -> float:
        return time.time() + self._offset

    def advance(self, seconds: float) -> None:
        self._move_to(self.now() + seconds)

    def set(self, moment: datetime) -> None:
        self._move_to(moment.timestamp())

    def reset(self) -> None:
        self._offset = 0.0

    def _move_to(self, seconds: float) -> None:
        if not EARLIEST <= seconds <= LATEST:
            raise ValueError("the clock goes from 1970 to 9000")
        self._offset = seconds - time.time()


def beijing(seconds: float) -> datetime:
    """The moment in UTC+8, the zone of Alibaba's records and windows."""
    return datetime.fromtimestamp(seconds, BEIJING)


def stamp(seconds: float) -> str:
    """`2025-06-01 16:44:10`, as in Alibaba's records."""
    return beijing(seconds).strftime("%Y-%m-%d %H:%M:%S")


def day(seconds: float) -> str:
    """`20250601`, as Alibaba asks for dates."""
    return beijing(seconds).strftime("%Y%m%d")
