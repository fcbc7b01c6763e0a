"""The documents' folder -> a new index that waits: made, looked at, published or discarded."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from index import readers
from index.desk import build, evaluate, gate
from index.desk.build import Changes, Progress, Survey
from index.desk.calibration import Calibration, default
from index.desk.decisions import Decisions
from index.desk.evaluate import Evaluation
from index.desk.gate import Comparison, RegressionError
from index.desk.golden import GoldenFile
from index.errors import KnowledgeError, StaleError, StoreError
from index.intake import Readings
from index.model.cache import EmbeddingCache
from index.model.encoder import Encoder
from index.model.reranker import Reranker
from index.search import ranking
from index.search.ranking import Ranked
from index.stores import Build, OpenGeneration, Pending, Store
from index.text import passages
from index.types import Document, Generation, Query, Thresholds

__all__ = ["Report", "Staged", "Staging"]


@dataclass(frozen=True, slots=True)
class Staged:
    """A new index that is whole and can be looked at, but does not answer yet.

    `changes` are against the index that answers; `embedded` counts the distinct sentences that were
    new. `behind` says that it is out of date: another index was published since it was begun.
    """

    generation: Generation
    changes: Changes
    embedded: int
    behind: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did, or in a dry run would do.

    `generation` is the one that serves now, None after a dry run; `embedded` counts the distinct
    sentences that were new; `comparison` has the golden questions, if there are any and something
    was published.
    """

    changes: Changes
    generation: Generation | None
    embedded: int
    published: bool
    seconds: float
    comparison: Comparison | None = None


