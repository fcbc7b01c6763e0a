"""Inline queries and guest messages."""

import asyncio

import pytest
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    MessageEntity,
)
from telegram.error import BadRequest, Forbidden
from telegram.ext import ExtBot

from .conftest import Raw
from .people import User
from .server import BotApi


def article(number: int, text: str = "a title\na quote") -> InlineQueryResultArticle:
    """A result with a quotation in it."""
    quote = MessageEntity("blockquote", text.index("a quote"), 7)
    return InlineQueryResultArticle(
        str(number),
        "a title",
        InputTextMessageContent(text, entities=[quote]),
        reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("more", callback_data="m")]]),
    )


async def test_results_are_offered_chosen_pressed_and_edited(
    api: BotApi, bot: "ExtBot[None]", ann: User
) -> None:
    """The whole way of an inline message, which the bot knows by its inline id only."""
    query = api.inline_query("a question", by=ann)
    async with bot:
        (update,) = await bot.get_updates()
        assert update.inline_query
        assert update.inline_query.query == "a question"
        button = InlineQueryResultsButton("Ask in the chat", start_parameter="inline")
        await update.inline_query.answer(
            [article(1), article(2)], cache_time=30, is_personal=True, button=button
        )
        offered = query.wait_answer()
        assert [result["id"] for result in offered.results] == ["1", "2"]
        assert (offered.cache_time, offered.is_personal) == (30, True)
        posted = query.choose(1)
        assert posted.quotes() == ["a quote"]
        press = api.press(posted, "more", by=ann)
        chosen, pressed = (await bot.get_updates(offset=update.update_id + 1))[:2]
        assert chosen.chosen_inline_result
        assert pressed.callback_query
        assert chosen.chosen_inline_result.result_id == "2"
        await pressed.callback_query.answer()
        await pressed.callback_query.edit_message_text("read on")
        assert press.wait_answer().text == ""
        now = api.latest(posted)
        assert now
        assert (now.text, now.edited) == ("read on", True)
    assert not api.violations


async def test_results_have_limits(api: BotApi, bot: "ExtBot[None]", ann: User) -> None:
    """Fifty, with ids of their own, offered once and in time."""
    query = api.inline_query("x", by=ann)
    async with bot:
        for results, reason in (
            ([article(number) for number in range(51)], "Results_too_much"),
            ([article(1), article(1)], "Result_id_duplicate"),
            ([article(10**70)], "Result_id_invalid"),
        ):
            with pytest.raises(BadRequest, match=reason):
                await bot.answer_inline_query(query.id, results)
        assert [v.rule for v in api.violations] == ["inline results", *["inline result id"] * 2]
        await bot.answer_inline_query(query.id, [article(n) for n in range(50)])
        with pytest.raises(BadRequest, match="Query is too old"):
            await bot.answer_inline_query(query.id, [])
        api.state.lifetimes.inline = 0.01
        late = api.inline_query("y", by=ann)
        await asyncio.sleep(0.02)
        with pytest.raises(BadRequest, match="Query is too old"):
            await bot.answer_inline_query(late.id, [])


def test_a_start_button_needs_a_valid_parameter(api: BotApi, raw: Raw, ann: User) -> None:
    """Otherwise Telegram refuses the whole answer."""
    query = api.inline_query("", by=ann)
    button = {"text": "Ask", "start_parameter": "a b"}
    answer = raw("answerInlineQuery", inline_query_id=query.id, results=[], button=button)[1]
    assert answer["description"] == "Bad Request: START_PARAM_INVALID"
    assert api.forgive("start parameter")


async def test_a_guest_is_answered_once(api: BotApi, bot: "ExtBot[None]", ann: User) -> None:
    """With one result, in a chat where the bot is not a member; the message can be edited."""
    query = api.guest_message("@citebot_test_bot why?", by=ann)
    async with bot:
        (update,) = await bot.get_updates()
        message = update.guest_message
        assert message
        assert message.guest_query_id == query.id
        assert message.chat.id == query.chat.id
        sent = await message.answer_guest_query(article(1))
        answer = query.wait_answer()
        assert (answer.inline_id, answer.quotes()) == (sent.inline_message_id, ["a quote"])
        with pytest.raises(BadRequest, match="Query is too old"):
            await bot.answer_guest_query(query.id, article(1))
        await bot.edit_message_text("later", inline_message_id=sent.inline_message_id)
        now = api.latest(answer)
        assert now
        assert now.text == "later"
        with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
            await bot.send_message(query.chat.id, "a")
