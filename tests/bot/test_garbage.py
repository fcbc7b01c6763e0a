"""The search for garbage leaves out what lives long."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from bot.running import garbage


class _Cell:
    """An object that may be in a cycle."""

    def __init__(self, other: object = None) -> None:
        self.other = other


@pytest.fixture
def _short() -> Iterator[None]:
    before, threshold = list(gc.callbacks), gc.get_threshold()
    garbage.keep_short()
    yield
    gc.callbacks[:] = before
    gc.set_threshold(*threshold)
    gc.unfreeze()


@pytest.mark.usefixtures("_short")
def test_a_search_goes_over_new_objects_only() -> None:
    assert len(gc.get_objects(2)) < 30_000
    kept = [_Cell() for _ in range(50_000)]
    gc.collect()
    assert len(gc.get_objects(2)) < 30_000
    # what is left out is freed when nobody uses it any more
    gone = weakref.ref(kept.pop())
    assert gone() is None


@pytest.mark.usefixtures("_short")
def test_new_garbage_is_still_found() -> None:
    cell = _Cell()
    cell.other, gone = cell, weakref.ref(cell)
    del cell
    assert gone() is not None
    gc.collect()
    assert gone() is None
