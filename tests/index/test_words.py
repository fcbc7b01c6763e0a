"""Words and their weights: stems, stop words, and the share of a question."""

from __future__ import annotations

import unicodedata
from dataclasses import astuple

import pytest

from index.text.languages import detect, spoken
from index.text.negation import asks_what_is_not, negates
from index.text.words import (
    names,
    question_words,
    stems,
    terms,
    words,
)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("The ships were sailing.", "en", ["ship", "^ships", "were", "^were", "sail", "^saili"]),
        (
            "How many troops did it take?",
            "en",
            ["troop", "^troop", "take", "^take"],
        ),
        ("5,000 cafés", "en", ["5000", "^5000", "café", "^cafes"]),
        ("Корабли в НАТО", "ru", ["корабл", "^кораб", "нат", "^нато"]),
        ("Ещё ёлки", "ru", ["елк", "^елки"]),
        ("Уже drones", "ru", ["drone", "^drone"]),
        ("Die Häuser", "de", ["haus", "^hause"]),
        ("Жаңы китептер", "ky", ["жаң", "^жаңы", "китеп", "^китеп"]),
        ("", "en", []),
        ("?!… 🐚", "en", []),
    ],
)
def test_terms_are_the_stems_and_beginnings_of_what_is_no_stop_word(
    text: str, language: str, expected: list[str]
) -> None:
    assert terms(text, language) == expected


@pytest.mark.parametrize(
    ("forms", "language"),
    [
        ("кеме кемелер кемеде кемесі кемелерінің кемеден", "kk"),
        ("ұшақ ұшақтар ұшағы ұшақпен ұшақтың", "kk"),
        ("сағат сағатта сағаты сағаттан", "kk"),
        ("дүкөн дүкөндөр дүкөндө дүкөнү", "ky"),
        ("айыл айылдар айылы айылда айылдын", "ky"),
        ("kutubxona kutubxonada kutubxonaning kutubxonasi", "uz"),
        ("мактаб мактаблар мактабда мактабнинг", "uz"),
    ],
)
def test_the_forms_of_a_noun_share_their_stem(forms: str, language: str) -> None:
    assert len(set(stems(forms, language))) == 1


@pytest.mark.parametrize(
    ("text", "language"),
    [("жыл жыр", "kk"), ("тоо төө", "ky"), ("bola bosh", "uz"), ("2021 2022", "kk")],
)
def test_other_words_have_another_stem(text: str, language: str) -> None:
    assert len(set(stems(text, language))) == 2


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("Ameisensäure für Königin", "de", 2),
        ("Ученический кружок", "ru", 2),
        ("किताब पढ़ना", "hi", 2),
    ],
)
def test_a_letter_and_its_marks_are_one_however_written(
    text: str, language: str, count: int
) -> None:
    """As on macOS and in some PDFs, where ü is two characters, and in scripts whose vowels are."""
    composed, apart = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert terms(composed, language) == terms(apart, language)
    assert len(stems(apart, language)) == count


@pytest.mark.parametrize(
    ("text", "among", "expected"),
    [
        ("How many troops will take part?", (), "en"),
        ("Сколько военных примут участие?", (), "ru"),
        ("Қанша әскер қатысады?", (), "kk"),
        ("Китептин авторлору ким болгон жана качан жазылган?", (), "ky"),
        ("Wie viele Soldaten nehmen teil?", ("de", "en"), "de"),
        ("two\nlines of\nEnglish words", ("de", "en"), "en"),
        ("Anything at all", ("ru",), "ru"),
        ("12345 🐚", ("en", "ru"), "en"),
        ("", (), "en"),
    ],
)
def test_the_language_is_told_among_those_that_can_be(
    text: str, among: tuple[str, ...], expected: str
) -> None:
    assert detect(text, among) == expected


def test_question_words_are_found_where_they_stand() -> None:
    text = "In which year, and who?"
    assert [span.of(text) for span in question_words(text, "en")] == ["which", "who"]
    for text, language, word in (
        ("Wer war das?", "de", "Wer"),
        ("Son otobüs ne zaman kalkıyor?", "tr", "ne"),
        ("Китепкана качан ачылат?", "ky", "качан"),
    ):
        assert [span.of(text) for span in question_words(text, language)] == [word]
    assert question_words("Vem var det?", "sv") == []


