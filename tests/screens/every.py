"""Every kind of message that the bot sends, to be looked at: `python -m tests.screens FOLDER`."""

from __future__ import annotations

from collections.abc import Iterator

from bot.messages.texts import Texts, texts_for
from tests.bot.serving import reply_to
from tests.botapi import BotApi, Chat, Message, User
from tests.botapi.rich import bullets
from tests.screens.page import bubble, inline, page

__all__ = ["every"]

_ASKED = {
    "en": (
        "When were the drills announced?",
        "How many troops will take part? Which countries send them?",
        "Why is oil needed at the light?",
        "What does the picnic cost?",
        "Thanks!",
        "What does error E99 mean?",
        "сколько военных участвует в учениях?",
    ),
    "ru": (
        "Сколько военных участвует в учениях?",
        "Сколько военных участвует в учениях? Какие страны их посылают?",
        "Зачем маяку масло?",
        "Сколько стоит пикник?",
        "Спасибо!",
        "Что значит ошибка E99?",
        "How many troops will take part?",
    ),
}
_COMMANDS = ("/start", "/help", "/sources", "/lang", "/privacy", "/forget", "/verify", "/nonsense")
_EDITORS = (
    "/help",
    "/remove",
    "/rollback",
    "/thresholds",
    "/gaps",
    "/why Who keeps the light?",
    "/stats",
    "/health",
    "/add",
    "/reindex",
)
_CLAIMS = (
    "A total of 5,000 troops will take part in the drills",
    "A total of 6,000 troops will take part in the drills",
    "Salt is its only enemy. The keeper was paid in gold.",
    "We have six weeks of holiday.",
)


def every(api: BotApi, language: str) -> Iterator[tuple[str, str]]:
    """Each kind's name and its page, in one language, as the messages arrive."""
    texts = texts_for(language)
    ann = api.user("Ann", language_code=language)
    chat = api.private(ann)
    editor = api.user("Ed", language_code=language, user_id=1)
    office = api.private(editor)
    for command in _COMMANDS:
        yield command.strip("/"), page(_said(chat, command))
    for number, question in enumerate(_ASKED[language]):
        yield f"asked-{number}", page(_said(chat, question))
    for number, claim in enumerate(_CLAIMS):
        yield f"verify-{number}", page(_said(chat, f"/verify {claim}"))
    asked = chat.say("How many troops will take part?")
    answer = reply_to(chat, asked)
    for name in ("read_around", "more_button"):
        if texts(name) in answer.buttons():
            press = api.press(answer, texts(name))
            yield name, page(bubble(chat.wait_reply(press).raw))
    press = api.press(reply_to(chat, chat.say("How many troops will take part?")), "👎")
    yield "down", page(bubble(chat.wait_reply(press).raw))
    listed = chat.rich(bullets("How many troops will take part?", "Who keeps the light?"))
    yield "rich", page(bubble(reply_to(chat, listed).raw))
    yield "long", page(_said(chat, "word " * 240))
    for kind in ("voice", "photo"):
        yield kind, page(bubble(reply_to(chat, chat.media(kind)).raw))
    for query in ("troops in the drills", "visitors in a year", "zz"):
        found = api.inline_query(query, by=ann).wait_answer()
        yield f"inline-{query.split()[0]}", page(inline(query, found.results, button=found.button))
    group = api.supergroup("Readers", ann, editor)
    vera = group.say("How many troops will take part?", by=editor)
    group.say("/ask", by=ann, reply_to=vera)
    yield "group", page(bubble(vera.raw), bubble(group.wait_reply().raw))
    shown = chat.media("photo", caption="my new laptop")
    yield "caption", page(bubble(reply_to(chat, shown).raw))
    yield "link", page(_said(chat, "https://example.org/prices"))
    yield from _groups(group, ann)
    for command in _EDITORS:
        yield f"editor-{command.split()[0].strip('/')}", page(_said(office, command))
    offered = office.upload("prices.md", b"# Prices\n\nA ticket costs 6.50 euros.\n")
    offer = reply_to(office, offered)
    press = api.press(offer, texts("add_button"))
    added = office.wait_reply(press)
    yield "editor-offer", page(bubble(offer.raw), bubble(added.raw))
    press = api.press(added, texts("reindex_button"))
    preview = _with(api, office, texts("publish_button"))
    yield "editor-preview", page(bubble(preview.raw))
    press = api.press(preview, texts("publish_button"))
    yield "editor-published", page(bubble(office.wait_reply(press).raw))
    yield from _documents(api, texts, office)


def _groups(group: Chat, ann: User) -> Iterator[tuple[str, str]]:
    """Commands in a group, and a question there that nothing answers."""
    for command in ("/help", "/ask", "/lang", "/privacy"):
        said = group.say(f"{command}@citebot", by=ann)
        yield f"group-{command.strip('/')}", page(bubble(said.raw), bubble(group.wait_reply().raw))
    asked = group.say("/ask what is the capital of France?", by=ann)
    yield "group-nothing", page(bubble(asked.raw), bubble(reply_to(group, asked).raw))


def _documents(api: BotApi, texts: Texts, office: Chat) -> Iterator[tuple[str, str]]:
    """Several files at once, and what cannot be read."""
    for number in range(2):
        office.upload(
            f"rota-{number}.csv", b"Day,Cook\nMonday,Ann\nTuesday,Ben\n", media_group_id="9"
        )
    album = _with(api, office, texts("album_button", count=2))
    yield "editor-album", page(bubble(album.raw))
    for name, data in (("broken.pdf", b"%PDF-1.7 cut"), ("song.mp3", b"ID3")):
        yield f"editor-{name}", page(bubble(reply_to(office, office.upload(name, data)).raw))
    shown = office.media("photo", caption="new price list")
    yield "editor-caption", page(bubble(reply_to(office, shown).raw))
    yield "quiet", page(_said(office, "/quiet"))


def _said(chat: Chat, text: str) -> str:
    said = chat.say(text)
    return bubble(said.raw) + bubble(chat.wait_reply(said).raw)


def _with(api: BotApi, office: Chat, label: str) -> Message:
    """Return the latest message with this button."""
    return api.wait(
        lambda _: next((m for m in reversed(office.replies()) if label in m.buttons()), None),
        60,
        f"a message with {label}",
    )
