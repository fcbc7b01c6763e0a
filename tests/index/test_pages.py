"""The picture of a page marks the quoted words and no others."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from index import readers
from index.errors import DocumentError
from index.library import Library
from index.types import Picture, Scope, Span
from tests.index.made import pdf
from tests.index.printed import KINDS, wrong

_MARKER = (255, 226, 92)


@pytest.mark.parametrize("kind", KINDS)
def test_boxes_hold_the_characters_of_a_sentence_and_no_others(kind: str) -> None:
    printed = KINDS[kind]()
    data = printed.data()
    document = readers.read(readers.File("a.pdf"), data)
    assert not list(wrong(printed, data, document.sentences[2::5]))


def test_a_passage_that_the_page_has_twice_is_marked_where_it_was_quoted() -> None:
    clause = ("The member pays the fee in January of each year.", "Members over sixty pay half.")
    lines = [
        (72.0, 700.0 - 60 * n - 12 * m, 10.0, line)
        for n, heading in enumerate(("Boats", "Masts"))
        for m, line in enumerate((heading, *clause))
    ]
    data = pdf(lines)
    document = readers.read(readers.File("a.pdf"), data)
    [*_, second] = [s for s in document.sentences if "sixty" in s.of(document.text)]
    top, bottom = _marked(_pictured(data, second))
    assert 842 - bottom < 620 < 842 - top


@pytest.fixture
def indexed(make_library: Callable[..., Library], tmp_path: Path) -> Library:
    folder = tmp_path / "knowledge"
    (folder / "rules").mkdir(parents=True)
    page = [(72.0, 700.0, 10.0, "The slipway opens at seven."), (72.0, 660.0, 10.0, "It is wide.")]
    (folder / "rules" / "slipway.pdf").write_bytes(pdf(page))
    with zipfile.ZipFile(folder / "box.zip", "w") as box:
        box.writestr("in/crane.pdf", pdf([(72, 700, 10, "The crane lifts two tons.")]))
    (folder / "plain.txt").write_text("The buoys are green.")
    library = make_library()
    library.desk.index.build()
    return library


def test_a_page_is_drawn_for_those_who_may_see_it(indexed: Library) -> None:
    [passage] = indexed.passages("rules/slipway.pdf")
    made = indexed.picture("rules/slipway.pdf", [passage.sentences[0]])
    assert (made.page, made.marked) == (1, True)
    assert _marked(made)
    # the same picture again, without its file
    indexed.original("rules/slipway.pdf").unlink()
    assert indexed.picture("rules/slipway.pdf", [passage.sentences[0]]) is made
    [inner] = indexed.passages("box.zip/in/crane.pdf")
    assert indexed.picture(inner.source.id, [inner.sentences[0]]).marked
    assert indexed.file(inner.source.id).startswith(b"%PDF")
    with pytest.raises(DocumentError, match="no longer in the index"):
        indexed.picture(
            "rules/slipway.pdf", [passage.sentences[0]], Scope(hidden=frozenset({"rules"}))
        )


def test_a_file_that_is_gone_or_another_is_not_drawn(indexed: Library) -> None:
    [passage] = indexed.passages("rules/slipway.pdf")
    file = indexed.original("rules/slipway.pdf")
    mark = Span(passage.start, passage.end)
    file.write_bytes(pdf([(72, 700, 10, "The slipway opens at nine.")]))
    with pytest.raises(DocumentError, match="has changed since it was indexed"):
        indexed.picture("rules/slipway.pdf", [mark])
    file.unlink()
    with pytest.raises(DocumentError, match="no longer in the documents' folder"):
        indexed.picture("rules/slipway.pdf", [mark])
    with pytest.raises(DocumentError, match="only the pages of a PDF"):
        indexed.picture("plain.txt", [Span(0, 5)])


def test_a_page_of_an_odd_shape_is_drawn_small() -> None:
    sizes = []
    for box in (b"[0 0 14400 20]", b"[0 0 14400 14400]", b"[0 0 3 3]"):
        data = pdf([(72, 5, 10, "Far too long.")]).replace(b"[0 0 595 842]", box)
        made = _drawn(data)
        sizes.append(Image.open(io.BytesIO(made)).size)
    assert all(max(size) <= 1754 and max(size) <= 10 * min(size) for size in sizes)


def _drawn(data: bytes) -> bytes:
    from index.readers.pdf.picture import picture
    from index.readers.pdf.views import View

    return picture(data, [View(0, "Far too long.", ((0, 13),))])[0]


def _pictured(data: bytes, mark: Span) -> Picture:
    from index.readers.pdf.picture import picture
    from index.readers.pdf.views import View

    text = readers.read(readers.File("a.pdf"), data).text
    png, sure = picture(data, [View(0, text, ((mark.start, mark.end),))])
    return Picture(png, 1, sure)


def _marked(made: Picture) -> tuple[float, float]:
    """The first and the last height, in points from above, that has the colour of the marker."""
    image = Image.open(io.BytesIO(made.png)).convert("RGB")
    width, height = image.size
    pixels = image.load()
    assert pixels is not None
    rows = [y for y in range(height) if any(pixels[x, y] == _MARKER for x in range(0, width, 3))]
    return rows[0] * 842 / height, rows[-1] * 842 / height
