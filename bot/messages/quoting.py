"""A passage in a message: the line that names its place, and the quotation below it. Pure.

The marked sentence is never folded away: a program shows some three lines of a folded quotation.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise
from pathlib import PurePosixPath

from bot.messages.links import address
from bot.messages.model import Draft, clip, prefix, units
from bot.messages.texts import Texts
from index.types import Hit, Passage, Span

__all__ = ["Link", "add", "also", "apart", "part", "place", "quote", "runs", "steady"]

Link = Callable[[Passage], str | None]
"""Returns where a passage without an address of its own can be read, None for nowhere."""

_EXPANDABLE = 350  # characters: about what a phone shows without scrolling
_WORTH_FOLDING = 150  # characters; three lines are shown in any case
_TITLE, _HEADING = 160, 80
_SHORT = 24
_COPIES = 2
_MOST_BOLD = 90


def add(
    draft: Draft,
    hit: Hit,
    texts: Texts,
    link: Link,
    part: Span | None = None,
    *,
    above: Passage | None = None,
    brief: bool = False,
) -> None:
    """Append a passage, or a part of it in the document's offsets, below the line of its place.

    `above` is the passage that was appended before: a title is not repeated for the next one.
    Of a `brief` one only the marked sentences stay open.
    """
    passage = hit.passage
    part = _below_title(hit, part or Span(passage.start, passage.end))
    where = place(
        passage,
        texts,
        heading=not _begins_with_heading(passage, part),
        mark=next(iter(hit.highlights), None),
    )
    url = address(hit) or link(passage)
    if above and above.source.id == passage.source.id:
        draft.add(where[:1].upper() + where[1:], "text_link" if url else None, url)
        draft.add("\n")
    else:
        title = apart(clip(passage.source.title, _TITLE) or passage.source.id)
        draft.add(title, "text_link" if url else None, url)
        draft.add(f" — {where}\n")
    if hit.also:
        draft.add(f"{also(hit, texts)}\n")
    quote(draft, hit, part, room=0 if brief else _EXPANDABLE)


def quote(draft: Draft, hit: Hit, part: Span, *, room: int = _EXPANDABLE) -> None:
    """Append a part of a passage as quotations: the marked sentences bold, and what has no `room`
    beside them (characters) folded.
    """
    passage = hit.passage
    for number, (span, folded) in enumerate(_segments(hit, part, room)):
        draft.add("\n" if number else "")
        begin, text = draft.units, passage.quote(span)
        draft.add(text, "expandable_blockquote" if folded else "blockquote")
        for mark in hit.highlights[:_MOST_BOLD]:
            start, end = max(mark.start, span.start), min(mark.end, span.end)
            if start < end:
                before = passage.quote(Span(span.start, start))
                draft.mark("bold", begin + units(before), units(passage.quote(Span(start, end))))


def _segments(hit: Hit, part: Span, room: int) -> Iterator[tuple[Span, bool]]:
    """Return the part in quotations of whole sentences, and which of them are folded: those far
    from the mark, if there are many.
    """
    passage = hit.passage
    starts = [s.start for s in passage.sentences if part.start < s.start < part.end]
    edges = [part.start, *starts, part.end]
    pieces = [Span(start, end) for start, end in pairwise(edges)]
    marked = [
        number
        for number, piece in enumerate(pieces)
        if any(mark.start < piece.end and piece.start < mark.end for mark in hit.highlights)
    ]
    # passages read one after another are not folded
    if not marked or part.end - part.start <= max(room, _WORTH_FOLDING):
        yield part, False
        return
    shown = _around(pieces, marked, room)
    runs = [
        (Span(run[0][1].start, run[-1][1].end), is_shown)
        for is_shown, group in groupby(enumerate(pieces), lambda pair: pair[0] in shown)
        if (run := list(group))
    ]
    begin = part.start
    for number, run_of in enumerate(runs):
        span, is_open = run_of[0], _stays_open(run_of)
        if is_open and number + 1 < len(runs) and _stays_open(runs[number + 1]):
            continue
        text = passage.quote(Span(begin, span.end))
        end = span.end if span.end == part.end else begin + len(text.rstrip())
        yield Span(begin, end), not is_open
        begin = span.end


def _stays_open(run: tuple[Span, bool]) -> bool:
    return run[1] or run[0].end - run[0].start < _WORTH_FOLDING


def _around(pieces: Sequence[Span], marked: Sequence[int], room: int) -> set[int]:
    """Return the marked pieces and as many of their neighbours as are seen at once."""
    shown = set(marked)
    size = sum(pieces[number].end - pieces[number].start for number in shown)
    near = sorted(
        (number for number in range(len(pieces)) if number not in shown),
        key=lambda number: min(abs(number - one) for one in marked),
    )
    for number in near:
        size += pieces[number].end - pieces[number].start
        if size > room or not {number - 1, number + 1} & shown:
            break
        shown.add(number)
    return shown


def _below_title(hit: Hit, part: Span) -> Span:
    """Return a quotation without the title it begins with, which stands above it already; whole if
    the title is marked or is all there is.
    """
    passage, title = hit.passage, hit.passage.title
    if title is None or title.start != part.start:
        return part
    rest = passage.quote(Span(title.end, part.end))
    start = part.end - len(rest.lstrip())
    marked = any(mark.start < start for mark in hit.highlights)
    return part if marked or start == part.end else Span(start, part.end)


def _begins_with_heading(passage: Passage, part: Span) -> bool:
    """Return True if a quotation contains its heading."""
    heading = passage.heading
    return bool(heading and part.start == passage.start and passage.text.startswith(heading))


def apart(title: str) -> str:
    """Return a title from right to left set apart, so that the words after it keep their own
    order.
    """
    return f"\u2068{title}\u2069" if _is_rightwards(title) else title


def steady(line: str) -> str:
    """Return a line of a list that begins at the left also if its first words run from right to
    left.

    Clients take the direction of a line from its first letter; not all skip what is set apart.
    """
    return f"\u200e{line}" if _is_rightwards(line) else line


def _is_rightwards(text: str) -> bool:
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in text)


def place(
    passage: Passage,
    texts: Texts,
    *,
    heading: bool = True,
    short: bool = False,
    mark: Span | None = None,
) -> str:
    """Return the place and date of a passage as a person would say it; a `short` one is for a line
    of which a phone shows some thirty letters.

    In a sheet it is the row of the `mark`, the first of the sentences that answer.
    """
    first, last = passage.first_paragraph, passage.last_paragraph
    words = []
    if short:
        words = [texts("page_short", page=passage.page)] if passage.page else []
        if passage.heading:
            return ", ".join([clip(passage.heading, _SHORT), f"¶ {first}", *words])
        return ", ".join([texts("paragraph", first=first), *words]).capitalize()
    if passage.heading and heading:
        words.append(texts("quoted", words=clip(passage.heading, _HEADING)))
    at = mark.start if mark else next(iter(passage.body), passage.sentences[0]).start
    if subject := passage.anchor("mail", at):
        name = PurePosixPath(passage.source.id).name
        words.append(texts("attached", name=clip(name, _HEADING), subject=clip(subject, _HEADING)))
    named = [(kind, passage.anchor(kind, at)) for kind in _PLACES]
    words += [texts(kind, number=name) for kind, name in named if name]
    if not any(name for _, name in named):
        words.append(texts("paragraph" if first == last else "paragraphs", first=first, last=last))
    if passage.page:
        words.append(texts("page", page=passage.page))
    if sure := passage.anchor("ocr", at):
        words.append(texts("recognized", percent=sure))
    if passage.source.date:
        words.append(texts.day(passage.source.date))
    return ", ".join(words)


# Anchors that name a place better than the number of a paragraph.
_PLACES = ("row", "slide")


def also(hit: Hit, texts: Texts) -> str:
    """Return the line that names the other documents with the same passage: two, and how many
    more.
    """
    shared = [copy.source.title for copy in hit.also].count(hit.passage.source.title)
    # copies often share the title too; then only their names differ
    names = [copy.source.id if shared else copy.source.title for copy in hit.also]
    shown = ", ".join(clip(name, _HEADING) for name in names[:_COPIES])
    more = len(names) - _COPIES
    return texts("also_more", names=shown, count=more) if more > 0 else texts("also", names=shown)


def part(hit: Hit, room: int) -> Span:
    """Return consecutive whole sentences that take at most `room` units, a marked one among them.

    A single marked sentence that is longer is cut between words.
    """
    passage = hit.passage
    mark = hit.highlights[0] if hit.highlights else passage.sentences[0]

    def size(start: int, end: int) -> int:
        return units(passage.text[start - passage.start : end - passage.start])

    start, end = mark.start, mark.end
    if size(start, end) > room:
        text = passage.text[start - passage.start : end - passage.start]
        return Span(start, start + len(prefix(text, room)))
    for sentence in passage.sentences:
        if sentence.end > end and size(start, sentence.end) <= room:
            end = sentence.end
    for sentence in reversed(passage.sentences):
        if sentence.start < start and size(sentence.start, end) <= room:
            start = sentence.start
    return Span(start, end)


def runs(passage: Passage, room: int) -> list[Span]:
    """Return the passage in runs of whole sentences that take at most `room` units each; a
    longer sentence is cut between words.
    """
    found: list[Span] = []
    for sentence in passage.sentences:
        start = sentence.start
        while start < sentence.end:
            words = prefix(passage.quote(Span(start, sentence.end)), room)
            end = start + len(words)
            if found and units(passage.quote(Span(found[-1].start, end))) <= room:
                found[-1] = Span(found[-1].start, end)
            else:
                found.append(Span(start, end))
            start = (
                end
                + len(passage.quote(Span(end, sentence.end)))
                - len(passage.quote(Span(end, sentence.end)).lstrip())
            )
    return found
