"""What a session has open for one element: the files it started from, and how saving went.

What a person typed lives in the widgets; stored secrets stay on the disk and are read again when they are needed.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import streamlit as st

from element import ElementError
from element.app import FILES
from element.files import TYPE
from schemas.validate import Schema, schemas_of
from ui import form, workspace

Documents = dict[str, dict[str, Any]]


@dataclass
class Draft:
    """`full_name` and `fingerprint` are None for an element that is not yet there."""

    full_name: str | None
    fingerprint: str | None
    generation: int = 0
    tried: bool = False
    error: ElementError | None = None
    saved_at: datetime | None = None
    announced: bool = True

    def key(self, part: str) -> str:
        """The session key of a widget, or of a file's widgets; another one after each fresh start."""
        return f"draft.{self.full_name}.{self.generation}.{part}"

    def documents(self, stored: Documents) -> Documents:
        """The stored documents with what the form holds now."""
        return {file: form.document(schema, stored[file], self.key(file)) for file, schema in schemas().items()}

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
        for file, schema in schemas().items():
            form.forget_secrets(schema, self.key(file))


def opened(full_name: str | None, fingerprint: str | None) -> Draft:
    """This session's draft of the element, begun at `fingerprint` when it is first opened."""
    draft: Draft = st.session_state.setdefault(f"draft {full_name}", Draft(full_name, fingerprint))
    return draft


def schemas() -> dict[str, Schema]:
    """File name → schema."""
    by_name = schemas_of(TYPE)
    return {file: by_name[file.removesuffix(".json")] for file in FILES}


def on_disk(full_name: str | None) -> Documents:
    """What is stored now. Raises ElementError when the element is not there any more."""
    return completed(workspace.app().read(full_name).documents) if full_name else blank()


def blank() -> Documents:
    """The documents of an element that is not yet there: the defaults of its tables."""
    return {file: form.defaults(schema) for file, schema in schemas().items()}


def completed(documents: Documents) -> Documents:
    """The documents read, with an empty one for a file that is not there."""
    return {file: documents.get(file, {}) for file in FILES}
