"""Check configuration: what is sure about an element before its first message. It sends nothing and costs nothing."""

from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from ui import message as messages
from ui import mode, workspace
from ui import panel as panels
from ui.rungs import Rung, State, Subject, climb
from ui.text import language, literal, say

_MARKS: dict[State, tuple[str, str]] = {
    "passed": ("green", "✓"),
    "failed": ("red", "✕"),
    "denied": ("orange", "–"),
    "unchecked": ("gray", "○"),
}
_SANDBOX_PASSED = "blue"  # green is what Alibaba said, or what needs nobody's word
_OWN_WORD = ("files", "shape")


@dataclass(frozen=True)
class Report:
    """What a check found, and when."""

    subject: Subject
    rungs: tuple[Rung, ...]
    at: datetime


@panels.panel
def panel(full_name: str) -> None:
    """The section with the button and the last report. Raises ElementError when the element is not there."""
    subject = _subject(full_name)
    where = "live" if subject.live else "simulate"
    with st.container(border=True, key="check"):
        st.subheader(say("check.title"), anchor=False)
        st.caption(say(f"check.about_{where}", address=subject.address))
        if st.button(say("check.run"), icon=":material/fact_check:", key="run_check"):
            with st.spinner(say("check.running")):
                st.session_state[_key(full_name)] = Report(subject, climb(subject), datetime.now().astimezone())
        report: Report | None = st.session_state.get(_key(full_name))
        if report and report.subject == subject:
            _show(report, where)
        elif report:
            st.caption(say("check.changed", time=f"{report.at:%H:%M:%S}"))


def _subject(full_name: str) -> Subject:
    live = mode.is_live()
    app = workspace.app() if live else workspace.simulated()
    typed = messages.current(full_name)
    return Subject(full_name, app.read(full_name).fingerprint, live, app.endpoint.authority, typed.code, typed.text)


def _show(report: Report, where: str) -> None:
    with st.container(gap="xsmall"):
        for rung in report.rungs:
            st.markdown("  \n".join((_heading(rung, report.subject.live), *_details(rung))))
    st.caption(say(f"check.proves_{where}", time=f"{report.at:%H:%M:%S}"))


def _heading(rung: Rung, live: bool) -> str:
    """The mark and its word, so that nothing is told by colour alone."""
    colour, mark = _MARKS[rung.state]
    if rung.state == "passed" and not live and rung.name not in _OWN_WORD:
        colour = _SANDBOX_PASSED
    return f":{colour}[**{mark}** {say(f'check.{rung.state}')}] · **{say(f'check.{rung.name}')}**"


def _details(rung: Rung) -> list[str]:
    told = [say(f"check.{rung.words}", **rung.facts)] if rung.words else []
    told += [literal(line) for quote in rung.quotes for line in quote[language()].splitlines()]
    return [f":small[{line}]" for line in told]


def _key(full_name: str) -> str:
    return f"checked {full_name}"
