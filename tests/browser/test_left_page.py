"""A page stays when the one before it asks for a last redraw that comes after the click: what slow networks do."""

import pytest
from menu import choose
from playwright.sync_api import Page, WebSocketRoute, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from test_playground import LONG, click, open_ready, wait_for_epoch

pytestmark = pytest.mark.browser


class LateTicks:
    """Sends the last tick of the page that is left once more, right after the browser asked for the next page."""

    def __init__(self, page: Page):
        self.page, self.tick, self.sent = "", b"", 0
        page.route_web_socket(lambda url: "/_stcore/stream" in url, self.watch)

    def watch(self, browser: WebSocketRoute):
        """Stand between a browser and the server."""
        server = browser.connect_to_server()

        def hand_on(message):
            server.send(message)
            asked = BackMsg.FromString(message).rerun_script
            if asked.fragment_id:
                self.tick = message
            elif self.tick and asked.page_script_hash != self.page:
                server.send(self.tick)
                self.sent += 1
            self.page = asked.page_script_hash

        browser.on_message(hand_on)


def test_a_late_tick_of_the_page_before_does_not_empty_the_new_one(open_page, app_server):
    late = []
    page = open_ready(open_page, f"{app_server}{LONG}", before=lambda page: late.append(LateTicks(page)))
    click(page, "Train")
    wait_for_epoch(page, 3)
    for title in ("Data", "Long memory", "My forecast"):
        choose(page, title)
        expect(page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
        page.locator("[data-test-script-state=notRunning]").wait_for()
        page.wait_for_timeout(1000)
        expect(page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible(timeout=1000)
    assert late[0].sent >= 1
