"""A generation in files: vectors in FAISS, words in bm25s, texts in SQLite. One of FAISS's two
homes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import faiss
import numpy as np
from numpy.typing import NDArray

from index.errors import DamagedIndexError, OtherModelError
from index.stores import Build, neighbours, texts
from index.stores.keywords import Keywords
from index.stores.manifest import Manifest
from index.stores.neighbours import Neighbours
from index.stores.rows import Rows
from index.stores.views import Views
from index.types import (
    EVERYTHING,
    Document,
    Generation,
    Passage,
    Scope,
    Source,
    Span,
    Thresholds,
)

__all__ = ["FileGeneration", "write"]

_VECTORS, _WHOLE, _TOKENS = "vectors.faiss", "whole.faiss", "tokens.npy"
# Next to the vectors, if there are very many.
_NEAR = ".near"
_MOST = 0.5
_WORDS, _TEXTS = "words", "texts.sqlite"
# Where the sentences of each passage begin, and the tokens of each sentence; the last entry is
# where the last one ends.
_SENTENCES, _PIECES = "sentences.npy", "pieces.npy"


# Chats that may see the same folders share a scope; a follow-up on one document makes its own.


@dataclass(frozen=True, slots=True)
class _Only:
    """How FAISS searches only some rows, and which share of all they are."""

    parameters: Any
    share: float


@dataclass(frozen=True, slots=True)
class _View:
    """The contents of a scope: for each passage whether it is in it, how FAISS gets its
    sentences and passages, how many documents.
    """

    passages: NDArray[np.bool_]
    sentences: _Only
    whole: _Only
    documents: int


def write(folder: Path, build: Build, neighbours_from: int = neighbours.FROM) -> None:
    """Write `build` into `folder`, without the manifest. From `neighbours_from` vectors on, they
    are searched by cells.
    """
    for name, vectors in ((_VECTORS, build.vectors), (_WHOLE, build.whole)):
        engine = faiss.IndexFlatIP(vectors.shape[1])
        engine.add(vectors)
        faiss.write_index(engine, str(folder / name))
        if len(vectors) >= neighbours_from:
            neighbours.write(folder / (name + _NEAR), vectors)
    bounds = np.cumsum([0, *(len(passage.sentences) for passage in build.passages)])
    np.save(folder / _SENTENCES, bounds.astype(np.int64), allow_pickle=False)
    pieces = np.cumsum([0, *(len(tokens) for tokens in build.tokens)])
    np.save(folder / _PIECES, pieces.astype(np.int64), allow_pickle=False)
    np.save(folder / _TOKENS, np.concatenate(build.tokens), allow_pickle=False)
    Keywords.build(build.terms).save(folder / _WORDS)
    texts.write(folder / _TEXTS, build.documents, build.passages)


class FileGeneration:
    """One folder, open for questions; see OpenGeneration."""

    def __init__(self, folder: Path, fingerprint: str | None) -> None:
        manifest = Manifest.read(folder)
        if fingerprint is not None and manifest.fingerprint != fingerprint:
            raise OtherModelError(
                f"{folder} was built with another model ({manifest.model}); run citebot index, or "
                "set CITEBOT_MODEL back"
            )
        manifest.check(folder)
        self._manifest = manifest
        self._folder = folder
        self._engine, self._vectors = _read(folder / _VECTORS)
        self._whole_engine, self._whole = _read(folder / _WHOLE)
        self._near = _neighbours(folder / (_VECTORS + _NEAR), self._vectors)
        self._near_whole = _neighbours(folder / (_WHOLE + _NEAR), self._whole)
        self._bounds: NDArray[np.int64] = np.load(folder / _SENTENCES, allow_pickle=False)
        self._pieces: NDArray[np.int64] = np.load(folder / _PIECES, allow_pickle=False)
        # by far the largest file: it stays on disk except for the rows in use
        self._tokens = Rows(folder / _TOKENS)
        self._words = Keywords.load(folder / _WORDS)
        self._seen = self._state()
        self._texts = texts.Texts(folder / _TEXTS)
        self._sources = self._texts.sources()
        self.languages = frozenset(source.language for source, _ in self._sources)
        self._views = Views(self._look)

    @property
    def generation(self) -> Generation:
        return self._manifest.generation

    @property
    def thresholds(self) -> Thresholds:
        return self._manifest.limits

    def nearest(self, vector: NDArray[np.float32], count: int, scope: Scope) -> NDArray[np.int64]:
        only = None if scope == EVERYTHING else self._views[scope].sentences
        rows = _nearest(self._engine, self._near, vector, count, only)
        passages = np.searchsorted(self._bounds, rows, side="right") - 1
        _, first = np.unique(passages, return_index=True)
        return np.asarray(passages[np.sort(first)], dtype=np.int64)

    def nearest_whole(
        self, vector: NDArray[np.float32], count: int, scope: Scope
    ) -> NDArray[np.int64]:
        only = None if scope == EVERYTHING else self._views[scope].whole
        return _nearest(self._whole_engine, self._near_whole, vector, count, only)

    def matching(self, terms: Sequence[str], count: int, scope: Scope) -> NDArray[np.int64]:
        shown = None if scope == EVERYTHING else self._views[scope].passages
        return self._words.best(terms, count, shown)

    def documents(self, scope: Scope) -> int:
        return len(self._sources) if scope == EVERYTHING else self._views[scope].documents

    def closeness(
        self, vector: NDArray[np.float32], passages: Sequence[int]
    ) -> list[NDArray[np.float32]]:
        return [
            self._vectors[self._bounds[number] : self._bounds[number + 1]] @ vector
            for number in passages
        ]

    def wholes(self, vector: NDArray[np.float32], passages: Sequence[int]) -> NDArray[np.float32]:
        rows = self._whole[np.asarray(passages, dtype=np.int64)]
        return np.asarray(rows @ vector, dtype=np.float32)

    def share(self, terms: Sequence[str], passages: Sequence[int]) -> NDArray[np.float32]:
        return self._words.shares(terms, passages)

    def tokens(self, passage: int) -> Sequence[NDArray[np.uint8]]:
        first, last = self._bounds[passage], self._bounds[passage + 1]
        bounds = self._pieces[first : last + 1]
        start = int(bounds[0])
        rows = self._tokens.read(start, int(bounds[-1]))
        return [rows[one - start : end - start] for one, end in pairwise(bounds)]

    def vocabulary(self) -> Sequence[str]:
        return self._words.vocabulary

    def knows(self, terms: Sequence[str], scope: Scope) -> bool:
        if scope == EVERYTHING:
            return self._words.knows(terms)
        return len(self.matching(terms, 1, scope)) > 0

    def weight(self, term: str) -> float:
        return self._words.weight(term)

    def passage(self, number: int) -> Passage:
        with self._sound():
            return self._texts.passage(number)

    def passages_of(self, document: str) -> Sequence[Passage]:
        with self._sound():
            return self._texts.passages_of(document)

    def passages_at(self, document: str, span: Span) -> Sequence[Passage]:
        with self._sound():
            return self._texts.passages_at(document, span)

    def document(self, id: str) -> Document | None:
        with self._sound():
            return self._texts.document(id)

    def text(self, id: str) -> str:
        with self._sound():
            return self._texts.text(id)

    def holding(self, words: Sequence[str], scope: Scope) -> Iterator[tuple[str, str]]:
        ids = [source.id for source, _ in self._sources if scope.allows(source.id)]
        with self._sound():
            yield from self._texts.holding(words, ids)

    def sources(self) -> Sequence[tuple[Source, int]]:
        return self._sources

    def omissions(self) -> dict[str, int]:
        return self._texts.omissions()

    def failed(self) -> Sequence[tuple[str, str]]:
        return self._manifest.failed

    def digests(self) -> dict[str, str]:
        with self._sound():
            return self._texts.digests()

    def close(self) -> None:
        self._texts.close()
        self._tokens.close()

    def _state(self) -> tuple[int, int] | None:
        """Return the state of the texts' file; None if it is gone, as an older generation's may
        be.
        """
        with suppress(OSError):
            found = (self._folder / _TEXTS).stat()
            return found.st_size, found.st_mtime_ns
        return None

    @contextmanager
    def _sound(self) -> Iterator[None]:
        """Report that the texts were damaged while they served, however SQLite or JSON put it."""
        try:
            if self._state() not in (self._seen, None):
                raise ValueError("it was changed")
            yield
        except (sqlite3.Error, ValueError, TypeError, IndexError) as error:
            raise DamagedIndexError(
                f"{self._folder / _TEXTS} was damaged while it served ({error}); run citebot index"
            ) from None

    def _look(self, scope: Scope) -> _View:
        # passages are numbered document by document, in the order of the sources
        allowed = [scope.allows(source.id) for source, _ in self._sources]
        passages = np.repeat(allowed, [count for _, count in self._sources]).astype(np.bool_)
        sentences = np.repeat(passages, np.diff(self._bounds))
        return _View(passages, _only(sentences), _only(passages), sum(allowed))


def _read(file: Path) -> tuple[faiss.IndexFlatIP, NDArray[np.float32]]:
    """Return an index, and its own memory as an array of shape (vectors, dimension)."""
    engine = cast("faiss.IndexFlatIP", faiss.read_index(str(file)))
    rows, columns = engine.ntotal, engine.d
    vectors = faiss.rev_swig_ptr(engine.get_xb(), rows * columns)
    return engine, vectors.reshape(rows, columns)


def _neighbours(file: Path, vectors: NDArray[np.float32]) -> Neighbours | None:
    return Neighbours(file, vectors) if file.exists() else None


def _nearest(
    engine: faiss.IndexFlatIP,
    near: Neighbours | None,
    vector: NDArray[np.float32],
    count: int,
    only: _Only | None,
) -> NDArray[np.int64]:
    """Return the rows nearest to a vector, best first.

    A small part of many is compared in full: the nearest cells may hold none of it.
    """
    if near and (only is None or only.share > _MOST):
        return near.nearest(vector, count, only.parameters.sel if only else None)
    parameters = only.parameters if only else None
    _, [rows] = engine.search(vector[np.newaxis], min(count, engine.ntotal), params=parameters)
    # if fewer are in scope, the rest is -1
    return np.asarray(rows[rows >= 0], dtype=np.int64)


def _only(rows: NDArray[np.bool_]) -> _Only:
    selector = faiss.IDSelectorBatch(np.flatnonzero(rows))
    parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
    return _Only(parameters, float(rows.mean()) if len(rows) else 0.0)
