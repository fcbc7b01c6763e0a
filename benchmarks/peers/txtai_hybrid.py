"""txtai: its hybrid index of vectors and BM25, with the default weights."""

from __future__ import annotations

from typing import Any

from txtai import Embeddings

from benchmarks.peers.protocol import Corpus, Ranking, model, numbered, serve


class Txtai:
    """`hybrid=True` and nothing else; txtai keeps the loaded model from one index to the next."""

    def __init__(self) -> None:
        self._models: dict[str, Any] = {}
        self._embeddings = self._fresh()
        # loads the model now rather than at the first document
        self._embeddings.index(["warm-up"])

    def index(self, corpus: Corpus) -> None:
        self._embeddings.close()
        self._embeddings = self._fresh()
        self._embeddings.index((n, text, None) for n, text in enumerate(corpus.passages))

    def ask(self, question: str, top: int) -> Ranking:
        ranking: Ranking = self._embeddings.search(question, top)
        return ranking

    def told(self, answer: Ranking) -> dict[str, Any]:
        return numbered(answer)

    def _fresh(self) -> Any:
        return Embeddings(path=model(), hybrid=True, gpu=False, models=self._models)


if __name__ == "__main__":
    serve(Txtai)
