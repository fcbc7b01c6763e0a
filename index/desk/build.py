"""From the documents' folder to the contents of a generation."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index import readers
from index.errors import DocumentError, StoreError
from index.model import tokens
from index.model.cache import EmbeddingCache
from index.model.encoder import Embedding, Encoder
from index.stores import FORMAT, OpenGeneration, Part, Store
from index.text import passages
from index.types import Document, Passage, Thresholds

__all__ = [
    "Changes",
    "Progress",
    "Survey",
    "difference",
    "embed",
    "embed_whole",
    "opened",
    "part",
    "sentences_of",
    "survey",
    "unknown",
]

_log = logging.getLogger(__name__)

# Sentences embedded between two writes of the cache: the most work that a killed build loses.
_STEP = 256

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

    def content(self, fingerprint: str, thresholds: Thresholds | None) -> str:
        """One digest of everything that decides what an index holds: files, format, model,
        thresholds.
        """
        parts = [str(FORMAT), fingerprint, str(thresholds)]
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


def sentences_of(split: Sequence[Passage], documents: Sequence[Document]) -> list[str]:
    """Return the text of every sentence of the passages, in order."""
    texts = {document.id: document.text for document in documents}
    return [
        sentence.of(texts[passage.source.id]) for passage in split for sentence in passage.sentences
    ]


def unknown(
    sentences: Sequence[str], model: str, cache: EmbeddingCache, *, afresh: bool = False
) -> list[str]:
    """Return the distinct texts that are not in the cache, longest first; all of them if
    `afresh`.
    """
    known = set() if afresh else cache.known(model, sentences)
    # similar lengths together, so that a batch needs little padding; see Encoder.encode
    distinct = dict.fromkeys(sentences)
    return sorted((text for text in distinct if text not in known), key=len, reverse=True)


def embed(
    sentences: Sequence[str],
    encoder: Encoder,
    cache: EmbeddingCache,
    progress: Progress,
    *,
    afresh: bool = False,
) -> int:
    """Have the vectors of the sentences and of their tokens in the cache; how many were new.

    Equal sentences are embedded once, and known ones not at all (unless `afresh`). New vectors are
    cached as they come, so that a killed build keeps its work.
    """
    model = encoder.fingerprint
    new = unknown(sentences, model, cache, afresh=afresh)
    for some, made in _steps("Embedding sentences", new, encoder, progress):
        packed = [
            (embedding.vector, tokens.pack(embedding.tokens.vectors, embedding.tokens.spans, text))
            for text, embedding in zip(some, made, strict=True)
        ]
        cache.add(model, some, packed)
    return len(new)


def embed_whole(
    passages: Sequence[str],
    encoder: Encoder,
    cache: EmbeddingCache,
    progress: Progress,
    *,
    afresh: bool = False,
) -> None:
    """Have the vectors of the passages as a whole in the cache; see `embed`."""
    model = _whole(encoder)
    new = unknown(passages, model, cache, afresh=afresh)
    for some, made in _steps("Embedding passages", new, encoder, progress):
        # their tokens are those of their sentences
        nothing = np.empty((0, tokens.width(encoder.dimension)), np.uint8)
        cache.add(model, some, [(embedding.vector, nothing) for embedding in made])


def part(document: Document, encoder: Encoder, cache: EmbeddingCache) -> Part:
    """A document with its passages and what the cache has of them."""
    split = passages.split(document)
    sentences = [
        cache.get(encoder.fingerprint, span.of(document.text))
        for passage in split
        for span in passage.sentences
    ]
    whole = [cache.get(_whole(encoder), passage.text)[0] for passage in split]
    return Part(
        document,
        split,
        _matrix([vector for vector, _ in sentences], encoder),
        _matrix(whole, encoder),
        [pieces for _, pieces in sentences],
    )


def _matrix(vectors: Sequence[NDArray[np.float32]], encoder: Encoder) -> NDArray[np.float32]:
    return np.array(vectors, np.float32).reshape(len(vectors), encoder.dimension)


def _whole(encoder: Encoder) -> str:
    """The name under which the cache has the vectors of passages."""
    return f"{encoder.fingerprint} whole"


def _steps(
    what: str, texts: Sequence[str], encoder: Encoder, progress: Progress
) -> Iterator[tuple[Sequence[str], list[Embedding]]]:
    """Yield the embeddings of texts in steps; a killed build loses at most one step."""
    for first in range(0, len(texts), _STEP):
        some = texts[first : first + _STEP]
        done = first

        def count(number: int) -> None:
            nonlocal done
            done += number
            progress(what, done, len(texts))

        progress(what, first, len(texts))
        yield some, encoder.encode(some, count)
