"""Texts in the encodings that people save them in come back letter by letter, or are refused."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.data import encodings
from playground.data.encodings import ENCODING_WORDS, encoding_of, text_in, told
from playground.data.reading import guess_reading, table_of

GERMAN = (
    "Größe und Höhe der Bäume über dem Fluß wurden täglich gemessen; die Lösung heißt „Überprüfung“.\n",
    "Straße;Menge;Wert\nMünchen;3,5;Käse\nKöln;4,2;Öl\nDüsseldorf;1;Süßwaren\nLübeck;2;Ärmel\n",
    "Außentemperatur in °C, Luftdruck in hPa, Niederschlag für Österreich\n",
)
CHINESE = (
    "每天早上他都会去公园散步，然后回家吃饭。昨天下雨了，所以他没有出门，只是坐在窗边看书。\n",
    "日期,开盘,最高,最低,收盘,成交量,涨跌幅\n2023年1月3日,1,2,3,4,5,6\n",
    "城市,空气质量,二氧化硫\n北京,3,4\n上海,5,6\n广州,1,2\n",
    "这家饭店的服务态度非常差，菜也不好吃，以后再也不会来了。\n",
)
JAPANESE = (
    "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。\n",
    "日付,最高気温,最低気温,降水量\n2024/01/01,3,4,5\n",
    "店舗,来客数\n新宿,3\n渋谷,4\n池袋,5\n",
    "データを読み込んでいます。しばらくお待ちください。\n",
)
KOREAN = (
    "오늘은 날씨가 매우 좋아서 친구들과 함께 한강 공원에 갔다.\n",
    "날짜,시가,고가,저가,종가,거래량\n2024-01-02,1,2,3,4,5\n",
    "지역,평균기온,강수량\n서울,1,2\n부산,2,3\n대구,4,5\n",
    "이 영화는 정말 재미있었어요. 다시 보고 싶습니다.\n",
)
TRADITIONAL = (
    "每天早上他都會去公園散步，然後回家吃飯。昨天下雨了，所以他沒有出門，只是坐在窗邊看書。\n",
    "日期,開盤價,最高價,最低價,收盤價,成交股數\n112/01/03,1,2,3,4,5\n",
    "縣市,平均溫度,雨量\n臺北,1,2\n高雄,2,3\n",
    "證券代號,證券名稱,成交筆數\n2330,台積電,3\n",
)
NATIONAL = {
    "cp1252": GERMAN,
    "gb18030": CHINESE,
    "cp932": JAPANESE,
    "euc_jp": JAPANESE,
    "cp949": KOREAN,
    "cp950": TRADITIONAL,
}
ANY = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
SAVED = [(encoding, text) for encoding, texts in NATIONAL.items() for text in texts] + [
    (encoding, text) for encoding in ANY for texts in NATIONAL.values() for text in texts
]


@pytest.mark.parametrize(("encoding", "text"), SAVED)
def test_a_text_comes_back_letter_by_letter(encoding, text):
    found = encoding_of(text.encode(encoding))
    assert found == encoding.removesuffix("-sig")
    assert text_in(text.encode(encoding), found) == text


@pytest.mark.parametrize("encoding", [*NATIONAL, *ANY])
def test_a_piece_of_a_text_comes_back_or_is_refused(encoding):
    """No piece of a text, however short, is read as another one where its language writes so."""
    draw, right = random.Random(1), 0
    for text in [*NATIONAL.get(encoding, ()), *(GERMAN + CHINESE + JAPANESE + KOREAN + TRADITIONAL)] * 10:
        if encoding in NATIONAL and text not in NATIONAL[encoding]:
            continue
        start = draw.randrange(len(text) // 2)
        piece = text[start : start + draw.randrange(6, 40)] + "\n"
        data = piece.encode(encoding)
        try:
            found = text_in(data, encoding_of(data))
        except ValueError as error:
            assert "do not tell which other encoding" in str(error)
        else:
            assert found == piece
            right += 1
    assert right > 20


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_ascii_is_always_utf_8(text):
    data = text.replace("\0", "").encode()
    assert encoding_of(data) == "utf-8" and told("utf-8") == ()


@given(st.text())
def test_whatever_is_written_in_utf_8_stays_so(text):
    text = text.replace("\0", "")
    assert text_in(text.encode(), encoding_of(text.encode())) == text.removeprefix("\ufeff")


@given(st.binary(max_size=200))
def test_any_bytes_have_an_encoding_that_is_told_or_a_sentence(data):
    try:
        found = encoding_of(data)
    except ValueError as error:
        assert "\n" not in str(error)
    else:
        assert found in ENCODING_WORDS


@pytest.mark.parametrize(
    "text",
    [
        "temp in °C;25\n",
        "Änderung\n1\n",
        "it’s 5 µg/m³\n",
        "“quoted” – naïve\n",
        "10 £ · 12 €\n",
        "Señor Muñoz, ¿qué?\n",
    ],
)
def test_a_single_sign_of_the_west_is_not_taken_for_the_east(text):
    assert encoding_of(text.encode("cp1252")) == "cp1252"


def test_what_lies_beyond_the_sample_counts_too(monkeypatch):
    monkeypatch.setattr(encodings, "SAMPLE_BYTES", 300)
    late = b"1,2\n" * 1000 + CHINESE[0].encode("gb18030")
    assert encoding_of(late) == "gb18030"
    data = CHINESE[0].encode("gb18030") * 20 + b"\x81\n"
    with pytest.raises(ValueError, match="do not tell which other encoding"):
        encoding_of(data)


def test_a_table_says_how_its_text_is_read_unless_it_was_said():
    rows = "".join(f"2023-01-{day:02d},{day * 7 % 13}\n" for day in range(1, 29))
    data = ("日期,收盘价\n" + rows).encode("gbk")
    reading = guess_reading(data, "x.csv")
    assert reading.notes == ("the text is read as GB18030 (Chinese)",)
    assert (reading.encoding, reading.value) == ("gb18030", "收盘价")
    assert table_of(data, reading).columns["收盘价"][:2] == ["7", "1"]
    assert guess_reading(data, "x.csv", encoding="gb18030").notes == ()
    assert np.array_equal(table_of(data, reading).rows[:2], [2, 3])
