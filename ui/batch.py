"""One template to a list of people: the list read, the plan restated, a rehearsal in the sandbox, what came of it."""

import shlex
from html import escape
from pathlib import Path

import streamlit as st

from element.bulk.jobs import Plan
from element.bulk.run import Progress
from element.errors import Bilingual
from element.redact import masked
from element.template import placeholders
from ui import history, mode, workspace
from ui import message as messages
from ui import panel as panels
from ui.rehearsal import FIRST_ROWS, Order, Planned, Rehearsal, as_csv
from ui.text import language, literal, plain, say

_LIST = "recipients.csv"
_MOST_ROWS = 200
_LOOK_AGAIN = 0.5
_LOOKS = {"settled": "accepted", "stopped": "unknown", "halted": "unknown", "unsettled": "unknown", "broken": "refused"}
_RESUME = {"resume": True}


@panels.panel
def panel(full_name: str) -> None:
    """The batch tab."""
    left, right = panels.side_by_side()
    with left:
        messages.draw_code(full_name)
        messages.draw_text(full_name)
        _draw_list(full_name)
    with right:
        try:
            _draw_right(full_name)
        except Bilingual as error:
            _tell(error)


def _draw_right(full_name: str) -> None:
    """What comes of the fields: for Live a command; else the last run, or the plan."""
    rehearsal: Rehearsal | None = st.session_state.get(_run_key(full_name))
    if mode.is_live():
        _draw_command(full_name)
    elif rehearsal is None:
        _draw_plan(full_name)
    elif rehearsal.running:
        _watch(rehearsal)
    else:
        _draw_result(rehearsal)


# ── the list ────────────────────────────────────────────────────────────────────────────────────────────────


def _draw_list(full_name: str) -> None:
    """An upload is kept while the session lasts; the uploader itself forgets it when another tab is opened."""
    uploaded = st.file_uploader(
        say("batch.list"),
        type=["csv", "txt"],
        key=_upload_key(full_name),
        help=say("batch.list_help"),
        on_change=_keep_upload,
        args=(full_name,),
    )
    kept = st.session_state.get(_kept_key(full_name))
    if kept and not uploaded:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(say("batch.in_use", name=kept[0]))
            st.button(say("batch.remove"), key="remove_list", on_click=_forget_upload, args=(full_name,))
    if not kept:
        st.text_area(
            say("batch.paste"),
            key=_pasted_key(full_name),
            placeholder=plain("batch.paste_example"),
            persist_state="session",
        )
    st.download_button(say("batch.sample"), _sample(full_name), _LIST, "text/csv", key="sample_list", type="tertiary")


def _sample(full_name: str) -> str:
    """A list with the template's variables as its columns."""
    names = placeholders(messages.current(full_name).text) or ["code"]
    rows = [["phone", *names], ["13800138000", *map(messages.sample, names)]]
    return as_csv(rows)


def _order(full_name: str) -> Order:
    """What the fields make now."""
    typed = messages.current(full_name)
    pasted = st.session_state.get(_pasted_key(full_name), "").strip()
    name, content = st.session_state.get(_kept_key(full_name)) or (_LIST, pasted.encode())
    again = bool(st.session_state.get(_again_key(full_name)))
    return Order(full_name, typed.code, typed.text, name, content, again)


# ── the plan ────────────────────────────────────────────────────────────────────────────────────────────────


def _draw_plan(full_name: str) -> None:
    order = _order(full_name)
    if not (order.code and order.content):
        st.container(border=True).markdown(say("batch.needs_code" if order.content else "batch.empty"))
        return
    planned = _planned(order)
    _draw_first(planned)
    _draw_problems(planned)
    _restate(order, planned.plan)
    _offer(order, planned.plan)


def _planned(order: Order) -> Planned:
    """Kept until a field changes: a long list is not read again for every click."""
    key = _plan_key(order.full_name)
    kept_order, kept = st.session_state.get(key, (None, None))
    if kept_order != order:
        with st.spinner(plain("batch.preparing")):
            kept = Planned.of(order)
        st.session_state[key] = order, kept
    return kept


