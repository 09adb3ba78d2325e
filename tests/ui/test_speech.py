"""The part Speech of the page Listen: its trainings are real, but short and in this process."""

import io
import zipfile

import numpy as np
import pytest
from fake_engine import mounted
from patience import patience
from streamlit.testing.v1 import AppTest

from playground.sequences.speech.recordings import load_bundled, take_zip, zip_of
from playground.sequences.wav import write_wav
from playground.ui.watching import answers

pytestmark = pytest.mark.usefixtures("engine")

SMALL = {"s_hidden_size": "4", "s_epochs": "2"}
EVIL = "<b>*x*</b>"


def script() -> None:
    from playground.ui.frame.page import begin_page
    from playground.ui.listen.speech import draw_speech

    begin_page("Listen", "What does a network make of sound?")
    draw_speech()


def open_page(**query: str) -> AppTest:
    page = AppTest.from_function(script, default_timeout=patience())
    for key, value in (SMALL | query).items():
        page.query_params[key] = value
    return ran(page)


def ran(page: AppTest) -> AppTest:
    page.run()
    assert not page.exception, page.exception
    return page


def texts(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.error, page.warning, page.info)
    return "\n".join(element.value for kind in kinds for element in kind).replace("\\", "")


def press(page: AppTest, label: str, runs: int = 4) -> AppTest:
    next(button for button in page.button if button.label == label).click().run()
    for _ in range(runs):
        ran(page)
    return page


def spoken(hertz: float, seconds: float = 0.4) -> bytes:
    """Return a recording of a tone that swells and fades between silence."""
    count = int(16_000 * seconds)
    sound = 0.5 * np.hanning(count) * np.sin(2 * np.pi * hertz * np.arange(count) / 16_000)
    return write_wav((np.r_[np.zeros(4000), sound, np.zeros(4000)] * 32767).astype(np.int16), 16_000)


def record(page: AppTest, sound: bytes, recorder: int = 0) -> AppTest:
    page.audio_input[recorder].set_value(("audio.wav", sound, "audio/wav")).run()
    return ran(page)


def upload(page: AppTest, data: bytes) -> AppTest:
    page.file_uploader[0].set_value(("words.zip", data, "application/zip")).run()
    return ran(page)


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def drawn(page: AppTest) -> set[str]:
    return {component.key for component in mounted(page)}


def test_the_first_screen_needs_no_microphone_and_shows_what_an_untrained_network_hears():
    page = open_page()
    assert "12 each of yes, no, left, right" in texts(page)
    assert {"heard", "speech curves", "speech mix-ups"} <= drawn(page)
    assert not page.audio_input and not page.error


def test_training_ends_with_an_honest_score_beside_the_baselines():
    page = press(open_page(), "Train")
    assert "of 8 held-out samples recognised: too few to trust" in texts(page)
    assert list(page.dataframe[0].value[""])[1:] == [
        "Majority class",
        "Nearest mean of log-mel",
        "Logistic regression on mean log-mel",
    ]


def test_own_words_are_recorded_named_deleted_and_counted():
    page = open_page(s_words="own")
    assert "speak 4 more of “yes” and 4 more of “no”" in texts(page)
    assert page.button(key="train nothing").disabled
    page.text_input[0].set_value(f"{EVIL} 👍 שלום").run()
    page = record(page, spoken(300))
    page = record(page, spoken(400))
    assert f"added to {EVIL} 👍 שלום: 0.5 s" in texts(page)
    assert f"3 more of “{EVIL} 👍 שלום”".replace("3", "2") in texts(page)
    assert not any(EVIL in element.value for element in (*page.markdown, *page.caption, *page.info))
    page = press(page, "Delete", 1)
    assert f"3 more of “{EVIL} 👍 שלום”" in texts(page)


@pytest.mark.parametrize(
    ("sound", "sentence"),
    [
        (write_wav(np.zeros(16_000, np.int16), 16_000), "got silence"),
        (b"\x1aE\xdf\xa3 not a WAV", "must be a WAV file, got Matroska, whatever its name says; open it in Audacity"),
        (b"ID3\x03\0\0\0\0\0\0\xff\xfb\x90\x64", "got MP3, whatever its name says"),
        (spoken(300)[:20] + b"\x02" + spoken(300)[21:], "got ADPCM with 16 bits; open it in Audacity"),
        (write_wav(np.zeros(8000, np.int16), 4000), "between 8 and 96 kHz, got 4 kHz"),
    ],
)
def test_a_recording_that_cannot_be_used_is_a_sentence_and_loses_nothing(sound, sentence):
    page = record(record(open_page(s_words="own"), spoken(300)), sound)
    assert sentence in texts(page) and len(page.error) == 1
    assert "3 more of “yes”" in texts(page)
    page = record(page, spoken(350))
    assert not page.error and "2 more of “yes”" in texts(page)


