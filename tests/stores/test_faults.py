"""A network that is cut, a database that restarts, processes that are killed, a disk that is full:
no wrong answer, nothing lost, and all goes on by itself.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest

from bot.journal import Answered, Journal
from bot.running.builds import Indexing
from bot.transport.health import Health
from index.errors import StoreError
from index.stores import Wanted
from index.stores.postgres import PostgresStore
from index.types import EVERYTHING, Outcome
from tests.databases import Server, serving
from tests.proxies import through
from tests.stores.builds import build, question

ANN = 700_100_100
_LONG = 60.0  # seconds in which all must be well again


@pytest.fixture(scope="module")
def own() -> Iterator[Server]:
    """A server that may be ended, for all tests of this file."""
    with serving() as server:
        yield server


def _publish(store: PostgresStore, seed: int) -> str:
    with store.locked():
        made = build({f"{number}.txt": seed for number in range(4)}, store.current())
        return store.publish(store.stage(made).generation.id).id


class Replica:
    """Asks without a pause, in a thread; counts the answers and checks that they are right."""

    def __init__(self, url: str) -> None:
        self._store = PostgresStore(url)
        self._over = Event()
        self.right, self.refused = 0, 0
        self.wrong: list[str] = []
        self._thread = Thread(target=self._ask)
        self._thread.start()

    def _ask(self) -> None:
        vector = question(5)
        while not self._over.is_set():
            try:
                id = self._store.heard()
                opened = self._store.open(None, id)
                found = opened.find(Wanted(vector, ["harbour"], 5, 5, 5), EVERYTHING)
                texts = {passage.text for passage in opened.passages(found.numbers)}
                documents = [opened.document(source.id) for source, _ in opened.sources()]
                whole = {each.text for each in documents if each}
            except StoreError:
                self.refused += 1
                time.sleep(0.01)
                continue
            if len(whole) != 4 or not all(any(text in one for one in whole) for text in texts):
                self.wrong.append(f"{id}: {texts}")
            self.right += 1

    def answers_again(self) -> bool:
        """Return True once a further question is answered."""
        return _soon(lambda before=self.right: self.right > before + 1)

    def end(self) -> None:
        self._over.set()
        self._thread.join()
        self._store.close()


def _soon(true: object) -> bool:
    assert callable(true)
    until = time.monotonic() + _LONG
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.02)
    return False


def _asked(message: int) -> Answered:
    return Answered(
        person=ANN,
        chat=ANN,
        place="private",
        outcome=Outcome.FOUND,
        generation="0001-x",
        score=0.9,
        seconds=0.1,
        language="en",
        question="How long are the piers?",
        keys=("k1",),
        asked=message,
        answer=message + 1,
    )


def test_a_network_that_is_cut_and_a_server_that_restarts_cost_no_vote_and_no_answer(
    own: Server,
) -> None:
    url = own.schema()
    with (
        through(own, url) as (proxy, address),
        closing(PostgresStore(url)) as builder,
        closing(Journal(Path("nowhere"), database_url=address)) as journal,
    ):
        _publish(builder, 1)
        replicas = [Replica(address), Replica(url)]
        health = Health(
            Indexing(lambda: False), lambda: True, lambda: None, replicas[0]._store.current
        )
        health.warm = True
        try:
            answers = [journal.answers.add(_asked(message)) for message in (1, 3, 5)]
            assert all(each.answers_again() for each in replicas)
            assert health.missing() == []
            proxy.cut()
            journal.votes.add(answers[0] or 0, ANN, up=True)
            [said] = health.missing()
            assert "is it running" in said
            refused = replicas[0].refused
            assert _soon(lambda: replicas[0].refused > refused)
            newer = _publish(builder, 2)
            proxy.restore()
            assert all(each.answers_again() for each in replicas)
            assert _soon(lambda: replicas[0]._store.heard() == newer)
            own.stop()
            journal.votes.add(answers[1] or 0, ANN, up=False)
            own.start()
            assert all(each.answers_again() for each in replicas)
            assert _soon(lambda: health.missing() == [])
            journal.votes.add(answers[2] or 0, ANN, up=True)
            assert _soon(lambda: journal._database.rows("SELECT count(*) FROM votes") == [(3,)])
        finally:
            for each in replicas:
                each.end()
        assert [each.wrong for each in replicas] == [[], []]


def test_builders_killed_at_random_leave_what_served_and_nothing_half_done(own: Server) -> None:
    url, chance = own.schema(), random.Random(4)
    with closing(PostgresStore(url)) as store:
        _publish(store, 0)
    replicas = [Replica(url) for _ in range(2)]
    try:
        for seed in range(1, 7):
            child = os.fork()
            if child == 0:
                with suppress(BaseException):
                    _publish(PostgresStore(url), seed)
                os._exit(0)
            time.sleep(chance.uniform(0.02, 0.25))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        assert all(each.answers_again() for each in replicas)
    finally:
        for each in replicas:
            each.end()
    assert [each.wrong for each in replicas] == [[], []]
    with closing(PostgresStore(url)) as store:
        # the server lets go of the lock when it notices that the last one is gone
        assert _soon(lambda: _can_publish(store))
        assert store.staged() is None
        with closing(store.open(None)) as opened:
            assert len(list(opened.sources())) == 4


def test_what_a_killed_builder_had_the_server_do_ends_too(own: Server) -> None:
    """An index of neighbours takes minutes, and the next build would wait for it."""
    url = own.schema()
    with closing(PostgresStore(url)) as store:
        _publish(store, 1)
    with psycopg.connect(url, autocommit=True) as watching:
        watching.execute(
            "CREATE FUNCTION long() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_sleep(600); RETURN NEW; END $$"
        )
        watching.execute("CREATE TRIGGER long BEFORE INSERT ON postings EXECUTE FUNCTION long()")

        def is_busy() -> bool:
            query = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
            return bool(watching.execute(query).fetchall())

        child = os.fork()
        if child == 0:
            with suppress(BaseException):
                _publish(PostgresStore(url), 2)
            os._exit(0)
        assert _soon(is_busy)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert _soon(lambda: not is_busy())
        watching.execute("DROP TRIGGER long ON postings")
    with closing(PostgresStore(url)) as store:
        assert _soon(lambda: _can_publish(store))


def _can_publish(store: PostgresStore) -> bool:
    try:
        _publish(store, 9)
    except StoreError:
        return False
    return True


def test_a_database_that_is_full_says_so_and_serves_on(own: Server) -> None:
    url = own.schema()
    schema = url.split("search_path%3D")[1].split("%2C")[0]
    with closing(PostgresStore(url)) as store:
        first = _publish(store, 1)
        own.run(
            f"CREATE FUNCTION {schema}.no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE disk_full USING MESSAGE = 'No space left on device'; END $$",
            f"CREATE TRIGGER no_room BEFORE INSERT ON {schema}.postings "
            f"EXECUTE FUNCTION {schema}.no_room()",
        )
        with pytest.raises(StoreError, match=r"No space left on device; give the server more room"):
            _publish(store, 2)
        assert (store.current(), store.staged()) == (first, None)
        with closing(store.open(None)) as opened:
            assert len(opened.find(Wanted(question(5), [], 5, 5, 0), EVERYTHING).numbers) > 0
        own.run(f"DROP TRIGGER no_room ON {schema}.postings")
        assert _publish(store, 2) != first
