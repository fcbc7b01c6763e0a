"""The library, asked off the event loop."""

from __future__ import annotations

from dataclasses import dataclass

from bot.running.builds import Indexing
from bot.running.worker import Worker
from index.library import Library
from index.types import Answer, Query

__all__ = ["Lookup"]


@dataclass(frozen=True, slots=True)
class Lookup:
    """The library, the worker that asks it, and the builds that may be running."""

    library: Library
    worker: Worker[Query, Answer]
    indexing: Indexing
