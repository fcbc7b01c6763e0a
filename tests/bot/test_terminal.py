"""What the terminal shows of a document as it was read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.terminal import chat
from index.library import Library

PAGE = """<title>Tickets</title><h2>What does a ticket cost?</h2>
<p>A ticket costs <s>120</s> 90 euros.</p><p style="display:none">Old prices</p>"""


def test_what_is_left_out_is_counted_and_shown(
    tmp_path: Path,
    make_library: Callable[..., Library],
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "a.html").write_text(PAGE)
    library = make_library()
    library.desk.index.build()
    chat.sources(library)
    assert capsys.readouterr().out == "Tickets — a.html, 1 passage, 2 left out\n"
    assert chat.reading_text(library, "a.html")
    assert capsys.readouterr().out == (
        "[a.html#p1-1:0-50]\n"
        "What does a ticket cost?\n\nA ticket costs 90 euros.\n\n"
        "left out, struck: 120\n"
        "left out, hidden: Old prices\n"
    )
    assert not chat.reading_text(library, "b.txt")
