"""Messages that ask for work on a text, not for its content: “translate …”, “list all …”; and
those that ask for all of it: “What is this article about?”.
"""

from __future__ import annotations

from functools import cache

from index.text import phrasebook

__all__ = ["asks_about_all", "is_task"]

# Where the name of a document stands in a phrase.
_SLOT = "…"


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


def asks_about_all(question: str) -> bool:
    """Return True if a question asks what a document is about, and no more."""
    return phrasebook.key(question) in _about_all()


@cache
def _about_all() -> frozenset[tuple[str, ...]]:
    return frozenset(
        phrasebook.key(phrase.replace(_SLOT, document))
        for content in phrasebook.languages()
        for phrase in content["whole"]
        for document in content.get("document", [""])
    )


@cache
def _tasks() -> frozenset[tuple[str, ...]]:
    return frozenset(
        phrasebook.key(task) for content in phrasebook.languages() for task in content["task"]
    )