def _draw_first(planned: Planned) -> None:
    if not planned.first:
        return
    st.markdown(f":small[:gray[{say('batch.first_rows')}]]")
    names = {"row": plain("batch.row"), "phone": plain("batch.phone")}
    st.table(
        [
            {names["row"]: str(each.row), names["phone"]: literal(masked(each.number))}
            | {literal(name): literal(value) for name, value in each.params.items()}
            for each in planned.first
        ],
        hide_index=True,
    )


def _draw_problems(planned: Planned) -> None:
    if not planned.plan.skipped:
        return
    more = planned.plan.skipped - len(planned.problems)
    lines = [f"- {literal(problem.sentence(language()))}" for problem in planned.problems]
    with st.container(border=True, key="batch-problems"):
        st.markdown(f":red[:material/error: {say('batch.bad_rows', count=planned.plan.skipped)}]")
        with st.container(height=220 if len(lines) > FIRST_ROWS else "content", border=False):
            st.markdown("\n".join(lines))
        if more:
            st.caption(say("batch.more_rows", count=more))


def _restate(order: Order, plan: Plan) -> None:
    """The plan in words; rows that say nothing are left out."""
    rows = {
        "to": plain("batch.to_sandbox", address=workspace.sandbox_url()),
        "sign": order.sign,
        "template": order.code,
        "recipients": f"{plan.recipients:,}",
        "calls": f"{plan.calls:,}",
        "parts": plain("batch.parts_unknown") if plan.parts is None else f"{plan.parts:,}",
    }
    left_out = {"merged": plan.merged, "held": plan.held, "skipped": plan.skipped}
    rows |= {name: plain(f"batch.{name}_rows", count=count) for name, count in left_out.items() if count}
    cells = (f"<dt>{escape(plain(f'batch.{name}'))}</dt><dd>{escape(row)}</dd>" for name, row in rows.items())
    with st.container(border=True):
        st.html(f'<dl class="plan">{"".join(cells)}</dl>')


def _offer(order: Order, plan: Plan) -> None:
    """The button; where it cannot be pressed, why."""
    st.checkbox(say("batch.again"), key=_again_key(order.full_name), persist_state="session")
    skip = bool(plan.skipped) and st.checkbox(say("batch.skip"), key=f"batch.{order.full_name}.skip")
    reason = "blocked" if plan.skipped and not skip else "" if plan.recipients else "nobody"
    label = say("batch.run" if plan.recipients else "batch.run_none", count=plan.recipients)
    st.button(label, type="primary", key="run_batch", disabled=bool(reason), on_click=_begin, args=(order,))
    st.caption(say(f"batch.{reason or 'first_alone'}"))


def _draw_command(full_name: str) -> None:
    """A real batch outlives a browser, so it belongs to the terminal."""
    st.info(say("batch.live"), icon=":material/terminal:")
    order = _order(full_name)
    command = ["python", "-m", "element", "--app", str(workspace.root()), "bulk", full_name, order.name]
    command += ["--template", order.code or plain("batch.code_here")]
    command += ["--template-text", order.text] if order.text else []
    st.code(shlex.join([*command, "--live"]), language="bash", wrap_lines=True)


# ── the run ─────────────────────────────────────────────────────────────────────────────────────────────────


@st.fragment(run_every=_LOOK_AGAIN)
def _watch(rehearsal: Rehearsal) -> None:
    """The progress, until the run has ended; then the page is drawn with its result."""
    if not rehearsal.running:
        st.rerun()
    progress = rehearsal.progress
    if progress:
        st.progress(progress.done / max(progress.recipients, 1), say("batch.progress", **_facts(progress)))
    else:
        st.progress(0, say("batch.preparing"))
    stopping = rehearsal.stopping.is_set()
    st.button(
        say("batch.stop"), icon=":material/stop:", key="stop_batch", disabled=stopping, on_click=rehearsal.stopping.set
    )
    st.caption(say("batch.stopping" if stopping else "batch.stop_hint"))


