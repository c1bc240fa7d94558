"""SmsReport: pushes the receipts of messages to a URL, as a JSON array, until they are taken.

https://help.aliyun.com/zh/sms/developer-reference/smsreport-2
"""

import heapq
import itertools
import json
import logging
import threading
import time
import urllib.request
from collections.abc import Sequence
from urllib.parse import urlsplit

from .clock import MINUTE, Clock, stamp
from .inbox import Message

TIMEOUT = 0.7
AGAIN_AFTER = (1 * MINUTE, 5 * MINUTE, 10 * MINUTE)
MOST_IN_ONE_PUSH = 100
LOOK_EVERY = 0.1
LONGEST_ANSWER = 4096
HEADERS = {"Content-Type": "application/json;charset=utf-8"}
ERR_MESSAGES = {"DELIVERED": "用户接收成功"}

DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))

log = logging.getLogger("element.sandbox")


class Receipts:
    """Receipts that wait for their time. Without a `url` none are pushed; a thread of its own pushes them."""

    def __init__(self, clock: Clock, capacity: int) -> None:
        self.url: str | None = None
        self.duplicates = False
        self._clock = clock
        self._capacity = capacity
        self._lock = threading.Lock()
        self._waiting: list[tuple[float, int, int, Message]] = []
        self._order = itertools.count()
        self._thread: threading.Thread | None = None

    def push_to(self, url: str | None, *, duplicates: bool = False) -> None:
        """Where receipts go from now on (None: nowhere); with `duplicates` each is pushed twice."""
        if url is not None and not _is_address(url):
            raise ValueError("url: an address that begins with http:// or https://")
        with self._lock:
            self.url, self.duplicates = url, duplicates
            if url and self._thread is None:
                self._thread = threading.Thread(target=self._run, name="sandbox-receipts", daemon=True)
                self._thread.start()

    def expect(self, message: Message) -> None:
        if self.url and message.receipt:
            self._wait(message.report_at, 0, message)

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def __len__(self) -> int:
        return len(self._waiting)

    def _wait(self, due: float, attempt: int, message: Message) -> None:
        with self._lock:
            if len(self._waiting) < self._capacity:
                heapq.heappush(self._waiting, (due, next(self._order), attempt, message))

    def _run(self) -> None:
        while self._goes_on():
            if not self.push_due():
                time.sleep(LOOK_EVERY)

    def _goes_on(self) -> bool:
        with self._lock:
            if self.url is None:
                self._thread = None
            return self.url is not None

    def push_due(self) -> int:
        """Push what is due now, in one array; how many receipts that were."""
        now = self._clock.now()
        due = self._take_due(now)
        if due and self.url:
            self._push(self.url, due, now)
        return len(due)

    def _take_due(self, now: float) -> list[tuple[int, Message]]:
        due: list[tuple[int, Message]] = []
        with self._lock:
            while self._waiting and self._waiting[0][0] <= now and len(due) < MOST_IN_ONE_PUSH:
                _, _, attempt, message = heapq.heappop(self._waiting)
                due.append((attempt, message))
        return due

    def _push(self, url: str, due: Sequence[tuple[int, Message]], now: float) -> None:
        reports = [report(message) for _, message in due]
        taken = [_post(url, reports) for _ in range(2 if self.duplicates else 1)]
        if all(taken):
            return
        for attempt, message in due:
            if attempt < len(AGAIN_AFTER):
                self._wait(now + AGAIN_AFTER[attempt], attempt + 1, message)


def _is_address(url: object) -> bool:
    if not isinstance(url, str):
        return False
    address = urlsplit(url)
    return address.scheme in ("http", "https") and bool(address.hostname)


def report(message: Message) -> dict[str, object]:
    """One entry of the array: text in every field but `success`."""
    entry: dict[str, object] = {
        "phone_number": message.number,
        "send_time": stamp(message.accepted_at),
        "report_time": stamp(message.report_at),
        "success": message.receipt == "DELIVERED",
        "err_code": message.receipt,
        "err_msg": ERR_MESSAGES.get(message.receipt, message.receipt),
        "sms_size": str(message.parts),
        "biz_id": message.biz_id,
    }
    return entry | ({} if message.out_id is None else {"out_id": message.out_id})


def _post(url: str, reports: Sequence[dict[str, object]]) -> bool:
    """Whether the receiver took the reports: status 200 and a JSON object whose `code` is a number."""
    body = json.dumps(reports, ensure_ascii=False).encode("utf-8", "replace")
    request = urllib.request.Request(url, body, HEADERS)  # noqa: S310 - http(s), checked when it was set
    try:
        with DIRECTLY.open(request, timeout=TIMEOUT) as answer:
            said = json.loads(answer.read(LONGEST_ANSWER))
            taken = answer.status == 200 and isinstance(said, dict) and isinstance(said.get("code"), int)
    except (OSError, ValueError) as error:
        log.info("SmsReport %s receipt(s): not taken (%s)", len(reports), type(error).__name__)
        return False
    log.info("SmsReport %s receipt(s): %s", len(reports), "taken" if taken else "not taken")
    return taken
