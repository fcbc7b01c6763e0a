"""Words of a question that no document has, compared with the words that documents have; also of a
question in a Cyrillic language that is written in Latin letters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import cyrtranslit
from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.stores import OpenGeneration
from index.text import languages, words
from index.types import EVERYTHING, Scope

__all__ = ["corrections", "fixes", "in_cyrillic"]

# A word of this length may differ by one edit, a long one by two; shorter ones are left unchanged.
_LEAST, _LONG = 4, 7
_CANDIDATES = 3
_APART = 2
# Cyrillic languages that people write in Latin letters, and the rules of cyrtranslit that come
# nearest: its Ukrainian ones are those of scholars. A missing ы, ь or і is one edit.
_RULES = {"bg": "bg", "ru": "ru", "uk": "ru"}


def corrections(
    question: str, language: str, generation: OpenGeneration, scope: Scope = EVERYTHING
) -> list[tuple[str, str, str]]:
    """Return `question` with a misspelt word replaced, for each likely one, best first.

    Each entry is the new question, the word asked and the word of the documents. Only words that
    no passage has are compared: by one edit, or two in a long word; swapped letters are one edit.
    Numbers, identifiers and short words are left alone.
    """
    found = []
    for word in words.words(question, language):
        written = word.span.of(question)
        if len(written) < _LEAST or not written.isalpha():
            continue
        if generation.knows(word.terms, replace(scope, document=None)):
            continue
        likely = _like(word.stem, generation.vocabulary(), len(written))
        if surface := _nearest(written, likely, generation, scope):
            fixed = question[: word.span.start] + surface + question[word.span.end :]
            found.append((fixed, written, surface))
    return found


def fixes(
    question: str, generation: OpenGeneration, scope: Scope
) -> Iterator[tuple[str, str, str]]:
    """Return the question with one word corrected, then with a second one too, each with the word
    asked and that of the documents.
    """
    language = languages.detect(question, among=generation.languages)
    text = question
    for _, written, surface in corrections(question, language, generation, scope):
        text = text.replace(written, surface, 1)
        yield text, written, surface


def in_cyrillic(question: str, generation: OpenGeneration, scope: Scope) -> str | None:
    """Return a question in Latin letters (“kogda zakryto”) as the documents write it; None
    if it is not such a question.

    Such a question has more words of the documents in Cyrillic letters than in Latin ones, and at
    least half of its words. Those that are nearly one of the documents' words become that word.
    """
    cyrillic = sorted(_RULES.keys() & generation.languages)
    if not cyrillic or not question.isascii() or languages.is_sure(question):
        return None
    spoken = languages.detect(question, among=generation.languages)
    latin = _known(question, spoken, generation, scope)
    for language in cyrillic:
        text = str(cyrtranslit.to_cyrillic(question, _RULES[language]))
        for _, written, surface in corrections(text, language, generation, scope):
            text = text.replace(written, surface, 1)
        if _known(text, language, generation, scope) >= max(0.5, latin + 0.01):
            return text
    return None


def _known(text: str, language: str, generation: OpenGeneration, scope: Scope) -> float:
    """Return the share of the words of a text that the documents have."""
    said = list(words.words(text, language))
    everywhere = replace(scope, document=None)
    known = sum(generation.knows((one.stem,), everywhere) for one in said)
    return known / max(len(said), 1)


def _nearest(
    written: str, stems: Sequence[tuple[str, int]], generation: OpenGeneration, scope: Scope
) -> str | None:
    """Return the word of the documents, of the nearest stem, that is most like the written one.

    The stem of “fonded” is as near to that of “food” as to that of “founded”; but a shorter word
    that lacks the ending too is another word.
    """
    known = [
        (edits, apart, surface)
        for stem, edits in stems
        if (surface := _surface(stem, generation, scope))
        for apart in (OSA.distance(written.casefold(), surface),)
        if apart <= _APART or len(surface) >= len(written)
    ]
    return min(known)[-1] if known else None


def _like(stem: str, vocabulary: Sequence[str], length: int) -> list[tuple[str, int]]:
    """Return the stems of the documents nearest to one, each with the edits between them."""
    edits = 2 if length >= _LONG else 1
    # people seldom miss the first letter: others are other words (reverse, every)
    alike = [word for word in vocabulary if word[:1] == stem[:1]]
    close = process.extract(stem, alike, scorer=OSA.distance, score_cutoff=edits, limit=_CANDIDATES)
    return [(word, round(distance)) for word, distance, _ in close]


def _surface(stem: str, generation: OpenGeneration, scope: Scope) -> str | None:
    """The word of the documents in scope that has this stem, as one of them writes it."""
    for passage in generation.passages(generation.matching([stem], 3, scope).tolist()):
        text = f"{passage.source.title}\n{passage.text}"
        for word in words.words(text, passage.source.language):
            if word.stem == stem:
                return word.span.of(text).casefold()
    return None
