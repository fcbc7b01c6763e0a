"""The models that read a question and rank its passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from index.model.encoder import Embedding, Encoder
from index.model.reranker import Reranker
from index.search import ranking
from index.search.following import reordered
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
        found = [
            ranking.rank(generation, query, embedding, self.encoder, self.reranker)
            for query, embedding in zip(queries, self._embedded(queries), strict=True)
        ]
        for query, ranked in zip(queries, found, strict=True):
            self.recent.note(query.whole, generation.generation.id, ranked.numbers)
        return found

    def after(self, generation: OpenGeneration, query: Query, alone: Ranked) -> Ranked:
        """Return the ranked passages of a question in another order, with those of the question
        before it among them.
        """
        assert query.before is not None
        earlier = self.recent.first(query.before, generation.generation.id)
        if earlier is None:
            self.rank(generation, [replace(query, question=query.before, before=None)])
            earlier = self.recent.first(query.before, generation.generation.id) or ()
        passages = zip(earlier, generation.passages(earlier), strict=True)
        shown = [number for number, each in passages if query.scope.allows(each.source.id)]
        added = [number for number in shown if number not in alone.numbers]
        alone_query = replace(query, before=None)
        own, together = self._embedded([alone_query, query])
        seen = partial(ranking.seen, generation, model=self.encoder)
        return reordered(
            alone,
            seen(alone_query, own, numbers=[alone.numbers[0], *added]) if added else {},
            seen(query, together, numbers=[*alone.numbers, *added]),
        )

    def is_word(self, word: str, other: str) -> bool:
        """Return True if the model's vocabulary needs no more pieces for a word than for another
        one.
        """
        written, known = self.encoder.pieces([word, other])
        return written <= known

    def _embedded(self, queries: Sequence[Query]) -> list[Embedding]:
        texts = [text for query in queries for text in (query.before, query.question) if text]
        found = iter(self.recent.embeddings(texts, self.encoder.encode_questions))
        embedded = []
        for query in queries:
            embedding = next(found)
            if query.before:
                embedding = joined(query, embedding, next(found))
                # the next question may follow both
                self.recent.keep(query.whole, embedding)
            embedded.append(embedding)
        return embedded
