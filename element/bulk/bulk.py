"""One template to many recipients: planned into the fewest calls, sent, and accounted for in the ledger.

    bulk = Bulk(Ledger(root, durable=True), element, gateway=url)
    with bulk.plan(recipients.read(path), "SMS_1") as job:      # or bulk.resume("SMS_1")
        for progress in job.run(): ...

Every call stands in the ledger before it is made. What happened to a call that was cut off is asked of the delivery
record; nothing is ever sent again while its outcome is unknown. Leaving the loop, `job.stop()` and Ctrl-C stop
between calls; those on their way are waited for. Whatever stops a job, `resume` goes on with it.
"""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import TracebackType

from element.bulk import jobs
from element.bulk.grouping import MOST_SAME, Grouping
from element.bulk.jobs import JobRows, Order, Plan
from element.bulk.planning import BadRows, Planner, billing
from element.bulk.recipients import Recipient, RowProblem
from element.bulk.run import Pace, Progress, Run, Sender
from element.ledger import DAY, Ledger


class Bulk:
    """Bulk jobs of one element. `gateway`: the URL that it sends to; `rehearsal`: which ends with this process.

    The element comes from App(root, record=False): the job's calls stand in the ledger already.
    """

    def __init__(self, ledger: Ledger, element: Sender, *, gateway: str, rehearsal: bool = False) -> None:
        self._ledger = ledger
        self._element = element
        self._gateway = gateway
        self._rehearsal = rehearsal

    def plan(
        self,
        recipients: Iterable[Recipient | RowProblem],
        template_code: str,
        *,
        text: str | None = None,
        sign: str = "",
        again: bool = False,
        window: float = DAY,
        skip_problems: bool = False,
        source: str = "",
        most_per_call: int = MOST_SAME,
    ) -> "Job":
        """Read all recipients into a job of the ledger; nothing is sent yet.

        Rows with the same number and params are merged. A number that got the same text within `window` seconds
        (a week at most) is held back unless `again`. `text` and `sign`: the template's text and the signature, to
        count the parts. `most_per_call`: fewer recipients a call than Alibaba takes. Raises BadRows for rows that
        cannot be sent to, unless `skip_problems`, and RecipientsError; then no job is left.
        """
        rows = jobs.create(self._ledger, self._order(template_code, source))
        planner = Planner(rows, Grouping(most_same=most_per_call), again, time.time() - window, billing(sign, text))
        try:
            planner.read(recipients)
            if rows.plan.skipped and not skip_problems:
                raise BadRows(planner.problems, rows.plan.skipped)
            rows.planned()
        except BaseException:
            rows.drop()
            raise
        return Job(rows, self._element, again=again, problems=planner.problems)

    def resume(self, template_code: str, *, source: str = "") -> "Job":
        """The job that was started with this template and is not settled. Raises BulkError when there is none, when
        another process works on it, or when it was started with another `source`."""
        return Job(jobs.resume(self._ledger, self._order(template_code, source)), self._element)

    def _order(self, template_code: str, source: str) -> Order:
        return Order(self._element.fullName, template_code, self._gateway, self._rehearsal, source)


class Job:
    """One bulk job. While it is open here, no other process can work on it; `close` lets go of it."""

    def __init__(
        self, rows: JobRows, element: Sender, *, again: bool = False, problems: Sequence[RowProblem] = ()
    ) -> None:
        self.problems = list(problems)
        self._rows = rows
        self._element = element
        self._again = again
        self._stopping = threading.Event()

    @property
    def id(self) -> int:
        """The job's number in the ledger: Ledger.rows(job=…) lists its recipients."""
        return self._rows.id

    @property
    def plan(self) -> Plan:
        return self._rows.plan

    @property
    def tally(self) -> Mapping[str, int]:
        """How many recipients have each outcome, "waiting" and "sending" included."""
        return self._rows.tally

    def run(self, pace: Pace | None = None) -> Iterator[Progress]:
        """Send what waits, after settling what is unknown; yields the progress a few times a second at least.

        The last progress tells how it ended: "settled"; "stopped"; "halted" by an error that every other call
        would meet, or by too many in a row; or "unsettled": some outcomes are unknown and have to wait. Raises
        BulkError when another job of the kind is open, and LedgerError.
        """
        self._rows.start(again=self._again)
        self._stopping.clear()
        return Run(self._rows, self._element, pace or Pace(), self._stopping).steps()

    def stop(self) -> None:
        """End the run between calls; from any thread."""
        self._stopping.set()

    def abandon(self) -> None:
        """Settle the job as it is: what waits is not sent, and what is unknown stays so. Its full numbers go."""
        self._rows.abandon()

    def close(self) -> None:
        """Let others work on the job. One that was never run is dropped."""
        if self._rows.state == "planned":
            self._rows.drop()
        else:
            self._rows.release()

    def __enter__(self) -> "Job":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
