"""The menu: every page once. Streamlit runs this file for each visit, deep links included.

Pages have no icon here, because a browser would fetch it from elsewhere as the tab's icon.
"""

import streamlit as st

from playground.places import PAGES, PLAYGROUND
from playground.ui.frame import state
from playground.ui.frame.links import names_a_forecast
from playground.ui.server.pace import page_turn
from playground.ui.web.arrivals import who
from playground.ui.web.left_pages import SHOWN

embedded = bool(st.context.is_embedded)
start = st.Page(PAGES / "start.py", title="Start", default=True)

page = st.navigation(
    {
        "": [
            start,
            st.Page(PLAYGROUND, title="Playground"),
            st.Page(PAGES / "my_forecast.py", title="My forecast"),
            st.Page(PAGES / "data.py", title="Data"),
            st.Page(PAGES / "status.py", title="Status", visibility="hidden"),
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
        "Beyond": [
            st.Page(PAGES / "hand_made_cell.py", title="The hand-made cell"),
            st.Page(PAGES / "classify.py", title="Classify"),
            st.Page(PAGES / "write.py", title="Write"),
            st.Page(PAGES / "listen.py", title="Listen"),
        ],
    },
    position="hidden" if embedded else "top",
    expanded=True,  # on a phone the menu lies in the drawer
)
if page == start and names_a_forecast(state.query()):
    # Links named the Playground like this while it was the first page.
    st.switch_page(PLAYGROUND, query_params=state.query())
visitor = who()
SHOWN.show(visitor.tab, state.page_hash())
with page_turn(visitor, state.goes_first()):
    page.run()
