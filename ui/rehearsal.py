"""A batch as it is planned, sent to the sandbox by the bulk engine, and accounted for. Nothing is drawn here."""

import csv
import io
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice

from element.bulk import recipients
from element.bulk.bulk import Bulk, Job
from element.bulk.jobs import Plan
from element.bulk.recipients import Recipient, RowProblem
from element.bulk.run import Progress
from element.errors import Bilingual
from element.ledger import Row
from element.settings import Settings
from element.simulate import rehearse
from element.template import placeholders
from schemas.sentences import Language
from ui import workspace

FIRST_ROWS = 5
NOT_ACCEPTED = ("refused", "unknown", "waiting")
EXCEL_READS_UTF_8 = "\ufeff"
_ABOUT_THE_ROW = ("_row", "_outcome", "_reason")  # names that no template variable has


@dataclass(frozen=True)
class Order:
    """What is to be sent: the template, and the list as it was given. `again`: to whoever got this text lately too."""

    full_name: str
    code: str
    text: str
    name: str
    content: bytes = field(repr=False)
    again: bool = False

    def read(self) -> Iterator[Recipient | RowProblem]:
        """The rows of the list. Raises RecipientsError."""
        variables = placeholders(self.text) if self.text else None
        return recipients.read(io.BytesIO(self.content), variables=variables)

    def plan(self) -> Job:
        """A job of the sandbox, not started; rows that cannot be sent to are left out of it."""
        return self._bulk().plan(
            self.read(),
            self.code,
            text=self.text or None,
            sign=self.sign,
            again=self.again,
            skip_problems=True,
            source=self._digest,
        )

    def resume(self) -> Job:
        return self._bulk().resume(self.code, source=self._digest)

    @property
    def sign(self) -> str:
        return Settings.read(self.full_name, workspace.app().document(self.full_name, "sms.json")).verifySign

    @property
    def _digest(self) -> str:
        return sha256(self.content).hexdigest()

    def _bulk(self) -> Bulk:
        app = workspace.simulated_bulk()
        rehearse(app, self.full_name, workspace.sandbox(), template_code=self.code, template_text=self.text or None)
        element = app.getElement(self.full_name)
        return Bulk(workspace.ledger(), element, gateway=app.endpoint.url, rehearsal=True)


@dataclass(frozen=True)
class Planned:
    """What an order comes to, and the first of its rows, good and bad."""

    plan: Plan
    problems: list[RowProblem]
    first: list[Recipient]

    @classmethod
    def of(cls, order: Order) -> "Planned":
        """The job is let go of at once: with it go the full numbers from the ledger."""
        with order.plan() as job:
            good = (row for row in order.read() if isinstance(row, Recipient))
            return cls(job.plan, job.problems, list(islice(good, FIRST_ROWS)))


class Rehearsal:
    """An order on its way to the sandbox, in a thread of its own; `progress` and `error` tell how far it came."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.job_id = 0
        self.progress: Progress | None = None
        self.error: Bilingual | None = None
        self.stopping = threading.Event()
        self._thread = threading.Thread()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def begin(self, *, resume: bool = False) -> None:
        """Send; `resume`: what an earlier run has left."""
        self.error = None
        self.stopping.clear()
        self._thread = threading.Thread(target=self._run, args=(resume,), name="sms-rehearsal", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> None:
        """Until the run has ended, however it ends."""
        self._thread.join(seconds)

    def rows(self, limit: int) -> list[Row]:
        """Who did not get the message, or perhaps did not."""
        ledger = workspace.ledger()
        return [row for outcome in NOT_ACCEPTED for row in ledger.rows(limit, job=self.job_id, outcome=outcome)]

    def not_accepted(self, language: Language) -> str:
        """The rows of the list that were not accepted, as a list to correct and use again: its columns, and before
        them row, outcome and reason. The list has the full numbers; the ledger has only masked ones."""
        found = {row.row: row for row in self.rows(len(self.order.content))}
        names: list[str] = []
        rows: list[list[str]] = []
        for entry in self.order.read():
            if isinstance(entry, RowProblem):
                rows.append([str(entry.row), "refused", entry.sentence(language), ""])
            elif row := found.get(entry.row):
                names = names or list(entry.params)
                rows.append([str(entry.row), row.outcome, row.reason, entry.number, *entry.params.values()])
        return as_csv([[*_ABOUT_THE_ROW, "phone", *names], *rows])

    def _run(self, resume: bool) -> None:
        try:
            with self.order.resume() if resume else self.order.plan() as job:
                self.job_id = job.id
                for progress in job.run():
                    self.progress = progress
                    if self.stopping.is_set():
                        job.stop()
        except Bilingual as error:
            self.error = error.with_traceback(None)


def as_csv(rows: Iterable[Iterable[str]]) -> str:
    """The rows as a file that spreadsheets open as it is."""
    text = io.StringIO(EXCEL_READS_UTF_8)
    text.seek(0, io.SEEK_END)
    csv.writer(text).writerows(rows)
    return text.getvalue()
