"""The Data page as a whole: what it shows of a series, and own data through the page, hostile files included."""

import io
import zipfile

import numpy as np
import pandas as pd
import pytest
from fake_engine import mounted
from opening import opener
from streamlit.testing.v1 import AppTest

from playground.config import Recipe
from playground.data.encodings import ENCODING_WORDS
from playground.data.own import keep_own, load_own
from playground.records import Series
from playground.ui.data.drawing import drawn_points
from playground.ui.server.turns import TURNS
from playground.ui.watching import answers

pytestmark = pytest.mark.usefixtures("engine")

ROWS = 120
CURVE = 20 + 5 * np.sin(np.arange(ROWS) / 4)
DAYS = pd.date_range("2024-01-01", periods=ROWS)
GERMAN = pd.DataFrame(
    {
        "Tag": DAYS.strftime("%d.%m.%Y"),
        "Absatz": [f"{value:.2f}".replace(".", ",") for value in CURVE],
        "Wind": [str(k % 7) for k in range(ROWS)],
    }
).to_csv(sep=";", index=False)


open_page = opener("data", menu=True)


def texts(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.error, page.warning, page.info, page.success)
    return "\n".join(element.value for kind in kinds for element in kind).replace("\\", "")


def button(page: AppTest, label: str):
    return next(button for button in page.button if button.label == label)


def upload(page: AppTest, content: bytes, name: str = "table.csv") -> AppTest:
    page.file_uploader(key="own file").upload(name, content).run()
    assert not page.exception, page.exception
    return page


def box(page: AppTest, label: str):
    return next(box for box in page.selectbox if box.label == label)


def bare(text: str) -> str:
    return text.replace("\\", "")


def question(page: AppTest, label: str):
    return next(radio for radio in page.radio if bare(radio.label).startswith(label))


def recipe_of(page: AppTest) -> Recipe:
    return page.session_state["recipe"]


@pytest.mark.parametrize("series", ["sine", "apple", "sea_surface_temperature"])
def test_every_series_is_shown_with_its_windows(series):
    page = open_page(series=series)
    assert not page.error
    assert len(mounted(page)) == 5
    assert "Trend strength" in texts(page) or "n/a, because" in texts(page)
    assert len(page.get("download_button")) == 2


def test_a_validation_part_beyond_training_is_a_warning_when_levels_are_read():
    page = open_page(series="apple")
    assert "never learns from values this high" in page.warning[0].value
    page.segmented_control(key="target-0").set_value("log_return").run()
    assert not page.warning
    assert "log return, so it is their range that counts" in texts(page)


def test_a_few_values_beyond_training_are_told_quietly():
    page = open_page()
    assert not page.warning
    assert "never learns from values this high" in texts(page)


def test_a_long_training_part_is_shown_in_stretches():
    page = open_page(series="sea_surface_temperature")
    stretch = next(slider for slider in page.slider if slider.label == "Show 1,500 windows from number")
    stretch.set_value(stretch.max).run()
    assert not page.exception


def test_answers_on_readings_that_were_corrected_are_dropped():
    page = upload(open_page(), GERMAN.encode())
    kept = [key for key in answers._asked if key.startswith("own ")]
    box(page, "Value to forecast").select("Wind").run()
    box(page, "Value to forecast").select("Absatz").run()
    assert sorted(key for key in answers._asked if key.startswith("own ")) == sorted(kept)
    page.file_uploader(key="own file").set_value(None).run()
    assert not [key for key in answers._asked if key.startswith("own ")]


def test_a_german_table_is_read_corrected_and_used():
    page = upload(open_page(), GERMAN.encode(), "Absatz 2024.csv")
    assert box(page, "Delimiter").value == ";"
    assert box(page, "Decimal sign").value == ","
    assert box(page, "Value to forecast").value == "Absatz"
    assert box(page, "Time").value == "Tag"
    assert list(page.dataframe[0].value.columns) == ["Tag", "Absatz", "Wind"]
    assert "120 rows of the table made 120 points" in texts(page)
    page.multiselect(key=next(m.key for m in page.multiselect if m.key.startswith("extras"))).select("Wind").run()
    button(page, "Use this series").click().run()
    assert not page.exception and not page.error
    data = recipe_of(page).data
    assert (data.series, data.extra_inputs, data.target) == ("own", ("Wind",), "level")
    kept = load_own(data)
    np.testing.assert_allclose(kept.values, np.round(CURVE, 2))
    assert (kept.title, kept.step) == ("Absatz 2024", "day")
    assert "own" not in page.query_params