class Staging:
    """The builds of one folder's index. A build in another process is told by BuildLockedError."""

    def __init__(
        self,
        knowledge: Path,
        data: Path,
        store: Store,
        encoder: Encoder,
        reranker: Reranker | None,
        calibration: Calibration,
        golden: GoldenFile,
        readings: Readings,
    ) -> None:
        self._knowledge = knowledge
        self._data = data
        self._store = store
        self._encoder = encoder
        self._reranker = reranker
        self._calibration = calibration
        self._golden = golden
        self._readings = readings
        self.decisions = Decisions(data, store, self._survey, self._content)

    def build(
        self,
        progress: Progress | None = None,
        *,
        rebuild: bool = False,
        dry_run: bool = False,
        force: bool = False,
    ) -> Report:
        """Stage and publish in one; see Library.build."""
        began = time.perf_counter()
        tell = progress or _silent
        with self._store.locked():
            found = self._survey(tell)
            if dry_run:
                changes, new = self._look_ahead(found, tell, rebuild=rebuild)
                return Report(changes, None, new, False, time.perf_counter() - began)
            pending = self._stage(found, tell, rebuild=rebuild)
            if pending is None:
                with closing(self._store.open(None)) as now:
                    changes = Changes((), (), (), tuple(now.failed()), ())
                    unchanged = now.generation
                return Report(changes, unchanged, 0, False, time.perf_counter() - began)
            staged = self._described(pending)
            generation, comparison = self._publish(pending, force=force)
        seconds = time.perf_counter() - began
        return Report(staged.changes, generation, staged.embedded, True, seconds, comparison)

    def stage(self, progress: Progress | None = None, *, rebuild: bool = False) -> Staged | None:
        """Make the new index of the folder as it is now; None where nothing changed.

        It takes the place of one that was staged before; one that fits already is kept as it is.
        Raises what Library.build raises.
        """
        tell = progress or _silent
        with self._store.locked():
            found = self._survey(tell)
            pending = self._stage(found, tell, rebuild=rebuild)
            return self._described(pending) if pending else None

    def staged(self) -> Staged | None:
        """The new index that waits, also after a restart."""
        pending = self._store.staged()
        return self._described(pending) if pending else None

    def compare(self, id: str) -> Comparison | None:
        """The golden questions asked of the index that answers and of the staged one; None where
        there are none.
        """
        golden = self._golden.all()
        if not golden:
            return None
        fingerprint = self._encoder.fingerprint
        with (
            self._opened(fingerprint) as before,
            closing(self._store.open(fingerprint, id)) as after,
        ):
            reading = self._reading(before) if before else None
            return gate.compare(reading, self._reading(after), golden)

    def evaluation(self) -> Evaluation | None:
        """The golden questions asked of the index that answers; None where there are none."""
        golden = self._golden.all()
        if not golden:
            return None
        with closing(self._store.open(self._encoder.fingerprint)) as now:
            return evaluate.answers(self._reading(now), golden)

    def publish(self, id: str, *, force: bool = False) -> tuple[Generation, Comparison | None]:
        """Answer from the staged index `id`; the golden questions, if there are any.

        Raises StaleError where it no longer fits, and RegressionError where it would lose a golden
        question and is not to `force`. One that answers already stays so.
        """
        with self._store.locked():
            pending = self._store.staged()
            if pending and pending.generation.id == id:
                found = self._survey()
                if self._content(found) != pending.content:
                    raise StaleError(
                        f"the documents or thresholds changed since {id} was made; build it again "
                        "to see what it would change now"
                    )
                return self._publish(pending, force=force)
            # what is no longer staged is refused there
            return self._store.publish(id), None

    def discard(self, id: str, *, for_good: bool = True) -> bool:
        """Remove the staged index `id` with every trace; whether it was there.

        If `for_good`, a start does not build it anew until the documents change again.
        """
        with self._store.locked():
            gone = self._store.discard(id, for_good=for_good)
            if gone:
                self._forget()
        return gone

    def is_current(self) -> bool:
        """Whether there is nothing to build unless an editor says so: the folder as it is now is
        held by the index, by the one it was rolled back from or by one that waits, was discarded,
        or is as an editor's last change left it.
        """
        found = self._survey()
        return self._content(found) in self.decisions.contents()

    def is_served(self) -> bool:
        """Whether the index that answers holds the folder as it is now."""
        found = self._survey()
        history = self._store.history()
        newest = bool(history) and history[0].id == self._store.current()
        return newest and self._content(found) == self._store.content()

    def _stage(self, found: Survey, tell: Progress, *, rebuild: bool) -> Pending | None:
        """The caller holds the lock."""
        content = self._content(found)
        waiting = self._store.staged()
        base = self._store.current()
        with self._opened(None) as before:
            if before and not rebuild:
                if content == self._store.content():
                    # the folder is again as it was
                    if waiting:
                        self._store.discard(waiting.generation.id, for_good=False)
                    return None
                if waiting and (waiting.content, waiting.base) == (content, base):
                    # a damaged one is made again
                    with suppress(StoreError):
                        self._store.open(None, waiting.generation.id).close()
                        return waiting
            documents, changes = build.collect(found, before, self._readings, tell, afresh=rebuild)
            self._refuse_none(documents, changes, before)
        split = [passage for document in documents for passage in passages.split(document)]
        sentences = build.sentences_of(split, documents)
        with closing(EmbeddingCache(self._data / "embeddings.sqlite")) as cache:
            vectors, packed, embedded = build.embed(
                sentences, self._encoder, cache, tell, afresh=rebuild
            )
            whole = build.embed_whole(
                [passage.text for passage in split], self._encoder, cache, tell, afresh=rebuild
            )
        return self._store.stage(
            Build(
                model=self._encoder.name,
                fingerprint=self._encoder.fingerprint,
                content=content,
                thresholds=self._thresholds_for(len(split)),
                documents=documents,
                passages=split,
                vectors=vectors,
                whole=whole,
                tokens=packed,
                terms=[passages.terms(passage) for passage in split],
                failed=changes.failed,
                base=base,
                embedded=embedded,
            )
        )

    def _publish(self, pending: Pending, *, force: bool) -> tuple[Generation, Comparison | None]:
        """The caller holds the lock."""
        id, comparison = pending.generation.id, None
        if pending.base == self._store.current():
            comparison = self.compare(id)
        if comparison and comparison.lost and not force:
            raise RegressionError(id, comparison)
        # what no longer follows what answers is refused there
        generation = self._store.publish(id)
        self._forget()
        self.decisions.carried_out(pending.content)
        return generation, comparison

    def _look_ahead(self, found: Survey, tell: Progress, *, rebuild: bool) -> tuple[Changes, int]:
        """How the folder differs from the index, and how many sentences are new."""
        with self._opened(None) as before:
            documents, changes = build.collect(found, before, self._readings, tell, afresh=rebuild)
            self._refuse_none(documents, changes, before)
        split = [passage for document in documents for passage in passages.split(document)]
        sentences = build.sentences_of(split, documents)
        with closing(EmbeddingCache(self._data / "embeddings.sqlite")) as cache:
            new = build.unknown(sentences, self._encoder.fingerprint, cache, afresh=rebuild)
        return changes, len(new)

    def _described(self, pending: Pending) -> Staged:
        id = pending.generation.id
        with self._opened(None) as before, closing(self._store.open(None, id)) as after:
            known = before.digests() if before else {}
            changes = build.difference(known, after.digests(), after.failed())
        behind = pending.base != self._store.current()
        return Staged(pending.generation, changes, pending.embedded, behind)

    def _forget(self) -> None:
        """Keep the vectors of the sentences that answer now, and of no others."""
        path = self._data / "embeddings.sqlite"
        # on a full disk the next publish does it: what is published is published
        with (
            suppress(StoreError),
            self._opened(None) as now,
            closing(EmbeddingCache(path)) as cache,
        ):
            split = map(now.passage, range(now.generation.passages)) if now else ()
            cache.keep_only(
                text
                for passage in split
                for text in (passage.text, *map(passage.quote, passage.sentences))
            )

    def _reading(self, generation: OpenGeneration) -> _Reading:
        return _Reading(generation, self._encoder, self._reranker)

    @contextmanager
    def _opened(self, fingerprint: str | None) -> Iterator[OpenGeneration | None]:
        """The generation that answers; None where none can be read. Without a fingerprint one of
        any model will do.
        """
        before = None
        with suppress(StoreError):
            before = self._store.open(fingerprint)
        try:
            yield before
        finally:
            if before:
                before.close()

    def _survey(self, tell: Progress | None = None) -> Survey:
        return build.survey(readers.find(self._knowledge), tell or _silent)

    def _thresholds_for(self, passages: int) -> Thresholds:
        return self._calibration.read(self._encoder.fingerprint) or default(
            passages, self._encoder.profile
        )

    def _content(self, found: Survey) -> str:
        """The digest of all that decides what an index of these files holds."""
        thresholds = self._calibration.read(self._encoder.fingerprint)
        return found.content(self._encoder.fingerprint, thresholds)

    def _refuse_none(
        self, documents: list[Document], changes: Changes, before: OpenGeneration | None
    ) -> None:
        if documents:
            return
        reasons = "".join(f"\n  {id}: {reason}" for id, reason in changes.failed)
        served = f" The index {before.generation.id} serves on." if before else ""
        raise KnowledgeError(
            f"{self._knowledge}: no documents to read; put .txt, .md, .html, .pdf or .docx files "
            f"there.{served}{reasons}"
        )


@dataclass(frozen=True, slots=True)
class _Reading:
    """One generation that golden questions are asked of."""

    generation: OpenGeneration
    encoder: Encoder
    reranker: Reranker | None

    def rank(self, question: str, top: int) -> Ranked:
        [embedding] = self.encoder.encode_questions([question])
        query = Query(question, top)
        model = self.encoder
        return ranking.rank(self.generation, query, embedding, model, self.reranker)

    def document(self, id: str) -> Document | None:
        return self.generation.document(id)

    def thresholds(self) -> Thresholds:
        return self.generation.thresholds


def _silent(what: str, done: int, whole: int) -> None:
    pass
