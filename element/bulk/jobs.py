"""Bulk jobs in the ledger: every call stands there before it is made, and every step is one transaction.

    planning → planned → open → settled        a job: what was never opened may be dropped
    waiting → sending → accepted               a call, by its outcome
                      → refused | unknown
                      → waiting                surely not sent: again, whole or in two halves

A call that the next one to come finds `sending` was cut off: its outcome is unknown. All recipients of a call share
its outcome; where they part ways, some move to a new call. A payload goes as soon as the outcome is final.
"""

import json
import secrets
import sqlite3
import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from element.bulk.grouping import Group
from element.errors import Bilingual
from element.ledger import Ledger, Outcome, Result, add_messages
from element.redact import masked

if TYPE_CHECKING:
    from filelock import FileLock

RECORD_KEPT = 29 * 86_400.0  # a day less than Alibaba keeps the delivery record; older calls cannot be settled

OPEN_JOBS = "SELECT id, source FROM jobs WHERE state = 'open' AND element = ? AND template = ? AND gateway = ?"
JOB = """SELECT token, state, time, plan, element, template, gateway, rehearsal, source FROM jobs
    WHERE id = ? AND state <> 'settled'"""
ABANDONED = """SELECT id FROM jobs WHERE (state IN ('planning', 'planned') AND element = ? AND template = ?)
    OR (state <> 'settled' AND (rehearsal OR time < ?))"""
MESSAGES_WITH_KEYS = """SELECT m.key, c.job IS ?, c.outcome, c.time FROM messages m JOIN calls c ON c.id = m.call
    WHERE m.key IN"""
SAME_MESSAGE_SENT_OTHERWISE = """SELECT 1 FROM calls c CROSS JOIN messages m ON m.call = c.id
    JOIN messages o ON o.key = m.key JOIN calls mine ON mine.id = o.call
    WHERE c.job IS NOT ? AND c.time >= ? AND c.element = ? AND c.template = ? AND c.gateway = ?
    AND c.outcome IN ('accepted', 'unknown', 'sending') AND mine.job = ? LIMIT 1"""
NEXT_CALLS = """SELECT c.id, c.same, c.attempt + 1, p.body FROM calls c JOIN payloads p ON p.call = c.id
    WHERE c.job = ? AND c.outcome = 'waiting' ORDER BY c.id LIMIT ?"""
UNKNOWN_CALLS = """SELECT c.id, c.same, c.attempt, c.time, c.out_id, p.body FROM calls c
    JOIN payloads p ON p.call = c.id WHERE c.job = ? AND c.outcome = 'unknown' ORDER BY c.time"""
END_OF_CALL = """UPDATE calls SET outcome = ?, code = ?, reason = ?, request_id = ?, biz_id = ?, milliseconds = ?
    WHERE id = ?"""
COPY_CALL = """INSERT INTO calls (job, time, element, template, gateway, same, size, outcome, code, reason, request_id,
    biz_id, out_id, attempt, milliseconds) SELECT job, time, element, template, gateway, same, size, outcome, code,
    reason, request_id, biz_id, out_id, attempt, milliseconds FROM calls WHERE id = ?"""
MOVE_MESSAGE = "UPDATE messages SET call = ? WHERE call = ? AND place = ?"
CUT_OFF = "UPDATE calls SET outcome = 'unknown' WHERE job = ? AND outcome = 'sending'"
GIVE_UP = "UPDATE calls SET outcome = 'refused', reason = 'abandoned' WHERE job = ? AND outcome = 'waiting'"
FORGET = "DELETE FROM payloads WHERE call IN (SELECT id FROM calls WHERE job = ?)"
DROP = (
    FORGET,
    "DELETE FROM messages WHERE call IN (SELECT id FROM calls WHERE job = ?)",
    "DELETE FROM calls WHERE job = ?",
    "DELETE FROM jobs WHERE id = ?",
)

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class BulkError(Bilingual):
    """A bulk job that cannot be planned, started or resumed."""


@dataclass(frozen=True)
class Order:
    """What a job sends, and where: `gateway` is a URL; `source` tells one list of recipients from another.

    `rehearsal`: the gateway ends with the process, and the job is of no use to anybody after it.
    """

    element: str
    template: str
    gateway: str
    rehearsal: bool = False
    source: str = ""


