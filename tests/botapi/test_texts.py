"""Texts and their marked spans: what is kept, corrected, dropped and refused."""

import pytest
from telegram import MessageEntity
from telegram.error import BadRequest
from telegram.ext import ExtBot

from . import entities as spans
from . import utf16
from .conftest import Raw
from .people import User
from .server import BotApi

Spans = list[tuple[str, int, int]]


def shown(kept: list[spans.Entity]) -> Spans:
    """Kinds, offsets and lengths."""
    return [(entity["type"], entity["offset"], entity["length"]) for entity in kept]


def given(*marks: tuple[str, int, int]) -> list[dict[str, object]]:
    """Entities as a client writes them."""
    return [{"type": kind, "offset": start, "length": size} for kind, start, size in marks]


def test_lengths_and_slices_count_utf16_units() -> None:
    """An emoji is two units, and a slice never loses half of one."""
    assert utf16.length("a😀b") == 4
    assert utf16.cut("a😀b", 1, 2) == "😀"
    assert utf16.splits_pair("a😀b", 2)
    assert not utf16.splits_pair("a😀b", 3)


async def test_offsets_after_an_emoji_mark_the_right_words(
    api: BotApi, bot: "ExtBot[None]", ann: User
) -> None:
    """The library and the server agree on UTF-16; nothing needs escaping."""
    text = "😀 <b> & a_b: quoted 🎉 here"
    quote, bold = text.index("quoted"), text.index("here")
    entities = MessageEntity.adjust_message_entities_to_utf_16(
        text,
        [
            MessageEntity(MessageEntity.BLOCKQUOTE, quote, len("quoted 🎉 here")),
            MessageEntity(MessageEntity.BOLD, bold, len("here")),
        ],
    )
    async with bot:
        sent = await bot.send_message(api.private(ann).id, text, entities=entities)
    assert [sent.parse_entity(entity) for entity in sent.entities] == ["quoted 🎉 here", "here"]
    (message,) = api.private(ann).replies()
    assert (message.text, message.quotes(), message.bold()) == (text, ["quoted 🎉 here"], ["here"])


@pytest.mark.parametrize("text", ["", "   \n ", "\u2028\r"])
def test_an_empty_text_is_refused(api: BotApi, raw: Raw, ann: User, text: str) -> None:
    """So is one of nothing but space."""
    status, answer = raw("sendMessage", chat_id=api.private(ann).id, text=text)
    assert (status, answer["description"]) == (400, "Bad Request: message text is empty")
    assert api.forgive("text length")


def test_the_limit_counts_units_after_trimming(api: BotApi, raw: Raw, ann: User) -> None:
    """4,096 units pass, one more is refused, spaces at the ends do not count."""
    chat = api.private(ann)
    assert raw("sendMessage", chat_id=chat.id, text="😀" * 2048 + "  ")[0] == 200
    assert not api.violations
    status, answer = raw("sendMessage", chat_id=chat.id, text="😀" * 2048 + "a")
    assert (status, answer["description"]) == (400, "Bad Request: message is too long")
    assert [v.detail for v in api.forgive("text length")] == ["4097 UTF-16 units, at most 4096"]


async def test_control_characters_become_spaces_and_offsets_move_along(
    api: BotApi, bot: "ExtBot[None]", ann: User
) -> None:
    """Tabs become spaces, carriage returns vanish, outer space goes, as on the real server."""
    chat = api.private(ann)
    async with bot:
        sent = await bot.send_message(
            chat.id,
            " \r\na\tb\r\ncited ",
            entities=[MessageEntity("blockquote", 8, 6)],
        )
    assert sent.text == "a b\ncited"
    assert [sent.parse_entity(entity) for entity in sent.entities] == ["cited"]


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        (("bold", 0, 6), "entity beginning at UTF-16 offset 0 ends after the end of the text"),
        (("bold", 9, 1), "entity begins after the end of the text at UTF-16 offset 9"),
        (("bold", 2, 2), "entity begins in a middle of a UTF-16 symbol at UTF-16 offset 2"),
        (("bold", 0, 2), "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol"),
        (("bold", -1, 2), "receive an entity with incorrect offset -1"),
        (("bold", 0, -2), "receive an entity with incorrect length -2"),
    ],
)
def test_an_entity_out_of_bounds_is_refused(
    api: BotApi, raw: Raw, ann: User, mark: tuple[str, int, int], reason: str
) -> None:
    """Neither the end of the text nor half a character can be marked."""
    chat = api.private(ann)
    status, answer = raw("sendMessage", chat_id=chat.id, text="a😀bc", entities=given(mark))
    assert status == 400
    assert answer["description"].startswith(f"Bad Request: {reason}")
    assert not chat.replies()
    assert api.forgive("entity bounds")


def test_entities_over_the_hundredth_are_dropped_and_recorded(
    api: BotApi, raw: Raw, ann: User
) -> None:
    """The real server says nothing; here the test learns of it."""
    chat = api.private(ann)
    marks = given(*(("bold", 2 * place, 1) for place in range(101)))
    assert raw("sendMessage", chat_id=chat.id, text="a " * 101 + "b", entities=marks)[0] == 200
    assert len(chat.replies()[0].entities) == 100
    assert api.forgive("entity count")


