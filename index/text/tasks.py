"""Messages that ask for work on a text, not for its content: “translate …”, “list all …”."""

from __future__ import annotations

from functools import cache

from index.text import phrasebook

__all__ = ["is_task"]


def is_task(question: str) -> bool:
    """Return True if a question begins or ends with a request for such work.

    In some languages the verb comes last. No passage answers it, or certainly not all of it.
    """
    words = phrasebook.key(question)
    return any(
        len(task) < len(words) and task in (words[: len(task)], words[-len(task) :])
        for task in _tasks()
    )


@cache
def _tasks() -> frozenset[tuple[str, ...]]:
    return frozenset(
        phrasebook.key(task) for content in phrasebook.languages() for task in content["task"]
    )
