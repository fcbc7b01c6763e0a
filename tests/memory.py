"""The real model, which embeds each text once in a run of the tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from index.model.encoder import Embedding, Encoder

__all__ = ["Remembering"]


class Remembering(Encoder):
    """An encoder whose embeddings are kept: most tests index the same few documents."""

    def __init__(self, model: str | None = None, folder: Path | None = None) -> None:
        super().__init__(model, folder)
        # turned off by tests of what the model itself returns
        self.remembers = True
        self._made: dict[tuple[str, str], Embedding] = {}

    def _embed(self, kind: str, texts: Sequence[str], numbers: Sequence[int]) -> list[Embedding]:
        if not self.remembers:
            return super()._embed(kind, texts, numbers)
        made = self._made
        wanted = [texts[number] for number in numbers]
        new = [text for text in dict.fromkeys(wanted) if (kind, text) not in made]
        if new:
            embedded = super()._embed(kind, new, range(len(new)))
            made |= {(kind, text): each for text, each in zip(new, embedded, strict=True)}
        return [made[kind, text] for text in wanted]
