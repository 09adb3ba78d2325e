"""The menu: every page once. Streamlit runs this file for each visit, deep links included.

Pages have no icon here, because a browser would fetch it from elsewhere as the tab's icon.
"""

import streamlit as st

from playground.places import PAGES
from playground.ui.frame import state
from playground.ui.server.pace import page_turn
from playground.ui.web.arrivals import who
from playground.ui.web.left_pages import SHOWN

embedded = bool(st.context.is_embedded)

page = st.navigation(
    {
        "": [
            st.Page(PAGES / "playground.py", title="Playground", default=True),
            st.Page(PAGES / "my_forecast.py", title="My forecast"),
            st.Page(PAGES / "data.py", title="Data"),
            st.Page(PAGES / "status.py", title="Status"),
            st.Page(PAGES / "embed.py", title="Embed", visibility="hidden"),
        ],
        "Look inside": [
            st.Page(PAGES / "inside_the_cell.py", title="Inside the cell"),
            st.Page(PAGES / "hidden_states.py", title="Hidden states"),
            st.Page(PAGES / "gradients.py", title="Gradients"),
            st.Page(PAGES / "long_memory.py", title="Long memory"),
        ],
        "Judge": [
            st.Page(PAGES / "forecasts.py", title="Forecasts"),
            st.Page(PAGES / "leak_lab.py", title="Leak lab"),
            st.Page(PAGES / "hidden_size.py", title="Hidden size"),
            st.Page(PAGES / "compare.py", title="Compare"),
        ],
        "Beyond forecasts": [
            st.Page(PAGES / "hand_made_cell.py", title="The hand-made cell"),
            st.Page(PAGES / "classify.py", title="Classify"),
            st.Page(PAGES / "write.py", title="Write"),
            st.Page(PAGES / "listen.py", title="Listen"),
        ],
    },
    position="hidden" if embedded else "sidebar",
)
visitor = who()
SHOWN.show(visitor.tab, state.page_hash())
with page_turn(visitor, state.goes_first()):
    page.run()
