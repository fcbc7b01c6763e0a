"""Editors build, look at, publish and take back an index; no one waits for it."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.editing import status
from index.desk.evaluate import Golden
from index.library import Library
from index.model.encoder import Encoder
from index.settings import IndexSettings
from tests.bot.conftest import ADMIN
from tests.bot.desk import GOLDEN, becomes, labels, said
from tests.bot.serving import Running, reply_to, serving, until
from tests.bot.slow import Slow
from tests.botapi import BotApi, Chat, Message, User
from tests.records import records

FERRIES = "When does the last ferry leave in winter?"
ADMINS = frozenset({ADMIN})
UP_TO_DATE = "Nothing to index: what changed is indexed"


@pytest.fixture
def slow(folder: Path, tmp_path: Path, encoder: Encoder) -> Iterator[Slow]:
    """A library of that folder, built, which can be held up."""
    library = Slow(IndexSettings(knowledge=folder, data=tmp_path / "data"), encoder)
    library.desk.index.build(lambda *_: None)
    library.building.clear()
    yield library
    library.close()


def test_others_get_the_reply_to_an_unknown_command(
    bot: Running, api: BotApi, chat: Chat, office: Chat
) -> None:
    """A name tells nothing, and who speaks as a chat is no one."""
    namesake = api.private(api.user("Ed", language_code="en", username="ed"))
    for room in (chat, namesake):
        room.say("/nonsense")
        unknown = room.wait_reply().text
        room.say("/reindex")
        assert room.wait_reply().text == unknown
    office.say("/reindex", as_chat=api.channel("News"))
    assert office.wait_reply().text == unknown


@pytest.mark.parametrize("id", [1087968824, 136817688, 777000])
def test_the_ids_that_many_speak_through_are_no_admins(
    api: BotApi, library: Library, id: int
) -> None:
    room = api.private(api.user("Group", language_code="en", user_id=id))
    with serving(api, library, admins=frozenset({id})):
        room.say("/reindex")
        assert "see /help" in room.wait_reply().text


def test_questions_are_answered_while_a_build_runs(
    api: BotApi, slow: Slow, folder: Path, office: Chat, chat: Chat, written: io.StringIO
) -> None:
    """The admin's own as well; what is new is found only once it is published."""
    (folder / "new.txt").write_text("The Owl\n\nThe owl of Lindmouth is called Minerva Quill.")
    question = "What is the owl of Lindmouth called?"
    with serving(api, slow, admins=ADMINS):
        # the bot found the change by itself
        until(lambda: "Indexed: generation 0002" in written.getvalue())
        (folder / "newer.txt").write_text("The Cat\n\nThe cat of Lindmouth is called Ptolemy.")
        slow.building.clear()
        slow.build_on.clear()
        office.say("/reindex")
        until(slow.building.is_set)
        for room in (chat, office):
            asked = room.say(question)
            answer = reply_to(room, asked)
            assert "Minerva Quill" in answer.quotes()[0]
        office.say("/reindex")
        assert office.wait_reply().text.startswith("An update is already running.\n\nPreparing")
        slow.build_on.set()
        preview = said(office, "The update is ready.")
        chat.say("What is the cat of Lindmouth called?")
        assert "Ptolemy" not in chat.wait_reply().text
        api.press(preview, "Publish")
        becomes(api, preview, "I now answer from this version:")
        chat.say("What is the cat of Lindmouth called?")
        assert "Ptolemy" in chat.wait_reply().quotes()[0]


@pytest.fixture
def quotable(folder: Path, quotable: list[str]) -> list[str]:
    """Return what tests of this module write is quoted as well."""
    return [
        *quotable,
        "The Owl\n\nThe owl of Lindmouth is called Minerva Quill.",
        "The Cat\n\nThe cat of Lindmouth is called Ptolemy.",
        "The owl of Lindmouth is called Minerva Quill.",
        "The cat of Lindmouth is called Ptolemy.",
        (folder / "harbour.txt").read_text(encoding="utf-8").replace("1872", "1873"),
    ]


