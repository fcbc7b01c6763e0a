"""Updates that Telegram sends to the bot's own address: each once, from Telegram alone."""

from __future__ import annotations

import io
import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from pydantic import SecretStr

from bot.logs import Redacting
from bot.terminal.doctor import examine
from bot.transport import ownership, webhook
from bot.transport.polling import ALLOWED
from index.library import Library
from index.model.encoder import Encoder
from index.settings import IndexSettings
from tests.bot.serving import Running, serving, settings_for, site_of, until
from tests.bot.slow import Slow
from tests.botapi import BotApi, Chat

FERRIES = "When does the last ferry leave in winter?"
HOST, SECRET = "bot.example.org", "shown-by_Telegram-0123456789"
ADDRESS = f"https://{HOST}/telegram"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
WEBHOOK: dict[str, Any] = {"webhook_url": ADDRESS, "webhook_secret": SecretStr(SECRET)}

Post = Callable[..., httpx.Response]


@pytest.fixture
def bot(api: BotApi, library: Library, written: io.StringIO) -> Iterator[Running]:
    """The bot with its webhook, at the address that Telegram has."""
    with serving(api, library, **WEBHOOK) as running:
        api.webhooks.addresses[HOST] = site_of(written)
        yield running


@pytest.fixture
def post(written: io.StringIO) -> Post:
    """Sends requests that Telegram would not send to the webhook."""

    def send(body: object, secret: str | bytes | None = SECRET) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {} if secret is None else {HEADER: secret}
        return httpx.post(f"{site_of(written)}/telegram", content=content, headers=headers)  # type: ignore[arg-type]

    return send


def answered(chat: Chat) -> None:
    """The next question is answered, and only once."""
    question = chat.say(FERRIES)
    assert chat.wait_reply().quotes()
    assert len(chat.replies(after=question)) == 1


def figure(written: io.StringIO, name: str) -> float:
    """A figure as the metrics show it, 0 where they do not."""
    lines = httpx.get(f"{site_of(written)}/metrics").text.splitlines()
    return next((float(line.split()[-1]) for line in lines if line.startswith(f"{name} ")), 0)


def test_a_question_is_answered(
    bot: Running, api: BotApi, chat: Chat, written: io.StringIO
) -> None:
    """No one polls, and Telegram gets the kinds of updates and the secret."""
    answered(chat)
    api.wait(lambda state: not state.updates.waiting())
    assert not api.calls("getUpdates")
    [call] = api.calls("setWebhook")
    assert call.params["url"] == ADDRESS
    assert call.params["allowed_updates"] == list(ALLOWED)
    assert call.params["secret_token"] == SECRET
    assert figure(written, "citebot_updates_total") == 1
    assert figure(written, 'citebot_questions_total{outcome="found"}') == 1


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", "é".encode("latin-1")])
def test_nobody_but_telegram_gets_in(
    bot: Running, chat: Chat, post: Post, secret: str | bytes | None, written: io.StringIO
) -> None:
    """Without the secret nothing is read, be it a proper update or too large."""
    message = chat.say(FERRIES)
    assert chat.wait_reply()
    assert post({"update_id": 1, "message": message.raw}, secret).status_code == 403
    assert post(b"x" * 2_000_000, secret).status_code == 403
    answered(chat)
    assert figure(written, 'citebot_webhook_refused_total{reason="secret"}') == 2
    assert figure(written, "citebot_updates_total") == 2


def test_a_body_over_a_megabyte_is_refused(bot: Running, chat: Chat, written: io.StringIO) -> None:
    """It is counted while it comes: its length need not be known."""

    def parts() -> Iterator[bytes]:
        for _ in range(20):
            yield b" " * 100_000

    headers = {HEADER: SECRET}
    reply = httpx.post(f"{site_of(written)}/telegram", content=parts(), headers=headers)
    assert "Content-Length" not in reply.request.headers
    assert reply.status_code == 413
    answered(chat)


