"""Which Type a new element is of: asked where the app offers more than one. No Type's code is run for it."""

from collections.abc import Mapping

import streamlit as st

from element import ElementError
from element.files import TYPE
from schemas.validate import Schema
from ui import workspace
from ui.text import language, literal, say


def chosen() -> str | None:
    """The Type to make an element of; None where there is none. What keeps a Type from being offered is told."""
    offered = []
    with st.container():  # there even when empty, so that the form keeps its place
        for type_name in workspace.app().types():
            schemas = _schemas(type_name)
            if schemas:
                offered.append(type_name)
        if len(offered) < 2:
            return offered[0] if offered else None
        return _ask(offered)


def _schemas(type_name: str) -> Mapping[str, Schema]:
    try:
        return workspace.app().schemas(type_name)
    except ElementError as error:
        st.warning(literal(error.in_language(language())), icon=":material/warning:")
        return {}


def _ask(offered: list[str]) -> str:
    return st.selectbox(
        say("types.type"),
        offered,
        index=offered.index(TYPE) if TYPE in offered else 0,
        key="new_type",
        help=say("types.help"),
        persist_state="session",
    )
