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
from typing import Any

import numpy as np

from index.model.encoder import Embedding, TokenVectors
from index.types import Span

__all__ = ["Recent", "joined"]

# A question may be followed for ten minutes. Some 30 KB each.
_SECONDS, _MOST = 600.0, 200
# Of 169 answerable questions of MTRAG-UN the right passage was first for 141; for 140 if this is 1.
_BEFORE = 0.5


@dataclass(frozen=True, slots=True)
class _Known:
    """A question: when it was asked, its embedding, and its first passages in a generation."""

    at: float = 0.0
    embedding: Embedding | None = None
    generation: str = ""
    first: tuple[int, ...] = ()


_NEW = _Known()


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
            found = {text: self._known.get(_digest(text), _NEW).embedding for text in texts}
        new = [text for text, embedding in found.items() if embedding is None]
        made = dict(zip(new, embed(new), strict=True))
        for text, embedding in made.items():
            self._keep(text, embedding=embedding)
        return [embedding or made[text] for text in texts for embedding in [found[text]]]

    def note(self, text: str, generation: str, passages: Sequence[int]) -> None:
        """Remember the first passages of a question, by their numbers in a generation."""
        self._keep(text, generation=generation, first=tuple(passages))

    def _keep(self, text: str, **values: Any) -> None:
        key = _digest(text)
        with self._lock:
            known = self._known.get(key) or _Known(self._clock())
            self._known[key] = replace(known, **values)
            while len(self._known) > _MOST:
                self._known.popitem(last=False)

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


def joined(turns: Sequence[str], embeddings: Sequence[Embedding]) -> Embedding:
    """Return the embedding of questions of a conversation, one after the other, from those of each.

    The vector is the mean of all, by the number of their pieces, as the model would pool them; but
    what was asked before counts by half.
    """
    vector, spans = embeddings[0].vector, list(embeddings[0].tokens.spans)
    shift = len(turns[0]) + 1
    for turn, own in zip(turns[1:], embeddings[1:], strict=True):
        sizes = max(len(spans), 1), max(len(own.tokens.spans), 1)
        vector = _BEFORE * sizes[0] * vector + sizes[1] * own.vector
        vector = np.asarray(vector / np.linalg.norm(vector), np.float32)
        spans += [Span(span.start + shift, span.end + shift) for span in own.tokens.spans]
        shift += len(turn) + 1
    vectors = np.concatenate([each.tokens.vectors for each in embeddings])
    return Embedding(vector, TokenVectors(vectors, tuple(spans)))
