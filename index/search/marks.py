"""Choose which sentences of a passage are marked as the answer, by their worth."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.search import naming
from index.text import words
from index.types import Passage, Span

if TYPE_CHECKING:
    from index.search.scoring import Question

__all__ = ["asks", "marked"]

# How close to the best a second sentence must come to be marked as well.
_SECOND = 0.02

# A second sentence is marked too if it has this much of the question that the best one lacks, and
# is worth not much less.
_GAIN, _FAR = 0.2, 0.2

# “No, sorry.” after a question says no more than “No.”
_CURT = 3

# What a title has less than a sentence that says as much.
_TITLE = np.float32(0.15)

# How much below the best row another may be marked instead, because it holds more of what is asked.
_ROW = 0.1

# How many of the terms of a sentence that asks the question shares if it asks the same.
_ALIKE = 0.5

_ASKING = re.compile(r"[?؟？][\"'»”’)]*$")
_NUMBERED = re.compile(r"\W*\d{1,3}[.)]\s+")
_LEADING = re.compile(r"[:：]$")
_WORDS = re.compile(r"\w+")
# `[09:12] Anna: …`, `KEEPER: …`
_TURN = re.compile(r"[^\n]{0,60}?[^\W\d_][)\]*]*[:：]\s+(?P<said>\S.*)", re.DOTALL)
# The mark before the answer of a list of questions.
_LETTERED = re.compile(r"^\w+[.:]\s+")
# A line that heads what is below it in a plain text, and one that asks: `Q. I upgraded …`.
_UNDERLINED = re.compile(r"\n[ \t]*([-=~_*#])\1{3,}[ \t]*$")
_ASKER = re.compile(r"^(?:Q|Question|Frage|Pregunta|Вопрос|Сұрақ|Суроо)\s*\d*[.:]\s", re.IGNORECASE)
_ADDRESS = re.compile(r"\W*(?:https?://|www\.)\S+")
_INNER_STOP = re.compile(r"[.!…。！,;][\"'»”’)]*(?:\s|$)")
_STOP = re.compile(r"[.!?…。！？؟][\"'»”’)\]]*$")
# After a question word, these begin a clause: “when the tide is high”.
_SUBJECT = frozenset("the a an i you he she it we they this that these those there my our".split())


def marked(worth: NDArray[np.float32], passage: Passage, question: Question) -> tuple[Span, ...]:
    """Return the sentence of the highest worth, and a second one if it comes very close.

    `worth` has an entry for each sentence. A label is marked only if there is nothing else; so is a
    sentence that asks, that leads to a table, or that says no more than the question. Of rows, the
    one that holds most of the question is marked. A line that introduces a list is marked with the
    item that fits best, and a bare “Yes.” with the sentence after it. The title of the document is
    marked only if it answers clearly better.
    """
    sentences = [_Sentence(passage, number, question) for number in range(len(worth))]
    ranks = [one.is_label + one.is_idle for one in sentences]
    rows = [row for row, rank in enumerate(ranks) if rank == min(ranks)]
    # batches of other shapes move a mark by 1e-7; of equals the earlier sentence counts
    worth = np.round(_answered(worth, sentences), 5)
    order = sorted(rows, key=lambda row: -worth[row])
    best = order[0]
    if sentences[best].is_row:
        near = [row for row in order if sentences[row].is_row and worth[best] - worth[row] < _ROW]
        most = max(sentences[row].held for row in near)
        order = [row for row in near if sentences[row].held == most]
        best = order[0]
    found = [row for row in order[:2] if worth[best] - worth[row] < _SECOND]
    if len(found) == 1 and not sentences[best].is_row:
        found += _completing(order, worth, sentences, question.wanted)
    if sentences[best].is_bare and not sentences[best + 1].is_label:
        found = [best, best + 1]
    named = naming.subject(passage, best)
    if len(found) == 1 and named is not None and not sentences[named].is_label:
        found.append(named)
    if sentences[best].leads:
        found = [best, *[row for row in order if row > best][:1]]
    return tuple(passage.sentences[row] for row in sorted(found))


def _completing(
    order: Sequence[int],
    worth: NDArray[np.float32],
    sentences: Sequence[_Sentence],
    rarity: Mapping[str, float],
) -> list[int]:
    """Return the sentence, if any, with words of the question that the best one lacks.

    “Can I drill on Sunday?” is answered by what is said of drilling and what is said of Sundays.
    """
    best, *others = order
    total = sum(weight for term, weight in rarity.items() if not term.startswith("^"))
    gains = {
        row: sum(rarity[stem] for stem in sorted(sentences[row].shared - sentences[best].shared))
        for row in others
        if worth[best] - worth[row] < _FAR and not sentences[row].is_row
    }
    most = max(gains, key=lambda row: gains[row], default=None)
    return [most] if most is not None and gains[most] >= _GAIN * total > 0 else []


def asks(sentence: str) -> bool:
    """Return True if a sentence ends as a question does."""
    return _ASKING.search(sentence) is not None


class _Sentence:
    """A sentence of a passage, in relation to a question.

    `is_asked` if it asks; `is_idle` if it answers nothing; `is_turn` if it is the turn of
    a conversation that asks the same; `is_row` if it ends without a stop; `leads` if it ends with a
    colon; `is_bare` if it says only yes or no and more follows; `is_title` if it is the document's
    title. `shared` is what it has of the question, `held` the weight of that.
    """

    __slots__ = (
        "held",
        "is_asked",
        "is_bare",
        "is_idle",
        "is_label",
        "is_row",
        "is_title",
        "is_turn",
        "leads",
        "shared",
    )

    def __init__(self, passage: Passage, number: int, question: Question) -> None:
        rarity = question.wanted
        self.is_label = passage.sentences[number] in passage.labels
        text, language = passage.quote(passage.sentences[number]), passage.source.language
        after = passage.sentences[number + 1 :][:1]
        stems = set(words.stems(_unnumbered(text), language))
        self.shared = stems & rarity.keys()
        self.held = round(sum(rarity[stem] for stem in sorted(self.shared)), 5)
        self.leads = _LEADING.search(text) is not None and bool(after)
        self.is_row = _STOP.search(text) is None and not self.leads
        said = _LETTERED.sub("", text)
        before = passage.sentences[max(number - 1, 0) : number]
        curt = _CURT if any(asks(passage.quote(span)) for span in before) else 1
        self.is_bare = bool(after) and _STOP.search(text) is not None and len(said.split()) <= curt
        self.is_title = text.split() == passage.source.title.split()
        turn = _TURN.match(text) if after else None
        aloud = turn is not None and _asks_aloud(turn["said"], language)
        self.is_turn = aloud and turn is not None and _shares(turn["said"], language, rarity)
        self.is_asked = asks(text)
        self.is_idle = (
            aloud
            or _UNDERLINED.search(text) is not None
            or _ADDRESS.fullmatch(text) is not None
            or (bool(after) and _ASKER.match(text) is not None)
            or (self.leads and after[0] in passage.labels)
            or self.is_asked
            or (not self.leads and _repeats(stems, question))
            or _WORDS.findall(text.casefold()) == _WORDS.findall(question.text.casefold())
        )


def _repeats(stems: set[str], question: Question) -> bool:
    """Return True if the question asks with a question word, and has all that is said."""
    return bool(stems) and len(question.asking) > 0 and question.wanted.keys() >= stems


def _unnumbered(text: str) -> str:
    """Return the words of an item of a list without its number."""
    marker = _NUMBERED.match(text)
    return text[marker.end() :] if marker else text


def _answered(worth: NDArray[np.float32], sentences: Sequence[_Sentence]) -> NDArray[np.float32]:
    """The worth of each sentence; the one after a question has that of it too, in a list of
    questions as in a conversation.
    """
    worth = worth.copy()
    for number, one in enumerate(sentences):
        if one.is_title:
            worth[number] -= _TITLE
    for number, (one, two) in enumerate(pairwise(sentences)):
        if (one.is_turn or one.is_asked) and not (two.is_label or two.is_idle):
            worth[number + 1] = max(worth[number], worth[number + 1])
            # the answer need not say again what was asked
            two.shared |= one.shared
    return worth


def _shares(said: str, language: str, rarity: Mapping[str, float]) -> bool:
    """Return True if at least half of the terms of a sentence that asks are in the question."""
    terms = set(words.terms(said, language))
    return bool(terms) and len(terms & rarity.keys()) >= _ALIKE * len(terms)


def _asks_aloud(said: str, language: str) -> bool:
    """Return True if a turn of a conversation asks; transcripts have few question marks."""
    if asks(said):
        return True
    asking = words.question_words(said, language)
    if not asking or _INNER_STOP.search(said):
        return False
    before, after = said[: asking[0].start].split(), said[asking[0].end :].split()
    return len(before) < 2 and bool(after) and after[0].lower() not in _SUBJECT