def test_progress_is_told_in_one_message_that_ends_with_what_was_done(
    api: BotApi,
    slow: Slow,
    folder: Path,
    office: Chat,
    written: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It becomes the preview, which shows more on request."""
    monkeypatch.setattr(status, "_EVERY", 0.02)
    with serving(api, slow, admins=ADMINS):
        until(lambda: UP_TO_DATE in written.getvalue())
        (folder / "new.txt").write_text("The Owl\n\nThe owl of Lindmouth is called Minerva Quill.")
        (folder / "harbour.txt").write_text("The Harbour\n\nIt is closed now.")
        (folder / "guides" / "tea.md").unlink()
        (folder / "broken.txt").write_bytes(b"\xff\xfe\x00")
        slow.build_on.clear()
        asked = office.say("/reindex")
        told = office.wait_reply()
        assert told.reply_to == asked.id
        until(slow.building.is_set)
        until(lambda: "Preparing the sentences" in _latest(api, told))
        assert re.search(r"^[▓░]{12} \d+%$", _latest(api, told), re.MULTILINE)
        slow.build_on.set()
        preview = becomes(api, told, "The update is ready.")
        assert "\nDocuments: 1 new, 1 changed, 1 removed, 1 unreadable\n" in preview.text
        assert re.search(r"New sentences: 4 of \d+", preview.text)
        assert "There are no test questions to compare." in preview.text
        assert labels(preview) == ["Documents", "Publish", "Discard"]
        api.press(preview, "Documents")
        shown = becomes(api, told, "+ new.txt")
        for line in ("! broken.txt: ", "~ harbour.txt", "− guides/tea.md"):
            assert f"\n{line}" in shown.text
        assert labels(shown) == ["↩ Preview", "Publish", "Discard"]
        api.press(shown, "↩ Preview")
        becomes(api, told, "The update is ready.")
    sent = [call for call in api.calls("sendMessage") if call.chat_id == office.id]
    assert len(sent) == 1
    assert api.calls("editMessageText")


def test_nothing_to_do_and_what_cannot_be_done_are_told(
    api: BotApi, slow: Slow, folder: Path, office: Chat, chat: Chat, written: io.StringIO
) -> None:
    with serving(api, slow, admins=ADMINS):
        until(lambda: UP_TO_DATE in written.getvalue())
        asked = office.say("/reindex")
        _ends(api, office, asked, "Nothing has changed: my answers are up to date.")
        shutil.rmtree(folder)
        asked = office.say("/reindex")
        told = _ends(api, office, asked, "Not updated: ")
        assert told == (
            "Not updated: the folder of my documents is missing; tell the person who runs me"
        )
        chat.say(FERRIES)
        assert chat.wait_reply().quotes()


def test_a_build_of_another_process_is_told(
    api: BotApi, slow: Slow, office: Chat, written: io.StringIO
) -> None:
    with serving(api, slow, admins=ADMINS):
        until(lambda: UP_TO_DATE in written.getvalue())
        with slow._serving.store.locked():
            asked = office.say("/reindex")
            told = _ends(api, office, asked, "Not updated: ")
    assert "an update is running already" in told


def test_a_mistake_in_a_build_gets_a_reference(
    api: BotApi, slow: Slow, office: Chat, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(api, slow, admins=ADMINS):
        until(lambda: UP_TO_DATE in written.getvalue())
        monkeypatch.setattr(slow.desk.index, "stage", lambda *_, **__: 1 / 0)
        asked = office.say("/reindex")
        told = _ends(api, office, asked, "Sorry, something went wrong (ref ")
    [reference] = re.findall(r"\(ref (\w+)\)", told)
    assert f"{reference}: ZeroDivisionError" in written.getvalue()


def test_a_bot_that_ends_stops_the_build_and_says_so(
    api: BotApi, slow: Slow, folder: Path, office: Chat, written: io.StringIO
) -> None:
    """The index before it stays."""
    before = slow.generation()
    with serving(api, slow, admins=ADMINS) as running:
        until(lambda: UP_TO_DATE in written.getvalue())
        (folder / "new.txt").write_text("The Owl\n\nThe owl of Lindmouth is called Minerva Quill.")
        slow.build_on.clear()
        asked = office.say("/reindex")
        until(slow.building.is_set)
        running.stop()
        _ends(api, office, asked, "I'm shutting down, so I stopped.")
    assert slow.generation() == before


def test_what_is_added_answers_once_published_and_leaves_no_trace_once_removed(
    api: BotApi, slow: Slow, office: Chat, chat: Chat, ann: User
) -> None:
    """Uploaded, previewed, published; removed, previewed, published; rolled back."""
    question = "What is the owl of Lindmouth called?"
    owl = "The Owl\n\nThe owl of Lindmouth is called Minerva Quill."
    with serving(api, slow, admins=ADMINS):
        api.press(_offered(office, "owl.txt", owl), "Add")
        added = said(office, "Added: owl.txt.")
        assert not _answers(chat, question)
        api.press(added, "Update")
        preview = said(office, "The update is ready.")
        assert "\nDocuments: 1 new, 0 changed, 0 removed, 0 unreadable" in preview.text
        assert not _answers(chat, question)
        api.press(preview, "Publish")
        becomes(api, preview, "I now answer from this version:")
        assert _answers(chat, question)
        answer = chat.say(question)
        links = [entity.get("url", "") for entity in reply_to(chat, answer).entities]
        link = next(link for link in links if "start=p_" in link)
        start = f"/start {link.partition('start=')[2]}"

        office.say("/remove")
        listed = office.wait_reply()
        [number] = [
            line.partition(".")[0] for line in listed.text.splitlines() if "owl.txt" in line
        ]
        api.press(listed, number)
        api.press(becomes(api, listed, "Remove “The Owl” (owl.txt)?"), "Remove The Owl")
        removed = becomes(api, listed, "Removed: owl.txt.")
        assert labels(removed) == ["Update", "Restore"]
        assert _answers(chat, question), "the index before serves"
        api.press(removed, "Update")
        gone = said(office, "Documents: 0 new, 0 changed, 1 removed")
        api.press(gone, "Publish")
        becomes(api, gone, "I now answer from this version:")
        assert not _answers(chat, question)
        chat.say(start)
        assert "Minerva" not in chat.wait_reply().text
        typed = api.inline_query(question, by=ann)
        assert "Minerva" not in str(typed.wait_answer().results)
        assert "Owl" not in reply_to(chat, chat.say("/sources")).text

        office.say("/rollback")
        kept = office.wait_reply()
        assert len(labels(kept)) == 2
        [before] = [line for line in kept.text.split("\n\n") if "4 documents" in line]
        assert not before.startswith("▶")
        api.press(kept, labels(kept)[0])
        becomes(api, kept, "I now answer from this version:")
        assert _answers(chat, question)
        chat.say(start)
        assert "Minerva" in chat.wait_reply().text
    actions = [entry.action for entry in reversed(records(slow.desk.audit))][1:]
    assert actions == ["add", "stage", "publish", "remove", "stage", "publish", "rollback"]
    assert {entry.by for entry in records(slow.desk.audit, 7)} == {f"telegram:{ADMIN}"}


@pytest.fixture
def guarded(slow: Slow) -> Slow:
    """That library with three golden questions, and a fourth that any index serves."""
    none = Golden(question="Who won the chess tournament in Havana?", kind="off")
    slow.desk.golden.add([*GOLDEN, none], "test")
    return slow


def test_a_loss_of_golden_questions_needs_a_second_tap(
    api: BotApi, guarded: Slow, folder: Path, office: Chat, chat: Chat, written: io.StringIO
) -> None:
    """They are shown before and after, and with the rates."""
    with serving(api, guarded, admins=ADMINS):
        until(lambda: UP_TO_DATE in written.getvalue())
        broken = (folder / "harbour.txt").read_text().replace("1872", "1873").replace("7.50", "8")
        api.press(_offered(office, "harbour.txt", broken), "Replace")
        api.press(said(office, "Replaced: harbour.txt."), "Update")
        preview = said(office, "The update is ready.")
        assert "\n3 of 4 test questions get a different answer" in preview.text
        assert "\n⚠ 2 test questions would lose their answer.\n" in preview.text
        assert "before: false answers 0.0%, missed answers 0.0%" in preview.text
        api.press(preview, "Test questions")
        shown = becomes(api, preview, f"{GOLDEN[0].question} — lost")
        assert "\nbefore: Found: The Harbour of Lindmouth, paragraph" in shown.text
        assert "opened on 4 May 1872" in shown.text
        assert "opened on 4 May 1873" in shown.text
        assert "Publish" in labels(shown)
        api.press(shown, "↩ Preview")
        api.press(becomes(api, preview, "The update is ready."), "Publish")
        asked = becomes(api, preview, "2 of 4 test questions would lose their answer")
        assert f"\n• {GOLDEN[2].question}" in asked.text
        assert labels(asked) == ["Publish anyway", "↩ Preview", "Discard"]
        assert "1872" in reply_to(chat, chat.say(GOLDEN[0].question)).text
        api.press(asked, "Publish anyway")
        becomes(api, preview, "I now answer from this version:")
        assert "1873" in reply_to(chat, chat.say(GOLDEN[0].question)).text
    entry = records(guarded.desk.audit, 1)[0]
    assert (entry.by, entry.action) == (f"telegram:{ADMIN}", "publish")
    assert entry.after
    assert "golden questions lost: " in entry.after


def test_two_editors_do_not_collide(
    api: BotApi, slow: Slow, folder: Path, office: Chat, written: io.StringIO
) -> None:
    """The second one hears of it; what was published stays so."""
    other = api.private(api.user("Eve", language_code="ru", user_id=ADMIN + 1))
    with serving(api, slow, admins=ADMINS | {ADMIN + 1}):
        until(lambda: UP_TO_DATE in written.getvalue())
        slow.desk.documents.add("owl.txt", b"The owl of Lindmouth is called Minerva Quill.", "test")
        previews = []
        for room, ready in ((office, "The update is ready."), (other, "Обновление готово.")):
            room.say("/reindex")
            previews.append(said(room, ready))
        first, second = previews
        api.press(first, "Publish")
        becomes(api, first, "I now answer from this version:")
        api.press(second, "Опубликовать")
        becomes(api, second, "Теперь отвечаю по этой версии:")
        api.press(first, "Publish", data=first.button("Discard")["callback_data"])
        becomes(api, first, "This preview is no longer available")
        generation = slow.generation()
        assert generation
        assert generation.documents == 4
    assert [entry.action for entry in records(slow.desk.audit, 3)] == ["publish", "stage", "add"]


def test_what_was_previewed_is_published_or_nothing(
    api: BotApi, slow: Slow, folder: Path, office: Chat, written: io.StringIO
) -> None:
    """Where the folder changed since, an editor is asked to look again."""
    with serving(api, slow, admins=ADMINS):
        until(lambda: UP_TO_DATE in written.getvalue())
        slow.desk.documents.add("owl.txt", b"The owl of Lindmouth is called Minerva Quill.", "test")
        office.say("/reindex")
        preview = said(office, "The update is ready.")
        slow.desk.documents.add("cat.txt", b"The cat of Lindmouth is called Ptolemy.", "test")
        api.press(preview, "Publish")
        again = becomes(
            api, preview, "I couldn't do that: the documents or thresholds have changed since"
        )
        api.press(again, "Update")
        preview = said(office, "Documents: 2 new, 0 changed, 0 removed")
        api.press(preview, "Discard")
        becomes(api, preview, "Discarded. I keep answering as before.")
        generation = slow.generation()
        assert generation
        assert generation.documents == 3


def test_thresholds_are_proposed_and_applied_on_a_tap(
    api: BotApi, slow: Slow, office: Chat, written: io.StringIO
) -> None:
    with serving(api, slow, admins=ADMINS):
        until(lambda: UP_TO_DATE in written.getvalue())
        office.say("/thresholds")
        assert "There are no test questions" in office.wait_reply().text
        slow.desk.golden.add(GOLDEN, "test")
        office.say("/thresholds")
        assert "at least ten test questions" in office.wait_reply().text
        others = [
            Golden(question=f"Who won the chess tournament of {year} in Havana?", kind="off")
            for year in range(1901, 1911)
        ]
        more = [
            GOLDEN[0].model_copy(update={"question": f"When was the harbour opened, in {part}?"})
            for part in ("May", "spring", "the town", "Lindmouth", "the north", "that year", "1872")
        ]
        slow.desk.golden.add([*more, *others], "test")
        office.say("/thresholds")
        proposed = office.wait_reply()
        level = re.search(
            r"Better: found ≥ (\d\.\d\d), no clear answer ≥ (\d\.\d\d):", proposed.text
        )
        assert level
        assert proposed.text.count("false answers") == 2
        api.press(proposed, "Use them")
        applied = said(office, "I now answer from this version:")
        assert "false answers 0.0%, missed answers 0.0%" in applied.text
        thresholds = slow.thresholds()
        assert (f"{thresholds.found:.2f}", f"{thresholds.related:.2f}") == level.groups()
        api.press(proposed, "Use them")
        said(office, "I have nothing better to suggest.")
        slow.desk.documents.remove("guides/tea.md", "test")
        api.press(proposed, "Use them")
        said(office, "The documents have changed since the last update.")
    assert [e.action for e in records(slow.desk.audit, 3)] == ["remove", "publish", "thresholds"]


def _offered(room: Chat, name: str, text: str) -> Message:
    """The bot's offer to add an uploaded file."""
    return reply_to(room, room.upload(name, text.encode()))


def _answers(room: Chat, question: str) -> bool:
    """Return True if the owl's name is the answer."""
    return "Minerva Quill" in reply_to(room, room.say(question)).text


def _latest(api: BotApi, told: Message) -> str:
    message = api.latest(told)
    return message.text if message else ""


def _ends(api: BotApi, room: Chat, asked: Message, words: str) -> str:
    """The text of the reply to a command once it begins with these words."""
    found = api.wait(
        lambda _: next((m for m in room.replies(after=asked) if m.text.startswith(words)), None),
        what=words,
    )
    return found.text
