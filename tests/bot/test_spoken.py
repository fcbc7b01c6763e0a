"""Voice messages, written down by a stand-in for the speech model."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.running import hearing
from bot.settings import Settings
from index.library import Library
from tests.bot.serving import Running, reply_to, serving
from tests.botapi import BotApi, Chat, User

FERRIES = "When does the last ferry leave in winter?"

# Writes down what the recording holds; as “silence”, “noise” and “endless” would be heard.
STAND_IN = """
import os, sys, time
speech = sys.stdin.buffer.read().decode()
assert sys.argv[1].endswith("whisper")
assert not any("TOKEN" in name or "CITEBOT" in name for name in os.environ)
if speech == "noise":
    sys.exit(1)
if speech == "endless":
    time.sleep(60)
print("" if speech == "silence" else speech)
"""


@pytest.fixture
def listening(
    api: BotApi, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Running]:
    """A bot with a speech model."""
    model = tmp_path / "whisper"
    model.mkdir()
    monkeypatch.setattr(hearing, "_PROGRAM", (sys.executable, "-c", STAND_IN))
    monkeypatch.setattr(hearing, "_PATIENCE", 3.0)
    with serving(api, library, voice_model=model) as running:
        yield running


def test_a_voice_message_is_shown_as_words_and_answered(
    listening: Running, api: BotApi, chat: Chat
) -> None:
    """The buttons of its answer know the question."""
    for kind in ("voice", "audio"):
        asked = chat.media(kind, recording=FERRIES.encode())
        answer = reply_to(chat, asked)
        assert answer.spans("italic") == [FERRIES]
        assert answer.quotes()[0].startswith("Ferries leave for the island of Sorrel")
    reading = chat.wait_reply(api.press(answer, "📖 Context"))
    back = chat.wait_reply(api.press(reading, "↩ Back to the answer"))
    assert back.quotes() == answer.quotes()


@pytest.mark.parametrize("heard", ["silence", "noise", "endless"])
def test_what_is_not_understood_is_said(listening: Running, chat: Chat, heard: str) -> None:
    asked = chat.media("voice", recording=heard.encode())
    assert reply_to(chat, asked).text.startswith("I couldn't make out any words.")
    assert reply_to(chat, chat.say(FERRIES)).quotes()


def test_a_long_recording_is_not_fetched(listening: Running, api: BotApi, chat: Chat) -> None:
    clip = {"file_id": "1", "file_unique_id": "1", "duration": 300}
    asked = chat.media("voice", voice=clip)
    assert reply_to(chat, asked).text.startswith("I can listen for 120 seconds at most.")
    assert not api.calls("getFile")


def test_in_a_group_nobody_is_listened_to(listening: Running, api: BotApi, ann: User) -> None:
    api.state.privacy_mode = False
    group = api.supergroup("Readers", ann)
    group.media("voice", by=ann, recording=FERRIES.encode())
    assert reply_to(group, group.say(f"/ask {FERRIES}", by=ann)).quotes()
    assert len(group.replies()) == 1


def test_without_a_model_one_line_says_so(api: BotApi, chat: Chat, library: Library) -> None:
    with serving(api, library):
        said = reply_to(chat, chat.media("voice", recording=b"hello"))
    assert said.text == "I can't listen to voice messages. Please type your question."


def test_a_model_that_is_no_folder_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is not a folder"):
        Settings(_env_file=None, voice_model=tmp_path / "gone")  # type: ignore[call-arg]
