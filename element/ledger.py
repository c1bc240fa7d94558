"""What was sent and what came of it: a SQLite file in the app's appData/, readable by its owner alone.

    calls     one row a call of Alibaba: when, which element and template, how it ended
    messages  one row a recipient of a call, the number masked
    jobs      one row a bulk job; what it needs besides stands in jobs.py
    payloads  full numbers and params of the calls of a bulk job whose outcome is open, and of no others

`key` of a message is a keyed hash of where it went, number and text: enough to notice that a number got this very
text before, and to tell nobody which number. The key lies in a file of its own and hashes are dropped after a
week. Deleted content is overwritten in the file (secure_delete); the write-ahead log is emptied with each job.
"""

import os
import secrets
import sqlite3
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from hashlib import blake2b
from os import PathLike
from pathlib import Path
from typing import Any, Literal

from element.bulk.grouping import Content, content_of
from element.directory import PRIVATE, lock, refuse_links
from element.errors import Bilingual, Refused, RequestFailed, SmsError
from element.redact import masked

Outcome = Literal["accepted", "refused", "unknown", "waiting", "sending"]

FOLDER = "appData"
FILE = "sms.db"
KEY_FILE = "sms.key"
BEIJING = timezone(timedelta(hours=8))
DAY = 86_400.0
KEYS_KEPT = 7 * DAY
ROWS_KEPT = 180 * DAY
MOST_ROWS = 1_000_000
PRUNE_EVERY = 1_000
HASHES_AT_ONCE = 50_000

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE jobs (
            id INTEGER PRIMARY KEY AUTOINCREMENT, token TEXT NOT NULL, state TEXT NOT NULL, time REAL NOT NULL,
            element TEXT NOT NULL, template TEXT NOT NULL, gateway TEXT NOT NULL, rehearsal INTEGER NOT NULL,
            source TEXT NOT NULL, plan TEXT NOT NULL)""",
        """CREATE TABLE calls (
            id INTEGER PRIMARY KEY AUTOINCREMENT, job INTEGER, time REAL NOT NULL, element TEXT NOT NULL,
            template TEXT NOT NULL, gateway TEXT NOT NULL, same INTEGER NOT NULL, size INTEGER NOT NULL,
            outcome TEXT NOT NULL, code INTEGER, reason TEXT NOT NULL DEFAULT '',
            request_id TEXT NOT NULL DEFAULT '', biz_id TEXT NOT NULL DEFAULT '', out_id TEXT NOT NULL DEFAULT '',
            attempt INTEGER NOT NULL DEFAULT 0, milliseconds REAL)""",
        "CREATE INDEX calls_of_job ON calls (job, outcome)",
        "CREATE INDEX calls_by_time ON calls (time)",
        """CREATE TABLE messages (
            call INTEGER NOT NULL, place INTEGER NOT NULL, row INTEGER, number TEXT NOT NULL, key INTEGER,
            parts INTEGER, PRIMARY KEY (call, place)) WITHOUT ROWID""",
        "CREATE INDEX messages_by_key ON messages (key) WHERE key IS NOT NULL",
        "CREATE TABLE payloads (call INTEGER PRIMARY KEY, body TEXT NOT NULL)",
    ),
)
PRAGMAS = (
    "journal_mode = WAL",
    "secure_delete = ON",
    "temp_store = MEMORY",
    "cache_size = -32768",
)


class LedgerError(Bilingual):
    """The ledger cannot be read or written."""


@dataclass(frozen=True)
class Result:
    """How a call ended. `code` is None, 46001, 46002 or 46003; `reason` Alibaba's code or the cause."""

    outcome: Outcome
    code: int | None = None
    reason: str = ""
    request_id: str = ""
    biz_id: str = ""

    @classmethod
    def of(cls, answer: Any) -> "Result":
        """From what sendMessage returned or raised."""
        if not isinstance(answer, SmsError):
            return cls("accepted", None, "", answer.request_id or "", answer.biz_id or "")
        outcome: Outcome = "refused" if answer.sent is False else "unknown"
        return cls(outcome, answer.code, _reason(answer), getattr(answer, "request_id", ""))


