"""The designer's one screen. Started by `python -m ui`, or by `streamlit run streamlit_app.py`."""

from pathlib import Path

import streamlit as st

from ui import batch, check, designer, elements, history, inbox, mode, preview, selection, send, trust
from ui.panel import whole_page
from ui.text import plain

PANELS = {
    "preview": preview.draw,
    "send": send.draw,
    "batch": batch.panel,
    "history": history.panel,
    "inbox": inbox.panel,
}
RUNS_THE_ELEMENT = ("preview", "send", "batch")

st.set_page_config(page_title=plain("app.product"), page_icon=":material/sms:", layout="wide")
st.html(Path(__file__).parent / "ui" / "style.css")

with st.sidebar:
    chosen = elements.sidebar()

if chosen:
    elements.heading(chosen)
    mode.banner()
    tabs = dict(zip(selection.TABS, st.tabs(selection.tab_names(), key="tab", on_change=whole_page), strict=True))
    with tabs["configuration"]:
        designer.edit(chosen)
        if tabs["configuration"].open and trust.granted(chosen):
            check.panel(chosen)
    for name, draw in PANELS.items():
        if tabs[name].open:
            with tabs[name]:
                if name not in RUNS_THE_ELEMENT or trust.granted(chosen):
                    draw(chosen)
elif selection.creating():
    designer.create()
else:
    elements.empty()
