"""Check whether a text is really in the documents, without a model, within a budget of work."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from index.errors import QuestionError
from index.search.alignment import Alignment, align
from index.search.held import Held, around
from index.search.seen import loose, places, seen
from index.search.verdict import Match, Verdict
from index.stores import OpenGeneration
from index.text import languages, sentences, words
from index.types import EVERYTHING, Hit, Parts, Passage, Scope, Span

__all__ = ["MAX_SENTENCES", "MAX_TEXT", "Match", "Verdict", "verify"]

MAX_TEXT = 4_096
"""The longest text, in characters: that of a message in Telegram."""

MAX_SENTENCES = 40
"""The most sentences that are judged one by one, repeated ones counted once."""

# How similar the nearest stretch must be (see Alignment.likeness). In a shorter text, a few similar
# words mean nothing.
_NEARLY = 0.7
_LEAST_WORDS, _LEAST_CHARACTERS = 3, 12

# The passages that share most words with a text, and are compared word by word.
_CANDIDATES = 8

# Words that the closest passage must share with an absent text.
_CLOSE = 2

# The longest words of a text; a document must hold them before it is searched for the whole text.
_SIEVE = 8

_WORD = re.compile(r"\w")
_QUOTATION_MARKS = "\"'“”„‟«»‘’‚‹›`"


def _always() -> bool:
    return True


def verify(
    generation: OpenGeneration,
    text: str,
    scope: Scope = EVERYTHING,
    wanted: Callable[[], bool] = _always,
) -> Verdict:
    """Check whether the documents in scope hold `text`.

    Exact means the characters as they are seen: any white space for any other, letters composed or
    not, with or without soft hyphens, and not cut out of a longer word or number. Quotation marks
    around it may be the document's or not. The work is limited; what exceeds the limit is not
    judged. Raises QuestionError for a text that is empty or longer than MAX_TEXT, and TimeoutError
    as soon as it is no longer `wanted`.
    """
    text = text.strip()
    if not seen(text):
        raise QuestionError("the text is empty; give the words to look for", "text_empty")
    if len(text) > MAX_TEXT:
        raise QuestionError(
            f"the text has {len(text):,} characters; the limit is {MAX_TEXT:,}",
            "text_long",
            length=len(text),
            most=MAX_TEXT,
        )
    language = languages.detect(text, among=generation.languages)
    held = Held(generation, wanted)
    check = _Check(generation, held, language, scope)
    whole = check.judge(text)
    parts = [span.of(text) for span in sentences.split(text, language=language)]
    if whole.match is Match.EXACT or len(parts) < 2:
        return whole
    verdicts = check.judge_parts(parts)
    left = len(parts) - len(verdicts)
    if not left and _uncut(verdicts):
        return replace(check.blank(text), match=Match.EXACT, sentences=verdicts, judged=len(parts))
    differ = any(verdict.match is not whole.match for verdict in verdicts)
    exact = all(part.match is Match.EXACT for part in verdicts)
    if whole.match is Match.NEARLY and exact and not left:
        # each is there, cut out of its sentence: what was cut away is the difference
        differ = False
    shown = verdicts if differ else ()
    return replace(whole, sentences=shown, judged=len(verdicts), unjudged=left)


def _uncut(parts: Sequence[Verdict]) -> bool:
    """Return True if all parts are exact, and only the first begins and the last ends within a
    sentence: before any other there may have been a “not”.
    """
    for number, part in enumerate(parts):
        if part.match is not Match.EXACT or part.around is None or part.span is None:
            return False
        before = part.around.quote(Span(part.around.start, part.span.start))
        behind = part.around.quote(Span(part.span.end, part.around.end))
        if number and _WORD.search(before):
            return False
        if number + 1 < len(parts) and _WORD.search(behind):
            return False
    return True


class _Check:
    """Judges texts by the documents in scope, each read once."""

    def __init__(self, generation: OpenGeneration, held: Held, language: str, scope: Scope) -> None:
        self._generation = generation
        self._held = held
        self._language = language
        self._scope = scope
        self._documents = generation.documents(scope)

    def blank(self, text: str) -> Verdict:
        """Return the verdict on a text that is nowhere."""
        return Verdict(text, Match.ABSENT, self._generation.generation, self._documents)

    def judge_parts(self, parts: Sequence[str]) -> tuple[Verdict, ...]:
        """Return the verdicts on the first sentences of a text, as far as the budget goes."""
        known = dict[str, Verdict]()
        for part in parts:
            if part in known:
                continue
            if len(known) == MAX_SENTENCES or self._held.over:
                break
            verdict = self.judge(part, part=True)
            if not verdict.complete:
                break
            known[part] = verdict
        count = next((n for n, part in enumerate(parts) if part not in known), len(parts))
        return tuple(known[part] for part in parts[:count])

    def judge(self, text: str, *, part: bool = False) -> Verdict:
        """Return the verdict on a text by itself.

        A `part` of a longer one is searched for only where its words are: to search every document
        for each of forty sentences would take too long.
        """
        verdict = self.blank(text)
        near = self._windows(text) if part else {}
        forms = _forms(text)
        for form in forms:
            if exact := self._exact(form, near):
                id, span, count = exact
                return replace(self._placed(verdict, id, span), match=Match.EXACT, places=count)
        near = near or self._windows(text)
        short = len(text) < _LEAST_CHARACTERS or len(text.split()) < _LEAST_WORDS
        nearest = self._alike(forms[-1], near) if short else self._nearest(forms[-1], near)
        if nearest:
            id, alignment = nearest
            placed = self._placed(verdict, id, alignment.span)
            # what cannot be seen makes no difference
            match = Match.NEARLY if len(alignment.runs) > 1 else Match.EXACT
            runs = alignment.runs if match is Match.NEARLY else ()
            return replace(placed, match=match, runs=runs, places=int(not runs))
        closest = None if part else self._closest(text)
        return replace(verdict, closest=closest, complete=not self._held.over)

    def _exact(self, form: str, near: Mapping[str, object]) -> tuple[str, Span, int] | None:
        """Return the first document and place with exactly this text, and the number of places."""
        wanted = seen(form)
        first, count = None, 0
        for id in near or self._holding(wanted):
            if self._held.over:
                break
            text = self._held.seen(id)
            for at in places(text.text, wanted):
                first, count = first or (id, text.given(at, len(wanted))), count + 1
        return (*first, count) if first else None

    def _holding(self, text: str) -> Sequence[str]:
        """Return the documents that may hold a text: those with its longest words, and with most
        words.
        """
        longest = sorted(set(text.split()), key=lambda word: (-len(word), word))[:_SIEVE]
        found = self._generation.holding(longest, self._scope)
        # a letter composed otherwise, or a hyphen that is not seen, is another word there
        return [*dict.fromkeys([*self._held.take(found), *self._windows(text)])]

    def _windows(self, text: str) -> dict[str, list[Span]]:
        """Return where to search for a text, by document: around the passages that share most
        words with it.
        """
        # it may begin before the passage and end after it
        room = len(text) * 5 // 4
        windows: dict[str, list[Span]] = {}
        for passage in self._sharing(text, _CANDIDATES):
            window = Span(max(0, passage.start - room), passage.end + room)
            windows.setdefault(passage.source.id, []).append(window)
        return windows

    def _sharing(self, text: str, count: int) -> list[Passage]:
        """Return the passages that share most words with a text, best first."""
        terms = list(dict.fromkeys(words.terms(text, self._language)))
        numbers = self._generation.matching(terms, count, self._scope).tolist()
        return self._generation.passages(numbers)

    def _alike(self, text: str, windows: Mapping[str, object]) -> tuple[str, Alignment] | None:
        """Return the first place of a short text, ignoring case and the forms of signs."""
        wanted = loose(text)
        for id in windows:
            if self._held.over:
                break
            document = self._held.seen(id, loosely=True)
            for at in places(document.text, wanted):
                span = document.given(at, len(wanted))
                found = align(text, self._held.text(id), span, lambda _: None, _NEARLY)
                if found:
                    return id, found
                break
        return None

    def _nearest(
        self, text: str, windows: Mapping[str, Sequence[Span]]
    ) -> tuple[str, Alignment] | None:
        """Return the document and the stretch in these windows that are most like a text."""
        best: tuple[str, Alignment] | None = None
        for id, spans in windows.items():
            for window in _merged(spans):
                if self._held.over:
                    return best
                least = best[1].likeness if best else _NEARLY
                given, unit = self._held.text(id), self._held.unit(id)
                found = align(text, given, window, unit, least)
                if found and (best is None or found.likeness > best[1].likeness):
                    best = id, found
        return best

    def _closest(self, text: str) -> Hit | None:
        """Return the passage that shares most words with a text, at least a few, and its best
        sentence.
        """
        asked = set(words.stems(text, self._language))

        def shared(there: str) -> int:
            return len(asked.intersection(words.stems(there, self._language)))

        for passage in self._sharing(text, 1):
            if shared(passage.text) >= min(_CLOSE, len(asked)):
                spans = passage.body or passage.sentences
                best = max(spans, key=lambda span: shared(passage.quote(span)))
                return Hit(passage, 0.0, Parts(0.0, 0.0), (best,))
        return None

    def _placed(self, verdict: Verdict, id: str, span: Span) -> Verdict:
        """Return the verdict with its place."""
        document, passages = self._held.document(id), self._held.passages(id, span)
        return replace(verdict, around=around(document, span), span=span, passages=tuple(passages))


def _forms(text: str) -> Sequence[str]:
    """Return the text, and the same without its quotation marks."""
    bare = text[1:-1].strip()
    quoted = text[0] in _QUOTATION_MARKS and text[-1] in _QUOTATION_MARKS and seen(bare)
    return (text, bare) if quoted else (text,)


def _merged(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged
