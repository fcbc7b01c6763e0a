"""Builds that are killed, refused or run into a full disk: the index always opens and answers."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from index.errors import BuildLockedError, StoreError
from index.library import Library
from index.model.encoder import Encoder
from index.settings import IndexSettings
from index.types import Outcome
from tests.disks import fill_the_disk, lose_rights
from tests.forks import CONTEXT, kill_at_random


def _write(knowledge: Path, number: int, documents: int = 5, lines: int = 8) -> None:
    """A folder of documents in its `number`-th version; all change with each version."""
    knowledge.mkdir(exist_ok=True)
    for document in range(documents):
        text = "\n\n".join(
            f"Item {line} of list {document} costs {number} crowns in this edition."
            for line in range(lines)
        )
        (knowledge / f"{document}.txt").write_text(text)


def _build_again_and_again(root: Path, models: Path, first: int, told: Connection) -> None:
    """Build one version after the other, telling when the first begins and when each is done."""
    settings = IndexSettings(knowledge=root / "knowledge", data=root / "data")
    encoder = Encoder(None, models)
    # so that they die in a build and not before it
    encoder.load()
    told.send("begun")
    for number in range(first, first + 100):
        _write(root / "knowledge", number, documents=4, lines=3)
        Library(knowledge=settings.knowledge, data=settings.data, model=encoder).desk.index.build()
        told.send("done")


def test_killed_at_random_moments_the_index_always_opens_and_answers(
    tmp_path: Path, models: Path, make_library: Callable[..., Library]
) -> None:
    """Twelve builders are killed, each somewhere in its builds; what served before serves on."""
    published = set()
    for _ in kill_at_random(_build_again_and_again, tmp_path, models, rounds=2, seed=20):
        answer = make_library().ask("How much does item 2 of list 3 cost?")
        assert answer.outcome is not Outcome.NOTHING
        assert "crowns in this edition" in answer.hits[0].passage.text
        published.add(answer.generation.id)
    assert len(published) > 3, "the builders were killed before they published anything"
    _write(tmp_path / "knowledge", 9_999, documents=4, lines=3)
    report = make_library().desk.index.build()
    assert report.published
    assert "9999 crowns" in make_library().ask("cost of item 2 in list 3").hits[0].passage.text
    left = [p.name for p in (tmp_path / "data" / "generations").iterdir() if p.name[0] == "."]
    assert left == []


def test_a_killed_build_has_not_embedded_in_vain(
    tmp_path: Path, make_library: Callable[..., Library]
) -> None:
    """What was embedded before the kill is found in the cache by the next build."""
    knowledge = tmp_path / "knowledge"
    knowledge.mkdir()
    lines = [f"Sentence {number} tells of the sea." for number in range(280)]
    (knowledge / "a.txt").write_text(" ".join(lines))

    def die(what: str, done: int, whole: int) -> None:
        if what == "Embedding sentences" and done > 256:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_library().desk.index.build(die)
    report = make_library().desk.index.build(dry_run=True)
    assert report.embedded == len(lines) - 256


def test_a_second_build_is_told_who_holds_the_lock(
    tmp_path: Path, make_library: Callable[..., Library]
) -> None:
    _write(tmp_path / "knowledge", 1)
    refused: list[str] = []

    def meanwhile(what: str, done: int, whole: int) -> None:
        if not refused:
            with pytest.raises(BuildLockedError) as caught:
                make_library().desk.index.build()
            refused.append(str(caught.value))

    assert make_library().desk.index.build(meanwhile).published
    assert f"being built by process {os.getpid()} on " in refused[0]
    assert "wait for it" in refused[0]


def test_two_processes_on_one_data_directory_both_answer(
    tmp_path: Path, make_library: Callable[..., Library]
) -> None:
    _write(tmp_path / "knowledge", 1)
    make_library().desk.index.build()
    one, two = make_library(), make_library()
    assert one.ask("cost of item 7 in list 3").hits == two.ask("cost of item 7 in list 3").hits


def _build_then_ask(root: Path, hinder: Callable[[], None], answers: Connection) -> None:
    """In a process of its own: load all there is to load, hinder it, then build and ask."""
    settings = IndexSettings(knowledge=root / "knowledge", data=root / "data")
    first = Library(knowledge=settings.knowledge, data=settings.data, model=settings.model)
    first.ask("How much does item 7 of list 3 cost?")
    hinder()
    try:
        first.desk.index.build()
        answers.send("published")
    except StoreError as error:
        answers.send(str(error))
    again = Library(knowledge=settings.knowledge, data=settings.data, model=first._encoder)
    answers.send(again.ask("How much does item 7 of list 3 cost?").hits[0].passage.text)


def _hindered(root: Path, hinder: Callable[[], None]) -> tuple[str, str]:
    """Return what a hindered build said, and the first passage that was answered after it."""
    ours, theirs = CONTEXT.Pipe()
    process = CONTEXT.Process(target=_build_then_ask, args=(root, hinder, theirs))
    process.start()
    theirs.close()
    said, passage = ours.recv(), ours.recv()
    process.join()
    process.close()
    ours.close()
    return said, passage


@pytest.mark.parametrize("limit", [0, 4_000, 50_000, 220_000])
def test_a_full_disk_loses_nothing(
    tmp_path: Path, models: Path, make_library: Callable[..., Library], limit: int
) -> None:
    _write(tmp_path / "knowledge", 1)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "models").symlink_to(models)
    make_library().desk.index.build()
    _write(tmp_path / "knowledge", 2)
    said, passage = _hindered(tmp_path, partial(fill_the_disk, limit))
    assert "free s" in said
    assert "costs 1 crowns" in passage
    assert make_library().desk.index.build().published
    assert "2 crowns" in make_library().ask("cost of item 7 in list 3").hits[0].passage.text


def test_a_read_only_data_directory_answers_and_says_that_it_cannot_build(
    encoder: Encoder,
) -> None:
    # not below pytest's own folder, which only its user may enter
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        home.chmod(0o755)
        _write(home / "knowledge", 1)
        data = home / "data"
        Library(knowledge=home / "knowledge", data=data, model=encoder).desk.index.build()
        _write(home / "knowledge", 2)
        for path in [data, *data.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        try:
            said, passage = _hindered(home, lose_rights)
        finally:
            for path in [data, *data.rglob("*")]:
                path.chmod(0o755)
    assert "check its rights" in said
    assert "costs 1 crowns" in passage


def test_a_data_directory_that_is_a_file_is_told(
    tmp_path: Path, make_library: Callable[..., Library]
) -> None:
    _write(tmp_path / "knowledge", 1)
    (tmp_path / "data").write_text("")
    with pytest.raises(StoreError, match="check its rights"):
        make_library().desk.index.build()


def test_a_damaged_cache_is_set_aside(tmp_path: Path, make_library: Callable[..., Library]) -> None:
    _write(tmp_path / "knowledge", 1)
    make_library().desk.index.build()
    (tmp_path / "data" / "embeddings.sqlite").write_bytes(b"not a database " * 1_000)
    _write(tmp_path / "knowledge", 2)
    assert make_library().desk.index.build().published
    assert (tmp_path / "data" / "embeddings.sqlite.damaged").exists()
