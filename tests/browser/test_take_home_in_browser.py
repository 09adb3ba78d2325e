"""A run on sequences, trained by real workers, is taken home from its page while the page stays as it is."""

import ast
import json

import pytest
from playwright.sync_api import expect

from playground.export.run_file import FIELD

pytestmark = pytest.mark.browser


def test_a_trained_writer_is_taken_home(open_page, app_server):
    page = open_page(f"{app_server}write?s_text=sonnets&s_hidden_size=4&s_epochs=30")
    page.get_by_role("button", name="Take home").click()
    expect(page.get_by_text("There is nothing to take home yet")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text("Done")).to_be_visible()
    page.get_by_role("button", name="Take home").click()
    taken = {}
    for label in ("Python script", "Run file", "ONNX"):
        with page.expect_download() as download:
            page.get_by_role("button", name=label).click()
        taken[label] = download.value.path().read_bytes()
    assert b"APP_BEST_EPOCH" in taken["Python script"] and ast.parse(taken["Python script"])
    size = int.from_bytes(taken["Run file"][:8], "little")
    told = json.loads(json.loads(taken["Run file"][8 : 8 + size])["__metadata__"][FIELD])
    assert (told["kind"], told["state"], len(told["epochs"])) == ("write", "finished", 30)
    assert told["test_score"] is not None
    assert b"log_probabilities" in taken["ONNX"]
