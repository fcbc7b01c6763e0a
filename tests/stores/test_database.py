"""What a database may lack or suffer: said clearly, and nothing is lost."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
from psycopg import sql

from bot.journal import Journal
from bot.journal.shared import MIGRATIONS
from index.errors import NewerError, OtherModelError, SettingsError, StoreError
from index.library import Library
from index.model.encoder import Encoder
from index.stores import Wanted
from index.stores.files import FileStore
from index.stores.postgres import PostgresStore, migrating
from index.stores.postgres.database import Database
from index.stores.postgres.listening import CHANNEL
from index.types import EVERYTHING, Outcome, Passage, Scope
from tests.databases import Server, serving
from tests.stores.builds import build, question


def _message(url: str) -> str:
    store = PostgresStore(url)
    with pytest.raises(StoreError) as caught:
        store.current()
    store.close()
    return str(caught.value)


@pytest.fixture
def database(server: Server) -> str:
    """The name of an empty database without pgvector, and of a user who may log in."""
    server.run("DROP DATABASE IF EXISTS bare", "CREATE DATABASE bare")
    return "bare"


@pytest.fixture
def user(server: Server) -> str:
    server.run("DO $$ BEGIN CREATE ROLE guest LOGIN; EXCEPTION WHEN duplicate_object THEN END $$")
    return "guest"


def test_a_database_whose_user_may_not_switch_pgvector_on(
    server: Server, database: str, user: str
) -> None:
    message = _message(server.url(database, user))
    assert "CREATE EXTENSION vector" in message
    assert "database bare" in message


def test_a_database_with_an_old_pgvector(server: Server, database: str) -> None:
    server.run(
        "CREATE EXTENSION vector",
        "UPDATE pg_extension SET extversion = '0.7.4' WHERE extname = 'vector'",
        database=database,
    )
    message = _message(server.url(database))
    assert "pgvector 0.7.4" in message
    assert "0.8.4 or newer" in message
    assert "ALTER EXTENSION vector UPDATE" in message


def test_a_user_without_the_right_to_make_tables(server: Server, database: str, user: str) -> None:
    server.run("CREATE EXTENSION vector", database=database)
    assert "GRANT CREATE ON SCHEMA public TO guest" in _message(server.url(database, user))


def test_a_search_path_without_the_schema_of_the_tables_or_of_pgvector(
    server: Server, database: str
) -> None:
    server.run("CREATE EXTENSION vector", database=database)
    alone = server.url(database) + "&options=-csearch_path%3Dcitebot"
    message = _message(alone)
    assert "search path of postgres (citebot)" in message
    assert "CREATE SCHEMA" in message
    server.run("CREATE SCHEMA citebot", database=database)
    assert "has pgvector in a schema that is not in the search path" in _message(alone)


def test_a_user_who_may_only_read_can_ask(server: Server, database: str, user: str) -> None:
    with closing(PostgresStore(server.url(database))) as store, store.locked():
        store.publish(store.stage(build({"a.txt": 0})).generation.id)
    server.run("GRANT SELECT ON ALL TABLES IN SCHEMA public TO guest", database=database)
    with closing(PostgresStore(server.url(database, user))) as reading:
        assert reading.open("model").find(Wanted(question(0), [], 3, 3, 3), EVERYTHING).numbers
        with pytest.raises(StoreError, match="give its user the right"):
            reading.rollback(reading.current())
    # others of the test run need the user without rights
    server.run("DROP OWNED BY guest", database=database)


def test_a_build_takes_longer_than_statements_may(server: Server) -> None:
    made = build({"a.txt": 0})

    def slowly(passage: Passage) -> list[str]:
        time.sleep(0.5)
        return list(made.terms(passage))

    url = f"{server.schema()}%20-cstatement_timeout%3D1000"
    with closing(PostgresStore(url)) as store, store.locked():
        assert store.publish(store.stage(replace(made, terms=slowly)).generation.id)
        with pytest.raises(StoreError, match="give its user more time"):
            store._database.rows("SELECT pg_sleep(5)")


def test_a_database_that_a_newer_version_has_used(server: Server) -> None:
    url = server.schema()
    with closing(PostgresStore(url)) as store:
        assert store.current() is None
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO citebot_migrations (number) VALUES (999)")
    store = PostgresStore(url)
    with pytest.raises(NewerError, match="newer citebot"):
        store.current()


def test_bots_that_start_together_on_an_empty_database(server: Server, database: str) -> None:
    url = server.url(database)
    with (
        psycopg.connect(url) as first,
        closing(PostgresStore(url)) as store,
        ThreadPoolExecutor() as aside,
    ):
        first.execute("CREATE EXTENSION vector")
        second = aside.submit(store.current)
        while not _waits_for_another(server, database):
            time.sleep(0.01)
        first.commit()
        assert second.result() is None


def _waits_for_another(server: Server, database: str) -> bool:
    query = "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
    with psycopg.connect(server.url()) as connection:
        return bool(connection.execute(query, (database,)).fetchall())


@pytest.mark.parametrize("had", [1, 2])
def test_tables_of_an_earlier_version_are_brought_up_to_date(server: Server, had: int) -> None:
    """What was voted is kept, and an index that this version cannot read is made again."""
    url = server.schema()
    with psycopg.connect(url) as connection:
        for each in (migrating.INDEX, MIGRATIONS):
            table = sql.Identifier(each.table)
            connection.execute(
                sql.SQL("CREATE TABLE {} (number int PRIMARY KEY, at date)").format(table)
            )
            for number, step in enumerate(migrating._known(each)[:had], 1):
                connection.execute(step)
                connection.execute(
                    sql.SQL("INSERT INTO {} (number) VALUES (%s)").format(table), (number,)
                )
        connection.execute(
            "INSERT INTO kept VALUES ('buttons', 'b'), ('people', 'p');"
            "INSERT INTO answers VALUES "
            "(5, 1, 'p', 'c', 'private', 'found', 'g', 1, 1, 'en', 'q', 'k', 3, 4, false);"
            "INSERT INTO votes VALUES (5, 'p', true, null, 1);"
            "INSERT INTO generations VALUES "
            "(1, '0001-a', 7, null, now(), 'm', 'f', 'c', 0, 0, 0, 1, 1, '[]', 0, 32, 4, 1, true);"
            "UPDATE state SET value = '0001-a' WHERE name = 'current'"
        )
    with closing(PostgresStore(url)) as store:
        with pytest.raises(OtherModelError, match="run citebot index"):
            store.open(None)
        assert _published(store, {"a.txt": 0}, store.current()).startswith("0002-")
    with closing(Journal(Path("nowhere"), database_url=url)) as journal:
        assert journal.secret == b"b"
        assert journal._database.rows("SELECT answer, person FROM votes") == [(5, "p")]
        assert journal._database.rows("SELECT lease FROM updates") == []


@pytest.mark.parametrize(
    "url", ["postgresql://bot:s3cret@127.0.0.1:1/citebot", "postgresql://:s3cret@/x?host=/nowhere"]
)
def test_a_database_that_is_not_there_and_a_password_that_stays_secret(url: str) -> None:
    message = _message(url)
    assert "is it running" in message
    assert "s3cret" not in message


def test_an_address_that_is_none() -> None:
    with pytest.raises(SettingsError, match="postgresql://user:password@host") as caught:
        PostgresStore("postgresql://bot:s3cret@[::1/x")
    assert "s3cret" not in str(caught.value)


def test_a_server_that_comes_back_is_used_again() -> None:
    with serving() as server, closing(PostgresStore(server.schema())) as store:
        with store.locked():
            pending = store.stage(build({"a.txt": 0}))
        published = store.publish(pending.generation.id)
        opened = store.open("model")
        server.stop()
        with pytest.raises(StoreError, match="is it running"):
            opened.passages([0])
        server.start()
        assert opened.passages([0])[0].source.id == "a.txt"
        assert store.current() == published.id


def test_answers_are_those_of_the_folder(
    library: Library,
    knowledge: Path,
    encoder: Encoder,
    server: Server,
    tmp_path: Path,
) -> None:
    schema = server.schema()
    shared, other = (
        Library(knowledge=knowledge, data=tmp_path, model=encoder, database=schema)
        for _ in range(2)
    )
    shared.desk.index.build()
    for scope in (EVERYTHING, Scope(frozenset({"guides"}))):
        for text in (
            "How long are the piers?",
            "How hot must the water for green tea be?",
            "Когда открылась библиотека?",
            "how long does tea keep in a tin",
            "Who won the chess championship?",
        ):
            expected, answer = library.ask(text, scope=scope), other.ask(text, scope=scope)
            assert answer.outcome == expected.outcome
            assert [hit.passage for hit in answer.hits] == [hit.passage for hit in expected.hits]
            assert [hit.highlights for hit in answer.hits] == [
                hit.highlights for hit in expected.hits
            ]
            for one, two in zip(answer.hits, expected.hits, strict=True):
                assert one.score == pytest.approx(two.score, abs=1e-3)
    assert other.ask("How long are the piers?").outcome == Outcome.FOUND
    text = "The lighthouse at the end of the northern pier has 118 steps."
    generation = other.generation()
    assert generation
    assert other.verify(text) == replace(library.verify(text), generation=generation)
    shared.close()
    other.close()


def test_rare_and_common_words_find_the_passages_that_the_folder_finds(
    server: Server, tmp_path: Path
) -> None:
    made = build({f"{name:02d}.txt": name for name in range(30)}, passages=40)
    made = replace(made, terms=_uneven)
    rng = np.random.default_rng(3)
    with ExitStack() as open_stores:
        stores = FileStore(tmp_path), PostgresStore(server.schema())
        for store in stores:
            open_stores.enter_context(closing(store))
            with store.locked():
                store.publish(store.stage(made).generation.id)
        folder, database = (open_stores.enter_context(closing(s.open("model"))) for s in stores)
        for scope in (EVERYTHING, Scope(hidden=frozenset({"03.txt", "17.txt"}))):
            for count in (1, 5, 20, 60):
                for _ in range(6):
                    terms = [f"w{word}" for word in rng.choice(9, int(rng.integers(1, 8)))]
                    found = database.matching(terms, count, scope).tolist()
                    assert found == folder.matching(terms, count, scope).tolist(), terms


def _uneven(passage: Passage) -> list[str]:
    """Words of which the first is in every passage, and each in half as many as the one before."""
    rng = np.random.default_rng([passage.start, *passage.source.id.encode()])
    often = rng.integers(1, 4, 9)
    held = rng.random(9) < 0.5 ** np.arange(9)
    return [f"w{word}" for word in range(9) if held[word] for _ in range(often[word])]


def _trips(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts the ways to the database and back."""
    made: list[int] = []
    ask = Database.ask

    def counted(self: Database, *questions: Any, **settings: Any) -> Any:
        made.append(len(questions[0]))
        return ask(self, *questions, **settings)

    monkeypatch.setattr(Database, "ask", counted)
    return made


