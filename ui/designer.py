"""Create and edit one element: the form, the two files it makes, what is wrong with them, and saving."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import streamlit as st

from element import ElementError
from element.app import FAMILY, ElementFiles
from element.doctor import Finding
from element.files import UNREADABLE, FileProblem, checked
from schemas.validate import translated
from ui import doctor, form, selection, source, types, workspace
from ui import draft as drafts
from ui.draft import Documents, Draft
from ui.panel import panel, side_by_side, whole_page
from ui.text import language, literal, say

_ABOUT_THE_NAME = ("bad_name", "taken_name", "exists")


@panel
def create() -> None:
    """The form of an element that is not yet there."""
    st.title(say("designer.new"), anchor=False)
    type_name = types.chosen()
    if type_name:
        draft = drafts.new(type_name)
        if "sms.json" in draft.schemas:
            st.caption(say("designer.new_hint"))
        _sheet(draft, drafts.blank(draft))


@panel
def edit(full_name: str) -> None:
    """The form of an element on the disk. Raises ElementError when it is not there any more."""
    files = workspace.app().read(full_name)
    if _is_told_to_be_unusable(files):
        return
    draft = drafts.opened(full_name, files)
    stored = drafts.stored(files)
    with st.container():  # there even when empty, so that the form keeps its place
        if draft.fingerprint != files.fingerprint:
            _offer_the_disk(draft, stored, files.fingerprint)
    _sheet(draft, stored)


def _is_told_to_be_unusable(files: ElementFiles) -> bool:
    """Whether there can be no form: a file cannot be read, or there is something wrong with the Type."""
    unreadable = [problem for problem in files.problems if problem.kind in UNREADABLE]
    about_the_type = [
        problem for problem in files.problems if problem.kind and problem.facts.get("parameter") == "type"
    ]
    if unreadable:
        _list(unreadable, say("designer.unreadable"))
    elif about_the_type:
        _list(about_the_type, say("designer.type_unusable"))
    return bool(unreadable or about_the_type)


def _sheet(draft: Draft, stored: Documents) -> None:
    documents = draft.documents(stored)
    left, right = side_by_side()
    with left:
        if draft.full_name is None:
            _ask_name(draft)
        problems = _worth_saying(draft, checked(documents, draft.schemas))
        ailing = doctor.ailing(draft, documents)
        _form(draft, stored, problems, ailing)
        _actions(draft, changed=documents != stored, blocked=any(not problem.note for problem in problems))
    with right:
        source.show(documents, draft.schemas)
        _summary(problems)
        doctor.offer_all(draft, ailing)


def _ask_name(draft: Draft) -> None:
    name = st.text_input(
        f"{say('designer.name')} *",
        suggested_name(draft.type_name),
        key=draft.key("name"),
        help=say("designer.name_help"),
        autocomplete="off",
        persist_state="session",
    )
    if draft.error and draft.error.kind in _ABOUT_THE_NAME:
        st.markdown(f":small[:red[:material/error: {literal(draft.error.in_language(language()))}]]")
    else:
        st.caption(say("designer.name_makes", name=name.strip()))


def suggested_name(type_name: str) -> str:
    """The first free name, numbered as the platform numbers its own: aliyunSms01, aliyunSms02 …"""
    taken = workspace.app().elements()
    stem = type_name.rpartition(".")[2]
    numbered = (f"{stem[0].lower()}{stem[1:]}Sms{number:02}" for number in range(1, len(taken) + 2))
    return next(name for name in numbered if f"{FAMILY}.{name}" not in taken)


def _form(draft: Draft, stored: Documents, problems: list[FileProblem], ailing: list[Finding]) -> None:
    if not draft.schemas:
        st.info(say("designer.no_form"), icon=":material/info:")
    start = draft.start(stored)
    for file, schema in draft.schemas.items():
        st.subheader(literal(translated(schema, "title", language()) or file), anchor=False)
        own = [found.problem for found in problems if found.file == file and found.problem]
        form.draw(schema, start[file], draft.key(file), own, doctor.below(draft, file, ailing))
    st.caption(say("designer.required"))


def _worth_saying(draft: Draft, problems: list[FileProblem]) -> list[FileProblem]:
    """Nobody is told that a new form's fields are empty before trying to save it."""
    if draft.full_name or draft.tried:
        return problems
    return [found for found in problems if not (found.problem and found.problem.keyword == "required")]


def _summary(problems: list[FileProblem]) -> None:
    errors = [problem for problem in problems if not problem.note]
    notes = [problem for problem in problems if problem.note]
    if errors:
        _list(errors, say("designer.problems", count=len(errors)))
    if notes:
        _list(notes, say("designer.notes", count=len(notes)), box=st.info)


