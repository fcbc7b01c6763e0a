"""The reasons why a staged index cannot be published."""

from __future__ import annotations

from index.errors import StaleError

__all__ = ["not_staged", "overtaken"]


def not_staged(id: str) -> StaleError:
    """Return the error for an index that does not wait."""
    return StaleError(
        f"the index {id} is not waiting to be published; build it again",
        "not_staged",
        id=id,
    )


def overtaken(id: str, by: str | None) -> StaleError:
    """Return the error for an index that was made from one that serves no longer."""
    return StaleError(
        f"{by} became the index while {id} was made or waited; build it again to see what it "
        "would change now",
        "overtaken",
        id=id,
        by=by,
    )
