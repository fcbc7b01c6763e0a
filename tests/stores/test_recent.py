"""What bots at one address know together: limits, updates, what was asked before."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import psycopg
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from bot.journal import Answered, Inbox, Journal, Recent
from bot.running.builds import Indexing
from bot.running.limits import Kind, Limits
from bot.running.metrics import Metrics
from bot.settings import Settings
from bot.transport.webhook import Updates, Webhook
from index.errors import StoreError
from index.library import Library
from index.types import Outcome
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


@pytest.fixture
def inboxes(url: str) -> Iterator[tuple[Inbox, Inbox]]:
    """Two bots of one database."""
    journals = [Journal(Path("nowhere"), database_url=url) for _ in range(2)]
    first, second = (journal.inbox for journal in journals)
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


def _bot(library: Library, shared: Updates, taken: list[int]) -> httpx.AsyncClient:
    """Telegram's way to the webhook of a bot."""
    values: dict[str, Any] = {"_env_file": None, "webhook_url": "https://bot.example.org/telegram"}
    settings = Settings(**values, webhook_secret=SecretStr(SECRET))

    async def deliver(update: dict[str, Any]) -> None:
        taken.append(update["update_id"])

    metrics = Metrics(library, Indexing(lambda: False))
    webhook = Webhook(settings, deliver, lambda: 0, metrics)
    webhook.shared = shared
    transport = httpx.ASGITransport(Starlette(routes=[webhook.route]))
    return httpx.AsyncClient(transport=transport, base_url="https://bot.example.org")


async def _send(client: httpx.AsyncClient, id: int) -> int:
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    body = json.dumps({"update_id": id})
    return (await client.post("/telegram", content=body, headers=headers)).status_code


def test_an_update_that_telegram_repeats_to_another_bot_is_taken_once(
    inboxes: tuple[Inbox, Inbox], url: str, library: Library
) -> None:
    taken: tuple[list[int], list[int]] = ([], [])

    async def all_of_it() -> None:
        bots = [_bot(library, *each) for each in zip(inboxes, taken, strict=True)]
        async with bots[0] as first, bots[1] as second:
            assert await _send(first, 1) == 200
            assert await _send(second, 1) == 200
            assert await _send(second, 2) == 200
            assert taken == ([1], [2])
            # while the database does not take it, Telegram keeps it
            with _without(url, "updates"):
                assert await _send(first, 3) == 503
            assert await _send(first, 3) == 200
            assert taken == ([1, 3], [2])

    asyncio.run(all_of_it())


