"""JSON Schema → widgets → document. It draws every schema and knows none of them; what a property needs is in kinds.py.

A widget that still shows the stored value leaves that value as it is, whatever it is. Empty means absent. A secret
left empty keeps what is stored.
"""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from element.settings import unset_variables, variables
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


def draw(
    schema: Schema,
    stored: Mapping[str, Any],
    key: str,
    problems: list[Problem],
    below: Callable[[Field], None] | None = None,
) -> None:
    """Every property as a widget, starting from its stored value.

    Under each stands one line, the key in the file or what is wrong, so that a solved problem moves no button
    from under the mouse. `below` draws what else there is to say of a field.
    """
    for field in fields(schema, key).values():
        own = [problem for problem in problems if problem.path[:1] == (field.name,)]
        with st.container(gap="xxsmall"):
            draw_field(field, stored.get(field.name))
            for line in map(problem_line, own) if own else _key_line(field, stored.get(field.name)):
                st.markdown(line)
            if below:
                below(field)


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
    """The key in the file, and whether the environment variables that its value names are set.

    Of a secret also that it is set, and how long it is, which is all that is told of it.
    """
    kind = kind_name(field.schema)
    if kind == "const":
        return []
    states = _variable_states(value(field, stored))
    if stored and kind == "secret" and not states:
        states = [say("form.set", count=len(as_text(stored)))]
    return [f":small[:gray[{' · '.join([literal(field.name), *states])}]]"]


def _variable_states(current: Any) -> list[str]:
    """For each `{{NAME}}` in a value: NAME is set, or not set, where the designer runs."""
    unset = {variable for _, variable in unset_variables({"": current})}
    return [
        f":orange[:material/warning: {say('form.variable_unset', name=name)}]"
        if name in unset
        else f":green[:material/check: {say('form.variable_set', name=name)}]"
        for name in dict.fromkeys(variables({"": current}))
    ]
