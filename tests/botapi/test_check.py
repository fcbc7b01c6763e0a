"""What must hold after every test."""

import pytest

from .check import assert_well_behaved, quotes_are_slices
from .conftest import Raw
from .people import User
from .server import BotApi

SOURCE = "The mill was built in 1820. It burnt down twice."


def quoted(text: str) -> dict[str, object]:
    """A text that is a block quote as a whole."""
    return {"text": text, "entities": [{"type": "blockquote", "offset": 0, "length": len(text)}]}


def test_a_bot_that_behaves_passes(api: BotApi, raw: Raw, ann: User) -> None:
    """Nothing broken, buttons answered, true quotes, clean logs."""
    chat = api.private(ann)
    press = api.press(chat.say("a"), data="x")
    raw("answerCallbackQuery", callback_query_id=press.id)
    raw("sendMessage", chat_id=chat.id, **quoted("It burnt down twice."))
    assert_well_behaved(api, logs="sent one message", token=api.token, texts=[SOURCE])


def test_a_press_that_nobody_waits_for_is_left_out(api: BotApi, ann: User) -> None:
    """A test may press a button of a bot that is down."""
    api.press(api.private(ann).say("a"), data="x").abandon()
    assert_well_behaved(api, grace=0.01)


def test_each_misdeed_is_named(api: BotApi, raw: Raw, ann: User) -> None:
    """A broken rule, a button without an answer, the token in a log or a message."""
    chat = api.private(ann)
    api.press(chat.say("a"), data="vote:1")
    raw("sendMessage", chat_id=chat.id, text="")
    raw("sendMessage", chat_id=chat.id, text=f"failed at {api.url}/bot{api.token}/getMe")
    with pytest.raises(AssertionError) as failed:
        assert_well_behaved(api, logs=f"POST /bot{api.token}/getMe", token=api.token, grace=0.01)
    for words in (
        "sendMessage: text length: the text is empty",
        "never answered: the button 'vote:1'",
        "the token stands in a log",
        "the token stands in a call of sendMessage",
    ):
        assert words in str(failed.value)


@pytest.mark.parametrize("quote", ["It burned down twice.", "… burnt down twice.", "It  burnt"])
def test_a_quote_that_is_no_slice_is_named(api: BotApi, raw: Raw, ann: User, quote: str) -> None:
    """One letter, an ellipsis or a space more is enough, in an inline result as well."""
    query = api.inline_query("mill", by=ann)
    true = quoted("The mill was built in 1820.")
    raw("sendMessage", chat_id=api.private(ann).id, **true)
    quotes_are_slices(api, ["another text", SOURCE])
    content = quoted(quote)
    content["message_text"] = content.pop("text")
    result = {"type": "article", "id": "1", "title": "a", "input_message_content": content}
    assert raw("answerInlineQuery", inline_query_id=query.id, results=[result])[0] == 200
    with pytest.raises(AssertionError, match="quoted, but in none of the texts"):
        quotes_are_slices(api, [SOURCE])
