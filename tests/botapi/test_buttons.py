"""Buttons under messages: their limits, pressing them, answering the press."""

import asyncio

import pytest
from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest
from telegram.ext import CallbackQueryHandler, CommandHandler, ExtBot

from .conftest import Raw
from .people import User
from .running import Context, running
from .server import BotApi


@pytest.mark.parametrize(
    ("button", "rule", "reason"),
    [
        ({"callback_data": "ж" * 33}, "callback data", "BUTTON_DATA_INVALID"),
        ({"copy_text": {"text": "a" * 257}}, "copy text", "BUTTON_COPY_TEXT_INVALID"),
        ({"copy_text": {"text": ""}}, "copy text", "BUTTON_COPY_TEXT_INVALID"),
        (
            {"url": "nowhere"},
            "button address",
            "inline keyboard button URL 'nowhere' is invalid: Unsupported URL protocol",
        ),
        (
            {"callback_data": ""},
            "button action",
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ({"switch_inline_query": "a" * 257}, "inline query", "BUTTON_DATA_INVALID"),
        (
            {"switch_inline_query_chosen_chat": {"query": "a"}},
            "button action",
            "at least one chat type must be allowed",
        ),
        ({"pay": True}, "not covered", "BUTTON_TYPE_INVALID"),
    ],
)
def test_a_button_over_a_limit_is_refused_and_recorded(
    api: BotApi, raw: Raw, ann: User, button: dict[str, object], rule: str, reason: str
) -> None:
    """Data counts in bytes, copied text in characters; each button does one thing."""
    markup = {"inline_keyboard": [[{"text": "press", **button}]]}
    answer = raw("sendMessage", chat_id=api.private(ann).id, text="a", reply_markup=markup)[1]
    assert answer["description"] == f"Bad Request: {reason}"
    assert [violation.rule for violation in api.forgive(rule)] == [rule]
    assert not api.violations


async def test_every_allowed_button_passes(api: BotApi, bot: "ExtBot[None]", ann: User) -> None:
    """At their limits, too."""
    rows = [
        [InlineKeyboardButton("data", callback_data="ж" * 32)],
        [InlineKeyboardButton("copy", copy_text=CopyTextButton("😀" * 256))],
        [InlineKeyboardButton("open", url="https://t.me/citebot_test_bot?start=p_1")],
        [InlineKeyboardButton("elsewhere", switch_inline_query="")],
        [InlineKeyboardButton("here", switch_inline_query_current_chat="a")],
        [InlineKeyboardButton(str(place), callback_data=str(place)) for place in range(8)],
    ]
    async with bot:
        await bot.send_message(api.private(ann).id, "a", reply_markup=InlineKeyboardMarkup(rows))
    message = api.private(ann).wait_reply()
    assert message.rows()[:2] == [["data"], ["copy"]]
    assert not api.violations


def test_rows_and_keyboards_have_a_size(api: BotApi, raw: Raw, ann: User) -> None:
    """The ninth of a row is dropped, the hundred and first of a keyboard refused."""
    chat = api.private(ann)
    button = {"text": "a", "callback_data": "a"}
    nine = {"inline_keyboard": [[button] * 9]}
    assert raw("sendMessage", chat_id=chat.id, text="a", reply_markup=nine)[0] == 200
    assert len(chat.wait_reply().buttons()) == 8
    many = {"inline_keyboard": [[button]] * 101}
    answer = raw("sendMessage", chat_id=chat.id, text="a", reply_markup=many)[1]
    assert answer["description"] == "Bad Request: reply markup is too long"
    assert len(api.forgive("button count")) == 2


def test_a_press_is_answered_and_the_message_edited(api: BotApi, ann: User) -> None:
    """A whole bot: the press reaches it with the message, the answer reaches the person."""

    async def ask(update: Update, _: Context) -> None:
        assert update.message
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("▶", callback_data="next:7")]])
        await update.message.reply_text("¶ 6 of 31", reply_markup=keyboard)

    async def step(update: Update, _: Context) -> None:
        assert update.callback_query
        await update.callback_query.answer(f"data {update.callback_query.data}", show_alert=True)
        await update.callback_query.edit_message_text("¶ 7 of 31")

    chat = api.private(ann)
    with running(api, CommandHandler("ask", ask), CallbackQueryHandler(step)):
        chat.say("/ask something")
        shown = chat.wait_reply()
        press = api.press(shown, "▶")
        answer = press.wait_answer()
        assert (answer.text, answer.show_alert) == ("data next:7", True)
        edited = chat.wait_reply(after=press)
        assert (edited.text, edited.edited, edited.id) == ("¶ 7 of 31", True, shown.id)
        forged = api.press(edited, data="next:9999")
        assert forged.wait_answer().text == "data next:9999"


async def test_a_press_is_answered_once_and_in_time(
    api: BotApi, bot: "ExtBot[None]", ann: User
) -> None:
    """The second answer is refused and recorded, a late one only refused."""
    message = api.private(ann).say("no buttons here")
    async with bot:
        press = api.press(message, data="x")
        await bot.answer_callback_query(press.id)
        with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
            await bot.answer_callback_query(press.id)
        assert api.forgive("callback answered twice")
        api.state.lifetimes.callback = 0.01
        late = api.press(message, data="y")
        await asyncio.sleep(0.02)
        with pytest.raises(BadRequest, match="Query is too old"):
            await bot.answer_callback_query(late.id)
        api.state.lifetimes.callback = 150
        long = api.press(message, data="z")
        with pytest.raises(BadRequest, match="Message_too_long"):
            await bot.answer_callback_query(long.id, "a" * 201)
        assert api.forgive("callback answer length")
    assert not api.violations


def test_pressing_needs_a_button_that_calls_back(api: BotApi, raw: Raw, ann: User) -> None:
    """A test that presses what is not there fails at once, and says what is."""
    chat = api.private(ann)
    markup = {"inline_keyboard": [[{"text": "open", "url": "https://example.org/"}]]}
    raw("sendMessage", chat_id=chat.id, text="a", reply_markup=markup)
    message = chat.wait_reply()
    with pytest.raises(KeyError, match=r"no button 'more' among \['open'\]"):
        api.press(message, "more")
    with pytest.raises(ValueError, match="no callback button"):
        api.press(message, "open")
