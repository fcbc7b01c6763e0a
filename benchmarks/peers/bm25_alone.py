"""`bm25s` alone, as its README recommends for English: its stop words and Snowball stems."""

from __future__ import annotations

from typing import Any

import bm25s
import Stemmer

from benchmarks.peers.protocol import Corpus, Ranking, numbered, serve

_STEMMERS = {"en": "english", "ru": "russian"}


class Bm25Alone:
    """Words only, no model."""

    def __init__(self) -> None:
        self._retriever: Any = None
        self._size = 0
        self._language = "en"
        self._stemmer: Any = None

    def index(self, corpus: Corpus) -> None:
        self._language = corpus.language
        self._stemmer = Stemmer.Stemmer(_STEMMERS[corpus.language])
        self._size = len(corpus.passages)
        self._retriever = bm25s.BM25()
        self._retriever.index(self._tokens(list(corpus.passages)), show_progress=False)

    def ask(self, question: str, top: int) -> Ranking:
        numbers, scores = self._retriever.retrieve(
            self._tokens(question), k=min(top, self._size), show_progress=False
        )
        return list(zip(numbers[0], scores[0], strict=True))

    def told(self, answer: Ranking) -> dict[str, Any]:
        return numbered(answer)

    def _tokens(self, texts: Any) -> Any:
        return bm25s.tokenize(
            texts, stopwords=self._language, stemmer=self._stemmer, show_progress=False
        )


if __name__ == "__main__":
    serve(Bm25Alone)
