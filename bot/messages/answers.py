"""An answer -> a message: the passages as they stand in the documents. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from bot.messages.model import MOST_UNITS, Draft, Message, clip, prefix, units
from bot.messages.texts import Texts
from index.types import Answer, Hit, Outcome, Parts, Passage, Place, Span, Talk

__all__ = [
    "TALK",
    "Link",
    "Shown",
    "address",
    "also",
    "answer",
    "lead",
    "more",
    "numbered",
    "place",
    "quotation",
    "reading",
    "whole",
    "worth_showing",
]

TALK = {
    Talk.GREETING: "talk_greeting",
    Talk.THANKS: "talk_thanks",
    Talk.ABILITIES: "talk_abilities",
    Talk.DOCUMENTS: "talk_documents",
    Talk.OTHER: "talk_other",
}
"""The keys of the replies to what asks nothing."""

_EXPANDABLE = 350  # characters: about what a phone shows without scrolling
_NEAR_BEST = 0.8
_AT_ONCE = 3
_TITLE, _HEADING = 160, 80
_COPIES = 2
_MOST_BOLD = 90

Link = Callable[[Passage], str | None]
"""Where a passage can be read that has no address of its own, None for nowhere."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A message with the passages that found room in it; `cut` where of the one only a part did."""

    message: Message
    hits: tuple[Hit, ...] = ()
    cut: bool = False


def _nowhere(_: Passage) -> str | None:
    return None


