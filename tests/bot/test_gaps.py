"""/gaps: what went unanswered, pinned by an editor, and told to who asked once it is answered."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.asking import notifications
from index.library import Library
from index.model.encoder import Encoder
from index.settings import IndexSettings
from tests.bot.conftest import ADMIN
from tests.bot.serving import Running, reply_to, serving, until
from tests.botapi import BotApi, Chat, Message, User
from tests.records import records

ADMINS = frozenset({ADMIN})
OWL = "What is the owl of the zoo called?"
SAME = "what is the zoo's owl called"
CHESS = "Who won the chess championship in 1931?"
OWLS = "The Owl\n\nThe owl of the zoo is called Minerva Quill.\n"
ANSWER = "The owl of the zoo is called Minerva Quill."
TELL, NOTIFY = "Tell the editors", "🔔 Tell me when there is an answer"
OUTDATED = "This button is out of date. Please ask again."
NOW = "You asked this; now there is an answer:"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new index is noticed at once."""
    monkeypatch.setattr(notifications, "_EVERY", 0.05)


@pytest.fixture
def folder(tmp_path: Path, knowledge: Path) -> Path:
    """A folder of documents of one's own."""
    return Path(shutil.copytree(knowledge, tmp_path / "knowledge"))


@pytest.fixture
def own(
    folder: Path, tmp_path: Path, encoder: Encoder, settings_of: IndexSettings
) -> Iterator[Library]:
    """A library of that folder, built."""
    # other tests may have written golden questions there
    others = shutil.ignore_patterns("GOLDEN", "golden.jsonl", "audit.jsonl")
    shutil.copytree(settings_of.data, tmp_path / "data", ignore=others)
    library = Library(knowledge=folder, data=tmp_path / "data", model=encoder)
    library.desk.index.build()
    yield library
    library.close()


@pytest.fixture
def quotable(quotable: list[str]) -> list[str]:
    """Return what tests of this module write is quoted as well."""
    return [*quotable, OWLS.strip()]


@pytest.fixture
def ben(api: BotApi) -> Chat:
    """Ben's chat with the bot."""
    return api.private(api.user("Ben", language_code="en"))


def tells_editors(api: BotApi, chat: Chat, question: str, *, notify: bool = False) -> None:
    """Ask what is not answered, and tell the editors of it."""
    nothing = reply_to(chat, chat.say(question))
    press = api.press(nothing, TELL)
    press.wait_answer()
    told = chat.wait_reply(after=press)
    if notify:
        press = api.press(told, NOTIFY)
        assert press.wait_answer().text == "I'll let you know."
        chat.wait_reply(after=press)


def pressed(api: BotApi, chat: Chat, message: Message, label: str) -> Message:
    """Return what the bot writes or edits once a button is pressed."""
    press = api.press(message, label)
    assert press.wait_answer().text == ""
    return chat.wait_reply(after=press)


def test_open_questions_are_grouped_and_the_most_asked_comes_first(
    api: BotApi, own: Library, chat: Chat, ben: Chat, office: Chat
) -> None:
    with serving(api, own, admins=ADMINS):
        office.say("/gaps")
        assert office.wait_reply().text == "No open questions."
        tells_editors(api, chat, CHESS)
        tells_editors(api, chat, OWL)
        tells_editors(api, ben, SAME)
        office.say("/gaps")
        listed = office.wait_reply()
        lines = listed.text.splitlines()
        assert lines[0] == "2 open questions, most asked first:"
        assert lines[1].startswith(("1. What is the owl", "1. what is the town hall's"))
        assert ", unanswered" in lines[1]
        assert " — 2 people, last " in lines[1]
        assert lines[2].startswith(f"2. {CHESS} — 1 person, last ")
        assert listed.rows() == [["1", "2"]]
        opened = pressed(api, office, listed, "1")
        assert opened.id == listed.id
        assert "Also asked: “" in opened.text
        # without the title, which stands above it
        shown = opened.quotes()[0]
        assert any(hit.passage.text.endswith(shown) for hit in own.rank(OWL).hits)
        assert opened.rows()[-1] == ["✖ Not for us", "↩ All questions"]
        assert pressed(api, office, opened, "↩ All questions").text == listed.text
        closed = pressed(api, office, opened, "✖ Not for us")
        assert closed.text.startswith(f"1 open question:\n1. {CHESS}")