def _list(problems: list[FileProblem], heading: str, box: Callable[[str], object] = st.error) -> None:
    lines = (f"- {literal(problem.file)}: {literal(problem.sentence(language()))}" for problem in problems)
    box("\n".join((f"{heading}\n", *lines)))


def _actions(draft: Draft, changed: bool, blocked: bool) -> None:
    if draft.error and draft.error.kind not in (*_ABOUT_THE_NAME, "changed"):
        st.error(literal(draft.error.in_language(language())))
    new = draft.full_name is None
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            say("designer.create" if new else "designer.save"),
            type="primary",
            key="save",
            on_click=_save,
            args=(draft,),
        )
        if new:
            st.button(say("designer.cancel"), key="cancel", on_click=_cancel, args=(draft,))
        elif changed:
            st.button(say("designer.discard"), key="discard", on_click=_discard, args=(draft, draft.full_name))
        if draft.full_name and workspace.app().can_undo(draft.full_name):
            _offer_undo(draft, changed)
        _state(draft, changed, blocked)


def _offer_undo(draft: Draft, changed: bool) -> None:
    """Disabled while something typed would be lost by it."""
    st.button(
        say("designer.redo" if draft.undone else "designer.undo"),
        icon=":material/undo:",
        key="undo",
        disabled=changed,
        help=say("designer.undo_blocked" if changed else "designer.undo_help"),
        on_click=_undo,
        args=(draft, draft.full_name),
    )


def _state(draft: Draft, changed: bool, blocked: bool) -> None:
    if draft.tried and blocked:
        st.markdown(say("designer.blocked"))
    elif draft.error:
        st.markdown(say("designer.not_written"))
    elif draft.full_name and changed:
        st.caption(say("designer.unsaved"))
    elif draft.saved_at:
        if not draft.announced:
            st.toast(say("designer.saved_toast", name=draft.full_name), icon=":material/check:")
            draft.announced = True
        done = "designer.undone" if draft.undone else "designer.saved"
        st.caption(say(done, time=f"{draft.saved_at:%H:%M:%S}"))


def _offer_the_disk(draft: Draft, stored: Documents, fingerprint: str) -> None:
    titles = _differing(draft, stored)
    with st.container(border=True, key="changed"):
        st.markdown(say("designer.changed", fields=say("app.comma").join(titles) or "–"))
        with st.container(horizontal=True):
            st.button(say("designer.load_disk"), key="load_disk", on_click=draft.start_again, args=(fingerprint,))
            st.button(say("designer.keep_mine"), key="keep_mine", on_click=draft.rebase, args=(fingerprint,))


def _differing(draft: Draft, stored: Documents) -> list[str]:
    """The titles of the fields in which the form and the disk differ."""
    documents = draft.documents(stored)
    return [
        field.title
        for file, schema in draft.schemas.items()
        for name, field in form.fields(schema, "").items()
        if documents[file].get(name) != stored[file].get(name)
    ]


# ── callbacks ───────────────────────────────────────────────────────────────────────────────────────────────


def _save(draft: Draft) -> None:
    """Write the form's documents, unless they break a rule; then the page says which."""
    draft.tried, draft.error = True, None
    try:
        documents = draft.documents(drafts.on_disk(draft))
        if all(problem.note for problem in checked(documents, draft.schemas)):
            _write(draft, documents)
    except ElementError as error:
        draft.error = error


def _write(draft: Draft, documents: Documents) -> None:
    full_name = draft.full_name or f"{FAMILY}.{st.session_state[draft.key('name')].strip()}"
    fingerprint = workspace.app().save(full_name, documents, fingerprint=draft.fingerprint)
    draft.forget_secrets()
    if draft.full_name is None:
        draft.start_again(None)
        draft = drafts.opened(full_name, workspace.app().read(full_name))
        draft.start_again(fingerprint)  # it may have been open in this session before, and deleted meanwhile
        selection.choose(full_name)
    draft.fingerprint, draft.saved_at = fingerprint, datetime.now().astimezone()
    draft.announced = draft.undone = False
    whole_page()


def _undo(draft: Draft, full_name: str) -> None:
    """Change places with the version before the last save."""
    try:
        fingerprint = workspace.app().undo(full_name, fingerprint=draft.fingerprint or "")
    except ElementError as error:
        draft.error = error
        return
    draft.start_again(fingerprint)
    draft.saved_at, draft.undone = datetime.now().astimezone(), not draft.undone
    whole_page()


def _discard(draft: Draft, full_name: str) -> None:
    with suppress(ElementError):  # an element that is gone is told where the form is drawn
        draft.start_again(workspace.app().read(full_name).fingerprint)


def _cancel(draft: Draft) -> None:
    draft.start_again(None)
    selection.leave_creating(workspace.app().elements())
    whole_page()