@dataclass
class Plan:
    """What a job will do. `parts`: the messages billed, None where the template's text is not known; `merged`:
    rows left out because an earlier one has the same number and text; `held`: rows held back because the number
    got this text lately; `skipped`: rows that cannot be sent to."""

    recipients: int = 0
    calls: int = 0
    parts: int | None = 0
    merged: int = 0
    held: int = 0
    skipped: int = 0

    def count(self, group: Group) -> None:
        """Add a call."""
        self.calls += 1
        self.recipients += len(group.letters)
        parts = [each for _, _, each in group.letters]
        if self.parts is None or None in parts:
            self.parts = None
        else:
            self.parts += sum(filter(None, parts))


@dataclass(frozen=True)
class Call:
    """One call of a job as it is made: the numbers, and their params: one for all (`same`) or one each."""

    id: int
    same: bool
    attempt: int
    time: float
    out_id: str
    numbers: list[str] = field(repr=False)
    params: Any = field(repr=False)

    @property
    def messages(self) -> list[tuple[str, Mapping[str, str]]]:
        """For a call whose params differ: (number, params) each."""
        return list(zip(self.numbers, self.params, strict=True))

    def only(self, places: Sequence[int]) -> "Call":
        """The same for the recipients at these places."""
        params = self.params if self.same else [self.params[place] for place in places]
        return replace(self, numbers=[self.numbers[place] for place in places], params=params)

    @property
    def payload(self) -> str:
        return _encode([self.numbers, self.params])


def create(ledger: Ledger, order: Order) -> "JobRows":
    """A job without recipients yet; jobs of its kind that were planned and never started are dropped."""
    sweep(ledger, order)
    ledger.prune()
    with ledger.transaction() as db:
        id = db.execute(
            "INSERT INTO jobs (token, state, time, element, template, gateway, rehearsal, source, plan)"
            " VALUES (?, 'planning', ?, ?, ?, ?, ?, ?, ?)",
            (secrets.token_hex(6), time.time(), *astuple(order), _encode(asdict(Plan()))),
        ).lastrowid
        assert id is not None
    return _rows(ledger, id)


def resume(ledger: Ledger, order: Order) -> "JobRows":
    """The open job of the order's kind. Raises BulkError when there is none, when it has other recipients, or when
    another process works on it."""
    found = ledger.select(OPEN_JOBS, *_kind(order))
    if not found:
        raise BulkError("bulk.no_open_job", {"element": order.element, "template": order.template})
    [(id, source)] = found
    if order.source and source != order.source:
        raise BulkError("bulk.other_source")
    return _rows(ledger, id)


def sweep(ledger: Ledger, order: Order) -> None:
    """Drop what nobody works on and nobody will: jobs never started of the order's kind, rehearsals of old, and
    open jobs that the delivery record can no longer settle."""
    for [id] in ledger.select(ABANDONED, order.element, order.template, time.time() - RECORD_KEPT):
        try:
            rows = _rows(ledger, id)
        except BulkError:
            continue
        if rows.state == "open":
            rows.abandon()
        else:
            rows.drop()