@dataclass(frozen=True)
class Sent:
    """One call on its way into the ledger: (number, params) each. `gateway` is the URL it went to.

    `parts`: how many messages each recipient is billed, when that is known.
    """

    element: str
    template: str
    gateway: str
    messages: Sequence[tuple[str, Mapping[str, str]]]
    out_id: str = ""
    parts: int | None = None


@dataclass(frozen=True)
class Ended:
    """A call that has ended: how, after how long, and when (seconds since the epoch)."""

    sent: Sent
    result: Result
    milliseconds: float
    time: float


@dataclass(frozen=True)
class Row:
    """One recipient. `row`: that of the list in a bulk job; `reason`: Alibaba's code, or the cause of a failure."""

    time: datetime
    element: str
    template: str
    number: str
    outcome: Outcome
    code: int | None
    reason: str
    request_id: str
    biz_id: str
    out_id: str
    parts: int | None
    milliseconds: float | None
    gateway: str
    job: int | None
    row: int | None


@dataclass(frozen=True)
class Count:
    """How many messages of one day (Beijing's) ended in one way."""

    day: str
    outcome: Outcome
    reason: str
    messages: int


ROWS = """SELECT c.time, c.element, c.template, m.number, c.outcome, c.code, c.reason, c.request_id, c.biz_id, c.out_id,
    m.parts, c.milliseconds, c.gateway, c.job, m.row FROM calls c CROSS JOIN messages m ON m.call = c.id WHERE"""
NEWEST_FIRST = "ORDER BY c.id DESC, m.place LIMIT ? OFFSET ?"
COUNTS = """SELECT date(c.time + 28800, 'unixepoch'), c.outcome, c.reason, sum(c.size) FROM calls c
    WHERE c.size > 0 AND"""
BY_DAY = "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
TOTAL = "SELECT coalesce(sum(c.size), 0) FROM calls c WHERE"
DROP_KEYS = """UPDATE messages SET key = NULL WHERE (call, place) IN (SELECT m.call, m.place FROM messages m
    JOIN calls c ON c.id = m.call WHERE m.key IS NOT NULL AND c.time < ? LIMIT ?)"""
DROP_EMPTY_JOBS = "DELETE FROM jobs WHERE state = 'settled' AND NOT EXISTS (SELECT 1 FROM calls WHERE job = jobs.id)"
FILTERS = {
    "element": "c.element = ?",
    "template": "c.template = ?",
    "gateway": "c.gateway = ?",
    "outcome": "c.outcome = ?",
    "reason": "c.reason = ?",
    "job": "c.job = ?",
    "since": "c.time >= ?",
    "until": "c.time < ?",
}