def test_a_question_takes_a_handful_of_ways_to_the_database(
    knowledge: Path,
    encoder: Encoder,
    server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shared = Library(knowledge=knowledge, data=tmp_path, model=encoder, database=server.schema())
    shared.desk.index.build()
    shared.ask("How long are the piers?")
    assert isinstance(shared.store, PostgresStore)
    assert _heard(shared.store, str(shared.store.heard()))
    trips = _trips(monkeypatch)
    assert shared.ask("How many steps has the lighthouse?").outcome == Outcome.FOUND
    # the terms' weights, candidates, their nearness, their texts
    assert len(trips) <= 4
    shared.close()


def test_postings_are_read_from_their_index_alone_once_a_build_has_ended(server: Server) -> None:
    """Else each of a hundred thousand is looked up in the table as well, until the server tidies
    up by itself.
    """
    url = server.schema()
    with closing(PostgresStore(url)) as store, store.locked():
        made = build({f"{number}.txt": number for number in range(4)}, None)
        store.publish(store.stage(made).generation.id)
    with psycopg.connect(url) as connection:
        query = "SELECT relpages, relallvisible FROM pg_class WHERE oid = 'postings'::regclass"
        [[pages, seen]] = connection.execute(query).fetchall()
    assert pages > 0
    assert seen == pages


def test_a_new_generation_is_heard_without_asking(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.schema()
    with closing(PostgresStore(url)) as store, closing(PostgresStore(url)) as other:
        first = _published(store, {"a.txt": 0})
        trips = _trips(monkeypatch)
        assert _heard(other, first)
        trips.clear()
        assert [other.heard() for _ in range(100)] == [first] * 100
        assert len(trips) <= 1, "a notice of the test itself may be on its way"
        second = _published(store, {"a.txt": 1}, first)
        assert store.heard() == second
        assert _heard(other, second)
        assert store.rollback().id == first
        assert _heard(other, first)


def test_who_hears_others_but_not_itself_goes_on_asking(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pooler may bring a notice by chance, and swallow the next one."""
    url = server.schema()
    with closing(PostgresStore(url)) as store, closing(PostgresStore(url)) as other:
        first = _published(store, {"a.txt": 0})
        monkeypatch.setattr(Database, "notify", lambda self, channel, message: None)
        assert other.heard() == first
        with psycopg.connect(url, autocommit=True) as connection:
            for _ in range(20):
                connection.execute("SELECT pg_notify(%s, 'by chance')", (CHANNEL,))
                time.sleep(0.05)
                assert not other._listener.hears


def _heard(store: PostgresStore, id: str) -> bool:
    """Return True if a store comes to hear, by itself, that a generation is current."""
    for _ in range(500):
        if store.heard() == id and store._listener.hears:
            return True
        time.sleep(0.01)
    return False


def _published(store: PostgresStore, folder: dict[str, int], base: str | None = None) -> str:
    with store.locked():
        return store.publish(store.stage(build(folder, base=base)).generation.id).id
