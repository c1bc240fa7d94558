"""What is done to a whole element: duplicate, rename, export, delete with undo; and import of one from a zip file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from element import ElementError
from element.app import FAMILY, ElementFiles, Uses
from element.exchange import Incoming
from element.secrets import secrets
from element.trash import Deleted
from schemas.validate import translated
from ui import draft as drafts
from ui import selection, workspace
from ui.panel import whole_page
from ui.text import language, literal, plain, say

_ASKED, _DELETED, _UNDO_ERROR = "verb_asked", "verb_deleted", "verb_undo_error"
_IMPORTED, _IMPORT_ERROR = "verb_imported", "verb_import_error"
_PLACES_SHOWN = 10


@dataclass
class Asked:
    """A verb whose dialog is open; `fingerprint` is of the files that were on the page when it was opened."""

    verb: str
    full_name: str
    fingerprint: str
    error: ElementError | None = None

    @cached_property
    def uses(self) -> Uses:
        """Looked for once: an app may have many files."""
        return workspace.app().used_by(self.full_name)


def menu(full_name: str, fingerprint: str) -> None:
    """The element's menu, and the dialog of what was chosen in it."""
    st.menu_button(
        say("verbs.menu"),
        list(DIALOGS),
        format_func=lambda verb: plain(f"verbs.{verb}"),
        key="verb",
        on_click=_ask,
        args=(full_name, fingerprint),
    )
    asked: Asked | None = st.session_state.get(_ASKED)
    if asked and asked.full_name == full_name:
        title = say(f"verbs.{asked.verb}_title", name=full_name)
        st.dialog(title, on_dismiss=_close)(DIALOGS[asked.verb])(asked)


def undo_line() -> None:
    """What was deleted last in this session, until it is brought back."""
    found: Deleted | None = st.session_state.get(_DELETED)
    if found:
        with st.container(horizontal=True, vertical_alignment="center", key="deleted"):
            st.markdown(say("verbs.deleted", name=found.full_name), width="content")
            st.button(say("verbs.undo"), key="undo_delete", type="tertiary", on_click=_undo, args=(found,))
    _told(st.session_state.get(_UNDO_ERROR))


def importing() -> None:
    """Take in a zip file: looked at first, and nothing lands before that was seen."""
    done = st.session_state.get(_IMPORTED, 0)  # another key after each import: an empty, closed popover
    with st.popover(say("verbs.import"), key=f"import.{done}"):
        upload = st.file_uploader(
            say("verbs.import_file"), type="zip", key=f"import.{done}.file", on_change=_forget_import_error
        )
        if upload:
            try:
                _review(workspace.app().incoming(upload.getvalue()), f"import.{done}.name")
            except ElementError as error:
                _told(error)


def _review(found: Incoming, key: str) -> None:
    name = st.text_input(
        say("verbs.name"),
        found.full_name.partition(".")[2],
        key=key,
        autocomplete="off",
        on_change=_forget_import_error,
    )
    taken = f"{FAMILY}.{name.strip()}" in workspace.app().elements()
    if taken:
        st.error(say("verbs.import_taken", name=name.strip()), icon=":material/error:")
    if found.problems:
        lines = (f"- {literal(each.file)}: {literal(each.sentence(language()))}" for each in found.problems)
        st.warning("\n".join((f"{say('verbs.import_problems')}\n", *lines)))
    else:
        st.markdown(say("verbs.import_sound"))
    if found.runs_code:
        st.warning(say("verbs.import_code"), icon=":material/code:")
    _told(st.session_state.get(_IMPORT_ERROR))
    st.button(
        say("verbs.import_now"), type="primary", key="import_now", disabled=taken, on_click=_import, args=(found, key)
    )


# ── dialogs ─────────────────────────────────────────────────────────────────────────────────────────────────


def _duplicate(asked: Asked) -> None:
    st.caption(say("verbs.duplicate_hint"))
    _name_and_go(asked, _free_name(asked.full_name))


def _rename(asked: Asked) -> None:
    _where_used(asked)
    st.caption(say("verbs.rename_hint"))
    _name_and_go(asked, asked.full_name.partition(".")[2])


def _export(asked: Asked) -> None:
    st.caption(say("verbs.export_hint"))
    try:
        with_secrets = _ask_about_secrets(workspace.app().read(asked.full_name))
        content = workspace.app().export(asked.full_name, with_secrets=with_secrets)
    except ElementError as error:
        _told(error)
        return
    st.download_button(
        say("verbs.download"),
        content,
        f"{asked.full_name}.zip",
        "application/zip",
        type="primary",
        key="export.download",
        on_click="ignore",
    )


def _ask_about_secrets(files: ElementFiles) -> bool:
    """Whether the export shall hold them; says which they are."""
    fields = plain("app.comma").join(_secret_fields(files))
    if not fields:
        return False
    wanted = st.checkbox(say("verbs.with_secrets"), key="export.secrets")
    if wanted:
        st.warning(say("verbs.secrets_included", fields=fields))
    else:
        st.markdown(say("verbs.secrets_left_out", fields=fields))
    return wanted


