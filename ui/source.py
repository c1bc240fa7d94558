"""The two files as they will be written, without what must not be seen."""

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from schemas.validate import Schema
from ui.text import say

MASK = "••••••••"


def show(documents: Mapping[str, Mapping[str, Any]], schemas: Mapping[str, Schema]) -> None:
    """One code block a file."""
    for file, document in documents.items():
        text = json.dumps(masked(schemas.get(file, {}), document), ensure_ascii=False, indent=2)
        st.caption(f"`{file}`")
        st.code(text, language="json", wrap_lines=True)
    st.caption(say("source.mask", mask=MASK))


def masked(schema: Schema, document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with secrets replaced by dots.

    Where a schema has secrets, what it does not describe may be one under a misspelt name: that is hidden too.
    """
    properties = schema.get("properties", {})
    has_secrets = any(_is_secret(prop) for prop in properties.values())

    def hidden(name: str) -> bool:
        return _is_secret(properties[name]) if name in properties else has_secrets

    return {name: MASK if value and hidden(name) else value for name, value in document.items()}


def _is_secret(schema: Schema) -> bool:
    return '"writeOnly": true' in json.dumps(schema)
