"""Nothing of a reserved folder reaches who may not see it, on whatever way they try.

Two bots are asked the same by the same people: one whose folder `board` is reserved, and one that
has no such folder. A person who cannot tell them apart has learnt nothing.
"""

from __future__ import annotations

import asyncio
import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from mcp import Client
from typer.testing import CliRunner

from bot.access.guard import Guard
from bot.asking import notifications
from bot.terminal.assistants import reader
from bot.terminal.assistants.tools import server
from bot.terminal.cli import program
from index.errors import SettingsError
from index.library import Library
from index.search.keys import document_key, key_of
from tests.bot.conftest import ADMIN
from tests.bot.desk import becomes, said
from tests.bot.serving import reply_to, serving, settings_for, site_of, until
from tests.botapi import BotApi, Message, User
from tests.conftest import HARBOUR, TEA
from tests.index.made import pdf

_MEMBER = 700_000_990
_OPEN = {"harbour.txt": HARBOUR, "guides/tea.md": TEA}
_CLOSED = {
    "board/quorum.md": "# Quorum ledger\n\nIn June the board will dismiss 31 people in Mosswick. "
    "Vexley signs the letters.\n\n## Severance\n\nEverybody gets KQ-77 and nine wages.\n",
    "board/minutes/may.txt": "Minutes of May\n\nZorrilla wants to sell the northern pier.\n\n"
    "Brannock is against it.",
    # the same text as an open one, under another name
    "board/copied.md": TEA.replace("How to brew tea", "Tealeaf dossier"),
    "board/broken-roster.txt": "\0\1\2",
}
_SECRET = (
    "Mosswick Vexley Zorrilla Quorum ledger Severance KQ-77 quorum.md Tealeaf dossier roster"
).split()
_RULE = f"[reserved]\nboard = [{_MEMBER}]\n"
_ASKED = (
    "How many people will the board dismiss in June?",
    "Who signs the letters?",
    "What does everybody get besides nine wages?",
    "What does KQ-78 mean?",
    "Who wants to sell the northern pier?",
    "quorum",
    "minutes of may",
    "Are people dismissed in Moswick?",
    "How do I brew tea? And how many people does the board dismiss?",
    "Hello! What documents do you have?",
    "How long does tea keep in a closed tin?",
    "How many steps does the lighthouse have, said Vexler?",
    # a name that stands in no open document
    "How many steps has the lighthouse of Brannock?",
    "Сколько людей уволит совет в июне?",
)
_CHECKED = (
    "In June the board will dismiss 31 people",
    "In June the board will dismiss 32 people",
    "Everybody gets a bonus and nine wages.",
    "Tea keeps for two years in a closed tin. Everybody gets nine wages.",
    "Tea keeps for two years in a closed tin.",
)
_EDITING = (
    "why",
    "gaps",
    "stats",
    "health",
    "remove",
    "reindex",
    "rollback",
    "thresholds",
    "quiet",
)


