"""Keys of passages: short, without a word of them, and good after a re-index."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from index.library import Library
from index.search import keys
from index.types import EVERYTHING, Passage, Scope
from tests.conftest import HARBOUR

FERRIES = "When does the last ferry leave in winter?"


@pytest.fixture
def folder(tmp_path: Path, knowledge: Path) -> Path:
    """A folder of documents of one's own."""
    return Path(shutil.copytree(knowledge, tmp_path / "knowledge"))


@pytest.fixture
def own(folder: Path, make_library: Callable[..., Library]) -> Library:
    """A library of that folder, built."""
    library = make_library()
    library.desk.index.build()
    return library


def asked(library: Library) -> Passage:
    return library.ask(FERRIES).hits[0].passage


def test_a_key_fits_a_deep_link_and_finds_its_passage(library: Library) -> None:
    passage = asked(library)
    key = keys.key_of(passage)
    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", key)
    place = library.place(key)
    assert place is not None
    assert (place.passage, place.changed, place.number, place.count) == (passage, False, 2, 3)
    assert place.before
    assert place.before.text.startswith("The Harbour of Lindmouth\n\nThe harbour")
    assert place.after
    assert place.after.text.startswith("Dr. J. R. Hollis")
    first = library.place(keys.key_of(place.before))
    assert first
    assert first.before is None
    assert first.after == passage


def test_a_key_finds_its_passage_where_text_was_put_before_it(own: Library, folder: Path) -> None:
    key = keys.key_of(asked(own))
    title, _, rest = HARBOUR.partition("\n\n")
    text = f"{title}\n\n{'A new paragraph stands here, of some length, before all. ' * 9}\n\n{rest}"
    (folder / "harbour.txt").write_text(text, encoding="utf-8")
    own.desk.index.build()
    place = own.place(key)
    assert place
    assert not place.changed
    assert place.passage.text == asked(own).text


def test_a_key_finds_what_its_passage_has_become(own: Library, folder: Path) -> None:
    key = keys.key_of(asked(own))
    text = HARBOUR.replace("£7.50", "£9")
    (folder / "harbour.txt").write_text(text, encoding="utf-8")
    own.desk.index.build()
    place = own.place(key)
    assert place
    assert place.changed
    assert "A ticket costs £9" in place.passage.text


def test_nothing_is_found_of_what_is_gone(own: Library, folder: Path) -> None:
    key = keys.key_of(asked(own))
    (folder / "harbour.txt").write_text("Another Text\n\nNothing of it is left here, not a word.")
    own.desk.index.build()
    assert own.place(key) is None
    (folder / "harbour.txt").unlink()
    own.desk.index.build()
    assert own.place(key) is None


def test_of_equal_passages_the_one_at_its_place_is_meant(
    tmp_path: Path, make_library: Callable[..., Library]
) -> None:
    paragraph = (
        "The bell of the harbour is rung at noon on every day of the year, but not in fog. " * 2
    )
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "bells.txt").write_text(f"Bells\n\n{paragraph}\n\n{paragraph}\n")
    library = make_library()
    library.desk.index.build()
    for hit in library.rank("When is the bell rung?").hits:
        place = library.place(keys.key_of(hit.passage))
        assert place
        assert place.passage == hit.passage


@pytest.mark.parametrize(
    "key", ["", "x", "a" * 31, "a" * 33, "ä" * 32, "../" * 10 + "ab", "A" * 32]
)
def test_what_is_no_key_finds_nothing(library: Library, key: str) -> None:
    assert library.place(key) is None


def test_a_key_finds_nothing_out_of_scope(library: Library) -> None:
    tea = library.ask("How long does tea keep in a closed tin?").hits[0].passage
    assert tea.source.id == "guides/tea.md"
    assert library.place(keys.key_of(tea), EVERYTHING)
    assert library.place(keys.key_of(tea), Scope(frozenset({"guides"}))) is None
