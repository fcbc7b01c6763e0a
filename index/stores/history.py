"""Choose the kept generation that a rollback goes to."""

from __future__ import annotations

from collections.abc import Mapping

from index.errors import UnknownGenerationError

__all__ = ["earlier"]


def earlier(kept: Mapping[str, str | None], current: str | None, id: str | None) -> str:
    """Return the id of the requested generation, or by default the one before.

    That is the parent of the current one, else the latest before it. `kept` gives the parent of
    each kept generation, the oldest first. Raises UnknownGenerationError.
    """
    if id is None:
        before = kept.get(current) if current else None
        older = [other for other in kept if current is not None and other < current]
        id = before if before in kept else max(older, default=None)
    if id is None or id not in kept:
        named = f"generation {id} is not kept" if id else "there is no earlier generation"
        listed = ", ".join(kept) or "none"
        code = "generation_unknown" if id else "generation_first"
        raise UnknownGenerationError(f"{named}; kept: {listed}", code, id=id, kept=listed)
    return id
