"""The map of the code is true."""

from __future__ import annotations

import re

from tests.architecture import PAGE, drawn

ROOT = PAGE.parent.parent


def test_the_pictures_show_the_imports_as_they_are() -> None:
    """`python -m tests.architecture` draws them again."""
    page = PAGE.read_text(encoding="utf-8")
    assert drawn(page) == page


def test_every_file_that_the_map_names_is_there() -> None:
    named = re.findall(r"`((?:bot|index|tests|docs|benchmarks)/[\w./-]+)`", PAGE.read_text("utf-8"))
    assert len(named) > 20
    assert not [name for name in named if not (ROOT / name).exists()]
