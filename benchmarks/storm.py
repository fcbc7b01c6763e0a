"""Two bots and a builder on one database, killed at random while people ask and vote:
`python -m benchmarks.storm [MINUTES [SEED]]`.

PostgreSQL, two `citebot run` with one webhook and `citebot index` are the programs themselves;
Telegram is the strict server of the tests, which sends an update again until it is taken, each time
to the next bot whose /readyz says that it can answer. Meanwhile a bot or the builder is killed, the
database is restarted as after a crash, its network is cut, the documents change. At the end, when
all has been well for a while: every question answered rightly, or put off in words; every vote that
was thanked for and every gap in the journal once; the newest documents served; and each bot had
said what was wrong while it was. 1 if that is not so. Questions that were answered twice are
counted: a bot that is killed after it sent an answer, and before the journal has it, leaves it to
be answered again.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import psycopg

from benchmarks import replicas
from benchmarks.crowd import Crowd
from benchmarks.replicas import Bot
from benchmarks.systems import ROOT
from tests.botapi import BotApi
from tests.databases import Server, serving
from tests.proxies import Proxy, through

__all__ = ["main"]

_LONGEST = 240.0  # seconds until all is well
_NOTICED = 3.0  # seconds of an outage after which a bot says so


class _Storm:
    """What happens to the programs, at random."""

    def __init__(
        self, bots: Sequence[Bot], server: Server, proxy: Proxy, builder: dict[str, str], seed: int
    ) -> None:
        self._bots, self._server, self._proxy = bots, server, proxy
        self._builder = builder
        self._chance = random.Random(seed)  # noqa: S311 - to be repeated
        self.silent: list[str] = []
        """Outages during which a bot did not say what was wrong."""

    def blow(self, change: Callable[[], None]) -> str:
        """Let one thing happen, and be over; say what."""
        pause = self._chance.uniform(0.2, 6)
        match self._chance.choice(("bot", "bot", "builder", "builder", "cut", "restart")):
            case "bot":
                bot = self._chance.choice(self._bots)
                bot.kill()
                time.sleep(pause)
                bot.start()
                return f"killed the bot at {bot.port}, away for {pause:.1f} s"
            case "builder":
                change()
                with Path(os.devnull).open("wb") as nowhere:
                    builder = replicas.program(self._builder, nowhere, "index")
                time.sleep(pause)
                builder.kill()
                builder.wait()
                return f"documents changed, killed a builder after {pause:.1f} s"
            case "cut":
                self._proxy.cut()
                self._outage(pause, "the network was cut")
                self._proxy.restore()
                return f"cut the network for {pause:.1f} s"
        self._server.stop()
        self._outage(pause, "the database was away")
        self._server.start()
        return f"restarted the database, away for {pause:.1f} s"

    def _outage(self, seconds: float, what: str) -> None:
        """Wait, and ask the bots that run how they are."""
        until = time.monotonic() + seconds
        time.sleep(min(seconds, _NOTICED))
        for bot in self._bots if seconds > _NOTICED else ():
            said = bot.ready()
            if said is not None and "database" not in said:
                self.silent.append(f"{what}, and the bot at {bot.port} said {said!r}")
        time.sleep(max(0.0, until - time.monotonic()))


def main() -> int:
    """Run it once and print what came of it."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    print(f"{minutes:g} minutes, seed {seed}", flush=True)
    with tempfile.TemporaryDirectory() as made, BotApi() as api, serving() as server:
        home, url = Path(made), server.schema()
        crowd = Crowd(api, home / "knowledge", seed)
        api.webhooks.retry_delay, api.webhooks.longest_delay = 0.25, _LONGEST / 8
        with through(server, url) as (proxy, address), replicas.bots(api, home, address) as bots:
            builder = replicas.environment(api, home, url)
            subprocess.run(
                [sys.executable, "-m", "bot", "index"], cwd=ROOT, env=builder, check=True
            )
            for bot in bots:
                bot.start()
            storm = _Storm(bots, server, proxy, builder, seed)
            _until(lambda: all(bot.ready() == "" for bot in bots))
            _weather(crowd, storm, minutes)
            began = time.monotonic()
            well = _until(lambda: all(bot.ready() == "" for bot in bots))
            print(f"both bots ready: {well}, after {time.monotonic() - began:.1f} s", flush=True)
            crowd.wait(_LONGEST)
            newest = _until(lambda: _is_new(crowd))
            print(f"{len(api.state.updates.waiting())} updates wait at Telegram", flush=True)
            failed = _judge(crowd, storm, url) + ([] if newest else ["the newest is not served"])
        for log in home.glob("*.log"):
            Path(tempfile.gettempdir(), f"citebot-storm-{log.name}").write_bytes(log.read_bytes())
    print("\n".join(failed or ["all is well"]), flush=True)
    return int(bool(failed))


