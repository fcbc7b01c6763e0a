"""Questions to a folder of documents: cited answers, checks of a text, passages by key."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread

from threadpoolctl import threadpool_limits

from index.desk.desk import Desk
from index.desk.pictures import Pictures
from index.errors import (
    CitebotError,
    DocumentError,
    OtherModelError,
    QuestionError,
    StoreError,
)
from index.model.encoder import Encoder
from index.model.reranker import Reranker
from index.search import keys, verify
from index.search.answering import answers
from index.search.ranking import Ranked
from index.search.searcher import Searcher
from index.search.serving import Serving
from index.search.verdict import Verdict
from index.stores import OpenGeneration, opening
from index.types import (
    EVERYTHING,
    Answer,
    Document,
    Generation,
    Passage,
    Picture,
    Place,
    Query,
    Scope,
    Source,
    Span,
    Thresholds,
)

__all__ = ["MAX_QUESTION", "Library"]

MAX_QUESTION = 1_000
"""The longest question, in characters: about three times what the default model reads."""


class Library:
    """One folder of documents and its index. Questions may come from any thread, also in a build.

    Every answer comes whole from one generation; a new one is seen by the next question. The
    `desk` changes documents and index.
    """

    def __init__(
        self,
        *,
        knowledge: Path | str,
        data: Path | str,
        model: Encoder | str | None = None,
        reranker: str | None = None,
        database: str | None = None,
    ) -> None:
        """`knowledge` is the folder of the documents, `data` that of the index.

        `model` is the name or path of an embedding model, or one that several libraries share;
        None is the default. `reranker` is the name or path of a cross-encoder. `database` is the
        address of a PostgreSQL database that holds the index in place of files.
        """
        # The products of a question are small: one of 12 by 384 by 200 takes 0.06 ms on one thread,
        # and 6 ms where OpenBLAS wakes two. It holds for the process.
        threadpool_limits(1, user_api="blas")
        self._knowledge, self.data = Path(knowledge), Path(data)
        """Where the index is stored."""
        self._encoder = (
            model if isinstance(model, Encoder) else Encoder(model, self.data / "models")
        )
        self._searcher = Searcher(self._encoder, Reranker(reranker) if reranker else None)
        self._serving = Serving(opening.store(self.data, database), self._encoder)
        self.narrow: Callable[[OpenGeneration, Scope], Scope] = _as_it_is
        """Gives what of this scope may be shown of a generation."""
        self._pictures = Pictures(self._knowledge)
        self.desk = Desk(self._knowledge, self.data, self._serving, self._searcher)

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
        with self._serving.checked():
            return self._answers(queries)

    def _answers(self, queries: Sequence[Query]) -> list[Answer | QuestionError]:
        began = time.perf_counter()
        generation = self._serving.generation()
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
                lambda some: self._searcher.rank(generation, some),
                self._searcher.is_word,
            )
        )
        seconds = round(time.perf_counter() - began, 6)
        return [error or replace(next(found), seconds=seconds) for error in wrong]

    def rank(self, question: str, top: int = 10, scope: Scope = EVERYTHING) -> Ranked:
        """The best passages whatever the outcome: what `ask` would have chosen from, and why."""
        read = _read(question)
        if error := _refuse(read):
            raise error
        generation = self._serving.generation()
        query = Query(read, top, self.narrow(generation, scope))
        with self._serving.checked():
            [ranked] = self._searcher.rank(generation, [query])
        return ranked

    def place(self, key: str, scope: Scope = EVERYTHING) -> Place | None:
        """The passage of a key of index.keys, or what it has become; None where there is none in
        scope.
        """
        wanted = keys.read(key)
        if wanted is None:
            return None
        generation = self._serving.generation()
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

    def picture(self, id: str, marks: Sequence[Span], scope: Scope = EVERYTHING) -> Picture:
        """The pages of a PDF that these ranges of its text stand on, with them marked. Raises
        DocumentError if it has no such page, is not in scope, or its file is gone or changed.
        """
        generation = self._serving.generation()
        if not self.narrow(generation, scope).allows(id):
            raise DocumentError("it is not in the index any more; ask again")
        return self._pictures.picture(generation, id, marks)

    def verify(
        self, text: str, scope: Scope = EVERYTHING, wanted: Callable[[], bool] = lambda: True
    ) -> Verdict:
        """Whether a text is really in the documents in scope, see index.search.verify. Raises
        TimeoutError soon after it is not `wanted` any more.
        """
        generation = self._serving.generation()
        with self._serving.checked():
            return verify.verify(generation, text, self.narrow(generation, scope), wanted)

    def thresholds(self) -> Thresholds:
        """The least scores of a related and a found answer in the generation that answers."""
        return self._serving.generation().thresholds

    def generation(self) -> Generation | None:
        """The generation that answers, or None where none can be opened."""
        try:
            return self._serving.generation().generation
        except StoreError:
            return None

    def is_outdated(self) -> bool:
        """Whether the index there is was made by another version or with another model, so that it
        cannot answer before it is built again.
        """
        try:
            self._serving.generation()
        except OtherModelError:
            return True
        except StoreError:
            return False
        return False

    def sources(self, scope: Scope = EVERYTHING) -> Sequence[tuple[Source, int]]:
        """The indexed documents in scope, by id, each with the number of its passages."""
        generation = self._serving.generation()
        scope = self.narrow(generation, scope)
        return tuple(pair for pair in generation.sources() if scope.allows(pair[0].id))

    def digests(self) -> dict[str, str]:
        """The SHA-256 of the file of each indexed document, by id."""
        return self._serving.generation().digests()

    def passages(self, id: str) -> Sequence[Passage]:
        """The passages of an indexed document, in order; empty if it is not indexed."""
        return self._serving.generation().passages_of(id)

    def omissions(self) -> dict[str, int]:
        """How many parts of its file each document leaves out, by id; none is not named."""
        return self._serving.generation().omissions()

    def failed(self) -> Sequence[tuple[str, str]]:
        """The files that the index was built without, with the reason."""
        return self._serving.generation().failed()

    def document(self, id: str) -> Document | None:
        """An indexed document, or None."""
        with self._serving.checked():
            return self._serving.generation().document(id)

    @property
    def folder(self) -> Path:
        """Where the documents lie."""
        return self._knowledge

    def original(self, id: str) -> Path:
        """Where the file of a document lies, or lay."""
        return self._knowledge / id

    def history(self) -> Sequence[Generation]:
        """The generations that are kept, newest first."""
        return self._serving.store.history()

    def load_soon(self) -> None:
        """Begin to load the model beside whatever else is done; the first question waits for it."""
        # no daemon: a process that ends within native code aborts
        Thread(target=self._load).start()

    def warm_up(self) -> None:
        """Load the model and open the index now rather than at the first question."""
        self._serving.generation()
        self._encoder.encode_questions(["warm-up"])

    def _load(self) -> None:
        # what is wrong with the model is told when it is used
        with suppress(CitebotError):
            self._encoder.load()

    def close(self) -> None:
        """Let go of the index; the library is not asked again."""
        self._serving.close()

    @property
    def is_damaged(self) -> bool:
        """True if files of the index were found damaged while they served; a build repairs that."""
        return self._serving.is_damaged


def _as_it_is(generation: OpenGeneration, scope: Scope) -> Scope:
    return scope


def _read(question: str) -> str:
    # half of a surrogate pair, from a terminal that is not UTF-8, can be neither shown nor embedded
    return question.encode(errors="replace").decode().strip()


def _refuse(question: str) -> QuestionError | None:
    if not question:
        return QuestionError("the question is empty; ask something", "question_empty")
    if len(question) > MAX_QUESTION:
        return QuestionError(
            f"the question has {len(question):,} characters; the limit is {MAX_QUESTION:,}",
            "question_long",
            length=len(question),
            most=MAX_QUESTION,
        )
    return None
