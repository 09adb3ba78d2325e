"""The encoding of a text, found by evidence in its bytes and told.

Byte order marks and UTF-8 are certain. For the rest, each candidate that decodes strictly is scored by what it makes
of the bytes: letters that are common in its language speak for it, rare ones against it. Each national standard
lists its common characters first, which is where most of the tables here come from.
"""

from __future__ import annotations

import codecs
import functools
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal, get_args

Encoding = Literal[
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "cp950", "cp932", "euc_jp", "cp949", "cp1252"
]

ENCODING_WORDS: dict[Encoding, str] = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16, little end first",
    "utf-16-be": "UTF-16, big end first",
    "gb18030": "GB18030 (Chinese)",
    "cp950": "Big5 (traditional Chinese)",
    "cp932": "Shift_JIS (Japanese)",
    "euc_jp": "EUC-JP (Japanese)",
    "cp949": "EUC-KR (Korean)",
    "cp1252": "Windows-1252 (Western European)",
}
"""What an encoding is called."""

SAMPLE_BYTES = 200_000
"""Bytes that are scored, from the first that is not ASCII."""

LEAST_SCORE = 0.25
"""Mean score of a character below which an encoding is not believed; 1 is a text of common letters alone."""

LEAST_LEAD = 0.1
"""How much the best must be ahead of the next that makes another text of the bytes."""

CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
"""Signs that no text has."""

_MARKS: dict[bytes, Encoding] = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}

_CHINESE = (
    "的一是不了在人有我他大上小中下来到地以可也你生能子那得自之年作里用道行所家事成方多去法如同天分好心本前但因只"
    "想日力它把十民第公此已工使情明性知全三又正外最重物手向文美相二等新果加月合回特代信表化老位次度先海通教原水名"
    "口平系色期高低量手元收成交入出金今早晚星球市店品市均温度值春夏秋冬河草花木雨雪北南西京山"
)
_SIMPLIFIED = _CHINESE + (
    "这个们为和国说时要就出会对着过发后然种经么学都现当没动面起看定进还部其些主样理她开从实军者意无长机关点业将两间由"
    "问很并应战头体政见利什产或己制身价盘额开时间数据销售气湿类标签万亿涨跌幅换总东华车电话"
)
_TRADITIONAL = _CHINESE + (
    "這個們為和國說時要就會對著過發後然種經麼學都現當沒動面起看定進還部其些主樣理她開從實軍者意無長機關點業將兩間由"
    "問很並應戰頭體政見利什產或己制身價盤額來於時間數據銷售氣濕類標籤萬億漲跌幅換總臺灣東華車電話裡溫"
)
_JAPANESE = (
    "日月年時分秒人数量値売上高気温度金額価格終始最低件処理名前後中大小出入本国会社生学行見今何私者事物方場所手間新"
    "東京都道府県市区町村山川田木水火土電話番号合計平均商品予定実績当期単位円税込率種類番車線春夏秋冬春朝夜雨雪海花"
)
_KOREAN = (
    "이다의는에을를가은한고하지로기사도그인서어나대아자시리일정과들해전제수있보스원상부장라만주여성와국조요구위것년적세안"
    "계공동관비유경신선진미무없생할소게당연까중교등면개간화발문모분방행학회내실업결때월날짜격종저거래량온매출값았었니습서울"
    "했된되명물용천백목금토품총외최초달말오우차산식표트드르데으며우러터바람람노하늘봄여름가을겨울강"
)
_LETTERS = "äöüßéèêëàâáíìîïóòôúùûñçøåæœãõýþð"
_CAPITALS = "ÄÖÜÉÈÀÁÅØÆÑÇÓÚÍ"
_WESTERN = re.compile(
    rf"(?<![\dÀ-ÿ])(?:[{_LETTERS}]{{1,2}}|[{_CAPITALS}])(?![\dÀ-ÿ])"  # in a word, alone or two small ones
    r"|(?<=\w)[’´](?!\d)|(?<!\w)[“„‘«¿¡](?=\w)|(?<=[\w.,!?])[”“’»…](?!\w)|(?<=[\s\d])[–—](?=[\s\d])"  # a pair, a dash
    r"|(?<![^\x00-\x7f])[°²³µ€£§±·×½](?![^\x00-\x7f])|\xa0"  # a unit
)
"""Letters and signs beyond ASCII as Western texts have them."""
_TORN = re.compile(r"[ÂÃ][^\x00-\x7f]")
"""What UTF-8 becomes in a file of both; it speaks neither for nor against."""
_KANA = "".join(map(chr, (*range(0x3041, 0x3094), *range(0x30A1, 0x30F7), 0x30FC)))
_SIGNS = "、。，．：；？！「」『』（）《》【】〈〉…—·・～　％℃°±×‘’“”㎡々" + "".join(map(chr, range(0xFF10, 0xFF5B)))
_LOOK_BACK = 2


