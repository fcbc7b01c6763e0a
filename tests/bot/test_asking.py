"""Questions in a private chat, over real HTTP, answered from a real index."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import assembly
from bot.journal import Journal
from bot.messages.texts import texts_for
from bot.running import worker
from bot.transport import sending
from index.library import MAX_QUESTION, Library
from index.model.encoder import Encoder
from index.settings import IndexSettings
from index.types import Outcome
from tests.bot.desk import quoted
from tests.bot.serving import Running, reply_to, serving, until
from tests.bot.slow import Broken, Slow
from tests.botapi import BotApi, Chat, User

FERRIES = "When does the last ferry leave in winter?"
OFF_TOPIC = "How do I reverse a list in Python?"
# which of these the documents half answer depends on the score
WEAK = [
    "How expensive are tickets to Scotland?",
    "Which museum shows paintings?",
    "How old is the lighthouse keeper?",
    "How long is the ferry?",
    "Who wrote about the weather?",
    "Does coffee keep for two years?",
    "What is the temperature of the sea?",
]
GUIDE = """# Notes

<b>5 < 6 & 7 > 3</b> stands in the_notes_ of *nobody* 🐚. The answer to the riddle of the shell is \
`forty_two` 👩‍👩‍👧 & nothing <else>.
"""


def text_of(library: Library, id: str) -> str:
    document = library.document(id)
    assert document
    return document.text


@pytest.mark.parametrize(
    "question",
    [
        FERRIES,
        "Who measured the tides?",
        "What spoils tea?",
        "Когда открылась библиотека на Садовой улице?",
    ],
)
def test_the_answer_over_http_is_the_passage_to_the_letter(
    bot: Running, chat: Chat, library: Library, question: str
) -> None:
    """The block quote is what the library found; the sentence that answers is bold in it."""
    asked = chat.say(question)
    answer = chat.wait_reply()
    hit = library.ask(question).hits[0]
    assert answer.quotes()[0] == quoted(hit.passage)
    text = text_of(library, hit.passage.source.id)
    assert answer.bold()[0] == hit.highlights[0].of(text)
    assert answer.reply_to == asked.id
    assert answer.raw["link_preview_options"] == {"is_disabled": True}


def test_signs_of_markup_and_emoji_arrive_as_they_are(
    api: BotApi,
    chat: Chat,
    tmp_path: Path,
    make_library: Callable[..., Library],
    quotable: list[str],
) -> None:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "notes.txt").write_text(GUIDE, encoding="utf-8")
    library = make_library()
    library.desk.index.build()
    quotable.append(text_of(library, "notes.txt"))
    with serving(api, library):
        chat.say("What is the answer to the riddle of the shell?")
        answer = chat.wait_reply()
    assert "🐚" in answer.quotes()[0]
    assert answer.bold() == [
        "The answer to the riddle of the shell is `forty_two` 👩‍👩‍👧 & nothing <else>."
    ]


def test_the_title_is_linked_to_the_place(bot: Running, chat: Chat) -> None:
    chat.say("How long does tea keep in a closed tin?")
    [(title, address), *_] = chat.wait_reply().links()
    assert title == "How to brew tea"
    assert address.startswith("https://tea.example/brew#:~:text=Tea%20keeps")


def test_what_the_documents_do_not_hold_is_not_answered(bot: Running, chat: Chat) -> None:
    chat.say(OFF_TOPIC)
    answer = chat.wait_reply()
    # nothing there is near: no title is named
    assert re.fullmatch(
        r"I couldn't find this in the 3 documents I have \(last updated \d+ \w+ \d{4}\)\.",
        answer.text,
    )
    assert not answer.quotes()


def test_a_weak_answer_says_so(bot: Running, chat: Chat, library: Library) -> None:
    question = next(q for q in WEAK if library.ask(q).outcome is Outcome.RELATED)
    chat.say(question)
    answer = chat.wait_reply()
    assert answer.text.startswith("I found no clear answer. Closest:\n\n")
    assert answer.quotes()[0] == library.ask(question).hits[0].passage.text


def test_ask_and_a_question_is_a_question(bot: Running, chat: Chat) -> None:
    chat.say(f"/ask\n{FERRIES}")
    asked = chat.wait_reply()
    chat.say(FERRIES)
    assert chat.wait_reply().text == asked.text
    chat.say("/ask")
    assert chat.wait_reply().text == "Send me your question."
    assert not chat.say("/ask@other_bot what?") or chat.stays_silent()


def test_a_question_too_long_is_told_the_limit_and_its_length(bot: Running, chat: Chat) -> None:
    chat.say("x" * (MAX_QUESTION + 234))
    answer = chat.wait_reply()
    assert answer.text == (
        "Your question has 1,234 characters; the limit is 1,000 characters. "
        "Shall I check this text against the documents?"
    )
    chat.say(FERRIES.ljust(MAX_QUESTION, "?"))
    assert chat.wait_reply().quotes()


@pytest.mark.parametrize("kind", ["photo", "video", "sticker", "location"])
def test_what_is_no_text_is_told_apart(bot: Running, chat: Chat, kind: str) -> None:
    chat.media(kind)
    assert chat.wait_reply().text == "I can only read text. Please type your question."


def test_an_unknown_command_gets_a_hint(bot: Running, api: BotApi, chat: Chat) -> None:
    for command in ("/nonsense", f"/nonsense@{api.state.bot['username']} x"):
        chat.say(command)
        assert "see /help" in chat.wait_reply().text
    chat.say("/nonsense@other_bot")
    assert chat.stays_silent()


def test_words_follow_the_person_and_the_setting_speaks_to_the_others(
    api: BotApi, library: Library
) -> None:
    vera, gil = (api.private(api.user(code, language_code=code)) for code in ("ru", "he"))
    with serving(api, library):
        vera.say(OFF_TOPIC)
        assert vera.wait_reply().text.startswith(
            "Я не нашёл этого в 3 документах, которые у меня есть (обновлены "
        )
        gil.say(OFF_TOPIC)
        assert gil.wait_reply().text.startswith("I couldn't find this in the 3 documents")
    with serving(api, library, language="ru"):
        gil.say(OFF_TOPIC)
        assert gil.wait_reply().text.startswith("Я не нашёл этого в 3 документах")


def test_questions_of_a_person_are_answered_in_their_order(
    bot: Running, api: BotApi, chat: Chat
) -> None:
    other = api.private(api.user("Ben", language_code="en"))
    asked = [room.say(text) for text in (FERRIES, OFF_TOPIC, FERRIES) for room in (chat, other)]
    for room in (chat, other):
        for question in asked:
            if question.chat_id == room.id:
                reply_to(room, question)
        answered = [message.reply_to for message in room.replies()]
        assert answered == [question.id for question in asked if question.chat_id == room.id]


def test_a_slow_search_shows_that_the_bot_works_and_then_gives_up(
    api: BotApi,
    chat: Chat,
    library: Library,
    settings_of: IndexSettings,
    encoder: Encoder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sending, "_TYPING_AFTER", 0.01)
    slow = Slow(settings_of, encoder)
    with serving(api, slow):
        slow.answer_on.clear()
        chat.say(FERRIES)
        assert api.wait_call("sendChatAction").params["action"] == "typing"
        slow.answer_on.set()
        assert chat.wait_reply().quotes()
        monkeypatch.setattr(worker, "DEADLINE", 0.2)
        slow.answer_on.clear()
        question = chat.say(FERRIES)
        assert chat.wait_reply().text == "That took too long. Please ask again."
        slow.answer_on.set()
        monkeypatch.undo()
        chat.say("What spoils tea?")
        assert chat.wait_reply().quotes()
        assert len(chat.replies(after=question)) == 2
    slow.close()


def test_an_unexpected_error_gets_a_reference_and_the_log_no_text(
    api: BotApi, chat: Chat, settings_of: IndexSettings, encoder: Encoder, written: io.StringIO
) -> None:
    broken = Broken(settings_of, encoder)
    with serving(api, broken):
        chat.say("my secret question")
        answer = chat.wait_reply()
    found = re.match(r"Sorry, something went wrong \(ref ([0-9A-F]{4})\)\. Please", answer.text)
    assert found
    assert f"ref {found[1]}: ValueError" in written.getvalue()
    assert "secret" not in written.getvalue()
    broken.close()


def test_without_an_index_the_person_and_the_operator_are_told(
    api: BotApi, chat: Chat, make_library: Callable[..., Library], written: io.StringIO
) -> None:
    with serving(api, make_library("nowhere")):
        for text in (FERRIES, "/start", "/sources"):
            chat.say(text)
            assert chat.wait_reply().text == "I'm not ready yet. Please ask again later."
    assert "holds no index yet" in written.getvalue()
    assert "nowhere: no such folder" in written.getvalue()


def test_what_is_asked_while_the_first_index_is_built_is_answered_once_it_is_there(
    api: BotApi, chat: Chat, ann: User, tmp_path: Path, knowledge: Path, encoder: Encoder
) -> None:
    """What asks nothing is not kept, and gets no reply in a group."""
    group = api.supergroup("Readers", ann)
    slow = Slow(IndexSettings(knowledge=knowledge, data=tmp_path / "data"), encoder)
    slow.build_on.clear()
    with serving(api, slow):
        assert slow.building.wait(30)
        asked = [chat.say(FERRIES), chat.say("Who measured the tides?")]
        for question in asked:
            told = reply_to(chat, question).text
            assert re.fullmatch(
                r"I'm still reading the documents \(\d+%\)\. "
                r"I'll answer your question as soon as I'm done\.",
                told,
            )
        thanks = reply_to(chat, chat.say("thanks!"))
        assert thanks.text.endswith("Please ask again in a moment.")
        kept = reply_to(group, group.say(f"/ask {FERRIES}", by=ann))
        group.say("thanks!", by=ann, reply_to=kept)
        slow.build_on.set()
        until(lambda: len(chat.replies()) == 5)
        until(lambda: len(group.replies()) == 2)
        answered = chat.replies()[3:]
        assert [message.reply_to for message in answered] == [message.id for message in asked]
        assert all(message.quotes() for message in answered)
    slow.close()


def test_only_those_may_ask_whom_the_settings_let(api: BotApi, library: Library) -> None:
    ann, ben, ed = (api.private(api.user(name, language_code="en")) for name in ("A", "B", "E"))
    with serving(api, library, chats=frozenset({ann.id}), admins=frozenset({ed.id})):
        for room, let in ((ann, True), (ben, False), (ed, True)):
            room.say(FERRIES)
            answer = room.wait_reply()
            assert bool(answer.quotes()) == let
            assert let or answer.text == texts_for("en")("not_allowed")


def test_who_waited_in_vain_asks_again_with_a_button(
    api: BotApi,
    chat: Chat,
    settings_of: IndexSettings,
    encoder: Encoder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A button that reads on says only that it took too long; there is no question in it."""
    monkeypatch.setattr(assembly, "AT_ONCE", 1)
    slow = Slow(settings_of, encoder)
    with serving(api, slow):
        with monkeypatch.context() as patch:
            patch.setattr(worker, "DEADLINE", 0.2)
            slow.answer_on.clear()
            question = chat.say(FERRIES)
            told = chat.wait_reply()
            assert told.buttons() == ["Try again"]
            slow.answer_on.set()
        press = api.press(told, "Try again")
        answer = chat.wait_reply(after=press)
        assert (press.wait_answer().text, answer.reply_to) == ("", question.id)
        assert answer.quotes()[0].startswith("Ferries leave")
        with monkeypatch.context() as patch:
            patch.setattr(worker, "DEADLINE", 0.2)
            slow.answer_on.clear()
            chat.say("What spoils tea?")
            chat.wait_reply()
            press = api.press(answer, "📖 Context")
            told = chat.wait_reply(after=press)
            assert (told.text, told.buttons()) == ("That took too long. Please ask again.", [])
            slow.answer_on.set()
        assert chat.say("What spoils tea?")
        assert chat.wait_reply().quotes()
        assert not any(message.text.startswith("This is no longer") for message in chat.replies())
    slow.close()


