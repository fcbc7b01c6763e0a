"""From a message to the questions in it. What people say around a question asks nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from index.text import phrasebook, politeness
from index.types import Talk

__all__ = ["Message", "Part", "asks", "read"]

# The most questions of one message that are answered; the rest is not read.
MOST = 5

# A sentence or line ends, or a mark of a list begins. A point inside a number or a name ends
# nothing.
_END = re.compile(
    r"(?<=[!?…؟。！？।])[\"'»”’)\]]*\s*|(?<=[^\W\d_]{2}\.)\s+|(?<=\d\.)\s+(?=[A-ZА-ЯЁ])|[\r\n]+"
)

_FIRST, _SECOND = re.compile(r"(?:^|\s)\(?1[.)]\s"), re.compile(r"\s\(?2[.)]\s")
_ITEMS = re.compile(rf"{_END.pattern}|\s+(?=\(?\d{{1,2}}[.)]\s)")


@dataclass(frozen=True, slots=True)
class Part:
    """One question of a message.

    `question` is what the answer is shown for; `readings` are the texts to search with, of which
    the best answer counts: the question alone, as it was written, and after the sentences before
    it. `told` is the question with what the message says after it, if it does.
    """

    question: str
    readings: tuple[str, ...]
    told: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """The questions of a message, in order; `talk` is the kind of a message that asks nothing.

    `perhaps` is its kind if that is not sure: thanks, and words that no question mark follows.
    """

    parts: tuple[Part, ...]
    talk: Talk | None = None
    perhaps: Talk | None = None


def read(message: str) -> Message:
    """Return the questions in `message`, at most five, freed of greetings, thanks and politeness.

    A message that contains nothing else has no parts. One without any question mark asks with all
    that it tells. Several questions become several parts; a sentence that tells
    something stays as context of the question after it. Pure, and linear in the message's length.
    """
    sentences = [_Sentence(text, *politeness.free(text)) for text in _sentences(_calm(message))]
    if talk := _talk(message, sentences):
        return Message((), talk)
    telling = [sentence for sentence in sentences if sentence.freed]
    asking = [sentence for sentence in telling if sentence.asks]
    if not asking and len(telling) == 1 and _asks_first(telling[0].freed):
        # two questions of someone who types no question marks
        asking = [telling[0]] if len(_halves(telling[0].freed)) > 1 else []
    if not asking or (len(telling) == 1 and len(_halves(telling[0].freed)) == 1):
        whole = " ".join(sentence.freed for sentence in telling) or " ".join(message.split())
        thanks = not asking and any("thanks" in sentence.kinds for sentence in sentences)
        part = Part(whole, _distinct(whole, *_alone(telling), message))
        return Message((part,), perhaps=Talk.THANKS if thanks else None)
    parts: list[Part] = []
    told: list[str] = []
    for sentence in telling:
        if sentence not in asking:
            told.append(sentence.freed)
            continue
        for question in _halves(sentence.freed):
            context = " ".join([*told[-2:], question])
            parts.append(Part(question, _distinct(question, context)))
        told = []
    # one question, and a statement after it
    if len(parts) == 1:
        whole = " ".join(sentence.freed for sentence in telling)
        after = whole if telling[-1] not in asking else None
        parts = [Part(parts[0].question, _distinct(*parts[0].readings, whole), after)]
    return Message(tuple(parts[:MOST]))


def asks(message: str) -> bool:
    """Return True if something in `message` shows that it asks: a question mark, a word that
    asks at the beginning of a sentence, or a request (“please tell me …”).
    """
    sentences = [_Sentence(text, *politeness.free(text)) for text in _sentences(_calm(message))]
    return any(
        phrasebook.ASKING.search(sentence.text)
        or "opening" in sentence.kinds
        or _asks_first(sentence.freed)
        for sentence in sentences
    )


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence as written, the rest without politeness, and the kinds of politeness."""

    text: str
    freed: str
    kinds: frozenset[str]

    @property
    def asks(self) -> bool:
        asking = phrasebook.ASKING.search(self.text) or phrasebook.ITEM.match(self.text)
        return bool(asking) or "opening" in self.kinds


def _calm(message: str) -> str:
    """Return a message in capitals in small letters: models read capitals as names."""
    shouts = message.isupper() and len(phrasebook.WORD.findall(message)) > 1
    return message.lower() if shouts else message


def _sentences(message: str) -> Iterator[str]:
    # a list in one line: “1) opening hours 2) prices”
    listed = _FIRST.search(message) and _SECOND.search(message)
    for piece in (_ITEMS if listed else _END).split(message):
        text = " ".join(piece.split())
        if any(character.isalnum() for character in text):
            yield text


def _talk(message: str, sentences: Sequence[_Sentence]) -> Talk | None:
    """Return the kind of a message that is only politeness, or that addresses the bot itself."""
    if not any(character.isalnum() for character in message):
        return Talk.OTHER
    if any(sentence.freed for sentence in sentences):
        return None
    kinds = [kind for sentence in sentences for kind in sentence.kinds]
    order = {
        "documents": Talk.DOCUMENTS,
        "abilities": Talk.ABILITIES,
        "thanks": Talk.THANKS,
        "talk": Talk.OTHER,
    }
    for kind, talk in order.items():
        if kind in kinds:
            return talk
    # only "please" or "I have a question": the question is still to come
    return Talk.GREETING


def _alone(telling: Sequence[_Sentence]) -> list[str]:
    """Return each of several sentences by itself: people tell a story and ask with one part of
    it.
    """
    return [sentence.freed for sentence in telling] if 1 < len(telling) <= MOST else []


def _asks_first(question: str) -> bool:
    """Return True if a text begins with a word that asks."""
    return _beginning().match(question) is not None


def _halves(question: str) -> tuple[str, ...]:
    """Return the two questions of “… and how …”, if both halves ask with a question word of
    their own.
    """
    for match in _joints().finditer(question):
        first, second = (
            question[: match.start()].rstrip(" ,;"),
            question[match.end("and") :].strip(),
        )
        if len(phrasebook.WORD.findall(first)) >= 3 and len(phrasebook.WORD.findall(second)) >= 3:
            return first + "?", second
    return (question,)


def _distinct(*texts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(text.split()) for text in texts if text.strip()))


@cache
def _beginning() -> re.Pattern[str]:
    """Return a word that asks, in each language."""
    asking = [word for content in phrasebook.languages() for word in content.get("asking", ())]
    return re.compile(rf"(?:{'|'.join(map(re.escape, asking))})\b", re.IGNORECASE)


@cache
def _joints() -> re.Pattern[str]:
    """Return “and” before a question word, in each language that has both."""
    pairs = [
        rf"(?:{'|'.join(content['and'])})\s+(?=(?:{'|'.join(content['asking'])})\b)"
        for content in phrasebook.languages()
        if "and" in content
    ]
    return re.compile(rf"(?<=[\w)]),?\s+(?P<and>{'|'.join(pairs)})", re.IGNORECASE)
