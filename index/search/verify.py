"""Is this text really in the documents? Pure over an open generation: no model, no clock."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from index.errors import QuestionError
from index.search.alignment import Alignment, Run, align
from index.stores import OpenGeneration
from index.text import languages, sentences, words
from index.types import EVERYTHING, Document, Generation, Passage, Scope, Span

__all__ = ["MAX_TEXT", "Match", "Verdict", "verify"]

MAX_TEXT = 4_096
"""The longest text, in characters: that of a message in Telegram."""

# How much alike the nearest stretch must be (see Alignment.likeness); docs/verify.md has what this
# lets through. Of a shorter text, a few words alike say nothing.
_NEARLY = 0.7
_LEAST_WORDS, _LEAST_CHARACTERS = 3, 12

# The passages that share most words with a text, and are looked at word by word.
_CANDIDATES = 8

# Words that a document must hold before it is searched for the whole text: its longest.
_SIEVE = 8

_QUOTATION_MARKS = "\"'“”„‟«»‘’‚‹›`"


class Match(StrEnum):
    """How a text stands in the documents: to the letter, but for a few words, or not."""

    EXACT = "exact"
    NEARLY = "nearly"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a text is really in the documents, where, and in what it differs.

    `span` is the stretch of the document; `around` has the whole sentences it touches and what
    stands between them; `passages` are those of the index it lies in, in order, or for a heading
    the one below. All three are empty where the match is absent. `places` counts where an exact
    text stands: the first place is given. `runs` are the differences of a text nearly there.
    `sentences` has a verdict for each sentence of a text that is not exact, if one of them differs
    from that on the whole.
    `documents` counts those that were looked at.
    """

    text: str
    match: Match
    generation: Generation
    documents: int
    around: Passage | None = None
    span: Span | None = None
    passages: tuple[Passage, ...] = ()
    places: int = 0
    runs: tuple[Run, ...] = ()
    sentences: tuple[Verdict, ...] = ()


def verify(generation: OpenGeneration, text: str, scope: Scope = EVERYTHING) -> Verdict:
    """Whether the documents in scope hold `text`.

    Exact means its characters, any white space for any other, not cut out of a longer word or
    number; quotation marks around it may be the document's or not. QuestionError for a text that
    is empty or longer than MAX_TEXT.
    """
    text = text.strip()
    if not text:
        raise QuestionError("the text is empty; give the words to look for")
    if len(text) > MAX_TEXT:
        raise QuestionError(f"the text has {len(text):,} characters; the limit is {MAX_TEXT:,}")
    language = languages.detect(text, among=generation.languages)
    whole = _judge(generation, text, language, scope)
    parts = [span.of(text) for span in sentences.split(text, language=language)]
    if whole.match is Match.EXACT or len(parts) < 2:
        return whole
    verdicts = tuple(_judge(generation, part, language, scope, part=True) for part in parts)
    differ = any(verdict.match is not whole.match for verdict in verdicts)
    return replace(whole, sentences=verdicts if differ else ())


def _judge(
    generation: OpenGeneration, text: str, language: str, scope: Scope, *, part: bool = False
) -> Verdict:
    """The verdict on a text by itself. A `part` of a longer one is looked for where its words are:
    to go through every document for each of forty sentences would take too long.
    """
    verdict = Verdict(text, Match.ABSENT, generation.generation, generation.documents(scope))
    near = _windows(generation, text, language, scope) if part else {}
    for form in _forms(text):
        texts = (
            ((id, _read(generation, id).text) for id in near)
            if near
            else generation.holding(_longest(form), scope)
        )
        if exact := _exact(form, texts):
            id, span, places = exact
            placed = _placed(generation, verdict, _read(generation, id), span)
            return replace(placed, match=Match.EXACT, places=places)
    if len(text) < _LEAST_CHARACTERS or len(text.split()) < _LEAST_WORDS:
        return verdict
    near = near or _windows(generation, text, language, scope)
    if nearest := _nearest(generation, _forms(text)[-1], near):
        document, alignment = nearest
        placed = _placed(generation, verdict, document, alignment.span)
        return replace(placed, match=Match.NEARLY, runs=alignment.runs)
    return verdict


def _forms(text: str) -> Sequence[str]:
    """The text, and where it stands in quotation marks also without them."""
    bare = text[1:-1].strip()
    quoted = text[0] in _QUOTATION_MARKS and text[-1] in _QUOTATION_MARKS and bare
    return (text, bare) if quoted else (text,)


def _longest(text: str) -> list[str]:
    return sorted(set(text.split()), key=lambda word: (-len(word), word))[:_SIEVE]


