"""Bytes -> characters, as browsers and editors find them."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import readers
from index.errors import DocumentError
from index.readers import File, encodings

RUSSIAN = "Библиотека открыта каждый день, кроме воскресенья."


@pytest.mark.parametrize(
    ("label", "codec", "words"),
    [
        ("cp1251", "cp1251", RUSSIAN),
        ("x-cp1251", "cp1251", RUSSIAN),
        ("KOI8-R", "koi8_r", RUSSIAN),
        ("latin1", "cp1252", "Fünf € – “gut”."),
        ("us-ascii", "cp1252", "Fünf € – “gut”."),
        ("gb2312", "gb18030", "朱镕基图书馆"),
        ("x-sjis", "cp932", "①髙橋㈱"),
        ("euc-kr", "cp949", "똠방각하"),
        ("euc-jp", "euc_jis_2004", "①受付"),
        ("big5", "big5hkscs", "圖書館"),
        ("windows-874", "cp874", "ห้องสมุด"),
        ("tis-620", "cp874", "ห้องสมุด"),
        ("iso-8859-9", "cp1254", "ığdır"),
        ("iso-8859-8-i", "iso8859_8", "שלום"),
        ("utf-16", "utf-8", "Ünder"),
    ],
)
def test_a_page_is_read_by_the_label_that_it_names(label: str, codec: str, words: str) -> None:
    page = f"<meta charset={label}><p>{words}".encode(codec)
    assert encodings.charset(page) == label
    assert encodings.decode_page(page, label).endswith(words)


@pytest.mark.parametrize(
    ("head", "label"),
    [
        (b'<?xml version="1.0" encoding="windows-1251"?><html>', "windows-1251"),
        (b"<head><style>" + b"/* x */" * 2_000 + b"</style><meta charset=big5>", "big5"),
        (b"<!-- <meta charset=gbk> --><meta charset=koi8-r>", "koi8-r"),
        (b"<!-- <meta charset=gbk>", None),
        (b"<body><p>a meta charset=gbk", None),
    ],
)
def test_the_label_is_looked_for_in_the_whole_head(head: bytes, label: str | None) -> None:
    assert encodings.charset(head) == label


@pytest.mark.parametrize(
    ("codec", "words"),
    [
        ("cp1251", "Город;Тариф;Срок\nКазань;1 200,50;2 дня\nОмск;900,00;5 дней\n"),
        ("cp1251", "Товар;Цена\nЧай;1,5\nКофе;2,5\nМолоко;3,5\n"),
        ("cp1251", "Прибор;Мощность\nЧайник iPhone;2 кВт\nНасос для дома;3 кВт\nЛампа;5 Вт\n"),
        ("koi8_r", "Товар;Цена\nЧай;10\nКофе;20\n"),
        ("cp1252", "Dish;Price\nSoup;6.50 €\nRice;1,250.00 €\n"),
        ("cp1252", "Dish;Price\nSoup;£6.50\nRice;£7.25\n"),
        ("cp1252", "Ort;Straße;Größe\nKöln;Hauptstraße;20 m²\nMünchen;Café-Gäßchen;30 m²\n"),
        ("cp1250", "Miasto;Ulica;Opłata\nŁódź;Główna;15,50 zł\nKraków;Długa;20,00 zł\n"),
        ("cp1253", "Πόλη;Τιμή\nΑθήνα;15 ευρώ τον μήνα\nΠάτρα;20 ευρώ\n"),
        ("cp1255", "עיר;מחיר\nירושלים;15 שקלים\nחיפה;20 שקלים לחודש\n"),
    ],
)
def test_a_small_table_is_read_in_the_encoding_of_its_country(codec: str, words: str) -> None:
    assert encodings.decode(words.encode(codec)) == words


def test_a_page_that_names_no_encoding_is_read_without_its_tags() -> None:
    page = f"<title>Зал</title><p>{RUSSIAN}&nbsp;<p>"
    assert encodings.decode_page(page.encode("cp1251")) == page


def test_bytes_that_are_wrong_are_shown_as_wrong() -> None:
    assert encodings.decode_page("5 € – caf".encode() + b"\xe9", "utf-8") == "5 € – caf\ufffd"
    assert encodings.decode_page(b"caf\xe9 \x81 mark", "iso-8859-1") == "café \ufffd mark"
    long = "Ünder the bridge. " * 40
    assert encodings.decode_page(long.encode() + b"\xe9", None) == long + "\ufffd"
    # no codec of Python but those of the web is ever used
    assert encodings.decode_page(b"abc-", "punycode") == "abc-"


@pytest.mark.parametrize(
    ("words", "codec"),
    [
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"),
        (RUSSIAN, "mac_cyrillic"),
        ("Библиотека открыта с девяти. Читальный зал работает каждый день.", "cp1251"),
        ("Бібліотека відкрита з 9 до 18. Їжу приносити не можна, є ґанок.", "cp1251"),
        ("Die Tür schließt um zehn Uhr.", "cp1252"),
        ("Le musée est fermé à Noël.", "cp1252"),
        ("Biblioteka jest otwarta od dziewiątej, zamknięta w święta.", "cp1250"),
        ("Η βιβλιοθήκη ανοίγει στις εννέα.", "cp1253"),
        ("图书馆每天九点开门，星期天不开门。", "gb18030"),
        ("図書館は九時に開きます。", "cp932"),
        (RUSSIAN, "utf-16-le"),
        (RUSSIAN, "utf-16-be"),
        ("Doors close at ten.\r\n", "utf-16-le"),
        ("Doors close at ten.", "utf-16"),
        ("Doors close at ten.", "utf-8"),
    ],
)
def test_a_plain_text_is_read_if_its_encoding_is_sure(words: str, codec: str) -> None:
    assert encodings.decode(words.encode(codec)) == words


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("Привет".encode("cp1251"), r"not UTF-8 \(byte 0 of 6\), and its encoding is unclear"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a binary file"),
        (b"plain\0text", "a binary file"),
        (bytes(range(1, 256)) * 3, "not UTF-8"),
        (b"\xff\xfea", "not UTF-8"),
        (rb"{\rtf1\u99999999999?}", "an RTF file that is damaged; save it as .docx"),
    ],
)
def test_what_is_not_sure_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        encodings.decode(data)


def test_rtf_under_the_name_of_a_text_is_read_without_its_codes() -> None:
    data = (
        rb"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0\fcharset204 Arial;}}\f0 \'c4\'e0. Fee 500{\super 1}"
        rb" crowns, \strike 120\strike0 90.{\v hidden}\par Doors close at ten.}"
    )
    document = readers.read(File("a.txt", Path("a.txt")), data)
    assert document.text.split("\n")[:2] == ["Да. Fee 500^1 crowns, 90.", "Doors close at ten."]
