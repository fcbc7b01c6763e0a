"""BM25 in SQL over the postings of a generation; index.stores.keywords says what it means."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock

from index.stores.keywords import K1, LEAST, B
from index.stores.postgres.database import Database, Question

__all__ = ["Words"]

_KNOWN = """
SELECT term, number, passages FROM terms WHERE generation = %s AND term = ANY(%s)
"""
# The weights come with the question, from the stored counts of passages. They are rounded, so that
# equal sums stay equal in any order of addition.
_SHARE = """
SELECT p.passage,
       sum(asked.weight * p.times
           / (%s * (1 - %s + %s * p.length / %s::float8) + p.times))::real AS share
FROM unnest(%s::int[], %s::float8[]) AS asked (term, weight)
JOIN postings p ON p.generation = %s AND p.term = asked.term
"""
# How many terms to remember; a question has a dozen.
_REMEMBERED = 20_000


class Words:
    """The terms of one generation."""

    def __init__(
        self, database: Database, sequence: int, passages: int, terms_per_passage: float
    ) -> None:
        self._database = database
        self._sequence = sequence
        self._passages = max(passages, LEAST)
        self._mean = terms_per_passage
        self._seen: dict[str, tuple[int, int] | None] = {}
        self._vocabulary: tuple[str, ...] | None = None
        self._lock = Lock()

    def matching(
        self, terms: Sequence[str], count: int, condition: str, values: Sequence[object]
    ) -> Question | None:
        """Ask for at most `count` passages with the highest share of the terms, best first, of
        those that meet a condition in SQL with its values; None if no passage holds a term.
        """
        query = (
            f"{_SHARE} WHERE {condition} GROUP BY p.passage ORDER BY share DESC, p.passage LIMIT %s"
        )
        return self._asked(query, terms, *values, count)

    def share(self, terms: Sequence[str], passages: Sequence[int]) -> Question | None:
        """Ask for the sum of the weights of the terms in each of the passages that hold any."""
        query = f"{_SHARE}WHERE p.passage = ANY(%s) GROUP BY p.passage"
        return self._asked(query, terms, list(passages))

    def total(self, terms: Sequence[str]) -> float:
        """The sum of the weights of distinct terms; 1 if there are none, so that it can divide."""
        return sum(self.weights(sorted(set(terms))).values()) or 1.0

    def knows(self, terms: Sequence[str]) -> bool:
        """Return True if some passage holds one of the terms."""
        return any(self._look(terms).values())

    def weights(self, terms: Iterable[str]) -> Mapping[str, float]:
        """The idf of each term; one that no passage holds has the highest there is."""
        wanted = list(terms)
        seen = self._look(wanted)
        return {term: self._idf(at[1] if (at := seen[term]) else 0) for term in wanted}

    def _idf(self, passages: int) -> float:
        return math.log1p((self._passages - passages + 0.5) / (passages + 0.5))

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """Return the stems that some passage has, sorted, without beginnings."""
        if self._vocabulary is None:
            rows = self._database.rows(
                "SELECT term FROM terms WHERE generation = %s AND term <> '' "
                "AND NOT starts_with(term, '^') ORDER BY term",
                self._sequence,
            )
            self._vocabulary = tuple(term for (term,) in rows)
        return self._vocabulary

    def _asked(self, query: str, terms: Sequence[str], *values: object) -> Question | None:
        seen = self._look(terms)
        known = [(term, at) for term in sorted(seen) if (at := seen[term])]
        if not known:
            return None
        numbers = [number for _, (number, _) in known]
        weights = [self._idf(passages) for _, (_, passages) in known]
        return query, (K1, B, B, self._mean, numbers, weights, self._sequence, *values)

    def _look(self, terms: Sequence[str]) -> dict[str, tuple[int, int] | None]:
        """The number and the count of passages of each term; None for one that no passage has."""
        with self._lock:
            found = {term: self._seen[term] for term in terms if term in self._seen}
        if missing := sorted({term for term in terms if term not in found}):
            clean = [term for term in missing if "\0" not in term]
            rows = self._database.rows(_KNOWN, self._sequence, clean)
            found |= dict.fromkeys(missing) | {term: (number, n) for term, number, n in rows}
            with self._lock:
                if len(self._seen) > _REMEMBERED:
                    self._seen.clear()
                self._seen |= found
        return found
