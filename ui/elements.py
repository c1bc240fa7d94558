"""The app's elements with their state, and the first step where there are none."""

import streamlit as st

from element.app import ElementFiles
from ui import selection, workspace
from ui.panel import whole_page
from ui.text import LANGUAGES, language, literal, plain, say


def sidebar() -> str | None:
    """Product, the list of elements, language. Returns the full name of the chosen one."""
    top, bottom = st.container(), st.container()
    with bottom:
        st.space("small")
        _language_switch()  # first, since every word hangs on it
        st.caption(say("elements.folder", folder=str(workspace.app().root)))
    with top:
        st.header(say("app.product"), anchor=False)
        return _list()


def empty() -> None:
    """No element yet: why the screen is empty, and the one next step."""
    with st.container(key="empty"):
        st.title(say("elements.none"), anchor=False)
        st.markdown(say("elements.none_hint"))
        st.button(say("elements.create_first"), type="primary", key="create_first", on_click=selection.begin_creating)


def heading(full_name: str) -> None:
    """The element's title and full name."""
    title = literal(_title(full_name, workspace.app().read(full_name)))
    st.title(f"{title} :small[:gray[{literal(full_name)}]]", anchor=False)


def _language_switch() -> None:
    st.segmented_control(
        say("app.language"),
        LANGUAGES,
        default=language(),
        required=True,
        format_func=lambda each: plain(f"app.{each}"),
        key="lang",
        on_change=selection.follow_language,
        label_visibility="collapsed",
    )


def _list() -> str | None:
    files = {name: workspace.app().read(name) for name in workspace.app().elements()}
    if not files:
        return None
    chosen: str | None = st.radio(
        say("elements.list"),
        list(files),
        index=None if selection.creating() else 0,
        captions=[_state(name, found) for name, found in files.items()],
        key="element",
        bind="query-params",
        on_change=whole_page,
    )
    st.button(say("elements.new"), icon=":material/add:", key="new", on_click=selection.begin_creating)
    return chosen


def _title(full_name: str, files: ElementFiles) -> str:
    title = files.documents.get("e.json", {}).get("title")
    return title if isinstance(title, str) and title.strip() else full_name.partition(".")[2]


def _state(full_name: str, files: ElementFiles) -> str:
    errors = [problem for problem in files.problems if not problem.note]
    state = say("elements.problems", count=len(errors)) if errors else say("elements.valid")
    return f"{state} {literal(_title(full_name, files))}"
