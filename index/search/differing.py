"""Passages of several documents that answer a question alike, but for numbers or dates."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from index.text import words
from index.types import Hit, Source

__all__ = ["differing", "is_dated"]

# The best hits are looked at: what people are shown. One below this part of the best score answers
# something else.
_LOOKED_AT = 5
_NEAR = 0.8
# So much of the words of the shorter of two marked sentences, and so many of them at least, stand
# in the other one too if they say the same.
_ALIKE, _LEAST = 0.6, 2

_DATED = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:[-_. ]?(0[1-9]|1[0-2]))?(?:[-_. ]?([0-2]\d|3[01]))?(?!\d)"
)


@dataclass(frozen=True, slots=True)
class _Said:
    """The words of what is marked in a passage, and its numbers, months and days of the week."""

    words: frozenset[str]
    figures: frozenset[str]


def differing(
    hits: Sequence[Hit], question: str, language: str, mark: Callable[[Hit], Hit]
) -> tuple[Hit, ...]:
    """Return the best hit and those of other documents that say the same with other numbers or
    dates, newest first and with their marks; empty if there are none.

    Figures of the question itself count for nothing, and a document that lacks one which the best
    has was not asked about: “What did it cost in 2025?”
    """
    if not hits:
        return ()
    best = mark(hits[0])
    asked = _said(question, language).figures
    own = _said(best.quoted, best.passage.source.language)
    meant = asked & _above(best) if asked else asked
    found = {best.passage.source.id: best}
    for hit in hits[1:_LOOKED_AT]:
        source = hit.passage.source
        if source.id in found or hit.score < _NEAR * best.score:
            continue
        if source.language != best.passage.source.language:
            continue
        if meant and not meant <= _above(hit):
            continue
        marked = mark(hit)
        if _differ(own, _said(marked.quoted, source.language), asked):
            found[source.id] = marked
    return _newest_first(list(found.values())) if len(found) > 1 else ()


def is_dated(source: Source) -> bool:
    """Return True if it is known when the document is from: by its own date, title or name."""
    return _date(source) is not None


def _newest_first(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Return the hits by the date of their documents if each has one, else as they are."""
    if not all(is_dated(hit.passage.source) for hit in hits):
        return tuple(hits)
    return tuple(sorted(hits, key=lambda hit: _date(hit.passage.source) or "", reverse=True))


def _differ(one: _Said, two: _Said, asked: frozenset[str]) -> bool:
    """Return True if both say the same of different figures."""
    shared = len(one.words & two.words)
    shorter = min(len(one.words), len(two.words))
    if shared < _LEAST or shared < _ALIKE * shorter:
        return False
    figures, others = one.figures - asked, two.figures - asked
    # one that only says more does not contradict
    return bool(figures - others) and bool(others - figures)


def _above(hit: Hit) -> frozenset[str]:
    """The figures of a passage and of what is above it."""
    passage = hit.passage
    place = f"{passage.source.title}\n{passage.source.id}\n{passage.heading}\n{passage.text}"
    return _said(place, passage.source.language).figures


def _said(text: str, language: str) -> _Said:
    stems = words.stems(text, language)
    figures = {stem for stem in stems if any(map(str.isdigit, stem)) or stem in _calendar(language)}
    return _Said(frozenset(stems) - figures, frozenset(figures))


@cache
def _calendar(language: str) -> frozenset[str]:
    """The stems of the names of months and days of the week, as they stand in a date too."""
    # babel takes long to load, and only passages that are compared need it
    from babel.core import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(language)
    except (ValueError, UnknownLocaleError):
        return frozenset()
    named = [
        name
        for table in (locale.months, locale.days)
        for form in ("format", "stand-alone")
        for name in table[form]["wide"].values()
    ]
    return frozenset(stem for name in named for stem in words.stems(name, language))


def _date(source: Source) -> str | None:
    """Return the date of a document: its own date, or the latest that its title or name holds;
    ISO.
    """
    if isinstance(source.date, datetime.date):
        return source.date.isoformat()
    return max(_dates(f"{source.title}\n{source.id}"), default=None)


def _dates(text: str) -> Iterator[str]:
    for match in _DATED.finditer(text):
        yield "-".join(part for part in match.groups() if part)
