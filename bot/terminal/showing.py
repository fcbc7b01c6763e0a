"""An answer at the terminal: wrapped and coloured for a person; piped, plain and exact."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.messages import answers, quoting
from bot.messages.signs import on_one_line, visible
from bot.messages.texts import Texts
from index.types import Answer, Hit

__all__ = ["show"]


def show(out: Console, found: Answer, texts: Texts, *, every: bool = False) -> None:
    """Print one answer for a person, or plain where the output is piped.

    Passages far from the best one are left out, unless `every` one is wanted.
    """
    out.print()
    if not out.is_terminal:
        # the person who typed it sees it already
        out.print(Text(f"? {found.question}"))
    if found.talk:
        words = texts(answers.TALK[found.talk], count=found.documents)
        out.print(Text(words, style="yellow"))
    for number, part in enumerate(found.parts, 1):
        out.print(Text(f"\n{number}. {visible(part.question)}", style="bold"))
        _show_one(out, part, texts, every=every)
    if not found.talk and not found.parts:
        _show_one(out, found, texts, every=every)


def _show_one(out: Console, found: Answer, texts: Texts, *, every: bool) -> None:
    for line in answers.lead(found, texts):
        out.print(Text(visible(line), style="bold yellow"))
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
    out.print(head)
    quote = Text(visible(passage.text))
    for span in hit.highlights:
        quote.stylize("bold green", span.start - passage.start, span.end - passage.start)
    if out.is_terminal:
        out.print(Padding(quote, (0, 0, 0, 2)))
    else:
        # the exact passage, and what a colour would have marked below it
        out.print(quote)
        for span in hit.highlights:
            out.print(Text(visible(f"→ {passage.quote(span)}")))
    out.print(Text(on_one_line(f"[{passage.locator}]"), style="dim"))
    if hit.also:
        out.print(Text(on_one_line(quoting.also(hit, texts)), style="dim"))


# The median top score of the public sets' answerable questions, see docs/decisions/0003-score.md.
_STRONG = 3.0


def _strength(hit: Hit, answer: Answer) -> str:
    """The key of the words for how sure a hit is: weak is what alone would not have been found."""
    if hit.score < answer.thresholds.found:
        return "weak"
    return "strong" if hit.score >= _STRONG else "good"
