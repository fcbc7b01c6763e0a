"""The journal's file: migrations, damage, kills, threads, and disks that refuse."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from bot.journal import Answered, Journal, database
from bot.journal.schema import MIGRATIONS
from bot.terminal import cli
from index.errors import NewerError, StoreError
from index.types import Outcome
from tests.disks import fill_the_disk, lose_rights, open_to_all
from tests.forks import CONTEXT

ANN = 700_100_100


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "journal.sqlite"


def keep(journal: Journal, number: int = 1) -> int | None:
    return journal.answered(
        Answered(
            person=ANN,
            chat=ANN,
            place="private",
            outcome=Outcome.NOTHING,
            generation="0007-1ef74b1c",
            score=None,
            seconds=0.1,
            question=f"Question {number}",
            language="en",
            answer=number,
        )
    )


def version(path: Path) -> int:
    reader = sqlite3.connect(path)
    [(found,)] = reader.execute("PRAGMA user_version")
    reader.close()
    return int(found)


def test_a_new_file_has_the_present_version(path: Path) -> None:
    Journal(path).close()
    assert version(path) == len(MIGRATIONS)


def test_a_file_of_an_earlier_version_is_brought_up_and_keeps_what_it_holds(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(path)
    secret, name, id = journal.secret, journal.pseudonym(ANN), keep(journal)
    journal.close()
    later = (*MIGRATIONS, ("ALTER TABLE answers ADD COLUMN mood TEXT DEFAULT 'good'",))
    monkeypatch.setattr(database, "MIGRATIONS", later)
    journal = Journal(path)
    assert journal._rows("SELECT id, person, mood FROM answers") == [(id, name, "good")]
    assert journal.secret == secret
    journal.close()
    assert version(path) == len(later)


def test_a_migration_that_fails_leaves_the_file_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(path)
    keep(journal)
    journal.close()
    with monkeypatch.context() as patch:
        patch.setattr(database, "MIGRATIONS", (*MIGRATIONS, ("DROP TABLE answers", "nonsense")))
        with pytest.raises(StoreError, match="nonsense"):
            Journal(path)
    assert version(path) == len(MIGRATIONS)
    journal = Journal(path)
    assert journal.shown(ANN, 1) is not None
    journal.close()


def test_a_file_of_a_newer_version_is_left_alone(path: Path) -> None:
    Journal(path).close()
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA user_version = 99")
    writer.close()
    with pytest.raises(
        NewerError, match=r"journal\.sqlite: written by a newer citebot \(version 99"
    ):
        Journal(path)
    assert version(path) == 99
    # a supervisor does not start it again and again
    with pytest.raises(SystemExit) as ended, cli._told():
        Journal(path)
    assert ended.value.code == 2


def _garble(path: Path) -> None:
    path.write_bytes(b"no journal at all, though long enough to be one. " * 200)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _overwrite_the_middle(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 3 : len(content) // 2] = b"\xff" * (
        len(content) // 2 - len(content) // 3
    )
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [_garble, _cut, _overwrite_the_middle])
def test_a_damaged_file_is_set_aside_and_begun_anew(
    path: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    journal = Journal(path)
    for number in range(300):
        keep(journal, number)
    journal.close()
    damage(path)
    broken = path.read_bytes()
    journal = Journal(path)
    assert journal.damaged.read_bytes() == broken
    assert "journal.sqlite.damaged" in caplog.text
    assert journal.shown(ANN, 1) is None
    assert keep(journal, 1) == 1
    assert journal.shown(ANN, 1) is not None
    journal.close()


def test_who_is_forgotten_is_not_left_in_the_damaged_file(path: Path) -> None:
    path.parent.mkdir()
    _garble(path)
    journal = Journal(path)
    journal.forget(ANN)
    assert not journal.damaged.exists()
    journal.close()


def test_a_damaged_file_is_kept_thirty_days(path: Path) -> None:
    path.parent.mkdir()
    _garble(path)
    time = [datetime.now(UTC) + timedelta(days=29)]
    journal = Journal(path, now=lambda: time[0])
    journal.purge()
    assert journal.damaged.exists()
    time[0] += timedelta(days=2)
    journal.purge()
    assert not journal.damaged.exists()
    journal.close()


def test_many_threads_lose_nothing(path: Path) -> None:
    """They write, read, forget and purge at once."""
    journal = Journal(path, keep_questions=True)

    def work(thread: int) -> None:
        for number in range(100):
            id = keep(journal, thread * 100 + number)
            assert id is not None
            journal.vote(id, thread, up=True)
            journal.gaps()
            if number % 25 == 0:
                journal.purge()
                journal.forget(ANN + 1)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(4)))
    assert journal.asked_today(ANN) == 400
    found = journal.statistics(datetime(2020, 1, 1, tzinfo=UTC))
    assert (found.questions, found.up) == (400, 400)
    journal.close()


def _keep_on_and_on(path: Path, told: Connection) -> None:
    journal = Journal(path, keep_questions=True)
    number = 0
    while True:
        number += 1
        id = keep(journal, number)
        assert id is not None
        journal.vote(id, ANN, up=False)
        told.send(number)


def test_a_process_killed_while_it_writes_leaves_all_that_it_had_kept(path: Path) -> None:
    last = 0
    for _ in range(3):
        ours, theirs = CONTEXT.Pipe(duplex=False)
        process = CONTEXT.Process(target=_keep_on_and_on, args=(path, theirs))
        process.start()
        theirs.close()
        kept = 0
        while kept < 40:
            kept = ours.recv()
        assert process.pid
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        process.close()
        while ours.poll():
            try:
                kept = ours.recv()
            except EOFError:
                break
        ours.close()
        journal = Journal(path, keep_questions=True)
        assert not journal.damaged.exists()
        assert journal.asked_today(ANN) >= last + kept
        assert journal.shown(ANN, kept) is not None
        last = journal.asked_today(ANN)
        journal.close()


def _answer(path: Path, hinder: Callable[[], None], told: Connection, *, first: bool) -> None:
    """Open the journal before or after the hindrance, and tell what comes of it."""
    if first:
        hinder()
    journal = Journal(path)
    if not first:
        hinder()
    ids = [keep(journal, number) for number in range(500)]
    journal.vote(1, ANN, up=True)
    journal.moved(-1, -2)
    journal.set_active(ANN, False)
    journal.purge()
    refused = 0
    for loud in (
        partial(journal.set_language, ANN, "ru"),
        partial(journal.ask_editors, "What is a tide?", ANN),
        partial(journal.forget, ANN),
    ):
        try:
            loud()
        except StoreError:
            refused += 1
    told.send((ids, refused, len(journal.secret), journal.language(ANN)))


def _hindered(
    path: Path, hinder: Callable[[], None], *, first: bool
) -> tuple[list[int | None], int]:
    ours, theirs = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=_answer, args=(path, hinder, theirs), kwargs={"first": first})
    process.start()
    theirs.close()
    ids, refused, secret, _ = ours.recv()
    process.join()
    process.close()
    ours.close()
    assert secret == 32
    return ids, refused


@pytest.mark.parametrize("limit", [100_000, 200_000])
def test_a_disk_that_fills_up_stops_no_answer_and_loses_nothing(path: Path, limit: int) -> None:
    """What no one waits for is dropped; what the bot reports is true."""
    ids, refused = _hindered(path, partial(fill_the_disk, limit), first=False)
    kept = [id for id in ids if id is not None]
    assert ids == [*kept, *[None] * (500 - len(kept))]
    assert 0 < len(kept) < 500
    assert refused == 3
    journal = Journal(path)
    assert not journal.damaged.exists()
    assert journal.asked_today(ANN) == len(kept)
    journal.close()


def test_on_a_full_disk_the_journal_lives_in_memory(path: Path) -> None:
    ids, refused = _hindered(path, partial(fill_the_disk, 0), first=True)
    assert ids == list(range(1, 501))
    assert refused == 1, "what a file may hold is not forgotten"


def test_on_a_read_only_disk_the_journal_lives_in_memory_and_forgets_nothing(path: Path) -> None:
    journal = Journal(path)
    keep(journal)
    journal.close()
    open_to_all(path.parent.parent)
    path.parent.chmod(0o555)
    try:
        ids, refused = _hindered(path, lose_rights, first=True)
    finally:
        path.parent.chmod(0o755)
    assert None not in ids
    assert refused == 1
    journal = Journal(path)
    assert journal.shown(ANN, 1) is not None
    journal.close()


def test_a_folder_that_cannot_be_made_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "data").write_text("a file")
    journal = Journal(tmp_path / "data" / "journal.sqlite")
    assert keep(journal) == 1
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert "until a restart the journal is kept in memory only" in record.message
    journal.close()


def test_a_disk_that_refuses_is_named_once_a_minute(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    time = [datetime(2026, 3, 1, tzinfo=UTC)]
    journal = Journal(path, now=lambda: time[0])
    journal._database.execute("PRAGMA query_only = ON")
    for _ in range(3):
        assert keep(journal) is None
    time[0] += timedelta(seconds=59)
    journal.vote(1, ANN, up=True)
    assert [record.message for record in caplog.records] == [
        f"The journal goes on without: {path}: attempt to write a readonly database; see to the "
        "disk and try again"
    ]
    time[0] += timedelta(seconds=1)
    journal.purge()
    assert len(caplog.records) == 2
    journal.close()


@pytest.mark.parametrize("beside", [(), ("-wal", "-shm")], ids=["alone", "with its log files"])
def test_a_file_deleted_while_it_is_open_is_made_again(
    path: Path, caplog: pytest.LogCaptureFixture, beside: tuple[str, ...]
) -> None:
    """A log line says so; buttons and pseudonyms stay, and what is kept from then on lasts."""
    journal = Journal(path)
    secret, name = journal.secret, journal.pseudonym(ANN)
    keep(journal, 1)
    path.unlink()
    for end in beside:
        path.with_name(path.name + end).unlink()
    assert keep(journal, 2) is not None
    journal.set_language(ANN, "ru")
    assert caplog.text.count(f"{path} was deleted while the bot ran") == 1
    assert journal.language(ANN) == "ru"
    journal.close()
    again = Journal(path)
    assert (again.secret, again.pseudonym(ANN)) == (secret, name)
    assert again.language(ANN) == "ru"
    assert again.answer_to(ANN, 1, ANN) is None
    assert again.shown(ANN, 1) is None
    assert again.shown(ANN, 2) is not None
    again.close()


def test_after_it_is_closed_nothing_breaks(path: Path) -> None:
    """An answer that was under way at the end may still come."""
    journal = Journal(path)
    journal.close()
    assert keep(journal) is None
    assert journal.language(ANN) is None
    assert journal.is_active(ANN)
    assert journal.first_id(-5) == -5
    assert journal.asked_today(ANN) == 0
    assert journal.votes(1) == (0, 0)
    journal.close()


def test_the_event_loop_waits_for_nobody_who_has_the_file(path: Path) -> None:
    """What is looked up is what was there; what is noted is there once the file is free."""
    journal = Journal(path)
    journal.set_language(ANN, "ru")
    held, on = threading.Event(), threading.Event()

    def hold() -> None:
        with journal._holding():
            held.set()
            assert on.wait(30)

    async def ask() -> list[int | None]:
        assert journal.language(ANN) == "ru"
        assert journal.is_active(ANN)
        ids = [keep(journal, number) for number in range(20)]
        journal.vote(1, ANN, up=True)
        assert journal.asked_today(ANN) == 0
        return ids

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    assert asyncio.run(ask()) == [None] * 20
    on.set()
    holder.join()
    assert journal.asked_today(ANN) == 20
    assert journal.votes(1) == (1, 0)
    journal.close()


def test_what_was_left_for_later_is_forgotten_too(path: Path) -> None:
    journal = Journal(path)
    held, on = threading.Event(), threading.Event()

    def hold() -> None:
        with journal._lock:
            held.set()
            assert on.wait(30)

    async def note() -> None:
        assert keep(journal) is None

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    asyncio.run(note())
    on.set()
    holder.join()
    assert journal.forget(ANN).answers == 1
    assert journal.asked_today(ANN) == 0
    journal.close()


def test_to_forget_somebody_unknown_rewrites_nothing(path: Path) -> None:
    journal = Journal(path)
    for number in range(200):
        keep(journal, number)
    changed: list[str] = []
    journal._database.set_trace_callback(changed.append)
    assert journal.forget(ANN + 1).total == 0
    assert not [statement for statement in changed if not statement.startswith("SELECT")]
    assert journal.forget(ANN).total == 200
    assert "VACUUM" in changed
    journal.close()
