"""The kinds of properties: one registry, kind → widget. Whatever a schema asks for is drawn by what stands here.

A kind says how to draw a property, what its widget shows for a stored value, and which value the widget's content
stands for. A secret's stored value goes into no widget.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from schemas.validate import Schema, translated
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


def _draw_const(field: Field, stored: Any) -> None:
    value = as_text(field.schema["const"])
    st.markdown(f":small[:gray[{say('form.fixed', title=field.title, value=value)}]]", help=field.help)
    if stored not in (None, field.schema["const"]):
        st.markdown(f":small[:orange[{say('form.will_be', stored=as_text(stored), value=value)}]]")


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
    st.session_state.setdefault(field.key, as_text(stored))  # as `value=` it could not be mended
    st.text_input(
        field.label,
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
        format_func=as_text,
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


def as_text(value: Any) -> str:
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
    texts_only = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return "\n".join(value) if texts_only else as_text(value)


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
    "const": Kind(_draw_const, show=as_text, read=_as_it_is),
    "secret": Kind(_draw_secret, show=_empty, read=_trimmed),
    "enum": Kind(_draw_enum, show=_as_it_is, read=_as_it_is),
    "string": Kind(_draw_string, show=as_text, read=_trimmed),
    "boolean": Kind(_draw_boolean, show=_as_flag, read=_as_it_is),
    "integer": Kind(_draw_integer, show=_as_integer, read=_as_it_is),
    "number": Kind(_draw_number, show=_as_number, read=_as_it_is),
    "strings": Kind(_draw_lines, show=_as_lines, read=_lines),
    "array": JSON,
    "object": JSON,
}
