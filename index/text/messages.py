"""A message -> the questions in it. What people say around a question asks nothing."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from index.types import Talk

__all__ = ["Message", "Part", "leans", "pronouns", "read"]

# The most questions of one message that are answered; the rest is not read.
MOST = 5

# A question that goes on with “and” stands alone if it is longer than this, in words; one with a
# pronoun, if it has more words of its own.
_FEW, _OWN = 8, 2

# The first of these that names a phrase keeps it; those of _WHOLE only count as whole sentences.
_WHOLE = ("documents", "abilities", "talk", "address")
_LEADING = (
    "documents",
    "abilities",
    "thanks",
    "greeting",
    "introducing",
    "opening",
    "talk",
    "address",
)


# A sentence or line ends, or a mark of a list begins. A point inside a number or a name ends none.
_END = re.compile(
    r"(?<=[!?…؟。！？।])[\"'»”’)\]]*\s*|(?<=[^\W\d_]{2}\.)\s+|(?<=\d\.)\s+(?=[A-ZА-ЯЁ])|[\r\n]+"
)
_ITEM = re.compile(r"^\s*(?:[-*•–—▪◦·]|\(?\d{1,2}[.)]|\(?[a-zа-я]\))\s+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’ʻ-][^\W_]+)*")
_ASKING = re.compile(r"[?؟？][\"'»”’)\]]*\s*$")


# A folded word, and where it begins and ends.
_Located = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """One question of a message.

    `question` is what the answer is shown for; `readings` are the texts to search with, of which
    the best answer counts: the question alone, as it was written, and after what was told before.
    """

    question: str
    readings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """The questions of a message, in order; `talk` says what one is that asks nothing."""

    parts: tuple[Part, ...]
    talk: Talk | None = None


def read(message: str) -> Message:
    """Return the questions in `message`, at most five, freed of greetings, thanks and politeness.

    A message that holds nothing else has no parts. One without any question mark
    asks with all that it tells. Several questions become several parts; a sentence that tells
    something stays as context of the question after it. Pure, and linear in the message's length.
    """
    sentences = [_Sentence(text, *_free(text)) for text in _sentences(_calm(message))]
    if talk := _talk(message, sentences):
        return Message((), talk)
    telling = [sentence for sentence in sentences if sentence.freed]
    asking = [sentence for sentence in telling if sentence.asks]
    if not asking or (len(telling) == 1 and len(_halves(telling[0].freed)) == 1):
        whole = " ".join(sentence.freed for sentence in telling) or " ".join(message.split())
        return Message((Part(whole, _distinct(whole, *_alone(telling), message)),))
    parts: list[Part] = []
    told: list[str] = []
    for sentence in telling:
        if not sentence.asks:
            told.append(sentence.freed)
            continue
        for question in _halves(sentence.freed):
            context = " ".join([*told[-2:], question])
            parts.append(Part(question, _distinct(question, context)))
        told = []
    # one question, and what is told after it
    if len(parts) == 1:
        whole = " ".join(sentence.freed for sentence in telling)
        parts = [Part(parts[0].question, _distinct(*parts[0].readings, whole))]
    return Message(tuple(parts[:MOST]))


def leans(question: str) -> bool:
    """Return True if a question is only understood after the one before it: “and on Sunday?”.

    It begins by going on, speaks of something by a pronoun alone, or has no word of its own.
    """
    words = [_fold(match.group()) for match in _WORD.finditer(question)]
    if not words:
        return False
    # the language of which it has most small words; a short question tells no more
    on, pronouns, empty = max(_small(), key=lambda small: sum(word in small[2] for word in words))
    if len(words) <= _FEW and any(tuple(words[: len(phrase)]) == phrase for phrase in on):
        return True
    own = [word for word in words if word not in empty]
    return not own or (len(own) <= _OWN and any(word in pronouns for word in words))


def pronouns(language: str) -> tuple[str, ...]:
    """The pronouns of a language that stand for what was named before; none if not known here."""
    file = files("index.text").joinpath("phrases", f"{language}.toml")
    return tuple(tomllib.loads(file.read_text("utf-8"))["pronouns"]) if file.is_file() else ()


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence as written, what is left without politeness, and what that was."""

    text: str
    freed: str
    kinds: frozenset[str]

    @property
    def asks(self) -> bool:
        return bool(_ASKING.search(self.text)) or "opening" in self.kinds or _listed(self.text)


def _calm(message: str) -> str:
    """A message that shouts, in small letters: models read capitals as names."""
    shouts = message.isupper() and len(_WORD.findall(message)) > 1
    return message.lower() if shouts else message


def _listed(text: str) -> bool:
    return bool(_ITEM.match(text))


def _sentences(message: str) -> Iterator[str]:
    for piece in _END.split(message):
        text = " ".join(piece.split())
        if any(character.isalnum() for character in text):
            yield text


def _talk(message: str, sentences: Sequence[_Sentence]) -> Talk | None:
    """The kind of a message of which nothing is left, or that is a request to the bot itself."""
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
    """Each of several sentences by itself: people tell a story and ask with one part of it."""
    return [sentence.freed for sentence in telling] if 1 < len(telling) <= MOST else []


