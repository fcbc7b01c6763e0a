"""From the documents' folder to the contents of a generation."""

from __future__ import annotations

import hashlib
import logging
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from index import readers
from index.errors import DocumentError, StoreError
from index.model import tokens
from index.model.cache import EmbeddingCache
from index.model.encoder import Embedding, Encoder
from index.stores import FORMAT, OpenGeneration, Part, Store
from index.text import passages
from index.types import Document, Thresholds

__all__ = [
    "Changes",
    "New",
    "Progress",
    "Survey",
    "difference",
    "embed",
    "opened",
    "part",
    "survey",
    "unknown",
]

_log = logging.getLogger(__name__)

# Sentences embedded between two writes of the cache: the most work that a killed build loses.
_STEP = 256
# Texts that are in memory at a time.
_WINDOW = 16_384

Progress = Callable[[str, int, int], None]
"""Called with the current step, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class Survey:
    """The files of a folder as they are now: each file's digest, or the reason it cannot be
    read.
    """

    files: tuple[readers.File, ...]
    digests: dict[str, str]
    failed: dict[str, str]

    def content(self, fingerprint: str, thresholds: Thresholds | None, most: int | None) -> str:
        """One digest of everything that decides what an index contains: files, format, model,
        thresholds, how many sentences were allowed by a setting.
        """
        parts = [str(FORMAT), fingerprint, str(thresholds)]
        # what fits into memory differs between machines that share an index
        parts += [f"at most {most}"] if most is not None else []
        parts += [
            f"{id}\0{digest}" for id, digest in sorted({**self.digests, **self.failed}.items())
        ]
        return hashlib.sha256("\n".join(parts).encode(errors="surrogateescape")).hexdigest()


@dataclass(frozen=True, slots=True)
class Changes:
    """How a folder differs from a generation, by document id; `failed` maps ids to reasons.

    `kept` lists the failed documents whose earlier version stays in the index.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]
    kept: tuple[str, ...]


def survey(files: Sequence[readers.File], progress: Progress) -> Survey:
    """Read every file once for its digest, without parsing it."""
    digests, failed = {}, {}
    for number, file in enumerate(files):
        progress("Looking at the documents", number, len(files))
        try:
            digests[file.id] = hashlib.sha256(file.load()).hexdigest()
        except DocumentError as error:
            failed[file.id] = str(error)
    return Survey(tuple(files), digests, failed)


def difference(
    before: dict[str, str], after: dict[str, str], failed: Sequence[tuple[str, str]]
) -> Changes:
    """Compare the digests of two generations by document id."""
    return Changes(
        added=tuple(id for id in after if id not in before),
        changed=tuple(id for id in after if id in before and before[id] != after[id]),
        removed=tuple(id for id in sorted(before) if id not in after),
        failed=tuple(failed),
        kept=tuple(id for id, _ in failed if id in after),
    )


@contextmanager
def opened(store: Store, fingerprint: str | None = None) -> Iterator[OpenGeneration | None]:
    """Open the generation that serves; None if none can be read. Without a fingerprint, a
    generation of any model will do.
    """
    before = None
    with suppress(StoreError):
        before = store.open(fingerprint)
    try:
        yield before
    finally:
        if before:
            before.close()


def unknown(
    texts: Iterable[str], model: str, cache: EmbeddingCache, dimension: int, *, afresh: bool = False
) -> New:
    """Return those of the texts that are not in the cache; all of them if `afresh`."""
    numbers = array("Q")
    for some in _windows(texts):
        distinct = dict.fromkeys(some)
        known = set() if afresh else cache.known(model, distinct, dimension)
        numbers.extend(_numbers([text for text in distinct if text not in known]))
    return New(np.unique(np.frombuffer(numbers, np.uint64)))


def embed(
    sentences: Iterable[str], new: New, encoder: Encoder, cache: EmbeddingCache, progress: Progress
) -> None:
    """Have the vectors of new sentences and of their tokens in the cache.

    Equal sentences are embedded once. Vectors are cached as they come, so that a killed build
    keeps its work.
    """
    for some, made in _steps("Embedding sentences", sentences, new, encoder, progress):
        packed = [
            (embedding.vector, tokens.pack(embedding.tokens.vectors, embedding.tokens.spans, text))
            for text, embedding in zip(some, made, strict=True)
        ]
        cache.add(encoder.fingerprint, some, packed)


def part(document: Document, encoder: Encoder, cache: EmbeddingCache) -> Part:
    """A document with its passages and what the cache has of them. The vector of a passage as a
    whole is the mean of its sentences', each by the number of its pieces.
    """
    split = passages.split(document)
    sentences = [
        cache.get(encoder.fingerprint, span.of(document.text))
        for passage in split
        for span in passage.sentences
    ]
    vectors = _matrix([vector for vector, _ in sentences], encoder)
    wholes, first = [], 0
    for passage in split:
        last = first + len(passage.sentences)
        sizes = [max(len(pieces), 1) for _, pieces in sentences[first:last]]
        wholes.append(np.average(vectors[first:last], axis=0, weights=sizes))
        first = last
    whole = tokens.unit(_matrix(wholes, encoder))
    return Part(document, split, vectors, whole, [pieces for _, pieces in sentences])


def _matrix(vectors: Sequence[NDArray[np.float32]], encoder: Encoder) -> NDArray[np.float32]:
    return np.array(vectors, np.float32).reshape(len(vectors), encoder.dimension)


class New:
    """Texts that are to be embedded, each once, by numbers that tell them apart."""

    def __init__(self, numbers: NDArray[np.uint64]) -> None:
        """`numbers` are ascending."""
        self._numbers = numbers
        self._taken = np.zeros(len(numbers), np.bool_)

    def __len__(self) -> int:
        return len(self._numbers)

    def take(self, texts: Sequence[str]) -> list[str]:
        """Return those of the texts that are new and were not taken before, the longest first."""
        distinct = list(dict.fromkeys(texts))
        if not distinct or not len(self):
            return []
        wanted = np.array(_numbers(distinct), np.uint64)
        at = np.searchsorted(self._numbers, wanted).clip(max=len(self) - 1)
        chosen = (self._numbers[at] == wanted) & ~self._taken[at]
        self._taken[at[chosen]] = True
        # similar lengths together, so that a batch needs little padding; see Encoder.encode
        return sorted((distinct[n] for n in np.flatnonzero(chosen)), key=len, reverse=True)


def _numbers(texts: Iterable[str]) -> list[int]:
    """Return a number for each text: of a billion of them no two are likely to share one."""
    return [
        int.from_bytes(hashlib.sha256(text.encode(errors="replace")).digest()[:8], "little")
        for text in texts
    ]


def _windows(texts: Iterable[str]) -> Iterator[list[str]]:
    """Yield the texts, so many together that batches of like lengths can be made of them."""
    remaining = iter(texts)
    while some := list(islice(remaining, _WINDOW)):
        yield some


def _steps(
    what: str, texts: Iterable[str], new: New, encoder: Encoder, progress: Progress
) -> Iterator[tuple[Sequence[str], list[Embedding]]]:
    """Yield the embeddings of new texts in steps; a killed build loses at most one step."""
    done, count = 0, len(new)

    def tell(number: int) -> None:
        nonlocal done
        done += number
        progress(what, done, count)

    for window in _windows(texts) if count else ():
        some = new.take(window)
        for first in range(0, len(some), _STEP):
            progress(what, done, count)
            step = some[first : first + _STEP]
            yield step, encoder.encode(step, tell)