def _rows(encoding: str, first: int, last: int) -> str:
    """Return the characters of a standard's rows, in which the common ones stand."""
    trail = range(0x40, 0xFF)
    return "".join(bytes((lead, low)).decode(encoding, "ignore") for lead in range(first, last + 1) for low in trail)


@functools.cache
def _scores(encoding: Encoding) -> Mapping[str, float]:
    """Return what each character says for an encoding; one that is not listed speaks against it."""
    standard = {
        "cp950": (_TRADITIONAL, _rows("big5", 0xA4, 0xC6)),
        "cp932": (_JAPANESE + _KANA, _rows("cp932", 0x88, 0x97)),
        "euc_jp": (_JAPANESE + _KANA, _rows("euc_jp", 0xB0, 0xCF)),
        "cp949": (_KOREAN, _rows("euc_kr", 0xB0, 0xC8)),
        "gb18030": (_SIMPLIFIED, _rows("gb2312", 0xB0, 0xD7)),
    }
    common, usual = standard.get(encoding, ("", ""))
    if not common or encoding == "gb18030":  # those that write any language
        common += "".join(letters for letters, _ in standard.values()) + _LETTERS + _CAPITALS
        usual += "".join(letters for _, letters in standard.values())
    if not standard.get(encoding):
        common += "".join(map(chr, range(0x20, 0x7F))) + "\t\r\n"
    return dict.fromkeys(usual, 0.3) | dict.fromkeys(_SIGNS, 0.5) | dict.fromkeys(common, 1.0)


def encoding_of(data: bytes) -> Encoding:
    """Return the encoding of a text: certain, or the one that the evidence speaks for.

    Raises:
        ValueError: if the evidence speaks for none, or for more than one.
    """
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return encoding
    unicode = _decoded(data, "utf-8") is not None
    if unicode and b"\0" not in data:
        return "utf-8"
    scores = sorted(((score, encoding) for encoding, score in _candidates(data)), reverse=True)
    found = [(score, encoding, text) for score, encoding in scores if (text := _decoded(data, encoding))]
    if found and found[0][0] >= LEAST_SCORE:
        best, encoding, text = found[0]
        lead = LEAST_LEAD * 5 if encoding == "cp1252" else LEAST_LEAD
        if all(best - score >= lead or other == text for score, _, other in found[1:]):
            return encoding
    if unicode:
        return "utf-8"
    raise ValueError(
        "the file must be text, but its bytes are no UTF-8 and do not tell which other encoding they are in; "
        "save it in UTF-8"
    )


def text_in(data: bytes, encoding: Encoding) -> str:
    """Return the text, without a byte order mark.

    Raises:
        ValueError: if the bytes are no text in this encoding.
    """
    try:
        return data.decode("utf-8-sig" if encoding == "utf-8" else encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        name = ENCODING_WORDS[encoding]
        raise ValueError(f"the file must be text, but byte {error.start} is none in {name}; save it in UTF-8") from None


def told(encoding: Encoding, what: str = "the text is") -> tuple[str, ...]:
    """Return a sentence on an encoding that was found, none on UTF-8; `what` begins it."""
    doubt = "; check letters such as é" if encoding == "cp1252" else ""
    return () if encoding == "utf-8" else (f"{what} read as {ENCODING_WORDS[encoding]}{doubt}",)


def _decoded(data: bytes, encoding: Encoding) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _candidates(data: bytes) -> Iterable[tuple[Encoding, float]]:
    """Yield the encodings that may be meant, with the mean score of their characters in the sample.

    One that stands in every row of a table counts little more than one that stands there once.
    """
    first = re.search(rb"[\x00\x80-\xff]", data)
    start = max((first.start() if first else 0) - _LOOK_BACK, 0) & ~1
    sample = data[start : start + SAMPLE_BYTES]
    for encoding in get_args(Encoding)[2:]:
        wide = encoding.startswith("utf-16")
        if wide and len(data) % 2:
            continue
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(sample)
        except UnicodeDecodeError:
            continue
        if CONTROL.search(text):
            continue
        if encoding == "cp1252":
            yield encoding, _western(text)
            continue
        scores = _scores(encoding)
        counts = {letter: math.log1p(n) for letter, n in Counter(text).items() if wide or not letter.isascii()}
        if total := sum(counts.values()):
            half = (0.0 if "\uff61" <= letter <= "\uff9f" else -1.0 for letter in counts)
            yield encoding, sum(scores.get(s, other) * counts[s] for s, other in zip(counts, half, strict=True)) / total


def _western(text: str) -> float:
    """Return the mean score of the letters beyond ASCII: those as the West writes them for, rows of others against."""
    text = "\n".join(set(re.findall(r"[\x00-\x7f]?[^\x00-\x7f]+[\x00-\x7f]?", text)))
    fitting = sum(len(found[0]) for found in _WESTERN.finditer(text))
    strange = sum(len(run) for run in re.findall(r"[^\x00-\x7f]{2,}", _TORN.sub(" ", _WESTERN.sub(" ", text))))
    return (fitting - strange) / max(len(re.findall(r"[^\x00-\x7f]", text)), 1)
