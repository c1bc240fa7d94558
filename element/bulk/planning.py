"""Recipients into a job of the ledger: merged, held back, grouped into calls."""

import itertools
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from element.bulk.grouping import Grouping, content_of
from element.bulk.jobs import BulkError, JobRows
from element.bulk.recipients import Recipient, RowProblem
from element.template import message, parts

CHUNK = 500
TRANSACTION = 1.0
PROBLEMS_SHOWN = 50


class BadRows(BulkError):
    """Some rows cannot be sent to, so nothing is; `problems` are the first of them."""

    def __init__(self, problems: Sequence[RowProblem], count: int) -> None:
        super().__init__("bulk.bad_rows", {"count": count})
        self.problems = list(problems)


class Planner:
    """Reads recipients into a job: merged, held back, grouped into calls."""

    def __init__(
        self,
        rows: JobRows,
        grouping: Grouping,
        again: bool,
        since: float,
        billed: Callable[[Mapping[str, str]], int | None],
    ) -> None:
        self.problems: list[RowProblem] = []
        self._rows = rows
        self._grouping = grouping
        self._again = again
        self._since = since
        self._billed = billed
        self._key_of = rows.ledger.keys(rows.order.gateway, rows.order.element, rows.order.template)
        self._grouped: set[int] = set()

    def read(self, recipients: Iterable[Recipient | RowProblem]) -> None:
        """In transactions of about a second, so that nobody else who writes has to wait for long."""
        entries = iter(recipients)
        chunk = list(itertools.islice(entries, CHUNK))
        while chunk:
            until = time.monotonic() + TRANSACTION
            with self._rows.ledger.transaction():
                while chunk and time.monotonic() < until:
                    self._read(chunk)
                    chunk = list(itertools.islice(entries, CHUNK))
        self._rows.add(self._grouping.rest())

    def _read(self, entries: Sequence[Recipient | RowProblem]) -> None:
        recipients = [entry for entry in entries if isinstance(entry, Recipient)]
        self._add(recipients)
        if len(recipients) < len(entries):
            self._skip([entry for entry in entries if isinstance(entry, RowProblem)])

    def _skip(self, problems: Sequence[RowProblem]) -> None:
        self.problems += problems[: PROBLEMS_SHOWN - len(self.problems)]
        self._rows.plan.skipped += len(problems)

    def _add(self, recipients: Sequence[Recipient]) -> None:
        contents = [content_of(recipient.params) for recipient in recipients]
        keys = list(map(self._key_of, [recipient.number for recipient in recipients], contents))
        known = self._rows.known(keys, self._since)
        fresh, letters, held = [], [], []
        for recipient, content, key in zip(recipients, contents, keys, strict=True):
            if key in self._grouped or (known and known.get(key)):
                self._rows.plan.merged += 1
            elif known and key in known and not self._again:
                held.append((recipient.row, recipient.number))
            else:
                self._grouped.add(key)
                fresh.append(content)
                letters.append((recipient, key, self._billed(recipient.params)))
        if held:
            self._rows.hold(held)
        if groups := self._grouping.add(zip(fresh, letters, strict=True)):
            self._rows.add(groups)
            self._grouped.difference_update(key for group in groups for _, key, _ in group.letters)


def _billed_unknown(params: Mapping[str, str]) -> None:
    return None


def billing(sign: str, text: str | None) -> Callable[[Mapping[str, str]], int | None]:
    """How many messages the given params are billed as."""
    if text is None:
        return _billed_unknown
    return lambda params: parts(message(sign, text, params))
