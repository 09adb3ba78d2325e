"""The room's address, large enough to read and to photograph from the last row."""

from __future__ import annotations

import io

import segno
import streamlit as st

from playground.ui.frame.page import plain


def code_svg(address: str) -> str:
    """Return the address as a QR code: an SVG picture, dark on light in every theme."""
    picture = io.BytesIO()
    segno.make(address, micro=False).save(picture, kind="svg", scale=8, border=4, light="#ffffff", xmldecl=False)
    return picture.getvalue().decode()


def draw_room(address: str) -> None:
    """Draw where the room finds this server."""
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="large"):
        st.image(code_svg(address), width=240)
        with st.container(width="stretch"):
            st.markdown("Open this address, or point your phone's camera at the code:")
            st.markdown(f"## {plain(address)}")
            st.caption("It works in this room's network; nobody needs an account or the internet.")
