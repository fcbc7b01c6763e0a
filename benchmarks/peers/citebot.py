"""The product, through its one door: files in a folder, `Library.build`, `Library.ask`."""

from __future__ import annotations

import os
from typing import Any

from benchmarks.peers.protocol import TOP, Corpus, serve
from benchmarks.systems import CACHE
from index.library import Library
from index.model.encoder import Encoder
from index.settings import IndexSettings
from index.types import Answer, Hit, Outcome


class Citebot:
    """A library for each corpus, all on one loaded model."""

    def __init__(self) -> None:
        # converted before: in an installation that is done once
        self._encoder = Encoder(os.environ.get("BENCHMARK_MODEL"), CACHE / "models")
        self._encoder.load()
        self._library: Library | None = None
        self._texts: dict[str, str] = {}

    def index(self, corpus: Corpus) -> None:
        if self._library:
            self._library.close()
        # made without a look at the environment and .env: the defaults are what is measured
        settings = IndexSettings.model_construct(knowledge=corpus.files, data=corpus.scratch)
        self._library = Library(
            knowledge=settings.knowledge, data=settings.data, model=self._encoder
        )
        self._library.desk.index.build()
        self._library.warm_up()
        self._texts.clear()

    def ask(self, question: str, top: int) -> Answer:
        assert self._library
        return self._library.ask(question, top)

    def told(self, answer: Answer) -> dict[str, Any]:
        hits = answer.hits
        if answer.outcome is Outcome.NOTHING:
            # what it held back is measured too: ranking and refusing are two questions
            assert self._library
            hits = self._library.rank(answer.question, TOP).hits
        return {"outcome": answer.outcome.value, "hits": [self._hit(hit) for hit in hits]}

    def _hit(self, hit: Hit) -> dict[str, Any]:
        passage = hit.passage
        text = self._text(passage.source.id)
        return {
            "file": passage.source.id,
            "start": passage.start,
            "end": passage.end,
            "text": passage.text,
            "same": text[passage.start : passage.end] == passage.text,
            "score": hit.score,
            "marks": [(span.start, span.end, passage.quote(span)) for span in hit.highlights],
        }

    def _text(self, id: str) -> str:
        """The reading text of a document as the index keeps it."""
        if id not in self._texts:
            assert self._library
            document = self._library.document(id)
            self._texts[id] = document.text if document else ""
        return self._texts[id]


if __name__ == "__main__":
    serve(Citebot)
