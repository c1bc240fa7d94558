"""The parts of the page: each reruns alone, says in its place what went wrong, and stands in two columns."""

from collections.abc import Callable
from functools import wraps

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from element import ElementError
from ui.text import language, literal

_ROOM_TO_READ = 300


def panel(draw: Callable[..., None]) -> Callable[..., None]:
    """Draw as a fragment; an element that is gone or cannot be read is told in words."""

    @st.fragment
    @wraps(draw)
    def drawn(*args: str) -> None:
        try:
            draw(*args)
        except ElementError as error:
            st.error(literal(error.in_language(language())), icon=":material/error:")

    return drawn


def whole_page() -> None:
    """Draw everything anew. The callback of every widget outside the panels.

    Whoever types into a panel and then clicks outside of it sends both in one message, which the browser marks as
    the panel's; without this the click would be taken in but not shown.
    """
    st.rerun()


def side_by_side() -> tuple[DeltaGenerator, DeltaGenerator]:
    """What is filled in, and what comes of it: two columns, or one below the other where there is little room."""
    grid = st.grid(2, min_column_width=_ROOM_TO_READ, gap="large")
    return grid.cell(), grid.cell()