class _Scene:
    """A bot that answers from a folder, and what people got to see of it."""

    def __init__(self, api: BotApi, library: Library, keys: list[str]) -> None:
        self.api, self.library, self.keys = api, library, keys
        self.name = api.state.bot["username"]
        self.ann = api.user("Ann", language_code="en")
        self.chat = api.private(self.ann)
        self.group = api.supergroup("Others", self.ann)
        self.editor = api.user("Ed", language_code="en", user_id=ADMIN)
        self.office = api.private(self.editor)
        self.member = api.user("Mo", language_code="en", user_id=_MEMBER)
        self.seen: dict[str, str] = {}

    def play(self, forged: list[str]) -> dict[str, str]:
        """Everything that strangers try; by attempt, all that they see of the bot's reply."""
        for text in _ASKED:
            self._say(text)
            self._say(f"/ask {text}", in_group=True)
            self._inline(text, self.ann)
        for text in _CHECKED:
            self._say(f"/verify {text}")
            self._say(f"/verify {text}", in_group=True)
        self._places()
        self._by_others()
        self._on_messages()
        self._buttons(forged)
        return self.seen

    def _places(self) -> None:
        """Links to passages, lists, and what only editors may do."""
        for number, key in enumerate(self.keys):
            self._say(f"/start p_{key}", f"link {number}")
        for text in (
            "/start",
            "/start gap_1",
            "/sources",
            "/help",
            "/privacy",
            "/start p_" + "A" * 40,
        ):
            self._say(text)
        for name in _EDITING:
            self._say(f"/{name} board", f"editing {name}")
        self._say(f"/sources@{self.name}", in_group=True)
        sent = self.chat.upload("roster.txt", b"Words.", caption="board/")
        self._note("upload", self.chat.wait_reply(after=sent))

    def _by_others(self) -> None:
        """Those who may see it, where others read along, or where no one vouches for the place."""
        for who in (self.editor, self.member):
            name = who.first_name
            self._say(f"/ask {_ASKED[0]}", f"{name} in a group", in_group=True, by=who)
            self._say(f"/verify {_CHECKED[0]}", f"{name} checks in a group", in_group=True, by=who)
            listed = f"/sources@{self.name}"
            self._say(listed, f"{name} lists in a group", in_group=True, by=who)
            self._inline(_ASKED[0], who)
            asked = f"@{self.name} {_ASKED[0]}"
            for room in (None, self.api.private(who)):
                guest = self.api.guest_message(asked, by=who, chat=room)
                self._note(f"guest {name} {room is None}", guest.wait_answer())
        # an anonymous admin of this group, a channel, and a chat that says it is another
        self._say(f"/ask {_ASKED[0]}", "anonymous", in_group=True, as_chat=self.group)
        channel = self.api.channel("News")
        self._say(f"/ask {_ASKED[0]}", "channel", in_group=True, as_chat=channel)
        channel.say(_ASKED[0])
        for kind in ("business_message", "edited_channel_post", "channel_post"):
            body = self.group.say("Just talk.").raw | {"text": _ASKED[0]}
            self.api.raw_update({kind: body | {"business_connection_id": "x"}})

    def _on_messages(self) -> None:
        """Return what hangs on another message: replies, quotations, edits, captions."""
        first = self._say(_ASKED[10], "open")
        for text in (_ASKED[0], "And who signs the letters?", "Is that true?", "/verify"):
            self._say(text, f"reply {text}", reply_to=first)
        self._say("/verify", "quoted", quote=_CHECKED[0])
        self._say("/why", "why", reply_to=first)
        said = self.chat.say("What do ferries cost?")
        before = self.chat.wait_reply()
        self.chat.edit(said, _ASKED[0])
        edited = self.api.wait(
            lambda _: now if (now := self.api.latest(before)) and now.seq != before.seq else None
        )
        self._note("edit", edited)
        photo = self.chat.media("photo", caption=_ASKED[0])
        self._note("photo", self.chat.wait_reply(after=photo))

    def _buttons(self, forged: list[str]) -> None:
        """Buttons of other chats, and altered ones of one's own."""
        below = self._say(_ASKED[10], "buttons")
        own = _data(below)
        # the same head with the key of a passage that is closed
        spliced = [data[:30] + self.keys[0] for data in own]
        for number, data in enumerate([*forged, *spliced, *own]):
            press = self.api.press(below, data=data)
            if number < len(forged) + len(spliced):
                self.seen[f"press {number}"] = press.wait_answer().text
            else:
                press.wait_answer()

    def _say(
        self,
        text: str,
        name: str = "",
        *,
        in_group: bool = False,
        by: User | None = None,
        **more: object,
    ) -> Message:
        room = self.group if in_group else self.chat
        asked = room.say(text, by=by or self.ann, **more)  # type: ignore[arg-type]
        reply = room.wait_reply(after=asked)
        self._note(name or f"{text} {in_group}", reply)
        return reply

    def _inline(self, text: str, by: User) -> None:
        answer = self.api.inline_query(text, by=by).wait_answer()
        # which sentences of an open document come last depends on how rare words are in all
        titles = {result["title"].partition(" — ")[2] for result in answer.results}
        self.seen[f"inline {by.first_name} {text}"] = json.dumps([sorted(titles), answer.button])

    def _note(self, name: str, reply: Message) -> None:
        assert name not in self.seen, name
        # neither the minute of the build nor a reference to the log
        said = re.sub(r"\d\d:\d\d", "", json.dumps([reply.text, reply.rows(), reply.links()]))
        self.seen[name] = said


