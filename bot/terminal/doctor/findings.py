"""What an examination found: how bad it is, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Finding", "Verdict", "good", "note", "wrong"]


class Verdict(StrEnum):
    """How bad a finding is; only `WRONG` makes the examination fail."""

    GOOD = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `words` hold the remedy if one is needed."""

    verdict: Verdict
    words: str


def good(words: str) -> Finding:
    """A thing that is well."""
    return Finding(Verdict.GOOD, words)


def note(words: str) -> Finding:
    """A thing to know."""
    return Finding(Verdict.NOTE, words)


def wrong(words: str) -> Finding:
    """A thing that stops the bot, or a part of it."""
    return Finding(Verdict.WRONG, words)
