"""An answer as it arrives: what is open, what is folded or cut, and where its title leads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.library import Library
from index.model.encoder import Encoder
from tests.bot.serving import reply_to, serving
from tests.botapi import BotApi, Chat, Message

WHEEL = "The wheel of the mill turns eleven times a minute."
BEFORE = " ".join(
    f"In the year {year} the miller mended the {part} and paid the carpenter in flour and eggs."
    for year, part in ((1801, "roof"), (1812, "door"), (1823, "floor"))
)
AFTER = " ".join(
    f"In the year {year} the river rose over the {part} and the miller moved his sacks upstairs."
    for year, part in ((1834, "meadow"), (1845, "bridge"), (1856, "garden"))
)
MILL = f"---\nurl: https://mill.example/history\n---\n\n# The Mill\n\n{BEFORE} {WHEEL} {AFTER}\n"
# one sentence; each fruit takes two of the 4,096 units of a message
FRUIT = "🍋🍊" * 980
SONG = f"The Long Song of the Ship Sorrel and of All Who Sailed in Her\n\nThe song goes {FRUIT}.\n"


@pytest.fixture
def own(
    tmp_path: Path, make_library: Callable[..., Library], quotable: list[str]
) -> Iterator[Library]:
    """A library of a long passage that answers in its middle, and one longer than a message."""
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "mill.md").write_text(MILL)
    (tmp_path / "knowledge" / "song.txt").write_text(SONG)
    library = make_library()
    library.desk.index.build()
    quotable += [MILL, SONG]
    yield library
    library.close()


def test_an_answer_is_read_at_a_glance(api: BotApi, chat: Chat, own: Library) -> None:
    with serving(api, own):
        answer = reply_to(chat, chat.say("How often does the wheel of the mill turn?"))
        assert answer.bold() == [WHEEL]
        assert any(WHEEL in quote for quote in answer.spans("blockquote"))
        folded = answer.spans("expandable_blockquote")
        assert folded
        assert not any(WHEEL in quote for quote in folded)
        assert answer.text.count("The Mill") == 1
        [(title, address)] = answer.links()
        assert title == "The Mill"
        assert address.startswith("https://mill.example/history#:~:text=The%20wheel%20of")


def test_a_passage_longer_than_a_message_is_cut_and_shown_whole_on_a_tap(
    api: BotApi, chat: Chat, own: Library
) -> None:
    with serving(api, own):
        answer = reply_to(chat, chat.say("How does the song of the ship Sorrel go?"))
        assert answer.text.endswith("This passage is too long for one message; here is part of it.")
        press = api.press(answer, "Show all")
        api.wait(lambda _: "".join(map(_fruit, chat.replies(after=press))) == FRUIT)


def _fruit(message: Message) -> str:
    return "".join(sign for quote in message.quotes() for sign in quote if sign in "🍋🍊")


def test_a_question_in_a_language_that_the_model_does_not_know_is_not_called_absent(
    api: BotApi, chat: Chat, own: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not called a gap in the documents either."""
    monkeypatch.setattr(Encoder, "languages", frozenset({"en"}))
    with serving(api, own):
        answer = reply_to(chat, chat.say("今天的天气怎么样？"))
        assert answer.text == (
            "I can't search for a question in Chinese. These documents are in English: please "
            "ask in English."
        )
        assert not answer.keyboard