class Ledger:
    """The ledger of the app in `root`. Safe to share among threads, and usable after a fork.

    `durable`: what was written outlives a power cut, for which every transaction waits for the disk; else the
    last rows may be missing after one. Every method raises LedgerError where the file cannot be read or written.
    """

    def __init__(self, root: str | PathLike[str], *, durable: bool = False) -> None:
        self.path = Path(root) / FOLDER / FILE
        self._durable = durable
        self._lock = threading.RLock()
        self._opened: sqlite3.Connection | None = None
        self._process = 0
        self._key = b""
        self._until_prune = 0

    def record(self, sent: Sent, result: Result, milliseconds: float) -> None:
        """Note a call that has just ended: one row a recipient."""
        self.record_all([Ended(sent, result, milliseconds, time.time())])

    def record_all(self, calls: Sequence[Ended]) -> None:
        """Note calls that have ended, all in one transaction."""
        keys: dict[tuple[str, str, str], Callable[[str, Content], int]] = {}
        with self.transaction() as db:
            for call in calls:
                kind = (call.sent.gateway, call.sent.element, call.sent.template)
                key_of = keys.get(kind) or keys.setdefault(kind, self.keys(*kind))
                _insert(db, call, key_of)
        self._until_prune -= len(calls)
        if self._until_prune < 0:
            self._until_prune = PRUNE_EVERY
            self.prune()

    def rows(self, limit: int = 100, offset: int = 0, **filters: object) -> list[Row]:
        """The rows, newest first. Filters: element, template, gateway, outcome, reason, job, and since and until
        (seconds since the epoch)."""
        where, values = _where(filters)
        found = self.select(" ".join((ROWS, where, NEWEST_FIRST)), *values, limit, offset)
        return [Row(datetime.fromtimestamp(row[0], BEIJING), *row[1:]) for row in found]

    def counts(self, **filters: object) -> list[Count]:
        """How many messages ended how on each day, oldest day first; filters as for `rows`."""
        where, values = _where(filters)
        found = self.select(" ".join((COUNTS, where, BY_DAY)), *values)
        return [Count(*row) for row in found]

    def total(self, **filters: object) -> int:
        """How many rows there are; filters as for `rows`."""
        where, values = _where(filters)
        return int(self.select(f"{TOTAL} {where}", *values)[0][0])

    def keys(self, gateway: str, element: str, template: str) -> Callable[[str, Content], int]:
        """The keyed hash, 64 bits, of a number and what it gets, for messages of this kind."""
        self._key = self._key or self._secret()
        start = blake2b(repr((gateway, element, template)).encode(), digest_size=8, key=self._key)

        def key_of(number: str, content: Content) -> int:
            digest = start.copy()
            digest.update(f"{number}\0{content}".encode("utf-8", "surrogatepass"))
            return _as_integer(digest.digest())[0]

        return key_of

    def prune(self, *, now: float | None = None, most_rows: int = MOST_ROWS) -> None:
        """Drop hashes after a week, rows after half a year, and the oldest rows beyond `most_rows`.

        What belongs to an open job stays, and so does what was sent within the last day.
        """
        now = time.time() if now is None else now
        with self.transaction() as db:
            db.execute(DROP_KEYS, (now - KEYS_KEPT, HASHES_AT_ONCE))
            old = _removable(db, now - ROWS_KEPT, now - DAY, most_rows)
            db.executemany("DELETE FROM messages WHERE call = ?", old)
            db.executemany("DELETE FROM calls WHERE id = ?", old)
            db.execute(DROP_EMPTY_JOBS)

    def empty_log(self) -> None:
        """Write everything into the file itself and empty the write-ahead log, deleted content with it.

        Where another process reads at this moment, the log is emptied by the next one who asks.
        """
        with self._speaking() as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        with self._lock:
            if self._opened and self._process == os.getpid():
                self._opened.close()
            self._opened = None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All that happens inside is in the ledger when it ends, or nothing; one inside another is part of it."""
        with self._speaking() as db:
            if db.in_transaction:
                yield db
                return
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    def select(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows that a query finds."""
        with self._speaking() as db:
            return db.execute(query, values).fetchall()

    @contextmanager
    def _speaking(self) -> Iterator[sqlite3.Connection]:
        """The connection, with what SQLite and the disk throw said in our words."""
        cause = ""
        with self._lock:
            try:
                yield self._connection()
            except (sqlite3.Error, OSError, TimeoutError) as error:
                cause = getattr(error, "strerror", None) or str(error) or type(error).__name__
        if cause:
            raise LedgerError("ledger.unusable", {"path": str(self.path), "cause": cause})

    def _connection(self) -> sqlite3.Connection:
        """SQLite's connections must not be carried over a fork: the child opens its own and leaves the other be."""
        if self._opened is None or self._process != os.getpid():
            _make_private(self.path)
            self._process = os.getpid()
            self._opened = _open(self.path, "FULL" if self._durable else "NORMAL")
        return self._opened

    def _secret(self) -> bytes:
        """The hash's key, made at the first use."""
        with self._speaking(), lock(self.path.with_suffix(".lock")):
            path = self.path.with_name(KEY_FILE)
            refuse_links(path)
            if not path.exists() or path.stat().st_size != blake2b.MAX_KEY_SIZE:
                _write_private(path, secrets.token_bytes(blake2b.MAX_KEY_SIZE))
            return path.read_bytes()