def _data(message: Message) -> list[str]:
    """Return what the buttons of a message carry."""
    rows = (message.reply_markup or {}).get("inline_keyboard", ())
    each = [button for row in rows for button in row]
    return [str(button["callback_data"]) for button in each if "callback_data" in button]


def _leaks(scene: _Scene, since: int) -> list[str]:
    """Each call of the bot that takes a word of a closed document to anybody but its readers."""
    theirs = {scene.office.id, _MEMBER}
    found = []
    for call in scene.api.calls():
        if call.seq <= since or call.chat_id in theirs:
            continue
        said = json.dumps(dict(call.params), ensure_ascii=False, default=str)
        found += [f"{call.method} {word}: {said}" for word in _SECRET if word in said]
    return found


@pytest.fixture
def closed(tmp_path: Path, make_library: Callable[..., Library]) -> Iterator[Library]:
    _write(tmp_path / "knowledge", _OPEN | _CLOSED)
    library = make_library()
    library.desk.index.build()
    yield library
    library.close()


@pytest.fixture
def rules(memory: Path) -> Path:
    """The rules of the bot of a test."""
    memory.mkdir()
    (memory / "access.toml").write_text(_RULE)
    return memory / "access.toml"


def _write(folder: Path, documents: dict[str, str]) -> None:
    for name, text in documents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def test_strangers_cannot_even_tell_that_there_is_a_reserved_folder(
    api: BotApi,
    closed: Library,
    tmp_path: Path,
    rules: Path,
    make_library: Callable[..., Library],
    written: io.StringIO,
    quotable: list[str],
) -> None:
    keys = [
        key_of(passage)
        for name in ("board/quorum.md", "board/minutes/may.txt", "board/copied.md")
        for passage in closed.passages(name)
    ]
    keys.append(document_key("board/quorum.md"))
    quotable += [document.text for id in (*_OPEN, *_CLOSED) if (document := closed.document(id))]
    scene = _Scene(api, closed, keys)
    with serving(api, closed, admins=frozenset({ADMIN})):
        # those who may see it do, so that what follows proves something
        forged = []
        for room in (scene.office, api.private(scene.member)):
            answer = reply_to(room, room.say(_ASKED[0]))
            assert "Mosswick" in answer.text
            checked = reply_to(room, room.say(f"/verify {_CHECKED[0]} in Mosswick."))
            assert "Quorum ledger" in checked.text
            forged += _data(answer)
        assert "roster" in reply_to(scene.office, scene.office.say("/sources")).text
        reserved = scene.play(forged)
        site = site_of(written)
        for path in ("/metrics", "/healthz", "/readyz"):
            shown = httpx.get(site + path).text
            assert not [word for word in _SECRET if word in shown]
    assert _leaks(scene, 0) == []

    _write(tmp_path / "open", _OPEN)
    without = make_library("open", "elsewhere")
    # those of a folder hang on its size
    without.desk.thresholds.set(closed.thresholds())
    without.desk.index.build()
    shutil.rmtree(rules.parent)
    scene.seen = {}
    with serving(api, without, admins=frozenset({ADMIN})):
        plain = scene.play(forged)
    without.close()
    assert reserved == plain
    assert len(reserved) > 80


_NEW = {
    "board/quorum.md": _CLOSED["board/quorum.md"].encode(),
    # the words of an open document, under another title
    "board/copied.md": _CLOSED["board/copied.md"].encode(),
    # an open one that says other things
    "board/piers.txt": HARBOUR.replace("118 steps", "KQ-77 steps").encode(),
    "board/vexley.pdf": pdf(
        [(72, 700, 14, "Vexley rules"), (72, 670, 10, "Mosswick closes its slipway at seven.")]
    ),
}


