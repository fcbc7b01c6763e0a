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
    tasks = _tasks()
    longest = max(map(len, tasks))
    return any(
        words[:length] in tasks or words[-length:] in tasks
        for length in range(1, min(longest + 1, len(words)))
    )


@cache
def _tasks() -> frozenset[tuple[str, ...]]:
    return frozenset(
        phrasebook.key(task) for content in phrasebook.languages() for task in content["task"]
    )
