"""Where the project's own files lie; no other file counts folders upwards."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENTRY = ROOT / "streamlit_app.py"
PAGES = ROOT / "pages"
PLAYGROUND = PAGES / "playground.py"
"""The page to which others lead."""
UI = ROOT / "playground" / "ui"
ROUTER = UI / "web" / "router.py"
"""What Streamlit runs for each visit."""
TEMPLATES = ROOT / "playground" / "templates"
"""HTML files that leave the app, as Jinja templates."""
IMAGES = ROOT / "assets" / "images"
NOTES = ROOT / "assets" / "notes"
RECORDED = ROOT / "assets" / "recorded"
DATA = ROOT / "assets" / "data"