@pytest.mark.parametrize(
    ("marks", "kept", "rule"),
    [
        # legal: bold in a quote, a link in a quote, code in a quote, neighbours
        ([("blockquote", 0, 9), ("bold", 2, 3)], [("blockquote", 0, 9), ("bold", 2, 3)], None),
        ([("code", 2, 3), ("blockquote", 0, 9)], [("blockquote", 0, 9), ("code", 2, 3)], None),
        ([("bold", 0, 3), ("bold", 3, 3)], [("bold", 0, 6)], None),
        # bold across the border of a quote, or around it, is split there
        (
            [("bold", 0, 5), ("blockquote", 3, 6)],
            [("bold", 0, 3), ("blockquote", 3, 6), ("bold", 3, 2)],
            None,
        ),
        # illegal: quotes in quotes, anything in code, links in links, a kind over itself
        (
            [("blockquote", 0, 9), ("expandable_blockquote", 2, 3)],
            [("blockquote", 0, 9)],
            "entity nesting",
        ),
        ([("blockquote", 0, 5), ("blockquote", 3, 5)], [("blockquote", 0, 5)], "entity nesting"),
        ([("pre", 0, 9), ("bold", 2, 3)], [("pre", 0, 9)], "entity nesting"),
        ([("code", 0, 9), ("pre", 2, 3)], [("code", 0, 9)], "entity nesting"),
        ([("code", 0, 9), ("blockquote", 2, 3)], [("blockquote", 2, 3)], "entity nesting"),
        ([("code", 0, 5), ("blockquote", 3, 5)], [("blockquote", 3, 5)], "entity nesting"),
        ([("bold", 0, 5), ("bold", 3, 5)], [("bold", 0, 8)], "entity overlap"),
        ([("bold", 0, 9), ("bold", 3, 2)], [("bold", 0, 9)], "entity overlap"),
        ([("italics", 0, 5)], [], "entity type"),
        ([("url", 0, 5)], [], "entity type"),
    ],
)
def test_overlaps_are_mended_and_the_meaningless_ones_recorded(
    api: BotApi, raw: Raw, ann: User, marks: Spans, kept: Spans, rule: str | None
) -> None:
    """What Telegram would silently drop or merge is dropped or merged, and breaks a rule."""
    chat = api.private(ann)
    assert raw("sendMessage", chat_id=chat.id, text="abcdefghij", entities=given(*marks))[0] == 200
    assert shown(chat.replies()[0].entities) == kept
    assert [violation.rule for violation in api.violations] == ([rule] if rule else [])


def test_commands_mentions_tags_and_addresses_are_found() -> None:
    """With the rules of TDLib for what may stand before and after."""
    text = "/ask@citebot_test_bot 😀 @ann_reads a@b.org #tag /no/path x/y https://e.org/a?b=1."
    found = [utf16.cut(text, e["offset"], e["length"]) for e in spans.find(text)]
    assert found == [
        "/ask@citebot_test_bot",
        "@ann_reads",
        "a@b.org",
        "#tag",
        "https://e.org/a?b=1",
    ]
    assert [entity["type"] for entity in spans.find(text)] == [
        "bot_command",
        "mention",
        "email",
        "hashtag",
        "url",
    ]


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("ftp://e.org/a", "Unsupported URL protocol"),
        ("docs/a.txt", "Unsupported URL protocol"),
        ("https://localhost/a", "Wrong HTTP URL"),
        ("https://e.org/a b", "Wrong HTTP URL"),
    ],
)
def test_a_link_that_leads_nowhere_is_refused(
    api: BotApi, raw: Raw, ann: User, address: str, reason: str
) -> None:
    """Only http, https and tg addresses can be linked."""
    link = [{"type": "text_link", "offset": 0, "length": 4, "url": address}]
    status, answer = raw("sendMessage", chat_id=api.private(ann).id, text="here", entities=link)
    assert status == 400
    assert answer["description"] == f"Bad Request: entity URL '{address}' is invalid: {reason}"
    assert api.forgive("link address")


def test_links_are_kept_normalised(api: BotApi, raw: Raw, ann: User) -> None:
    """A bare host gets its slash, a text fragment stays as it is."""
    chat = api.private(ann)
    fragment = "https://Example.org/page#:~:text=a%2Cb"
    links = [
        {"type": "text_link", "offset": 0, "length": 1, "url": "https://example.org"},
        {"type": "text_link", "offset": 2, "length": 1, "url": fragment},
    ]
    raw("sendMessage", chat_id=chat.id, text="a b", entities=links)
    assert chat.wait_reply().links() == [
        ("a", "https://example.org/"),
        ("b", "https://example.org/page#:~:text=a%2Cb"),
    ]


def test_too_many_bytes_of_addresses_are_refused(api: BotApi, raw: Raw, ann: User) -> None:
    """The addresses of a message share one budget."""
    long = "https://example.org/" + "a" * 1000
    links = [{"type": "text_link", "offset": i, "length": 1, "url": long} for i in range(7)]
    status, answer = raw("sendMessage", chat_id=api.private(ann).id, text="a" * 9, entities=links)
    assert (status, answer["description"]) == (400, "Bad Request: ENTITIES_TOO_LONG")
    assert api.forgive("link bytes")


def test_a_start_parameter_that_telegram_would_drop_is_recorded(
    api: BotApi, raw: Raw, ann: User
) -> None:
    """In links to the bot itself, not in others."""
    for name, parameter in (("citebot_test_bot", "p_a.b"), ("other_bot", "p_a.b")):
        url = f"https://t.me/{name}?start={parameter}"
        link = [{"type": "text_link", "offset": 0, "length": 1, "url": url}]
        raw("sendMessage", chat_id=api.private(ann).id, text="a", entities=link)
    assert len(api.forgive("start parameter")) == 1


async def test_a_parse_mode_is_refused(api: BotApi, bot: "ExtBot[None]", ann: User) -> None:
    """The bot marks its texts by entities only."""
    async with bot:
        with pytest.raises(BadRequest, match="nsupported parse_mode"):
            await bot.send_message(api.private(ann).id, "<b>a</b>", parse_mode="HTML")
    assert api.forgive("parse mode")
