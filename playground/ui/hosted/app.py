"""Entry point for Streamlit Community Cloud, which reads the `requirements.txt` beside its main file.

Streamlit puts this folder on the path and not the one that holds the package `playground`.
"""

import sys
from pathlib import Path

import streamlit as st

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from playground.ui.web.app import parts

app = st.App(**parts())