def _exact(text: str, texts: Iterable[tuple[str, str]]) -> tuple[str, Span, int] | None:
    """The first document and place that hold a text to the letter, and how many places do."""
    pattern = _pattern(text)
    first, places = None, 0
    for id, held in texts:
        for span in _places(held, pattern):
            first, places = first or (id, span), places + 1
    return (*first, places) if first else None


def _pattern(text: str) -> re.Pattern[str]:
    # what _cuts would turn down most often: looked at here, a single letter is found a hundred
    # times as fast
    before = "(?<![0-9A-Za-zЀ-ӿ])" if _spells(text[0]) else ""
    after = "(?![0-9A-Za-zЀ-ӿ])" if _spells(text[-1]) else ""
    return re.compile(before + r"\s+".join(map(re.escape, text.split())) + after)


def _places(text: str, pattern: re.Pattern[str]) -> Iterator[Span]:
    at = 0
    while found := pattern.search(text, at):
        at = found.end()
        if _cuts(text, found.start()) or _cuts(text, found.end()):
            at = found.start() + 1
        else:
            yield Span(*found.span())


# `500` out of `2,500` or `art` out of `party` would be another statement.
_NUMBER = re.compile(r"\d[.,]\d")


def _cuts(text: str, at: int) -> bool:
    """Whether a word, a number or a character with its marks goes on across a place."""
    before, after = text[max(0, at - 1) : at], text[at : at + 1]
    if not before or not after:
        return False
    if unicodedata.category(after)[0] == "M" or "\u200d" in (before, after):
        return True
    if any(_NUMBER.match(text, start) for start in range(max(0, at - 2), at)):
        return True
    return _spells(before) and _spells(after)


def _spells(character: str) -> bool:
    """Whether it is a letter of a script that parts words by spaces, or a digit."""
    return character.isdecimal() or character.lower() != character.upper()


def _windows(
    generation: OpenGeneration, text: str, language: str, scope: Scope
) -> dict[str, list[Span]]:
    """Where to look for a text, by document: around the passages that share most words with it."""
    terms = list(dict.fromkeys(words.terms(text, language)))
    # it may begin before the passage and end after it
    room = len(text) * 5 // 4
    windows: dict[str, list[Span]] = {}
    for number in generation.matching(terms, _CANDIDATES, scope).tolist():
        passage = generation.passage(number)
        window = Span(max(0, passage.start - room), passage.end + room)
        windows.setdefault(passage.source.id, []).append(window)
    return windows


def _nearest(
    generation: OpenGeneration, text: str, windows: Mapping[str, Sequence[Span]]
) -> tuple[Document, Alignment] | None:
    """The document and the stretch in these windows that are most like a text."""
    best: tuple[Document, Alignment] | None = None
    for id, spans in windows.items():
        document = _read(generation, id)
        headings = (Span(heading.start, heading.end) for heading in document.headings)
        units = (*document.sentences, *headings)
        for window in _merged(spans):
            least = best[1].likeness if best else _NEARLY
            found = align(text, document.text, window, units, least)
            if found and (best is None or found.likeness > best[1].likeness):
                best = document, found
    return best


def _merged(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def _read(generation: OpenGeneration, id: str) -> Document:
    document = generation.document(id)
    assert document is not None
    return document


def _placed(
    generation: OpenGeneration, verdict: Verdict, document: Document, span: Span
) -> Verdict:
    """The verdict with its place."""
    indexed = generation.passages_of(document.id)
    held = tuple(p for p in indexed if p.start < span.end and span.start < p.end)
    below = next((p for p in indexed if p.start >= span.end), indexed[-1])
    return replace(verdict, around=_around(document, span), span=span, passages=held or (below,))


def _around(document: Document, span: Span) -> Passage:
    """The sentences that a span touches, or the span itself, as a passage of their own."""

    def touched(spans: Sequence[Span]) -> list[int]:
        return [n for n, s in enumerate(spans) if s.start < span.end and span.start < s.end]

    inside = tuple(document.sentences[number] for number in touched(document.sentences)) or (span,)
    start, end = min(span.start, inside[0].start), max(span.end, inside[-1].end)
    below = bisect_right([p.start for p in document.paragraphs], span.start)
    paragraphs = touched(document.paragraphs) or [min(below, len(document.paragraphs) - 1)]
    above = bisect_right([heading.start for heading in document.headings], span.start)
    heading = document.headings[above - 1].text if above else None
    return Passage(
        source=document.source,
        text=document.text[start:end],
        start=start,
        end=end,
        sentences=inside,
        first_paragraph=paragraphs[0] + 1,
        last_paragraph=paragraphs[-1] + 1,
        heading=None if heading == document.title else heading,
        page=bisect_right([page.start for page in document.pages], start) or None,
    )
