"""Words of a question that no document has, compared with the words that documents have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.stores import OpenGeneration
from index.text import words
from index.types import EVERYTHING, Scope

__all__ = ["corrections"]

# A word of this length may differ by one edit, a long one by two; shorter ones are left unchanged.
_LEAST, _LONG = 4, 7
_CANDIDATES = 3


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
        for candidate in _like(word.stem, generation.vocabulary(), len(written)):
            if surface := _surface(candidate, language, generation, scope):
                fixed = question[: word.span.start] + surface + question[word.span.end :]
                found.append((fixed, written, surface))
                break
    return found


def _like(stem: str, vocabulary: Sequence[str], length: int) -> list[str]:
    edits = 2 if length >= _LONG else 1
    # people seldom miss the first letter: others are other words (reverse, every)
    alike = [word for word in vocabulary if word[:1] == stem[:1]]
    close = process.extract(stem, alike, scorer=OSA.distance, score_cutoff=edits, limit=_CANDIDATES)
    return [word for word, _, _ in sorted(close, key=lambda row: (row[1], row[0]))]


def _surface(stem: str, language: str, generation: OpenGeneration, scope: Scope) -> str | None:
    """The word of the documents in scope that has this stem, as one of them writes it."""
    for passage in generation.passages(generation.matching([stem], 3, scope).tolist()):
        text = f"{passage.source.title}\n{passage.text}"
        for word in words.words(text, passage.source.language):
            if word.stem == stem:
                return word.span.of(text).casefold()
    return None
