"""A folder of any size: built piece by piece, and no more of it than fits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from index.desk import room
from index.errors import DocumentError
from index.library import Library
from index.types import Outcome

MakeLibrary = Callable[..., Library]

_BREAD = "Bread is baked at night. It is sold at dawn in the old market hall."
_MILK = "Milk is delivered at six."
_LONG = "\n\n".join(f"Shelf {number} of the archive holds letters." for number in range(12))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    for name, text in (("bread", _BREAD), ("milk", _MILK), ("archive", _LONG)):
        (folder / f"{name}.txt").write_text(text)
    return folder


def test_what_does_not_fit_is_named_with_the_remedy_and_the_rest_answers(
    make_library: MakeLibrary, folder: Path
) -> None:
    library = make_library(max_sentences=12)
    report = library.desk.index.build()
    [(id, reason)] = report.changes.failed
    assert id == "archive.txt"
    assert reason == (
        "there is no room for it: it has 12 sentences, 3 are indexed, and 12 fit; give the bot "
        "more memory, or raise CITEBOT_MAX_SENTENCES"
    )
    assert dict(library.failed()) == {id: reason}
    assert library.ask("When is bread baked?").outcome is Outcome.FOUND
    assert not library.desk.index.build().published
    # a higher limit takes effect by itself: nothing has to be changed in the folder
    more = make_library(max_sentences=20)
    report = more.desk.index.build()
    assert (report.changes.added, report.changes.failed) == (("archive.txt",), ())
    # what answers stays, whatever comes, and however small
    (folder / "eggs.txt").write_text("Eggs come on Friday. " * 6)
    report = more.desk.index.build()
    assert [one for one, _ in report.changes.failed] == ["eggs.txt"]
    assert more.ask("Which shelf holds letters?").outcome is Outcome.FOUND


def test_an_upload_that_does_not_fit_is_refused_before_it_is_added(
    make_library: MakeLibrary, folder: Path
) -> None:
    (folder / "archive.txt").unlink()
    library = make_library(max_sentences=12)
    library.desk.index.build()
    for act in (
        lambda: library.desk.documents.look("archive.txt", _LONG.encode()),
        lambda: library.desk.documents.add("archive.txt", _LONG.encode(), "Ann"),
    ):
        with pytest.raises(DocumentError, match="there is no room for it: it has 12 sentences, 3"):
            act()
    assert library.desk.documents.ids() == ["bread.txt", "milk.txt"]
    # in place of a document there is the room of that one
    longer = (_BREAD + " It is cheap. " * 9).encode()
    assert library.desk.documents.add("bread.txt", longer, "Ann", replace=True).changed


def test_the_pieces_of_a_build_do_not_show_in_it(
    make_library: MakeLibrary, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "copy.txt").write_text(f"{_MILK} It comes from a farm. {_MILK}")
    whole = make_library().desk.index.build()
    monkeypatch.setattr("index.desk.build._WINDOW", 3)
    monkeypatch.setattr("index.desk.build._STEP", 2)
    monkeypatch.setattr("index.desk.shelf._SMALL", 16)
    library = make_library()
    again = library.desk.index.build(rebuild=True)
    assert again.generation
    assert whole.generation
    # equal sentences are embedded once, also if they are far apart
    assert again.embedded == whole.embedded == 16
    assert again.generation.sentences == whole.generation.sentences == 18
    assert library.ask("When is milk delivered?").outcome is Outcome.FOUND
    (folder / "copy.txt").write_text(f"{_MILK} It comes from an island. {_MILK}")
    assert library.desk.index.build().embedded == 1


def test_more_memory_is_room_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for gigabytes in (0.25, 1, 2, 8, 64):
        monkeypatch.setattr(room, "memory", lambda size=gigabytes: int(size * 2**30))
        found.append(room.most_sentences(None))
    assert found == sorted(set(found))
    # a small folder is never refused
    assert found[0] >= 20_000
    assert room.most_sentences(5) == 5
