"""The parameters as app code passes them, held against the template: missing, unused, misspelt."""

import ast
import json

import streamlit as st

from element.template import Comparison, compare
from ui import message as messages
from ui.text import plain, say


def draw(full_name: str, text: str) -> None:
    """Where code is pasted, and what it lacks for the template."""
    with st.expander(say("preview.code_title"), icon=":material/compare_arrows:"):
        pasted = st.text_area(
            say("preview.code_label"),
            key=f"message.{full_name}.pasted",
            placeholder=plain("preview.code_example"),
            persist_state="session",
        )
        if not pasted.strip():
            return
        params = read(pasted)
        if params is None:
            st.error(say("preview.code_unreadable"))
        else:
            _judge(full_name, params, compare(text, params))


def read(pasted: str) -> dict[str, str] | None:
    """The object in JSON or in Python, its values as text; None for what is neither."""
    for reader in (json.loads, ast.literal_eval):
        try:
            found = reader(pasted.strip())
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(found, dict):
            return {str(name): "" if value is None else str(value) for name, value in found.items()}
    return None


def renamed(params: dict[str, str], comparison: Comparison) -> dict[str, str]:
    """The values by placeholder, those of misspelt names under the name that was probably meant."""
    named = {comparison.near.get(name, name): value for name, value in params.items()}
    return {name: value for name, value in named.items() if name not in comparison.unused}


def _judge(full_name: str, params: dict[str, str], comparison: Comparison) -> None:
    if comparison.fits:
        st.success(say("preview.code_fits"), icon=":material/check:")
    else:
        st.warning("\n".join(f"- {line}" for line in _faults(comparison)))
    usable = renamed(params, comparison)
    if usable:
        st.button(say("preview.code_use"), key="use_code", on_click=messages.put_params, args=(full_name, usable))


def _faults(comparison: Comparison) -> list[str]:
    misspelt = [say("preview.code_near", written=written, meant=meant) for written, meant in comparison.near.items()]
    missing = [name for name in comparison.missing if name not in comparison.near.values()]
    unused = [name for name in comparison.unused if name not in comparison.near]
    told = {"preview.code_missing": missing, "preview.code_unused": unused}
    return misspelt + [say(key, names=plain("app.comma").join(names)) for key, names in told.items() if names]
