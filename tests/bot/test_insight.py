"""/why, /stats and /health: what editors see of scores, of use, and of the bot itself."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest

from bot.messages.texts import Texts
from index.desk.evaluate import Golden
from index.library import Library
from tests.bot.conftest import ADMIN
from tests.bot.serving import Running, reply_to, serving, until
from tests.botapi import BotApi, Chat

FERRIES = "When does the last ferry leave in winter?"
OFF_TOPIC = "How do I reverse a list in Python?"
PARTS = ("closeness", "share", "match", "sentence", "phrase", "title", "asked", "names", "whole")


@pytest.mark.parametrize("question", [FERRIES, OFF_TOPIC])
def test_why_shows_the_numbers_that_an_answer_comes_from(
    bot: Running, office: Chat, library: Library, question: str
) -> None:
    office.say(f"/why {question}")
    shown = office.wait_reply()
    ranked = library.rank(question, 5)
    [table] = shown.spans("pre")
    _, score, *rows = table.splitlines()
    assert score.split() == ["score", *(f"{hit.score:.2f}" for hit in ranked.hits)]
    weighed = [part for part in PARTS if getattr(ranked.weights, part)]
    assert rows.pop().split() == ["base", f"{ranked.base:.2f}"]
    for part, row in zip(weighed, rows, strict=True):
        weight = getattr(ranked.weights, part)
        values = [f"{getattr(hit.parts, part):.2f}" for hit in ranked.hits]
        assert row.split() == [part, f"×{weight:.2f}", *values]
    # passages in another language than the best one have weights of their own
    best = ranked.hits[0]
    total = sum(getattr(ranked.weights, p) * getattr(best.parts, p) for p in PARTS)
    assert best.score == pytest.approx(total + ranked.base, abs=1e-4)
    limits = library.thresholds()
    outcome = {FERRIES: "Found", OFF_TOPIC: "Not found"}[question]
    thresholds = f"Thresholds: found ≥ {limits.found:.2f}, no clear answer ≥ {limits.related:.2f}."
    assert f"{outcome}. {thresholds}" in shown.text
    places = re.findall(r"^\d\. (.+?) — ", shown.text, re.MULTILINE)
    assert places == [hit.passage.source.title for hit in ranked.hits]


def test_numbers_are_written_as_the_editors_language_writes_them(
    bot: Running, api: BotApi, library: Library
) -> None:
    office = api.private(api.user("Ed", language_code="ru", user_id=ADMIN))
    question = "Когда открылась библиотека?"
    office.say(f"/why {question}")
    [table] = office.wait_reply().spans("pre")
    ranked = library.rank(question, 5)
    labels = [line.split()[0] for line in table.splitlines()[2:]]
    assert {"близость", "слова", "целиком"} <= set(labels)
    assert Texts("ru").number(ranked.weights.closeness, 2) in table
    assert Texts("ru").number(ranked.hits[0].score, 2) in table


def test_why_alone_asks_for_the_question(bot: Running, office: Chat) -> None:
    office.say("/why")
    assert office.wait_reply().text.startswith("Send /why followed by a question")
    office.say("/why " + "long " * 300)
    assert "the limit is 1,000 characters" in office.wait_reply().text


def test_stats_count_questions_people_outcomes_and_votes(
    bot: Running, api: BotApi, chat: Chat, office: Chat
) -> None:
    office.say("/stats")
    assert "Last 24 hours\n0 questions from 0 people\n" in office.wait_reply().text
    answer = reply_to(chat, chat.say(FERRIES))
    api.press(answer, "👍").wait_answer()
    for question in (OFF_TOPIC, FERRIES):
        reply_to(office, office.say(question))
    reply_to(chat, chat.say(OFF_TOPIC))
    # what is asked to see its scores is not a question from anybody's
    office.say(f"/why {FERRIES}")
    office.wait_reply()
    office.say("/stats")
    told = office.wait_reply()
    assert told.spans("bold") == ["Last 24 hours", "Last 7 days", "Last 30 days"]
    for period in told.text.split("\n\n"):
        assert period.splitlines()[1:4] == [
            "4 questions from 2 people",
            "found 50%, no clear answer 0%, not found 50%",
            "👍 1, 👎 0",
        ]
        assert re.search(r"search time: half up to \d+ ms, 95% up to \d+ ms$", period)


def test_health_tells_of_the_index_the_queues_the_disk_and_the_connection(
    bot: Running, office: Chat, library: Library, written: io.StringIO
) -> None:
    # until then it also says that it looks at the documents
    until(lambda: "Nothing to index: what changed is indexed" in written.getvalue())
    office.say("/health")
    told = office.wait_reply().text.splitlines()
    generation, limits = library.generation(), library.thresholds()
    assert generation
    assert told[0].startswith("I answer from the version of ")
    sentences = generation.sentences
    assert told[1] == f"3 documents, {generation.passages} passages, {sentences} sentences"
    assert told[2] == (
        f"Thresholds: found ≥ {limits.found:.2f}, no clear answer ≥ {limits.related:.2f}"
    )
    patterns = (
        r"Last contact with Telegram: \d+ s ago",
        r"Waiting: searches 0, updates \d+",
        r"Memory: \d[\d,]* MB at its peak",
        r"Record of questions: 0\.\d MB; free on the disk: [\d,]+ MB",
        r"Up for 0 h 0 min",
    )
    assert len(told) == 3 + len(patterns)
    for line, pattern in zip(told[3:], patterns, strict=True):
        assert re.fullmatch(pattern, line), line


def test_health_says_how_often_found_may_be_wrong(
    bot: Running, office: Chat, library: Library
) -> None:
    best = library.ask(FERRIES).hits[0]
    golden = Golden(question=FERRIES, document=best.passage.source.id, text=best.quoted)
    library.desk.golden.add([golden, Golden(question=OFF_TOPIC)], "an editor")
    office.say("/health")
    promised = "“Found” is wrong in at most 95% (95% confidence, 1 test question)"
    assert office.wait_reply().text.splitlines()[3] == promised


def test_health_without_an_index_says_so(
    api: BotApi, office: Chat, make_library: Callable[..., Library]
) -> None:
    with serving(api, make_library(), admins=frozenset({ADMIN})):
        office.say("/health")
        assert office.wait_reply().text.startswith("I have no documents to answer from yet.")
