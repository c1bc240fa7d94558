"""The message as it will look on a phone: bubble, length, parts, and what its variables still lack."""

from collections.abc import Iterable
from html import escape

import streamlit as st

from element.template import compare, length, message, parts
from ui import message as messages
from ui import workspace
from ui.panel import panel, side_by_side
from ui.text import plain, say


@panel
def draw(full_name: str) -> None:
    """The preview tab."""
    left, right = side_by_side()
    with left:
        typed = messages.draw(full_name)
    with right:
        if typed.text:
            show(sign_of(full_name), typed.text, typed.params)
            warn(typed.text, typed.params)
        else:
            messages.offer_example(full_name, say("preview.empty"))


def show(sign: str, text: str, params: dict[str, str]) -> None:
    """The bubble with its measures."""
    whole = message(sign, text, params)
    arrived(whole, compare(text, params).missing)
    st.caption(say("preview.measures", length=length(whole), parts=parts(whole)))


def warn(text: str, params: dict[str, str]) -> None:
    """Say which placeholders have no value."""
    missing = compare(text, params).missing
    if missing:
        st.warning(say("preview.missing", names=plain("app.comma").join(missing)))


def arrived(text: str, missing: Iterable[str] = ()) -> None:
    """A message on a phone; placeholders that are `missing` a value stand out."""
    body = escape(text).replace("\n", "<br>")
    for name in missing:
        open_place = escape(f"${{{name}}}")
        body = body.replace(open_place, f"<mark>{open_place}</mark>")
    st.html(f'<div class="phone"><div class="bubble">{body}</div></div>')


def sign_of(full_name: str) -> str:
    """The element's signature as sms.json has it."""
    sign = workspace.app().read(full_name).documents.get("sms.json", {}).get("verifySign", "")
    return str(sign)