def _weather(crowd: Crowd, storm: _Storm, minutes: float) -> None:
    """Let people ask and vote, in a thread, while things happen."""
    over = Event()

    def ask() -> None:
        while not over.wait(0.4):
            crowd.ask()
            crowd.vote()

    asking = Thread(target=ask)
    asking.start()
    until = time.monotonic() + 60 * minutes
    try:
        while time.monotonic() < until:
            print(f"{time.strftime('%T')} {storm.blow(crowd.change)}", flush=True)
            time.sleep(2)
    finally:
        over.set()
        asking.join()


def _is_new(crowd: Crowd) -> bool:
    """Ask for the word of the day; return True if it is today's."""
    asked = crowd.news()
    with suppress(AssertionError):
        return asked.is_right(asked.chat.wait_reply(timeout=20), crowd.words[-1:])
    return False


def _judge(crowd: Crowd, storm: _Storm, url: str) -> list[str]:
    """Count what people got and what the journal has; return what is not as it must be."""
    with psycopg.connect(url) as connection:

        def one(query: str) -> int:
            [[found]] = connection.execute(query).fetchall()
            return int(found)

        # a vote that waits in a bot is written within a second
        _until(lambda: one("SELECT count(*) FROM votes") >= crowd.votes(), 5)
        votes, answers = one("SELECT count(*) FROM votes"), one("SELECT count(*) FROM answers")
        gaps = {text for (text,) in connection.execute("SELECT question FROM askers")}
    missing, refused = crowd.missing(), crowd.refused()
    print(
        f"{len(crowd.asked)} questions: {len(crowd.open())} without a reply, "
        f"{len(crowd.put_off())} put off {dict(crowd.excuses())}, "
        f"{len(crowd.put_off_late())} of those answered were put off later, "
        f"{len(crowd.twice())} answered twice, {len(crowd.wrong())} wrong; "
        f"{answers} answers in the journal\n"
        f"{crowd.votes()} votes were thanked for, {votes} are in the journal; "
        f"{len(refused)} presses were refused: {sorted(set(refused))}; "
        f"{len(crowd.unheard())} without an answer\n"
        f"{len(missing)} questions found nothing, {len(gaps & set(missing))} of them are gaps; "
        f"{len(crowd.words)} versions of the documents",
        flush=True,
    )
    faults = [
        *(f"no reply: {each.message.text}" for each in crowd.open()),
        *(f"wrong: {asked.message.text}: {said.text[:300]!r}" for asked, said in crowd.wrong()),
        *(f"no gap: {text}: {said}" for text, said in missing.items() if text not in gaps),
        *storm.silent,
    ]
    faults += [f"{len(crowd.unheard())} presses without an answer"] if crowd.unheard() else []
    return faults + ([] if votes == crowd.votes() else ["votes differ"])


def _until(true: Callable[[], bool], seconds: float = _LONGEST) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.2)
    return true()


if __name__ == "__main__":
    raise SystemExit(main())
