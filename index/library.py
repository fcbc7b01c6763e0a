"""Questions to a folder of documents: cited answers, checks of a text, passages by key."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread

from threadpoolctl import threadpool_limits

from index import intake
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
from index.search.asked import MAX_QUESTION, cleaned, refusal
from index.search.conversation import ranked
from index.search.copies import Copy, copies_in
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
    Omitted,
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


class Library:
    """One folder of documents and its index. Any thread may ask, also during a build.

    Every answer comes from a single generation; the next question sees a new one. The `desk`
    changes documents and index.
    """

    def __init__(
        self,
        *,
        knowledge: Path | str,
        data: Path | str,
        model: Encoder | str | None = None,
        reranker: str | None = None,
        database: str | None = None,
        ocr_languages: str | None = None,
        max_sentences: int | None = None,
    ) -> None:
        """`knowledge` is the folder of the documents, `data` that of the index.

        `model` is the name or path of an embedding model, or an Encoder shared by several
        libraries; None is the default. `reranker` is the name or path of a cross-encoder.
        `database` is the address of a PostgreSQL database that holds the index instead of files.
        `ocr_languages` are those that Tesseract reads in pictures, as `kir+rus`, for the process.
        `max_sentences` is how many sentences an index may have, None for as many as fit into
        memory.
        """
        # The matrix products of a question are small: one of 12 by 384 by 200 takes 0.06 ms on one
        # thread, and 6 ms if OpenBLAS wakes two. The limit applies to the whole process.
        threadpool_limits(1, user_api="blas")
        intake.recognition.choose(ocr_languages)
        self._knowledge, self.data = Path(knowledge), Path(data)
        """The data directory: the index, converted models, golden questions."""
        self._encoder = (
            model if isinstance(model, Encoder) else Encoder(model, self.data / "models")
        )
        self._searcher = Searcher(self._encoder, Reranker(reranker) if reranker else None)
        self.recent = self._searcher.recent  # embeddings of questions
        self.store = opening.store(self.data, database)
        """The place of the index; all that answer from it share the notes beside it."""
        self._serving = Serving(self.store, self._encoder)
        self.narrow: Callable[[OpenGeneration, Scope], Scope] = lambda _, scope: scope
        """Narrows a scope to what may be shown of a generation."""
        self._pictures = Pictures(self._knowledge)
        self.desk = Desk(self._knowledge, self.data, self._serving, self._searcher, max_sentences)

    def ask(
        self,
        question: str,
        top: int = 3,
        scope: Scope = EVERYTHING,
        before: str | None = None,
    ) -> Answer:
        """Answer a message with at most `top` passages in scope, best first.

        `before` is the previous question of the conversation, which this one may refer to. Raises
        QuestionError for an empty or too long question, StoreError if there is no index or it
        cannot be read.
        """
        [answer] = self.ask_together([Query(question, top, scope, before)])
        if isinstance(answer, QuestionError):
            raise answer
        return answer

    def ask_together(self, queries: Sequence[Query]) -> list[Answer | QuestionError]:
        """Answer several questions, in order, from one generation; an entry is the error if a
        question fails.

        Embedding them together costs little more than embedding one. Raises StoreError if there is
        no index or it cannot be read.
        """
        with self._serving.checked():
            return self._answers(queries)

    def _answers(self, queries: Sequence[Query]) -> list[Answer | QuestionError]:
        began = time.perf_counter()
        generation = self._serving.generation()
        asked = [
            replace(
                query, question=cleaned(query.question), scope=self.narrow(generation, query.scope)
            )
            for query in queries
        ]
        wrong = [refusal(query.question) for query in asked]
        found = iter(
            answers(
                [query for query, error in zip(asked, wrong, strict=True) if error is None],
                generation,
                self._searcher,
            )
        )
        seconds = round(time.perf_counter() - began, 6)
        return [error or replace(next(found), seconds=seconds) for error in wrong]

    def rank(
        self, question: str, top: int = 10, scope: Scope = EVERYTHING, before: str | None = None
    ) -> Ranked:
        """Return the best passages whatever the outcome: those `ask` would choose from."""
        read = cleaned(question)
        if error := refusal(read):
            raise error
        generation = self._serving.generation()
        query = Query(read, top, self.narrow(generation, scope), before)
        with self._serving.checked():
            return ranked(query, generation, self._searcher).marked()

    def place(self, key: str, scope: Scope = EVERYTHING) -> Place | None:
        """Find the passage of a key of index.keys, or what it has become; None if there is none
        in scope.
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
            raise DocumentError("it is no longer in the index; ask again", "document_gone")
        return self._pictures.picture(generation, id, marks)

    def verify(
        self, text: str, scope: Scope = EVERYTHING, wanted: Callable[[], bool] = lambda: True
    ) -> Verdict:
        """Check whether a text is really in the documents in scope, see index.search.verify.

        Raises TimeoutError soon after it is no longer `wanted`.
        """
        generation = self._serving.generation()
        with self._serving.checked():
            return verify.verify(generation, text, self.narrow(generation, scope), wanted)

    def thresholds(self) -> Thresholds:
        """The lowest scores of a related and of a found answer in the generation that serves."""
        return self._serving.generation().thresholds

    def generation(self) -> Generation | None:
        """The generation that serves; None if none can be opened."""
        try:
            return self._serving.generation().generation
        except StoreError:
            return None

    def is_outdated(self) -> bool:
        """True if another version or model made the index, so that it must be built again before
        it can answer.
        """
        try:
            self._serving.generation()
        except OtherModelError:
            return True
        except StoreError:
            return False
        return False

    def sources(self, scope: Scope = EVERYTHING) -> Sequence[tuple[Source, int]]:
        """Return the indexed documents in scope, by id, each with the number of its passages."""
        generation = self._serving.generation()
        scope = self.narrow(generation, scope)
        return tuple(pair for pair in generation.sources() if scope.allows(pair[0].id))

    def copies(self, scope: Scope = EVERYTHING) -> tuple[Copy, ...]:
        """Return the documents in scope that are copies of each other, or nearly."""
        generation = self._serving.generation()
        with self._serving.checked():
            return copies_in(generation, [source.id for source, _ in self.sources(scope)])

    def digests(self) -> dict[str, str]:
        """Return the SHA-256 of the file of each indexed document, by id."""
        return self._serving.generation().digests()

    def passages(self, id: str) -> Sequence[Passage]:
        """Return the passages of an indexed document, in order; empty if it is not indexed."""
        return self._serving.generation().passages_of(id)

    def omissions(self) -> dict[str, Omitted]:
        """Return how much of its file each document leaves out, by id; absent if it is nothing."""
        return self._serving.generation().omissions()

    def failed(self) -> Sequence[tuple[str, str]]:
        """Return the files missing from the index, with the reason."""
        return self._serving.generation().failed()

    def document(self, id: str) -> Document | None:
        """Return an indexed document, or None."""
        with self._serving.checked():
            return self._serving.generation().document(id)

    @property
    def folder(self) -> Path:
        """The folder of the documents."""
        return self._knowledge

    def original(self, id: str) -> Path:
        """Return the path of a document's file, even if it is gone."""
        return self._knowledge / id

    def file(self, id: str) -> bytes:
        """Return a document's file, also one in an archive or a mail; DocumentError if gone."""
        return self._pictures.file(id)

    def history(self) -> Sequence[Generation]:
        """Return the generations that are kept, newest first."""
        return self._serving.store.history()

    def load_soon(self) -> None:
        """Load the model in the background; the first question waits for it."""
        # not a daemon: a process that ends within native code aborts
        Thread(target=self._load).start()

    def warm_up(self) -> None:
        """Load the model and open the index now rather than at the first question."""
        self._serving.generation()
        self._encoder.encode_questions(["warm-up"])

    def _load(self) -> None:
        # a fault of the model is reported when it is used
        with suppress(CitebotError):
            self._encoder.load()

    def close(self) -> None:
        """Release the index; the library must not be used again."""
        self._serving.close()

    @property
    def is_damaged(self) -> bool:
        """True if files of the index were found damaged while it served; a build repairs that."""
        return self._serving.is_damaged