def test_only_posts_to_its_own_path_are_taken(bot: Running, written: io.StringIO) -> None:
    headers = {HEADER: SECRET}
    assert httpx.get(f"{site_of(written)}/telegram", headers=headers).status_code == 405
    assert httpx.post(f"{site_of(written)}/", headers=headers).status_code == 404


def test_an_update_that_comes_again_is_answered_once(
    bot: Running, api: BotApi, chat: Chat, post: Post, written: io.StringIO
) -> None:
    """Telegram sends it again when it missed the answer."""
    question = chat.say(FERRIES)
    assert chat.wait_reply().quotes()
    api.wait(lambda state: not state.updates.waiting())
    id = api.webhooks.deliveries[-1].update_id
    for _ in range(2):
        assert post({"update_id": id, "message": question.raw}).status_code == 200
    answered(chat)
    assert len(chat.replies()) == 2
    assert figure(written, 'citebot_webhook_refused_total{reason="duplicate"}') == 2


def test_memory_of_updates_is_bounded(
    bot: Running, post: Post, monkeypatch: pytest.MonkeyPatch, written: io.StringIO
) -> None:
    monkeypatch.setattr(webhook, "_REMEMBERED", 2)
    for id in (1, 2, 2, 3, 1):
        assert post({"update_id": id}).status_code == 200
    assert figure(written, "citebot_updates_total") == 4


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b"[" * 100_000, b"7", b"[]", b"{}", b'{"update_id": "secret"}']
)
def test_what_is_no_update_is_taken_and_skipped(
    bot: Running, chat: Chat, post: Post, body: bytes, written: io.StringIO
) -> None:
    """Telegram would send it for ever."""
    assert post(body).status_code == 200
    answered(chat)
    assert figure(written, 'citebot_webhook_refused_total{reason="unreadable"}') == 1
    assert "secret" not in written.getvalue()


def test_an_update_that_the_library_cannot_read_blocks_nothing(
    bot: Running, api: BotApi, chat: Chat, written: io.StringIO
) -> None:
    poison = api.poison_update()
    api.raw_update({"message": {"message_id": 5, "date": 1, "chat": 7, "text": "my secret"}})
    room = {"id": 7, "type": "group"}
    api.raw_update({"message": {"message_id": 5, "date": None, "chat": room, "text": "secret"}})
    answered(chat)
    api.wait(lambda state: not state.updates.waiting())
    assert {delivery.status for delivery in api.webhooks.deliveries} == {200}
    assert f"The update {poison} cannot be read (TypeError)" in written.getvalue()
    assert "my secret" not in written.getvalue()