def _halves(question: str) -> tuple[str, ...]:
    """The two questions of “… and how …”, if both halves ask with a question word of their own."""
    for match in _joints().finditer(question):
        first, second = (
            question[: match.start()].rstrip(" ,;"),
            question[match.end("and") :].strip(),
        )
        if len(_WORD.findall(first)) >= 3 and len(_WORD.findall(second)) >= 3:
            return first + "?", second
    return (question,)


def _distinct(*texts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(text.split()) for text in texts if text.strip()))


def _free(sentence: str) -> tuple[str, frozenset[str]]:
    """What is left of a sentence without politeness at its ends, and the kinds of what was."""
    text = _ITEM.sub("", sentence)
    words = [(_fold(match.group()), match.start(), match.end()) for match in _WORD.finditer(text)]
    first, last = 0, len(words)
    kinds: set[str] = set()
    phrases = _phrases()
    while first < last:
        found = _longest(phrases.leading, words, first, last)
        if not found:
            break
        length, kind = found
        # a lone word that begins a question may belong to it: "so", "help", "yes"
        named = kind == "address" and kinds & {"greeting", "thanks"}
        if kind in _WHOLE and not named and first + length < last:
            break
        first += length
        kinds.add(kind)
    while first < last:
        found = _longest_end(phrases.trailing, words, first, last)
        if not found:
            break
        length, kind = found
        last -= length
        kinds.add(kind)
    if first >= last:
        return "", frozenset(kinds)
    start = words[first][1] if first else 0
    end = words[last - 1][2] if last < len(words) else len(text)
    left = text[start:end].strip(" ,;:–—-")
    if last < len(words) and _ASKING.search(text):
        left += "?"
    return left, frozenset(kinds)


@dataclass(frozen=True, slots=True)
class _Phrases:
    """Phrases as tuples of folded words -> their kind: at the start, and at the end."""

    leading: dict[tuple[str, ...], str]
    trailing: dict[tuple[str, ...], str]
    longest: int


@cache
def _phrases() -> _Phrases:
    leading: dict[tuple[str, ...], str] = {}
    trailing: dict[tuple[str, ...], str] = {}
    for content in _languages():
        # the first kind that names a phrase keeps it
        for kind in (
            "documents",
            "abilities",
            "thanks",
            "greeting",
            "introducing",
            "opening",
            "talk",
            "address",
        ):
            for phrase in content.get(kind, ()):
                leading.setdefault(_key(phrase), kind)
        for kind in ("closing", "thanks"):
            for phrase in content.get(kind, ()):
                trailing.setdefault(_key(phrase), kind)
    return _Phrases(leading, trailing, max(map(len, leading)))


@cache
def _joints() -> re.Pattern[str]:
    """“and” before a question word, in each language that has both."""
    pairs = [
        rf"(?:{'|'.join(content['and'])})\s+(?={'|'.join(content['asking'])}\b)"
        for content in _languages()
        if "and" in content
    ]
    return re.compile(rf"(?<=[\w)]),?\s+(?P<and>{'|'.join(pairs)})", re.IGNORECASE)


@cache
def _small() -> tuple[tuple[frozenset[tuple[str, ...]], frozenset[str], frozenset[str]], ...]:
    """For each language phrases that go on, pronouns, and all words that say little."""
    found = []
    for content in _languages():
        on = frozenset(map(_key, content["on"]))
        pronouns = frozenset(map(_fold, content["pronouns"]))
        single = {phrase[0] for phrase in on if len(phrase) == 1}
        found.append((on, pronouns, pronouns.union(single, map(_fold, content["empty"]))))
    return tuple(found)


@cache
def _languages() -> tuple[dict[str, list[str]], ...]:
    folder = files("index.text").joinpath("phrases")
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".toml"))
    return tuple(tomllib.loads(folder.joinpath(name).read_text(encoding="utf-8")) for name in names)


def _longest(
    phrases: dict[tuple[str, ...], str],
    words: Sequence[tuple[str, int, int]],
    first: int,
    last: int,
) -> tuple[int, str] | None:
    for length in range(min(_phrases().longest, last - first), 0, -1):
        if kind := phrases.get(tuple(word for word, _, _ in words[first : first + length])):
            return length, kind
    return None


def _longest_end(
    phrases: dict[tuple[str, ...], str],
    words: Sequence[tuple[str, int, int]],
    first: int,
    last: int,
) -> tuple[int, str] | None:
    for length in range(min(_phrases().longest, last - first), 0, -1):
        if kind := phrases.get(tuple(word for word, _, _ in words[last - length : last])):
            return length, kind
    return None


def _key(phrase: str) -> tuple[str, ...]:
    return tuple(_fold(match.group()) for match in _WORD.finditer(phrase))


def _fold(word: str) -> str:
    """A word in small letters, without accents that people leave out, apostrophes all alike."""
    plain = unicodedata.normalize("NFD", word.casefold().replace("’", "'").replace("ʻ", "'"))
    kept = "".join(c for c in plain if not ("\u0300" <= c <= "\u036f"))
    return unicodedata.normalize("NFC", kept).replace("ё", "е")
