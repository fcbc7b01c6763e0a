"""From a verdict to a message: is this text really in the documents, where, and how it differs.
Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bot.messages import links, quoting
from bot.messages.model import MOST_UNITS, Draft, Message, clip, prefix, units
from bot.messages.texts import Texts
from index.search.alignment import Run, Side
from index.search.verdict import Match, Verdict
from index.types import Hit, Parts, Passage, Span

__all__ = ["SIGNS", "headline", "message", "place", "spaced"]

SIGNS = {Match.EXACT: "✓", Match.NEARLY: "≈", Match.ABSENT: "✗"}
"""The signs before a sentence of a longer text."""

_EXPANDABLE = 350
_TITLE, _SENTENCE = 160, 80
# A difference needs little context; half a message is left for the quotation.
_MOST_DIFFERENCES, _MOST_RUNS = 1_600, 80
_LONG_RUN, _RUN_ENDS = 120, 50


def _nowhere(_: Passage) -> str | None:
    return None


def message(
    verdict: Verdict, texts: Texts, link: Callable[[Passage], str | None] = _nowhere
) -> Message:
    """Return the message of a verdict; it keeps within Telegram's limits.

    The block quotation is a slice of the document: the sentences around the text, or as much as
    fits, with the text in bold. The differences are below it: struck through what only the question
    has, underlined what only the document has. `link` returns where a passage of a document without
    an address can be read.
    """
    draft = Draft()
    draft.paragraph(headline(verdict, texts))
    if unjudged := left_over(verdict, texts):
        draft.paragraph(unjudged)
    if verdict.around and verdict.span and not is_contradicted(verdict):
        differences = _differences(verdict.runs, texts) if verdict.runs else None
        room = -differences.units if differences else 0
        url = link(verdict.passages[0])
        _place(draft, verdict.around, verdict.span, texts, url, room)
        if differences:
            draft.paragraph()
            draft.append(differences)
    elif verdict.closest and not verdict.sentences:
        draft.paragraph(texts("verify_closest"))
        passage, [best] = verdict.closest.passage, verdict.closest.highlights
        _place(draft, passage, best, texts, link(passage), 0)
    _sentences(draft, verdict, texts)
    return draft.message()


def headline(verdict: Verdict, texts: Texts) -> str:
    """Return the verdict in a line: that on the sentences, if any of them is there word for
    word.
    """
    count = len(verdict.sentences)
    exact = sum(sentence.match is Match.EXACT for sentence in verdict.sentences)
    if exact and verdict.match is Match.EXACT:
        return texts("verify_all", count=count)
    if exact:
        return texts("verify_some", exact=exact, count=count)
    if not verdict.complete:
        return texts("verify_unfinished")
    match verdict.match:
        case Match.EXACT if verdict.places > 1:
            return texts("verify_exact_places", count=verdict.places)
        case Match.EXACT:
            return texts("verify_exact")
        case Match.NEARLY:
            return texts("verify_form" if verdict.form else "verify_nearly")
    day = texts.day(verdict.generation.built.astimezone())
    return texts("verify_absent", count=verdict.documents, day=day)


def left_over(verdict: Verdict, texts: Texts) -> str | None:
    """Return how much of a long text was judged sentence by sentence, None if all was."""
    if not verdict.unjudged or not verdict.judged:
        return None
    return texts("verify_unjudged", count=verdict.judged)


def is_contradicted(verdict: Verdict) -> bool:
    """Return True if a sentence that stands word for word elsewhere would be shown as a
    difference.
    """
    theirs = [run.text for run in verdict.runs if run.side is Side.QUESTION]
    exact = [s.text for s in verdict.sentences if s.match is Match.EXACT]
    return any(text.strip() in run for text in exact for run in theirs)


def place(verdict: Verdict, texts: Texts) -> str:
    """Return the sentence of a longer text and its place, in a line."""
    line = f"{SIGNS[verdict.match]} {texts('quoted', words=clip(verdict.text, _SENTENCE))}"
    if verdict.around is None:
        return line
    title = clip(verdict.around.source.title, _TITLE)
    return f"{line} — {title}, {quoting.place(verdict.around, texts)}"


def spaced(runs: Sequence[Run]) -> Iterator[Run]:
    """Return the runs as they are shown one after the other, with a space if the question's
    words would touch the document's.
    """
    before = None
    for run in runs:
        touch = before and not before.text[-1].isspace() and run.text[0].isalnum()
        # between words of the document, the document's own characters stand
        if before and touch and Side.QUESTION in (before.side, run.side):
            yield Run(Side.BOTH, " ")
        yield run
        before = run


def _place(
    draft: Draft,
    around: Passage,
    span: Span,
    texts: Texts,
    url: str | None,
    room: int,
) -> None:
    """Return the place in a line, and as much of the quotation as fits.

    `room` is added to the rest of the message. `url` is for a document without an address.
    """
    draft.paragraph()
    title = clip(around.source.title, _TITLE) or around.source.id
    url = links.address(Hit(around, 0.0, Parts(0.0, 0.0), (span,))) or url
    draft.add(title, "text_link" if url else None, url)
    draft.add(f" — {quoting.place(around, texts)}\n")
    shortened = texts("shortened")
    room += MOST_UNITS - draft.units - units(shortened) - 4
    part = _part(around, span, room)
    _quote(draft, around, part, span)
    if part.start > span.start or part.end < span.end:
        draft.paragraph(shortened)


def _sentences(draft: Draft, verdict: Verdict, texts: Texts) -> None:
    """Return the verdicts on the sentences of the text, as many as fit."""
    head = texts("verify_sentences")
    # a sentence that is repeated is judged once
    lines = list(dict.fromkeys(place(sentence, texts) for sentence in verdict.sentences))
    last = texts("more", count=len(lines))
    if not lines or not draft.fits(units(f"{head}{lines[0]}{last}") + 4):
        return
    draft.paragraph(head)
    for number, line in enumerate(lines):
        if not draft.fits(units(f"{line}{last}") + 2):
            draft.add("\n" + texts("more", count=len(lines) - number))
            return
        draft.add(f"\n{line}")


def _differences(runs: Sequence[Run], texts: Texts) -> Draft:
    draft = Draft()
    draft.paragraph(texts("verify_differences"))
    draft.add("\n")
    types = {Side.BOTH: None, Side.QUESTION: "strikethrough", Side.DOCUMENT: "underline"}
    for number, run in enumerate(spaced(runs)):
        text = _elided(run.text)
        if draft.units + units(text) > _MOST_DIFFERENCES or number >= _MOST_RUNS:
            draft.add("…")
            break
        # the space after words is neither struck through nor underlined
        words = text.rstrip()
        draft.add(words, types[run.side])
        draft.add(text[len(words) :])
    return draft


def _elided(text: str) -> str:
    """Return a run, of a long one its ends."""
    if len(text) <= _LONG_RUN:
        return text
    return f"{prefix(text, _RUN_ENDS)} … {prefix(text[::-1], _RUN_ENDS)[::-1].lstrip()}"


def _part(around: Passage, span: Span, room: int) -> Span:
    """Return as much as fits of the sentences around a stretch: all, the stretch alone, or its
    beginning.
    """
    for part in (Span(around.start, around.end), span):
        if units(around.quote(part)) <= room:
            return part
    return Span(span.start, span.start + len(prefix(around.quote(span), room)))


def _quote(draft: Draft, around: Passage, part: Span, span: Span) -> None:
    if span.start <= part.start and part.end <= span.end:
        text = around.quote(part)
        draft.add(text, "expandable_blockquote" if len(text) > _EXPANDABLE else "blockquote")
    else:
        quoting.quote(draft, Hit(around, 0.0, Parts(0.0, 0.0), (span,)), part)