def answer(
    found: Answer,
    texts: Texts,
    *,
    link: Link = _nowhere,
    question: str | None = None,
    note: str | None = None,
) -> Shown:
    """The message that answers; it keeps within Telegram's limits.

    It holds the passages whose score is near the best, as many as fit, and of a passage longer than
    a message the part around its marked sentence. `question` and `note`, if given, stand above.
    """
    draft = Draft()
    if question:
        draft.paragraph(clip(question, MOST_UNITS // 4), "italic")
    if note:
        draft.paragraph(note)
    if found.talk:
        draft.paragraph(texts(TALK[found.talk], count=found.documents))
        return Shown(draft.message())
    if found.not_in:
        draft.paragraph(texts("not_in", title=clip(found.not_in, _TITLE)))
    if found.parts:
        return _several(draft, found.parts, texts, link)
    for line in lead(found, texts):
        draft.paragraph(line)
    if found.outcome is Outcome.NOTHING:
        return Shown(draft.message())
    return _passages(draft, worth_showing(found), texts, link)


def lead(found: Answer, texts: Texts) -> list[str]:
    """The lines that stand above the passages of an answer, or in place of them."""
    lines = []
    if found.taken_for:
        lines.append(texts("taken_for", question=clip(found.taken_for, _TITLE)))
    if found.ask_in:
        asked, wanted = texts.name_of(found.language), texts.name_of(*found.ask_in)
        count = len(found.ask_in)
        lines.append(texts("ask_in", asked=asked, languages=wanted, count=count))
    elif found.outcome is Outcome.NOTHING:
        day = texts.day(found.generation.built.astimezone())
        lines.append(texts("nothing", count=found.documents, day=day))
        if found.nearest:
            titles = "; ".join(clip(title, _TITLE) for title in found.nearest)
            lines.append(texts("nearest", titles=titles))
    elif found.missing and found.instead:
        names = {"names": ", ".join(found.missing), "others": ", ".join(found.instead)}
        lines.append(texts("missing_closest", **names))
    elif found.missing:
        lines.append(texts("missing", names=", ".join(found.missing)))
    elif found.outcome is Outcome.RELATED:
        lines.append(texts("related"))
    if found.quoted_in:
        lines.append(texts("quoted_in", language=texts.name_of(found.quoted_in)))
    return lines


def _several(draft: Draft, parts: Sequence[Answer], texts: Texts, link: Link) -> Shown:
    """The draft with the best passage for each question, numbered; those that find no room are
    named with their question alone.
    """
    shown: list[Hit] = []
    for number, part in enumerate(parts, 1):
        draft.paragraph(f"{number}. {clip(part.question, _TITLE)}", "italic")
        for line in lead(part, texts):
            draft.paragraph(line)
        for hit in worth_showing(part)[:1] if part.hits else ():
            trial = draft.copy()
            trial.paragraph()
            _add(trial, hit, texts, link)
            if trial.fits():
                draft = trial
                shown.append(hit)
            else:
                draft.paragraph(texts("ask_alone"))
    return Shown(draft.message(), tuple(shown))


def more(found: Answer, first: int, texts: Texts, *, link: Link = _nowhere) -> Shown:
    """The passages from place `first` on (0 is the best), as many as fit into a message."""
    draft = Draft()
    draft.add(texts("more_passages"))
    return _passages(draft, found.hits[first : first + _AT_ONCE], texts, link)


def numbered(draft: Draft, hits: Sequence[Hit], texts: Texts, *, link: Link = _nowhere) -> Shown:
    """The draft with as many of the passages as fit after it, each with its number."""
    return _passages(draft, hits, texts, link, numbered=True)


def quotation(hit: Hit, texts: Texts, *, link: Link = _nowhere) -> Message:
    """A passage that stands alone, wherever it is posted."""
    return _passages(Draft(), [hit], texts, link).message


def reading(
    place: Place, texts: Texts, *, link: Link = _nowhere, question: str | None = None
) -> Message:
    """One passage of a document by itself, as it is read from one to the next.

    `question`, if given, stands above, as it did in the answer that was here.
    """
    draft = Draft()
    if question:
        draft.paragraph(clip(question, MOST_UNITS // 4), "italic")
    if place.changed:
        draft.paragraph(texts("changed"))
    return _passages(draft, [Hit(place.passage, 0.0, Parts(0.0, 0.0))], texts, link).message


def whole(passage: Passage, texts: Texts, *, link: Link = _nowhere) -> list[Message]:
    """A passage too long for one message, in as many as it takes, each of whole sentences."""
    hit = Hit(passage, 0.0, Parts(0.0, 0.0))
    above = Draft()
    _add(above, hit, texts, link, Span(passage.start, passage.start))
    found = []
    for part in _runs(passage, MOST_UNITS - above.units):
        draft = Draft()
        _add(draft, hit, texts, link, part)
        found.append(draft.message())
    return found


def worth_showing(found: Answer) -> Sequence[Hit]:
    """The first passages whose score is near the best: the others would only distract."""
    best = found.hits[:_AT_ONCE]
    return [hit for hit in best if hit.score >= _NEAR_BEST * best[0].score]


def _passages(
    draft: Draft, hits: Sequence[Hit], texts: Texts, link: Link, *, numbered: bool = False
) -> Shown:
    """The draft with as many of the passages as fit after it, a part of the first if none does."""
    for count in range(len(hits), 0, -1):
        whole = draft.copy()
        for number, hit in enumerate(hits[:count], 1):
            whole.paragraph(f"{number}. " if numbered else "")
            _add(whole, hit, texts, link)
        if whole.fits():
            return Shown(whole.message(), tuple(hits[:count]))
    draft.paragraph()
    return Shown(_shortened(draft, hits[0], texts, link), tuple(hits[:1]), cut=True)


def _add(draft: Draft, hit: Hit, texts: Texts, link: Link, part: Span | None = None) -> None:
    """Append a passage, or a part of it in the document's offsets, below the line of its place."""
    passage = hit.passage
    title = _apart(clip(passage.source.title, _TITLE) or passage.source.id)
    url = address(hit) or link(passage)
    draft.add(title, "text_link" if url else None, url)
    draft.add(f" — {place(passage, texts, next(iter(hit.highlights), None))}\n")
    if hit.also:
        draft.add(f"{also(hit, texts)}\n")
    part = part or Span(passage.start, passage.end)
    text = passage.text[part.start - passage.start : part.end - passage.start]
    begin = draft.units
    # what is read from one passage to the next is not folded away
    folded = bool(hit.highlights) and len(text) > _EXPANDABLE
    draft.add(text, "expandable_blockquote" if folded else "blockquote")
    for span in hit.highlights[:_MOST_BOLD]:
        start, end = max(span.start, part.start), min(span.end, part.end)
        if start < end:
            before, bold = text[: start - part.start], text[start - part.start : end - part.start]
            draft.mark("bold", begin + units(before), units(bold))


def _apart(title: str) -> str:
    """A title from right to left set apart, so that the words behind it keep their own order."""
    rightwards = any(unicodedata.bidirectional(character) in ("R", "AL") for character in title)
    return f"\u2068{title}\u2069" if rightwards else title


def place(passage: Passage, texts: Texts, mark: Span | None = None) -> str:
    """Where a passage stands and of when it is, as a person would say it.

    Of a sheet it is the row of the `mark`, the first of the sentences that answer.
    """
    first, last = passage.first_paragraph, passage.last_paragraph
    words = []
    if passage.heading:
        words.append(texts("quoted", words=clip(passage.heading, _HEADING)))
    at = mark.start if mark else next(iter(passage.body), passage.sentences[0]).start
    named = [(kind, passage.anchor(kind, at)) for kind in _PLACES]
    words += [texts(kind, number=name) for kind, name in named if name]
    if not any(name for _, name in named):
        words.append(texts("paragraph" if first == last else "paragraphs", first=first, last=last))
    if passage.page:
        words.append(texts("page", page=passage.page))
    if passage.source.date:
        words.append(texts.day(passage.source.date))
    return ", ".join(words)


# What names a place better than the number of a paragraph.
_PLACES = ("row", "slide")


def also(hit: Hit, texts: Texts) -> str:
    """The line that names the other documents with the same passage: two, and how many more."""
    shared = [copy.source.title for copy in hit.also].count(hit.passage.source.title)
    # copies often share the title too; then only their names tell them apart
    names = [copy.source.id if shared else copy.source.title for copy in hit.also]
    shown = ", ".join(clip(name, _HEADING) for name in names[:_COPIES])
    more = len(names) - _COPIES
    return texts("also_more", names=shown, count=more) if more > 0 else texts("also", names=shown)


def _shortened(draft: Draft, hit: Hit, texts: Texts, link: Link) -> Message:
    """A message with as much of one passage as fits."""
    empty = draft.copy()
    _add(empty, hit, texts, link, Span(hit.passage.start, hit.passage.start))
    notice = texts("shortened")
    room = MOST_UNITS - empty.units - units(notice) - 2
    _add(draft, hit, texts, link, _part(hit, room))
    draft.paragraph(notice)
    return draft.message()


def _part(hit: Hit, room: int) -> Span:
    """Whole sentences in a row that take at most `room` units, a marked one among them.

    A marked sentence that is longer alone is cut between words.
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


def _runs(passage: Passage, room: int) -> list[Span]:
    """The passage in runs of whole sentences that take at most `room` units each; a longer sentence
    is cut between words.
    """
    runs: list[Span] = []
    for sentence in passage.sentences:
        start = sentence.start
        while start < sentence.end:
            words = prefix(passage.quote(Span(start, sentence.end)), room)
            end = start + len(words)
            if runs and units(passage.quote(Span(runs[-1].start, end))) <= room:
                runs[-1] = Span(runs[-1].start, end)
            else:
                runs.append(Span(start, end))
            start = (
                end
                + len(passage.quote(Span(end, sentence.end)))
                - len(passage.quote(Span(end, sentence.end)).lstrip())
            )
    return runs


# What an address may hold besides letters and digits (RFC 3986), and `%` of what is encoded.
_ADDRESS = "%:/?#[]@!$&'()*+,;=-._~"
_LONGEST_ADDRESS = 1_500
_LONGEST_RUN = 60


def address(hit: Hit) -> str | None:
    """A link to the marked sentence on the page of its document, None without one."""
    source = hit.passage.source
    try:
        parts = urlsplit(quote(source.url or "", safe=_ADDRESS))
        host = parts.hostname or ""
    except ValueError:
        return None
    # Telegram refuses a message with a link to anything else
    if parts.scheme not in ("http", "https") or "." not in host.strip("."):
        return None
    address = parts.geturl()
    if len(address) > _LONGEST_ADDRESS:
        return None
    if not hit.highlights or ":~:" in address:
        return address
    span, start = hit.highlights[0], hit.passage.start
    words = hit.passage.text[span.start - start : span.end - start].split()
    return f"{address}{'' if parts.fragment else '#'}:~:text={_fragment(words)}"


def _fragment(words: Sequence[str]) -> str:
    """The text directive of a URL fragment: all of a short text, else its ends."""
    runs = [" ".join(words)]
    if len(runs[0]) > 2 * _LONGEST_RUN:
        runs = [prefix(runs[0], _LONGEST_RUN), prefix(runs[0][::-1], _LONGEST_RUN)[::-1]]
    encoded = (quote(run, safe="") for run in runs)
    # a bare hyphen, comma or ampersand is syntax there: https://wicg.github.io/scroll-to-text-fragment
    return ",".join(run.replace("-", "%2D") for run in encoded)
