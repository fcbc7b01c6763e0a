"""Identifiers of a question: codes, numbered things and years that must match exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.types import Hit, Passage, Span

__all__ = ["Exact", "identifiers", "marked"]

# Letters, then digits: E07, W-011, AX300. Digits before letters are nearly always an amount (5km).
_CODE = re.compile(r"(?<![\w.])([^\W\d_]{1,6})[-–.]?(\d{1,6}[^\W_]?)(?![\w])")
# A word and a number right after it: room 105, article 12.
_NUMBERED = re.compile(
    r"(?<!\w)([^\W\d_]{3,})\s+(?:no\.?\s*|nr\.?\s*|№\s*|#)?(\d{1,6})(?![\w.,:%€$]*\d|[\w%€$])"
)
# The kinds of identifiers that are not codes: numbered things and years.
_COUNTED = ("#", "year")
_YEAR = re.compile(r"(?<![\d.,])(1[5-9]\d\d|20\d\d)(?![\d.,]*\d)")


@dataclass(frozen=True, slots=True)
class Exact:
    """An identifier of a question: as written, and its form without case and leading zeros.

    `series` is what similar ones share: the letters of a code, the word before a number.
    """

    text: str
    key: tuple[str, str]
    series: str


def identifiers(question: str) -> tuple[Exact, ...]:
    """Return the codes, years and numbered things that a question names, in order."""
    return tuple(dict.fromkeys((*_codes(question), *_numbered(question), *_years(question))))


def holds(passage: Passage, wanted: Exact) -> bool:
    """Return True if the passage, its heading or its document's title has the identifier."""
    place = f"{passage.source.title}\n{passage.heading or ''}\n{passage.text}"
    dated = passage.source.date is not None and wanted.text == str(passage.source.date.year)
    return dated or any(found.key == wanted.key for found in _all(place, wanted))


def missing(hits: Sequence[Hit], question: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the identifiers of the question that no hit holds, and others of their series.

    A number after a word is an identifier only if the hits number that word too: “room 105” among
    rooms 101 to 103, but not “2 adults”.
    """
    lacking: list[str] = []
    instead: dict[str, None] = {}
    for wanted in identifiers(question):
        if any(holds(hit.passage, wanted) for hit in hits):
            continue
        others = [
            found.text
            for hit in hits
            for found in _all(hit.passage.text, wanted)
            if found.series == wanted.series
        ]
        if wanted.key[0] == "#" and not others:
            continue
        lacking.append(wanted.text)
        instead.update(dict.fromkeys(others))
    return tuple(lacking), tuple(instead)[:5]


def all_held(hits: Sequence[Hit], wanted: Sequence[Exact]) -> bool:
    """Return True if one passage holds each identifier: it cannot be “not in these documents”."""
    return any(all(holds(hit.passage, one) for one in wanted) for hit in hits)


def first(hits: Sequence[Hit], wanted: Sequence[Exact]) -> list[Hit]:
    """Return the hits, with those that hold each identifier first; if none does, the best of each,
    as they are asked: “What is the difference between E14 and E07?”

    A text on one thing does not name it in each passage: of a document that holds an identifier
    those count as well that hold no other one of its series. A year moves no hit: many passages
    hold it, and the score counts it.
    """
    wanted = [one for one in wanted if one.key[0] != "year"]
    if all_held(hits, wanted):
        return sorted(hits, key=lambda hit: not all(_is_about(hit, one, hits) for one in wanted))
    holding = (next((hit for hit in hits if holds(hit.passage, one)), None) for one in wanted)
    return list(dict.fromkeys([*(hit for hit in holding if hit is not None), *hits]))


def _is_about(hit: Hit, wanted: Exact, hits: Sequence[Hit]) -> bool:
    if holds(hit.passage, wanted):
        return True
    own = hit.passage.source.id
    others = any(found.series == wanted.series for found in _all(hit.passage.text, wanted))
    return not others and any(
        each.passage.source.id == own and holds(each.passage, wanted) for each in hits
    )


def marked(hit: Hit, wanted: Sequence[Exact]) -> tuple[Span, ...]:
    """Return the highlights of a hit, moved to the sentences that hold these identifiers.

    They stay if no sentence of the body holds any. Of several identifiers each has a sentence. One
    in the document's title or the heading is what the whole passage is about, and moves nothing;
    nor does a code that is the only one of its series there.
    """
    passage = hit.passage
    above = f"{passage.source.title}\n{passage.heading or ''}"
    kept: list[Span] = []
    for one in wanted:
        if any(found.key == one.key for found in _all(above, one)):
            continue
        series = {found.key for found in _all(passage.text, one) if found.series == one.series}
        if one.key[0] not in _COUNTED and len(series) == 1:
            continue
        holding = [
            span
            for span in passage.body
            if any(found.key == one.key for found in _all(passage.quote(span), one))
        ]
        if not set(holding).intersection(kept):
            kept += [span for span in holding if span in hit.highlights] or holding[:1]
    return tuple(sorted(kept, key=lambda span: span.start)) or hit.highlights


def _all(text: str, wanted: Exact) -> Iterator[Exact]:
    if wanted.key[0] == "year":
        return _years(text)
    return _numbered(text) if wanted.key[0] == "#" else _codes(text)


def _codes(text: str) -> Iterator[Exact]:
    for match in _CODE.finditer(text):
        letters, number = match[1].casefold(), match[2].casefold()
        # a small word and a number are not a code: “in 2024”; a code has letters and digits
        # together
        yield Exact(match.group(), (letters, number.lstrip("0") or "0"), letters)


def _numbered(text: str) -> Iterator[Exact]:
    for match in _NUMBERED.finditer(text):
        word = match[1].casefold()
        yield Exact(match.group(), ("#", f"{word} {int(match[2])}"), word)


def _years(text: str) -> Iterator[Exact]:
    for match in _YEAR.finditer(text):
        yield Exact(match.group(), ("year", match.group()), "year")
