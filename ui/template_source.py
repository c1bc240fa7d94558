"""A template fetched by its code, a free question: its text, a value for each variable, its state and its rules."""

from dataclasses import dataclass

import streamlit as st

from element import SmsError
from element.errors import Refused
from element.lint import KINDS, Purpose
from element.lint import sample as fitting
from element.queries import Template, not_permitted
from element.template import placeholders
from ui import message as messages
from ui import mode, questions, workspace
from ui.text import language, literal, plain, say

_KNOWN_STATES = ("approved", "reviewing", "rejected", "cancelled")
_KNOWN_KINDS: tuple[Purpose, ...] = ("verification", "notification", "promotion", "international")


@dataclass(frozen=True)
class Fetched:
    """What came of asking for `code`: a template, or the error."""

    code: str
    live: bool
    template: Template | None = None
    error: SmsError | None = None


def offer(full_name: str) -> None:
    """The button that fetches, and what came of it."""
    code = messages.current(full_name).code
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(say("preview.fetch"), icon=":material/download:", key="fetch", disabled=not code)
        st.caption(_whom() if code else say("preview.fetch_needs_code"))
    if pressed:
        with st.spinner(say("preview.fetching")):
            _take_in(full_name, fetch(full_name, code, mode.is_live()))
    found = fetched(full_name)
    if found and found.error:
        _refused(found.error)
    elif found and found.template:
        _described(found.template)


def fetch(full_name: str, code: str, live: bool) -> Fetched:
    """Ask for the template. Sends nothing; in Simulate the sandbox is asked."""
    try:
        if not live:
            questions.stock(workspace.sandbox())
        return Fetched(code, live, template=questions.asked(full_name, live).queryTemplate(code))
    except SmsError as error:
        return Fetched(code, live, error=error.with_traceback(None))


def fetched(full_name: str) -> Fetched | None:
    """What was fetched for the code that now stands in its field, in the mode that is on."""
    found: Fetched | None = st.session_state.get(_key(full_name))
    here = (messages.current(full_name).code, mode.is_live())
    return found if found and (found.code, found.live) == here else None


def attributes(full_name: str) -> dict[str, str]:
    """The attribute codes of the variables, as far as they are known."""
    found = fetched(full_name)
    return found.template.attributes if found and found.template else {}


def purpose(full_name: str) -> Purpose | None:
    """What kind of template it is, as far as that is known."""
    found = fetched(full_name)
    kind = found.template.kind if found and found.template else None
    return next((known for known in _KNOWN_KINDS if known == kind), None)


def samples(full_name: str, text: str) -> dict[str, str]:
    """A valid value for each placeholder: by its attribute where that is known, else by its name."""
    kinds = attributes(full_name)
    return {
        name: fitting(name, kinds) if kinds.get(name) in KINDS else messages.sample(name) for name in placeholders(text)
    }


def _whom() -> str:
    where, app = ("live", workspace.app()) if mode.is_live() else ("simulate", workspace.simulated())
    return say(f"preview.fetch_{where}", address=app.endpoint.authority)


def _take_in(full_name: str, found: Fetched) -> None:
    st.session_state[_key(full_name)] = found
    if found.template and found.template.text:
        messages.put_text(full_name, found.template.text)
        messages.put_params(full_name, samples(full_name, found.template.text))


def _refused(error: SmsError) -> None:
    sentence, *steps = map(literal, error.in_language(language()).splitlines())
    if isinstance(error, Refused) and not_permitted(error):
        steps = [say("preview.fetch_denied")]  # the advice for its code speaks of sending
    numbered = (f"{number}. {step}" for number, step in enumerate(steps, 1))
    st.error("\n".join((f"{sentence}\n", *numbered)), icon=":material/block:")


def _described(template: Template) -> None:
    """Name, type and state on one line, then what each variable takes."""
    words = (literal(template.name), _kind(template.kind), _state(template.state))
    st.markdown(f":material/description: {' · '.join(filter(None, words))}")
    if template.state != "approved":
        st.warning(say("preview.not_sendable", reason=template.rejected_because or "–"))
    if not template.text:
        st.caption(say("preview.fetch_no_text"))
    rules = [f"- `{literal(name)}`: {_rule(code)}" for name, code in template.attributes.items()]
    if rules:
        st.caption("\n".join(rules))


def _kind(kind: str) -> str:
    """In words; a type that is not known here stays as Alibaba writes it."""
    return say(f"preview.kind_{kind}") if kind in _KNOWN_KINDS else literal(kind)


def _state(state: str) -> str:
    return say(f"preview.state_{state}") if state in _KNOWN_STATES else literal(state)


def _rule(code: str) -> str:
    kind = KINDS.get(code)
    if kind is None:
        return literal(code)
    rule = kind.zh if language() == "zh" else kind.en
    return f"{literal(rule)} · {plain('preview.at_most', count=kind.longest)}"


def _key(full_name: str) -> str:
    return f"fetched {full_name}"
