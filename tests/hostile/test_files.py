"""Whatever a file holds: a document or a reason, within bounds, and every other file is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

import pytest

from index import intake, readers
from index.desk import build, collecting
from index.errors import DocumentError
from index.intake import Limits, Reader, Readings
from index.readers import held
from index.readers.formats import PICTURES
from index.readers.scan import engine
from index.text import passages
from index.types import Document
from tests.hostile.files import hostile
from tests.hostile.mutations import RARE, USUAL, mutations
from tests.hostile.rarer import rarer

# Tight, so that what hangs or swells is over soon.
_TIGHT = Limits(seconds=0.5, memory=512 * 2**20)
_GOOD = {"good.txt": b"Ferries leave at four.", "zebra.md": b"# Zebras\n\nA zebra has stripes."}
# Above every message of a person's file, in characters.
_LONGEST = 1_000


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return hostile() | rarer()


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(_TIGHT) as reader:
        yield reader


def test_there_are_enough_of_them(files: dict[str, bytes]) -> None:
    assert len(files) >= 60


def test_each_is_a_document_or_a_reason_as_an_upload_and_costs_itself_alone_in_the_folder(
    files: dict[str, bytes], reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = list[str]()
    for name, data in files.items():
        reason = _reason(partial(reader.read, name, data), name)
        assert len(reason) <= _LONGEST, name
        assert "\n" not in reason, name
        if "takes longer" in reason:
            endless.append(name)
    # the process that read them all is as good as new
    assert reader.read("good.txt", _GOOD["good.txt"]).text == "Ferries leave at four."
    # each of these takes all of its time in the folder, too: one of each format is enough
    spared = {*endless} - {*{PurePosixPath(name).suffix: name for name in endless}.values()}
    rest = {name: data for name, data in files.items() if name not in spared}
    _read_in_the_folder(rest, tmp_path, monkeypatch)


def _read_in_the_folder(
    files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each costs itself alone, and is tried once."""
    monkeypatch.setattr("index.intake.readings.FOLDER", replace(_TIGHT, seconds=1, strict=False))
    folder, data = tmp_path / "knowledge", tmp_path / "data"
    folder.mkdir()
    data.mkdir()
    for name, content in (files | _GOOD).items():
        (folder / name).write_bytes(content)
    readings = Readings(data)
    found = build.survey(readers.find(folder), _silent)
    documents, changes = collecting.collect(found, None, readings, _silent)
    ids = {document.id for document in documents}
    assert set(_GOOD) <= ids
    # nothing is lost without a word
    assert ids | {id for id, _ in changes.failed} == set(files) | set(_GOOD)
    assert all(0 < len(reason) <= _LONGEST for _, reason in changes.failed)
    # a process that reads them again would take as long again; none is even started
    monkeypatch.setattr("index.intake.process.Process.take", _none)
    with readings.folder(lambda *_: None) as read:
        for id, reason in changes.failed:
            again = read if held.is_document(id) else read.inside
            with pytest.raises(DocumentError) as told:
                again(readers.File(id, folder / id, folder))
            assert str(told.value) == reason


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("name", [*USUAL, *RARE])
def test_a_reader_gives_a_document_or_a_reason_for_any_bytes(
    name: str, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In this process, which reads a hundred times as fast; letters in pictures are not looked
    for.
    """
    monkeypatch.setattr(engine, "ready", lambda: False)
    whole = (USUAL | RARE)[name]
    if held.is_document(name) and PurePosixPath(name).suffix not in PICTURES:
        assert not _reason(partial(readers.read, readers.File(name), whole), name)
    for data in mutations(whole, pytestconfig.getoption("--mutations")):
        reason = _reason(partial(readers.read, readers.File(name), data), name)
        assert len(reason) <= _LONGEST


@pytest.mark.parametrize("name", ["a.eml", "a.msg", "a.zip"])
def test_what_holds_files_gives_them_or_a_reason_for_any_bytes(
    name: str, pytestconfig: pytest.Config
) -> None:
    assert list(held.take_out(name, RARE[name], 10_000))
    for data in mutations(RARE[name], pytestconfig.getoption("--mutations")):
        with suppress(DocumentError):
            for file in held.take_out(name, data, 10_000):
                assert file.name
                assert len(file.data) <= 10_000


def _reason(read: Callable[[], Document], name: str) -> str:
    """Return why there is no document; of a whole one nothing."""
    try:
        document = read()
    except DocumentError as error:
        return str(error) or "?" * (_LONGEST + 1)
    assert document.id == name
    for passage in passages.split(document):
        assert document.text[passage.start : passage.end] == passage.text
    return ""


def _silent(what: str, done: int, whole: int) -> None:
    pass


def _none(*_: object) -> None:
    raise AssertionError("a file that failed is read again")


def test_the_walls_are_not_needed_for_any_of_them() -> None:
    """A file that tries nothing is read as it is without them."""
    for name, data in USUAL.items():
        assert intake.check(name, data) == readers.read(readers.File(name), data)
