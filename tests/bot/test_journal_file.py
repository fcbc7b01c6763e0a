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

from bot.journal import Answered, Journal, file
from bot.journal.database import Database
from bot.journal.schema import MIGRATIONS
from bot.terminal import cli
from index.errors import NewerError, StoreError
from index.types import Outcome
from tests.disks import fill_the_disk, lose_rights, open_to_all
from tests.forks import CONTEXT

ANN = 700_100_100


def _database(journal: Journal) -> Database:
    assert isinstance(journal._database, Database)
    return journal._database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "journal.sqlite"


def keep(journal: Journal, number: int = 1) -> int | None:
    return journal.answers.add(
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


def damaged(path: Path) -> Path:
    """Return the place for a file that is not a journal."""
    return path.with_name("journal.sqlite.damaged")


def votes(path: Path) -> list[tuple[int, bool]]:
    """The votes: on which answer, and which way."""
    reader = sqlite3.connect(path)
    try:
        return reader.execute("SELECT answer, up FROM votes").fetchall()
    finally:
        reader.close()


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
    secret, name, id = journal.secret, journal._database.pseudonym(ANN), keep(journal)
    journal.close()
    later = (*MIGRATIONS, ("ALTER TABLE answers ADD COLUMN mood TEXT DEFAULT 'good'",))
    monkeypatch.setattr(file, "MIGRATIONS", later)
    journal = Journal(path)
    assert journal._database.rows("SELECT id, person, mood FROM answers") == [(id, name, "good")]
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
        patch.setattr(file, "MIGRATIONS", (*MIGRATIONS, ("DROP TABLE answers", "nonsense")))
        with pytest.raises(StoreError, match="nonsense"):
            Journal(path)
    assert version(path) == len(MIGRATIONS)
    journal = Journal(path)
    assert journal.answers.shown(ANN, 1) is not None
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
    assert damaged(path).read_bytes() == broken
    assert "journal.sqlite.damaged" in caplog.text
    assert journal.answers.shown(ANN, 1) is None
    assert keep(journal, 1) == 1
    assert journal.answers.shown(ANN, 1) is not None
    journal.close()


def test_who_is_forgotten_is_not_left_in_the_damaged_file(path: Path) -> None:
    path.parent.mkdir()
    _garble(path)
    journal = Journal(path)
    journal.forget(ANN)
    assert not damaged(path).exists()
    journal.close()


def test_a_damaged_file_is_kept_thirty_days(path: Path) -> None:
    path.parent.mkdir()
    _garble(path)
    time = [datetime.now(UTC) + timedelta(days=29)]
    journal = Journal(path, now=lambda: time[0])
    journal.purge()
    assert damaged(path).exists()
    time[0] += timedelta(days=2)
    journal.purge()
    assert not damaged(path).exists()
    journal.close()


def test_many_threads_lose_nothing(path: Path) -> None:
    """They write, read, forget and purge at once."""
    journal = Journal(path, keep_questions=True)

    def work(thread: int) -> None:
        for number in range(100):
            id = keep(journal, thread * 100 + number)
            assert id is not None
            journal.votes.add(id, thread, up=True)
            journal.gaps.open()
            if number % 25 == 0:
                journal.purge()
                journal.forget(ANN + 1)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(4)))
    assert journal.answers.asked_today(ANN) == 400
    found = journal.numbers.since(datetime(2020, 1, 1, tzinfo=UTC))
    assert (found.questions, found.up) == (400, 400)
    journal.close()


def _keep_on_and_on(path: Path, told: Connection) -> None:
    journal = Journal(path, keep_questions=True)
    number = 0
    while True:
        number += 1
        id = keep(journal, number)
        assert id is not None
        journal.votes.add(id, ANN, up=False)
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
        assert not damaged(path).exists()
        assert journal.answers.asked_today(ANN) >= last + kept
        assert journal.answers.shown(ANN, kept) is not None
        last = journal.answers.asked_today(ANN)
        journal.close()


