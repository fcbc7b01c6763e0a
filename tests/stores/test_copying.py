"""An index with journal and golden questions goes to a database and back, and stays what it was."""

from __future__ import annotations

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.access.guard import Guard
from bot.journal import Journal
from bot.terminal.copying import copy
from index.desk import copying
from index.errors import SettingsError, StoreError
from index.library import Library
from index.model.encoder import Encoder
from index.stores import Store
from index.stores.files import FileStore
from index.types import Generation
from tests.databases import Server
from tests.stores.builds import build, documents
from tests.stores.conftest import MakeStore

QUESTIONS = (
    "How long are the piers?",
    "How hot must the water for green tea be?",
    "Когда открылась библиотека?",
    "Who won the chess championship?",
)
GOLDEN = b'{"question": "How long are the piers?", "document": null}\n'


def _journal(path: Path) -> None:
    """A journal with a row in every table, and a gap that was closed and is gone."""
    journal = Journal(path, keep_questions=True)
    for gap in range(3):
        journal.gaps.add(f"Where is pier {gap}?", 7)
    journal.people.set_language(7, "ru")
    journal.people.set_active(8, False)
    journal.people.moved(-5, -6)
    journal.close()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "INSERT INTO answers VALUES (41, 1.5, 'p', 'c', 'private', 'found', '0001-a', 0.75, "
            "0.01, 'en', 'Where “is” it?\n', 'k1 k2', 3, 4, 0)"
        )
        database.execute("INSERT INTO votes VALUES (41, 'p', 1, 'mark', 2.25)")
        database.execute("INSERT INTO awaiting VALUES (1, 'p', -1001234567890, 'ru')")
        for table, column in (("askers", "gap"), ("gaps", "id")):
            database.execute(f"DELETE FROM {table} WHERE {column} = 3")


def _rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master")]
        tables = [name for name in tables if "auto" not in name and "_by_" not in name]
        tables.remove("gaps_open")
        return {
            table: sorted(database.execute(f"SELECT * FROM {table}"), key=repr) for table in tables
        }


def test_there_and_back_answers_questions_and_journal_are_the_same(
    library: Library, encoder: Encoder, knowledge: Path, server: Server, tmp_path: Path
) -> None:
    source, back, url = tmp_path / "source", tmp_path / "back", server.schema()
    own = Library(knowledge=knowledge, data=source, model=encoder)
    own.desk.index.build()
    _journal(source / "journal.sqlite")
    (source / "golden.jsonl").write_bytes(GOLDEN)
    copy(str(source), url)
    copy(url, str(back))
    assert (back / "golden.jsonl").read_bytes() == GOLDEN
    assert _rows(back / "journal.sqlite") == _rows(source / "journal.sqlite")
    with closing(sqlite3.connect(back / "journal.sqlite")) as database:
        database.execute("INSERT INTO gaps (folded) VALUES ('another')")
        [(id,)] = database.execute("SELECT max(id) FROM gaps").fetchall()
        assert id == 4, "an id is never given twice"
    for place in ({"data": back}, {"data": tmp_path / "none", "database": url}):
        copied = Library(knowledge=knowledge, model=encoder, **place)
        for question in QUESTIONS:
            expected, answer = library.ask(question), copied.ask(question)
            assert answer.outcome == expected.outcome
            for hit, other in zip(answer.hits, expected.hits, strict=True):
                assert hit.passage == other.passage
                assert hit.highlights == other.highlights
                assert hit.score == pytest.approx(other.score, abs=1e-3)
        assert copied.desk.index.is_current(), "a start builds nothing"
        copied.close()
    own.close()


@pytest.fixture
def source(tmp_path: Path) -> FileStore:
    """A store with twenty documents in it."""
    store = FileStore(tmp_path / "from")
    with store.locked():
        made = build({f"{number:02}.txt": number for number in range(20)})
        store.publish(store.stage(made).generation.id)
    store.notes.write({"golden.jsonl": GOLDEN, "GOLDEN": b"1\n"})
    return store


def _documents(store: Store) -> list[str]:
    with closing(store.open(None)) as opened:
        return [source.id for source, _ in opened.sources()]


def _silent(done: int, whole: int) -> None:
    pass