def test_an_update_that_comes_again_before_the_database_has_said_anything_is_not_taken_for_done(
    inboxes: tuple[Inbox, Inbox], library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, taken = [0], list[int]()
    both = Event()

    def away(update: int, body: str) -> bool:
        asked[0] += 1
        if asked[0] == 2:
            both.set()
        both.wait(5)
        raise StoreError("the database is away")

    monkeypatch.setattr(inboxes[0], "take", away)

    async def twice() -> None:
        async with _bot(library, inboxes[0], taken) as bot:
            assert set(await asyncio.gather(_send(bot, 1), _send(bot, 1))) == {503}
            monkeypatch.undo()
            assert await _send(bot, 1) == 200
            assert await _send(bot, 1) == 200
            assert taken == [1]

    asyncio.run(twice())


def test_what_a_bot_that_is_gone_took_and_did_not_do_another_one_does_once(
    inboxes: tuple[Inbox, Inbox], url: str
) -> None:
    gone, other = inboxes
    for id in (1, 2, 3):
        assert gone.take(id, json.dumps({"update_id": id}))
    gone.done(2)
    gone.settle()
    # it may be alive: nobody takes anything from it
    assert (other.left(), other.left()) == ([], [])
    _lapse(url)
    assert [each["update_id"] for each in other.left()] == [1, 3]
    _lapse(url)
    # it says that it lives, and goes on
    assert other.left() == []
    for id in (1, 3):
        other.done(id)
    other.settle()
    _lapse(url)
    assert (gone.left(), gone.left()) == ([], [])
    # nothing is left of what they said
    with closing(psycopg.connect(url)) as database:
        assert database.execute("SELECT DISTINCT body FROM updates").fetchall() == [(None,)]


def test_a_bot_that_comes_back_says_so_before_others_take_what_it_has(
    inboxes: tuple[Inbox, Inbox], url: str
) -> None:
    """The database was away for longer than a bot may be silent."""
    one, other = inboxes
    assert one.take(1, json.dumps({"update_id": 1}))
    other.left()
    with _without(url, "updates"):
        assert other.left() == []
        assert one.left() == []
    _lapse(url)
    assert other.left() == []
    assert one.left() == []
    assert other.left() == []


def test_what_a_bot_put_off_that_did_it_for_another_one_is_done_once_more(
    inboxes: tuple[Inbox, Inbox], url: str
) -> None:
    """The database went away again when it was to be answered."""
    gone, other = inboxes
    assert gone.take(1, json.dumps({"update_id": 1}))
    assert other.take(2, json.dumps({"update_id": 2}))
    other.left()
    _lapse(url, 1)
    assert [each["update_id"] for each in other.left()] == [1]
    with _without(url, "updates"):
        other.done(1)
        other.done(2)
        assert other.left() == []
    assert other.left() == [], "others first say that they live"
    _lapse(url, 1)
    assert [each["update_id"] for each in other.left()] == [1]
    other.done(1)
    other.settle()
    with closing(psycopg.connect(url)) as database:
        assert database.execute("SELECT DISTINCT body FROM updates").fetchall() == [(None,)]


def test_a_bot_whose_updates_the_database_refuses_says_why_until_it_would_take_them(
    inboxes: tuple[Inbox, Inbox], url: str
) -> None:
    """A database that is full can still be read."""
    inbox, body = inboxes[0], json.dumps({"update_id": 1})
    with closing(psycopg.connect(url, autocommit=True)) as database:
        database.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE disk_full USING MESSAGE = 'No space left on device'; END $$"
        )
        database.execute(
            "CREATE TRIGGER no_room BEFORE INSERT ON updates EXECUTE FUNCTION no_room()"
        )
        with pytest.raises(StoreError, match="No space left on device"):
            inbox.take(1, body)
        inbox.left()
        assert "No space left on device" in str(inbox.trouble)
        database.execute("DROP TRIGGER no_room ON updates")
        inbox.left()
        assert inbox.trouble is None
        assert database.execute("SELECT * FROM updates").fetchall() == [], "it was only tried"
    assert inbox.take(1, body)


def test_an_update_that_ends_every_bot_does_not_go_round_for_ever(
    url: str, inboxes: tuple[Inbox, Inbox]
) -> None:
    inboxes[0].take(1, json.dumps({"update_id": 1}))
    found = []
    for _ in range(6):
        _lapse(url)
        with closing(Journal(Path("nowhere"), database_url=url)) as journal:
            assert journal.inbox
            journal.inbox.left()
            found += journal.inbox.left()
    assert len(found) == 3


def test_a_question_that_was_answered_is_not_answered_again(
    url: str, inboxes: tuple[Inbox, Inbox]
) -> None:
    """The bot was killed after it had sent the answer."""
    message = {"message_id": 5, "chat": {"id": ANN, "type": "private"}}
    inboxes[0].take(1, json.dumps({"update_id": 1, "message": message}))
    inboxes[0].take(2, json.dumps({"update_id": 2, "message": message | {"message_id": 6}}))
    with closing(Journal(Path("nowhere"), database_url=url)) as journal:
        journal.answers.add(
            Answered(
                person=ANN,
                chat=ANN,
                place="private",
                outcome=Outcome.FOUND,
                generation="0001-x",
                score=0.9,
                seconds=0.1,
                language="en",
                question="How long are the piers?",
                asked=5,
                answer=7,
            )
        )
    inboxes[1].left()
    _lapse(url)
    assert [each["update_id"] for each in inboxes[1].left()] == [2]


@contextmanager
def _without(url: str, table: str) -> Iterator[None]:
    """A database that refuses what needs this table."""
    with psycopg.connect(url, autocommit=True) as database:
        database.execute(f"ALTER TABLE {table} RENAME TO {table}_away")
        yield
        database.execute(f"ALTER TABLE {table}_away RENAME TO {table}")


def _lapse(url: str, update: int | None = None) -> None:
    """Let the time pass after which a silent bot is taken to be gone, for all that bots took or for
    one update.
    """
    with psycopg.connect(url, autocommit=True) as database:
        database.execute(
            "UPDATE updates SET lease = 0 WHERE lease IS NOT NULL AND id = coalesce(%s, id)",
            (update,),
        )