def test_small_words_of_other_languages_are_no_words_to_look_for() -> None:
    assert stems("Коли відкривається бібліотека і де вона?", "uk") == stems(
        "відкривається бібліотека", "uk"
    )
    assert stems("Don't they open?", "en") == stems("open they", "en")


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("When did Ada Brandt open it, in 1872?", "en", ["Ada", "Brandt", "1872"]),
        ("Lindmouth has a harbour. Ferries leave it?", "en", []),
        ("“Titanic” sank in which year", "en", []),
        ("WHEN DID ADA BRANDT OPEN IT", "en", []),
        ("When Does The Last Ferry Leave", "en", []),
        ("who was ada brandt", "en", []),
        ("Кто открыл библиотеку на Садовой улице?", "ru", ["Садовой"]),
        ("Wann fuhr das erste Schiff, 1872?", "de", ["1872"]),
    ],
)
def test_names_and_numbers_are_found_in_a_question(
    text: str, language: str, expected: list[str]
) -> None:
    assert [word.span.of(text) for word in names(text, language)] == expected


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("Dogs may not enter.", "en", True),
        ("Don’t feed the seals.", "en", True),
        ("It opened without a licence.", "en", True),
        ("Non-members pay.", "en", True),
        ("Smoking is prohibited.", "en", True),
        ("The museum is closed on Mondays.", "en", True),
        ("Knots, bands and notes are noted close by.", "en", False),
        ("Собак не пускают.", "ru", True),
        ("Вход воспрещён.", "ru", True),
        ("Небо синее.", "ru", False),
        ("Hunde sind erlaubt.", "de", False),
        ("Honden zijn toegestaan.", "nl", True),
    ],
)
def test_a_sentence_says_that_something_is_not_so(text: str, language: str, said: bool) -> None:
    """In a language whose words for it are not listed, any may."""
    assert negates(text, language) is said


@pytest.mark.parametrize(
    ("question", "language", "asked"),
    [
        ("Who may not enter?", "en", True),
        ("What doesn't the ticket include?", "en", True),
        ("Good morning! On which days isn't it open?", "en", True),
        ("Who may enter?", "en", False),
        ("Isn't there a ferry on Sundays?", "en", False),
        ("Hello, is there no ferry on Sundays?", "en", False),
        ("Ferries leave daily, don’t they?", "en", False),
        ("May dogs enter or not?", "en", False),
        ("I can't log in. How do I get a new password?", "en", False),
        ("What happens if I do not pay on time?", "en", False),
        ("What is the phone no. of the harbour?", "en", False),
        ("Who wrote “Much Ado About Nothing”?", "en", False),
        ("Which cities have no fewer than two harbours?", "en", False),
        ("Can I enter without a ticket?", "en", False),
        ("Кому нельзя входить?", "ru", True),
        ("В какие дни он не работает?", "ru", True),
        ("Вы не знаете, где музей?", "ru", False),
        ("Здравствуйте! Не подскажете, где музей?", "ru", False),
        ("Нет ли парома в воскресенье?", "ru", False),
        ("Можно входить или нет?", "ru", False),
        ("Что делать, если не приходит письмо?", "ru", False),
        ("Was passiert, wenn ich nicht zahle?", "de", False),
        ("¿Qué pasa si no pago a tiempo?", "es", False),
        ("Si je ne paie pas, que se passe-t-il ?", "fr", False),
        ("Wer schrieb „Nicht ohne meine Tochter“?", "de", False),
        ("Wie mag niet naar binnen?", "nl", False),
    ],
)
def test_a_question_asks_for_what_is_not_so(question: str, language: str, asked: bool) -> None:
    """Who asks politely, under a condition, or whether it is so or not, does not."""
    assert asks_what_is_not(question, language) is asked


def test_who_asks_is_no_name_and_no_word_to_look_for() -> None:
    assert names("Where can I leave my bicycle?", "en") == []
    assert stems("Where can I leave my bicycle?", "en") == ["leav", "bicycl"]
    assert stems("Where in the US is the mine?", "en") == ["us", "mine"]


def test_a_raised_digit_does_not_change_the_number_before_it() -> None:
    assert stems("500¹ crowns", "en") == stems("500 crowns", "en")
    assert stems("10⁶", "en") != stems("106", "en")
    assert stems("H₂O", "en") == stems("H2O", "en")


def test_words_of_scripts_without_spaces_are_pairs_of_letters() -> None:
    assert stems("東京タワーは333メートル", "ja")[:4] == ["東京", "京タ", "タワ", "ワー"]
    assert "333" in stems("東京タワーは333メートル", "ja")
    assert set(stems("北京大学", "zh")) <= set(stems("他在北京大学学习。", "zh"))
    assert not set(stems("上海", "zh")) & set(stems("他在北京大学学习。", "zh"))
    # a word of other letters within them stays whole
    assert "iphone15" in stems("新的iPhone15发布", "zh")


def test_every_letter_of_an_unspaced_text_is_in_a_word() -> None:
    for text in ("図書館", "สวัสดีครับ", "水", "第3回大会"):
        covered = {place for word in words(text, "ja") for place in range(*astuple(word.span))}
        assert covered == set(range(len(text)))


@pytest.mark.parametrize(
    "question",
    ["do i need a doctors note when im sick", "sick note when", "max hotel price", "wifi", "123"],
)
def test_an_unsure_guess_leaves_english_possible(question: str) -> None:
    assert "en" in spoken(question, {"en", "de", "ru"})[1]


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Кто участвовал в учениях?", "ru"),
        ("Wie hoch ist der Turm?", "de"),
        ("东京塔有多高？", "zh"),
        ("ما هو ارتفاع البرج؟", "ar"),
    ],
)
def test_a_question_may_be_in_none_of_the_documents_languages(question: str, language: str) -> None:
    assert spoken(question, {"en"}) == (language, frozenset())
    assert spoken(question, {"en", language}) == (language, frozenset({language}))
