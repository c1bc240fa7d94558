"""Where messages go: Simulate (the sandbox) or Live (Alibaba Cloud), and the banner that says so."""

import streamlit as st

from ui import arming, workspace
from ui.panel import whole_page
from ui.text import say

MODES = ("simulate", "live")


def is_live() -> bool:
    """Only after this session switched to it. Nothing leaves before it is armed too."""
    return st.session_state.get("mode") == "live"


def banner() -> None:
    arming.lapse()
    state = _state()
    app = workspace.app() if is_live() else workspace.simulated()
    with st.container(key="mode-live" if is_live() else "mode-simulate", horizontal=True, vertical_alignment="center"):
        st.markdown(say(f"mode.{state}_banner", address=app.endpoint.authority))
        st.segmented_control(
            say("mode.label"),
            MODES,
            default="simulate",
            required=True,
            format_func=lambda mode: say(f"mode.{mode}"),
            key="mode",
            on_change=whole_page,
            label_visibility="collapsed",
            persist_state="session",
        )
    with st.container():  # there even when empty, so that the tabs keep their place
        arming.draw()


def _state() -> str:
    if not is_live():
        return "simulate"
    return "live" if arming.current() else "unarmed"
