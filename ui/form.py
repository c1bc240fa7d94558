"""JSON Schema → widgets → document: one registry of kinds, which draws every schema and knows none of them.

A kind says how to draw a property, what its widget shows for a stored value, and which value the widget's content
stands for. A widget that still shows the stored value leaves that value as it is, whatever it is. Empty means absent.
A secret's stored value goes into no widget: its input is empty, and left empty it keeps what is stored.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from schemas.validate import Problem, Schema, translated
from ui.text import language, literal, plain, say


@dataclass(frozen=True)
class Field:
    """One property of a schema and the session key of its widget."""

    name: str
    schema: Schema
    required: bool
    key: str

    @property
    def title(self) -> str:
        return translated(self.schema, "title", language()) or self.name

    @property
    def label(self) -> str:
        return f"{literal(self.title)} *" if self.required else literal(self.title)

    @property
    def help(self) -> str:
        return literal(translated(self.schema, "description", language()) or "")

    @property
    def example(self) -> str | None:
        """The schema's first example as the widget would hold it."""
        examples = self.schema.get("examples")
        return _as_lines(examples[0]) if examples else None


@dataclass(frozen=True)
class Kind:
    """How one kind of property is drawn, shown and read. `read` gives None for "absent"."""

    draw: Callable[[Field, Any], None]
    show: Callable[[Any], Any]
    read: Callable[[Any], Any]


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
    state = f" · {say('form.set', count=len(_as_text(stored)))}" if stored and kind == "secret" else ""
    return [f":small[:gray[{literal(field.name)}{state}]]"]


def kind_of(schema: Schema) -> Kind:
    return KINDS.get(kind_name(schema), UNKNOWN)


def kind_name(schema: Schema) -> str:
    """The registry's word for a property. A secret that is no plain text has no widget: it could be shown."""
    if "const" in schema:
        return "const"
    if '"writeOnly": true' in json.dumps(schema):
        return "secret" if schema.get("type") == "string" else f"writeOnly {schema.get('type')}"
    if "enum" in schema:
        return "enum"
    if schema.get("type") == "array" and schema.get("items", {}).get("type") == "string":
        return "strings"
    return str(schema.get("type"))


# ── the kinds ───────────────────────────────────────────────────────────────────────────────────────────────


def _draw_const(field: Field, stored: Any) -> None:
    value = _as_text(field.schema["const"])
    st.markdown(f":small[:gray[{say('form.fixed', title=field.title, value=value)}]]", help=field.help)
    if stored not in (None, field.schema["const"]):
        st.markdown(f":small[:orange[{say('form.will_be', stored=_as_text(stored), value=value)}]]")


def _draw_secret(field: Field, stored: Any) -> None:
    st.text_input(
        field.label,
        type="password",
        key=field.key,
        help=field.help,
        autocomplete="new-password",
        live="0ms",  # else Tab, which goes to the eye button first, loses what was typed
        placeholder=plain("form.keep") if stored else field.example,
    )


def _draw_string(field: Field, stored: Any) -> None:
    st.text_input(
        field.label,
        _as_text(stored),
        key=field.key,
        help=field.help,
        autocomplete="off",
        placeholder=field.example,
        persist_state="session",
    )


def _draw_enum(field: Field, stored: Any) -> None:
    options = list(field.schema["enum"])
    if stored is not None and stored not in options:
        options.append(stored)
    st.selectbox(
        field.label,
        options,
        index=None if stored is None else options.index(stored),
        key=field.key,
        help=field.help,
        format_func=_as_text,
        placeholder=plain("form.choose"),
        persist_state="session",
    )


def _draw_boolean(field: Field, stored: Any) -> None:
    st.segmented_control(
        field.label,
        [True, False],
        default=_as_flag(stored),
        key=field.key,
        help=field.help,
        format_func=lambda flag: say("form.yes" if flag else "form.no"),
        persist_state="session",
    )


def _draw_integer(field: Field, stored: Any) -> None:
    _draw_numeric(field, _as_integer(stored), step=1)


def _draw_number(field: Field, stored: Any) -> None:
    _draw_numeric(field, _as_number(stored), step=None)


def _draw_numeric(field: Field, shown: float | None, step: int | None) -> None:
    st.session_state.setdefault(field.key, shown)  # as `value=` it could not be taken away again
    st.number_input(
        field.label,
        value=None,
        step=step,
        key=field.key,
        help=field.help,
        placeholder=field.example or "",
        persist_state="session",
    )


def _draw_lines(field: Field, stored: Any) -> None:
    st.text_area(
        field.label,
        _as_lines(stored),
        key=field.key,
        help=f"{field.help}\n\n{say('form.one_a_line')}",
        placeholder=field.example,
        persist_state="session",
    )


def _draw_json(field: Field, stored: Any) -> None:
    st.text_area(
        field.label,
        _as_json(stored),
        key=field.key,
        help=f"{field.help}\n\n{say('form.as_json')}",
        placeholder=field.example,
        persist_state="session",
    )


def _draw_unknown(field: Field, stored: Any) -> None:
    st.error(say("form.no_widget", name=field.name, kind=kind_name(field.schema)), icon=":material/error:")


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else _as_json(value)


def _as_flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _as_number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _as_integer(value: Any) -> int | None:
    number = _as_number(value)
    return int(number) if number is not None and number.is_integer() else None


def _as_lines(value: Any) -> str:
    plain = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return "\n".join(value) if plain else _as_text(value)


def _as_json(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, indent=2)


def _trimmed(text: str) -> str | None:
    return text.strip() or None


def _lines(text: str) -> list[str] | None:
    return [line.strip() for line in text.splitlines() if line.strip()] or None


def _parsed(text: str) -> Any:
    """The JSON value; text that is no JSON stays text, which the schema then refuses by its type."""
    try:
        return json.loads(text) if text.strip() else None
    except ValueError:
        return text


def _as_it_is(value: Any) -> Any:
    return value


def _empty(stored: Any) -> str:
    return ""


def _nothing(stored: Any) -> None:
    return None


JSON = Kind(_draw_json, show=_as_json, read=_parsed)
UNKNOWN = Kind(_draw_unknown, show=_nothing, read=_as_it_is)
KINDS = {
    "const": Kind(_draw_const, show=_as_text, read=_as_it_is),
    "secret": Kind(_draw_secret, show=_empty, read=_trimmed),
    "enum": Kind(_draw_enum, show=_as_it_is, read=_as_it_is),
    "string": Kind(_draw_string, show=_as_text, read=_trimmed),
    "boolean": Kind(_draw_boolean, show=_as_flag, read=_as_it_is),
    "integer": Kind(_draw_integer, show=_as_integer, read=_as_it_is),
    "number": Kind(_draw_number, show=_as_number, read=_as_it_is),
    "strings": Kind(_draw_lines, show=_as_lines, read=_lines),
    "array": JSON,
    "object": JSON,
}
