"""A table of a document is shown as one on a tap, and as lines if Telegram knows no tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.library import Library
from tests.bot.serving import Running, reply_to, serving
from tests.botapi import BotApi, Chat, Message, User

FEES = """# Fees of the pool

| What | Adults | Children |
|---|---|---|
| Day card | 6.50 € | 3.00 € |
| Ten visits | 55.00 € |  |
| Sauna | 12.00 € | 8.00 € |
"""
QUESTION = "What does a day card for the pool cost?"


@pytest.fixture
def quotable(library: Library) -> list[str]:
    """The text of the table as well."""
    return ["Fees of the pool\n\nWhat | Adults | Children"]


@pytest.fixture
def pool(
    api: BotApi,
    tmp_path: Path,
    make_library: Callable[..., Library],
    quotable: list[str],
) -> Iterator[Running]:
    """A bot that knows the table."""
    folder = tmp_path / "knowledge"
    folder.mkdir()
    (folder / "pool.md").write_text(FEES, encoding="utf-8")
    library = make_library()
    library.desk.index.build()
    quotable += [d.text for s, _ in library.sources() if (d := library.document(s.id))]
    with serving(api, library) as running:
        yield running


def _shown(api: BotApi, chat: Chat, by: User | None = None) -> Message:
    answer = reply_to(chat, chat.say(QUESTION))
    assert "Day card | 6.50 € | 3.00 €" in answer.bold()
    return chat.wait_reply(api.press(answer, "▦ Table", by=by))


def test_a_table_is_shown_as_one_on_a_tap(pool: Running, api: BotApi, chat: Chat) -> None:
    table = _shown(api, chat)
    where, cells = table.raw["rich_message"]["blocks"]
    assert where["text"].startswith("Fees of the pool — paragraph 1")
    read = [[cell["text"] for cell in row] for row in cells["cells"]]
    assert read == [
        ["What", "Adults", "Children"],
        ["Day card", "6.50 €", "3.00 €"],
        ["Ten visits", "55.00 €", ""],
        ["Sauna", "12.00 €", "8.00 €"],
    ]
    assert all(cell.get("is_header") for cell in cells["cells"][0])


@pytest.mark.parametrize("status", [400, 404])
def test_a_server_without_tables_gets_lines(
    pool: Running, api: BotApi, chat: Chat, status: int
) -> None:
    """Each row with the heads of its columns; empty cells are left out."""
    api.faults.fail("sendRichMessage", status)
    lines = _shown(api, chat)
    assert lines.text.split("\n\n")[1:] == [
        "Day card\nAdults: 6.50 €\nChildren: 3.00 €",
        "Ten visits\nAdults: 55.00 €",
        "Sauna\nAdults: 12.00 €\nChildren: 8.00 €",
    ]
    assert lines.bold() == ["Day card", "Ten visits", "Sauna"]


def test_an_answer_without_a_table_has_no_such_button(
    api: BotApi, chat: Chat, library: Library, quotable: list[str]
) -> None:
    quotable += [d.text for s, _ in library.sources() if (d := library.document(s.id))]
    with serving(api, library):
        answer = reply_to(chat, chat.say("When does the last ferry leave in winter?"))
        assert "▦ Table" not in answer.buttons()
