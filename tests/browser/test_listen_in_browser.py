"""In a real browser whose microphone plays a file: record, train, and be recognised by words it has not heard."""

import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from patience import patience
from playwright.sync_api import Page, expect

from playground.places import ROOT
from playground.sequences.speech.recordings import BUNDLED
from playground.sequences.wav import read_wav, write_wav

pytestmark = pytest.mark.browser

UNHEARD = ROOT / "tests" / "sequences" / "speech" / "unheard_words.zip"
ASKED = ("left/01", "yes/02", "no/03", "right/04", "yes/05", "left/06")
RATE = 48_000


@pytest.fixture
def microphone(tmp_path) -> Path:
    """The file that the browser takes for its microphone; it is read anew for each recording."""
    return tmp_path / "microphone.wav"


@pytest.fixture
def page(microphone, start_browser, open_page):
    """A page whose microphone is there and allowed."""
    flags = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    chromium = start_browser(*flags, f"--use-file-for-fake-audio-capture={microphone}%noloop")
    return open_page("about:blank", height=1200, permissions=["microphone"], chromium=chromium)


def whisper(microphone: Path, sample: str) -> float:
    """Let the microphone play a sample of the words that nobody taught, from its beginning; return its seconds."""
    with zipfile.ZipFile(UNHEARD) as archive:
        name = next(name for name in archive.namelist() if name.startswith(sample))
        spoken = read_wav(archive.read(name))
    sound = np.repeat((spoken.samples * 2**15).astype(np.int16), RATE // spoken.rate)
    rest = np.zeros(RATE // 4, np.int16)
    microphone.write_bytes(write_wav(np.r_[rest, sound, rest, rest], RATE))
    return len(sound) / RATE


def record(page: Page, microphone: Path, sample: str, recorder: int) -> None:
    """Speak one sample into one of the recorders of the page."""
    seconds = whisper(microphone, sample)
    page.get_by_role("button", name="Record", exact=True).nth(recorder).click()
    stop = page.get_by_role("button", name="Stop recording")
    stop.wait_for()
    page.wait_for_timeout(1000 * (seconds + 0.6))
    stop.click()


def test_words_that_nobody_taught_are_recognised_through_the_microphone(page, microphone, app_server):
    page.goto(f"{app_server}listen?part=speech&s_words=own&s_epochs=15")
    page.get_by_label("Word 1").wait_for()
    record(page, microphone, "yes/01", 0)
    page.get_by_text("added to yes").wait_for()
    page.locator("summary").filter(has_text="Upload").click()
    page.locator("input[type=file]").set_input_files(BUNDLED)
    page.get_by_text("48 samples added").wait_for()
    expect(page.get_by_text("yes: 13, no: 12, left: 12, right: 12")).to_be_visible()
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text("held-out samples recognised").wait_for()
    heard = page.get_by_text("It hears “")
    right = 0
    for sample in ASKED:
        before = heard.first.text_content() if heard.count() else ""
        record(page, microphone, sample, 1)
        with suppress(AssertionError):  # the same wrong answer twice leaves the title as it was
            expect(heard.first).not_to_have_text(before, timeout=1000 * patience(15))
        right += f"“{sample.split('/')[0]}”" in heard.first.text_content()
    assert right / len(ASKED) > 0.8
