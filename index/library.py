"""The only door to the index: documents in, cited answers out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Lock, Thread

from threadpoolctl import threadpool_limits

from index.desk.build import Progress
from index.desk.desk import Desk
from index.desk.staging import Report
from index.errors import (
    CitebotError,
    DamagedIndexError,
    OtherModelError,
    QuestionError,
    StoreError,
)
from index.model.encoder import Encoder
from index.model.reranker import Reranker
from index.search import keys, ranking, verify
from index.search.answering import answers
from index.search.ranking import Ranked
from index.search.verdict import Verdict
from index.settings import IndexSettings
from index.stores import OpenGeneration
from index.stores.opening import store
from index.types import (
    EVERYTHING,
    Answer,
    Document,
    Generation,
    Passage,
    Place,
    Query,
    Scope,
    Source,
    Thresholds,
)

__all__ = ["MAX_QUESTION", "Library", "Report"]

MAX_QUESTION = 1_000
"""The longest question, in characters: about three times what the default model reads."""

# Who acts where nobody says so.
_NOBODY = "citebot"


class Library:
    """One folder of documents and its index. Questions may come from any thread, also in a build.

    Every answer comes whole from one generation; a new one is seen by the next question. What
    editors do is at its `desk`.
    """

    def __init__(self, settings: IndexSettings, encoder: Encoder | None = None) -> None:
        """`encoder` lets several libraries share one loaded model."""
        # The products of a question are small: one of 12 by 384 by 200 takes 0.06 ms on one thread,
        # and 6 ms where OpenBLAS wakes two. It holds for the process.
        threadpool_limits(1, user_api="blas")
        self._knowledge: Path = settings.knowledge
        self._store = store(settings)
        self._encoder = encoder or Encoder(settings.model, settings.data / "models")
        self._reranker = Reranker(settings.reranker) if settings.reranker else None
        self._open: OpenGeneration | None = None
        self._opening = Lock()
        self._damaged = False
        self.narrow: Callable[[OpenGeneration, Scope], Scope] = _as_it_is
        """Gives what of this scope may be shown of a generation."""
        self.desk = Desk(settings, self._store, self._encoder, self._reranker, self._generation)

    def ask(
        self,
        question: str,
        top: int = 3,
        scope: Scope = EVERYTHING,
        before: str | None = None,
    ) -> Answer:
        """The answer to a message: at most `top` passages in scope, best first.

        `before` is the question before it in the same conversation, on which this one may lean.
        Raises QuestionError for an empty or too long question, StoreError where there is no index
        or it cannot be read.
        """
        [answer] = self.ask_together([Query(question, top, scope, before)])
        if isinstance(answer, QuestionError):
            raise answer
        return answer

    def ask_together(self, queries: Sequence[Query]) -> list[Answer | QuestionError]:
        """The answers to several questions, in their order, from one generation; the error of one
        stands in its place. Their embedding together costs little more than that of one.

        Raises StoreError where there is no index or it cannot be read.
        """
        with self._checked():
            return self._answers(queries)

    def _answers(self, queries: Sequence[Query]) -> list[Answer | QuestionError]:
        began = time.perf_counter()
        generation = self._generation()
        asked = [
            replace(
                query, question=_read(query.question), scope=self.narrow(generation, query.scope)
            )
            for query in queries
        ]
        wrong = [_refuse(query.question) for query in asked]
        found = iter(
            answers(
                [query for query, error in zip(asked, wrong, strict=True) if error is None],
                generation,
                lambda some: self._ranked(generation, some),
                self._is_word,
            )
        )
        seconds = round(time.perf_counter() - began, 6)
        return [error or replace(next(found), seconds=seconds) for error in wrong]

    def rank(self, question: str, top: int = 10, scope: Scope = EVERYTHING) -> Ranked:
        """The best passages whatever the outcome: what `ask` would have chosen from, and why."""
        read = _read(question)
        if error := _refuse(read):
            raise error
        generation = self._generation()
        query = Query(read, top, self.narrow(generation, scope))
        with self._checked():
            [ranked] = self._ranked(generation, [query])
        return ranked

    def place(self, key: str, scope: Scope = EVERYTHING) -> Place | None:
        """The passage of a key of index.keys, or what it has become; None where there is none in
        scope.
        """
        wanted = keys.read(key)
        if wanted is None:
            return None
        generation = self._generation()
        scope = self.narrow(generation, scope)
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

    def verify(
        self, text: str, scope: Scope = EVERYTHING, wanted: Callable[[], bool] = lambda: True
    ) -> Verdict:
        """Whether a text is really in the documents in scope, see index.search.verify. Raises
        TimeoutError soon after it is not `wanted` any more.
        """
        generation = self._generation()
        with self._checked():
            return verify.verify(generation, text, self.narrow(generation, scope), wanted)

    def build(
        self,
        progress: Progress | None = None,
        *,
        rebuild: bool = False,
        dry_run: bool = False,
        force: bool = False,
        by: str = _NOBODY,
    ) -> Report:
        """Bring the index up to date with the folder and publish it, unless nothing changed.

        `rebuild` reads and embeds everything anew; `dry_run` says what would be done and publishes
        nothing. Raises KnowledgeError where there are no documents, StoreError where the index
        cannot be written or another process is building, RegressionError where it would lose golden
        questions and is not to `force` (it waits then, see Desk.publish), GoldenError where these
        cannot be read; what served before serves on.
        """
        return self.desk.build(progress, rebuild=rebuild, dry_run=dry_run, force=force, by=by)

    def is_current(self) -> bool:
        """Whether there is nothing to build unless an editor says so: the folder as it is now is
        held by the index, by the one it was rolled back from or by one that waits, or was
        discarded.
        """
        return self.desk.is_current()

    def thresholds(self) -> Thresholds:
        """The least scores of a related and a found answer in the generation that answers."""
        return self._generation().thresholds

    def set_thresholds(self, thresholds: Thresholds | None, by: str = _NOBODY) -> None:
        """Use these from the next build on, which publishes them though no document changed; None,
        the defaults.

        They hold for the model they were measured with.
        """
        self.desk.set_thresholds(thresholds, by)

    def generation(self) -> Generation | None:
        """The generation that answers, or None where none can be opened."""
        try:
            return self._generation().generation
        except StoreError:
            return None

    def is_outdated(self) -> bool:
        """Whether the index there is was made by another version or with another model, so that it
        cannot answer before it is built again.
        """
        try:
            self._generation()
        except OtherModelError:
            return True
        except StoreError:
            return False
        return False

    def sources(self, scope: Scope = EVERYTHING) -> Sequence[tuple[Source, int]]:
        """The indexed documents in scope, by id, each with the number of its passages."""
        generation = self._generation()
        scope = self.narrow(generation, scope)
        return tuple(pair for pair in generation.sources() if scope.allows(pair[0].id))

    def digests(self) -> dict[str, str]:
        """The SHA-256 of the file of each indexed document, by id."""
        return self._generation().digests()

    def passages(self, id: str) -> Sequence[Passage]:
        """The passages of an indexed document, in order; empty if it is not indexed."""
        return self._generation().passages_of(id)

    def omissions(self) -> dict[str, int]:
        """How many parts of its file each document leaves out, by id; none is not named."""
        return self._generation().omissions()

    def failed(self) -> Sequence[tuple[str, str]]:
        """The files that the index was built without, with the reason."""
        return self._generation().failed()

    def document(self, id: str) -> Document | None:
        """An indexed document, or None."""
        with self._checked():
            return self._generation().document(id)

    @property
    def folder(self) -> Path:
        """Where the documents lie."""
        return self._knowledge

    def original(self, id: str) -> Path:
        """Where the file of a document lies, or lay."""
        return self._knowledge / id

    def history(self) -> Sequence[Generation]:
        """The generations that are kept, newest first."""
        return self._store.history()

    def rollback(self, id: str | None = None, by: str = _NOBODY) -> Generation:
        """Answer from a kept generation: `id`, or the one that served before the current one."""
        return self.desk.rollback(id, by)

    def load_soon(self) -> None:
        """Begin to load the model beside whatever else is done; the first question waits for it."""
        # no daemon: a process that ends within native code aborts
        Thread(target=self._load).start()

    def warm_up(self) -> None:
        """Load the model and open the index now rather than at the first question."""
        self._generation()
        self._encoder.encode_questions(["warm-up"])

    def _load(self) -> None:
        # what is wrong with the model is told when it is used
        with suppress(CitebotError):
            self._encoder.load()

    def _ranked(self, generation: OpenGeneration, queries: Sequence[Query]) -> list[Ranked]:
        embeddings = self._encoder.encode_questions([query.question for query in queries])
        return [
            ranking.rank(generation, query, embedding, self._encoder, self._reranker)
            for query, embedding in zip(queries, embeddings, strict=True)
        ]

    def _is_word(self, word: str, other: str) -> bool:
        """Whether the model's vocabulary needs no more pieces for a word than for another one."""
        written, known = self._encoder.encode_questions([word, other])
        return len(written.tokens.spans) <= len(known.tokens.spans)

    def close(self) -> None:
        """Let go of the index; the library is not asked again."""
        with self._opening:
            if self._open:
                self._open.close()
            self._store.close()

    @property
    def is_damaged(self) -> bool:
        """Whether files of the index were found damaged while they served; a build repairs that."""
        return self._damaged

    @contextmanager
    def _checked(self) -> Iterator[None]:
        """Open the index again, and so check it, after a question that found it damaged."""
        try:
            yield
        except DamagedIndexError:
            with self._opening:
                # questions in flight hold the old one until they are answered
                self._open, self._damaged = None, True
            raise

    def _generation(self) -> OpenGeneration:
        """The current generation, opened once; a new one that cannot be read changes nothing."""
        with self._opening:
            if self._open is None:
                self._open = self._store.open(self._encoder.fingerprint)
                self._damaged = False
            elif self._store.current() != self._open.generation.id:
                # questions in flight hold the old one until they are answered
                with suppress(StoreError):
                    self._open = self._store.open(self._encoder.fingerprint)
            return self._open


def _as_it_is(generation: OpenGeneration, scope: Scope) -> Scope:
    return scope


def _read(question: str) -> str:
    # half of a surrogate pair, from a terminal that is not UTF-8, can be neither shown nor embedded
    return question.encode(errors="replace").decode().strip()


def _refuse(question: str) -> QuestionError | None:
    if not question:
        return QuestionError("the question is empty; ask something")
    if len(question) > MAX_QUESTION:
        return QuestionError(
            f"the question has {len(question):,} characters; the limit is {MAX_QUESTION:,}"
        )
    return None
