"""What bots at one address know together: limits, updates, what was asked before."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from bot.journal import Journal, Recent
from bot.running.builds import Indexing
from bot.running.limits import Kind, Limits
from bot.running.metrics import Metrics
from bot.settings import Settings
from bot.transport.webhook import Webhook
from index.library import Library
from tests.databases import Server

ANN, BEN, GROUP = 700_100_100, 700_200_200, -1_000_300
SECRET = "shown-by_Telegram-0123456789"


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def forward(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def url(server: Server) -> str:
    return server.schema()


@pytest.fixture
def two(url: str, clock: Clock) -> Iterator[tuple[Recent, Recent]]:
    """Two bots of one database."""
    journals = [Journal(Path("nowhere"), database_url=url, now=clock) for _ in range(2)]
    first, second = (journal.recent for journal in journals)
    assert first
    assert second
    yield first, second
    for journal in journals:
        journal.close()


def test_a_person_who_asks_two_bots_in_turn_is_stopped_by_both(
    two: tuple[Recent, Recent], clock: Clock
) -> None:
    limits = [Limits(per_minute=3, clock=lambda: clock().timestamp()) for _ in two]
    for each, recent in zip(limits, two, strict=True):
        each.share(recent)

    def asks(bot: int, person: int = ANN) -> bool:
        with limits[bot].admit(
            person, GROUP, group=True, unlimited=False, today=lambda: 0
        ) as admission:
            return admission.allowed

    assert [asks(0), asks(1), asks(0), asks(1), asks(0)] == [True, True, True, False, False]
    assert asks(1, BEN)
    assert limits[1].wait(ANN) == 60
    clock.forward(61)
    assert asks(1)
    assert limits[0].take(BEN, GROUP, Kind.SAID, editor=False).allowed


def test_a_follow_up_that_another_bot_gets_knows_the_question_before(
    two: tuple[Recent, Recent], clock: Clock
) -> None:
    one, other = two
    one.remember(GROUP, ANN, "How long are the piers?", 17)
    clock.forward(1)
    one.remember(GROUP, BEN, "How long does tea keep?", 18)
    assert other.before(GROUP, ANN) == "How long are the piers?"
    assert other.before(GROUP, ANN, replied=18) == "How long does tea keep?"
    assert other.before(ANN, ANN) is None
    clock.forward(700)
    assert other.before(GROUP, ANN) is None


def test_what_is_forgotten_or_past_its_time_is_in_no_table(
    two: tuple[Recent, Recent], clock: Clock, url: str
) -> None:
    one, other = two
    one.remember(GROUP, ANN, "How long are the piers?", 17)
    one.remember(GROUP, BEN, "How long does tea keep?", 18)
    other.forget(ANN)
    with closing(psycopg.connect(url)) as database:
        [(left,)] = database.execute("SELECT question FROM turns").fetchall()
        assert left == "How long does tea keep?"
        database.commit()
        one.count("asked", ANN)
        clock.forward(700)
        other.clear()
        for table in ("moments", "turns"):
            assert database.execute(f"SELECT * FROM {table}").fetchall() == []


def test_an_update_that_telegram_repeats_to_another_bot_is_taken_once(
    two: tuple[Recent, Recent], library: Library
) -> None:
    values: dict[str, Any] = {"_env_file": None, "webhook_url": "https://bot.example.org/telegram"}
    settings = Settings(**values, webhook_secret=SecretStr(SECRET))
    taken: list[tuple[int, int]] = []

    def bot(number: int, *, breaks: bool = False) -> httpx.AsyncClient:
        async def deliver(update: dict[str, Any]) -> None:
            if breaks:
                raise OSError("killed")
            taken.append((number, update["update_id"]))

        metrics = Metrics(library, Indexing(lambda: False))
        webhook = Webhook(settings, deliver, lambda: 0, metrics)
        webhook.shared = two[number]
        transport = httpx.ASGITransport(Starlette(routes=[webhook.route]))
        return httpx.AsyncClient(transport=transport, base_url="https://bot.example.org")

    async def send(client: httpx.AsyncClient, id: int) -> int:
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        body = json.dumps({"update_id": id})
        return (await client.post("/telegram", content=body, headers=headers)).status_code

    async def all_of_it() -> None:
        async with bot(0) as first, bot(1) as second, bot(0, breaks=True) as broken:
            assert await send(first, 1) == 200
            assert await send(second, 1) == 200
            assert await send(second, 2) == 200
            assert taken == [(0, 1), (1, 2)]
            # what one did not take comes to the other
            with pytest.raises(OSError, match="killed"):
                await send(broken, 3)
            assert await send(second, 3) == 200
            assert taken[2:] == [(1, 3)]

    asyncio.run(all_of_it())
