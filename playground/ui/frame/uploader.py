"""The field for a file: what it takes, how large it may be, and a sentence where it holds none that can be used."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import DeletedFile, UploadedFile

from playground.ui.frame import state
from playground.ui.frame.page import plain

MB = 2**20


def draw_uploader(
    label: str, kinds: Sequence[str], most_bytes: int, key: str, help: str | None = None
) -> UploadedFile | None:
    """Draw the field and return the file, None where there is none or it is too large.

    Args:
        label: What is wanted, in Markdown.
        kinds: Endings of the file's name.
        most_bytes: Largest file; browsers refuse larger ones, whoever goes around them reads a sentence.
        key: Name of the widget.
        help: Shown beside the label.
    """
    file: UploadedFile | None = st.file_uploader(
        label,
        list(kinds),
        key=key,
        max_upload_size=max(most_bytes // MB, 1),
        on_change=state.hand_over,
        help=help,
    )
    if file is None:
        if isinstance(state.widget_value(key), DeletedFile):
            st.warning("This file is no longer kept here; remove it and upload it again.", icon=":material/upload:")
        return None
    if file.size > most_bytes:
        sentence = f"{file.name[-60:]} may be at most {most_bytes / MB:g} MB, got {file.size / MB:.1f} MB"
        st.error(plain(f"{sentence}; leave a part of it out."), icon=":material/error:")
        return None
    return file
