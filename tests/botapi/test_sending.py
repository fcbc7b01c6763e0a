"""Sending, replying, quoting, editing and deleting."""

import pytest
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyParameters,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden
from telegram.ext import ExtBot

from .conftest import Raw
from .people import User
from .server import BotApi

NOT_MODIFIED = "Message is not modified: specified new message content and reply markup are exactly"


async def test_a_reply_quotes_a_part_of_the_question(
    api: BotApi, bot: "ExtBot[None]", ann: User
) -> None:
    """The quote must be a slice of the text; its position is found, nearest to the one given."""
    chat = api.private(ann)
    question = chat.say("😀 who wrote this, and who read this?")
    async with bot:
        sent = await bot.send_message(
            chat.id,
            "Ann.",
            reply_parameters=ReplyParameters(question.id, quote="who", quote_position=20),
        )
        assert sent.quote is not None
        assert (sent.quote.text, sent.quote.position) == ("who", 23)
        assert sent.reply_to_message is not None
        assert sent.reply_to_message.message_id == question.id
        with pytest.raises(BadRequest, match="Quote_text_invalid"):
            await bot.send_message(
                chat.id, "No.", reply_parameters=ReplyParameters(question.id, quote="whom")
            )
    assert not api.violations


def test_a_quote_must_carry_the_marks_of_the_original(api: BotApi, raw: Raw, ann: User) -> None:
    """Bold text quoted without its mark is not an exact part."""
    chat = api.private(ann)
    bold = [{"type": "bold", "offset": 4, "length": 4}]
    told = chat.say("the bold word", entities=bold)
    quote = {"message_id": told.id, "quote": "bold word"}
    assert raw("sendMessage", chat_id=chat.id, text="a", reply_parameters=quote)[0] == 400
    marked = {**quote, "quote_entities": [{"type": "bold", "offset": 0, "length": 4}]}
    assert raw("sendMessage", chat_id=chat.id, text="a", reply_parameters=marked)[0] == 200


def test_a_quote_over_its_limit_is_refused_and_recorded(api: BotApi, raw: Raw, ann: User) -> None:
    """1,024 units pass, one more does not."""
    chat = api.private(ann)
    told = chat.say("a" * 2000)
    for size, status in ((1024, 200), (1025, 400)):
        quote = {"message_id": told.id, "quote": "a" * size}
        assert raw("sendMessage", chat_id=chat.id, text="b", reply_parameters=quote)[0] == status
    assert len(api.forgive("quote length")) == 1


def test_a_reply_to_nothing_is_refused_unless_it_may_stand_alone(
    api: BotApi, raw: Raw, ann: User
) -> None:
    """A question can be deleted before its answer comes."""
    chat, other = api.private(ann), api.private(api.user("Bob"))
    elsewhere = other.say("not in this chat")
    missing: dict[str, object] = {"message_id": elsewhere.id}
    status, answer = raw("sendMessage", chat_id=chat.id, text="a", reply_parameters=missing)
    assert answer["description"] == "Bad Request: message to be replied not found"
    missing["allow_sending_without_reply"] = True
    status, answer = raw("sendMessage", chat_id=chat.id, text="a", reply_parameters=missing)
    assert status == 200
    assert "reply_to_message" not in answer["result"]


async def test_an_edit_replaces_text_and_buttons(
    api: BotApi, bot: "ExtBot[None]", ann: User
) -> None:
    """Buttons that are not given again go away; the same again is refused."""
    chat = api.private(ann)
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("more", callback_data="m")]])
    async with bot:
        sent = await bot.send_message(chat.id, "one", reply_markup=keyboard)
        with pytest.raises(BadRequest, match=NOT_MODIFIED):
            await sent.edit_text("one", reply_markup=keyboard)
        await sent.edit_text("two")
        await sent.edit_reply_markup(keyboard)
        with pytest.raises(BadRequest, match=NOT_MODIFIED):
            await sent.edit_reply_markup(keyboard)
        await sent.delete()
        with pytest.raises(BadRequest, match="Message to edit not found"):
            await sent.edit_text("three")
        with pytest.raises(BadRequest, match="Message to delete not found"):
            await sent.delete()
    one, two, three = chat.replies()
    assert [m.buttons() for m in (one, two, three)] == [["more"], [], ["more"]]
    assert (two.text, two.edited, two.id) == ("two", True, one.id)
    assert chat.latest(one) is None
    assert not api.violations