def test_where_too_many_wait_the_next_is_told(
    bot: Running, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(worker, "_MOST", 0)
        chat.say(FERRIES)
        assert chat.wait_reply().text.startswith("Too many people are asking right now.")
    chat.say(FERRIES)
    assert chat.wait_reply().quotes()


def test_where_too_many_wait_while_documents_are_read_no_answer_is_promised(
    api: BotApi,
    chat: Chat,
    tmp_path: Path,
    knowledge: Path,
    encoder: Encoder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow = Slow(IndexSettings(knowledge=knowledge, data=tmp_path / "data"), encoder)
    slow.build_on.clear()
    monkeypatch.setattr(worker, "_MOST", 0)
    with serving(api, slow):
        assert slow.building.wait(30)
        chat.say(FERRIES)
        assert chat.wait_reply().text.startswith("Too many people are asking right now.")
        slow.build_on.set()
    slow.close()


def test_an_answer_that_is_refused_comes_plain(bot: Running, api: BotApi, chat: Chat) -> None:
    api.faults.fail("sendMessage", 400, description="Bad Request: ENTITY_BOUNDS_INVALID")
    chat.say(FERRIES)
    answer = chat.wait_reply()
    assert "In winter the last ferry leaves at 4 p.m." in answer.text
    assert not answer.entities
    assert len(chat.replies()) == 1


@pytest.mark.parametrize("text", ["\ud83d " + FERRIES, FERRIES + "\udfff", "\ud800"])
def test_half_a_character_in_a_question_changes_no_answer(
    api: BotApi, chat: Chat, library: Library, text: str
) -> None:
    """It may come from a phone that cuts a text in the middle of an emoji."""
    with serving(api, library, keep_questions=True):
        chat.say(text)
        answer = chat.wait_reply()
    assert bool(answer.quotes()) == (FERRIES in text)
    assert "something went wrong" not in answer.text


def test_who_shut_the_bot_out_and_writes_again_is_answered(
    api: BotApi, chat: Chat, library: Library, memory: Path
) -> None:
    """Whatever they write, not /start alone."""
    with serving(api, library):
        chat.say(FERRIES)
        chat.wait_reply()
        api.faults.fail("sendMessage", 403, description="Forbidden: bot was blocked by the user")
        chat.say(FERRIES)
        until(lambda: not api.faults.pending())
        journal = Journal(memory / "journal.sqlite")
        until(lambda: not journal.people.is_active(chat.id))
        chat.say("What spoils tea?")
        assert chat.wait_reply().quotes()
        assert journal.people.is_active(chat.id)
        journal.close()


@pytest.mark.parametrize(
    "message",
    ["hi", "Thank you very much!", "👍", "what can you do?", "ок", "алло??", "anyone there?"],
)
def test_what_asks_nothing_gets_a_warm_line_and_no_refusal(
    bot: Running, chat: Chat, message: str
) -> None:
    chat.say(message)
    answer = chat.wait_reply()
    assert not answer.quotes()
    assert "Tell the editors" not in str(answer.raw)
    assert "Not in" not in answer.text


def test_several_questions_get_a_numbered_answer_each_in_one_message(
    bot: Running, chat: Chat
) -> None:
    chat.say(f"Hello! 1) {FERRIES}\n2) Who measured the tides?\nThanks!")
    answer = chat.wait_reply()
    assert f"1. {FERRIES}" in answer.text
    assert "2. Who measured the tides?" in answer.text
    assert len(answer.quotes()) == 2


def test_a_follow_up_leans_on_the_question_before_and_says_so(bot: Running, chat: Chat) -> None:
    chat.say(FERRIES)
    chat.wait_reply()
    chat.say("and in summer?")
    answer = chat.wait_reply()
    assert f"I looked for: {FERRIES} and in summer?" in answer.text
    assert answer.quotes()


def test_a_message_of_several_questions_has_a_button_for_each_passage(
    bot: Running, chat: Chat
) -> None:
    chat.say(f"{FERRIES} What spoils tea? {OFF_TOPIC}")
    answer = chat.wait_reply()
    assert len(answer.quotes()) == 2
    assert answer.rows() == [["📖 1", "📖 2"], ["👍", "👎"]]


def test_several_questions_that_nothing_answers_are_all_named(bot: Running, chat: Chat) -> None:
    chat.say(f"{OFF_TOPIC} How do I bake a pretzel?")
    answer = chat.wait_reply()
    assert answer.text.count("I couldn't find this in the 3 documents") == 2
    assert not answer.quotes()
    assert "👍" not in answer.buttons()


def test_a_quote_in_another_language_is_announced(bot: Running, chat: Chat) -> None:
    chat.say("When did the library in Sadovaya street open?")
    answer = chat.wait_reply()
    assert "Библиотека" in answer.text
    assert answer.text.startswith("I found no clear answer. Closest, in Russian:\n")
