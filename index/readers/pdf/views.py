"""The part of a page to show."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["View"]


@dataclass(frozen=True, slots=True)
class View:
    """A page, counted from 0: its reading text, and the ranges of that to be marked."""

    number: int
    text: str
    marks: tuple[tuple[int, int], ...]