def test_a_copy_killed_in_the_middle_leaves_nothing_and_is_finished_by_the_next(
    source: FileStore, make_store: MakeStore
) -> None:
    def kill(done: int, whole: int) -> None:
        if done == whole // 2:
            os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        copying.copy(source, make_store(), kill)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    target = make_store()
    assert (target.current(), target.staged(), target.history()) == (None, None, [])
    assert copying.copy(source, target, _silent).is_new
    assert len(_documents(target)) == 20
    assert target.notes.read("golden.jsonl") == GOLDEN
    again = copying.copy(source, target, _silent)
    assert not again.is_new
    assert len(target.history()) == 1


def test_a_copy_that_ends_before_it_is_published_goes_on_from_there(
    source: FileStore, make_store: MakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = make_store()

    def fail(id: str) -> Generation:
        raise StoreError("the power is gone")

    with monkeypatch.context() as patched:
        patched.setattr(target, "publish", fail)
        with pytest.raises(StoreError, match="power"):
            copying.copy(source, target, _silent)
    waiting = target.staged()
    assert waiting
    assert target.current() is None
    assert copying.copy(source, target, _silent).generation.id == waiting.generation.id


def test_another_index_takes_the_place_of_the_one_before(
    source: FileStore, make_store: MakeStore
) -> None:
    target = make_store()
    copying.copy(source, target, _silent)
    made = build({"b.txt": 3}, base=source.current())
    with source.locked():
        source.publish(source.stage(made).generation.id)
    assert copying.copy(source, target, _silent).is_new
    assert _documents(target) == [each.id for each in documents(made)]
    assert len(target.history()) == 2


def test_what_is_only_at_the_target_is_not_lost(source: FileStore, make_store: MakeStore) -> None:
    target = make_store()
    target.notes.write({"golden.jsonl": b'{"question": "Mine?"}\n'})
    with pytest.raises(StoreError, match="citebot golden export"):
        copying.copy(source, target, _silent)
    assert target.current() is None


@pytest.mark.parametrize("database", [False, True])
def test_what_is_reserved_stays_so_in_a_copy(
    knowledge: Path, encoder: Encoder, server: Server, tmp_path: Path, database: bool
) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    own = Library(knowledge=knowledge, data=source, model=encoder)
    own.desk.index.build()
    own.close()
    (source / "access.toml").write_text("[reserved]\nguides = [5]\n")
    url = server.schema() if database else None
    copy(str(source), url or str(target))
    copied = Library(knowledge=knowledge, data=target, model=encoder, database=url)
    if database:
        with pytest.raises(SettingsError, match="guides was reserved"):
            Guard(target, copied)
    else:
        assert Guard(target, copied).rules().folders == {"guides": frozenset({5})}
        # those of the target stay
        (target / "access.toml").write_text("[reserved]\nguides = [6]\n")
        copy(str(source), str(target))
        assert Guard(target, copied).rules().folders == {"guides": frozenset({6})}
    copied.close()


def test_a_journal_of_others_is_not_replaced(
    source: FileStore, tmp_path: Path, server: Server
) -> None:
    url = server.schema()
    for name in ("from", "other"):
        _journal(tmp_path / name / "journal.sqlite")
    copy(str(tmp_path / "from"), url)
    with pytest.raises(StoreError, match=r"other/journal\.sqlite has a journal of its own"):
        copy(url, str(tmp_path / "other"))
    assert FileStore(tmp_path / "other").current() is None, "it is looked at first"
    copy(str(tmp_path / "from"), url)


def test_places_that_cannot_be_are_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is not a folder"):
        copy(str(tmp_path / "nowhere"), str(tmp_path / "to"))
    with pytest.raises(SettingsError, match="neither a folder nor a database"):
        copy("mysql://bot:s3cret@host/x", str(tmp_path / "to"))
    with pytest.raises(SettingsError, match="the same"):
        copy(str(tmp_path), str(tmp_path / "x" / ".."))
    with pytest.raises(StoreError, match="no index yet"):
        copy(str(tmp_path), str(tmp_path / "to"))
    with pytest.raises(StoreError, match="is it running"):
        copy("postgresql://bot:s3cret@127.0.0.1:1/x", str(tmp_path / "to"))
