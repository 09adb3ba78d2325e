import pytest

from playground.words import number, percent


@pytest.mark.parametrize(("value", "said"), [(0.12345, "0.123"), (12.345, "12.3"), (999.4, "999"), (1234.5, "1,234")])
def test_numbers_have_three_digits(value, said):
    assert number(value) == said


@pytest.mark.parametrize(
    ("share", "said"), [(0.074, "7%"), (0.989, "99%"), (0.9996, "99.9%"), (1.0, "100%"), (1.2949, "129%")]
)
def test_only_a_whole_share_is_called_100_percent(share, said):
    assert percent(share) == said
