"""The models that read a question and rank its passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.model.encoder import Encoder
from index.model.reranker import Reranker
from index.search import ranking
from index.search.ranking import Ranked
from index.stores import OpenGeneration
from index.types import Query

__all__ = ["Searcher"]


@dataclass(frozen=True, slots=True)
class Searcher:
    """An embedding model, and a reranker if there is one."""

    encoder: Encoder
    reranker: Reranker | None = None

    def rank(self, generation: OpenGeneration, queries: Sequence[Query]) -> list[Ranked]:
        """Return the best passages for each query, whatever the outcome. A query with a question
        before it is ranked with that one in front. The queries are embedded together.
        """
        embeddings = self.encoder.encode_questions([query.whole for query in queries])
        return [
            ranking.rank(generation, query, embedding, self.encoder, self.reranker)
            for query, embedding in zip(queries, embeddings, strict=True)
        ]

    def is_word(self, word: str, other: str) -> bool:
        """Return True if the model's vocabulary needs no more pieces for a word than for another
        one.
        """
        written, known = self.encoder.encode_questions([word, other])
        return len(written.tokens.spans) <= len(known.tokens.spans)
