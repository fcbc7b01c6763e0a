"""Messages to editors about open questions, with their buttons. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.editing.gaps import Open
from bot.messages import answers, quoting
from bot.messages.buttons import Action
from bot.messages.keyboards import Keyboards
from bot.messages.model import MOST_UNITS, Button, Draft, Message, clip
from bot.messages.quoting import Link
from bot.messages.texts import Texts
from index.desk.evaluate import Golden
from index.search.keys import key_of
from index.types import Hit, Passage

__all__ = ["PAGE", "listed", "opened", "pinned", "prompt"]

PAGE = 10
"""Questions on a page of /gaps."""

_QUESTION, _OTHERS, _TEXT = 200, 3, 1_000
_PER_ROW = 5


def listed(open: Sequence[Open], first: int, keyboards: Keyboards) -> Message:
    """Show a page of open questions, from place `first` on, with a numbered button each."""
    texts = keyboards.texts
    if not open:
        return Message(texts("gaps_none"))
    lines = [texts("gaps", count=len(open))]
    numbers: tuple[Button, ...] = ()
    for number, one in enumerate(open[first : first + PAGE], first + 1):
        question = quoting.apart(clip(one.group.question, _QUESTION))
        mark = "📌 " if one.pinned else ""
        lines.append(quoting.steady(f"{number}. {mark}{question} — {_asked(one, texts)}"))
        numbers += keyboards.one_of(str(number), Action.GAP, f"{one.id}_{first}")
    rows = (numbers[at : at + _PER_ROW] for at in range(0, len(numbers), _PER_ROW))
    turn = keyboards.turn(Action.GAPS, first, PAGE, len(open))
    return Message("\n".join(lines), keyboard=(*rows, *turn))


def opened(
    one: Open,
    first: int,
    hits: Sequence[Hit],
    keyboards: Keyboards,
    *,
    link: Link,
    words: str | None = None,
) -> Message:
    """Show a question with the passages nearest to it, or to other `words`, each with a button to
    pin it.

    `first` is the page of the list to go back to.
    """
    texts, draft = keyboards.texts, Draft()
    draft.paragraph(clip(one.group.question, MOST_UNITS // 8), "italic")
    draft.paragraph(_asked(one, texts))
    others = [clip(gap.question, _QUESTION) for gap in one.group.gaps[1:]]
    if others:
        quoted = "; ".join(texts("quoted", words=other) for other in others[:_OTHERS])
        draft.add("\n" + texts("gap_others", questions=quoted))
    if words is not None:
        draft.paragraph(texts("gap_found_for", words=clip(words, _QUESTION)))
    elif hits:
        draft.paragraph(texts("gap_nearest"))
    message, shown = _passages(draft, hits, texts, link)
    pins: tuple[Button, ...] = ()
    for number, hit in enumerate(shown, 1):
        pins += keyboards.one_of(texts("gap_pin", number=number), Action.PIN, key_of(hit.passage))
    keyboard = (
        *(pins[at : at + 3] for at in range(0, len(pins), 3)),
        keyboards.one_of(texts("gap_words"), Action.OTHER_WORDS, str(one.id)),
        (
            *keyboards.one_of(texts("gap_not_ours"), Action.NOT_OURS, str(one.id)),
            *keyboards.one_of(texts("gap_back"), Action.GAPS, str(first)),
        ),
    )
    return replace(message, keyboard=keyboard)


def pinned(golden: Golden, passage: Passage, keyboards: Keyboards) -> Message:
    """Say what was pinned, and what happens to it."""
    texts, draft = keyboards.texts, Draft()
    draft.paragraph(clip(golden.question, MOST_UNITS // 8), "italic")
    where = f"{clip(passage.source.title, _QUESTION)} — {quoting.place(passage, texts)}"
    draft.paragraph(texts("gap_pinned", where=where))
    draft.paragraph(clip(golden.text or "", _TEXT), "blockquote")
    draft.paragraph(texts("gap_pinned_then"))
    return draft.message((keyboards.one_of(texts("gap_back"), Action.GAPS, "0"),))


def prompt(gap: int, question: str, keyboards: Keyboards, address: str) -> Message:
    """Ask an editor for other words; the question is a link to `address`, by which a reply to
    this message is recognised. Its button shows the gap instead.
    """
    texts, draft = keyboards.texts, Draft()
    draft.add(question, "text_link", address)
    draft.paragraph(texts("gap_words_wanted"))
    cancel = keyboards.one_of(texts("cancel_button"), Action.GAP, f"{gap}_0")
    return replace(draft.message((cancel,)), asks=texts("gap_words_placeholder"))


def _passages(
    draft: Draft, hits: Sequence[Hit], texts: Texts, link: Link
) -> tuple[Message, Sequence[Hit]]:
    if not hits:
        draft.paragraph(texts("gap_no_passages"))
        return draft.message(), ()
    found = answers.numbered(draft, hits, texts, link=link)
    return found.message, found.hits


def _asked(one: Open, texts: Texts) -> str:
    day = texts.day(max(gap.asked for gap in one.group.gaps).astimezone())
    kind = texts("gap_unanswered" if one.unanswered else "gap_down_voted")
    return texts("gap_asked", count=one.group.people, day=day, kind=kind)
