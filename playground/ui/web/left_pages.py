"""What parts of a page still ask for after their tab went to another page is not handed on.

A live part asks for its redraw by a timer in the browser. Where the way to the server is slow, it may ask once more
between a click on the menu and the arrival of the new page. Streamlit then redraws the part that is gone after the
new page; the browser takes the answer for yet another page and empties the one it shows, for good.
"""

from __future__ import annotations

import threading

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg


class Shown:
    """Which page each tab shows or has asked for; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages: dict[str, str] = {}

    def show(self, tab: str, page: str) -> None:
        """Take in that a tab is drawn a page.

        Args:
            tab: Names the tab.
            page: Streamlit's hash of the page, empty where it is not known yet.
        """
        with self._lock:
            self._pages[tab] = page

    def forget(self, tab: str) -> None:
        """Take in that a tab is closed."""
        with self._lock:
            self._pages.pop(tab, None)

    def is_late(self, tab: str, message: bytes) -> bool:
        """Take in what a tab sends, and say whether a part of a page that it has left asks for something.

        Args:
            tab: Names the tab.
            message: A message of Streamlit's browser; anything else is never late.
        """
        asked = BackMsg()
        try:
            asked.ParseFromString(message)
        except DecodeError:
            return False
        if asked.WhichOneof("type") != "rerun_script":
            return False
        page = asked.rerun_script.page_script_hash
        if not asked.rerun_script.fragment_id:
            self.show(tab, page)
            return False
        with self._lock:
            shown = self._pages.get(tab, "")
        return bool(page and shown) and page != shown


SHOWN = Shown()
"""Of this server."""
