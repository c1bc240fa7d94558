"""Error drills: the real sendMessage against the sandbox's magic numbers, and what app code would catch."""

import streamlit as st

from element import SmsError
from ui import message as messages
from ui import preview
from ui.numbers import Recipients
from ui.plan import Outcome, Plan, carry_out
from ui.text import language, literal, plain, say

# What goes wrong → the number that makes the sandbox do it; "" is no number at all.
DRILLS = {
    "empty_list": "",
    "number_illegal": "10000000110",
    "sign_illegal": "10000000111",
    "template_illegal": "10000000112",
    "params_missing": "10000000113",
    "flow_minute": "10000000101",
    "no_balance": "10000000120",
    "ram_denied": "10000000124",
    "answer_lost": "10000000401",
}
_TELLING = ("code", "parameter", "result_code", "cause", "sent", "retry")


def draw(full_name: str) -> None:
    """Pick what goes wrong, run it, read what is caught. Nothing but the sandbox is asked."""
    with st.expander(say("drills.title"), icon=":material/bug_report:"):
        st.caption(say("drills.why"))
        labels = {name: plain(f"drills.{name}") for name in DRILLS}
        drill = st.selectbox(
            say("drills.pick"),
            list(DRILLS),
            format_func=labels.__getitem__,
            key="drill",
            persist_state="session",
        )
        if st.button(say("drills.run"), icon=":material/play_arrow:", key="run_drill"):
            with st.spinner(say("drills.running")):
                st.session_state[_key(full_name)] = (drill, carry_out(planned(full_name, drill)))
        ran, outcome = st.session_state.get(_key(full_name), (None, None))
        if outcome and ran == drill:
            _show(outcome)


def planned(full_name: str, drill: str) -> Plan:
    """A send that is in order but for what the drill is about. Values are samples, and so is a missing code."""
    numbers = (DRILLS[drill],) if DRILLS[drill] else ()
    typed = messages.current(full_name)
    code = typed.code or str(messages.fields(full_name)["verifyTemplateCode"].example)
    params = tuple((name, messages.sample(name)) for name in typed.params or ("code",))
    return Plan(full_name, False, Recipients(numbers, 0, 0), preview.sign_of(full_name), code, "", params)


def snippet(outcome: Outcome) -> str:
    """App code that makes the same call and catches the same error, with what the error holds."""
    plan, error = outcome.plan, outcome.error
    facts = {name: getattr(error, name) for name in _TELLING if hasattr(error, name)}
    width = max(map(len, facts))
    return plain(
        "drills.snippet",
        type=type(error).__name__,
        element=plan.full_name,
        numbers=list(plan.recipients.numbers),
        params=dict(plan.params),
        code=plan.code,
        facts="\n".join(f"    error.{name:{width}}  # {value!r}" for name, value in facts.items()),
    )


def _show(outcome: Outcome) -> None:
    error = outcome.error
    if error is None:
        st.markdown(say("drills.nothing_caught"))
        return
    st.markdown("  \n".join(map(literal, error.in_language(language()).splitlines())))
    if isinstance(error, SmsError):
        st.code(snippet(outcome), language="python", wrap_lines=True)
        st.caption(say(f"drills.retry_{error.retry}"))


def _key(full_name: str) -> str:
    return f"drill {full_name}"
