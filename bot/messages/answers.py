"""From an answer to a message: the passages as they stand in the documents. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.messages import quoting
from bot.messages.model import MOST_UNITS, Draft, Message, clip, units
from bot.messages.quoting import Link
from bot.messages.texts import Texts
from index.search.differing import is_dated
from index.types import Answer, Hit, Outcome, Parts, Passage, Place, Span, Talk

__all__ = [
    "TALK",
    "Shown",
    "answer",
    "lead",
    "more",
    "numbered",
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
    Talk.UNCLEAR: "talk_unclear",
    Talk.OTHER: "talk_other",
}
"""The keys of the replies to messages that ask nothing."""

_NEAR_BEST = 0.8
_AT_ONCE = 3
_TITLE = 160
_BREAKS = 12  # units for line breaks around and in a quotation


@dataclass(frozen=True, slots=True)
class Shown:
    """A message with the passages that fit; `cut` if only a part of its single passage does."""

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
    """Return the message that answers; it keeps within Telegram's limits.

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
    """Return the lines above the passages of an answer, or in place of them."""
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
        language = texts.name_of(found.quoted_in) if found.quoted_in else None
        lines.append(texts("related_in", language=language) if language else texts("related"))
        return lines
    if found.differ:
        dated = all(is_dated(hit.passage.source) for hit in found.hits[: found.differ])
        lines.append(texts("differ_newest" if dated else "differ"))
    if found.quoted_in:
        # what ends in “Closest:” stands right above the passages
        lines.insert(0, texts("quoted_in", language=texts.name_of(found.quoted_in)))
    return lines


def _several(draft: Draft, parts: Sequence[Answer], texts: Texts, link: Link) -> Shown:
    """Return the draft with the best passage for each question, numbered; questions whose
    passage does not fit are only named.
    """
    shown: list[Hit] = []
    said: set[str] = set()
    for number, part in enumerate(parts, 1):
        draft.paragraph(f"{number}. {clip(part.question, _TITLE)}", "italic")
        if part.taken_for and part.question in part.taken_for:
            # read after the question above it, as anyone would
            part = replace(part, taken_for=None)
        lines = lead(part, texts)
        if part.quoted_in:
            # said once for all quotes in it
            language = texts("quoted_in", language=texts.name_of(part.quoted_in))
            lines = [line for line in lines if line != language or line not in said]
            said.add(language)
        for line in lines:
            draft.paragraph(line)
        for hit in worth_showing(part)[:1] if part.hits else ():
            trial = draft.copy()
            trial.paragraph()
            quoting.add(trial, hit, texts, link)
            if trial.fits():
                draft = trial
                shown.append(hit)
            else:
                draft.paragraph(texts("ask_alone"))
    return Shown(draft.message(), tuple(shown))


def more(found: Answer, first: int, texts: Texts, *, link: Link = _nowhere) -> Shown:
    """Return the passages from place `first` on (0 is the best), as many as fit into a message."""
    draft = Draft()
    draft.add(texts("more_passages"))
    return _passages(draft, found.hits[first : first + _AT_ONCE], texts, link)


def numbered(draft: Draft, hits: Sequence[Hit], texts: Texts, *, link: Link = _nowhere) -> Shown:
    """Return the draft with as many of the passages as fit after it, each with its number."""
    return _passages(draft, hits, texts, link, numbered=True)


def quotation(
    hit: Hit, texts: Texts, *, link: Link = _nowhere, lead: Sequence[str] = ()
) -> Message:
    """Return a passage that stands alone in any chat, below lines that say what it is."""
    draft = Draft()
    for line in lead:
        draft.paragraph(line)
    return _passages(draft, [hit], texts, link).message


def reading(
    place: Place, texts: Texts, *, link: Link = _nowhere, question: str | None = None
) -> Message:
    """Return one passage of a document by itself, for reading from one to the next.

    `question`, if given, stands above, as it did in the answer before.
    """
    draft = Draft()
    if question:
        draft.paragraph(clip(question, MOST_UNITS // 4), "italic")
    if place.changed:
        draft.paragraph(texts("changed"))
    return _passages(draft, [Hit(place.passage, 0.0, Parts(0.0, 0.0))], texts, link).message


def whole(passage: Passage, texts: Texts, *, link: Link = _nowhere) -> list[Message]:
    """Return a passage too long for one message, in several, each of whole sentences."""
    hit = Hit(passage, 0.0, Parts(0.0, 0.0))
    above = Draft()
    quoting.add(above, hit, texts, link, Span(passage.start, passage.start))
    found = []
    for part in quoting.runs(passage, MOST_UNITS - above.units):
        draft = Draft()
        quoting.add(draft, hit, texts, link, part)
        found.append(draft.message())
    return found


def worth_showing(found: Answer) -> Sequence[Hit]:
    """Return the first passages whose score is near the best: the others would only distract."""
    best = found.hits[:_AT_ONCE]
    return [hit for hit in best if hit.score >= _NEAR_BEST * best[0].score]


def _passages(
    draft: Draft, hits: Sequence[Hit], texts: Texts, link: Link, *, numbered: bool = False
) -> Shown:
    """Return the draft with as many of the passages as fit after it, a part of the first if none
    does.
    """
    for count in range(len(hits), 0, -1):
        whole = draft.copy()
        above = None
        for number, hit in enumerate(hits[:count], 1):
            whole.paragraph(f"{number}. " if numbered else "")
            # the first one answers; of the others a glance is enough
            brief = number > 1 and not numbered
            quoting.add(whole, hit, texts, link, above=above, brief=brief)
            above = hit.passage
        if whole.fits():
            return Shown(whole.message(), tuple(hits[:count]))
    draft.paragraph()
    return Shown(_shortened(draft, hits[0], texts, link), tuple(hits[:1]), cut=True)


def _shortened(draft: Draft, hit: Hit, texts: Texts, link: Link) -> Message:
    """Return a message with as much of one passage as fits."""
    empty = draft.copy()
    quoting.add(empty, hit, texts, link, Span(hit.passage.start, hit.passage.start))
    notice = texts("shortened")
    room = MOST_UNITS - empty.units - units(notice) - _BREAKS
    quoting.add(draft, hit, texts, link, quoting.part(hit, room))
    draft.paragraph(notice)
    return draft.message()
