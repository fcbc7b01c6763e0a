"""The scenes: what a person asks the real bot, and the page that shows what came back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.library import Library
from index.model.encoder import Encoder
from index.settings import IndexSettings
from tests.bot.serving import reply_to, serving
from tests.botapi import BotApi, Chat, assert_well_behaved
from tests.screens.page import bubble, inline, page

__all__ = ["scenes", "stage"]

_GOLDEN = Path(__file__).parent.parent / "golden"
_DOCUMENTS = Path(__file__).with_name("documents")


@contextmanager
def stage(folder: Path, encoder: Encoder) -> Iterator[BotApi]:
    """The bot at work on the example and the documents here, copied and indexed in that folder.

    It must have kept every rule of the Bot API, and quoted nothing false, when the block ends.
    """
    settings = IndexSettings(knowledge=folder / "knowledge", data=folder / "data")
    shutil.copytree(_GOLDEN, settings.knowledge, ignore=shutil.ignore_patterns("*.jsonl"))
    shutil.copytree(_DOCUMENTS, settings.knowledge, dirs_exist_ok=True)
    library = Library(knowledge=settings.knowledge, data=settings.data, model=encoder)
    library.desk.index.build()
    found = (library.document(source.id) for source, _ in library.sources())
    texts = [document.text for document in found if document]
    with (
        BotApi(username="citebot") as api,
        serving(api, library, data=settings.data, admins=frozenset({1})),
    ):
        yield api
        assert_well_behaved(api, texts=texts)
    library.close()


def scenes(api: BotApi) -> Iterator[tuple[str, str]]:
    """Each scene's name and its page."""
    ann = api.user("Ann", language_code="en")
    chat = api.private(ann)
    said = chat.say("/start")
    yield "start", page(bubble(said.raw), bubble(chat.wait_reply(said).raw))
    yield "found", page(_asked(chat, "How many troops will take part?"))
    yield "related", page(_asked(chat, "How many visitors come to see the lighthouse each year?"))
    yield "nothing", page(_asked(chat, "What is the capital of France?"))
    said = chat.say("How many troops will take part?")
    press = api.press(reply_to(chat, said), "📖 Context")
    yield "read-around", page(bubble(said.raw), bubble(chat.wait_reply(press).raw))
    typed = api.inline_query("troops in the drills", by=ann)
    found = typed.wait_answer()
    yield "inline", page(inline(typed.query, found.results, button=found.button))
    said = chat.say("/verify A total of 6,000 troops will take part in the drills")
    yield "verify", page(bubble(said.raw), bubble(reply_to(chat, said).raw))
    oil = "How many litres of oil does the lamp burn in a winter night?"
    yield "long", page(_asked(chat, oil))
    yield "emoji", page(_asked(chat, "What does the children's table get? 🍋"))
    yield (
        "right-to-left",
        page(
            _asked(chat, "מתי נפתחה הספרייה ברחוב הגפן?"),
            _asked(chat, "متى زرعت أقدم شجرة في الحديقة؟"),
        ),
    )


def _asked(chat: Chat, question: str) -> str:
    """A question and the bot's answer, as it arrives."""
    said = chat.say(question)
    return bubble(said.raw) + bubble(reply_to(chat, said).raw)
