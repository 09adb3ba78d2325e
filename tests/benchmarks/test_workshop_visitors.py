"""What the visitors of the benchmarks bring."""

from benchmarks.workshop import TABLE
from playground.data.reading import guess_reading
from playground.data.uploads import make_series


def test_the_table_that_visitors_upload_is_one_that_can_be_used():
    series, _ = make_series(TABLE, guess_reading(TABLE, "table.csv"))
    assert len(series.values) == 240