def test_a_recording_that_is_cut_off_is_used_and_said_to_be_cut():
    page = record(open_page(s_words="own"), spoken(300)[:25_000])
    assert "the file is cut off: it says that it lasts 0.9 seconds and ends after 0.8" in texts(page)
    assert "3 more of “yes”" in texts(page) and not page.error


def test_names_in_a_zip_of_another_system_become_words_and_the_encoding_is_said():
    files = {f"{mark}{k}.wav": spoken(300 + 50 * k) for k, mark in enumerate(("aaaa/", "bbbb/"))}
    data = zipped(files)
    for mark, word in (("aaaa", "开始"), ("bbbb", "停止")):
        data = data.replace(mark.encode(), word.encode("gb18030"))
    page = upload(open_page(s_words="own"), data)
    assert "the names in the zip are read as GB18030 (Chinese)" in texts(page)
    assert {"开始", "停止"} <= {field.value for field in page.text_input}


def test_the_same_recording_twice_is_refused():
    page = record(record(open_page(s_words="own"), spoken(300)), spoken(300))
    assert "a sample of 'yes' already" in texts(page)


def test_an_uploaded_zip_becomes_words_that_can_be_taught_and_heard(engine):
    page = upload(open_page(s_words="own"), zip_of(load_bundled()))
    assert "48 samples added" in texts(page)
    assert [field.value for field in page.text_input] == ["yes", "no", "left", "right"]
    page = press(page, "Train")
    assert "of 8 held-out samples recognised: too few to trust" in texts(page) and "More samples" in texts(page)
    assert "heard" not in drawn(page)
    page = record(page, spoken(300), 1)
    assert "heard" in drawn(page)
    assert [run.private for run in engine.live.values()] == [True]


def test_a_zip_that_cannot_be_used_is_a_sentence_and_loses_nothing():
    page = record(open_page(s_words="own"), spoken(300))
    page = upload(page, zipped({"a/1.wav": bytes(10 * 2**20)}))
    assert "that is no recording" in texts(page)
    assert "3 more of “yes”" in texts(page)


def test_five_words_are_too_many_and_lose_nothing():
    page = record(open_page(s_words="own"), spoken(300))
    page = upload(page, zipped({f"{name}/1.wav": spoken(300 + 50 * k) for k, name in enumerate("abcd", 1)}))
    assert "at most 4 words, with the new ones there would be 5" in texts(page)
    assert "3 more of “yes”" in texts(page)


def test_a_word_whose_name_is_erased_keeps_its_samples():
    page = upload(open_page(s_words="own"), zip_of(load_bundled()))
    page.text_input[0].set_value("").run()
    assert "12 each of word 1, no, left, right" in texts(ran(page))


def test_everything_can_be_deleted_after_a_question():
    page = press(record(open_page(s_words="own"), spoken(300)), "Delete them", 1)
    assert "4 more of “yes”" in texts(page)


def test_what_is_downloaded_is_what_was_recorded():
    page = record(open_page(s_words="own"), spoken(300))
    kept = page.session_state["recordings own words"]
    assert kept.count() == 1
    assert [clip.key for _, clip in take_zip(zip_of(kept)).clips] == [kept.clips[0][0].key]


def test_nothing_of_a_recording_is_kept_outside_the_tab(tmp_path):
    page = record(open_page(s_words="own"), spoken(300))
    assert "added to yes" in texts(page)
    assert not [key for key in answers._asked if key.startswith(("recording", "playground.sequences.speech"))]
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_pages_over_the_air_without_https_are_told_why_there_is_no_microphone(monkeypatch):
    monkeypatch.setattr(
        "streamlit.runtime.context.ContextProxy.url", property(lambda self: "http://192.0.2.1:8501/listen")
    )
    assert "only over https" in texts(open_page(s_words="own"))


def late_word() -> None:
    import streamlit as st

    from playground.ui.frame import state
    from playground.ui.listen import speech_samples as samples

    state.open_tab()
    samples._keep(samples.FIRST.named(2, "left"))
    key, _ = state.preset_of("word 2", None)
    if not st.session_state.get("in time"):
        state.preset("word 2", None)
    samples._rename(2, key)
    st.write(f"called {samples.own_words().names[2]!r}")


@pytest.mark.parametrize(("in_time", "name"), [(True, "''"), (False, "'left'")])
def test_what_a_browser_says_late_of_a_field_that_was_replaced_renames_no_word(in_time, name):
    page = AppTest.from_function(late_word)
    page.session_state["in time"] = in_time
    assert f"called {name}" in texts(ran(page))
