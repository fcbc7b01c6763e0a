"""What people do in chats, and what of it reaches the bot."""

import time

import pytest
from telegram import Update
from telegram.error import BadRequest
from telegram.ext import ExtBot

from .conftest import Raw
from .people import User
from .server import BotApi


async def test_a_persons_message_reads_as_from_telegram(
    api: BotApi, bot: "ExtBot[None]", ann: User
) -> None:
    """Language, commands, mentions, replies, quotes and edits."""
    chat = api.private(ann)
    first = chat.say("/start p_1 @citebot_test_bot")
    second = chat.say("and 😀 this?", reply_to=first, quote="p_1")
    chat.edit(second, "and that?")
    chat.say("late", ago=700)
    async with bot:
        start, reply, edit, late = await bot.get_updates(allowed_updates=Update.ALL_TYPES)
    assert start.effective_user
    assert start.effective_user.language_code == "en"
    assert start.message
    assert start.message.parse_entities() == {
        start.message.entities[0]: "/start",
        start.message.entities[1]: "@citebot_test_bot",
    }
    assert reply.message
    assert reply.message.reply_to_message
    assert reply.message.quote
    assert reply.message.reply_to_message.message_id == first.id
    assert (reply.message.quote.text, reply.message.quote.position) == ("p_1", 7)
    assert edit.edited_message
    assert edit.edited_message.text == "and that?"
    assert edit.edited_message.edit_date
    assert late.message
    assert time.time() - late.message.date.timestamp() > 690


async def test_media_arrive_without_text(api: BotApi, bot: "ExtBot[None]", ann: User) -> None:
    """Each kind in its own field."""
    kinds = ("photo", "voice", "sticker", "video", "audio", "animation", "location")
    for kind in kinds:
        api.private(ann).media(kind)
    async with bot:
        updates = await bot.get_updates()
    for kind, update in zip(kinds, updates, strict=True):
        assert update.message
        assert update.message.text is None
        assert getattr(update.message, kind)


def test_privacy_mode_hides_what_is_not_meant_for_the_bot(api: BotApi, raw: Raw, ann: User) -> None:
    """Commands for it and replies to it come through; a mention alone does not."""
    group = api.group("Readers", ann)
    raw("sendMessage", chat_id=group.id, text="I am here")
    for text in ("chat", "@citebot_test_bot why?", "/ask@other_bot why?"):
        group.say(text)
    assert raw("getUpdates")[1]["result"] == []
    group.say("/ask why?")
    group.say("/ask@citebot_test_bot why?")
    group.say("why?", reply_to=group.replies()[0])
    assert len(raw("getUpdates", offset=-100)[1]["result"]) == 3
    group.bot_becomes("administrator", by=ann)
    group.say("@citebot_test_bot why?")
    assert len(raw("getUpdates")[1]["result"]) == 5


def test_without_privacy_mode_everything_comes(ann: User) -> None:
    """As for a bot whose owner has turned it off."""
    with BotApi(privacy_mode=False) as api:
        group = api.supergroup("Readers", api.user("Bob"), username="readers")
        group.say("@citebot_test_bot why?")
        assert len(api.state.updates.waiting()) == 1


async def test_topics_hold_their_messages(api: BotApi, bot: "ExtBot[None]", ann: User) -> None:
    """A message in a topic answers the one that opened it; a reply to it stays there."""
    forum = api.forum("Topics", ann)
    topic = forum.topic("News")
    question = forum.say("/ask why?", topic=topic)
    general = forum.say("/ask why?")
    async with bot:
        update = (await bot.get_updates())[1]
        assert update.message
        assert update.message.is_topic_message
        assert update.message.message_thread_id == topic
        assert update.message.reply_to_message
        assert update.message.reply_to_message.forum_topic_created
        await update.message.reply_text("here", do_quote=True)
        await bot.send_message(forum.id, "there", message_thread_id=topic)
        await bot.send_chat_action(forum.id, "typing", message_thread_id=1)
        for wrong in (1, 999, general.id):
            with pytest.raises(BadRequest, match="Message thread not found"):
                await bot.send_message(forum.id, "nowhere", message_thread_id=wrong)
        forum.closed_topics.add(topic)
        with pytest.raises(BadRequest, match="Topic_closed"):
            await bot.send_message(forum.id, "too late", message_thread_id=topic)
    here, there = forum.replies()
    assert (here.topic, here.reply_to, there.topic) == (topic, question.id, topic)


async def test_threads_of_replies_are_no_topics(
    api: BotApi, bot: "ExtBot[None]", ann: User
) -> None:
    """In a supergroup without topics a reply carries a thread id that cannot be written to."""
    group = api.supergroup("Readers", ann)
    first = group.say("/ask a")
    group.say("/ask b", reply_to=first)
    async with bot:
        update = (await bot.get_updates())[1]
        assert update.message
        assert update.message.message_thread_id == first.id
        assert not update.message.is_topic_message
        with pytest.raises(BadRequest, match="Message thread not found"):
            await bot.send_message(group.id, "a", message_thread_id=first.id)


async def test_anonymous_admins_and_channels_hide_the_person(
    api: BotApi, bot: "ExtBot[None]", ann: User
) -> None:
    """They come under the ids that Telegram keeps for them."""
    group, channel = api.supergroup("Readers", ann), api.channel("News", username="news")
    group.say("/reindex", by=ann, as_chat=group)
    group.say("/reindex", by=ann, as_chat=channel)
    channel.say("/reindex")
    async with bot:
        anonymous, linked, post = await bot.get_updates()
        assert anonymous.message
        assert anonymous.message.from_user
        assert anonymous.message.from_user.id == 1087968824
        assert anonymous.message.sender_chat
        assert anonymous.message.sender_chat.id == group.id
        assert linked.message
        assert linked.message.from_user
        assert linked.message.from_user.id == 136817688
        assert post.channel_post
        assert post.channel_post.from_user is None
        assert (await bot.send_message("@news", "a")).chat.id == channel.id


async def test_members_and_the_bots_own_place(api: BotApi, bot: "ExtBot[None]", ann: User) -> None:
    """Who is an admin, what the bot is, and the update when that changes."""
    bob = api.user("Bob")
    group = api.supergroup("Readers", ann, admins=[bob])
    group.bot_becomes("administrator", by=bob)
    async with bot:
        (change,) = await bot.get_updates(allowed_updates=["my_chat_member"])
        assert change.my_chat_member
        assert change.my_chat_member.old_chat_member.status == "member"
        assert change.my_chat_member.new_chat_member.status == "administrator"
        assert change.my_chat_member.from_user.id == bob.id
        assert (await bot.get_chat_member(group.id, ann.id)).status == "member"
        admins = await bot.get_chat_administrators(group.id)
        assert {admin.user.id for admin in admins} == {bob.id, bot.id}
        full = await bot.get_chat(group.id)
        assert (full.title, full.type) == ("Readers", "supergroup")
        with pytest.raises(BadRequest, match="no administrators in the private chat"):
            await bot.get_chat_administrators(api.private(ann).id)


def test_waiting_tells_what_happened_instead(api: BotApi, raw: Raw, ann: User) -> None:
    """A wait that ends in vain names the last calls, broken rules and unfetched updates."""
    chat = api.private(ann)
    chat.say("hello")
    raw("sendMessage", chat_id=chat.id, text="")
    with pytest.raises(AssertionError, match="sendMessage -> 400 Bad Request: message text is em"):
        chat.wait_reply(timeout=0.05)
    assert chat.stays_silent(0.05)
    raw("sendMessage", chat_id=chat.id, text="at last")
    assert not chat.stays_silent(0.05)
