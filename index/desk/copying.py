"""An index with its golden questions, from one store to another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from index.errors import StoreError
from index.stores import Part, Store, opening
from index.types import Generation

__all__ = ["Copied", "copy", "is_database", "place"]

# What lies beside the generations and cannot be made again.
_GOLDEN = "golden.jsonl"
_NOTES = (_GOLDEN, "GOLDEN", "thresholds.json")


@dataclass(frozen=True, slots=True)
class Copied:
    """The result of a copy: the generation that serves at the target, and how many golden
    questions. `is_new` is False if the index was there already.
    """

    generation: Generation
    is_new: bool
    golden: int


def is_database(place: str) -> bool:
    """Return True if a place is the address of a database, and no folder."""
    return place.startswith(("postgresql://", "postgres://"))


def place(where: str) -> Store:
    """Return the store in a data directory or in the database of an address."""
    if not is_database(where):
        return opening.store(Path(where))
    # a copy takes nothing over from a folder that it does not name
    return opening.database(where)


def copy(source: Store, target: Store, progress: Callable[[int, int], None]) -> Copied:
    """Copy the index that serves and what lies beside it; `progress` hears of documents.

    The index is published whole or not at all. If the copy is ended early, the next one finishes
    it. Raises StoreError if there is no index, or if the target has golden questions of its own.
    """
    with closing(source.open(None)) as opened, target.locked():
        golden = _golden(source, target)
        made = opened.build(target.current())
        documents = opened.generation.documents
        staged = target.staged()
        if _serves(target, made.content, opened.generation):
            is_new = False
            generation = next(g for g in target.history() if g.id == target.current())
        else:
            is_new = True
            if staged is None or staged.content != made.content or staged.base != made.base:
                parts = _counted(made.parts, documents, progress)
                staged = target.stage(replace(made, parts=parts))
            generation = target.publish(staged.generation.id)
        target.notes.write({name: source.notes.read(name) for name in _NOTES})
    return Copied(generation, is_new, golden)


def _serves(target: Store, content: str, wanted: Generation) -> bool:
    """Return True if the index at the target has this content and can be read whole."""
    try:
        with closing(target.open(None)) as opened:
            now = opened.generation
            counts = (now.documents, now.passages, now.sentences)
            return opened.build(None).content == content and counts == (
                wanted.documents,
                wanted.passages,
                wanted.sentences,
            )
    except StoreError:
        return False


def _golden(source: Store, target: Store) -> int:
    """Return how many golden questions there are; StoreError if some are at the target only."""
    ours, theirs = (
        set((store.notes.read(_GOLDEN) or b"").splitlines()) - {b""} for store in (source, target)
    )
    if lost := len(theirs - ours):
        raise StoreError(
            f"golden questions that are only at the target would be lost ({lost}); "
            "write them to a file there (citebot golden export) and add them where you copy from "
            "(citebot golden import), or remove them there",
            "copy_golden",
            lost=lost,
        )
    return len(ours)


def _counted(
    parts: Iterable[Part], documents: int, progress: Callable[[int, int], None]
) -> Iterator[Part]:
    for number, part in enumerate(parts):
        progress(number, documents)
        yield part
