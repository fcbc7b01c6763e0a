"""The seam between search and the place where the index is stored.

Search, outcomes and highlights are above it, so that every store gives the same answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.types import Document, Generation, Omitted, Passage, Scope, Source, Span, Thresholds

__all__ = [
    "FORMAT",
    "Build",
    "Found",
    "Notes",
    "OpenGeneration",
    "Part",
    "Pending",
    "Store",
    "Wanted",
]

# Raised whenever older generations become unreadable, or the same files would give other
# sentences, passages, terms, vectors or default thresholds than before.
FORMAT = 9


@dataclass(frozen=True, slots=True)
class Part:
    """One document of an index with its passages, in order.

    `vectors` has a row, and `tokens` the packed token vectors, for each sentence of the passages;
    `whole` has a row for each passage: the mean of its sentences' vectors.
    """

    document: Document
    passages: Sequence[Passage]
    vectors: NDArray[np.float32]
    whole: NDArray[np.float32]
    tokens: Sequence[NDArray[np.uint8]]


@dataclass(frozen=True, slots=True)
class Build:
    """The contents of a generation, ready to be staged.

    `parts` come in order of the documents' ids and are gone through once; no store holds them all
    in memory. `dimension` is that of the vectors, `terms` gives the terms of a passage. `failed`
    names the files that were not read, with the reason; `content` is the digest of everything the
    build was made from; `base` is the generation that was current when it was begun; `embedded`
    counts the sentences that were new.
    """

    model: str
    fingerprint: str
    content: str
    thresholds: Thresholds
    parts: Iterable[Part]
    dimension: int
    terms: Callable[[Passage], Sequence[str]]
    failed: Sequence[tuple[str, str]] = ()
    base: str | None = None
    embedded: int = 0


@dataclass(frozen=True, slots=True)
class Pending:
    """A generation that is complete and can be asked, but does not serve; see Build for the
    rest.
    """

    generation: Generation
    content: str
    base: str | None
    embedded: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """The passages to find, and how many of each: those of the sentences nearest to a vector, those
    whose own vector is nearest to it, and those with the highest share of the terms above zero.
    """

    vector: NDArray[np.float32]
    terms: Sequence[str]
    sentences: int
    passages: int
    words: int


@dataclass(frozen=True, slots=True)
class Found:
    """Passages by their numbers, ascending, and how near they are to what was wanted.

    `shares` says how much of the terms stands in each, by weight, 0 to 1; `cosines` has for each an
    array with a cosine a sentence, and `wholes` the cosine of the passage's own vector.
    """

    numbers: Sequence[int]
    shares: NDArray[np.float32]
    cosines: Sequence[NDArray[np.float32]]
    wholes: NDArray[np.float32]


class OpenGeneration(Protocol):
    """One generation, open for questions from any thread. Passages have numbers within it."""

    @property
    def generation(self) -> Generation:
        """Its id, date and counts."""

    @property
    def thresholds(self) -> Thresholds:
        """The lowest scores of a related and of a found answer."""

    @property
    def languages(self) -> frozenset[str]:
        """The languages of its documents."""

    def find(self, wanted: Wanted, scope: Scope) -> Found:
        """The passages in scope that are wanted."""

    def measure(self, wanted: Wanted, numbers: Sequence[int]) -> Found:
        """Return how near these passages, in ascending order, are to what is wanted."""

    def matching(self, terms: Sequence[str], count: int, scope: Scope) -> NDArray[np.int64]:
        """At most `count` passages in scope with the highest share of these terms above zero, best
        first, of equals the earlier.
        """

    def documents(self, scope: Scope) -> int:
        """Return how many documents are in scope."""

    def look(self, numbers: Sequence[int]) -> list[tuple[Passage, Sequence[NDArray[np.uint8]]]]:
        """Each of these passages with the packed token vectors of its sentences, see
        index.model.tokens.
        """

    def vocabulary(self) -> Sequence[str]:
        """Return the stems of all words of the passages, sorted."""

    def knows(self, terms: Sequence[str], scope: Scope) -> bool:
        """Return True if some passage in scope holds one of the terms."""

    def weights(self, terms: Iterable[str]) -> Mapping[str, float]:
        """How rare each term is: its idf, and for one that no passage has the highest there is."""

    def passages(self, numbers: Sequence[int]) -> list[Passage]:
        """The passages of these numbers."""

    def passages_of(self, document: str) -> Sequence[Passage]:
        """Return the passages of one document, in order; empty if it is not in this generation."""

    def passages_at(self, document: str, span: Span) -> Sequence[Passage]:
        """Return the passages of one document that a span touches, in order, without reading all
        of them.
        """

    def document(self, id: str) -> Document | None:
        """Return one document, or None if it is not in this generation."""

    def text(self, id: str) -> str:
        """Return the reading text of one document, empty if it is not in this generation."""

    def holding(self, words: Sequence[str], scope: Scope) -> Iterator[tuple[str, str]]:
        """Return the id and reading text of each document in scope that has all of these words
        exactly, in order of the ids.
        """

    def sources(self) -> Iterable[tuple[Source, int]]:
        """Return every document with the number of its passages, by id."""

    def omissions(self) -> dict[str, Omitted]:
        """Return how much of its file each document leaves out, by id; documents that leave out
        nothing are absent.
        """

    def failed(self) -> Sequence[tuple[str, str]]:
        """Return the files that were not read, with the reason."""

    def digests(self) -> dict[str, str]:
        """Return the SHA-256 of each document's file, by id."""

    def build(self, base: str | None) -> Build:
        """Return all that it is made of, to be staged in another store on top of `base`."""

    def close(self) -> None:
        """Release the files; the generation must not be used again."""