def test_what_editors_add_to_a_reserved_folder_is_closed_from_then_on(
    api: BotApi,
    tmp_path: Path,
    rules: Path,
    make_library: Callable[..., Library],
    quotable: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By a caption and by `citebot add --as`: also to those who asked for it before."""
    monkeypatch.setattr(notifications, "_EVERY", 0.05)
    _write(tmp_path / "knowledge", _OPEN | {"board/minutes.txt": "Nothing was decided."})
    own = make_library()
    own.desk.index.build()
    scene = _Scene(api, own, [])
    slipway = "When does Mosswick close its slipway?"
    with serving(api, own, admins=frozenset({ADMIN})):
        for text in (_ASKED[0], slipway):
            missing = reply_to(scene.chat, scene.chat.say(text))
            told = scene.chat.wait_reply(after=api.press(missing, "Tell the editors"))
            press = api.press(told, "🔔 Tell me when there is an answer")
            scene.chat.wait_reply(after=press)
        for id, data in _NEW.items():
            folder, _, name = id.rpartition("/")
            if name.endswith("pdf"):
                sent = tmp_path / "sent" / name
                sent.parent.mkdir()
                sent.write_bytes(data)
                given = {"CITEBOT_KNOWLEDGE": str(own.folder), "CITEBOT_DATA": str(own.data)}
                added = CliRunner().invoke(program, ["add", str(sent), "--as", id], env=given)
                assert added.exit_code == 0
                continue
            offer = reply_to(scene.office, scene.office.upload(name, data, caption=f"{folder}/"))
            api.press(offer, "Add")
            becomes(api, offer, f"Added: {id}")
        scene.office.say("/reindex")
        api.press(said(scene.office, "The update is ready."), "Publish")
        until(lambda: "board/quorum.md" in own.digests())
        quotable += [document.text for id in _NEW if (document := own.document(id))]
        # those who may see it do, and one of them gets the picture
        forged = []
        member = api.private(scene.member)
        for text in (_ASKED[0], slipway):
            answer = reply_to(member, member.say(text))
            assert "Mosswick" in answer.text
            forged += _data(answer)
        assert "photo" in member.wait_reply(after=api.press(answer, "🖼 Page")).raw
        scene.keys += [key_of(one) for id in _NEW for one in own.passages(id)]
        for text in (*_ASKED[:6], _ASKED[11], slipway, "Vexlay rules", "quorm ledger"):
            scene._say(text)
            scene._inline(text, scene.ann)
        for text in _CHECKED:
            scene._say(f"/verify {text}")
        scene._places()
        scene._buttons(forged)
        shown = asyncio.run(_by_assistant(own, rules.parent, scene.keys))
    assert _leaks(scene, 0) == []
    assert not [word for word in _SECRET if word in shown]
    assert not [call for call in api.calls("sendPhoto") if call.chat_id != member.id]
    own.close()


async def _by_assistant(library: Library, data: Path, keys: list[str]) -> str:
    """Everything that an assistant gets if it reads as everybody."""
    given = settings_for(BotApi(), data=data)
    calls = [("search", {"question": text}) for text in _ASKED]
    calls += [("verify", {"text": text}) for text in _CHECKED]
    calls += [("read_around", {"key": key}) for key in keys] + [("sources", {})]
    async with Client(server(library, reader(given, library))) as client:
        return str([await client.call_tool(tool, values) for tool, values in calls])


_WAYS: dict[str, Callable[[Path], object]] = {
    "gone": lambda rules: rules.unlink(),
    "empty": lambda rules: rules.write_text(""),
    "cut": lambda rules: rules.write_text("[reserved]\n"),
    "misspelt": lambda rules: rules.write_text(_RULE.replace("board", "bord")),
    "torn": lambda rules: rules.write_text(_RULE[:-3]),
}


def test_whatever_happens_to_the_rules_the_folder_stays_closed(
    api: BotApi, closed: Library, rules: Path
) -> None:
    """While the bot runs its rules from before hold; a start is refused."""
    office = api.private(api.user("Ed", user_id=ADMIN))
    scene = _Scene(api, closed, [])
    asked = iter(_ASKED)
    with serving(api, closed, admins=frozenset({ADMIN})):
        for name, happens in _WAYS.items():
            happens(rules)
            scene._say(next(asked), name)
            scene._inline(_ASKED[0], api.user(name))
        (closed.folder / "board").rename(closed.folder / "council")
        closed.desk.index.build()
        for text in asked:
            scene._say(text)
            scene._say(f"/verify {text}")
        said(office, "board")
    assert _leaks(scene, 0) == []
    for name, happens in _WAYS.items():
        rules.write_text(_RULE)
        happens(rules)
        with pytest.raises(SettingsError, match="bord" if name == "misspelt" else "access.toml"):
            Guard(rules.parent, closed)
