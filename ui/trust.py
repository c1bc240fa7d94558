"""An app's own Type is the app's own code: it runs only after a person said so, once for this very code."""

import streamlit as st

from element import ElementError
from ui import workspace
from ui.panel import whole_page
from ui.text import say


def granted(full_name: str) -> bool:
    """Whether the element may be run; where nobody has said so yet, what it would mean is drawn in its place."""
    try:
        digest = workspace.app().foreign_code(full_name)
    except ElementError:
        return True  # nothing of it can run, and whoever tries will say why
    if digest is None or digest in workspace.app().trusted:
        return True
    with st.container(border=True, key="trust"):
        st.markdown(say("trust.why", element=full_name))
        st.button(say("trust.run"), key="trust_run", on_click=_trust, args=(digest,))
    return False


def _trust(digest: str) -> None:
    """For the designer as a whole, until it is started anew or the code changes."""
    workspace.app().trusted.add(digest)
    workspace.simulated().trusted.add(digest)
    whole_page()
