"""What several bots of one database share beside the index: golden questions, measured thresholds,
and which documents were reserved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from pydantic import SecretStr

from bot.access.guard import Guard
from bot.journal import Journal
from bot.settings import Settings
from bot.terminal import backup
from index.desk.evaluate import Golden
from index.errors import SettingsError
from index.library import Library
from index.model.encoder import Encoder
from index.types import Thresholds
from tests.databases import Server

PIERS, TEA = Golden(question="How long are the piers?"), Golden(question="How long does tea keep?")


@pytest.fixture
def two(tmp_path: Path, encoder: Encoder, server: Server) -> Iterator[tuple[Library, Library]]:
    """The libraries of two machines, each with a folder of its own for all else."""
    (tmp_path / "knowledge" / "board").mkdir(parents=True)
    (tmp_path / "knowledge" / "board" / "plan.txt").write_text("The northern pier closes in June.")
    url = server.schema()
    made = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        data, knowledge = tmp_path / name, tmp_path / "knowledge"
        made.append(Library(knowledge=knowledge, data=data, model=encoder, database=url))
    yield made[0], made[1]
    for library in made:
        library.close()


def test_golden_questions_are_those_of_all(two: tuple[Library, Library]) -> None:
    one, other = two
    one.desk.golden.add([PIERS], "Ann")
    other.desk.golden.add([TEA], "Ben")
    assert one.desk.golden.all() == other.desk.golden.all() == [PIERS, TEA]
    assert other.desk.golden.remove(PIERS.id, "Ben")
    assert one.desk.golden.all() == [TEA]
    assert one.desk.golden.remove(TEA.id, "Ann")
    assert other.desk.golden.all() == []


def test_editors_of_two_machines_who_write_at_once_lose_nothing(
    two: tuple[Library, Library],
) -> None:
    def write(library: Library, first: int) -> None:
        for number in range(first, first + 5):
            library.desk.golden.add([Golden(question=f"Where is pier {number}?")], "Ann")

    threads = [Thread(target=write, args=(one, 5 * at)) for at, one in enumerate(two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(two[0].desk.golden.all()) == 10


def test_questions_that_another_machine_writes_in_the_middle_of_a_look_are_not_lost(
    two: tuple[Library, Library], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two
    look = one.store.notes.read
    changes: list[Callable[[], object]] = [
        lambda: other.desk.golden.add([PIERS], "Ben"),
        lambda: other.desk.golden.remove(PIERS.id, "Ben"),
    ]

    def interrupted(name: str) -> bytes | None:
        found = look(name)
        if name == "golden.jsonl" and changes:
            changes.pop(0)()
        return found

    monkeypatch.setattr(one.store.notes, "read", interrupted)
    assert one.desk.golden.all() == []
    assert changes == []


def test_measured_thresholds_are_those_of_all(two: tuple[Library, Library]) -> None:
    one, other = two
    one.desk.thresholds.set(Thresholds(0.3, 0.6))
    content = other.store.notes.read("thresholds.json")
    assert content
    assert b"0.6" in content
    other.desk.thresholds.set(None)
    assert one.store.notes.read("thresholds.json") is None


def test_what_the_folder_had_before_the_database_is_taken_over_once(
    two: tuple[Library, Library],
) -> None:
    one, other = two
    (one.data / "golden.jsonl").write_text(f"{PIERS.model_dump_json(exclude_none=True)}\n")
    assert other.desk.golden.all() == []
    assert one.desk.golden.all() == [PIERS]
    assert other.desk.golden.all() == [PIERS]
    other.desk.golden.remove(PIERS.id, "Ben")
    assert one.desk.golden.all() == []


def test_a_backup_holds_what_is_in_the_database_and_restores_it_there(
    two: tuple[Library, Library], server: Server, tmp_path: Path
) -> None:
    one, other = two
    one.desk.golden.add([PIERS], "Ann")
    (one.data / "access.toml").write_text("[reserved]\nboard = [11]\n")
    Guard(one.data, one)
    old = _settings(tmp_path / "knowledge", other.data, server.schema())
    # the journal has a schema of its own here, as a database of its own would be
    with closing(Journal(Path("nowhere"), database_url=old.database)) as journal:
        gap = journal.gaps.add("How tall is the lighthouse?", 7)
    backup.backup(other, old, tmp_path / "all.zip")
    new = _settings(tmp_path / "new" / "k", tmp_path / "new" / "d", server.schema())
    backup.restore(new, tmp_path / "all.zip")
    assert not (new.data / "journal.sqlite").exists()
    with closing(Journal(Path("nowhere"), database_url=new.database)) as journal:
        assert [each.id for each in journal.gaps.open()] == [gap]
    again = Library(
        knowledge=new.knowledge, data=new.data, model=other._encoder, database=new.database
    )
    assert again.desk.golden.all() == [PIERS]
    with pytest.raises(SettingsError, match="board was reserved"):
        Guard(new.data, again)
    again.close()


def _settings(knowledge: Path, data: Path, url: str) -> Settings:
    values: dict[str, Any] = {"_env_file": None, "knowledge": knowledge, "data": data}
    return Settings(**values, database_url=SecretStr(url))


def test_a_bot_without_the_rules_of_another_starts_with_nothing_open(
    two: tuple[Library, Library],
) -> None:
    one, other = two
    (one.data / "access.toml").write_text("[reserved]\nboard = [11]\n")
    Guard(one.data, one)
    with pytest.raises(
        SettingsError, match=r"board was reserved, and access.toml does not name it"
    ):
        Guard(other.data, other)


def test_a_bot_that_runs_closes_what_another_reserves(two: tuple[Library, Library]) -> None:
    one, other = two
    running = Guard(other.data, other)
    assert running.rules().folders == {}
    (one.data / "access.toml").write_text("[reserved]\nboard = [11]\n")
    Guard(one.data, one)
    assert [(trouble.kind, trouble.folder) for trouble in running.trouble()] == [("lost", "board")]
    assert running.rules().folders == {"board": frozenset()}
    (other.data / "access.toml").write_text('[reserved]\nboard = "everybody"\n')
    assert running.trouble() == []
    assert running.rules().folders == {}
