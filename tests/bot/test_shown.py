"""An answer as it arrives: what is open, what is folded, and where its title leads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.library import Library
from tests.bot.serving import reply_to, serving
from tests.botapi import BotApi, Chat

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


@pytest.fixture
def own(
    tmp_path: Path, make_library: Callable[..., Library], quotable: list[str]
) -> Iterator[Library]:
    """A library of a long passage that answers in its middle."""
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "mill.md").write_text(MILL)
    library = make_library()
    library.desk.index.build()
    quotable.append(MILL)
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
