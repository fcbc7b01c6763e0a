"""A message is read as the questions in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.followups import leans, named
from index.text.messages import read
from index.types import Talk


@pytest.mark.parametrize(
    ("message", "question"),
    [
        ("Hi! Can I rent a boat? Thanks!", "Can I rent a boat?"),
        ("Hello, could you please tell me: can I rent a boat?", "can I rent a boat?"),
        ("hi can you tell me when the museum opens thanks", "when the museum opens"),
        ("Good evening dear team, may I ask who the porter is?", "who the porter is?"),
        (
            "Hi, I am new here and I have a question. Who is the porter? Thank you in advance!",
            "Who is the porter?",
        ),
        ("Hope you are well. Who is the porter? Any help is appreciated.", "Who is the porter?"),
        ("I lost my ticket. Thanks!", "I lost my ticket."),
        (
            "Здравствуйте! Подскажите, пожалуйста, когда открыт музей? Спасибо",
            "когда открыт музей?",
        ),
        ("Guten Tag, können Sie mir bitte sagen, wann es öffnet? Danke", "wann es öffnet?"),
        ("Hola, me puede decir cuánto cuesta la entrada? Gracias", "cuánto cuesta la entrada?"),
        ("שלום, מתי המוזיאון נפתח? תודה רבה!", "מתי המוזיאון נפתח?"),
        ("Hoi, kunt u mij vertellen waar de balie is? Alvast bedankt", "waar de balie is?"),
        ("Dzień dobry, chciałbym wiedzieć, kiedy jest otwarte. Pozdrawiam", "kiedy jest otwarte."),
        ("こんにちは。駐車場はどこですか？よろしくお願いします。", "駐車場はどこですか？"),
        ("你好，停车场在哪里？谢谢", "停车场在哪里？"),
        ("안녕하세요, 주차장은 어디에 있나요? 감사합니다", "주차장은 어디에 있나요?"),
        ("WHEN DOES THE MUSEUM OPEN", "when does the museum open"),
        ("help desk hours", "help desk hours"),
        ("test results of March", "test results of March"),
        ("What is a thank you letter?", "What is a thank you letter?"),
    ],
)
def test_politeness_around_a_question_is_no_part_of_it(message: str, question: str) -> None:
    [part] = read(message).parts
    assert part.question == question
    assert part.question in part.readings


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("1) How long is it?\n2) Who pays?", ["How long is it?", "Who pays?"]),
        ("- opening hours?\n- price of a ticket?", ["opening hours?", "price of a ticket?"]),
        (
            "Hi! Who pays the fee? And when is it due? Thanks",
            ["Who pays the fee?", "And when is it due?"],
        ),
        (
            "How long is the warranty and how do I return the lamp?",
            ["How long is the warranty?", "how do I return the lamp?"],
        ),
        (
            "Кто дежурит сегодня и когда открыт архив?",
            ["Кто дежурит сегодня?", "когда открыт архив?"],
        ),
        ("Is bread and butter served?", ["Is bread and butter served?"]),
    ],
)
def test_each_question_of_a_message_is_a_part(message: str, questions: list[str]) -> None:
    assert [part.question for part in read(message).parts] == questions


def test_what_is_told_before_a_question_is_its_context() -> None:
    [part] = read("I bought a lamp yesterday. Can I return it?").parts
    assert part.readings == ("Can I return it?", "I bought a lamp yesterday. Can I return it?")


def test_of_many_questions_the_first_five_are_answered() -> None:
    assert len(read("\n".join(f"{n}. Who is number {n}?" for n in range(1, 30))).parts) == 5


@pytest.mark.parametrize(
    ("message", "talk"),
    [
        ("hi", Talk.GREETING),
        ("Hello there!", Talk.GREETING),
        ("Добрый вечер", Talk.GREETING),
        ("Please", Talk.GREETING),
        ("Thank you very much!", Talk.THANKS),
        ("Thanks a lot, have a nice day!", Talk.THANKS),
        ("Большое спасибо", Talk.THANKS),
        ("תודה רבה", Talk.THANKS),
        ("谢谢！", Talk.THANKS),
        ("Dziękuję za pomoc", Talk.THANKS),
        ("what can you do?", Talk.ABILITIES),
        ("Wer bist du?", Talk.ABILITIES),
        ("Hi! What documents do you have?", Talk.DOCUMENTS),
        ("ok", Talk.OTHER),
        ("👍", Talk.OTHER),
        ("?!", Talk.OTHER),
        ("you are wrong", Talk.OTHER),
        ("ok cool, thanks", Talk.THANKS),
        ("alles klar, super", Talk.OTHER),
        ("Kind regards, Jane Doe", Talk.THANKS),
    ],
)
def test_what_asks_nothing_has_no_parts(message: str, talk: Talk) -> None:
    found = read(message)
    assert (found.parts, found.talk) == ((), talk)


@pytest.mark.parametrize(
    "question",
    [
        "and on Sunday?",
        "why?",
        "How long does it last?",
        "what about children?",
        "а в субботу?",
        "pensioners too?",
        "Rentner auch?",
        "les retraités aussi ?",
        "¿los jubilados también?",
        "reformados também?",
        "пенсионерам тоже?",
        "pensiunan juga?",
        "they sound similar in function",
        "how many shops are there?",
        "ok, and paintings?",
        "kalau hari Sabtu?",
        "شنبه چطور؟",
        "ماذا عن الطلاب؟",
        "зейнеткерлерге де ме?",
        "ומה עם ילדים?",
        "en op zondag?",
        "a dlaczego?",
    ],
)
def test_a_question_may_lean_on_the_one_before(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize(
    "question",
    ["I meant the day ticket", "oops, the children's one", "я имел в виду взрослый билет"],
)
def test_who_corrects_a_question_leans_on_it(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize(
    ("before", "question", "whole"),
    [
        ("What is an account?", "How can I open one?", "How can I open an account?"),
        ("Who was Börte?", "who kidnapped her?", "who kidnapped Börte?"),
        ("Was ist der Grainger Market?", "wem gehört er?", "wem gehört der Grainger Market?"),
        ("Что такое рынок?", "когда его открыли?", "когда рынок открыли?"),
        ("What is an account?", "and how much?", None),
        ("What is it?", "How can I open one?", None),
        ("What is the shortest way from the station to the museum?", "is it steep?", None),
        ("When was the metro opened?", "who runs it?", None),
    ],
)
def test_what_the_question_before_asks_about_stands_for_a_pronoun(
    before: str, question: str, whole: str | None
) -> None:
    assert named(question, before) == whole


@pytest.mark.parametrize(
    "question",
    [
        "What is meant by a day ticket?",
        "How long is the summer break?",
        "Is there parking?",
        "Is the museum too far from the station to walk?",
        "Berapa harga tiket untuk mahasiswa?",
        "hotel",
        "Was kostet das Ticket?",
        "And how many days of leave do new employees get in their first year?",
    ],
)
def test_a_question_that_stands_alone_does_not_lean(question: str) -> None:
    assert not leans(question)


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("1) opening hours 2) prices 3) parking", ["opening hours", "prices", "parking"]),
        ("where can i park and how much is it", ["where can i park?", "how much is it"]),
        ("Dear Sir or Madam, is there a lift? Kind regards, Ann", ["is there a lift?"]),
        ("fish and chips", ["fish and chips"]),
        # “was” only begins “Wasser”
        (
            "Wie sind Kaffee und Wasser im Zimmer geregelt?",
            ["Wie sind Kaffee und Wasser im Zimmer geregelt?"],
        ),
        ("keep 2.5 metres away", ["keep 2.5 metres away"]),
    ],
)
def test_questions_are_told_apart_as_people_type_them(message: str, questions: list[str]) -> None:
    assert [part.question for part in read(message).parts] == questions


@given(st.text(max_size=400))
def test_any_text_is_either_asked_or_talk(message: str) -> None:
    found = read(message)
    assert bool(found.parts) != bool(found.talk)
    assert all(part.question and part.readings for part in found.parts)