_as_integer: Callable[[bytes], tuple[int]] = struct.Struct(">q").unpack


def _insert(db: sqlite3.Connection, ended: Ended, key_of: Callable[[str, Content], int]) -> None:
    sent, result = ended.sent, ended.result
    messages = [
        (None, masked(number), key_of(number, content_of(params)), sent.parts) for number, params in sent.messages
    ]
    call = db.execute(
        "INSERT INTO calls (time, element, template, gateway, same, size, outcome, code, reason, request_id,"
        " biz_id, out_id, attempt, milliseconds) VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, 1, ?)",
        (
            *(ended.time - ended.milliseconds / 1000, sent.element, sent.template, sent.gateway, len(messages)),
            *(result.outcome, result.code, result.reason, result.request_id, result.biz_id, sent.out_id),
            ended.milliseconds,
        ),
    ).lastrowid
    add_messages(db, call, messages)


def add_messages(db: sqlite3.Connection, call: int | None, messages: Iterable[tuple[Any, ...]]) -> None:
    """The recipients of a call: (row, masked number, key, parts) each, in the order in which they are sent to."""
    db.executemany(
        "INSERT INTO messages (call, place, row, number, key, parts) VALUES (?, ?, ?, ?, ?, ?)",
        [(call, place, *message) for place, message in enumerate(messages)],
    )


def _reason(error: SmsError) -> str:
    if isinstance(error, Refused):
        return error.result_code
    return error.cause if isinstance(error, RequestFailed) else error.kind


def _where(filters: Mapping[str, object]) -> tuple[str, list[object]]:
    given = {name: value for name, value in filters.items() if value is not None}
    return " AND ".join(["1", *(FILTERS[name] for name in given)]), list(given.values())


def _removable(db: sqlite3.Connection, old: float, recent: float, most: int) -> list[tuple[int]]:
    """The calls whose rows go: the old ones, and the oldest as long as there are more rows than `most`."""
    return db.execute(
        "SELECT id FROM (SELECT id, time, sum(size) OVER (ORDER BY id DESC) AS newer FROM calls"
        " WHERE job IS NULL OR job NOT IN (SELECT id FROM jobs WHERE state <> 'settled'))"
        " WHERE time < ? OR (newer > ? AND time < ?)",
        (old, most, recent),
    ).fetchall()


def _open(path: Path, synchronous: str) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    try:
        for pragma in (*PRAGMAS, f"synchronous = {synchronous}"):
            db.execute(f"PRAGMA {pragma}")
        _migrate(db, path)
    except BaseException:
        db.close()
        raise
    return db


def _migrate(db: sqlite3.Connection, path: Path) -> None:
    """Bring the schema up to date, each version in a transaction of its own."""
    for version, statements in enumerate(MIGRATIONS, start=1):
        db.execute("BEGIN IMMEDIATE")
        present = db.execute("PRAGMA user_version").fetchone()[0]
        if present < version:
            for statement in (*statements, f"PRAGMA user_version = {version}"):
                db.execute(statement)
        db.execute("COMMIT")
        if present > len(MIGRATIONS):
            raise LedgerError("ledger.newer", {"path": str(path)})


def _make_private(path: Path) -> None:
    """The file, empty if it is new, with nobody but its owner allowed; SQLite gives its log the same mode."""
    path.parent.mkdir(exist_ok=True)
    refuse_links(path.parent, path)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE))
    path.chmod(PRIVATE)


def _write_private(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
