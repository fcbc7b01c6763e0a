"""The models that read a question and rank its passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from index.model.encoder import Embedding, Encoder
from index.model.reranker import Reranker
from index.search import ranking
from index.search.ranking import Ranked
from index.search.recent import Recent, joined
from index.stores import OpenGeneration
from index.types import Query

__all__ = ["Searcher"]


@dataclass(frozen=True, slots=True)
class Searcher:
    """An embedding model, a reranker if there is one, and the embeddings of recent questions."""

    encoder: Encoder
    reranker: Reranker | None = None
    recent: Recent = field(default_factory=Recent)

    def rank(self, generation: OpenGeneration, queries: Sequence[Query]) -> list[Ranked]:
        """Return the best passages for each query, whatever the outcome. A query with a question
        before it is ranked with that one in front. The queries are embedded together.
        """
        return [
            ranking.rank(generation, query, embedding, self.encoder, self.reranker)
            for query, embedding in zip(queries, self._embedded(queries), strict=True)
        ]

    def scores(
        self, generation: OpenGeneration, query: Query, ranked: Ranked
    ) -> dict[tuple[str, int], float]:
        """Return the scores of ranked passages, by their places, for another question."""
        [embedding] = self._embedded([query])
        return ranking.scores(generation, query, embedding, self.encoder, ranked.numbers)

    def is_word(self, word: str, other: str) -> bool:
        """Return True if the model's vocabulary needs no more pieces for a word than for another
        one.
        """
        written, known = self.encoder.pieces([word, other])
        return written <= known

    def _embedded(self, queries: Sequence[Query]) -> list[Embedding]:
        texts = [text for query in queries for text in (query.before, query.question) if text]
        found = iter(self.recent.embeddings(texts, self.encoder.encode_questions))
        return [
            joined(query, next(found), next(found)) if query.before else next(found)
            for query in queries
        ]