def test_only_own_messages_without_a_reply_keyboard_are_edited(
    api: BotApi, raw: Raw, ann: User
) -> None:
    """Neither a person's message nor one that forced a reply."""
    chat = api.private(ann)
    question = chat.say("mine")
    forced = {"force_reply": True, "input_field_placeholder": "your question"}
    raw("sendMessage", chat_id=chat.id, text="ask", reply_markup=forced)
    asked = chat.wait_reply()
    assert asked.reply_markup == forced
    assert "reply_markup" not in asked.raw
    for message in (question, asked):
        answer = raw("editMessageText", chat_id=chat.id, message_id=message.id, text="new")[1]
        assert answer["description"] == "Bad Request: message can't be edited"


async def test_refusals_by_people_and_groups(api: BotApi, bot: "ExtBot[None]", ann: User) -> None:
    """Blocked, never met, deactivated, kicked, gone, muted, unknown."""
    met, group, forum = api.private(ann), api.group("Readers", ann), api.forum("Topics", ann)
    strangers = api.private(api.user("Bob"), started=False)
    async with bot:
        met.block()
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await bot.send_message(met.id, "a")
        met.unblock()
        await bot.send_message(met.id, "a")
        met.deactivated = True
        with pytest.raises(Forbidden, match="user is deactivated"):
            await bot.send_chat_action(met.id, "typing")
        with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
            await bot.send_message(strangers.id, "a")
        group.bot_becomes("kicked", by=ann)
        with pytest.raises(Forbidden, match="bot was kicked from the group chat"):
            await bot.send_message(group.id, "a")
        await bot.leave_chat(forum.id)
        with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
            await bot.get_chat(forum.id)
        with pytest.raises(BadRequest, match="Chat not found"):
            await bot.send_message(1, "a")


async def test_a_group_that_became_a_supergroup(
    api: BotApi, bot: "ExtBot[None]", ann: User
) -> None:
    """The old id is refused with the new one; both chats announce it."""
    group = api.group("Readers", ann)
    new = group.migrate()
    async with bot:
        with pytest.raises(ChatMigrated) as refused:
            await bot.send_message(group.id, "a")
        assert refused.value.new_chat_id == new.id
        updates = await bot.get_updates()
        assert [
            (u.message.migrate_to_chat_id, u.message.migrate_from_chat_id)
            for u in updates
            if u.message
        ] == [(new.id, None), (None, group.id)]
        await bot.send_message(new.id, "a")


async def test_documents_go_up_and_come_down(api: BotApi, bot: "ExtBot[None]", ann: User) -> None:
    """Sent bytes can be looked at, sent again by id, and fetched."""
    chat = api.private(ann)
    async with bot:
        sent = await bot.send_document(chat.id, b"source", filename="a.txt", caption="the source")
        assert sent.document is not None
        again = await bot.send_document(chat.id, sent.document.file_id)
        assert again.document is not None
        assert again.document.file_name == "a.txt"
        file = await bot.get_file(again.document.file_id)
        assert bytes(await file.download_as_bytearray()) == b"source"
    first = chat.replies()[0]
    assert (first.text, api.file(first).name, api.file(first).content) == (
        "the source",
        "a.txt",
        b"source",
    )


async def test_uploads_are_served_up_to_twenty_megabytes(
    api: BotApi, bot: "ExtBot[None]", ann: User
) -> None:
    """The name arrives unchanged, a size may be a lie, a bigger file is not prepared."""
    chat = api.private(ann)
    chat.upload("../../etc/x.txt", b"abc", caption="read this", size=1)
    chat.upload("big.pdf", b"", size=20 * 1024 * 1024 + 1)
    async with bot:
        small, big = await bot.get_updates()
        assert small.message
        assert small.message.document
        assert big.message
        assert big.message.document
        assert small.message.document.file_name == "../../etc/x.txt"
        assert small.message.document.file_size == 1
        file = await small.message.document.get_file()
        assert bytes(await file.download_as_bytearray()) == b"abc"
        with pytest.raises(BadRequest, match="File is too big"):
            await big.message.document.get_file()


def test_reactions_and_actions_must_be_known(api: BotApi, raw: Raw, ann: User) -> None:
    """One standard emoji; the listed actions."""
    chat = api.private(ann)
    message = chat.say("thanks")
    thumb, cat = {"type": "emoji", "emoji": "👍"}, {"type": "emoji", "emoji": "🐈"}
    place: dict[str, object] = {"chat_id": chat.id, "message_id": message.id}
    assert raw("setMessageReaction", **place, reaction=[thumb])[0] == 200
    assert raw("setMessageReaction", **place, reaction=[cat])[0] == 400
    assert api.forgive("reaction")
    answer = raw("sendChatAction", chat_id=chat.id, action="thinking")[1]
    assert answer["description"] == "Bad Request: wrong parameter action in request"
