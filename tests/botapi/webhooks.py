"""Updates sent to the bot's own address: in order, with the secret, again until taken."""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp

from .calls import Call
from .errors import bad_request
from .messages import Json
from .updates import DEFAULT_KINDS, Update

if TYPE_CHECKING:
    from .state import State

__all__ = ["METHODS", "Delivery", "Webhook", "Webhooks", "get_webhook_info", "set_webhook"]

PORTS = (443, 80, 88, 8443)
_LOOPBACK = ("127.0.0.1", "localhost")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to deliver an update."""

    update_id: int
    status: int
    seconds: float


@dataclass(slots=True)
class Webhook:
    """Where the bot wants its updates."""

    url: str
    secret: str
    max_connections: int
    last_error_date: int = 0
    last_error: str = ""


@dataclass
class Webhooks:
    """The sender of updates; a failed one is sent again after `retry_delay`, then twice that, up to
    `longest_delay`.

    `addresses` leads the host of a public address to a local one (`http://127.0.0.1:8080`), so
    that a bot can be given an address such as it has in production.
    """

    state: "State"
    retry_delay: float = 1.0
    longest_delay: float = inf
    addresses: dict[str, str] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    _busy: set[tuple[int, str]] = field(default_factory=set)

    async def run(self) -> None:
        """Send whatever waits, until cancelled; updates of one chat one after the other."""
        loop, woken = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(woken.set)

        self.state.wakers.append(wake)
        async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as tasks:
            while True:
                for webhook, update in self._due():
                    tasks.create_task(self._deliver(session, webhook, update))
                await woken.wait()
                woken.clear()

    def _due(self) -> list[tuple[Webhook, Update]]:
        with self.state.lock:
            webhook = self.state.webhook
            due: list[tuple[Webhook, Update]] = []
            if webhook is None:
                return due
            for update in self.state.updates.waiting():
                busy = sum(owner == id(webhook) for owner, _ in self._busy)
                line = (id(webhook), update.queue)
                if line in self._busy or busy >= webhook.max_connections:
                    continue
                self._busy.add(line)
                due.append((webhook, update))
            return due

    async def _deliver(
        self, session: aiohttp.ClientSession, webhook: Webhook, update: Update
    ) -> None:
        while self.state.webhook is webhook and update in self.state.updates.waiting():
            error, wait = await self._post(session, webhook, update)
            with self.state.change():
                if not error:
                    self.state.updates.forget(update)
                    break
                webhook.last_error, webhook.last_error_date = error, int(time.time())
            # As the real server: the first repetition comes at once.
            again = min(self.retry_delay * 2**update.fails, self.longest_delay)
            delay = wait or (again if update.fails else 0.0)
            update.fails += 1
            await asyncio.sleep(delay)
        with self.state.change():
            self._busy.discard((id(webhook), update.queue))

    async def _post(
        self, session: aiohttp.ClientSession, webhook: Webhook, update: Update
    ) -> tuple[str, float]:
        """Return what went wrong, if anything, and the seconds the bot asked to wait."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
        begun, status, error, wait = time.monotonic(), 0, "", 0.0
        update.delivered += 1
        try:
            async with session.post(
                self._address(webhook.url),
                json=update.body,
                headers=headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=60),
            ) as answer:
                status = answer.status
                asked = answer.headers.get("Retry-After", "")
                wait = float(asked) if asked.isdigit() else 0.0
                if not 200 <= status <= 299:
                    error = f"Wrong response from the webhook: {status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError) as failure:
            error = f"Connection failed: {type(failure).__name__}"
        self.deliveries.append(Delivery(update.id, status, time.monotonic() - begun))
        return error, wait

    def _address(self, url: str) -> str:
        parts = urlsplit(url)
        local = self.addresses.get(parts.hostname or "")
        if local is None:
            return url
        target = urlsplit(local)
        return parts._replace(scheme=target.scheme, netloc=target.netloc).geturl()


def set_webhook(call: Call) -> bool:
    """Have updates sent to an address; an empty one ends it."""
    url = call.params.text("url")
    if not url:
        return delete_webhook(call)
    secret = call.params.text("secret_token")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        call.violate("webhook secret", "1 to 256 of A-Z, a-z, 0-9, _ and -")
        raise bad_request("secret token contains unallowed characters")
    _check_address(call, url)
    connections = min(max(call.params.number("max_connections", 40), 1), 100)
    state = call.state
    state.updates.end_poll("terminated by setWebhook request")
    state.updates.allow(call)
    if call.params.flag("drop_pending_updates"):
        state.updates.drop_all()
    old = state.webhook
    if old and (old.url, old.secret, old.max_connections) == (url, secret, connections):
        call.description = "Webhook is already set"
    else:
        state.webhook = Webhook(url, secret, connections)
        call.description = "Webhook was set"
    return True


def delete_webhook(call: Call) -> bool:
    """Return to getUpdates."""
    had = call.state.webhook is not None
    call.state.webhook = None
    if call.params.flag("drop_pending_updates"):
        call.state.updates.drop_all()
    call.description = "Webhook was deleted" if had else "Webhook is already deleted"
    return True


def get_webhook_info(call: Call) -> Json:
    """Return where updates go, how many wait, and what went wrong last."""
    state, webhook = call.state, call.state.webhook
    info: Json = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(state.updates.waiting()),
    }
    if webhook:
        info["max_connections"] = webhook.max_connections
        if webhook.last_error_date:
            info["last_error_date"] = webhook.last_error_date
            info["last_error_message"] = webhook.last_error
    if state.updates.allowed != DEFAULT_KINDS:
        info["allowed_updates"] = list(state.updates.allowed)
    return info


def _check_address(call: Call, url: str) -> None:
    parts = urlsplit(url)
    if parts.hostname in _LOOPBACK:
        return
    if parts.scheme != "https":
        call.violate("webhook address", f"{url} is no https address")
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if (parts.port or 443) not in PORTS:
        call.violate("webhook address", f"port {parts.port}")
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


METHODS: dict[str, Callable[[Call], object]] = {
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "setWebhook": set_webhook,
}
