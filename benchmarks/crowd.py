"""People who ask, vote and wait while `benchmarks.storm` kills what answers them, and what each of
them got in the end.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.messages.texts import texts_for
from tests.botapi import BotApi, Chat, Message
from tests.botapi.queries import Press

__all__ = ["Crowd", "Question"]

_WORDS = texts_for("en")
_PUT_OFF = frozenset(_WORDS(key) for key in ("too_slow", "queue_full", "not_ready"))
_BEGINS = (
    _WORDS("building_kept", percent=0).partition("(0")[0],
    _WORDS("busy", count=0).partition("0")[0],
)
"""How the other excuses begin, which name a number."""
_UP, _DOWN = "👍", "👎"
_THANKS = {_UP: _WORDS("thanks"), _DOWN: _WORDS("say_why")}
_PLACES = (
    *(
        "Arbroath",
        "Bodmin",
        "Crieff",
        "Dunbar",
        "Epping",
        "Forfar",
        "Girvan",
        "Hawick",
        "Inverness",
    ),
    *("Jarrow", "Kelso", "Largs", "Moffat", "Nairn", "Oban", "Peebles", "Rye", "Selkirk", "Thurso"),
)
_NEWS, _NEWS_FILE = "What is the word of the day in Lindmouth?", "news.txt"
_NAMES = ("Zorvath", "Quindle", "Mabrek", "Trosk", "Ulvane", "Pyrrim", "Oskel", "Vantor")


@dataclass(slots=True)
class Question:
    """A question in a chat of its own; `right` is the sentence that answers it, "" if none does,
    None for the word of the day.
    """

    chat: Chat
    message: Message
    right: str | None
    presses: list[tuple[str, Press]] = field(default_factory=list)

    @property
    def replies(self) -> list[Message]:
        """All that was sent in reply, not what was edited later."""
        return [each for each in self.chat.replies() if not each.edited]

    def is_right(self, reply: Message, words: Sequence[str]) -> bool:
        """Return True if a reply is verbatim what may be answered."""
        said = "\n".join([reply.text, *reply.quotes()])
        if self.right == "":
            return not reply.quotes()
        rights = [_news(word) for word in words] if self.right is None else [self.right]
        return any(right in said for right in rights)


class Crowd:
    """Asks from its own documents, in `folder`, and presses the buttons under the answers."""

    def __init__(self, api: BotApi, folder: Path, seed: int) -> None:
        self._api, self._folder = api, folder
        self._chance = random.Random(seed)  # noqa: S311 - to be repeated
        self.asked: list[Question] = []
        self.words: list[str] = []
        """The words of the day so far, the latest last."""
        folder.mkdir()
        for place in _PLACES:
            (folder / f"{place}.txt").write_text(_fact(place), "utf-8")
        self.change()

    def change(self) -> None:
        """Let the documents say another word of the day."""
        self.words.append(f"{self._chance.choice(_NAMES)}{len(self.words)}")
        new = self._folder / f".{_NEWS_FILE}"
        new.write_text(_news(self.words[-1]), "utf-8")
        new.rename(self._folder / _NEWS_FILE)

    def ask(self) -> Question:
        """Ask something as a new person: what is there, what is not, or the word of the day."""
        chat = self._api.private(self._api.user("Reader", language_code="en"))
        kind = self._chance.random()
        if kind < 0.2:
            return self.news(chat)
        if kind < 0.4:
            name = f"{self._chance.choice(_NAMES)}{len(self.asked)}"
            question, right = f"Who repairs the gearbox of a {name} tractor?", ""
        else:
            place = self._chance.choice(_PLACES)
            question, right = f"Which tree grows at the station of {place}?", _fact(place)
        self.asked.append(Question(chat, chat.say(question), right))
        return self.asked[-1]

    def news(self, chat: Chat | None = None) -> Question:
        """Ask for the word of the day."""
        chat = chat or self._api.private(self._api.user("Reader", language_code="en"))
        self.asked.append(Question(chat, chat.say(_NEWS), None))
        return self.asked[-1]

    def vote(self) -> None:
        """Press a button of the latest answer that has one and no vote yet."""
        for question in reversed(self.asked[-200:]):
            if question.presses or not question.right or not (replies := question.replies):
                continue
            label = self._chance.choice((_UP, _DOWN))
            if label in replies[0].buttons():
                press = self._api.press(replies[0], label)
                press.abandon()
                question.presses.append((label, press))
                return

    def wait(self, seconds: float) -> None:
        """Wait until all questions and presses have an answer, at most so long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and (self.open() or self.unheard()):
            time.sleep(0.5)

    def open(self) -> list[Question]:
        """The questions without any reply."""
        return [each for each in self.asked if not each.replies]

    def unheard(self) -> list[Press]:
        """The presses without an answer."""
        return [press for each in self.asked for _, press in each.presses if not press.answers]

    def excuses(self) -> Counter[str]:
        """How often each apology was given."""
        said = (reply.text for each in self.asked for reply in each.replies if _is_put_off(reply))
        return Counter(said)

    def put_off(self) -> list[Question]:
        """The questions that were answered with an apology alone."""
        return [q for q in self.asked if (r := q.replies) and all(map(_is_put_off, r))]

    def put_off_late(self) -> list[Question]:
        """The questions that were answered, and then again with an apology: a bot was killed before
        the journal had the answer, and the database was away when another one answered.
        """
        late = [each for each in self.asked if each.replies and _is_put_off(each.replies[-1])]
        return [each for each in late if not all(map(_is_put_off, each.replies))]

    def twice(self) -> list[Question]:
        """The questions with more than one reply besides apologies."""
        return [q for q in self.asked if len([m for m in q.replies if not _is_put_off(m)]) > 1]

    def wrong(self) -> list[tuple[Question, Message]]:
        """The replies that are neither right nor an apology."""
        return [
            (question, reply)
            for question in self.asked
            for reply in question.replies
            if not _is_put_off(reply) and not question.is_right(reply, self.words)
        ]

    def votes(self) -> int:
        """How many presses were thanked for."""
        return sum(
            any(answer.text == _THANKS[label] for answer in press.answers)
            for question in self.asked
            for label, press in question.presses
        )

    def refused(self) -> list[str]:
        """The answers to presses, thanks left out."""
        return [
            answer.text
            for question in self.asked
            for label, press in question.presses
            for answer in press.answers
            if answer.text != _THANKS[label]
        ]

    def missing(self) -> dict[str, str]:
        """The questions that were answered with nothing, with the replies: each is a gap, unless
        the last reply asks to ask again.
        """
        return {
            each.message.text: "; ".join(reply.text for reply in each.replies)
            for each in self.asked
            if each.right == "" and each.replies and not _is_put_off(each.replies[-1])
        }


def _is_put_off(reply: Message) -> bool:
    return reply.text in _PUT_OFF or reply.text.startswith(_BEGINS)


def _fact(place: str) -> str:
    tree = ("an oak", "a beech", "an elm", "a lime", "a rowan")[len(place) % 5]
    return f"At the station of {place} grows {tree} that was planted in {1850 + len(place)}."


def _news(word: str) -> str:
    return f"The word of the day in Lindmouth is {word}."