class Notes(Protocol):
    """Small files of an index by their names, such as its golden questions."""

    def read(self, name: str) -> bytes | None:
        """Return the note of this name; None if there is none."""

    def write(self, notes: Mapping[str, bytes | None]) -> None:
        """Replace the notes of these names, in this order; None removes one.

        Raises StoreError if that fails.
        """

    def alone(self) -> AbstractContextManager[None]:
        """Hold off all others who change notes, on other machines too, until the block ends."""

    def where(self, name: str) -> str:
        """The place of a note, for messages."""


class Store(Protocol):
    """The place of the generations."""

    def locked(self) -> AbstractContextManager[None]:
        """Hold the one lock of builds; BuildLockedError says who has it."""

    def stage(self, build: Build) -> Pending:
        """Store `build` as a generation that does not serve yet, in place of one staged before."""

    def staged(self) -> Pending | None:
        """Return the generation that waits to be published or discarded, also after a restart."""

    def publish(self, id: str) -> Generation:
        """Make the staged generation `id` the current one, whole or not at all.

        One that is already current stays so. Raises StaleError if it is not staged, or if another
        one became current since it was begun.
        """

    def discard(self, id: str, *, for_good: bool) -> bool:
        """Remove the staged generation `id`; return whether it was there.

        The content of one discarded `for_good` is remembered.
        """

    def discarded(self) -> str | None:
        """Return the content digest of the last one discarded for good, until something is
        published.
        """

    def current(self) -> str | None:
        """Return the id of the current generation, None if nothing was published."""

    def heard(self) -> str | None:
        """The id of the current generation as last known, cheap enough for each question: without a
        call to a server if the store announces changes.
        """

    def content(self) -> str | None:
        """Return the content digest of the newest generation that has served, None if
        unreadable.
        """

    def open(self, fingerprint: str | None, id: str | None = None) -> OpenGeneration:
        """Open the current or staged generation `id`, or the current one, checked.

        Raises a StoreError that says what to run. Without a fingerprint a generation of any model
        will do, since only its documents are needed.
        """

    def history(self) -> Sequence[Generation]:
        """Return the generations that are kept and have served, newest first."""

    def rollback(self, id: str | None = None) -> Generation:
        """Make a kept generation current: `id`, or the one that served before the current one."""

    @property
    def notes(self) -> Notes:
        """The data stored beside the generations."""

    def close(self) -> None:
        """Release what the store holds open; it may be used again."""