def test_a_bot_with_too_much_to_do_has_telegram_come_again(
    bot: Running, api: BotApi, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is lost: what waits there is answered later."""
    api.webhooks.retry_delay = 0.05
    with monkeypatch.context() as patch:
        patch.setattr(webhook, "_LONGEST_QUEUE", 0)
        question = chat.say(FERRIES)
        until(lambda: [delivery.status for delivery in api.webhooks.deliveries][:2] == [503, 503])
    assert chat.wait_reply().quotes()
    assert len(chat.replies(after=question)) == 1


def test_the_webhook_stays_when_the_bot_ends(
    api: BotApi, chat: Chat, library: Library, written: io.StringIO
) -> None:
    """What is asked meanwhile waits at Telegram, and the next start answers it."""
    api.webhooks.retry_delay = 0.05
    with serving(api, library, **WEBHOOK):
        api.webhooks.addresses[HOST] = site_of(written)
        answered(chat)
    assert api.state.webhook
    assert api.state.webhook.url == ADDRESS
    question = chat.say(FERRIES)
    until(lambda: api.webhooks.deliveries[-1].status == 0)
    with serving(api, library, **WEBHOOK):
        api.webhooks.addresses[HOST] = site_of(written)
        assert chat.wait_reply().quotes()
    assert len(chat.replies(after=question)) == 1
    assert not api.calls("deleteWebhook")


def test_a_question_in_work_is_answered_before_the_end(
    api: BotApi, chat: Chat, settings_of: IndexSettings, encoder: Encoder, written: io.StringIO
) -> None:
    slow = Slow(settings_of, encoder)
    with serving(api, slow, **WEBHOOK) as bot:
        api.webhooks.addresses[HOST] = site_of(written)
        slow.answer_on.clear()
        chat.say(FERRIES)
        until(slow.asked.is_set)
        ending = threading.Thread(target=bot.stop)
        ending.start()
        slow.answer_on.set()
        assert chat.wait_reply().quotes()
        ending.join()
    slow.close()


def test_a_request_that_hangs_does_not_keep_the_bot_from_ending(
    bot: Running, written: io.StringIO
) -> None:
    """It is cut before the time is up in which all else is finished."""
    address = urlsplit(site_of(written))
    lines = ("POST /telegram HTTP/1.1", "Host: bot", f"{HEADER}: {SECRET}", "Content-Length: 99")
    with socket.create_connection((address.hostname, address.port)) as hanging:
        hanging.sendall("\r\n".join([*lines, "", '{"update_id": 7']).encode())
        assert httpx.get(f"{site_of(written)}/healthz").status_code == 200
        bot.stop()
    assert "Not all that was begun could be finished" not in written.getvalue()


def set_webhook(api: BotApi, url: str) -> None:
    httpx.post(f"{api.url}/bot{api.token}/setWebhook", json={"url": url})


@pytest.mark.parametrize("values", [{}, WEBHOOK], ids=["polling", "webhook"])
def test_the_webhook_of_another_bot_is_not_stolen(
    api: BotApi, library: Library, written: io.StringIO, values: dict[str, Any]
) -> None:
    """A trial run with the production token must not take production down."""
    set_webhook(api, "https://elsewhere.example.org/path-of-nobody")
    assert Running(settings_for(api, **values), library).wait() == 1
    assert (
        "A webhook is set for this token, at elsewhere.example.org, so another bot may be answering"
        in written.getvalue()
    )
    assert "or start with --take-over" in written.getvalue()
    assert "path-of-nobody" not in written.getvalue()
    assert [call.method for call in api.calls()][-1] == "getWebhookInfo"
    assert not api.calls("getUpdates")


@pytest.mark.parametrize("values", [{}, WEBHOOK], ids=["polling", "webhook"])
def test_a_webhook_can_be_taken_over(
    api: BotApi, chat: Chat, library: Library, written: io.StringIO, values: dict[str, Any]
) -> None:
    set_webhook(api, "https://elsewhere.example.org/path-of-nobody")
    with serving(api, library, take_over=True, **values):
        api.webhooks.addresses[HOST] = site_of(written)
        answered(chat)
    assert "at elsewhere.example.org, is removed" in written.getvalue()


@pytest.mark.parametrize(
    ("taken", "told"),
    [
        (
            "https://elsewhere.example.org/path-of-nobody",
            "to elsewhere.example.org now, as",
        ),
        ("", "the webhook was removed, perhaps by another bot"),
    ],
)
def test_a_bot_whose_webhook_is_taken_tells_and_ends(
    api: BotApi,
    library: Library,
    written: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
    taken: str,
    told: str,
) -> None:
    """It would hear nothing any more; a supervisor's next start says what to do."""
    monkeypatch.setattr(ownership, "_EVERY", 0.2)
    running = Running(settings_for(api, **WEBHOOK), library)
    until(lambda: "Answering as" in written.getvalue())
    set_webhook(api, taken)
    until(lambda: told in written.getvalue())
    assert running.wait() == 1
    assert written.getvalue().count(told) == 2
    assert "path-of-nobody" not in written.getvalue()


def test_what_telegram_could_not_send_is_told_once(
    api: BotApi,
    library: Library,
    chat: Chat,
    written: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ownership, "_EVERY", 0.05)
    with serving(api, library, **WEBHOOK):
        api.webhooks.addresses[HOST] = site_of(written)
        webhook = api.wait(lambda state: state.webhook)
        webhook.last_error, webhook.last_error_date = "Connection timed out", 1
        until(lambda: "Telegram could not send an update: Connection" in written.getvalue())
        looks = len(api.calls("getWebhookInfo"))
        until(lambda: len(api.calls("getWebhookInfo")) > looks + 2)
        assert written.getvalue().count("could not send an update") == 1
        answered(chat)


def test_the_doctor_knows_whose_webhook_it_is(
    api: BotApi, settings_of: IndexSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    """One's own is well, with what went wrong last; another's is not."""
    values = {"knowledge": settings_of.knowledge, "data": settings_of.data, "admins": {1}}
    assert examine(settings_for(api, **WEBHOOK, **values)) == 1
    assert "wrong  CITEBOT_PORT is 0" in capsys.readouterr().out
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = settings_for(api, **WEBHOOK, **values, port=port)
    assert examine(settings) == 0
    assert "note  Telegram has no webhook yet; citebot run sets it" in capsys.readouterr().out
    set_webhook(api, ADDRESS)
    assert api.state.webhook
    api.state.webhook.last_error = "Wrong response from the webhook: 403 Forbidden"
    api.state.webhook.last_error_date = 1
    assert examine(settings) == 0
    out = capsys.readouterr().out
    assert "ok  Telegram sends updates to CITEBOT_WEBHOOK_URL" in out
    assert "note  an update could not be sent there: Wrong response from the webhook: 403" in out
    assert examine(settings_for(api, **values)) == 1
    assert "wrong  another webhook is set for this bot; remove it, or" in capsys.readouterr().out


def test_an_address_that_telegram_refuses_ends_the_bot_with_its_reason(
    api: BotApi, library: Library, written: io.StringIO
) -> None:
    settings = settings_for(api, webhook_url=f"https://{HOST}:8080/telegram")
    assert Running(settings, library).wait() == 1
    assert (
        "CITEBOT_WEBHOOK_URL: Telegram refuses it: Bad webhook: webhook can be set up only on ports"
        in written.getvalue()
    )
    assert api.forgive("webhook address")


def test_a_rejected_token_ends_the_bot_with_3(
    api: BotApi, library: Library, written: io.StringIO
) -> None:
    api.faults.fail("setWebhook", 401)
    assert Running(settings_for(api, **WEBHOOK), library).wait() == 3
    assert f"{api.url} rejects the token" in written.getvalue()


def test_a_port_that_is_taken_ends_the_bot(
    api: BotApi, library: Library, written: io.StringIO
) -> None:
    """A bot that no one reaches is of no use; the webhook is left as it was."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert Running(settings_for(api, **WEBHOOK, port=port), library).wait() == 1
    assert (
        f"CRITICAL bot.app: CITEBOT_PORT: nothing can listen on {port} (Address already in use), "
        in written.getvalue()
    )
    assert not api.calls("setWebhook")


def test_the_secret_is_in_no_log_even_at_debug(
    api: BotApi, chat: Chat, library: Library, written: io.StringIO
) -> None:
    """Neither when Telegram gets it, nor when it is shown."""
    settings = settings_for(api, webhook_url=ADDRESS)
    handler = logging.getLogger().handlers[0]
    handler.setLevel(logging.DEBUG)
    handler.addFilter(Redacting(api.token, settings.secret))
    names = (None, "httpx", "httpcore", "telegram", "uvicorn.error")
    levels = {name: logging.getLogger(name).level for name in names}
    for name in levels:
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        with serving(api, library, webhook_url=ADDRESS):
            api.webhooks.addresses[HOST] = site_of(written)
            answered(chat)
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
    assert "setWebhook" in written.getvalue()
    assert settings.secret not in written.getvalue()
