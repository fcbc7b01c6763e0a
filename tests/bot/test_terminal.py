"""What the terminal shows of a document as it was read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.terminal import chat
from index import readers
from index.library import Library
from index.readers.reading import Reading
from index.types import Document


def read_with_omissions(file: readers.File, _: bytes) -> Document:
    """A document as of a page with a running head and a price that is crossed out."""
    reading = Reading()
    reading.question("What does a ticket cost?")
    reading.paragraph(["A ticket costs 90 euros."])
    reading.omit("furniture", "Harbour news, page 1")
    reading.omit("struck", "120")
    return reading.document(file.id, "0")


def test_what_is_left_out_is_counted_and_shown(
    tmp_path: Path,
    make_library: Callable[..., Library],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "a.txt").write_text("Any.")
    monkeypatch.setattr(readers, "read", read_with_omissions)
    library = make_library()
    library.build()
    chat.sources(library)
    assert capsys.readouterr().out == "a — a.txt, 1 passage, 2 left out\n"
    assert chat.reading_text(library, "a.txt")
    assert capsys.readouterr().out == (
        "[a.txt#p1-1:0-50]\n"
        "What does a ticket cost?\n\nA ticket costs 90 euros.\n\n"
        "left out, furniture: Harbour news, page 1\n"
        "left out, struck: 120\n"
    )
    assert not chat.reading_text(library, "b.txt")
