"""The key doctor in the form: what ails a value is said below its field, and one click mends it.

Values travel from the finding to the draft on the server; what is said has none of them.
"""

from collections.abc import Callable

import streamlit as st

from element.doctor import Finding, findings
from ui.draft import Documents, Draft
from ui.kinds import Field, kind_name
from ui.text import language, literal, say

FILE = "sms.json"
_MENDABLE = ("string", "secret")


def ailing(draft: Draft, documents: Documents) -> list[Finding]:
    """What ails the values in the form, as far as the form has fields to mend."""
    properties = draft.schemas.get(FILE, {}).get("properties", {})
    mendable = {name for name, prop in properties.items() if kind_name(prop) in _MENDABLE}
    return [finding for finding in findings(documents.get(FILE, {})) if finding.mended.keys() <= mendable]


def below(draft: Draft, file: str, found: list[Finding]) -> Callable[[Field], None]:
    """What draws a field's ailments and their button."""

    def draw(field: Field) -> None:
        own = [finding for finding in found if file == FILE and finding.parameter == field.name]
        for finding in own:
            st.markdown(f":small[:orange[:material/healing: {literal(finding.sentence(language()))}]]")
        if own:
            st.button(say("doctor.mend"), key=f"mend.{field.name}", on_click=_mend, args=(draft, own), help=field.title)

    return draw


def offer_all(draft: Draft, found: list[Finding]) -> None:
    """One button for everything, where there is more than one field to mend."""
    ailing_fields = {finding.parameter for finding in found}
    if len(ailing_fields) > 1:
        label = say("doctor.mend_all", count=len(ailing_fields))
        st.button(label, icon=":material/healing:", key="mend_all", on_click=_mend, args=(draft, found))


def _mend(draft: Draft, found: list[Finding]) -> None:
    """Put the mended values in, in the order of the findings: each assumes those before it. For a callback."""
    values = {name: value for finding in found for name, value in finding.mended.items()}
    for name, value in values.items():
        draft.put(FILE, name, value)
