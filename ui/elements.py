"""The app's elements with their state, and the first step where there are none."""

import os
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import streamlit as st

from element import ElementError
from element.app import FAMILY, ElementFiles
from ui import selection, verbs, workspace
from ui.panel import whole_page
from ui.text import LANGUAGES, language, literal, plain, say

_FEW, _MANY = 5, 50  # up to so many need no search, and no more than so many are listed at once
_STATES = ("all", "sound", "faulty")


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
    """The element's title and full name, and the menu of what can be done with it."""
    try:
        files = workspace.app().read(full_name)
    except ElementError as error:
        st.error(literal(error.in_language(language())), icon=":material/error:")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(f"{literal(_title(full_name, files))} :small[:gray[{literal(full_name)}]]", anchor=False)
        verbs.menu(full_name, files.fingerprint)


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
    names = _names()
    with st.container(horizontal=True):
        if names:
            st.button(say("elements.new"), icon=":material/add:", key="new", on_click=selection.begin_creating)
        verbs.importing()
    verbs.undo_line()
    return _choice(names) if names else None


def _choice(names: list[str]) -> str | None:
    matching = _matching(names) if len(names) > _FEW else names
    shown = _with_the_open_one(matching[:_MANY], names)
    files = dict(_read(shown))
    chosen: str | None = st.radio(
        say("elements.list"),
        list(files),
        index=None if selection.creating() else 0,
        captions=[_state(name, found) for name, found in files.items()],
        key="element",
        bind="query-params",
        on_change=whole_page,
    )
    if len(matching) < len(names) or len(matching) > _MANY:
        told = "elements.many" if len(matching) > _MANY else "elements.found"
        st.caption(say(told, count=len(matching), shown=_MANY, total=len(names)))
    return chosen


def _matching(names: list[str]) -> list[str]:
    """The names that fit the search and the filter. All elements are read only while one of them is in use."""
    typed = st.text_input(
        say("elements.search"),
        key="search",
        type="search",
        placeholder=plain("elements.search_hint"),
        label_visibility="collapsed",
        on_change=whole_page,
    )
    state = st.segmented_control(
        say("elements.filter"),
        _STATES,
        default="all",
        required=True,
        format_func=lambda each: plain(f"elements.{each}"),
        key="filter",
        label_visibility="collapsed",
        on_change=whole_page,
    )
    wanted = typed.strip().casefold()
    if not wanted and state == "all":
        return names
    return [
        name
        for name, files in _read(names)
        if wanted in f"{name} {_title(name, files)}".casefold() and state in ("all", _kind(files))
    ]


def _with_the_open_one(shown: list[str], names: list[str]) -> list[str]:
    """Nobody is led away from an element by looking for another."""
    here = st.session_state.get("element") or st.query_params.get("element")
    if here in names and here not in shown:
        return [*shown, here]
    return shown or names[:1]


def _read(names: list[str]) -> Iterator[tuple[str, ElementFiles]]:
    with suppress(ElementError):  # one that goes away this very moment: the next run lists the others
        yield from workspace.app().check_each(names)


def _names() -> list[str]:
    """The app's elements. Telling them from Types takes reading all, so that is done when a folder has changed."""
    try:
        with os.scandir(workspace.root() / FAMILY) as entries:
            folders = frozenset((entry.name, entry.inode(), entry.stat().st_mtime_ns) for entry in entries)
    except FileNotFoundError:  # somebody saves this very moment
        return workspace.app().elements()
    return _names_in(workspace.root(), folders)


@lru_cache(maxsize=8)
def _names_in(root: Path, folders: frozenset[tuple[str, int, int]]) -> list[str]:
    return workspace.app().elements()


def _title(full_name: str, files: ElementFiles) -> str:
    title = files.documents.get("e.json", {}).get("title")
    return title if isinstance(title, str) and title.strip() else full_name.partition(".")[2]


def _kind(files: ElementFiles) -> str:
    return "faulty" if any(not problem.note for problem in files.problems) else "sound"


def _state(full_name: str, files: ElementFiles) -> str:
    errors = [problem for problem in files.problems if not problem.note]
    state = say("elements.problems", count=len(errors)) if errors else say("elements.valid")
    return f"{state} {literal(_title(full_name, files))}"