def _delete(asked: Asked) -> None:
    _where_used(asked)
    st.caption(say("verbs.delete_hint"))
    _told(asked.error)
    st.button(say("verbs.delete_now"), type="primary", key="delete.go", on_click=_act, args=(asked, _do_delete))


DIALOGS: dict[str, Callable[[Asked], None]] = {
    "duplicate": _duplicate,
    "rename": _rename,
    "export": _export,
    "delete": _delete,
}


def _name_and_go(asked: Asked, suggestion: str) -> None:
    st.text_input(say("verbs.name"), suggestion, key=f"{asked.verb}.name", autocomplete="off")
    _told(asked.error)
    st.button(
        say(f"verbs.{asked.verb}_now"),
        type="primary",
        key=f"{asked.verb}.go",
        on_click=_act,
        args=(asked, _do_duplicate if asked.verb == "duplicate" else _do_rename),
    )


def _where_used(asked: Asked) -> None:
    """Which of the app's files name the element, and so break without it."""
    with st.spinner(say("verbs.looking")):
        uses = asked.uses
    if not uses.places:
        st.markdown(say("verbs.unused"))
    else:
        lines = [f"- {literal(use.file)}:{use.line}" for use in uses.places[:_PLACES_SHOWN]]
        if len(uses.places) > _PLACES_SHOWN:
            lines.append(f"- {say('app.more', count=len(uses.places) - _PLACES_SHOWN)}")
        st.warning("\n".join((f"{say('verbs.used', count=len(uses.places))}\n", *lines)))
    if not uses.complete:
        st.caption(say("verbs.not_all_looked_at"))


def _free_name(full_name: str) -> str:
    stem, taken = full_name.partition(".")[2], set(workspace.app().elements())
    numbered = (f"{stem}{number}" for number in range(2, len(taken) + 3))
    return next(name for name in numbered if f"{FAMILY}.{name}" not in taken)


def _secret_fields(files: ElementFiles) -> Iterator[str]:
    """The titles of the properties that an export leaves out."""
    for file, document in files.documents.items():
        schema = files.schemas.get(file, {})
        for name in dict.fromkeys(name for name, _ in secrets(document, schema)):
            known = schema.get("properties", {}).get(name, {})
            yield translated(known, "title", language()) or name


def _told(error: ElementError | None) -> None:
    if error:
        st.error(literal(error.in_language(language())), icon=":material/error:")


# ── callbacks ───────────────────────────────────────────────────────────────────────────────────────────────


def _ask(full_name: str, fingerprint: str) -> None:
    st.session_state[_ASKED] = Asked(st.session_state["verb"], full_name, fingerprint)
    whole_page()


def _close() -> None:
    st.session_state.pop(_ASKED, None)


def _act(asked: Asked, act: Callable[[Asked], None]) -> None:
    """Do it and close the dialog; where it cannot be done, the dialog stays and says why."""
    asked.error = None
    try:
        act(asked)
    except ElementError as error:
        asked.error = error
        return
    _close()
    whole_page()


def _do_duplicate(asked: Asked) -> None:
    new_name = _typed("duplicate.name")
    workspace.app().duplicate(asked.full_name, new_name, fingerprint=asked.fingerprint)
    _show(new_name)


def _do_rename(asked: Asked) -> None:
    new_name = _typed("rename.name")
    workspace.app().rename(asked.full_name, new_name, fingerprint=asked.fingerprint)
    _show(new_name)


def _do_delete(asked: Asked) -> None:
    found = workspace.app().delete(asked.full_name, fingerprint=asked.fingerprint)
    st.session_state.update({_DELETED: found, _UNDO_ERROR: None})
    selection.leave_creating(workspace.app().elements())


def _undo(found: Deleted) -> None:
    try:
        full_name = workspace.app().restore(found)
    except ElementError as error:
        st.session_state[_UNDO_ERROR] = error
    else:
        st.session_state.update({_DELETED: None, _UNDO_ERROR: None})
        _show(full_name)
    whole_page()


def _import(found: Incoming, key: str) -> None:
    try:
        full_name = workspace.app().import_(found, _typed(key))
    except ElementError as error:
        st.session_state[_IMPORT_ERROR] = error
    else:
        st.session_state[_IMPORTED] = st.session_state.get(_IMPORTED, 0) + 1
        _show(full_name)
    whole_page()


def _forget_import_error() -> None:
    st.session_state[_IMPORT_ERROR] = None
    whole_page()


def _typed(key: str) -> str:
    return f"{FAMILY}.{st.session_state[key].strip()}"


def _show(full_name: str) -> None:
    """Open it with what is on the disk: this session may have had another element of that name open."""
    files = workspace.app().read(full_name)
    drafts.opened(full_name, files).start_again(files.fingerprint)
    selection.choose(full_name)
