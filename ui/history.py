"""What this element sent and what came of it, from the app's ledger: by day, as a table, row by row to copy."""

import platform
import shlex
from collections import Counter
from collections.abc import Sequence
from itertools import chain, islice, takewhile

import streamlit as st

from element.codes import advice
from element.endpoint import endpoint
from element.ledger import Count, LedgerError, Row
from ui import panel as panels
from ui import workspace
from ui.text import language, literal, plain, say

OUTCOMES = {
    "accepted": "#2e8b57",
    "refused": "#d3302f",
    "unknown": "#d98a00",
    "waiting": "#8a9696",
    "sending": "#4a7fa5",
}
MODES = ("simulate", "live")
COPIES = ("python", "command", "report")
ALL = "all"

_MOST_SHOWN = 500
_MOST_DAYS = 30
_WIDTHS = {"time": 130, "code": 260}
_PAGE = 1_000
_DEEPEST = 20_000


@panels.panel
def panel(full_name: str) -> None:
    """The history tab."""
    try:
        counts = workspace.ledger().counts(element=full_name)
        if counts:
            _chart(counts)
            _list(full_name, counts)
        else:
            st.container(border=True).markdown(say("history.empty"))
    except LedgerError as error:
        st.error(literal(error.in_language(language())), icon=":material/error:")


def code_of(row: Row) -> str:
    """The code that the app's code meets, and Alibaba's or the cause: what to quote."""
    reason = plain("history.held_back") if row.reason == "held_back" else row.reason
    return " · ".join(filter(None, (str(row.code or ""), reason)))


def mode_of(row: Row) -> str:
    """A loopback address is a sandbox's: no phone rings behind it."""
    return "simulate" if endpoint(row.gateway).is_loopback else "live"


def _chart(counts: Sequence[Count]) -> None:
    """One bar a day, of the last days; outcomes that never came up are left out."""
    messages: Counter[tuple[str, str]] = Counter()
    for count in counts:
        messages[count.day, count.outcome] += count.messages
    days = sorted({day for day, _ in messages})[-_MOST_DAYS:]
    outcomes = _found(counts)
    names = [plain(f"history.{outcome}") for outcome in outcomes]
    bars = {name: [messages[day, outcome] for day in days] for name, outcome in zip(names, outcomes, strict=True)}
    st.markdown(f":small[:gray[{say('history.by_day')}]]")
    st.bar_chart(
        {plain("history.day"): [day.partition("-")[2] for day in days], **bars},
        x=plain("history.day"),
        y=names,
        x_label="",
        y_label="",
        color=[OUTCOMES[outcome] for outcome in outcomes],
        height=220,
        alt=plain("history.by_day"),
    )


def _list(full_name: str, counts: Sequence[Count]) -> None:
    """The filters, and the rows that pass them."""
    rows = _rows(full_name, *_filters(full_name, counts))
    if not rows:
        st.info(say("history.none"))
        return
    chosen = _table(full_name, rows)
    if len(rows) == _MOST_SHOWN:
        st.caption(say("history.newest", count=_MOST_SHOWN))
    if chosen:
        _details(full_name, chosen)
    else:
        st.caption(say("history.choose"))


def _filters(full_name: str, counts: Sequence[Count]) -> tuple[str, str, str]:
    """Outcome, reason and mode, each of them perhaps ALL."""
    choices = {
        "outcome": _found(counts),
        "code": sorted({count.reason for count in counts if count.reason}),
        "mode": MODES,
    }
    columns = st.columns(len(choices))
    outcome, reason, mode = (
        column.selectbox(
            say(f"history.{name}"),
            (ALL, *options),
            key=f"history.{full_name}.{name}",
            format_func=_reason if name == "code" else _option,
            persist_state="session",
        )
        for column, (name, options) in zip(columns, choices.items(), strict=True)
    )
    return outcome, reason, mode