def test_another_column_can_be_chosen_as_the_value():
    page = upload(open_page(), GERMAN.encode())
    box(page, "Value to forecast").select("Wind").run()
    page.text_input(key=next(t.key for t in page.text_input if t.label == "Unit")).input("m/s").run()
    button(page, "Use this series").click().run()
    kept = load_own(recipe_of(page).data)
    assert (list(kept.values[:8]), kept.unit) == ([0, 1, 2, 3, 4, 5, 6, 0], "m/s")


def test_of_several_series_in_a_table_the_learner_says_which():
    rows = [f"{day:%Y-%m-%d},{shop},{k + 10 * n + k % 7}" for k, day in enumerate(DAYS) for n, shop in enumerate("ab")]
    page = upload(open_page(), "\n".join(["day,shop,sold", *rows]).encode())
    assert "one for each value of shop (a, b)" in texts(page)
    assert "Use this series" not in [button.label for button in page.button]
    which = box(page, "Which shop? Each is a series of its own")
    assert which.options == ["please choose", "a", "b", "their sum", "their mean"]
    which.set_value("b").run()
    button(page, "Use this series").click().run()
    assert not page.exception, page.exception
    series = load_own(recipe_of(page).data)
    assert len(series.values) == ROWS and list(series.values[:2]) == [10, 12]


def test_a_code_for_a_missing_value_is_asked_about():
    rows = [f"{day:%Y-%m-%d},{-999 if k in (5, 6) else k % 13}" for k, day in enumerate(DAYS)]
    page = upload(open_page(), "\n".join(["day,level", *rows]).encode())
    assert "a code for a missing value? It is taken as it stands" in texts(page)
    asked = question(page, "-999 stands far from all other values of level")
    assert [bare(option) for option in asked.options] == ["-999 is a value like any other", "-999 means: no value"]
    asked.set_value(-999.0).run()
    button(page, "Use this series").click().run()
    assert not page.exception, page.exception
    series = load_own(recipe_of(page).data)
    assert series.values.min() == 0 and list(series.filled) == [5, 6]


def test_a_time_in_two_columns_is_told():
    times = pd.date_range("2024-01-01", periods=ROWS, freq="h")
    rows = [f"{at:%d.%m.%Y};{at:%H:%M};{k % 13}" for k, at in enumerate(times)]
    page = upload(open_page(), "\n".join(["Tag;Uhr;Wert", *rows]).encode())
    assert "The time is read from Tag, Uhr." in texts(page)
    button(page, "Use this series").click().run()
    assert load_own(recipe_of(page).data).step == "hour"


def test_a_pasted_table_becomes_the_series():
    page = open_page()
    page.text_area(key="own text").input("\n".join(f"{value:.3f}" for value in CURVE)).run()
    button(page, "Use this series").click().run()
    np.testing.assert_allclose(load_own(recipe_of(page).data).values, CURVE, atol=5e-4)


def test_irregular_times_are_averaged_only_when_the_learner_says_so():
    stamps = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.cumsum(np.arange(400) % 11 + 1), unit="h")
    page = upload(open_page(), pd.DataFrame({"time": stamps, "value": np.arange(400) % 9}).to_csv(index=False).encode())
    assert "resample" in texts(page)
    assert "Use this series" not in [button.label for button in page.button]
    box(page, "Average over").select("D").run()
    button(page, "Use this series").click().run()
    assert load_own(recipe_of(page).data).step == "day"


def test_every_changed_row_is_named_before_the_series_is_used():
    lines = GERMAN.splitlines()
    lines[5] = lines[5].split(";")[0] + ";;3"
    lines[9] = "soon;20,0;1"
    page = upload(open_page(), "\n".join(lines).encode())
    assert "row 6" in texts(page)
    assert "row 10" in texts(page) and "soon" in texts(page)


def test_a_delimiter_that_does_not_fit_is_told_and_can_be_taken_back():
    page = upload(open_page(), GERMAN.encode())
    box(page, "Delimiter").select("|").run()
    assert len(page.error) == 1
    box(page, "Delimiter").select(";").run()
    assert not page.error
    assert box(page, "Value to forecast").value == "Absatz"


def test_a_parquet_file_needs_no_words_on_how_it_is_written():
    packed = io.BytesIO()
    pd.DataFrame({"day": DAYS, "value": CURVE}).to_parquet(packed)
    page = upload(open_page(), packed.getvalue(), "table.parquet")
    assert "Delimiter" not in [box.label for box in page.selectbox]
    button(page, "Use this series").click().run()
    np.testing.assert_allclose(load_own(recipe_of(page).data).values, CURVE)


