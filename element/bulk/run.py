"""One run of a bulk job: settle what is unknown, send what waits, settle again; stop between calls."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

from element.bulk import delivery_record
from element.bulk.delivery_record import PATIENCE, look_up
from element.bulk.jobs import Call, JobRows
from element.bulk.reactions import Reaction, reaction
from element.errors import RequestFailed, SmsError
from element.ledger import Outcome, Result

TICK = 0.5
TROUBLES_IN_A_ROW = 8
LONGEST_PAUSE = 30.0
PAUSES_TO_ASK_AGAIN = 8

Phase = Literal["settling", "sending", "waiting", "stopped", "halted", "unsettled", "settled"]


class Sender(delivery_record.Asks, Protocol):
    """What is asked of an element."""

    fullName: str

    def sendMessage(self, phoneList: Any, params: Any, verifyTemplateCode: Any, *, outId: Any) -> Any: ...
    def sendBatch(
        self, messages: Sequence[tuple[str, Mapping[str, str]]], verifyTemplateCode: str, *, outId: str | None
    ) -> Any: ...


@dataclass(frozen=True)
class Pace:
    """How a job is sent: calls at once; messages a second at most; how long what is not in the delivery record
    stays unknown; the first pause after trouble (each further one is twice as long); and whether to stay until
    every outcome is settled. All times in seconds."""

    concurrency: int = 4
    rate: float | None = None
    patience: float = PATIENCE
    pause: float = 1.0
    stay: bool = False


@dataclass(frozen=True)
class Progress:
    """Where a job stands. The numbers count recipients; `trouble` is the error that halted it, or that keeps the
    delivery record from being asked. `seconds`: how long a waiting job still waits."""

    phase: Phase
    recipients: int
    accepted: int
    refused: int
    unknown: int
    waiting: int
    trouble: SmsError | None = None
    seconds: float = 0.0

    @property
    def done(self) -> int:
        return self.recipients - self.waiting - self.unknown


@dataclass
class _Answered:
    """What came of a call: an answer or an SmsError, and how long it took."""

    answer: Any
    milliseconds: float


Flying = dict["Future[_Answered]", Call]


NOTED: Mapping[Reaction, Outcome] = {
    "accepted": "accepted",
    "refused": "refused",
    "unknown": "unknown",
    "again": "waiting",
    "halt": "waiting",
}


@dataclass
class Run:
    """One run of a job: settle, send, settle again, until nothing is left or something stops it."""

    rows: JobRows
    element: Sender
    pace: Pace
    stopping: threading.Event
    trouble: SmsError | None = None
    halted: bool = False
    proven: bool = False
    troubles: int = 0
    not_before: float = 0.0
    ask_at: float | None = None

    def steps(self) -> Iterator[Progress]:
        with ThreadPoolExecutor(self.pace.concurrency, "sms-bulk") as pool:
            while not self._ended:
                yield from self._settle(pool)
                if self.rows.tally["waiting"]:
                    yield from self._send(pool)
                elif self.pace.stay and self.ask_at:
                    yield from self._stay(self.ask_at)
                else:
                    break
        yield self._last()

    @property
    def _ended(self) -> bool:
        return self.halted or self.stopping.is_set()

    def _settle(self, pool: ThreadPoolExecutor) -> Iterator[Progress]:
        """Ask the delivery record about every unknown call; an error ends the asking and leaves the rest unknown."""
        self.trouble = self.ask_at = None
        for call in self.rows.unknown():
            yield self._progress("settling")
            if self.stopping.is_set():
                return
            try:
                finding = look_up(self.element, self.rows.order.template, call, self.pace.patience, pool)
            except SmsError as error:
                self.trouble = error.with_traceback(None)
                passing = isinstance(error, RequestFailed)
                self.ask_at = time.time() + PAUSES_TO_ASK_AGAIN * self.pace.pause if passing else None
                return
            self.rows.settle(call, finding.found, finding.absent)
            if finding.ripe_at and not self.ask_at:
                self.ask_at = finding.ripe_at

    def _send(self, pool: ThreadPoolExecutor) -> Iterator[Progress]:
        """Make the calls that wait. However this ends, what is on its way is waited for and noted."""
        flying: Flying = {}
        try:
            while True:
                self._launch(pool, flying, self._landed(flying))
                yield self._progress("sending")
                if not flying:
                    if self._ended or not self.rows.tally["waiting"]:
                        return
                    self.stopping.wait(min(TICK, max(0.0, self.not_before - time.monotonic())))
        finally:
            wait(flying)
            self._note([(call, future.result()) for future, call in flying.items() if not future.exception()])

    def _stay(self, until: float) -> Iterator[Progress]:
        """Wait until what is not in the delivery record counts as not sent."""
        while (seconds := until - time.time()) > 0 and not self.stopping.is_set():
            yield self._progress("waiting", seconds)
            self.stopping.wait(min(TICK, seconds))

    def _landed(self, flying: Flying) -> list[tuple[Call, _Answered]]:
        """The calls that have ended, taken out of `flying`. Should noting them fail, they count as cut off."""
        if not flying:
            return []
        done = wait(flying, timeout=TICK, return_when=FIRST_COMPLETED).done
        return [(flying.pop(future), future.result()) for future in done]

    def _launch(self, pool: ThreadPoolExecutor, flying: Flying, landed: Sequence[tuple[Call, _Answered]]) -> None:
        """Note what has landed and what flies next, in one transaction; then let it fly."""
        with self.rows.ledger.transaction():
            self._note(landed)
            calls = self.rows.take(self._free(len(flying)))
        for call in calls:
            if self.pace.rate:
                self.not_before = max(self.not_before, time.monotonic()) + len(call.numbers) / self.pace.rate
            flying[pool.submit(self._called, call)] = call

    def _free(self, flying: int) -> int:
        """How many calls may be made now: one alone until the first was accepted, and one by one at a set rate."""
        if self._ended or time.monotonic() < self.not_before:
            return 0
        most = self.pace.concurrency if self.proven else 1
        free = max(0, most - flying)
        return min(free, 1) if self.pace.rate else free

    def _called(self, call: Call) -> _Answered:
        started = time.perf_counter()
        try:
            answer = self._answer(call)
        except SmsError as error:
            answer = error.with_traceback(None)
        return _Answered(answer, (time.perf_counter() - started) * 1000)

    def _answer(self, call: Call) -> Any:
        template = self.rows.order.template
        if call.same:
            return self.element.sendMessage(call.numbers, call.params, template, outId=call.out_id)
        return self.element.sendBatch(call.messages, template, outId=call.out_id)

    def _note(self, landed: Sequence[tuple[Call, _Answered]]) -> None:
        """Write down what calls came to, and remember trouble."""
        for call, answered in landed:
            reacted, result = reaction(call, answered.answer), Result.of(answered.answer)
            if reacted == "halve":
                self.rows.halve(call, result, answered.milliseconds)
            else:
                self.rows.note(call, replace(result, outcome=NOTED[reacted]), answered.milliseconds)
            self._remember(reacted, answered.answer)

    def _remember(self, reacted: Reaction, answer: Any) -> None:
        if reacted in ("accepted", "refused", "halve"):
            self.troubles = 0
            self.proven = self.proven or reacted == "accepted"
            return
        self.troubles += 1
        pause = min(self.pace.pause * 2 ** (self.troubles - 1), LONGEST_PAUSE)
        self.not_before = max(self.not_before, time.monotonic() + pause)
        if reacted == "halt" or self.troubles >= TROUBLES_IN_A_ROW:
            self.halted, self.trouble = True, answer

    def _last(self) -> Progress:
        """How the run ended; a job with nothing left open is settled."""
        if self.rows.tally["waiting"] or self.rows.tally["unknown"]:
            return self._progress("halted" if self.halted else "stopped" if self.stopping.is_set() else "unsettled")
        self.rows.close()
        return self._progress("settled")

    def _progress(self, phase: Phase, seconds: float = 0.0) -> Progress:
        tally = self.rows.tally
        return Progress(
            phase,
            recipients=sum(tally.values()),
            accepted=tally["accepted"],
            refused=tally["refused"],
            unknown=tally["unknown"],
            waiting=tally["waiting"] + tally["sending"],
            trouble=self.trouble,
            seconds=seconds,
        )
