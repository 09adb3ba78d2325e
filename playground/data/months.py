"""Names of months in the languages that tables come in, as English has them."""

from __future__ import annotations

import re
import unicodedata

_NAMES = """
en January February March April May June July August September October November December
en Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec
de Januar Februar März April Mai Juni Juli August September Oktober November Dezember
de Jan Feb Mrz Apr Mai Jun Jul Aug Sep Okt Nov Dez
fr janvier février mars avril mai juin juillet août septembre octobre novembre décembre
fr janv févr mars avr mai juin juil août sept oct nov déc
es enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
es ene feb mar abr may jun jul ago sept oct nov dic
pt janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
pt jan fev mar abr mai jun jul ago set out nov dez
it gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
it gen feb mar apr mag giu lug ago set ott nov dic
nl januari februari maart april mei juni juli augustus september oktober november december
nl jan feb mrt apr mei jun jul aug sep okt nov dec
pl styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień
pl sty lut mar kwi maj cze lip sie wrz paź lis gru
ru январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь
ru янв фев мар апр май июн июл авг сен окт ноя дек
tr Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık
tr Oca Şub Mar Nis May Haz Tem Ağu Eyl Eki Kas Ara
sv januari februari mars april maj juni juli augusti september oktober november december
ru января февраля марта апреля мая июня июля августа сентября октября ноября декабря
pl stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
uk січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень
uk січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
ar يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
hi जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर
bn জানুয়ারি ফেব্রুয়ারি মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর
ur جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر
ja 1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月
id Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember
"""
"""A line for each way to write the twelve."""

_ALONE = {"sept": 9, "jänner": 1, "feber": 2, "mär": 3}
_WORD = re.compile(r"[^\s\d.,;:/_-]+\.?")


def plain_word(word: str) -> str:
    return unicodedata.normalize("NFC", word.rstrip(".")).casefold()


def _numbers() -> dict[str, int]:
    numbers = {plain_word(word): number for word, number in _ALONE.items()}
    for line in _NAMES.strip().splitlines():
        numbers |= {plain_word(word): number for number, word in enumerate(line.split()[1:], 1)}
    return numbers


NUMBERS = _numbers()
"""Name of a month, in small letters and without a point -> its number."""

_FULL = _NAMES.strip().splitlines()[0].split()[1:]


def in_english(cell: str, *, full: bool) -> str:
    """Return a date with its month as English writes it, in full or with three letters; other words stay."""

    def said(found: re.Match[str]) -> str:
        number = NUMBERS.get(plain_word(found[0]))
        return found[0] if number is None else _FULL[number - 1] if full else _FULL[number - 1][:3]

    return _WORD.sub(said, cell)
