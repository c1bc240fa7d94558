"""What a session has open for one element: the files it started from, and how saving went.

What a person typed lives in the widgets; stored secrets stay on the disk and are read again when they are needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import streamlit as st

from element import ElementError
from element.app import ElementFiles
from element.types import DECLARATION
from schemas.validate import Schema
from ui import form, workspace

Documents = dict[str, dict[str, Any]]


@dataclass
class Draft:
    """`full_name` and `fingerprint` are None for an element that is not yet there, which is then named by its Type.

    `schemas`, by file name, are those that the form on the screen was drawn from. `mended`, by file, holds secrets
    that were mended and are not yet saved: no widget ever holds one.
    """

    full_name: str | None
    fingerprint: str | None
    type_name: str = ""
    schemas: Mapping[str, Schema] = field(default_factory=dict, repr=False)
    mended: Documents = field(default_factory=dict, repr=False)
    generation: int = 0
    tried: bool = False
    error: ElementError | None = None
    saved_at: datetime | None = None
    undone: bool = False
    announced: bool = True

    def key(self, part: str) -> str:
        """The session key of a widget, or of a file's widgets; another one after each fresh start."""
        return f"draft.{self.full_name or f'new {self.type_name}'}.{self.generation}.{part}"

    def start(self, stored: Documents) -> Documents:
        """What the form starts from: the stored documents with their secrets mended."""
        return {file: {**document, **self.mended.get(file, {})} for file, document in stored.items()}

    def documents(self, stored: Documents) -> Documents:
        """The stored documents with what the form holds now."""
        return {
            file: form.document(self.schemas.get(file, {}), document, self.key(file))
            for file, document in self.start(stored).items()
        }

    def put(self, file: str, name: str, value: str) -> None:
        """Make `value` that of a property, as if it had been typed. For a callback."""
        found = form.fields(self.schemas[file], self.key(file))[name]
        if found.schema.get("writeOnly"):
            self.mended.setdefault(file, {})[name] = value
            value = ""
        st.session_state[found.key] = value

    def rebase(self, fingerprint: str) -> None:
        """Keep what was typed and go on from what is on the disk now."""
        self.fingerprint, self.error = fingerprint, None

    def start_again(self, fingerprint: str | None) -> None:
        """Leave what was typed behind and begin with what is on the disk."""
        self.forget_secrets()
        self.fingerprint = fingerprint
        self.generation += 1
        self.tried = False
        self.error = None
        self.saved_at = None

    def forget_secrets(self) -> None:
        self.mended.clear()
        for file, schema in self.schemas.items():
            form.forget_secrets(schema, self.key(file))


def opened(full_name: str, files: ElementFiles) -> Draft:
    """This session's draft of the element, begun with `files` when it is first opened."""
    draft: Draft = st.session_state.setdefault(f"draft {full_name}", Draft(full_name, files.fingerprint))
    draft.schemas = files.schemas
    return draft


def new(type_name: str) -> Draft:
    """This session's draft of an element of the Type that is not yet there. Raises ElementError for a broken Type."""
    draft: Draft = st.session_state.setdefault(f"new {type_name}", Draft(None, None, type_name))
    draft.schemas = workspace.app().schemas(type_name)
    return draft


def on_disk(draft: Draft) -> Documents:
    """What is stored now. Raises ElementError when the element is not there any more."""
    return stored(workspace.app().read(draft.full_name)) if draft.full_name else blank(draft)


def blank(draft: Draft) -> Documents:
    """The documents of an element that is not yet there: the defaults of its tables."""
    return {file: form.defaults(draft.schemas.get(file, {})) for file in _files(draft.schemas)}


def stored(files: ElementFiles) -> Documents:
    """The documents read, with an empty one for a file that is not there."""
    return {file: files.documents.get(file, {}) for file in _files(files.schemas)}


def _files(schemas: Mapping[str, Schema]) -> list[str]:
    """The files of an element with these schemas: e.json always, and first."""
    return list(dict.fromkeys((DECLARATION, *schemas)))
