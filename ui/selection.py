"""Which element is on the screen: the chosen one, a new one, or none yet."""

import streamlit as st

from ui.panel import whole_page
from ui.text import LANGUAGES, in_language, language, say

TABS = ("configuration", "preview", "send", "batch", "history", "inbox")


def choose(full_name: str) -> None:
    """Show this element from the next run on. For a callback."""
    st.session_state.update(element=full_name, creating=False)


def begin_creating() -> None:
    """Show the form of a new element. For a callback."""
    st.session_state.update(element=None, creating=True)
    whole_page()


def leave_creating(elements: list[str]) -> None:
    """Back to the first element, or to the empty screen. For a callback."""
    st.session_state.update(element=elements[0] if elements else None, creating=False)


def creating() -> bool:
    return bool(st.session_state.get("creating"))


def tab_names() -> list[str]:
    return [say(f"screen.{tab}") for tab in TABS]


def follow_language() -> None:
    """Put the language into the address, and stay on the open tab, whose name changed with it. For a callback."""
    st.query_params["lang"] = language()
    here = st.session_state.get("tab")
    for tab in TABS:
        if here in [in_language(f"screen.{tab}", each) for each in LANGUAGES]:
            st.session_state["tab"] = in_language(f"screen.{tab}", language())
    whole_page()
