"""The HTTP face: tokens, request bodies, unknown methods, the call log."""

import httpx
import pytest
from telegram.error import InvalidToken
from telegram.ext import ExtBot

from .conftest import Raw
from .people import User
from .server import BotApi


def test_a_wrong_token_is_unauthorized_and_a_malformed_one_is_not_found(
    api: BotApi, client: httpx.Client
) -> None:
    """401 and 404 are told apart as Telegram does, in its JSON form."""
    wrong = client.get(f"{api.url}/bot123:abc/getMe")
    assert (wrong.status_code, wrong.json()) == (
        401,
        {"ok": False, "error_code": 401, "description": "Unauthorized"},
    )
    malformed = client.get(f"{api.url}/botabc/getMe")
    assert (malformed.status_code, malformed.json()["description"]) == (404, "Not Found")
    assert client.get(f"{api.url}/elsewhere").status_code == 404


async def test_the_library_reads_both_as_an_invalid_token(api: BotApi) -> None:
    """python-telegram-bot refuses to start with either."""
    for token in ("7000000001:not_the_one", "nonsense"):
        stranger = ExtBot(token, base_url=f"{api.url}/bot")
        with pytest.raises(InvalidToken):
            async with stranger:
                pass


async def test_the_bot_learns_who_it_is(bot: "ExtBot[None]") -> None:
    """GetMe carries the capabilities."""
    async with bot:
        assert bot.username == "citebot_test_bot"
        assert bot.supports_inline_queries
        assert not bot.can_read_all_group_messages


def test_json_form_multipart_and_query_say_the_same(
    api: BotApi, client: httpx.Client, ann: User
) -> None:
    """A method takes its parameters in each of the four ways of the Bot API."""
    chat = api.private(ann)
    url = f"{api.url}/bot{api.token}/SENDmessage"
    fields = {"chat_id": str(chat.id), "text": "same"}
    client.post(url, json={"chat_id": chat.id, "text": "same"})
    client.post(url, data=fields)
    client.post(url, data=fields, files={"unused": ("a.txt", b"a")})
    client.get(url, params=fields)
    assert [message.text for message in chat.replies()] == ["same"] * 4
    assert [call.method for call in api.calls()] == ["sendMessage"] * 4


def test_an_unknown_method_is_refused_and_recorded(api: BotApi, raw: Raw) -> None:
    """Nothing that this server lacks passes silently."""
    status, answer = raw("sendDice", chat_id=1)
    assert (status, answer["description"]) == (404, "Not Found: method not found")
    assert [violation.rule for violation in api.forgive("unknown method")] == ["unknown method"]
    assert not api.violations


def test_a_malformed_call_is_a_server_error_and_recorded(api: BotApi, raw: Raw, ann: User) -> None:
    """What the server cannot make sense of counts as the bot's fault."""
    query = api.inline_query("x", by=ann)
    status, _ = raw("answerInlineQuery", inline_query_id=query.id, results=["no object"])
    assert status == 500
    assert api.forgive("malformed call")


def test_broken_json_in_a_field_is_refused(api: BotApi, client: httpx.Client, ann: User) -> None:
    """The server names what it could not read."""
    data = {"chat_id": str(api.private(ann).id), "text": "a", "reply_markup": "{"}
    answer = client.post(f"{api.url}/bot{api.token}/sendMessage", data=data)
    assert answer.json()["description"] == (
        "Bad Request: can't parse reply keyboard markup JSON object"
    )


def test_the_log_keeps_method_parameters_and_outcome(api: BotApi, raw: Raw, ann: User) -> None:
    """Each call can be looked at afterwards."""
    raw("sendMessage", chat_id=api.private(ann).id, text="hello")
    raw("sendMessage", chat_id=5, text="nobody")
    sent, refused = api.calls("sendMessage")
    assert sent.ok
    assert sent.params["text"] == "hello"
    assert sent.chat_id == ann.id
    assert (refused.status, refused.description) == (400, "Bad Request: chat not found")