def _draw_result(rehearsal: Rehearsal) -> None:
    """Stays until another batch is planned."""
    progress = rehearsal.progress
    phase = progress.phase if progress and progress.phase in _LOOKS else "broken"
    with st.container(border=True, key=f"outcome-{_LOOKS[phase]}"):
        st.markdown(f"#### {say(f'batch.{phase}')}")
        for error in filter(None, (rehearsal.error, progress and progress.trouble)):
            _tell(error)
        if progress:
            _counts(progress)
    if rehearsal.job_id:
        _draw_failed(rehearsal)
    with st.container(horizontal=True):
        if _LOOKS[phase] == "unknown":
            st.button(say("batch.go_on"), type="primary", key="resume_batch", on_click=rehearsal.begin, kwargs=_RESUME)
        st.button(say("batch.anew"), key="new_batch", on_click=_put_away, args=(rehearsal.order.full_name,))


def _counts(progress: Progress) -> None:
    with st.container(horizontal=True):
        for name, count in _facts(progress).items():
            if name in ("accepted", "refused") or (name in ("unknown", "waiting") and count):
                st.metric(say(f"batch.{name}"), f"{count:,}", width="content")
    if progress.unknown:
        st.caption(say("batch.unknown_hint"))


def _facts(progress: Progress) -> dict[str, int]:
    return {
        name: getattr(progress, name) for name in ("recipients", "done", "accepted", "refused", "unknown", "waiting")
    }


def _draw_failed(rehearsal: Rehearsal) -> None:
    rows = sorted(rehearsal.rows(_MOST_ROWS)[:_MOST_ROWS], key=lambda row: row.row or 0)
    if not rows:
        return
    columns = {
        "row": [row.row for row in rows],
        "phone": [row.number for row in rows],
        "outcome": [plain(f"history.{row.outcome}") for row in rows],
        "code": [history.code_of(row) for row in rows],
    }
    labels = {name: plain(f"batch.{name}") for name in columns}
    st.dataframe(columns, column_config=labels, hide_index=True, alt=plain("batch.download"))
    spoken = language()  # asked for here: the file is made after a click, outside of the page
    if len(rows) == _MOST_ROWS:
        st.caption(say("batch.most_rows", count=_MOST_ROWS))
    st.download_button(
        say("batch.download"),
        lambda: rehearsal.not_accepted(spoken),
        f"{Path(rehearsal.order.name).stem}-not-accepted.csv",
        "text/csv",
        key="download_failed",
        on_click="ignore",
        icon=":material/download:",
    )
    st.caption(say("batch.download_hint"))


def _tell(error: Bilingual) -> None:
    st.error(literal(error.in_language(language())), icon=":material/error:")


def _upload_key(full_name: str) -> str:
    return f"batch.{full_name}.upload"


def _kept_key(full_name: str) -> str:
    return f"batch.{full_name}.kept"


def _pasted_key(full_name: str) -> str:
    return f"batch.{full_name}.pasted"


def _again_key(full_name: str) -> str:
    return f"batch.{full_name}.again"


def _plan_key(full_name: str) -> str:
    return f"batch.{full_name}.plan"


def _run_key(full_name: str) -> str:
    return f"batch.{full_name}.run"


# ── callbacks ───────────────────────────────────────────────────────────────────────────────────────────────


def _keep_upload(full_name: str) -> None:
    uploaded = st.session_state[_upload_key(full_name)]
    st.session_state[_kept_key(full_name)] = (uploaded.name, uploaded.getvalue()) if uploaded else None


def _forget_upload(full_name: str) -> None:
    st.session_state[_kept_key(full_name)] = None


def _begin(order: Order) -> None:
    """A second press while one runs does nothing."""
    if _run_key(order.full_name) not in st.session_state:
        rehearsal = st.session_state[_run_key(order.full_name)] = Rehearsal(order)
        rehearsal.begin()


def _put_away(full_name: str) -> None:
    del st.session_state[_run_key(full_name)]
    st.session_state.pop(_plan_key(full_name), None)
