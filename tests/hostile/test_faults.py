"""Whatever happens to the files of a library: an answer or a reason, and a build repairs it."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from index import intake
from index.errors import BuildLockedError, CitebotError
from index.intake import process
from index.library import Library
from index.model.encoder import Encoder

BREAD = "The bakery on Mill Lane bakes its bread at night, and sells it from six in the morning."
OWLS = "The owls of Mill Lane eat twelve mice a night."
QUESTION = "When does the bakery sell its bread?"


@dataclass(frozen=True, slots=True)
class House:
    """A folder of documents with its data: two indexes, a golden question, one document in the
    trash.
    """

    root: Path
    encoder: Encoder

    @property
    def knowledge(self) -> Path:
        return self.root / "knowledge"

    @property
    def data(self) -> Path:
        return self.root / "data"

    def library(self) -> Library:
        return Library(knowledge=self.knowledge, data=self.data, model=self.encoder)

    def one(self, pattern: str) -> Path:
        """A file or folder of the data; of several indexes, that of the one that answers."""
        current = (self.data / "CURRENT").read_text().split()[0]
        [path] = self.data.glob(pattern.replace("CURRENT/", f"generations/{current}/"))
        return path


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> House:
    house = House(tmp_path_factory.mktemp("sound"), encoder)
    house.knowledge.mkdir()
    (house.knowledge / "bread.txt").write_text(BREAD)
    library = house.library()
    library.desk.index.build()
    library.desk.documents.add("milk.txt", b"Milk is sold on Fridays only.", "Ann")
    golden = house.root / "golden.in"
    golden.write_text(json.dumps({"question": QUESTION, "document": "bread.txt", "text": BREAD}))
    library.desk.golden.import_from(golden, "Ann")
    library.desk.index.build()
    library.desk.documents.remove("milk.txt", "Ann")
    library.close()
    return house


@pytest.fixture
def house(sound: House, tmp_path: Path) -> House:
    shutil.copytree(sound.root, tmp_path, dirs_exist_ok=True)
    return House(tmp_path, sound.encoder)


@pytest.fixture
def serving(house: House) -> Iterator[Library]:
    library = house.library()
    assert _answered(library)
    yield library
    library.close()


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _empty(path: Path) -> None:
    os.truncate(path, 0)


def _overwrite(path: Path) -> None:
    """In place, so that its size stays."""
    with path.open("r+b") as stream:
        stream.write(b"\xff" * path.stat().st_size)


def _lose(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def _turn_into_a_folder(path: Path) -> None:
    _lose(path)
    path.mkdir()


_WAYS = (_cut, _empty, _overwrite, _lose, _turn_into_a_folder)
_REPAIRED = (
    "CURRENT/manifest.json",
    "CURRENT/vectors.faiss",
    "CURRENT/whole.faiss",
    "CURRENT/tokens.npy",
    "CURRENT/sentences.npy",
    "CURRENT/pieces.npy",
    "CURRENT/texts.sqlite",
    "CURRENT/words/vocab.index.json",
)


@pytest.mark.parametrize("way", _WAYS)
def test_a_damaged_index_says_so_and_is_made_again(
    house: House, way: Callable[[Path], None]
) -> None:
    """One file after the other; what each damages, the next build repairs."""
    for pattern in _REPAIRED:
        way(house.one(pattern))
        _asked_or_told(house)
        _rebuilt(house)


@pytest.mark.parametrize("way", _WAYS)
@pytest.mark.parametrize(
    "pattern", ["embeddings.sqlite", "readings", "unread.json", "CURRENT", "audit.jsonl"]
)
def test_what_can_be_made_again_is(house: House, pattern: str, way: Callable[[Path], None]) -> None:
    (house.knowledge / "bad.txt").write_bytes(b"\xff\xff")
    library = house.library()
    library.desk.index.build()
    library.close()
    for path in sorted((house.data / pattern).iterdir() if pattern == "readings" else []):
        way(path)
    if pattern != "readings" or way in (_lose, _turn_into_a_folder):
        way(house.data / pattern)
    _asked_or_told(house)
    if way is _turn_into_a_folder and pattern != "readings":
        # what stands in its place is not ours to delete: refused with its name, or done without
        with suppress(CitebotError):
            house.library().desk.index.build()
        _lose(house.data / pattern)
    _rebuilt(house)


@pytest.mark.parametrize(
    "fault",
    [
        lambda house: _lose(house.data / "generations"),
        lambda house: _lose(house.data),
        lambda house: _lose(house.knowledge),
        lambda house: _lose(house.data / "CURRENT"),
        lambda house: (house.data / "CURRENT").write_text("0001-"),
        lambda house: (house.data / "CURRENT").write_text("../../knowledge\n"),
        lambda house: _overwrite(house.one("CURRENT/manifest.json")),
        lambda house: _cut(house.one("CURRENT/vectors.faiss")),
        lambda house: _cut(house.one("CURRENT/words/data.csc.index.npy")),
        lambda house: _lose(house.one("CURRENT/tokens.npy")),
    ],
)
def test_what_serves_serves_on_or_says_why(
    house: House, serving: Library, fault: Callable[[House], None]
) -> None:
    fault(house)
    for _ in range(2):
        with suppress(CitebotError):
            assert _answered(serving)
    house.knowledge.mkdir(exist_ok=True)
    (house.knowledge / "bread.txt").write_text(BREAD)
    (house.knowledge / "owls.txt").write_text(OWLS)
    serving.desk.index.build()
    assert _answered(serving)


def test_files_that_come_and_go_while_they_are_read_cost_themselves_alone(house: House) -> None:
    """Between the look at the folder and the reading of its files."""
    for number in range(4):
        (house.knowledge / f"{number}.txt").write_text(f"Page {number} of the book.")

    def meanwhile(what: str, done: int, whole: int) -> None:
        if what == "Reading the documents" and done == 0:
            with suppress(FileNotFoundError):
                (house.knowledge / "0.txt").unlink()
            _turn_into_a_folder(house.knowledge / "1.txt")
            (house.knowledge / "2.txt").unlink()
            (house.knowledge / "2.txt").symlink_to("/etc/passwd")
            (house.knowledge / "3.txt").write_text("Page 3 was written again.")

    library = house.library()
    report = library.desk.index.build(meanwhile)
    assert set(report.changes.added) == {"3.txt"}
    assert {id for id, _ in report.changes.failed} == {"0.txt", "1.txt", "2.txt"}
    assert "root" not in "".join(
        p.text for s, _ in library.sources() for p in library.passages(s.id)
    )
    assert _answered(library)
    library.close()


def test_a_reader_that_the_system_kills_costs_no_file(house: House) -> None:
    """Each time before it is asked, as when memory ends."""
    for number in range(3):
        (house.knowledge / f"{number}.txt").write_text(f"Page {number} of the book.")

    def meanwhile(what: str, done: int, whole: int) -> None:
        if what == "Reading the documents" and process.Process._idle:
            process.Process._idle._child.kill()

    intake.check("a.txt", b"Words.")
    library = house.library()
    report = library.desk.index.build(meanwhile)
    assert (report.changes.added, report.changes.failed) == (("0.txt", "1.txt", "2.txt"), ())
    library.close()


def test_two_builds_at_once_are_one_build_and_one_refusal(house: House) -> None:
    (house.knowledge / "owls.txt").write_text(OWLS)
    ended: list[object] = []

    def build() -> None:
        library = house.library()
        try:
            ended.append(library.desk.index.build().published)
        except BuildLockedError as error:
            ended.append(str(error))
        library.close()

    def meanwhile(what: str, done: int, whole: int) -> None:
        if not ended:
            other = threading.Thread(target=build)
            other.start()
            other.join()

    library = house.library()
    assert library.desk.index.build(meanwhile).published
    assert "an index is being built by process" in str(ended[0])
    assert _answered(library)
    library.close()


@pytest.mark.parametrize("name", ["build.lock", "pointers.lock", "build.holder", ".unfinished"])
def test_what_killed_builds_leave_stops_no_other(house: House, name: str) -> None:
    if name == ".unfinished":
        (house.data / "generations" / ".unfinished-x" / "words").mkdir(parents=True)
    else:
        (house.data / name).write_text("process 1 on elsewhere since 01:00:00 UTC\n")
    _rebuilt(house)
    assert not list((house.data / "generations").glob(".unfinished*"))


@pytest.mark.parametrize("way", _WAYS[:4])
def test_a_document_that_is_damaged_in_the_trash_is_not_given_back_as_it_is(
    house: House, way: Callable[[Path], None]
) -> None:
    way(house.one("trash/*/document"))
    library = house.library()
    for trashed in library.desk.documents.trash():
        with pytest.raises(CitebotError):
            library.desk.documents.restore(trashed.key, "Ann")
    assert not (house.knowledge / "milk.txt").exists()
    library.close()


def test_rows_of_the_cache_that_are_no_vectors_are_not_believed(house: House) -> None:
    with sqlite3.connect(house.data / "embeddings.sqlite") as cache:
        cache.execute(
            "UPDATE vectors SET vector = zeroblob(length(vector)) WHERE hex(digest) < '8'"
        )
        cache.execute("UPDATE vectors SET vector = x'0000c07f' WHERE hex(digest) >= '8'")
    cache.close()
    for path in (house.data / "generations").iterdir():
        shutil.rmtree(path)
    _rebuilt(house)


def _answered(library: Library) -> bool:
    answer = library.ask(QUESTION)
    assert BREAD in {hit.passage.text for hit in answer.hits}
    return True


def _asked_or_told(house: House) -> None:
    """The answer, or one line that says what is wrong."""
    library = house.library()
    reason = ""
    try:
        _answered(library)
    except CitebotError as error:
        reason = str(error)
    assert not reason or "run citebot index" in reason or str(house.data) in reason
    assert "\n" not in reason
    library.close()


def _rebuilt(house: House) -> None:
    """All that was there answers, and what is new; what cannot be made again is still there."""
    (house.knowledge / "owls.txt").write_text(OWLS)
    library = house.library()
    report = library.desk.index.build()
    assert {source.id for source, _ in library.sources()} == {"bread.txt", "owls.txt"}
    assert {id for id, _ in report.changes.failed} <= {"bad.txt"}
    assert _answered(library)
    assert [golden.question for golden in library.desk.golden.all()] == [QUESTION]
    assert [trashed.id for trashed in library.desk.documents.trash()] == ["milk.txt"]
    library.close()
