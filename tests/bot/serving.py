"""The real bot, run in a thread of its own against the loopback server."""

from __future__ import annotations

import asyncio
import io
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.app import serve
from bot.running.limits import Limits
from bot.settings import Settings
from index.library import Library
from tests.botapi import BotApi, Chat, Message
from tests.botapi.patience import PATIENCE

__all__ = ["LENIENT", "Running", "reply_to", "serving", "settings_for", "site_of", "until"]


DATA = Path("data")
"""Each test's own, see the fixture `memory`."""

LENIENT = Limits(per_minute=10_000, per_day=10_000, group_per_minute=10_000)
"""For tests that are about something else."""


class Running:
    """A bot that runs, and its exit code once it has ended by itself."""

    def __init__(
        self,
        settings: Settings,
        library: Library,
        *,
        take_over: bool = False,
        limits: Limits | None = None,
    ) -> None:
        self.code: int | None = None
        self._loop = asyncio.new_event_loop()
        serving = serve(settings, library, take_over=take_over, limits=limits or LENIENT)
        self._task = self._loop.create_task(serving)
        self._thread = threading.Thread(target=self._run, name="bot", daemon=True)
        self._thread.start()

    def wait(self, timeout: float = PATIENCE) -> int | None:
        """The exit code, once the bot has ended."""
        self._thread.join(timeout)
        assert not self._thread.is_alive(), "the bot did not end"
        return self.code

    def stop(self) -> None:
        """End the bot as a signal would."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._task.cancel)
        self.wait()

    def _run(self) -> None:
        try:
            self.code = self._loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            pass
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()


def settings_for(api: BotApi, **values: Any) -> Settings:
    """Settings for a bot on this server and any free port, and none from the environment.

    What the bot remembers is its test's own, and stays when it is started again.
    """
    given = {
        "telegram_token": SecretStr(api.token),
        "telegram_api": api.url,
        "port": 0,
        "data": DATA,
        **values,
    }
    return Settings(_env_file=None, **given)  # type: ignore[call-arg]


@contextmanager
def serving(
    api: BotApi,
    library: Library,
    *,
    take_over: bool = False,
    limits: Limits | None = None,
    **values: Any,
) -> Iterator[Running]:
    """A bot that has asked for updates, until the block ends."""
    before = len(api.calls("setWebhook"))
    running = Running(settings_for(api, **values), library, take_over=take_over, limits=limits)
    try:
        if "webhook_url" in values:
            api.wait(lambda _: [c.status for c in api.calls("setWebhook")[before:]] == [200])
        else:
            api.wait(lambda state: state.updates.poll, what="the first poll")
        yield running
    finally:
        running.stop()


def reply_to(room: Chat, question: Message) -> Message:
    """The bot's reply to this message, once it is there."""
    return room.state.wait(
        lambda _: next((m for m in room.replies() if m.reply_to == question.id), None),
        what=f"a reply to {question.text!r}",
    )


def site_of(written: io.StringIO) -> str:
    """The address of the bot's own server, the last one that the log names."""
    pattern = re.compile(r"Health and metrics at (http://127\.0\.0\.1:\d+)")
    until(lambda: pattern.search(written.getvalue()))
    return pattern.findall(written.getvalue())[-1]  # type: ignore[no-any-return]


def until(true: Callable[[], object], timeout: float = PATIENCE) -> None:
    """Wait until something that the server knows nothing of is true."""
    deadline = time.monotonic() + timeout
    while not true():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.01)
