"""JSON Schema → widgets → document. It draws every schema and knows none of them; what a property needs is in kinds.py.

A widget that still shows the stored value leaves that value as it is, whatever it is. Empty means absent. A secret
left empty keeps what is stored.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from schemas.validate import Problem, Schema
from ui.kinds import Field, as_text, kind_name, kind_of
from ui.text import language, literal, say


def fields(schema: Schema, key: str) -> dict[str, Field]:
    """The schema's properties in table order, by name; widget keys begin with `key`."""
    required = schema.get("required", [])
    return {
        name: Field(name, prop, name in required, f"{key}.{name}")
        for name, prop in schema.get("properties", {}).items()
    }


def draw(schema: Schema, stored: Mapping[str, Any], key: str, problems: list[Problem]) -> None:
    """Every property as a widget, starting from its stored value.

    Under each stands one line, the key in the file or what is wrong, so that a solved problem moves no button
    from under the mouse.
    """
    for field in fields(schema, key).values():
        own = [problem for problem in problems if problem.path[:1] == (field.name,)]
        with st.container(gap="xxsmall"):
            draw_field(field, stored.get(field.name))
            for line in map(problem_line, own) if own else _key_line(field, stored.get(field.name)):
                st.markdown(line)


def draw_field(field: Field, stored: Any = None) -> None:
    kind_of(field.schema).draw(field, stored)


def value(field: Field, stored: Any = None) -> Any:
    """What the field's widget stands for now; the stored value where the widget still shows it."""
    kind = kind_of(field.schema)
    shown = kind.show(stored)
    held = st.session_state.get(field.key, shown)
    if held == shown:
        return stored
    read = kind.read(held)
    return stored if read is None and field.schema.get("writeOnly") else read


def document(schema: Schema, stored: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The stored document with what the widgets hold: unknown keys and the order are kept, new keys come last."""
    result = dict(stored)
    for field in fields(schema, key).values():
        found = field.schema.get("const", value(field, stored.get(field.name)))
        if found is not None:
            result[field.name] = found
        elif field.name in result and stored[field.name] is not None:
            del result[field.name]
    return result


def defaults(schema: Schema) -> dict[str, Any]:
    """The document that a new form starts from."""
    return {name: prop["default"] for name, prop in schema.get("properties", {}).items() if "default" in prop}


def forget_secrets(schema: Schema, key: str) -> None:
    """Empty the secrets' inputs, in the session and so in the browser. For a callback."""
    for field in fields(schema, key).values():
        if field.schema.get("writeOnly"):
            st.session_state[field.key] = ""


def problem_line(problem: Problem) -> str:
    sentence = literal(problem.sentence(language()))
    colour, icon = ("orange", "info") if problem.note else ("red", "error")
    return f":small[:{colour}[:material/{icon}: {sentence}]]"


def _key_line(field: Field, stored: Any) -> list[str]:
    """The key in the file; for a secret also that it is set, and how long it is, which is all that is told of it."""
    kind = kind_name(field.schema)
    if kind == "const":
        return []
    state = f" · {say('form.set', count=len(as_text(stored)))}" if stored and kind == "secret" else ""
    return [f":small[:gray[{literal(field.name)}{state}]]"]
