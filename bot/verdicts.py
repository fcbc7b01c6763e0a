"""A verdict -> a message: is this text really in the documents, where, and how it differs. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bot import render
from bot.messages import MOST_UNITS, Draft, Message, clip, prefix, units
from bot.texts import Texts
from index.search.alignment import Run, Side
from index.search.verify import Match, Verdict
from index.types import Hit, Parts, Passage, Span

__all__ = ["SIGNS", "headline", "message", "place", "spaced"]

SIGNS = {Match.EXACT: "✓", Match.NEARLY: "≈", Match.ABSENT: "✗"}
"""What stands before a sentence of a longer text."""

_EXPANDABLE = 350
_TITLE, _SENTENCE = 160, 80
# What differs needs little of what does not; half a message is left for the quotation.
_MOST_DIFFERENCES, _MOST_RUNS = 1_600, 80
_LONG_RUN, _RUN_ENDS = 120, 50


def _nowhere(_: Passage) -> str | None:
    return None


def message(
    verdict: Verdict, texts: Texts, link: Callable[[Passage], str | None] = _nowhere
) -> Message:
    """The message of a verdict; it keeps within Telegram's limits.

    The block quotation is a slice of the document: the sentences around the text, or as much as
    fits, with what was asked about in bold. Below it stands what differs, struck out what only the
    question has, underlined what only the document has. `link` says where a passage of a document
    without an address can be read.
    """
    draft = Draft()
    draft.paragraph(headline(verdict, texts))
    if verdict.around is None or verdict.span is None:
        _sentences(draft, verdict, texts)
        return draft.message()
    differences = _differences(verdict.runs, texts) if verdict.runs else None
    draft.paragraph()
    title = clip(verdict.around.source.title, _TITLE) or verdict.around.source.id
    hit = Hit(verdict.around, 0.0, Parts(0.0, 0.0), (verdict.span,))
    url = render.address(hit) or link(verdict.passages[0])
    draft.add(title, "text_link" if url else None, url)
    draft.add(f" — {render.place(verdict.around, texts)}\n")
    shortened = texts("shortened")
    room = MOST_UNITS - draft.units - units(shortened) - 4
    room -= differences.units if differences else 0
    part = _part(verdict.around, verdict.span, room)
    _quote(draft, verdict.around, part, verdict.span)
    if part.start > verdict.span.start or part.end < verdict.span.end:
        draft.paragraph(shortened)
    if differences:
        draft.paragraph()
        draft.append(differences)
    _sentences(draft, verdict, texts)
    return draft.message()


def headline(verdict: Verdict, texts: Texts) -> str:
    """The verdict in a line."""
    match verdict.match:
        case Match.EXACT if verdict.places > 1:
            return texts("verify_exact_places", count=verdict.places)
        case Match.EXACT:
            return texts("verify_exact")
        case Match.NEARLY:
            return texts("verify_nearly")
    day = texts.day(verdict.generation.built.astimezone())
    return texts("nothing", count=verdict.documents, day=day)


def place(verdict: Verdict, texts: Texts) -> str:
    """The sentence of a longer text and where it stands, in a line."""
    line = f"{SIGNS[verdict.match]} {texts('quoted', words=clip(verdict.text, _SENTENCE))}"
    if verdict.around is None:
        return line
    title = clip(verdict.around.source.title, _TITLE)
    return f"{line} — {title}, {render.place(verdict.around, texts)}"


def spaced(runs: Sequence[Run]) -> Iterator[Run]:
    """The runs as they are shown one behind the other: with a space where the question's words
    would touch the document's.
    """
    before = None
    for run in runs:
        touch = before and not before.text[-1].isspace() and run.text[0].isalnum()
        # between words of the document stands what the document has there
        if before and touch and Side.QUESTION in (before.side, run.side):
            yield Run(Side.BOTH, " ")
        yield run
        before = run


def _sentences(draft: Draft, verdict: Verdict, texts: Texts) -> None:
    """The verdicts on the sentences of the text, as many as fit."""
    head = texts("verify_sentences")
    lines = [place(sentence, texts) for sentence in verdict.sentences]
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
        # the space behind words is neither struck out nor underlined
        words = text.rstrip()
        draft.add(words, types[run.side])
        draft.add(text[len(words) :])
    return draft


def _elided(text: str) -> str:
    """A run, of a long one its ends."""
    if len(text) <= _LONG_RUN:
        return text
    return f"{prefix(text, _RUN_ENDS)} … {prefix(text[::-1], _RUN_ENDS)[::-1].lstrip()}"


def _part(around: Passage, span: Span, room: int) -> Span:
    """What fits of the sentences around a stretch: all, the stretch alone, or its beginning."""
    for part in (Span(around.start, around.end), span):
        if units(around.quote(part)) <= room:
            return part
    return Span(span.start, span.start + len(prefix(around.quote(span), room)))


def _quote(draft: Draft, around: Passage, part: Span, span: Span) -> None:
    text = around.quote(part)
    begin = draft.units
    draft.add(text, "expandable_blockquote" if len(text) > _EXPANDABLE else "blockquote")
    start, end = max(part.start, span.start), min(part.end, span.end)
    if Span(start, end) != part:
        before, bold = around.quote(Span(part.start, start)), around.quote(Span(start, end))
        draft.mark("bold", begin + units(before), units(bold))