class JobRows:
    """One job's rows, while this process alone works on it. `tally` counts its recipients by outcome."""

    def __init__(self, ledger: Ledger, id: int, row: Sequence[Any], lock: "FileLock") -> None:
        self.id = id
        self.ledger = ledger
        self._lock = lock
        self.token, self.state, self.time, plan, element, template, gateway, rehearsal, source = row
        self.order = Order(element, template, gateway, bool(rehearsal), source)
        self.plan = Plan(**json.loads(plan))
        self.tally = self._counted()

    def known(self, keys: Sequence[int], since: float) -> dict[int, bool]:
        """Those of `keys` that stand in the ledger: True for this job's own, False for messages that were accepted
        otherwise, or left unknown, since then."""
        known: dict[int, bool] = {}
        query = f"{MESSAGES_WITH_KEYS} ({','.join('?' * len(keys))})"
        for key, own, outcome, moment in self.ledger.select(query, self.id, *keys):
            if own or (outcome in ("accepted", "unknown", "sending") and moment >= since):
                known[key] = known.get(key, False) or bool(own)
        return known

    def add(self, groups: Iterable[Group]) -> None:
        """Plan a call for each group."""
        with self.ledger.transaction() as db:
            for group in groups:
                recipients = [recipient for recipient, _, _ in group.letters]
                call = self._insert(db, group.same, len(recipients), "waiting")
                params = recipients[0].params if group.same else [recipient.params for recipient in recipients]
                payload = _encode([[recipient.number for recipient in recipients], params])
                db.execute("INSERT INTO payloads (call, body) VALUES (?, ?)", (call, payload))
                add_messages(db, call, [(who.row, masked(who.number), key, parts) for who, key, parts in group.letters])
                self.plan.count(group)
                self.tally["waiting"] += len(recipients)

    def hold(self, rows: Sequence[tuple[int, str]]) -> None:
        """Note (row, number) of those who are held back: refused by ourselves."""
        with self.ledger.transaction() as db:
            call = self._insert(db, False, len(rows), "refused", "held_back")
            add_messages(db, call, [(row, masked(number), None, None) for row, number in rows])
        self.plan.held += len(rows)
        self.tally["refused"] += len(rows)

    def planned(self) -> None:
        """All recipients are in."""
        with self.ledger.transaction() as db:
            plan = _encode(asdict(self.plan))
            db.execute("UPDATE jobs SET state = 'planned', plan = ? WHERE id = ?", (plan, self.id))
        self.state = "planned"

    def start(self, *, again: bool) -> None:
        """Open the job. Raises BulkError while another one of its kind is open, and, unless `again`, when one of
        its messages went out otherwise meanwhile. Of a job that is open already, calls cut off become unknown."""
        with self.ledger.transaction() as db:
            if self.state == "open":
                db.execute(CUT_OFF, (self.id,))
                self.tally = self._counted()
                return
            self._refuse_a_second(again)
            db.execute("UPDATE jobs SET state = 'open' WHERE id = ?", (self.id,))
        self.state = "open"

    def take(self, most: int) -> list[Call]:
        """The next calls, noted as being sent; they are made when the transaction is on the disk."""
        with self.ledger.transaction() as db:
            found = db.execute(NEXT_CALLS, (self.id, most)).fetchall()
            now = time.time()
            calls = [
                _call(id, same, attempt, now, f"{self.token}-{id}-{attempt}", body) for id, same, attempt, body in found
            ]
            db.executemany(
                "UPDATE calls SET outcome = 'sending', attempt = ?, time = ?, out_id = ? WHERE id = ?",
                [(call.attempt, call.time, call.out_id, call.id) for call in calls],
            )
        self._move("waiting", "sending", sum(len(call.numbers) for call in calls))
        return calls

    def note(self, call: Call, result: Result, milliseconds: float) -> None:
        """How a call ended; "waiting": it was surely not sent and is to be made again."""
        with self.ledger.transaction() as db:
            db.execute(END_OF_CALL, (*astuple(result), milliseconds, call.id))
            self._forget_if_final(db, call.id, result.outcome)
        self._move("sending", result.outcome, len(call.numbers))

    def halve(self, call: Call, result: Result, milliseconds: float) -> None:
        """A call that was surely not sent waits again as two."""
        with self.ledger.transaction():
            self.note(call, replace(result, outcome="waiting"), milliseconds)
            self._part(call, call.numbers[len(call.numbers) // 2 :], "waiting", "waiting")

    def unknown(self) -> list[Call]:
        """The calls whose outcome is open, oldest first."""
        found = self.ledger.select(UNKNOWN_CALLS, self.id)
        return [_call(*row) for row in found]

    def settle(self, call: Call, found: Collection[str], absent: Collection[str]) -> None:
        """What the delivery record says about an unknown call: the numbers it holds, which are accepted, and those
        it surely does not, which wait again. All others stay unknown."""
        with self.ledger.transaction():
            rest = self._part(call, found, "unknown", "accepted")
            self._part(rest, absent, "unknown", "waiting")

    def close(self) -> None:
        """The job is settled: nothing of it is open, and no full number is left of it."""
        with self.ledger.transaction() as db:
            db.execute("UPDATE jobs SET state = 'settled' WHERE id = ?", (self.id,))
            db.execute(FORGET, (self.id,))
        self.state = "settled"
        self.ledger.empty_log()
        self.release(for_good=True)

    def abandon(self) -> None:
        """Settle the job as it is: what waits is not sent, what is unknown stays unknown."""
        with self.ledger.transaction() as db:
            db.execute(CUT_OFF, (self.id,))
            db.execute(GIVE_UP, (self.id,))
        self.tally = self._counted()
        self.close()

    def drop(self) -> None:
        """Take a job out that was never started."""
        with self.ledger.transaction() as db:
            for statement in DROP:
                db.execute(statement, (self.id,))
        self.ledger.empty_log()
        self.release(for_good=True)

    def release(self, *, for_good: bool = False) -> None:
        """Let others work on the job. A process that ends, however it ends, does so by itself."""
        self._lock.release()
        if for_good:
            _lock_path(self.ledger, self.id).unlink(missing_ok=True)

    def _insert(self, db: sqlite3.Connection, same: bool, size: int, outcome: Outcome, reason: str = "") -> int | None:
        order = self.order
        return db.execute(
            "INSERT INTO calls (job, time, element, template, gateway, same, size, outcome, reason)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (self.id, time.time(), order.element, order.template, order.gateway, same, size, outcome, reason),
        ).lastrowid

    def _refuse_a_second(self, again: bool) -> None:
        order = self.order
        if self.ledger.select(OPEN_JOBS, *_kind(order)):
            raise BulkError("bulk.job_open", {"element": order.element, "template": order.template})
        if not again and self._overtaken():
            raise BulkError("bulk.overtaken")

    def _overtaken(self) -> bool:
        """Whether a message of this job went out by another way since it was planned."""
        return bool(self.ledger.select(SAME_MESSAGE_SENT_OTHERWISE, *(self.id, self.time, *_kind(self.order), self.id)))

    def _part(self, call: Call, numbers: Collection[str], was: Outcome, outcome: Outcome) -> Call:
        """Give those numbers of a call another outcome, in a call of their own if others stay; what stays."""
        moving = [place for place, number in enumerate(call.numbers) if number in numbers]
        staying = [place for place, number in enumerate(call.numbers) if number not in numbers]
        with self.ledger.transaction() as db:
            id = self._split_off(db, call, moving, staying) if moving and staying else call.id
            if moving:
                db.execute("UPDATE calls SET outcome = ? WHERE id = ?", (outcome, id))
                self._forget_if_final(db, id, outcome)
        self._move(was, outcome, len(moving))
        return call.only(staying)

    def _split_off(self, db: sqlite3.Connection, call: Call, moving: Sequence[int], staying: Sequence[int]) -> int:
        id = db.execute(COPY_CALL, (call.id,)).lastrowid
        assert id is not None
        stored = db.execute("SELECT place FROM messages WHERE call = ? ORDER BY place", (call.id,)).fetchall()
        db.executemany(MOVE_MESSAGE, [(id, call.id, *stored[place]) for place in moving])
        for part, places in ((id, moving), (call.id, staying)):
            db.execute("UPDATE calls SET size = ? WHERE id = ?", (len(places), part))
            db.execute("REPLACE INTO payloads (call, body) VALUES (?, ?)", (part, call.only(places).payload))
        return id

    def _forget_if_final(self, db: sqlite3.Connection, call: int, outcome: Outcome) -> None:
        if outcome in ("accepted", "refused"):
            db.execute("DELETE FROM payloads WHERE call = ?", (call,))

    def _counted(self) -> Counter[str]:
        query = "SELECT outcome, sum(size) FROM calls WHERE job = ? GROUP BY outcome"
        return Counter(dict(self.ledger.select(query, self.id)))

    def _move(self, was: Outcome, outcome: Outcome, recipients: int) -> None:
        self.tally[was] -= recipients
        self.tally[outcome] += recipients


def _call(id: int, same: int, attempt: int, time: float, out_id: str, body: str) -> Call:
    numbers, params = json.loads(body)
    return Call(id, bool(same), attempt, time, out_id, numbers, params)


def _kind(order: Order) -> tuple[str, str, str]:
    """At most one job is open for each."""
    return order.element, order.template, order.gateway


def _lock_path(ledger: Ledger, id: int) -> Any:
    return ledger.path.with_name(f".sms-job-{id}.lock")


def _rows(ledger: Ledger, id: int) -> JobRows:
    """The job, for this process alone. Raises BulkError while another one works on it, or has ended it."""
    from filelock import FileLock, Timeout  # as in directory.lock: not for those who only send

    lock = FileLock(_lock_path(ledger, id), timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise BulkError("bulk.job_busy") from None
    found = ledger.select(JOB, id)
    if not found:
        lock.release()
        raise BulkError("bulk.job_busy")
    return JobRows(ledger, id, found[0], lock)
