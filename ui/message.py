"""The message under test: template code, template text and one value for each placeholder.

Preview and Send test show the same fields. They belong to the element and stay while the session lasts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from element.files import TYPE
from element.template import placeholders
from schemas.validate import schemas_of
from ui import form, mode
from ui.kinds import Field
from ui.text import language, literal, plain, say, tables


@dataclass(frozen=True)
class Message:
    """What the fields hold. Without `text`, the placeholders are unknown and `params` are those typed as lines."""

    code: str
    text: str
    params: dict[str, str]


def fields(full_name: str) -> dict[str, Field]:
    """The parameters of sendMessage as form fields."""
    return form.fields(schemas_of(TYPE)["sendMessage"], f"message.{full_name}")


def draw(full_name: str) -> Message:
    """The fields, and what they hold now."""
    draw_code(full_name)
    draw_text(full_name)
    draw_params(full_name)
    return current(full_name)


def draw_code(full_name: str) -> None:
    form.draw_field(fields(full_name)["verifyTemplateCode"])


def draw_text(full_name: str) -> None:
    st.text_area(
        say("message.text"),
        key=_text_key(full_name),
        help=say("message.text_help"),
        placeholder=plain("message.text_example"),
        height=110,
        persist_state="session",
    )


def draw_params(full_name: str) -> None:
    """One field for each placeholder of the text."""
    text = st.session_state.get(_text_key(full_name), "").strip()
    if text:
        _draw_params(full_name, placeholders(text))


def draw_lines(full_name: str) -> None:
    """Values for a template whose text is not at hand."""
    st.text_area(
        literal(fields(full_name)["params"].title),
        key=_lines_key(full_name),
        help=say("message.lines_help"),
        placeholder=plain("message.lines_example"),
        persist_state="session",
    )


def current(full_name: str) -> Message:
    """What the fields hold now."""
    code = form.value(fields(full_name)["verifyTemplateCode"]) or ""
    text = st.session_state.get(_text_key(full_name), "").strip()
    if not text:
        return Message(code, "", _lines(st.session_state.get(_lines_key(full_name), "")))
    held = {name: st.session_state.get(_param_key(full_name, name), sample(name)) for name in placeholders(text)}
    return Message(code, text, {name: value for name, value in held.items() if value})


def put_text(full_name: str, text: str) -> None:
    """Fill in the template text. To be called before it is drawn, as from a callback."""
    st.session_state[_text_key(full_name)] = text


def put_params(full_name: str, params: Mapping[str, str]) -> None:
    """Fill in values by placeholder. To be called before they are drawn, as from a callback."""
    for name, value in params.items():
        st.session_state[_param_key(full_name, name)] = value


def offer_example(full_name: str, why: str) -> None:
    """Where the fields are empty: what to do, and an example to begin with."""
    with st.container(border=True):
        st.markdown(why)
        st.button(say("message.example"), key="example", on_click=_fill_in_example, args=(full_name,))


def sample(name: str) -> str:
    """A valid value for a placeholder, by what its name says."""
    samples = tables()["sample"]
    known = next((key for key in samples if key in name.lower()), "other")
    return samples[known][language()]


def _draw_params(full_name: str, names: list[str]) -> None:
    if names:
        st.markdown(f":gray[{literal(fields(full_name)['params'].title)}]")
    for name in names:
        st.session_state.setdefault(_param_key(full_name, name), sample(name))
        st.text_input(
            literal(name),
            key=_param_key(full_name, name),
            autocomplete="off",
            live=True,
            persist_state="session",
        )
    if not names:
        st.caption(say("message.no_placeholders"))


def _lines(text: str) -> dict[str, str]:
    """One parameter a line; a line without a value is one that lacks it, so that it is told and not dropped."""
    pairs = (line.partition("=") for line in text.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip()}


def _text_key(full_name: str) -> str:
    return f"message.{full_name}.text"


def _lines_key(full_name: str) -> str:
    return f"message.{full_name}.lines"


def _param_key(full_name: str, name: str) -> str:
    return f"message.{full_name}.param.{name}"


# ── callbacks ───────────────────────────────────────────────────────────────────────────────────────────────


def _fill_in_example(full_name: str) -> None:
    """A template that the sandbox takes. A made-up number is for the sandbox only."""
    code, numbers = (fields(full_name)[name] for name in ("verifyTemplateCode", "phoneList"))
    st.session_state[code.key] = code.example
    st.session_state[_text_key(full_name)] = plain("message.text_example")
    if not mode.is_live():
        st.session_state[numbers.key] = str(numbers.example).splitlines()[0]
