"""Updates sent to the bot's own address."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from .conftest import Raw
from .people import User
from .server import BotApi

SECRET = "X-Telegram-Bot-Api-Secret-Token"


class Receiver(ThreadingHTTPServer):
    """A plain web server that notes what it is sent and answers with the prepared codes."""

    def __init__(self) -> None:
        """Listen on a free port of loopback."""
        super().__init__(("127.0.0.1", 0), Note)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.codes: list[int] = []
        self.got: list[tuple[str, str | None, dict[str, Any]]] = []
        self.news = threading.Condition()

    def texts(self, count: int) -> list[str]:
        """The texts of the messages, once so many requests came."""
        with self.news:
            assert self.news.wait_for(lambda: len(self.got) >= count, 5), self.got
            return [body["message"]["text"] for _, _, body in self.got]


class Note(BaseHTTPRequestHandler):
    """Notes a request."""

    server: Receiver

    def do_POST(self) -> None:
        """Note the path, the secret and the update."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.news:
            self.server.got.append((self.path, self.headers.get(SECRET), body))
            code = self.server.codes.pop(0) if self.server.codes else 200
            self.server.news.notify_all()
        self.send_response(code)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep silent."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Return where the bot would listen."""
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def test_updates_are_posted_with_the_secret_in_order(
    api: BotApi, raw: Raw, receiver: Receiver, ann: User
) -> None:
    """The address of production leads to loopback; deleting the webhook ends it."""
    api.webhooks.addresses["bot.example.org"] = receiver.url
    answer = raw("setWebhook", url="https://bot.example.org/hook", secret_token="s-1_A")[1]
    assert answer == {"ok": True, "result": True, "description": "Webhook was set"}
    chat = api.private(ann)
    for text in ("one", "two", "three"):
        chat.say(text)
    assert receiver.texts(3) == ["one", "two", "three"]
    assert {(path, secret) for path, secret, _ in receiver.got} == {("/hook", "s-1_A")}
    api.wait(lambda state: not state.updates.waiting())
    assert raw("deleteWebhook")[1]["description"] == "Webhook was deleted"
    chat.say("four")
    assert raw("getUpdates")[1]["result"][0]["message"]["text"] == "four"


def test_a_failed_update_is_sent_again_before_the_next(
    api: BotApi, raw: Raw, receiver: Receiver, ann: User
) -> None:
    """Those of one chat keep their order, other chats go on, the error is reported."""
    api.webhooks.retry_delay = 0.05
    receiver.codes = [500, 500]
    raw("setWebhook", url=f"{receiver.url}/hook")
    chat = api.private(ann)
    chat.say("one")
    chat.say("two")
    assert receiver.texts(4) == ["one", "one", "one", "two"]
    api.wait(lambda state: not state.updates.waiting())
    info = raw("getWebhookInfo")[1]["result"]
    assert info["last_error_message"] == (
        "Wrong response from the webhook: 500 Internal Server Error"
    )
    assert info["pending_update_count"] == 0
    assert [delivery.status for delivery in api.webhooks.deliveries] == [500, 500, 200, 200]


def test_pending_updates_are_counted_and_dropped(
    api: BotApi, raw: Raw, receiver: Receiver, ann: User
) -> None:
    """What waits for a bot that is down comes later, unless it is dropped."""
    raw("setWebhook", url="http://127.0.0.1:9/nobody")
    api.private(ann).say("waits")
    api.wait(lambda state: state.webhook and state.webhook.last_error)
    info = raw("getWebhookInfo")[1]["result"]
    assert (info["pending_update_count"], info["url"]) == (1, "http://127.0.0.1:9/nobody")
    raw("setWebhook", url=f"{receiver.url}/hook", drop_pending_updates=True)
    api.private(ann).say("comes")
    assert receiver.texts(1) == ["comes"]


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (
            {"url": "http://bot.example.org/"},
            "bad webhook: An HTTPS URL must be provided for webhook",
        ),
        (
            {"url": "https://bot.example.org:8080/"},
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        (
            {"url": "https://bot.example.org/", "secret_token": "a b"},
            "secret token contains unallowed characters",
        ),
    ],
)
def test_addresses_and_secrets_have_forms(
    api: BotApi, raw: Raw, settings: dict[str, str], reason: str
) -> None:
    """As in production; loopback alone is free."""
    assert raw("setWebhook", **settings)[1]["description"] == f"Bad Request: {reason}"
    assert len(api.violations) == 1
