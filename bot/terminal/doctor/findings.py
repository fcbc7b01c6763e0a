"""The findings of an examination: how bad each is, and its words."""

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
    """One thing that was examined; `words` include the remedy if one is needed."""

    verdict: Verdict
    words: str


def good(words: str) -> Finding:
    """Report a thing that is well."""
    return Finding(Verdict.GOOD, words)


def note(words: str) -> Finding:
    """Report a thing worth knowing."""
    return Finding(Verdict.NOTE, words)


def wrong(words: str) -> Finding:
    """Report a fault that stops the bot, or a part of it."""
    return Finding(Verdict.WRONG, words)
