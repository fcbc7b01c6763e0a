"""Bots that share a webhook, as `benchmarks.storm` starts and kills them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import httpx

from benchmarks.systems import ROOT
from tests.botapi import BotApi

__all__ = ["Bot", "bots", "environment", "program"]

_HOST = "bot.example.org"


class Bot:
    """One bot, started and killed again and again."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._environment = {**environment, "CITEBOT_PORT": str(self.port)}
        self._log = log
        self.program: subprocess.Popen[bytes] | None = None
        self._is_killed = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with self._log.open("ab") as stream:
            self.program = program(self._environment, stream, "run", "--supervised")
        self._is_killed = False

    def supervise(self) -> None:
        """Start it again if it ended by itself."""
        if self.program and self.program.poll() is not None and not self._is_killed:
            self.start()

    def kill(self) -> None:
        self._is_killed = True
        if self.program:
            self.program.kill()
            self.program.wait()

    def ready(self) -> str | None:
        """Return what is missing, "" if nothing; None if the bot does not answer at all."""
        try:
            said = httpx.get(f"{self.url}/readyz", timeout=8)
        except httpx.HTTPError:
            return None
        return "" if said.status_code == 200 else said.text


@contextmanager
def bots(api: BotApi, home: Path, database: str) -> Iterator[Sequence[Bot]]:
    """Two bots, not started yet, and Telegram's way to them; both end with the block."""
    own = environment(api, home, database)
    made = [Bot(own, home / f"{number}.log") for number in range(2)]
    front = _Front(made)
    api.webhooks.addresses = front
    try:
        yield made
    finally:
        front.close()
        for bot in made:
            if bot.program:
                bot.program.send_signal(signal.SIGTERM)
                bot.program.wait()


def environment(api: BotApi, home: Path, database: str) -> dict[str, str]:
    """The settings of a program, all of whose files are in `home`."""
    return {
        **os.environ,
        "CITEBOT_TELEGRAM_TOKEN": api.token,
        "CITEBOT_TELEGRAM_API": api.url,
        "CITEBOT_KNOWLEDGE": str(home / "knowledge"),
        "CITEBOT_DATA": str(home / "data"),
        "CITEBOT_DATABASE_URL": database,
        "CITEBOT_WEBHOOK_URL": f"https://{_HOST}/telegram",
        "CITEBOT_KEEP_QUESTIONS": "true",
    }


def program(environment: dict[str, str], log: object, *command: str) -> subprocess.Popen[bytes]:
    """Start citebot with a command."""
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]  # noqa: S603 - ours
        [sys.executable, "-m", "bot", *command],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=log,
    )


class _Front(dict[str, str]):
    """Where the host of the webhook leads: to each ready bot in turn, as behind a proxy."""

    def __init__(self, bots: Sequence[Bot]) -> None:
        super().__init__()
        self._bots, self._turn, self._over = bots, 0, Event()
        self._ready = dict.fromkeys((bot.port for bot in bots), False)
        self._threads = [Thread(target=self._look, args=[bot]) for bot in bots]
        for thread in self._threads:
            thread.start()

    def get(self, host: str, default: str | None = None) -> str | None:  # type: ignore[override]
        self._turn += 1
        for step in range(len(self._bots)):
            bot = self._bots[(self._turn + step) % len(self._bots)]
            if self._ready[bot.port]:
                return bot.url
        # nothing listens there
        return "http://127.0.0.1:9"

    def close(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _look(self, bot: Bot) -> None:
        while not self._over.wait(1):
            bot.supervise()
            self._ready[bot.port] = bot.ready() == ""
