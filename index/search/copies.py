"""Documents that are copies of each other, exactly or nearly."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from index.stores import OpenGeneration

__all__ = ["Copy", "copies", "copies_in", "copies_of"]

# So much of the different words of two documents stands in both if one is a version of the other;
# of shorter texts that says little.
_ALIKE, _LEAST = 0.8, 6
# Two versions share some of the rarest words that more than one document has. A word of more
# documents than these is no sign.
_RARE, _FEW = 12, 20
# Reading the texts of more documents takes too long to be done on the way.
_MOST = 2_000

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Copy:
    """Two documents by id, of which the second is a copy; `same` if its text is the same."""

    first: str
    second: str
    same: bool


def copies_in(generation: OpenGeneration, ids: Collection[str]) -> tuple[Copy, ...]:
    """Return the copies among some documents of a generation; none if these are too many."""
    return copies({id: generation.text(id) for id in ids}) if len(ids) <= _MOST else ()


def copies_of(generation: OpenGeneration, ids: Collection[str]) -> tuple[Copy, ...]:
    """Return the copies of which at least one is among some documents of a generation."""
    every = [source.id for source, _ in generation.sources()]
    found = copies_in(generation, every) if ids else ()
    return tuple(copy for copy in found if copy.first in ids or copy.second in ids)


def copies(texts: Mapping[str, str]) -> tuple[Copy, ...]:
    """Return the pairs of documents whose texts are the same or nearly, by id."""
    said = {id: [word.casefold() for word in _WORD.findall(text)] for id, text in texts.items()}
    known = {id: frozenset(words) for id, words in said.items()}
    found = []
    for first, second in sorted(_candidates(known)):
        same = said[first] == said[second]
        shared = len(known[first] & known[second])
        alike = shared >= _ALIKE * len(known[first] | known[second])
        if same or (alike and min(len(known[first]), len(known[second])) >= _LEAST):
            found.append(Copy(first, second, same))
    return tuple(found)


def _candidates(known: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str]]:
    """The pairs that share one of the rare words of both, in the order of their ids."""
    spread = Counter(word for words in known.values() for word in words)
    holding: dict[str, list[str]] = defaultdict(list)
    for id, words in known.items():
        shared = (word for word in words if 1 < spread[word] <= _FEW)
        for word in sorted(shared, key=lambda word: (spread[word], word))[:_RARE]:
            holding[word].append(id)
    yield from {pair for ids in holding.values() for pair in combinations(sorted(ids), 2)}
