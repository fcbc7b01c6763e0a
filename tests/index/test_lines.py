"""Lines of plain text: what is wrapped prose, and what says something line by line."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from index import readers
from index.readers import File
from index.text import passages
from index.types import Document


def read(text: str) -> Document:
    document = readers.read(File("a.txt", Path("a.txt")), text.encode())
    assert document.text == text
    return document


def sentences(text: str) -> list[str]:
    document = read(text)
    return [span.of(document.text) for span in document.sentences]


@pytest.mark.parametrize(
    "lines",
    [
        ["[05.03.24, 09:12:33] Anna: who has the key? I need it", "[05.03.24, 09:13:01] Bo: me"],
        [
            "12/05/2024, 10:15 - Anna: the boat leaves at 9\nand be on time",
            "12/05/2024, 10:16 - Bo: ok",
        ],
        ["[10:15] <anna> hi", "[10:16] <bo> the server restarts at noon"],
        ["2024-05-12 10:15:03 INFO job 7 started", "2024-05-12 10:15:09 ERROR job 7 failed"],
        ["00:01:05 Speaker 1\nwhen was it built", "00:01:09 Speaker 2\nin the spring of 1998"],
        ["ANNA: how long is it", "BO: two hundred metres from the gate", "ANNA: thanks"],
        ["Phone: 555 0100", "Opening hours: 9 to 17", "Wi-Fi: sunflower"],
        ["Milk 2 euros", "Bread from the farm 3 euros", "Fish 10 euros"],
        ["– Milk on Monday, and if the shop\n  is closed on Tuesday", "– Bread on Friday"],
        ["→ Milk on Monday", "→ Bread on Tuesday"],
        ["☐ Lock the doors", "☑ Feed the cat"],
        ["✓ Wine", "✓ Bread", "✓ Salt"],
        ["Birch       30 euros  12", "Cedar       75 euros  40"],
        ["Olga\tSales\t555 0102", "Ada\tLegal\t555 0103"],
        ["host=alpha.example", "port=8080", "user=anna"],
        ["May 12 10:15:03 host cron: job 7", "May 12 10:16:03 host cron: job 8"],
        ["Ada;Sales;555", "Olga;Legal;556", "Bo;Law;557"],
        ["Harbour House", "12 High Street", "Lindmouth"],
        ["— Когда откроется музей?", "— В десять часов.", "— Спасибо."],
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_that_say_something_each_are_sentences(lines: list[str], ending: str) -> None:
    lines = [line.replace("\n", ending) for line in lines]
    assert sentences(ending.join(lines) + ending) == lines


PROSE = """The harbour was built in the spring of 1871 by the county, after a storm had taken the
old pier. It has two piers: the northern one, which is of stone, and the southern one, which is of
wood. Note: dogs are allowed on the southern pier only – as long as they are led. Anna Brandt, who
designed it, lived in Lindmouth until her death in 1902, and nobody knows (or tells) why: she left
no letters. The A. Brandt Society of Lindmouth, founded in 1950, keeps what she drew."""


@pytest.mark.parametrize("width", [32, 40, 55, 72, 100])
def test_wrapped_prose_stays_prose(width: int) -> None:
    wrapped = textwrap.fill(PROSE.replace("\n", " "), width)
    found = [" ".join(sentence.split()) for sentence in sentences(wrapped)]
    assert found == sentences(PROSE.replace("\n", " "))
    assert len(found) == 5
    assert len(read(wrapped).paragraphs) == 1


def test_lines_too_long_to_be_wrapped_are_paragraphs() -> None:
    prose = PROSE.replace("\n", " ")
    several = ["The harbour", prose, "Opening", prose.replace("1871", "1903"), "It never closes."]
    text = "\n".join(several)
    document = read(text)
    assert [span.of(text) for span in document.paragraphs] == several
    items = ["Please note:", f"- {prose}", "- Dogs stay on the\n  southern pier."]
    text = "\n".join(items)
    assert [span.of(text) for span in read(text).paragraphs] == items


def test_the_first_row_is_a_label_if_it_names_the_figures_below() -> None:
    rows = "Name\tPhone\nAda\t555 0101\nOlga\t555 0102"
    [passage] = passages.split(read(rows))
    assert [passage.quote(label) for label in passage.labels] == ["Name\tPhone"]
    [passage] = passages.split(read(rows.partition("\n")[2] + "\nBo\t555 0103"))
    assert passage.labels == ()
    drawn = "+----+----+\n| Who | Room |\n+====+====+\n| Ada | 12 |\n| Olga | 14 |\n+----+----+"
    [passage] = passages.split(read(drawn))
    assert [passage.quote(label) for label in passage.labels] == [drawn.partition("\n| Ada")[0]]
    assert passage.quote(passage.body[0]) == "| Ada | 12 |"
    [passage] = passages.split(read("Who;Room\nAda;12\nOlga;14"))
    assert [passage.quote(label) for label in passage.labels] == ["Who;Room"]
    # a line below a title draws no table
    [passage] = passages.split(read("Rooms\n-----\nAda sits in room 12, and Olga in\nroom 14."))
    assert len(passage.sentences) < 3


def test_a_question_with_its_answer_on_the_same_line_heads_it() -> None:
    text = "Q: May I smoke? A: No.\nQ: May I sing? A: Yes."
    smoke, sing = passages.split(read(text))
    assert (smoke.heading, sing.heading) == ("Q: May I smoke?", "Q: May I sing?")
    assert smoke.quote(smoke.body[0]) == "A: No."


@pytest.mark.parametrize(
    ("first", "second"), [("FEES", "HOURS"), ("1. Fees", "2. Hours"), ("I. Fees", "II. Hours")]
)
def test_one_of_several_headings_is_no_title(first: str, second: str) -> None:
    text = f"{first}\n\nEntry is five euros.\n\n{second}\n\nOpen at nine."
    assert read(text).title != first


@pytest.mark.parametrize(
    "text",
    [
        "Q: May I smoke?\nA: No.\n\nQ: May I sing?\nA: Yes, but\nnot at night.",
        "May I smoke?\nNo.\n\nMay I sing?\nYes, but\nnot at night.",
        "1. May I smoke?\nNo.\n2. May I sing?\nYes, but\nnot at night.",
        "May I smoke?\n\nNo.\n\nMay I sing?\n\nYes, but\nnot at night.",
        "Вопрос: Можно курить?\nОтвет: Нет.\nВопрос: Можно петь?\nОтвет: Да, но\nне ночью.",
    ],
)
def test_each_question_with_its_answer_is_a_passage(text: str) -> None:
    smoke, sing = passages.split(read(text))
    for passage in (smoke, sing):
        [label] = passage.labels
        assert passage.quote(label) == passage.heading
        assert str(passage.heading).endswith("?")
        assert len(passage.body) == 1
    assert smoke.text + "\n" in text
    assert sing.text == text[-len(sing.text) :]


def test_a_numbered_list_of_questions_holds_multiline_ones_and_complaints() -> None:
    text = (
        "About the lamp\n\n 1. Does it take .ogg files (speech, etc.)?\n\n    No, sorry. Use it "
        "plain.\n\n 2. The lamp blinks.\n\n    Press the ring.\n\n 3. I moved to another house. "
        "What do I\n    need to set again?\n\n    The network.\n\n 4. Can it get wet?\n\n    No.\n"
    )
    found = [(passage.heading, passage.body) for passage in passages.split(read(text))]
    assert [heading for heading, _ in found] == [
        "1. Does it take .ogg files (speech, etc.)?",
        "2. The lamp blinks.",
        "3. I moved to another house. What do I need to set again?",
        "4. Can it get wet?",
    ]
    assert [len(body) for _, body in found] == [2, 1, 1, 1]


def test_numbered_items_without_questions_are_no_headings() -> None:
    assert read("Rules\n\n1. Be kind.\n\n2. Wash up.\n\n3. Lock the door.\n").headings[1:] == ()


@pytest.mark.parametrize(
    "text", ["В) Третье правило\nГ) Четвёртое правило", "P. Smith came.\nA. Lee left."]
)
def test_a_letter_alone_asks_nothing(text: str) -> None:
    assert read(text).headings == ()


def test_who_asks_in_a_talk_begins_no_passage() -> None:
    talk = "ANNA: When was it opened, and who was\nthere, if you know?\nBO: In May.\nANNA: Ah."
    [passage] = passages.split(read(talk))
    assert len(passage.sentences) == 3


@pytest.mark.parametrize(
    ("first", "title"),
    [
        ("Правила дома «Волна»", True),
        ('Rules of the "Wave"', True),
        ("Rules (of 2024)", True),
        ("He said “stop!”", False),
        ("Dear Anna,", False),
    ],
)
def test_a_title_may_end_in_a_quotation_mark_or_bracket(first: str, title: bool) -> None:
    document = read(f"{first}\n\nAnd so on and on.")
    assert document.title == (first if title else "a")


def test_the_first_of_several_messages_is_no_title() -> None:
    document = read("Anna: it moves to Friday\n\nBo: fine\n\nAnna: thanks")
    assert document.title == "a"
    assert len(document.paragraphs) == 3
