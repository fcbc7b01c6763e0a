"""The real model, which embeds each text once in a run of the tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from index.model.encoder import Embedding, Encoder
from index.model.runtime import Runtime

__all__ = ["Remembering"]


class Remembering(Encoder):
    """An encoder whose embeddings are kept: most tests index the same few documents."""

    def __init__(self, model: str | None = None, folder: Path | None = None) -> None:
        super().__init__(model, folder)
        # turned off by tests of what the model itself returns
        self.remembers = True

    def _load(self) -> Runtime:
        return _Memory(super()._load(), self)


class _Memory:
    """A runtime that is asked for a text once."""

    def __init__(self, runtime: Runtime, owner: Remembering) -> None:
        self.dimension = runtime.dimension
        self._runtime = runtime
        self._owner = owner
        self._made: dict[tuple[str, str], Embedding] = {}

    def sizes(self, kind: str, texts: Sequence[str]) -> list[int]:
        return self._runtime.sizes(kind, texts)

    def embed(self, kind: str, texts: list[str]) -> list[Embedding]:
        if not self._owner.remembers:
            return self._runtime.embed(kind, texts)
        made = self._made
        new = [text for text in dict.fromkeys(texts) if (kind, text) not in made]
        if new:
            embedded = self._runtime.embed(kind, new)
            made |= {(kind, text): each for text, each in zip(new, embedded, strict=True)}
        return [made[kind, text] for text in texts]
