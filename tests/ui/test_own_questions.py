"""What a learner's table leaves open is asked, does what it says, and is remembered for the next table of its shape."""

import numpy as np
import pandas as pd
import pytest
from fake_engine import mounted
from opening import opener
from streamlit.testing.v1 import AppTest

from playground.data.own import load_own
from playground.records import Series
from playground.ui.frame import state
from tests.data.workbook_files import workbook

pytestmark = pytest.mark.usefixtures("engine")

DAYS = pd.date_range("2024-01-01", periods=120)
HEADING = "**Please check**"
RECALLED = "Read like the last table with these columns."

open_page = opener("data", menu=True)


def table(header: str, rows, sign: str = ",") -> bytes:
    return "\n".join([header, *(sign.join(map(str, row)) for row in rows)]).encode()


def daily(*columns, header: str = "day,load") -> bytes:
    return table(header, zip(DAYS.strftime("%Y-%m-%d"), *columns, strict=False))


WAVE = [20 + k % 7 for k in range(120)]
SPIKE = [900_000 if k == 50 else value for k, value in enumerate(WAVE)]
GAPS = ["" if k in (30, 31) else value for k, value in enumerate(WAVE)]
SPLIT = [(400 if k < 60 else 100) * (1 + 0.004 * np.sin(k * 7.3)) for k in range(120)]
CODED = [-999 if k in (5, 6) else k % 13 for k in range(120)]
THOUSANDS = table("day\tload", ((f"{day:%Y-%m-%d}", f"{30 + k % 9},{101 + k}") for k, day in enumerate(DAYS)), "\t")
ORDER = table(
    "day,load", ((f"{k % 12 + 1:02}/{k // 12 % 12 + 1:02}/{2010 + k % 7}", k // 12 % 12) for k in range(0, 12 * 12 * 7))
)
WEEKDAYS = table(
    "week,Mon,Tue,Wed,Thu,Fri,Sat,Sun",
    ((f"{day:%Y-%m-%d}", *range(k, k + 7)) for k, day in enumerate(pd.date_range("2024-01-01", periods=70, freq="7D"))),
)
UNKNOWN = daily(WAVE).replace(b"2024-", b"2024:week:")


def shops(*names: str) -> bytes:
    rows = ((f"{day:%Y-%m-%d}", name, k % 9 + 10 * n) for k, day in enumerate(DAYS) for n, name in enumerate(names))
    return table("day,shop,sold", rows)


def upload(page: AppTest, content: bytes, name: str = "table.csv") -> AppTest:
    page.file_uploader(key="own file").upload(name, content).run()
    assert not page.exception, page.exception
    return page


def bare(text: str) -> str:
    return text.replace("\\", "")


def texts(page: AppTest) -> str:
    return bare("\n".join(element.value for kind in (page.markdown, page.caption, page.error) for element in kind))


def pictures(page: AppTest) -> list[bytes]:
    """Return what the small charts on a page are drawn from."""
    return [found.proto.SerializeToString() for found in mounted(page) if "small_chart" in found.proto.component_name]


def asked(page: AppTest) -> list[str]:
    return [bare(radio.label) for radio in page.radio]


def question(page: AppTest, words: str):
    return next(radio for radio in page.radio if words in bare(radio.label))


def button(page: AppTest, label: str):
    return next(button for button in page.button if button.label == label)


def box(page: AppTest, label: str):
    return next(box for box in page.selectbox if box.label == label)


def toggle(page: AppTest):
    return next(toggle for toggle in page.toggle if toggle.label == "Read the columns as rows")


def used(page: AppTest) -> Series:
    button(page, "Use this series").click().run()
    assert not page.exception, page.exception
    return load_own(page.session_state["recipe"].data)


def test_a_plain_table_raises_no_questions_and_is_shown_before_it_is_used():
    page = open_page()
    assert not pictures(page)
    upload(page, daily(WAVE))
    assert HEADING not in texts(page) and not page.radio
    assert RECALLED not in texts(page)
    (picture,) = pictures(page)
    assert b"120 points \xc2\xb7 2024-01-01 to 2024-04-29 \xc2\xb7 step: day \xc2\xb7 all measured" in picture


def test_values_far_outside_are_kept_or_taken_as_missing():
    page = upload(open_page(), daily(SPIKE))
    assert HEADING in texts(page)
    assert used(page).values.max() == 900_000
    question(page, "far outside").set_value("missing").run()
    assert question(page, "far outside").value == "missing"
    series = used(page)
    assert list(series.filled) == [50] and series.values[50] == WAVE[49]
    question(page, "far outside").set_value("keep").run()
    assert used(page).values.max() == 900_000


def test_a_level_that_changes_by_a_round_factor_is_kept_or_brought_to_the_new_one():
    page = upload(open_page(), daily(SPLIT))
    assert used(page).values.max() > 390
    question(page, "by a factor of").set_value("level").run()
    assert question(page, "by a factor of").value == "level"
    assert used(page).values.max() < 110


def test_missing_values_repeat_the_value_before_or_that_of_a_season_before():
    page = upload(open_page(), daily(GAPS))
    assert list(used(page).values[30:32]) == [WAVE[29], WAVE[29]]
    question(page, "What stands for missing values?").set_value("season").run()
    assert list(used(page).values[30:32]) == WAVE[30:32]


def test_without_a_season_by_nature_nothing_is_asked_about_missing_values():
    rows = ["" if k in (30, 31) else k % 7 for k in range(120)]
    page = upload(open_page(), table("n,load", enumerate(rows)))
    assert "not measured" in texts(page)
    assert asked(page) == []


def test_numbers_that_may_have_thousands_or_a_fraction_are_asked_about_at_one_place():
    page = upload(open_page(), THOUSANDS)
    doubt = question(page, "either thousands or a fraction")
    assert "Decimal sign" not in [box.label for box in page.selectbox]
    first, other = used(page), "." if doubt.value == "," else ","
    question(page, "either thousands or a fraction").set_value(other).run()
    assert question(page, "either thousands or a fraction").value == other
    assert (
        max(first.values.max(), used(page).values.max()) > 1000 * min(first.values.max(), used(page).values.max()) / 2
    )


def test_the_order_of_day_and_month_is_asked_about_at_one_place():
    page = upload(open_page(), ORDER)
    assert "Times are written as" not in [box.label for box in page.selectbox]
    box(page, "Average over").set_value("MS").run()
    question(page, "The dates of day").set_value("%d/%m/%Y").run()
    assert list(used(page).values[:13]) == [*range(12), 0]
    question(page, "The dates of day").set_value("%m/%d/%Y").run()
    assert question(page, "The dates of day").value == "%m/%d/%Y"
    assert "every value of load is 5.5" in texts(page)


def test_a_time_that_cannot_be_read_is_told_and_not_asked():
    page = upload(open_page(), UNKNOWN)
    assert HEADING in texts(page)
    assert "day looks like times" in texts(page) and "each row is one step" in texts(page)
    assert asked(page) == []


def test_a_turned_table_stands_beside_its_series_and_may_be_left_as_it_is():
    page = upload(open_page(), WEEKDAYS)
    assert toggle(page).value is True
    before, after = (frame.value for frame in page.dataframe)
    assert list(before.columns) == ["week", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert list(after.iloc[:, 0][:2]) == ["2024-01-01", "2024-01-02"] and list(after.iloc[:, 1]) == [*range(7), 1]
    toggle(page).set_value(False).run()
    assert toggle(page).value is False
    assert len(page.dataframe) == 1
    assert len(used(page).values) == 70
    toggle(page).set_value(True).run()
    assert len(used(page).values) == 490


def test_answers_are_where_the_next_table_of_the_same_columns_begins():
    page = upload(open_page(), daily(SPIKE, WAVE, header="day,load,wind"))
    page.multiselect(key=next(m.key for m in page.multiselect if m.key.startswith("extras"))).select("wind").run()
    question(page, "far outside").set_value("missing").run()
    assert RECALLED not in texts(page)
    upload(page, daily([*SPIKE[:-1], 21], WAVE, header="day,load,wind"), "next.csv")
    assert RECALLED in texts(page)
    assert question(page, "far outside").value == "missing"
    series = used(page)
    assert list(series.filled) == [50] and list(series.extras) == ["wind"]
    button(page, "Start afresh").click().run()
    assert RECALLED not in texts(page)
    assert question(page, "far outside").value == "keep"
    series = used(page)
    assert series.values.max() == 900_000 and not series.extras
    upload(page, daily(SPIKE, WAVE, header="day,load,wind"))
    assert RECALLED not in texts(page)


def test_an_answer_stays_where_the_question_does():
    page = upload(open_page(), daily(SPIKE, WAVE, header="day,load,wind"))
    question(page, "far outside").set_value("missing").run()
    page.multiselect(key=next(m.key for m in page.multiselect if m.key.startswith("extras"))).select("wind").run()
    assert question(page, "far outside").value == "missing"
    assert list(used(page).filled) == [50]


def test_a_table_of_other_columns_begins_at_the_guess():
    page = upload(open_page(), daily(SPIKE))
    question(page, "far outside").set_value("missing").run()
    upload(page, daily(SPIKE, header="day,sold"))
    assert RECALLED not in texts(page)
    assert question(page, "far outside").value == "keep"


def test_an_answer_waits_for_its_question():
    page = upload(open_page(), THOUSANDS)
    doubt = question(page, "either thousands or a fraction")
    doubt.set_value("." if doubt.value == "," else ",").run()
    upload(page, daily(WAVE).replace(b",", b"\t"))
    assert RECALLED not in texts(page)
    assert box(page, "Decimal sign").value == "."
    assert list(used(page).values[:3]) == WAVE[:3]


def test_a_code_for_no_value_is_remembered_where_it_is_the_same():
    page = upload(open_page(), daily(CODED))
    question(page, "-999 stands far").set_value(-999.0).run()
    upload(page, daily([-9999 if value == -999 else value for value in CODED]))
    assert RECALLED not in texts(page)
    assert question(page, "-9999 stands far").value is None


def test_a_series_that_was_picked_is_picked_again_where_there_is_one():
    label = "Which shop? Each is a series of its own"
    page = upload(open_page(), shops("north", "south"))
    box(page, label).set_value("south").run()
    assert [len(frame.value) for frame in page.dataframe] == [100, 8]
    upload(page, shops("south", "west"))
    assert RECALLED in texts(page) and box(page, label).value == "south"
    upload(page, shops("east", "west"))
    assert RECALLED not in texts(page) and box(page, label).value == ""


def sheet(values: list) -> list:
    return [["day", "load"], *([f"{day:%Y-%m-%d}", value] for day, value in zip(DAYS, values, strict=True))]


def test_a_sheet_is_read_again_where_there_is_one():
    page = upload(open_page(), workbook({"a": sheet(WAVE), "b": sheet(WAVE[::-1])}), "x.xlsx")
    box(page, "Sheet").set_value("b").run()
    upload(page, workbook({"a": sheet(WAVE), "b": sheet(CODED)}), "y.xlsx")
    assert RECALLED in texts(page) and box(page, "Sheet").value == "b"
    upload(page, workbook({"a": sheet(WAVE), "c": sheet(CODED)}), "z.xlsx")
    assert RECALLED not in texts(page) and box(page, "Sheet").value == "a"


def test_a_tab_remembers_the_newest_shapes_only(monkeypatch):
    kept = {}
    monkeypatch.setattr(state.st, "session_state", kept)
    for shape in range(state.MOST_SHAPES + 5):
        state.keep_choices(shape, {"value": "b"})
    assert len(kept["choices"]) == state.MOST_SHAPES
    assert state.choices_of(4) == {} and state.choices_of(5) == {"value": "b"}
    state.keep_choices(5, {})
    assert state.choices_of(5) == {} and len(kept["choices"]) == state.MOST_SHAPES - 1
