"""Documents that are copies of each other, exactly or nearly."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from index.stores import OpenGeneration

__all__ = ["Copy", "copies", "copies_in", "copies_of"]

# So much of the different words of two documents stands in both if one is a version of the other;
# of shorter texts that says little.
_ALIKE, _LEAST = 0.8, 6
# Two versions share some of the rarest words that more than one document has. A word of more
# documents than these is not a sign.
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
    texts = ((id, generation.text(id)) for id in ids)
    return copies(texts) if len(ids) <= _MOST else ()


def copies_of(generation: OpenGeneration, ids: Collection[str]) -> tuple[Copy, ...]:
    """Return the copies of which at least one is among some documents of a generation."""
    every = [source.id for source, _ in generation.sources()]
    found = copies_in(generation, every) if ids else ()
    return tuple(copy for copy in found if copy.first in ids or copy.second in ids)


def copies(texts: Iterable[tuple[str, str]]) -> tuple[Copy, ...]:
    """Return the pairs of documents whose texts are the same or nearly, by id.

    The texts are gone through once; of each no more is kept than which words it has.
    """
    numbers: dict[str, int] = {}
    known: dict[str, _Words] = {}
    for id, text in texts:
        said = [word.casefold() for word in _WORD.findall(text)]
        different = [numbers.setdefault(word, len(numbers)) for word in dict.fromkeys(said)]
        words = np.sort(np.array(different, np.int32))
        known[id] = _Words(words, sha256("\0".join(said).encode(errors="replace")).digest())
    found = []
    for first, second in sorted(_candidates(known, list(numbers))):
        one, other = known[first], known[second]
        same = one.digest == other.digest
        shared = len(np.intersect1d(one.words, other.words, assume_unique=True))
        alike = shared >= _ALIKE * (len(one.words) + len(other.words) - shared)
        if same or (alike and min(len(one.words), len(other.words)) >= _LEAST):
            found.append(Copy(first, second, same))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Words:
    """The different words of a text, by number and ascending, and a digest of all in order."""

    words: NDArray[np.int32]
    digest: bytes


def _candidates(known: Mapping[str, _Words], names: Sequence[str]) -> set[tuple[str, str]]:
    """The pairs that share one of the rare words of both; `names` are the words by number."""
    spread = np.zeros(len(names), np.int32)
    for one in known.values():
        spread[one.words] += 1
    holding: dict[int, list[str]] = defaultdict(list)
    for id, one in known.items():
        often = spread[one.words]
        shared = one.words[(often > 1) & (often <= _FEW)].tolist()
        for word in sorted(shared, key=lambda word: (spread[word], names[word]))[:_RARE]:
            holding[word].append(id)
    return {pair for ids in holding.values() for pair in combinations(sorted(ids), 2)}