def _answer(path: Path, hinder: Callable[[], None], told: Connection, *, first: bool) -> None:
    """Open the journal before or after the hindrance, and tell what comes of it."""
    if first:
        hinder()
    journal = Journal(path)
    if not first:
        hinder()
    ids = [keep(journal, number) for number in range(500)]
    journal.votes.add(1, ANN, up=True)
    journal.people.moved(-1, -2)
    journal.people.set_active(ANN, False)
    journal.purge()
    refused = 0
    for loud in (
        partial(journal.people.set_language, ANN, "ru"),
        partial(journal.gaps.add, "What is a tide?", ANN),
        partial(journal.forget, ANN),
    ):
        try:
            loud()
        except StoreError:
            refused += 1
    told.send((ids, refused, len(journal.secret), journal.people.language(ANN)))


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
    assert not damaged(path).exists()
    assert journal.answers.asked_today(ANN) == len(kept)
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
    assert journal.answers.shown(ANN, 1) is not None
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
    _database(journal).file.writer.execute("PRAGMA query_only = ON")
    for _ in range(3):
        assert keep(journal) is None
    time[0] += timedelta(seconds=59)
    journal.votes.add(1, ANN, up=True)
    assert [record.message for record in caplog.records] == [
        f"The journal goes on without: {path}: attempt to write a readonly database; check the "
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
    secret, name = journal.secret, journal._database.pseudonym(ANN)
    keep(journal, 1)
    path.unlink()
    for end in beside:
        path.with_name(path.name + end).unlink()
    assert keep(journal, 2) is not None
    journal.people.set_language(ANN, "ru")
    assert caplog.text.count(f"{path} was deleted while the bot ran") == 1
    assert journal.people.language(ANN) == "ru"
    journal.close()
    again = Journal(path)
    assert (again.secret, again._database.pseudonym(ANN)) == (secret, name)
    assert again.people.language(ANN) == "ru"
    assert again.answers.answer_to(ANN, 1, ANN) is None
    assert again.answers.shown(ANN, 1) is None
    assert again.answers.shown(ANN, 2) is not None
    again.close()


def test_after_it_is_closed_nothing_breaks(path: Path) -> None:
    """An answer that was under way at the end may still come."""
    journal = Journal(path)
    journal.close()
    assert keep(journal) is None
    assert journal.people.language(ANN) is None
    assert journal.people.is_active(ANN)
    assert journal.people.first_id(-5) == -5
    assert journal.answers.asked_today(ANN) == 0
    journal.close()


def test_the_event_loop_waits_for_nobody_who_has_the_file(path: Path) -> None:
    """What is looked up is what was there; what is noted is there once the file is free."""
    journal = Journal(path)
    journal.people.set_language(ANN, "ru")
    held, on = threading.Event(), threading.Event()

    def hold() -> None:
        with _database(journal).alone():
            held.set()
            assert on.wait(30)

    async def ask() -> list[int | None]:
        assert journal.people.language(ANN) == "ru"
        assert journal.people.is_active(ANN)
        ids = [keep(journal, number) for number in range(20)]
        journal.votes.add(1, ANN, up=True)
        assert journal.answers.asked_today(ANN) == 0
        return ids

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    assert asyncio.run(ask()) == [None] * 20
    on.set()
    holder.join()
    journal._database.catch_up()
    assert journal.answers.asked_today(ANN) == 20
    assert votes(path) == [(1, True)]
    journal.close()


def test_what_was_left_for_later_is_forgotten_too(path: Path) -> None:
    journal = Journal(path)
    held, on = threading.Event(), threading.Event()

    def hold() -> None:
        with _database(journal).alone():
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
    assert journal.answers.asked_today(ANN) == 0
    journal.close()


def test_to_forget_somebody_unknown_rewrites_nothing(path: Path) -> None:
    journal = Journal(path)
    for number in range(200):
        keep(journal, number)
    before = path.stat().st_ino
    assert journal.forget(ANN + 1).total == 0
    assert path.stat().st_ino == before
    assert journal.forget(ANN).total == 200
    assert path.stat().st_ino != before
    journal.close()


def test_what_is_written_while_the_file_is_rewritten_stays(path: Path) -> None:
    """Answers, votes, questions and settings, from several threads, beside purge after purge."""
    journal = Journal(path, keep_questions=True)
    for number in range(2_000):
        keep(journal, number)
    done = threading.Event()

    def purge() -> int:
        purges = 0
        while not done.is_set():
            journal.purge()
            purges += 1
        return purges

    def work(thread: int) -> list[tuple[int, int]]:
        kept = list[tuple[int, int]]()
        for number in range(100):
            id = keep(journal, thread * 1_000 + number)
            assert id is not None
            journal.votes.add(id, thread, up=True)
            kept.append((id, journal.gaps.add(f"Question {thread} of {number}", thread)))
            journal.people.set_language(thread * 1_000 + number, "ru")
            assert journal.people.language(thread * 1_000 + number) == "ru"
        return kept

    with ThreadPoolExecutor(4) as threads:
        purging = threads.submit(purge)
        kept = [pair for pairs in threads.map(work, range(10, 13)) for pair in pairs]
        done.set()
        assert purging.result() >= 1
    journal.close()
    assert sorted(path.parent.iterdir()) == [path]
    journal = Journal(path)
    assert journal.answers.asked_today(ANN) == 2_300
    assert len({id for id, _ in kept}) == 300
    assert {gap.id for gap in journal.gaps.open()} >= {gap for _, gap in kept}
    assert sorted(votes(path)) == sorted((id, True) for id, _ in kept)
    assert [journal.people.language(n * 1_000 + 99) for n in range(10, 13)] == ["ru"] * 3
    journal.close()


def test_of_a_file_that_was_rewritten_nothing_is_held(path: Path) -> None:
    """Its space is free, and what was deleted is not to be read in it."""
    journal = Journal(path)
    keep(journal)
    journal.people.language(ANN)
    journal.purge()
    journal.purge()
    # only Linux lists the files that a process has open
    opened = [file for file in [*Path("/proc/self/fd").glob("*")] if file.is_symlink()]
    files = [str(file.readlink()) for file in opened]
    assert [file for file in files if file.startswith(str(path)) and "deleted" in file] == []
    journal.close()


def test_another_process_writes_on_in_the_file_that_took_the_name(path: Path) -> None:
    """Such as `citebot gaps`, which has it open while the bot's own purge replaces it."""
    journal, other = Journal(path), Journal(path)
    other.people.set_language(ANN, "ru")
    journal.purge()
    other.people.set_language(ANN + 1, "de")
    assert [journal.people.language(ANN + n) for n in range(2)] == ["ru", "de"]
    other.close()
    journal.close()


def test_its_size_is_told_while_files_beside_it_come_and_go(path: Path) -> None:
    journal = Journal(path)
    keep(journal)
    least, ended = path.stat().st_size, threading.Event()
    beside = path.with_name(path.name + "-elsewhere")

    def come_and_go() -> None:
        while not ended.is_set():
            beside.write_bytes(b"a file of another process")
            beside.unlink()

    other = threading.Thread(target=come_and_go)
    other.start()
    try:
        assert min(journal.size for _ in range(3000)) >= least
    finally:
        ended.set()
        other.join()
        journal.close()
