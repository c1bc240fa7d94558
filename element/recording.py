"""Every send of an app leaves a row in the app's ledger, written beside the send and not in its way.

Rows wait for a moment so that many share a transaction; `close` and the end of the program write what waits. A
program that is killed may lose the rows of its last moment. A ledger that cannot be written fails no send.
"""

import atexit
import logging
import os
import sys
import threading
import time
from functools import partial
from os import PathLike
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any
from weakref import ref

from element.arguments import Arguments, Batch
from element.errors import Bilingual

if TYPE_CHECKING:
    from element.ledger import Ended

log = logging.getLogger("element.sms")
MOMENT = 0.05
MOST_AT_ONCE = 500


class Recorder:
    """Writes to the ledger of the app in `root`, in a thread that begins with the first send."""

    def __init__(self, root: str | PathLike[str]) -> None:
        self._root = root
        self._waiting: SimpleQueue[Ended | None] = SimpleQueue()
        self._writer: threading.Thread | None = None
        self._process = 0
        self._starting = threading.Lock()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=partial(_unlocked, ref(self)))

    def note(self, element: str, gateway: str, call: Arguments | Batch, result: Any, milliseconds: float) -> None:
        """Note a call to the URL `gateway` that has ended with `result`: Alibaba's answer, or the error."""
        from element.ledger import Ended, Result, Sent

        sent = Sent(element, call.verifyTemplateCode, gateway, call.messages, call.outId or "")
        ended = Ended(sent, Result.of(result), milliseconds, time.time())
        with self._starting:
            if self._writer is None or self._process != os.getpid():
                self._start()
            self._waiting.put(ended)

    def close(self) -> None:
        """Write what waits and close the ledger; the next send opens it again."""
        with self._starting:
            writer, self._writer = self._writer, None
            if writer and self._process == os.getpid():
                atexit.unregister(self.close)
                self._waiting.put(None)
                writer.join()

    def _start(self) -> None:
        """A thread for this process; a forked child has none of its parent's, and none of its rows. The caller
        holds the lock."""
        self._waiting = SimpleQueue()
        self._process = os.getpid()
        self._writer = threading.Thread(target=self._write, args=(self._waiting,), name="ledger", daemon=True)
        self._writer.start()
        atexit.register(self.close)
        multiprocessing = sys.modules.get("multiprocessing.util")
        if multiprocessing:  # its children end without atexit
            multiprocessing.Finalize(None, self.close, exitpriority=10)

    def _write(self, waiting: "SimpleQueue[Ended | None]") -> None:
        from element.ledger import Ledger

        ledger, more = Ledger(self._root), True
        while more:
            calls, more = _gathered(waiting)
            try:
                if calls:
                    ledger.record_all(calls)
            except Bilingual as error:
                log.warning("%s is not in the ledger: %s", calls[0].sent.element, error)
            except Exception as error:  # noqa: BLE001 - the next rows may well be written
                log.warning("%s is not in the ledger: %s", calls[0].sent.element, type(error).__name__)
        ledger.close()


def _unlocked(recorder: "ref[Recorder]") -> None:
    """In a forked child: a lock that another thread of the parent held at that moment would never be free again."""
    if found := recorder():
        found._starting = threading.Lock()


def _gathered(waiting: "SimpleQueue[Ended | None]") -> "tuple[list[Ended], bool]":
    """The calls of a moment, and whether more will come."""
    call = waiting.get()
    if call is not None and waiting.empty():
        time.sleep(MOMENT)
    calls: list[Ended] = []
    while call is not None:
        calls.append(call)
        if len(calls) == MOST_AT_ONCE:
            return calls, True
        try:
            call = waiting.get_nowait()
        except Empty:
            return calls, True
    return calls, False
