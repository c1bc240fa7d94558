"""The delivery record: what became of a message after the answer, asked on request, and no more said than it proves."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Literal

import streamlit as st

from element import ElementError, Refused, SmsError
from element.codes import advice
from element.queries import Delivery, not_permitted
from element.redact import masked
from ui import workspace
from ui.plan import Outcome
from ui.text import language, literal, say

State = Literal["delivered", "failed", "waiting", "none", "unanswered"]

BEIJING = timezone(timedelta(hours=8))
LEEWAY = timedelta(minutes=10)  # this machine's clock against Alibaba's
MOST_NUMBERS = 20
_ROWS, _MOST_PAGES = 50, 10
_KEY = "delivery_record"
_LOOKS = {
    "delivered": ("green", "check_circle"),
    "failed": ("red", "error"),
    "waiting": ("blue", "schedule"),
    "none": ("orange", "help"),
    "unanswered": ("orange", "help"),
}


@dataclass(frozen=True)
class Finding:
    """What the record says of one number. `certain`: the row carries this send's own mark, not just its features."""

    number: str
    state: State
    certain: bool = False
    at: str = ""
    code: str = ""
    error: SmsError | ElementError | None = None


@dataclass(frozen=True)
class Report:
    """The findings about the send marked `out_id`, and when the record was asked."""

    out_id: str
    at: datetime
    findings: tuple[Finding, ...]


def ask(outcome: Outcome) -> Report:
    """Ask the delivery record about every number of a send; it costs nothing and sends nothing."""
    numbers = outcome.plan.recipients.numbers[:MOST_NUMBERS]
    app = workspace.app() if outcome.plan.live else workspace.simulated()
    found = tuple(_finding(app, outcome, number) for number in numbers)
    return Report(outcome.out_id, datetime.now(BEIJING), found)


def days(moment: datetime, now: datetime) -> list[str]:
    """The days in Beijing that a send at `moment` can stand under: one, or two around midnight; none is to come."""
    edges = (moment - LEEWAY, min(moment + LEEWAY, max(now, moment)))
    return sorted({f"{edge.astimezone(BEIJING):%Y%m%d}" for edge in edges})


def match(rows: Iterable[Delivery], outcome: Outcome) -> tuple[Delivery, bool] | None:
    """The row of this send, and whether that is certain: it bears the send's OutId, or was asked for by BizId.

    Else one without any mark that agrees in template and time.
    """
    of_template = [row for row in rows if row.template_code in ("", outcome.plan.code)]
    own = [(row, True) for row in of_template if row.out_id == outcome.out_id]
    unmarked = [row for row in of_template if not row.out_id and _about(row.sent, outcome.at)]
    return next(iter(own + [(row, bool(outcome.biz_id)) for row in unmarked]), None)


def draw(outcome: Outcome) -> None:
    """The button that asks, and what the record said last."""
    if st.button(say("record.check"), icon=":material/fact_check:", key="check_record", help=say("record.check_help")):
        with st.spinner(say("record.asking")):
            st.session_state[_KEY] = ask(outcome)
    found = _report(outcome)
    if found:
        _show(found, left_out=len(outcome.plan.recipients.numbers) - len(found.findings))


def _report(outcome: Outcome) -> Report | None:
    """What the record said of this send, if it was asked."""
    held: Report | None = st.session_state.get(_KEY)
    return held if held and held.out_id == outcome.out_id else None


def _finding(app: Any, outcome: Outcome, number: str) -> Finding:
    try:
        element = app.getElement(outcome.plan.full_name)
        found = match(_rows(element, outcome, number), outcome)
    except (SmsError, ElementError) as error:
        return Finding(number, "unanswered", error=error.with_traceback(None))
    if found is None:
        return Finding(number, "none")
    row, certain = found
    state: State = row.state if row.state in ("delivered", "failed") else "waiting"
    return Finding(number, state, certain, row.received or row.sent, row.error_code)


def _rows(element: Any, outcome: Outcome, number: str) -> Iterator[Delivery]:
    """The record's rows of the days in question, newest day first."""
    for day in reversed(days(outcome.at, datetime.now(BEIJING))):
        for page in range(1, _MOST_PAGES + 1):
            rows = element.querySendDetails(number, day, page=page, bizId=outcome.biz_id or None)
            yield from rows
            if len(rows) < _ROWS:
                break


def _about(sent: str, moment: datetime) -> bool:
    try:
        stamped = datetime.fromisoformat(sent).replace(tzinfo=BEIJING)
    except ValueError:
        return False
    return abs(stamped - moment) <= LEEWAY


def _show(found: Report, left_out: int) -> None:
    lines = [f"- {_line(finding)}" for finding in found.findings]
    if left_out > 0:
        lines.append(f"- {say('app.more', count=left_out)}")
    title = say("record.title", time=f"{found.at:%H:%M:%S}")
    st.markdown("\n".join((f"**{title}**\n", *lines)))
    states = {finding.state for finding in found.findings}
    notes = [state for state in ("none", "waiting") if state in states]
    if any(finding.at and not finding.certain for finding in found.findings):
        notes.append("alike")
    for note in notes:
        st.caption(say(f"record.note_{note}"))


def _line(finding: Finding) -> str:
    colour, icon = _LOOKS[finding.state]
    words = say(f"record.{finding.state}", at=finding.at or "–")
    line = f"{literal(masked(finding.number))} · :{colour}[:material/{icon}:] {words}"
    return " ".join(filter(None, (line, _why(finding))))


def _why(finding: Finding) -> str:
    """Why it failed, or why nothing could be learnt."""
    if finding.error:
        return _why_unanswered(finding.error)
    known = advice(finding.code) if finding.state == "failed" else None
    if known:
        return literal(f"{finding.code}: {known.meaning[language()]} {known.fix[language()]}")
    return literal(finding.code) if finding.state == "failed" else ""


def _why_unanswered(error: SmsError | ElementError) -> str:
    if isinstance(error, Refused) and not_permitted(error):
        return say("record.not_permitted")
    return literal(error.in_language(language()))
