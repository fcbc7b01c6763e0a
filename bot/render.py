"""An answer -> a message: the passages as they stand in the documents. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from bot.messages import MOST_UNITS, Draft, Message, clip, prefix, units
from bot.texts import Texts
from index.types import Answer, Hit, Outcome, Passage, Span

__all__ = ["address", "answer", "place", "worth_showing"]

_EXPANDABLE = 350  # characters: about what a phone shows without scrolling
_NEAR_BEST = 0.8
_TITLE, _HEADING = 160, 80
_MOST_BOLD = 90


def answer(found: Answer, texts: Texts, question: str | None = None) -> Message:
    """The message that answers; it keeps within Telegram's limits.

    It holds the passages whose score is near the best, as many as fit, and of a passage longer than
    a message the part around its marked sentence. `question`, if given, stands above.
    """
    draft = Draft()
    if question:
        draft.paragraph(clip(question, MOST_UNITS // 4), "italic")
    if found.outcome is Outcome.NOTHING:
        day = texts.day(found.generation.built.astimezone())
        draft.paragraph(texts("nothing", count=found.documents, day=day))
        if found.nearest:
            titles = "; ".join(clip(title, _TITLE) for title in found.nearest)
            draft.paragraph(texts("nearest", titles=titles))
        return draft.message()
    if found.outcome is Outcome.RELATED:
        draft.paragraph(texts("related"))
    near = worth_showing(found)
    for count in range(len(near), 0, -1):
        whole = draft.copy()
        for hit in near[:count]:
            _add(whole, hit, texts)
        if whole.fits():
            return whole.message()
    return _shortened(draft, near[0], texts)


def worth_showing(found: Answer) -> list[Hit]:
    """The passages whose score is near the best, best first: the others would only distract."""
    return [hit for hit in found.hits if hit.score >= _NEAR_BEST * found.hits[0].score]


def _add(draft: Draft, hit: Hit, texts: Texts, part: Span | None = None) -> None:
    """Append a passage, or a part of it in the document's offsets, below the line of its place."""
    passage = hit.passage
    draft.paragraph()
    title = clip(passage.source.title, _TITLE) or passage.source.id
    url = address(hit)
    draft.add(title, "text_link" if url else None, url)
    draft.add(f" — {place(passage, texts)}\n")
    part = part or Span(passage.start, passage.end)
    text = passage.text[part.start - passage.start : part.end - passage.start]
    begin = draft.units
    draft.add(text, "expandable_blockquote" if len(text) > _EXPANDABLE else "blockquote")
    for span in hit.highlights[:_MOST_BOLD]:
        start, end = max(span.start, part.start), min(span.end, part.end)
        if start < end:
            before, bold = text[: start - part.start], text[start - part.start : end - part.start]
            draft.mark("bold", begin + units(before), units(bold))


def place(passage: Passage, texts: Texts) -> str:
    """Where a passage stands and of when it is, as a person would say it."""
    first, last = passage.first_paragraph, passage.last_paragraph
    words = []
    if passage.heading:
        words.append(texts("quoted", words=clip(passage.heading, _HEADING)))
    words.append(texts("paragraph" if first == last else "paragraphs", first=first, last=last))
    if passage.page:
        words.append(texts("page", page=passage.page))
    if passage.source.date:
        words.append(texts.day(passage.source.date))
    return ", ".join(words)


def _shortened(draft: Draft, hit: Hit, texts: Texts) -> Message:
    """A message with as much of one passage as fits."""
    empty = draft.copy()
    _add(empty, hit, texts, Span(hit.passage.start, hit.passage.start))
    notice = texts("shortened")
    room = MOST_UNITS - empty.units - units(notice) - 2
    _add(draft, hit, texts, _part(hit, room))
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
