"""What came of a send: the outcome in words, what to do, the codes to quote, the raw answer."""

import json
from urllib.parse import urlencode

import streamlit as st

from element.redact import masked
from ui import preview, record, workspace
from ui.plan import Outcome
from ui.text import language, literal, plain, say

_LOOKS = {
    "accepted": ("green", "check_circle"),
    "refused": ("red", "block"),
    "unknown": ("orange", "help"),
}
_MOST_SHOWN = 3
_DIAGNOSIS = "https://api.aliyun.com/troubleshoot"


def card(outcome: Outcome) -> None:
    """Stays until the next send."""
    with st.container(border=True, key=f"outcome-{outcome.kind}"):
        _heading(outcome)
        _what_to_do(outcome)
        _facts(outcome)
        _diagnosis(outcome)
        if outcome.kind != "refused":
            record.draw(outcome)
        _arrived(outcome)
        _raw(outcome)


def _heading(outcome: Outcome) -> None:
    colour, icon = _LOOKS[outcome.kind]
    where = "live" if outcome.plan.live else "simulate"
    st.markdown(f"#### :{colour}[:material/{icon}:] {say(f'result.{outcome.kind}_{where}')}")
    st.markdown(say(f"result.{outcome.kind}_{where}_means"))


def _what_to_do(outcome: Outcome) -> None:
    """The error's sentence, then its steps."""
    if outcome.error is None:
        return
    sentence, *steps = map(literal, outcome.error.in_language(language()).splitlines())
    numbered = (f"{number}. {step}" for number, step in enumerate(steps, 1))
    st.markdown("\n".join((f"{sentence}\n", *numbered)))


def _facts(outcome: Outcome) -> None:
    """What to quote when asking for help, in one block that copies as a whole."""
    codes = [str(getattr(outcome.error, "code", "")), str(outcome.answer.get("Code", ""))]
    rows = {
        "code": " · ".join(filter(None, codes)),
        "request_id": outcome.answer.get("RequestId"),
        "biz_id": outcome.biz_id,
        "time": f"{outcome.at:%Y-%m-%d %H:%M:%S} · {outcome.milliseconds} ms",
    }
    lines = (f"{plain(f'result.{name}')}: {fact}" for name, fact in rows.items() if fact)
    st.code("\n".join(lines), language=None, wrap_lines=True)


def _diagnosis(outcome: Outcome) -> None:
    """Alibaba's own page about a refusal; of the sandbox's answers it knows nothing."""
    code, request_id = (str(outcome.answer.get(name) or "") for name in ("Code", "RequestId"))
    quotable = all(text.strip("*-") for text in (code, request_id))
    if outcome.plan.live and outcome.kind != "accepted" and quotable:
        query = urlencode({"q": code, "product": "Dysmsapi", "requestId": request_id})
        st.link_button(say("result.diagnosis"), f"{_DIAGNOSIS}?{query}", icon=":material/open_in_new:")


def _arrived(outcome: Outcome) -> None:
    """A simulated message as it lies in the sandbox's inbox."""
    if outcome.kind != "accepted" or outcome.plan.live:
        return
    found = [message for message in workspace.sandbox().messages() if message.biz_id == outcome.biz_id]
    for message in found[:_MOST_SHOWN]:
        st.caption(say("result.arrived", number=masked(message.number)))
        preview.arrived(message.text)
    if len(found) > _MOST_SHOWN:
        st.caption(say("app.more", count=len(found) - _MOST_SHOWN))


def _raw(outcome: Outcome) -> None:
    if outcome.answer:
        with st.expander(say("result.raw")):
            st.code(json.dumps(outcome.answer, ensure_ascii=False, indent=2), language="json", wrap_lines=True)
