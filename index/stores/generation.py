"""A generation in files: vectors in FAISS, words in their postings, texts in SQLite."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import DamagedIndexError, OtherModelError
from index.model import tokens
from index.stores import Build, Found, Part, Wanted, texts
from index.stores.keywords import Keywords
from index.stores.manifest import Counts, Manifest
from index.stores.postings import Postings
from index.stores.rows import Rows, RowsFile
from index.stores.vectors import CELLS_FROM, Only, Vectors, VectorsFile, write_cells
from index.stores.views import Views
from index.text import passages
from index.types import (
    EVERYTHING,
    Document,
    Generation,
    Omitted,
    Passage,
    Scope,
    Source,
    Span,
    Thresholds,
)

__all__ = ["FileGeneration", "write"]

_VECTORS, _WHOLE, _TOKENS = "vectors.faiss", "whole.faiss", "tokens.npy"
_WORDS, _TEXTS = "words", "texts.sqlite"
# Where the sentences of each passage begin, and the tokens of each sentence; the last entry is
# where the last one ends.
_SENTENCES, _PIECES = "sentences.npy", "pieces.npy"


@dataclass(frozen=True, slots=True)
class _View:
    """The contents of a scope: passages, sentences, and how many documents."""

    passages: Only
    sentences: Only
    documents: int


def write(folder: Path, build: Build, cells_from: int = CELLS_FROM) -> Counts:
    """Write what `build` holds into `folder`, the manifest apart, one document after the other.
    From `cells_from` vectors on they are searched by cells.
    """
    sentences, pieces = array("q", [0]), array("q", [0])
    with ExitStack() as files:
        vectors = files.enter_context(closing(VectorsFile(folder / _VECTORS, build.dimension)))
        whole = files.enter_context(closing(VectorsFile(folder / _WHOLE, build.dimension)))
        packed = RowsFile(folder / _TOKENS, np.uint8, tokens.width(build.dimension))
        files.enter_context(closing(packed))
        words = files.enter_context(closing(Postings(folder / _WORDS)))
        written = files.enter_context(closing(texts.TextsFile(folder / _TEXTS)))
        for part in build.parts:
            written.add(part.document, part.passages)
            vectors.add(part.vectors)
            whole.add(part.whole)
            for passage in part.passages:
                words.add(build.terms(passage))
                sentences.append(sentences[-1] + len(passage.sentences))
            for sentence in part.tokens:
                packed.add(sentence)
                pieces.append(pieces[-1] + len(sentence))
    for name, bounds in ((_SENTENCES, sentences), (_PIECES, pieces)):
        np.save(folder / name, np.array(bounds, np.int64), allow_pickle=False)
    for name, file in ((_VECTORS, vectors), (_WHOLE, whole)):
        if file.rows >= cells_from:
            write_cells(folder / name)
    return Counts(written.documents, written.passages, vectors.rows)


class FileGeneration:
    """One folder, open for questions; see OpenGeneration."""

    def __init__(self, folder: Path, fingerprint: str | None) -> None:
        manifest = Manifest.read(folder)
        if fingerprint is not None and manifest.fingerprint != fingerprint:
            raise OtherModelError(
                f"{folder} was built with another model ({manifest.model}); run citebot index, or "
                "set CITEBOT_MODEL back",
                "other_model",
                path=folder,
                model=manifest.model,
            )
        manifest.check(folder, whole=False)
        self._manifest = manifest
        self._file = folder / _TEXTS
        self._vectors = Vectors(folder / _VECTORS)
        self._whole = Vectors(folder / _WHOLE)
        self._bounds: NDArray[np.int64] = np.load(folder / _SENTENCES, allow_pickle=False)
        self._pieces: NDArray[np.int64] = np.load(folder / _PIECES, allow_pickle=False)
        # by far the largest file: it stays on disk except for the rows in use
        self._tokens = Rows.saved(folder / _TOKENS, np.uint8)
        self._words = Keywords(folder / _WORDS)
        self._seen = self._state()
        self._texts = texts.Texts(self._file)
        self._sources = self._texts.sources()
        self.languages = frozenset(source.language for source, _ in self._sources)
        self._views = Views[_View]()

    @property
    def generation(self) -> Generation:
        return self._manifest.generation

    @property
    def thresholds(self) -> Thresholds:
        return self._manifest.limits

    def find(self, wanted: Wanted, scope: Scope) -> Found:
        view = self._view(scope)
        only = view.sentences if view else None
        rows = self._vectors.nearest(wanted.vector, wanted.sentences, only)
        whole = self._whole.nearest(wanted.vector, wanted.passages, view.passages if view else None)
        nearest = np.searchsorted(self._bounds, rows, side="right") - 1
        matching = self.matching(wanted.terms, wanted.words, scope)
        found = {*nearest.tolist(), *whole.tolist(), *matching.tolist()}
        return self.measure(wanted, sorted(found))

    def measure(self, wanted: Wanted, numbers: Sequence[int]) -> Found:
        at = np.asarray(numbers, dtype=np.int64)
        return Found(
            numbers,
            self._words.shares(wanted.terms, numbers),
            self._closeness(wanted.vector, at),
            self._whole.at(at) @ wanted.vector,
        )

    def matching(self, terms: Sequence[str], count: int, scope: Scope) -> NDArray[np.int64]:
        view = self._view(scope)
        return self._words.best(terms, count, view.passages.rows if view else None)

    def documents(self, scope: Scope) -> int:
        return view.documents if (view := self._view(scope)) else len(self._sources)

    def look(self, numbers: Sequence[int]) -> list[tuple[Passage, Sequence[NDArray[np.uint8]]]]:
        return list(zip(self.passages(numbers), self._tokens_of(numbers), strict=True))

    def vocabulary(self) -> Sequence[str]:
        return self._words.vocabulary

    def knows(self, terms: Sequence[str], scope: Scope) -> bool:
        if scope == EVERYTHING:
            return self._words.knows(terms)
        return len(self.matching(terms, 1, scope)) > 0

    def weights(self, terms: Iterable[str]) -> Mapping[str, float]:
        return self._words.weights(terms)

    def passages(self, numbers: Sequence[int]) -> list[Passage]:
        with self._sound():
            return self._texts.passages(numbers)

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

    def omissions(self) -> dict[str, Omitted]:
        return self._texts.omissions()

    def failed(self) -> Sequence[tuple[str, str]]:
        return self._manifest.failed

    def digests(self) -> dict[str, str]:
        with self._sound():
            return self._texts.digests()

    def build(self, base: str | None) -> Build:
        manifest = self._manifest
        return Build(
            model=manifest.model,
            fingerprint=manifest.fingerprint,
            content=manifest.content,
            thresholds=manifest.limits,
            parts=self._parts(),
            dimension=self._vectors.dimension,
            terms=passages.terms,
            failed=manifest.failed,
            base=base,
            embedded=manifest.embedded,
        )

    def _parts(self) -> Iterator[Part]:
        first = 0
        for source, count in self._sources:
            document = self.document(source.id)
            if document is None:
                raise DamagedIndexError(
                    f"{self._file} is damaged; run citebot index",
                    "index_damaged",
                    path=self._file,
                )
            numbers = range(first, first + count)
            first += count
            rows = range(int(self._bounds[numbers.start]), int(self._bounds[numbers.stop]))
            yield Part(
                document,
                self.passages_of(source.id),
                self._vectors.at(rows),
                self._whole.at(numbers),
                list(chain.from_iterable(self._tokens_of(numbers))),
            )

    def close(self) -> None:
        self._texts.close()
        self._tokens.close()
        self._vectors.close()
        self._whole.close()

    def _closeness(
        self, vector: NDArray[np.float32], numbers: NDArray[np.int64]
    ) -> list[NDArray[np.float32]]:
        """For each passage the cosines between a vector and each of its sentences."""
        begin = self._bounds[numbers]
        ends = np.cumsum(self._bounds[numbers + 1] - begin)
        starts = np.concatenate([[0], ends[:-1]])
        rows = np.arange(ends[-1] if len(ends) else 0) + np.repeat(begin - starts, ends - starts)
        products = self._vectors.at(rows) @ vector
        return [products[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=False)]

    def _tokens_of(self, passages: Sequence[int]) -> Iterator[Sequence[NDArray[np.uint8]]]:
        cuts = [self._bounds[each : each + 2].tolist() for each in passages]
        bounds = [self._pieces[first : last + 1].tolist() for first, last in cuts]
        rows, place = self._tokens.runs([(each[0], each[-1]) for each in bounds]), 0
        for each in bounds:
            ends = [place + end - each[0] for end in each]
            yield [rows[one:end] for one, end in pairwise(ends)]
            place = ends[-1]

    def _state(self) -> tuple[int, int] | None:
        """Return the state of the texts' file; None if it is gone, as an older one may be."""
        with suppress(OSError):
            found = self._file.stat()
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
                f"{self._file} was damaged while it served ({error}); run citebot index",
                "index_damaged_serving",
                path=self._file,
                reason=error,
            ) from None

    def _view(self, scope: Scope) -> _View | None:
        return None if scope == EVERYTHING else self._views.of(scope, self._look)

    def _look(self, scope: Scope) -> _View:
        # passages are numbered document by document, in the order of the sources
        allowed = [scope.allows(source.id) for source, _ in self._sources]
        shown = np.repeat(allowed, [count for _, count in self._sources]).astype(np.bool_)
        sentences = np.repeat(shown, np.diff(self._bounds))
        return _View(Only(shown), Only(sentences), sum(allowed))
