"""Recent questions as a search needs them again: their embeddings, and their first passages.

They are kept under digests of the questions, whose words are nowhere in here.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from threading import Lock

import numpy as np

from index.model.encoder import Embedding, TokenVectors
from index.types import Query, Span

__all__ = ["Recent", "joined"]

# A question may be followed for ten minutes. Some 30 KB each.
_SECONDS, _MOST = 600.0, 200
# Of 169 answerable questions of MTRAG-UN the right passage was first for 141; for 140 if this is 1.
_BEFORE = 0.5


@dataclass(frozen=True, slots=True)
class _Known:
    """A question: when it was asked, its embedding, and its first passages in a generation."""

    at: float
    embedding: Embedding
    generation: str = ""
    first: tuple[int, ...] = ()


class Recent:
    """Recent questions, in memory for ten minutes. Any thread may use it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._known: OrderedDict[bytes, _Known] = OrderedDict()

    def embeddings(
        self, texts: Sequence[str], embed: Callable[[list[str]], list[Embedding]]
    ) -> list[Embedding]:
        """Return the embeddings of texts, in order; `embed` makes those that are not known."""
        self.clear()
        with self._lock:
            known = {text: self._known.get(_digest(text)) for text in texts}
        new = [text for text, each in known.items() if each is None]
        made = dict(zip(new, embed(new), strict=True))
        for text, embedding in made.items():
            self.keep(text, embedding)
        return [each.embedding if (each := known[text]) else made[text] for text in texts]

    def keep(self, text: str, embedding: Embedding) -> None:
        """Remember the embedding of a text, unless it is known."""
        with self._lock:
            self._known.setdefault(_digest(text), _Known(self._clock(), embedding))
            while len(self._known) > _MOST:
                self._known.popitem(last=False)

    def note(self, text: str, generation: str, passages: Sequence[int]) -> None:
        """Remember the first passages of a question, by their numbers in a generation."""
        with self._lock:
            if known := self._known.get(key := _digest(text)):
                self._known[key] = replace(known, generation=generation, first=tuple(passages))

    def first(self, text: str, generation: str) -> tuple[int, ...] | None:
        """Return the first passages of a question; None if they are not known."""
        with self._lock:
            known = self._known.get(_digest(text))
        return known.first if known and known.generation == generation else None

    def clear(self) -> None:
        """Forget the questions that are too old to be followed."""
        with self._lock:
            while self._known and self._oldest() < self._clock() - _SECONDS:
                self._known.popitem(last=False)

    def forget(self) -> None:
        """Forget the questions of everyone: one that is followed is embedded again."""
        with self._lock:
            self._known.clear()

    def _oldest(self) -> float:
        return next(iter(self._known.values())).at


def _digest(text: str) -> bytes:
    return sha256(text.encode(errors="replace")).digest()


def joined(query: Query, before: Embedding, own: Embedding) -> Embedding:
    """Return the embedding of a question after another one, from those of both.

    The vector is the mean of both, by the number of their pieces, as the model would pool them; but
    the question before counts by half.
    """
    assert query.before is not None
    shift = len(query.before) + 1
    sizes = max(len(before.tokens.spans), 1), max(len(own.tokens.spans), 1)
    vector = _BEFORE * sizes[0] * before.vector + sizes[1] * own.vector
    tokens = TokenVectors(
        np.concatenate([before.tokens.vectors, own.tokens.vectors]),
        (
            *before.tokens.spans,
            *(Span(span.start + shift, span.end + shift) for span in own.tokens.spans),
        ),
    )
    return Embedding(np.asarray(vector / np.linalg.norm(vector), np.float32), tokens)
