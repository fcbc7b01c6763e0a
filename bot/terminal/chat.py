"""The chat in the terminal, and answers to questions given on the command line or piped."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping

from rich.text import Text

from bot import commands
from bot.messages.texts import Texts
from bot.running.conversations import Conversations
from bot.terminal import verify as verifying
from bot.terminal.as_json import failure_to_json, to_json
from bot.terminal.build import refresh
from bot.terminal.console import console
from bot.terminal.showing import show
from bot.terminal.sources import sources
from bot.terminal.starting import say
from index.errors import CitebotError
from index.library import Library

__all__ = ["answer", "chat", "lines"]

_TOP = 3
_CHAT = _PERSON = 0
# a path such as /etc/hosts is not a command
_COMMAND = re.compile(r"/(?P<name>\w+)(?:@\w+)?(?=\s|$)\s*(?P<rest>.*)", re.DOTALL)
_BARE = {"help": "help", "quit": "quit", "exit": "quit"}


def chat(library: Library, texts: Texts) -> int:
    """Answer what is typed until it ends; return 0, or 1 if a piped question could not be
    answered.
    """
    # the model takes seconds to load: the index is looked at and the first question typed meanwhile
    library.load_soon()
    refresh(library)
    talk = _Talk(library, texts)
    if not sys.stdin.isatty():
        for line in lines():
            if not talk.hear(line):
                break
        return int(talk.failed)
    # takes a tenth of a second, which piped questions need not wait for
    from bot.terminal.keyboard import messages

    now = library.generation()
    greeting = texts("chat_start", count=now.documents if now else 0)
    console().print(Text(greeting, style="dim"))
    for message in messages():
        try:
            if message and not talk.hear(message, typed=True):
                break
        except KeyboardInterrupt:
            console().print()
    return 0


class _Talk:
    """A conversation at the terminal; a typed question may lean on the one before it, for ten
    minutes or until /forget.
    """

    def __init__(self, library: Library, texts: Texts) -> None:
        self._library = library
        self._texts = texts
        self._bare = _BARE | {texts("chat_word_help"): "help", texts("chat_word_quit"): "quit"}
        self._turns = Conversations()
        self.failed = False

    def hear(self, message: str, *, typed: bool = False) -> bool:
        """Do what a message asks for; False if it ends the conversation."""
        name, rest = _command(message, self._bare)
        match name:
            case None:
                self._ask(message, typed=typed)
            case "ask" if rest:
                self._ask(rest, typed=typed)
            case "verify" if rest:
                self._verify(rest)
            case "quit" | "exit" | "q":
                return False
            case "help" | "start":
                self._say("chat_help")
            case "sources":
                sources(self._library)
            case "forget":
                self._turns.forget(_PERSON)
                self._library.recent.forget()
                self._say("chat_forgotten")
            case "ask" | "verify":
                self._say("chat_wanted", command=f"/{name}")
            case _ if commands.find(name):
                self._say("chat_elsewhere", command=f"/{name}")
            case _:
                self._say("chat_unknown", command=f"/{name}")
        return True

    def _ask(self, question: str, *, typed: bool) -> None:
        try:
            found = self._library.ask(question, before=self._turns.before(_CHAT, _PERSON))
        except CitebotError as error:
            self._failed(error)
            return
        if typed:
            self._turns.remember(_CHAT, _PERSON, found.context, None)
        show(console(), found, self._texts)

    def _verify(self, text: str) -> None:
        try:
            verifying.show(self._library.verify(text), self._texts)
        except CitebotError as error:
            self._failed(error)

    def _failed(self, error: CitebotError) -> None:
        self.failed = True
        say(self._texts.reason(error))

    def _say(self, key: str, **values: object) -> None:
        console().print(Text(self._texts(key, **values)))


def _command(message: str, bare: Mapping[str, str]) -> tuple[str | None, str]:
    """The command of a message in lower case, and what follows it; None if it is not a command."""
    if name := bare.get(message.lower()):
        return name, ""
    if found := _COMMAND.fullmatch(message):
        return found["name"].lower(), found["rest"].strip()
    return None, message


def answer(
    library: Library,
    questions: Iterable[str],
    texts: Texts,
    top: int | None = None,
    *,
    as_json: bool = False,
    talk: bool = False,
) -> int:
    """Print the answer to each question; report one that cannot be answered and go on.

    `top` is the number of passages wanted; by default the best ones are shown, at most three. With
    `talk` each question may depend on the one before it; an empty one begins another conversation.
    """
    out = console()
    failed = False
    # the model takes seconds to load: the index is checked meanwhile
    library.load_soon()
    refresh(library)
    before: str | None = None
    for question in questions:
        if not question and talk:
            before = None
            continue
        try:
            found = library.ask(question, top or _TOP, before=before)
        except CitebotError as error:
            failed = True
            if as_json:
                print(failure_to_json(question, error), flush=True)
            say(texts.reason(error))
        else:
            before = found.context if talk else None
            if as_json:
                print(to_json(found), flush=True)
            else:
                show(out, found, texts, every=top is not None)
    return int(failed)


def lines(*, empty: bool = False) -> Iterator[str]:
    """Yield the non-empty lines of standard input; with `empty` the others too."""
    return (line.strip() for line in sys.stdin if empty or line.strip())