def test_a_voted_down_answer_is_a_question_for_the_editors_where_questions_are_kept(
    api: BotApi, own: Library, chat: Chat, office: Chat
) -> None:
    """It stays open though the index finds the passage: the person said that it is not an
    answer.
    """
    with serving(api, own, admins=ADMINS, keep_questions=True):
        answer = reply_to(chat, chat.say("When does the last ferry leave in winter?"))
        api.press(answer, "👎").wait_answer()
    # the start asks all open questions again
    with serving(api, own, admins=ADMINS, keep_questions=True):
        tells_editors(api, chat, CHESS)
        office.say("/gaps")
        listed = office.wait_reply()
        assert ", voted down" in listed.text


def test_pinning_a_passage_makes_a_golden_question(
    api: BotApi, own: Library, chat: Chat, office: Chat, tmp_path: Path
) -> None:
    with serving(api, own, admins=ADMINS):
        tells_editors(api, chat, "Who repairs the dome of the observatory?")
        office.say("/gaps")
        opened = pressed(api, office, office.wait_reply(), "1")
        prompt = pressed(api, office, opened, "🔎 Search with other words")
        assert (prompt.reply_markup or {})["force_reply"]
        again = pressed(api, office, prompt, "Cancel")
        assert again.id == prompt.id
        assert "Who repairs the dome" in again.text
        prompt = pressed(api, office, again, "🔎 Search with other words")
        said = office.say("lighthouse northern pier steps", reply_to=prompt)
        found = reply_to(office, said)
        assert "Found for “lighthouse northern pier steps”:" in found.text
        [marked, *_] = found.bold()
        assert marked == "The lighthouse at the end of the northern pier has 118 steps."
        done = pressed(api, office, found, "📌 Pin 1")
        assert done.id == found.id
        assert done.quotes() == [marked]
        assert "The Harbour of Lindmouth — paragraph 1" in done.text
        listed = pressed(api, office, done, "↩ All questions")
        assert listed.text.splitlines()[1].startswith("1. 📌 Who repairs the dome")
    [golden] = map(json.loads, (tmp_path / "data" / "golden.jsonl").read_text().splitlines())
    assert golden == {
        "question": "Who repairs the dome of the observatory?",
        "document": "harbour.txt",
        "text": marked,
    }
    entry = records(own.desk.audit)[0]
    assert (entry.by, entry.action) == (f"telegram:{ADMIN}", "golden add")


def test_who_asked_and_agreed_is_told_once_with_the_passage(
    api: BotApi, own: Library, folder: Path, chat: Chat, ben: Chat, office: Chat
) -> None:
    """Published by another process, and met again by a restart; a person who did not agree is
    not.
    """
    with serving(api, own, admins=ADMINS):
        tells_editors(api, chat, OWL, notify=True)
        tells_editors(api, ben, OWL)
        before = len(chat.replies())
        (folder / "owl.txt").write_text(OWLS)
        own.desk.index.build()
        api.wait(lambda _: len(chat.replies()) > before, what="the answer")
        [told] = chat.replies()[before:]
        assert told.text.startswith(f"{OWL}\n\n{NOW}\n\nThe Owl — paragraph 1")
        assert told.spans("italic") == [OWL]
        # the title stands above the quote, and is not repeated in it
        quote = OWLS.partition("\n\n")[2].strip()
        assert told.quotes() == [quote]
        # its buttons are those of an answer
        assert pressed(api, chat, told, "📖 Context").quotes() == [quote]
        assert api.press(told, "👍").wait_answer().text == "Thank you."
        office.say("/gaps")
        assert office.wait_reply().text == "No open questions."
    with serving(api, own, admins=ADMINS):
        (folder / "cat.txt").write_text("The Cat\n\nThe cat of the harbour is called Ptolemy.\n")
        own.desk.index.build()
        tells_editors(api, ben, CHESS)
    assert sum(NOW in message.text for message in chat.replies()) == 1
    assert not [message for message in ben.replies() if NOW in message.text]


