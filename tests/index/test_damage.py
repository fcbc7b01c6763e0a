"""Files that are damaged or lost while they serve: said, and nothing worse answers."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import DamagedIndexError, GoldenError
from index.library import Library

BREAD = "The bakery on Mill Lane bakes its bread at night, and sells it from six in the morning."
QUESTION = "When does the bakery sell its bread?"


@pytest.fixture
def library(make_library: Callable[..., Library], tmp_path: Path) -> Library:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "a.txt").write_text(BREAD)
    library = make_library()
    library.desk.index.build()
    return library


@pytest.mark.parametrize("name", ["tokens.npy", "texts.sqlite"])
@pytest.mark.parametrize("share", [0, 0.5, 1])
def test_a_file_that_is_damaged_in_place_is_noticed_and_made_again(
    library: Library, tmp_path: Path, name: str, share: float
) -> None:
    assert library.ask(QUESTION).hits
    [path] = (tmp_path / "data" / "generations").glob(f"*/{name}")
    size = path.stat().st_size
    if share == 1:
        with path.open("r+b") as stream:
            stream.write(b"\xff" * size)
    else:
        os.truncate(path, int(size * share))
    with pytest.raises(DamagedIndexError, match="citebot index"):
        library.ask(QUESTION)
    library.desk.index.refresh(by="test")
    assert library.ask(QUESTION).hits[0].passage.text == BREAD
    assert not library.is_damaged


@pytest.mark.parametrize("words", [None, "", "0001-", "../../x\n", "\0"])
def test_what_served_serves_on_if_its_pointer_is_lost(
    library: Library, make_library: Callable[..., Library], tmp_path: Path, words: str | None
) -> None:
    before = library.generation()
    library.desk.documents.add("b.txt", b"Milk is sold on Fridays only.", "Ann")
    library.desk.index.stage(by="Ann")
    pointer = tmp_path / "data" / "CURRENT"
    pointer.unlink()
    if words is not None:
        pointer.write_text(words)
    again = make_library()
    again.desk.index.refresh(by="test")
    assert again.generation() == before


@pytest.mark.parametrize("lost", [None, "", "\n\n"])
def test_no_index_is_published_without_the_golden_questions_there_were(
    library: Library, tmp_path: Path, lost: str | None
) -> None:
    file = tmp_path / "golden.in"
    file.write_text('{"question": "Is the moon made of cheese?"}\n')
    library.desk.golden.import_from(file, "Ann")
    library.desk.golden.all()
    before = library.generation()
    kept = tmp_path / "data" / "golden.jsonl"
    kept.unlink()
    if lost is not None:
        kept.write_text(lost)
    (tmp_path / "knowledge" / "a.txt").write_text(BREAD + " Milk is sold on Fridays.")
    with pytest.raises(GoldenError, match="has no questions any more, and had 1"):
        library.desk.index.build()
    assert library.generation() == before
    (tmp_path / "data" / "GOLDEN").unlink()
    library.desk.index.build()
    assert library.generation() != before


def test_golden_questions_that_an_editor_removes_are_gone(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "golden.in"
    file.write_text('{"question": "Is the moon made of cheese?"}\n')
    library.desk.golden.import_from(file, "Ann")
    [golden] = library.desk.golden.all()
    library.desk.golden.remove(golden.id, "Ann")
    assert library.desk.golden.all() == []
