"""The only door to the index: documents in, cited answers out."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock, Thread

from index import build, keys, passages, readers, search, words
from index.build import Changes, Progress, Survey
from index.cache import EmbeddingCache
from index.calibration import Calibration, default
from index.encoder import Encoder
from index.errors import CitebotError, KnowledgeError, QuestionError, StoreError
from index.reranker import Reranker
from index.search import Ranked
from index.settings import IndexSettings
from index.stores import Build, OpenGeneration
from index.stores.files import FileStore
from index.types import (
    EVERYTHING,
    Answer,
    Document,
    Generation,
    Outcome,
    Place,
    Query,
    Scope,
    Source,
    Thresholds,
)

__all__ = ["MAX_QUESTION", "Library", "Report"]

MAX_QUESTION = 1_000
"""The longest question, in characters: about three times what the default model reads."""

_NEAREST_TITLES = 2


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did, or in a dry run would do.

    `generation` is the one that serves now, None after a dry run; `embedded` counts the distinct
    sentences that were new.
    """

    changes: Changes
    generation: Generation | None
    embedded: int
    published: bool
    seconds: float


class Library:
    """One folder of documents and its index. Questions may come from any thread, also in a build.

    Every answer comes whole from one generation; a new one is seen by the next question.
    """

    def __init__(self, settings: IndexSettings, encoder: Encoder | None = None) -> None:
        """`encoder` lets several libraries share one loaded model."""
        self._knowledge: Path = settings.knowledge
        self._data: Path = settings.data
        self._store = FileStore(settings.data)
        self._encoder = encoder or Encoder(settings.model)
        self._reranker = Reranker(settings.reranker) if settings.reranker else None
        self._calibration = Calibration(settings.data / "thresholds.json")
        self._open: OpenGeneration | None = None
        self._opening = Lock()

    def ask(self, question: str, top: int = 3, scope: Scope = EVERYTHING) -> Answer:
        """The answer to a question: at most `top` passages in scope, best first.

        Raises QuestionError for an empty or too long question, StoreError where there is no index
        or it cannot be read.
        """
        [answer] = self.ask_together([Query(question, top, scope)])
        if isinstance(answer, QuestionError):
            raise answer
        return answer

    def ask_together(self, queries: Sequence[Query]) -> list[Answer | QuestionError]:
        """The answers to several questions, in their order, from one generation; the error of one
        stands in its place. Their embedding together costs little more than that of one.

        Raises StoreError where there is no index or it cannot be read.
        """
        began = time.perf_counter()
        generation = self._generation()
        found: list[Answer | QuestionError] = []
        for query, ranked in zip(queries, self._rank(generation, queries), strict=True):
            if isinstance(ranked, QuestionError):
                found.append(ranked)
                continue
            nothing = ranked.outcome is Outcome.NOTHING
            titles = dict.fromkeys(hit.passage.source.title for hit in ranked.hits)
            found.append(
                Answer(
                    question=query.question.strip(),
                    outcome=ranked.outcome,
                    hits=() if nothing else ranked.hits[: query.top],
                    generation=generation.generation,
                    seconds=round(time.perf_counter() - began, 6),
                    documents=generation.documents(query.scope),
                    nearest=tuple(titles)[:_NEAREST_TITLES] if nothing else (),
                )
            )
        return found

    def rank(self, question: str, top: int = 10, scope: Scope = EVERYTHING) -> Ranked:
        """The best passages whatever the outcome: what `ask` would have chosen from, and why."""
        [ranked] = self._rank(self._generation(), [Query(question, top, scope)])
        if isinstance(ranked, QuestionError):
            raise ranked
        return ranked

    def place(self, key: str, scope: Scope = EVERYTHING) -> Place | None:
        """The passage of a key of index.keys, or what it has become; None where there is none in
        scope.
        """
        wanted = keys.read(key)
        if wanted is None:
            return None
        generation = self._generation()
        for source, _ in generation.sources():
            if keys.document_digest(source.id) == wanted.document and scope.allows(source.id):
                found = generation.passages_of(source.id)
                if where := keys.find(wanted, found):
                    number, changed = where
                    return Place(
                        passage=found[number],
                        number=number + 1,
                        count=len(found),
                        before=found[number - 1] if number else None,
                        after=found[number + 1] if number + 1 < len(found) else None,
                        changed=changed,
                    )
        return None

    def build(
        self, progress: Progress | None = None, *, rebuild: bool = False, dry_run: bool = False
    ) -> Report:
        """Bring the index up to date with the folder and publish it, unless nothing changed.

        `rebuild` reads and embeds everything anew; `dry_run` says what would be done and publishes
        nothing. Raises KnowledgeError where there are no documents, StoreError where the index
        cannot be written or another process is building; what served before serves on.
        """
        began = time.perf_counter()
        tell = progress or _silent
        with self._store.locked(), self._before() as before:
            found = build.survey(readers.find(self._knowledge), tell)
            content = self._content(found)
            afresh = rebuild or before is None
            if before and not rebuild and content == self._store.content():
                unchanged = Changes((), (), (), tuple(before.failed()), ())
                return Report(unchanged, before.generation, 0, False, time.perf_counter() - began)
            documents, changes = build.collect(found, before, tell, afresh=afresh)
            self._refuse_none(documents, changes, before)
            split = [passage for document in documents for passage in passages.split(document)]
            sentences = build.sentences_of(split, documents)
            with closing(EmbeddingCache(self._data / "embeddings.sqlite")) as cache:
                if dry_run:
                    new = build.unknown(sentences, self._encoder, cache, afresh=rebuild)
                    return Report(changes, None, len(new), False, time.perf_counter() - began)
                vectors, packed, embedded = build.embed(
                    sentences, self._encoder, cache, tell, afresh=rebuild
                )
                generation = self._store.publish(
                    Build(
                        model=self._encoder.name,
                        fingerprint=self._encoder.fingerprint,
                        content=content,
                        thresholds=self._thresholds_for(len(split)),
                        documents=documents,
                        passages=split,
                        vectors=vectors,
                        tokens=packed,
                        terms=[words.terms(p.text, p.source.language) for p in split],
                        failed=changes.failed,
                    )
                )
                cache.keep_only(sentences)
        return Report(changes, generation, embedded, True, time.perf_counter() - began)

    def is_current(self) -> bool:
        """Whether the index, or the one it was rolled back from, holds the folder as it is now."""
        found = build.survey(readers.find(self._knowledge), _silent)
        return self._content(found) == self._store.content()

    def thresholds(self) -> Thresholds:
        """The least scores of a related and a found answer in the generation that answers."""
        return self._generation().thresholds

    def set_thresholds(self, thresholds: Thresholds) -> None:
        """Use these from the next build on, which publishes them though no document changed.

        They hold for the model they were measured with.
        """
        self._data.mkdir(parents=True, exist_ok=True)
        self._calibration.write(self._encoder.fingerprint, thresholds)

    def generation(self) -> Generation | None:
        """The generation that answers, or None where none can be opened."""
        try:
            return self._generation().generation
        except StoreError:
            return None

    def sources(self, scope: Scope = EVERYTHING) -> Sequence[tuple[Source, int]]:
        """The indexed documents in scope, by id, each with the number of its passages."""
        return tuple(
            (source, count)
            for source, count in self._generation().sources()
            if scope.allows(source.id)
        )

    def failed(self) -> Sequence[tuple[str, str]]:
        """The files that the index was built without, with the reason."""
        return self._generation().failed()

    def document(self, id: str) -> Document | None:
        """An indexed document, or None."""
        return self._generation().document(id)

    def history(self) -> Sequence[Generation]:
        """The generations that are kept, newest first."""
        return self._store.history()

    def rollback(self, id: str | None = None) -> Generation:
        """Answer from a kept generation: `id`, or the one that served before the current one."""
        return self._store.rollback(id)

    def load_soon(self) -> None:
        """Begin to load the model beside whatever else is done; the first question waits for it."""
        Thread(target=self._load, daemon=True).start()

    def warm_up(self) -> None:
        """Load the model and open the index now rather than at the first question."""
        self._generation()
        self._encoder.encode_questions(["warm-up"])

    def _thresholds_for(self, passages: int) -> Thresholds:
        return self._calibration.read(self._encoder.fingerprint) or default(passages)

    def _content(self, found: Survey) -> str:
        """The digest of all that decides what an index of these files holds."""
        thresholds = self._calibration.read(self._encoder.fingerprint)
        return found.content(self._encoder.fingerprint, thresholds)

    def _load(self) -> None:
        # what is wrong with the model is told when it is used
        with suppress(CitebotError):
            self._encoder.load()

    def _rank(
        self, generation: OpenGeneration, queries: Sequence[Query]
    ) -> list[Ranked | QuestionError]:
        wrong = [_refuse(query.question.strip()) for query in queries]
        asked = [
            replace(query, question=query.question.strip(), top=max(query.top, _NEAREST_TITLES))
            for query, error in zip(queries, wrong, strict=True)
            if error is None
        ]
        embeddings = self._encoder.encode_questions([query.question for query in asked])
        ranked = iter(
            search.rank(generation, query, embedding, self._encoder.languages, self._reranker)
            for query, embedding in zip(asked, embeddings, strict=True)
        )
        return [error or next(ranked) for error in wrong]

    def close(self) -> None:
        """Let go of the index; the library is not asked again."""
        with self._opening:
            if self._open:
                self._open.close()

    def _generation(self) -> OpenGeneration:
        """The current generation, opened once; a new one that cannot be read changes nothing."""
        with self._opening:
            if self._open is None:
                self._open = self._store.open(self._encoder.fingerprint)
            elif self._store.current() != self._open.generation.id:
                # questions in flight hold the old one until they are answered
                with suppress(StoreError):
                    self._open = self._store.open(self._encoder.fingerprint)
            return self._open

    @contextmanager
    def _before(self) -> Iterator[OpenGeneration | None]:
        """The generation a build starts from, of whatever model; None where none can be read."""
        before = None
        with suppress(StoreError):
            before = self._store.open(None)
        try:
            yield before
        finally:
            if before:
                before.close()

    def _refuse_none(
        self, documents: Sequence[Document], changes: Changes, before: OpenGeneration | None
    ) -> None:
        if documents:
            return
        reasons = "".join(f"\n  {id}: {reason}" for id, reason in changes.failed)
        served = f" The index {before.generation.id} serves on." if before else ""
        raise KnowledgeError(
            f"{self._knowledge}: no documents to read; put .txt, .md, .html, .pdf or .docx files "
            f"there.{served}{reasons}"
        )


def _refuse(question: str) -> QuestionError | None:
    if not question:
        return QuestionError("the question is empty; ask something")
    if len(question) > MAX_QUESTION:
        return QuestionError(
            f"the question has {len(question):,} characters; the limit is {MAX_QUESTION:,}"
        )
    return None


def _silent(what: str, done: int, whole: int) -> None:
    pass
