"""The models that read a question and rank its passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from index.model.encoder import Embedding, Encoder
from index.model.reranker import Reranker
from index.search import ranking
from index.search.doubt import SHOWN, nearer, without_own
from index.search.following import followed, reordered
from index.search.ranking import Ranked
from index.search.recent import Recent, joined
from index.stores import OpenGeneration
from index.types import Query

__all__ = ["Searcher"]

# Passages of a question that the next one may be about.
_FIRST = 5


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
            self.note(generation, query, ranked)
        return found

    def together(self, generation: OpenGeneration, query: Query, alone: Ranked) -> Ranked:
        """Return the passages of a question and the first of the one before it, ranked for both
        together.
        """
        added = self._earlier(generation, query, alone)
        [embedding] = self._embedded([query])
        numbers = [*alone.numbers, *added]
        found = ranking.rank(
            generation, query, embedding, self.encoder, self.reranker, among=numbers
        )
        self.note(generation, query, found)
        return found

    def after(self, generation: OpenGeneration, query: Query, alone: Ranked) -> Ranked:
        """Return the ranked passages of a question in another order, with the first of the question
        before it among them.
        """
        added = self._earlier(generation, query, alone)
        alone_query = replace(query, before=None)
        own, both = self._embedded([alone_query, query])
        seen = partial(ranking.seen, generation, model=self.encoder)
        first = [alone.numbers[0], *added] if added else []
        scores, _ = seen(alone_query, own, numbers=first)
        after, mark = seen(query, both, numbers=[*alone.numbers, *added])
        found = reordered(alone, scores, after, mark)
        self.note(generation, query, found)
        return found

    def repeats(self, generation: OpenGeneration, query: Query, ranked: Ranked) -> bool:
        """Return True if a question that leans on the one before has the same first passage as that
        one, which holds none of its own words and is nearer without one of them: it asks for
        something that is not said there.
        """
        assert query.before is not None
        first = self.recent.first(query.before, generation.generation.id) or ()
        number, passage = ranked.numbers[0], ranked.hits[0].passage
        if number not in first[:1]:
            return False
        without = without_own(query.question, ranked.spoken.language, passage)
        if not without:
            return False
        asked = [query, *(replace(query, question=text) for text in without)]
        vector, *others = [each.vector for each in self._embedded(asked)]
        return nearer(vector, others, number, generation) > SHOWN

    def _earlier(self, generation: OpenGeneration, query: Query, alone: Ranked) -> list[int]:
        """Return the first passages of the question before that the asker may see and that a
        question does not find itself.
        """
        assert query.before is not None
        first = self.recent.first(query.before, generation.generation.id)
        if first is None:
            # asked of another process, or more than ten minutes ago
            earlier, _, last = query.before.rpartition("\n")
            [ranked] = self.rank(
                generation, [replace(query, question=last, before=earlier or None)]
            )
            first = ranked.numbers
        numbers = [number for number in first[:_FIRST] if number not in alone.numbers]
        return [
            number
            for number, passage in zip(numbers, generation.passages(numbers), strict=True)
            if query.scope.allows(passage.source.id)
        ]

    def is_word(self, word: str, other: str) -> bool:
        """Return True if the model's vocabulary needs no more pieces for a word than for another
        one.
        """
        written, known = self.encoder.pieces([word, other])
        return written <= known

    def _embedded(self, queries: Sequence[Query]) -> list[Embedding]:
        texts = [text for query in queries for text in query.turns]
        found = iter(self.recent.embeddings(texts, self.encoder.encode_questions))
        return [joined(query.turns, [next(found) for _ in query.turns]) for query in queries]

    def note(self, generation: OpenGeneration, query: Query, ranked: Ranked) -> None:
        """Remember the first passages of a question, for the next one that may be about them."""
        self.recent.note(followed("\n".join(query.turns)), generation.generation.id, ranked.numbers)