def test_what_was_published_while_the_bot_was_away_is_told_at_the_start(
    api: BotApi, own: Library, folder: Path, chat: Chat, ben: Chat
) -> None:
    """Also to who blocked the bot: not at all."""
    with serving(api, own, admins=ADMINS):
        tells_editors(api, chat, OWL, notify=True)
        tells_editors(api, ben, OWL, notify=True)
        ben.block()
        (folder / "owl.txt").write_text(OWLS)
    with serving(api, own, admins=ADMINS):
        api.wait(lambda _: NOW in chat.replies()[-1].text, what="the answer")
    calls = [call for call in api.calls("sendMessage") if NOW in str(call.params.get("text"))]
    assert [call.chat_id for call in calls] == [chat.id]


def test_a_hidden_document_answers_only_who_may_see_it(
    api: BotApi, own: Library, folder: Path, memory: Path, chat: Chat, ben: Chat, office: Chat
) -> None:
    memory.mkdir()
    (memory / "access.toml").write_text(f"[reserved]\nboard = [{ben.id}]\n")
    (folder / "board").mkdir()
    (folder / "board" / "rules.txt").write_text("Nobody smokes.")
    own.desk.index.build()
    with serving(api, own, admins=ADMINS):
        tells_editors(api, chat, OWL, notify=True)
        tells_editors(api, ben, OWL, notify=True)
        (folder / "board" / "owl.txt").write_text(OWLS)
        own.desk.index.build()
        api.wait(lambda _: NOW in ben.replies()[-1].text, what="the answer")
        office.say("/gaps")
        assert OWL in office.wait_reply().text
    assert not [message for message in chat.replies() if NOW in message.text]


def test_others_know_no_such_command_and_press_no_such_button(
    bot: Running, api: BotApi, ann: User, chat: Chat, office: Chat
) -> None:
    """Nor do the buttons of one chat work in another, nor if the question is closed."""
    chat.say("/nonsense")
    unknown = chat.wait_reply().text
    for command in ("/gaps", "/why ferries", "/stats", "/health"):
        chat.say(command)
        assert chat.wait_reply().text == unknown
    tells_editors(api, chat, CHESS)
    office.say("/gaps")
    listed = office.wait_reply()
    opened = pressed(api, office, listed, "1")
    chat.say("When does the last ferry leave in winter?")
    answer = chat.wait_reply()
    for label in ("📌 Pin 1", "✖ Not for us", "🔎 Search with other words"):
        data = opened.button(label)["callback_data"]
        assert api.press(answer, data=data).wait_answer().text == OUTDATED
        assert api.press(opened, data=data[:-1] + "~").wait_answer().text == OUTDATED
    assert chat.stays_silent()
    closed = pressed(api, office, opened, "✖ Not for us")
    assert closed.text == "No open questions."
    replayed = api.press(closed, data=opened.button("📌 Pin 1")["callback_data"])
    assert replayed.wait_answer().text == ""
    assert office.wait_reply(after=replayed).text.startswith("This question is no longer open.")


def test_an_editor_no_more_presses_no_button(
    api: BotApi, own: Library, chat: Chat, office: Chat, written: io.StringIO
) -> None:
    with serving(api, own, admins=ADMINS):
        tells_editors(api, chat, CHESS)
        office.say("/gaps")
        opened = pressed(api, office, office.wait_reply(), "1")
        prompt = pressed(api, office, opened, "🔎 Search with other words")
    with serving(api, own, admins=frozenset({1})):
        assert api.press(opened, "📌 Pin 1").wait_answer().text == OUTDATED
        # what they write is a question as anybody's
        asked = office.say("lighthouse northern pier steps", reply_to=prompt)
        assert "Found for" not in reply_to(office, asked).text
        until(lambda: "Answering as" in written.getvalue())