def _found(counts: Sequence[Count]) -> list[str]:
    found = {count.outcome for count in counts}
    return [outcome for outcome in OUTCOMES if outcome in found]


def _option(name: str) -> str:
    return plain(f"history.{name}")


def _reason(reason: str) -> str:
    return _option(reason) if reason in (ALL, "held_back") else reason


def _rows(full_name: str, outcome: str, reason: str, mode: str) -> list[Row]:
    """The newest rows that fit. The ledger knows addresses and no modes, so those are told apart here."""
    filters = {name: value for name, value in (("outcome", outcome), ("reason", reason)) if value != ALL}
    ledger = workspace.ledger()
    pages = (ledger.rows(_PAGE, start, element=full_name, **filters) for start in range(0, _DEEPEST, _PAGE))
    rows = chain.from_iterable(takewhile(bool, pages))
    return list(islice((row for row in rows if mode in (ALL, mode_of(row))), _MOST_SHOWN))


def _table(full_name: str, rows: Sequence[Row]) -> Row | None:
    """The rows, and the one that is ticked. The key changes with the rows, or the tick would stay at its place while
    another row moves there."""
    columns = {
        "time": [f"{row.time:%m-%d %H:%M:%S}" for row in rows],
        "outcome": [_option(row.outcome) for row in rows],
        "code": [code_of(row) for row in rows],
        "number": [row.number for row in rows],
        "mode": [_option(mode_of(row)) for row in rows],
        "template": [row.template for row in rows],
    }
    event = st.dataframe(
        columns,
        column_config={
            name: st.column_config.TextColumn(plain(f"history.{name}"), width=_WIDTHS.get(name, "small"))
            for name in columns
        },
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"history.{full_name}.rows.{len(rows)}.{rows[0].time.timestamp()}",
        alt=plain("history.messages"),
    )
    ticked = [rows[place] for place in event["selection"]["rows"] if place < len(rows)]
    return ticked[0] if ticked else None


def _details(full_name: str, row: Row) -> None:
    with st.container(border=True):
        copy = st.segmented_control(
            say("history.copy_as"),
            COPIES,
            default="report",
            required=True,
            format_func=_option,
            key=f"history.{full_name}.copy",
            persist_state="session",
        )
        text, code_language = {"python": _as_python, "command": _as_command, "report": _as_report}[copy](row)
        st.code(text, language=code_language, wrap_lines=True)
        st.caption(say("history.no_secrets" if copy == "report" else "history.fill_in"))


def _as_python(row: Row) -> tuple[str, str]:
    facts = {"root": str(workspace.root()), "element": row.element, "number": row.number, "template": row.template}
    return plain("history.python_call", **{name: repr(fact) for name, fact in facts.items()}), "python"


def _as_command(row: Row) -> tuple[str, str]:
    """Without --live whatever it was: what is copied in haste must not cost money."""
    options = {"--phone": row.number, "--template": row.template, "--param": plain("history.param")}
    program = ("python", "-m", "element", "--app", str(workspace.root()), "send", row.element)
    return shlex.join((*program, *chain.from_iterable(options.items()))), "bash"


def _as_report(row: Row) -> tuple[str, None]:
    """Markdown, for whoever has to find out what went wrong."""
    known = advice(row.reason)
    facts = {
        "time": f"{row.time:%Y-%m-%d %H:%M:%S%z}",
        "outcome": _option(row.outcome),
        "code": code_of(row),
        "meaning": known.meaning[language()] if known else "",
        "template": row.template,
        "number": row.number,
        "request_id": row.request_id,
        "biz_id": row.biz_id,
        "gateway": row.gateway,
        "milliseconds": round(row.milliseconds or 0),
        "python_version": platform.python_version(),
    }
    title = plain("history.report_title", element=row.element, outcome=facts["outcome"])
    lines = (f"- {plain(f'history.{name}')}: {fact}" for name, fact in facts.items() if fact)
    return "\n".join((f"## {title}", "", *lines)), None
