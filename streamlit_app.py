"""The designer's one screen. Started by `python -m ui`, or by `streamlit run streamlit_app.py`."""

from pathlib import Path

import streamlit as st

from ui import designer, elements, mode, preview, selection, send
from ui.panel import whole_page
from ui.text import plain

st.set_page_config(page_title=plain("app.product"), page_icon=":material/sms:", layout="wide")
st.html(Path(__file__).parent / "ui" / "style.css")

with st.sidebar:
    chosen = elements.sidebar()

if chosen:
    elements.heading(chosen)
    mode.banner()
    configuration, preview_tab, send_tab = st.tabs(selection.tab_names(), key="tab", on_change=whole_page)
    with configuration:
        designer.edit(chosen)
    with preview_tab:
        if preview_tab.open:
            preview.draw(chosen)
    with send_tab:
        if send_tab.open:
            send.draw(chosen)
elif selection.creating():
    designer.create()
else:
    elements.empty()
