"""The terminal's face: the chat, one-off answers, and the list of what is indexed.

With a person at the terminal answers are wrapped and coloured; piped, they are plain and the
passages stand there to the letter.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.messages import answers, quoting
from bot.messages.signs import on_one_line, visible
from bot.messages.texts import Texts
from bot.terminal.as_json import failure_to_json, to_json
from bot.terminal.build import refresh
from bot.terminal.console import console, count
from index.errors import CitebotError
from index.library import Library
from index.types import Answer, Hit

__all__ = ["answer", "chat", "lines", "reading_text", "sources"]

_TOP = 3
_HELP = """Ask a question in your own words; answers come only from the documents.
/sources lists them, /help shows this, /quit or Ctrl-D ends."""


def chat(library: Library, texts: Texts) -> int:
    """Answer what is typed until it ends; 0, or 1 if a piped question could not be answered."""
    if not sys.stdin.isatty():
        return answer(library, lines(), texts)
    refresh(library)
    with suppress(ImportError):
        import readline  # noqa: F401 - gives input() its history and editing
    out = console()
    now = library.generation()
    titles = count(now.documents if now else 0, "document")
    out.print(f"Answers from {titles}, in their own words. Ask, or type /help.", style="dim")
    # while the first question is typed
    library.load_soon()
    before: str | None = None
    while True:
        try:
            line = input("\n? ").strip()
        except (EOFError, KeyboardInterrupt):
            out.print()
            return 0
        match line.split(maxsplit=1):
            case []:
                continue
            case ["/quit" | "/exit" | "/q", *_]:
                return 0
            case ["/help" | "/start", *_]:
                out.print(_HELP)
            case ["/sources", *_]:
                sources(library)
            case [command, *rest]:
                question = "".join(rest) if command == "/ask" else line
                try:
                    found = library.ask(question, before=before)
                    before = before if found.talk else found.taken_for or question
                    _show(out, found, texts)
                except CitebotError as error:
                    out.print(f"citebot: {error}", style="red")


def answer(
    library: Library,
    questions: Iterable[str],
    texts: Texts,
    top: int | None = None,
    *,
    as_json: bool = False,
    talk: bool = False,
) -> int:
    """Print the answer to each question; one that cannot be answered is told and passed over.

    `top` is how many passages are wanted; without it the best ones are shown, three at most. With
    `talk` each question may lean on the one before it; an empty one begins another conversation.
    """
    out = console()
    failed = False
    # the model takes seconds to load: the index is looked at meanwhile
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
            print(f"citebot: {error}", file=sys.stderr, flush=True)
        else:
            before = (found.taken_for or question) if talk and not found.talk else before
            if as_json:
                print(to_json(found), flush=True)
            else:
                _show(out, found, texts, every=top is not None)
    return int(failed)


def lines(*, empty: bool = False) -> Iterator[str]:
    """The lines of standard input that hold something; with `empty` the others too."""
    return (line.strip() for line in sys.stdin if empty or line.strip())


def sources(library: Library) -> None:
    """Print what is indexed, what of it was left out, and what could not be read."""
    out = console()
    omitted = library.omissions()
    copies = {copy.second: copy for copy in reversed(library.copies())}
    for source, passages in library.sources():
        date = f", {source.date:%-d %B %Y}" if source.date else ""
        left = omitted.get(source.id)
        line = Text(on_one_line(source.title), style="bold").append(
            f" — {on_one_line(source.id)}{date}, {count(passages, 'passage')}"
            + (f", {left:,} left out" if left else ""),
            style="not bold",
        )
        if copy := copies.get(source.id):
            alike = "the same text as" if copy.same else "nearly the same text as"
            line.append(f" ({alike} {on_one_line(copy.first)})", style="yellow not bold")
        out.print(line, soft_wrap=True)
    for id, reason in library.failed():
        out.print(Text(on_one_line(f"not read: {id}: {reason}"), style="yellow"), soft_wrap=True)


def reading_text(library: Library, id: str) -> bool:
    """Print a document as it was read, passage by passage, and what of its file was left out;
    whether it is indexed.
    """
    document = library.document(id)
    if document is None:
        print(f"citebot: {id} is not indexed; citebot sources lists what is", file=sys.stderr)
        return False
    out = console()
    for passage in library.passages(id):
        out.print(Text(on_one_line(f"[{passage.locator}]"), style="dim"), soft_wrap=True)
        out.print(Text(visible(passage.text)), soft_wrap=True)
        out.print()
    if document.blank_pages:
        out.print(f"{count(document.blank_pages, 'page')} without text", style="yellow")
    for omission in document.omissions:
        words = on_one_line(f"left out, {omission.kind}: {omission.text}")
        out.print(Text(words, style="yellow"), soft_wrap=True)
    return True


def _show(out: Console, found: Answer, texts: Texts, *, every: bool = False) -> None:
    """Print one answer for a person, or plain where the output is piped.

    Passages far from the best one are left out, unless `every` one is wanted.
    """
    out.print()
    if not out.is_terminal:
        # whoever typed it sees it already
        out.print(Text(f"? {found.question}"), soft_wrap=True)
    if found.talk:
        words = texts(answers.TALK[found.talk], count=found.documents)
        out.print(Text(words, style="yellow"), soft_wrap=True)
    for number, part in enumerate(found.parts, 1):
        out.print(Text(f"\n{number}. {visible(part.question)}", style="bold"), soft_wrap=True)
        _show_one(out, part, texts, every=every)
    if not found.talk and not found.parts:
        _show_one(out, found, texts, every=every)


def _show_one(out: Console, found: Answer, texts: Texts, *, every: bool) -> None:
    for line in answers.lead(found, texts):
        out.print(Text(visible(line), style="bold yellow"), soft_wrap=True)
    if found.hits:
        for hit in found.hits if every else answers.worth_showing(found):
            _show_hit(out, hit, texts(_strength(hit, found), score=round(hit.score, 2)), texts)


def _show_hit(out: Console, hit: Hit, strength: str, texts: Texts) -> None:
    passage = hit.passage
    out.print()
    where = quoting.place(passage, texts, mark=next(iter(hit.highlights), None))
    head = Text(on_one_line(passage.source.title), style="bold cyan").append(
        f" — {where}; {strength}", style="not bold"
    )
    out.print(head, soft_wrap=True)
    quote = Text(visible(passage.text))
    for span in hit.highlights:
        quote.stylize("bold green", span.start - passage.start, span.end - passage.start)
    if out.is_terminal:
        out.print(Padding(quote, (0, 0, 0, 2)))
    else:
        # the passage to the letter, and what a colour would have marked below it
        out.print(quote, soft_wrap=True)
        for span in hit.highlights:
            out.print(Text(visible(f"→ {passage.quote(span)}")), soft_wrap=True)
    out.print(Text(on_one_line(f"[{passage.locator}]"), style="dim"), soft_wrap=True)
    if hit.also:
        out.print(Text(on_one_line(quoting.also(hit, texts)), style="dim"), soft_wrap=True)


# The median top score of the public sets' answerable questions, see docs/decisions/0003-score.md.
_STRONG = 3.0


def _strength(hit: Hit, answer: Answer) -> str:
    """The key of the words for how sure a hit is: weak is what alone would not have been found."""
    if hit.score < answer.thresholds.found:
        return "weak"
    return "strong" if hit.score >= _STRONG else "good"
