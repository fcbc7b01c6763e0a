"""BM25 in SQL over the postings of a generation; index.stores.keywords says what it means."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from threading import Lock

from index.stores.keywords import K1, LEAST, B
from index.stores.postgres.database import Database, Question

__all__ = ["Words"]

_KNOWN = """
SELECT term, number, passages FROM terms WHERE generation = %s AND term = ANY(%s)
"""
# The weights come with the question, from the stored counts of passages. They are rounded, so that
# equal sums stay equal in any order of addition.
_SCORE = "asked.weight * p.times / (%(k1)s * (1 - %(b)s + %(b)s * p.length / %(mean)s) + p.times)"
_HELD = """
FROM unnest(%({0}_terms)s::int[], %({0}_weights)s::float8[]) AS asked (term, weight)
JOIN postings p ON p.generation = %(generation)s AND p.term = asked.term
"""
_SHARES = f"SELECT p.passage, sum({_SCORE})::real AS share {_HELD.format('all')}"
_BEST = "ORDER BY share DESC, passage LIMIT %(count)s"
# As index.stores.keywords does it: what holds none but common terms is not looked at, if enough
# passages have more by the rare ones than the common ones can give. No rows if that is not so.
_AMONG_RARE = f"""
WITH rare AS MATERIALIZED (
    SELECT p.passage, sum({_SCORE}) AS share {_HELD.format("rare")}
    WHERE {{condition}} GROUP BY p.passage
), least AS MATERIALIZED (
    SELECT share FROM rare ORDER BY share DESC OFFSET %(count)s - 1 LIMIT 1
), kept AS MATERIALIZED (
    SELECT rare.passage, rare.share FROM rare, least
    WHERE least.share > %(left)s AND rare.share + %(left)s >= least.share
)
SELECT passage, sum(share)::real AS share FROM (
    SELECT passage, share FROM kept
    UNION ALL
    SELECT p.passage, {_SCORE} {_HELD.format("common")}
    WHERE p.passage = ANY(ARRAY(SELECT passage FROM kept))
) AS part GROUP BY passage {_BEST}
"""  # noqa: S608 - our own names
# Rare terms are tried alone if they are in at most this part of what the passages of all terms are,
# and if the common ones have at most this part of their weight: a term gives a passage about a
# third of its weight.
_PART = 1 / 3
# Sums in another order differ by less than this part of them.
_ROUNDING = 1e-6
# How many terms to remember; a question has a dozen.
_REMEMBERED = 20_000


_Term = tuple[int, float, int]
"""The number of a term, its weight, and how many passages contain it."""


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
        self, terms: Sequence[str], count: int, condition: str, values: Mapping[str, object]
    ) -> list[Question]:
        """Ask for at most `count` passages with the highest share of the terms, best first, of
        those that meet a condition in SQL with its values.

        The first question that finds as many is right, and else the last; none if no passage has
        a term. Each costs more than the one before.
        """
        if count == 0 or not (known := self._known(terms)):
            return []
        asked = {**self._values(all=known), **values, "count": count}
        questions: list[Question] = []
        for rare, common in _splits(known, count):
            left = sum(weight for _, weight, _ in common) * (1 + _ROUNDING)
            query = _AMONG_RARE.format(condition=condition)
            questions.append(
                (query, {**asked, **self._values(rare=rare, common=common), "left": left})
            )
        whole = f"{_SHARES} WHERE {condition} GROUP BY p.passage {_BEST}"
        return [*questions, (whole, asked)]

    def share(self, terms: Sequence[str], passages: Sequence[int]) -> list[Question]:
        """Ask for the sum of the weights of the terms in each of the passages that contain any; no
        question if no passage contains a term.
        """
        if not (known := self._known(terms)):
            return []
        query = f"{_SHARES} WHERE p.passage = ANY(%(passages)s) GROUP BY p.passage"
        return [(query, {**self._values(all=known), "passages": list(passages)})]

    def total(self, terms: Sequence[str]) -> float:
        """The sum of the weights of distinct terms; 1 if there are none, so that it can divide."""
        return sum(self.weights(sorted(set(terms))).values()) or 1.0

    def knows(self, terms: Sequence[str]) -> bool:
        """Return True if some passage contains one of the terms."""
        return any(self._look(terms).values())

    def weights(self, terms: Iterable[str]) -> Mapping[str, float]:
        """The idf of each term; one that no passage contains has the highest there is."""
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

    def _known(self, terms: Sequence[str]) -> list[_Term]:
        """The terms that some passage contains, the rarest first."""
        seen = self._look(terms)
        known = [(number, self._idf(n), n) for at in seen.values() if at for number, n in [at]]
        return sorted(known, key=lambda term: (term[2], term[0]))

    def _values(self, **groups: Sequence[_Term]) -> dict[str, object]:
        """The values that the queries above name."""
        values: dict[str, object] = {"k1": K1, "b": B, "mean": self._mean}
        values["generation"] = self._sequence
        for name, terms in groups.items():
            values[f"{name}_terms"] = [number for number, _, _ in terms]
            values[f"{name}_weights"] = [weight for _, weight, _ in terms]
        return values

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


def _splits(
    terms: Sequence[_Term], count: int
) -> Iterator[tuple[Sequence[_Term], Sequence[_Term]]]:
    """The rare of these terms and the common ones, wherever trying the rare alone may pay: more of
    them in each turn.
    """
    holding = sum(passages for _, _, passages in terms)
    left = math.inf
    for at in range(1, len(terms)):
        rare, common = terms[:at], terms[at:]
        rarely = sum(passages for _, _, passages in rare)
        weight = sum(weight for _, weight, _ in common)
        most = min(_PART * sum(weight for _, weight, _ in rare), _PART * left)
        if count <= rarely <= _PART * holding and weight <= most:
            left = weight
            yield rare, common