def zip_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("table.csv", b"0" * 2_000_000)
    return packed.getvalue()


HOSTILE = {
    "a zip by another name": zip_bomb(),
    "10,000 columns": (",".join(f"c{k}" for k in range(10_000)) + "\n" + ",".join("1" * 10_000)).encode(),
    "binary junk": bytes(np.random.default_rng(1).integers(0, 256, 5000, dtype=np.uint8)),
    "one row": b"date,value\n2024-01-01,1\n",
    "nothing": b"   \n",
    "all missing": b"date,value\n" + b"".join(f"{day:%Y-%m-%d},nan\n".encode() for day in DAYS),
    "damaged parquet": b"PAR1" + b"\x00" * 200 + b"PAR1",
    "too large": b"1\n" * (3 * 2**20),
    "only text": b"name,city\n" + b"anna,oslo\n" * 200,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_one_clear_sentence_and_loses_nothing(content):
    page = open_page(series="seattle_temperature", hidden_size="8")
    before = recipe_of(page)
    charts = len(mounted(page))
    upload(page, content)
    assert len(page.error) == 1
    assert len(page.error[0].value) > 20 and "Traceback" not in page.error[0].value
    assert recipe_of(page) == before
    assert len(mounted(page)) == charts
    assert "Use this series" not in [button.label for button in page.button]


def test_a_date_column_that_never_parses_is_told_and_the_rows_can_be_the_steps():
    page = upload(open_page(), b"day,value\n" + b"".join(f"whenever {k},{k % 13}\n".encode() for k in range(200)))
    assert box(page, "Time").value == ""
    box(page, "Time").select("day").run()
    assert len(page.error) == 1 and "whenever" in page.error[0].value
    box(page, "Time").select("").run()
    assert not page.error
    assert "Use this series" in [button.label for button in page.button]


def test_the_encoding_is_told_and_the_unit_of_the_cells_is_filled_in():
    rows = "".join(f"{day:%Y-%m-%d},{k % 17} °C,{k % 7}%\n" for k, day in enumerate(DAYS))
    page = upload(open_page(), ("日期,最高气温,湿度\n" + rows).encode("gb18030"))
    assert "the text is read as GB18030 (Chinese)" in texts(page)
    assert list(box(page, "Encoding").options) == list(ENCODING_WORDS.values())
    assert box(page, "Encoding").value == "gb18030"
    assert next(field.value for field in page.text_input if field.label == "Unit") == "°C"
    box(page, "Value to forecast").select("湿度").run()
    assert next(field.value for field in page.text_input if field.label == "Unit") == "%"
    button(page, "Use this series").click().run()
    assert load_own(recipe_of(page).data).unit == "%"


def test_formulas_mixed_encodings_and_markup_stay_text():
    name = "<img src=x onerror=alert(1)>"
    table = f"{name},=cmd|' /C calc'!A0\n" + "".join(f"{k % 17},=1+{k}\n" for k in range(100))
    page = upload(open_page(), table.encode() + b"caf\xe9,1\n", f"{name}.csv")
    assert not page.exception
    assert "Windows-1252" in texts(page)
    button(page, "Use this series").click().run()
    assert not page.exception
    assert "<" not in load_own(recipe_of(page).data).title
    assert not [m for m in page.markdown if m.allow_html]


def test_own_data_open_on_the_playground_and_train(engine):
    engine.has_preview = False
    page = upload(open_page(), GERMAN.encode())
    button(page, "Use this series").click().run()
    page.switch_page("../../../pages/playground.py").run()
    assert not page.exception and not page.error
    assert page.selectbox(key="series-1").value == "own"
    button(page, "Train").click().run()
    (trained,) = [what for call, what in engine.calls if call == "train"]
    assert trained.data.own == recipe_of(page).data.own


def test_a_short_series_gets_a_window_that_fits():
    page = upload(open_page(), GERMAN.encode())
    button(page, "Use this series").click().run()
    assert recipe_of(page).data.window_steps == 8
    assert "the window is now 8 steps" in " ".join(toast.value for toast in page.toast)
    assert not page.error


def test_a_link_to_own_data_says_to_upload_again_and_the_rest_works():
    page = open_page(series="own")
    assert len(page.error) == 1 and "upload" in page.error[0].value
    page = upload(page, GERMAN.encode())
    button(page, "Use this series").click().run()
    assert not page.error


def test_own_data_are_in_the_list_only_when_there_are_some():
    page = open_page()
    assert not [option for option in page.selectbox(key="series-0").options if "Your own" in option]
    token = keep_own(Series("own", "Mine", "", CURVE, None, "step"))
    page.session_state["recipe"] = Recipe().replaced(own=token)
    page.run()
    assert [option for option in page.selectbox(key="series-0").options if "Your own" in option]


def test_sidebar_offers_the_inputs_and_the_horizon_of_the_series():
    page = open_page(series="seattle_temperature")
    inputs = next(m for m in page.multiselect if m.label == "Further inputs")
    inputs.select(inputs.options[0]).run()
    next(t for t in page.toggle if t.label == "Calendar as input").set_value(True).run()
    page.slider(key="horizon_steps-0").set_value(7).run()
    page.number_input(key="season_steps-0").set_value(365).run()
    data = recipe_of(page).data
    assert (data.extra_inputs, data.calendar) == ((inputs.options[0],), True)
    assert (data.horizon_steps, data.season_steps) == (7, 365)
    assert not page.error


def test_inputs_that_another_series_lacks_are_dropped():
    page = open_page(series="seattle_temperature", extra_inputs="wind", calendar="true")
    page.selectbox(key="series-0").select("sine").run()
    assert (recipe_of(page).data.extra_inputs, recipe_of(page).data.calendar) == ((), False)
    assert not page.error


def test_suggested_settings_are_taken_by_one_click_and_then_in_force_on_every_page():
    page = open_page(series="made_up_sales", hidden_size="9", window_steps="5")
    assert "Season 7 steps: it comes with the series." in texts(page)
    assert "Window (steps) 5 → 28; Horizon (steps) 1 → 7" in texts(page)
    button(page, "Use these settings").click().run()
    assert not page.exception and not page.error
    recipe = recipe_of(page)
    assert (recipe.data.window_steps, recipe.data.horizon_steps, recipe.network.hidden_size) == (28, 7, 9)
    assert page.slider(key="window_steps-1").value == 28 and page.query_params["window_steps"] == "28"
    assert "suggested settings are in force" in " ".join(toast.value for toast in page.toast)
    assert "These settings are in force" in texts(page)
    assert "Use these settings" not in [button.label for button in page.button]
    page.slider(key="window_steps-1").set_value(40).run()
    assert "Use these settings" in [button.label for button in page.button]


def test_a_window_that_does_not_fit_is_told_with_its_sum_and_mended_by_the_suggestion():
    page = open_page(series="sunspots", window_steps="200")
    assert (
        page.error
        and "1,356 points; there are 309" in texts(page)
        and "the largest window that fits is 42" in texts(page)
    )
    button(page, "Use these settings").click().run()
    assert not page.error and recipe_of(page).data.window_steps == 16


def test_own_data_gets_suggestions_and_is_told_that_it_is_mostly_zero():
    sold = [k % 5 if k % 3 == 0 else 0 for k in range(400)]
    page = open_page()
    assert "of the training part is 0" not in texts(page)
    page.text_area(key="own text").input("\n".join(map(str, sold))).run()
    button(page, "Use this series").click().run()
    assert "Errors in percent (MAPE, sMAPE) mean nothing" in texts(page) and "“always 0”" in texts(page)
    button(page, "Use these settings").click().run()
    data = recipe_of(page).data
    assert (data.series, data.season_steps, data.target) == ("own", 15, "level")


@pytest.mark.parametrize(
    "said",
    [None, "curve", 7, [[0, 1], [2]], [["a", 1]], [[0.0, float("inf")]], [[0, 1]] * 3000, [{"x": 1}], [[0, [1]]]],
)
def test_anything_but_points_from_the_pad_counts_as_nothing_drawn(said):
    assert drawn_points(said) == []


def test_points_from_the_pad_are_taken_as_they_are():
    assert drawn_points([[0, 0.5], [0.25, 1]]) == [(0.0, 0.5), (0.25, 1.0)]


def test_a_tab_that_has_just_uploaded_is_drawn_first_and_then_waits_like_others(monkeypatch):
    first = []
    turn = TURNS.turn
    monkeypatch.setattr(TURNS, "turn", lambda newcomer=False, *more, **named: first.append(newcomer) or turn(newcomer))
    page = open_page()
    first.clear()
    page.run()
    assert not any(first)
    upload(page, GERMAN.encode())
    assert first.count(True) == 1
    assert "Use this series" in [button.label for button in page.button]
    first.clear()
    page.run()
    assert not any(first)
