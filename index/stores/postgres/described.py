"""The description of a generation in its row; what the manifest is in the file store."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from index.stores import Pending
from index.types import Generation, Thresholds

__all__ = ["COLUMNS", "Described"]

COLUMNS = (
    "sequence, id, format, parent, built, model, fingerprint, content, documents, passages, "
    "sentences, related, found, failed, embedded, dimension, token_bytes, terms_per_passage, served"
)
"""The columns of `generations` that Described.read takes, in order."""


@dataclass(frozen=True, slots=True)
class Described:
    """One generation, as it was staged; see Build and Pending."""

    sequence: int
    generation: Generation
    format: int
    parent: str | None
    model: str
    fingerprint: str
    content: str
    thresholds: Thresholds
    failed: tuple[tuple[str, str], ...]
    embedded: int
    dimension: int
    token_bytes: int
    terms_per_passage: float
    served: bool

    @classmethod
    def read(cls, row: tuple[Any, ...]) -> Described:
        """Return the generation of a row of COLUMNS."""
        sequence, id, format, parent, built, model, fingerprint, content = row[:8]
        documents, passages, sentences, related, found, failed = row[8:14]
        embedded, dimension, token_bytes, terms_per_passage, served = row[14:]
        return cls(
            sequence=sequence,
            generation=Generation(
                id, built.astimezone(datetime.UTC), documents, passages, sentences
            ),
            format=format,
            parent=parent,
            model=model,
            fingerprint=fingerprint,
            content=content,
            thresholds=Thresholds(related, found),
            failed=tuple((name, reason) for name, reason in failed),
            embedded=embedded,
            dimension=dimension,
            token_bytes=token_bytes,
            terms_per_passage=terms_per_passage,
            served=served,
        )

    @property
    def pending(self) -> Pending:
        """Return the generation as the store describes it while it waits."""
        return Pending(self.generation, self.content, self.parent, self.embedded)
