"""What was accepted, newest first, and no more than fits."""

import itertools
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from .clock import Clock, beijing

WAITING, FAILED, DELIVERED = 1, 2, 3
STATES = {WAITING: "waiting", FAILED: "failed", DELIVERED: "delivered"}


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one number. Its state follows the sandbox's clock.

    `text` is the message with its signature; `code_found` the verification code in it, or ""; `receipt` what
    the receipt will say, "" when none will come; `out_id` None when none was sent.
    """

    id: int
    number: str = field(repr=False)
    sign: str
    template_code: str
    kind: str
    text: str = field(repr=False)
    code_found: str = field(repr=False)
    parts: int
    accepted_at: float
    report_at: float
    receipt: str
    biz_id: str
    out_id: str | None = field(repr=False)
    request_id: str
    clock: Clock = field(repr=False, compare=False)

    @property
    def time(self) -> datetime:
        return beijing(self.accepted_at)

    @property
    def reported(self) -> bool:
        return bool(self.receipt) and self.clock.now() >= self.report_at

    @property
    def status(self) -> int:
        """Alibaba's SendStatus: 1 waiting for the receipt, 2 failed, 3 delivered."""
        if not self.reported:
            return WAITING
        return DELIVERED if self.receipt == "DELIVERED" else FAILED

    @property
    def state(self) -> str:
        return STATES[self.status]

    @property
    def err_code(self) -> str:
        """What the receipt says, once it is there."""
        return self.receipt if self.reported else ""

    def as_json(self) -> dict[str, object]:
        shown = ("id", "number", "sign", "template_code", "text", "code_found", "parts", "state", "err_code")
        ids = ("biz_id", "out_id", "request_id")
        return {name: getattr(self, name) for name in (*shown, *ids)} | {"time": self.time.isoformat()}


class Inbox:
    """The newest `capacity` messages."""

    def __init__(self, capacity: int) -> None:
        self._messages: deque[Message] = deque(maxlen=capacity)
        self._ids = itertools.count(1)
        self.last_id = 0

    def next_id(self) -> int:
        return next(self._ids)

    def add(self, message: Message) -> None:
        self.last_id = message.id
        self._messages.append(message)

    def find(self, number: str | None = None, limit: int | None = None, after: int = 0) -> list[Message]:
        found = (
            message
            for message in itertools.takewhile(lambda message: message.id > after, reversed(self._messages))
            if number is None or message.number == number
        )
        return list(itertools.islice(found, limit))

    def delete(self, number: str | None = None) -> int:
        """How many messages were taken out."""
        kept = [message for message in self._messages if number is not None and message.number != number]
        removed = len(self._messages) - len(kept)
        self._messages.clear()
        self._messages.extend(kept)
        return removed

    def __len__(self) -> int:
        return len(self._messages)
