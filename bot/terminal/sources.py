"""The terminal's `citebot sources`: what is indexed, and how a document was read."""

from __future__ import annotations

import sys

from rich.text import Text

from bot.messages.signs import on_one_line, visible
from bot.terminal.as_json import source_to_json, unread_to_json
from bot.terminal.console import console, count, notices, omitted
from index.library import Library
from index.types import Omitted

__all__ = ["reading_text", "sources"]


def sources(library: Library, *, as_json: bool = False) -> None:
    """Print what is indexed, what of it was left out, and what could not be read."""
    out = console()
    listed, left_out = library.sources(), library.omissions()
    if as_json:
        for source, passages in listed:
            print(source_to_json(source, passages, left_out.get(source.id, Omitted())))
        for id, reason in library.failed():
            print(unread_to_json(id, reason))
        return
    if not listed:
        notices().print("Nothing is indexed yet; citebot index does that.")
    gone = library.desk.web.gone()
    copies = {copy.second: copy for copy in reversed(library.copies())}
    for source, passages in listed:
        date = f", {source.date:%-d %B %Y}" if source.date else ""
        left = omitted(left_out.get(source.id, Omitted()))
        line = Text(on_one_line(source.title), style="bold").append(
            f" — {on_one_line(source.id)}{date}, {count(passages, 'passage')}"
            + (f", {left}" if left else "")
            + (f", gone from its address since {gone[source.id]}" if source.id in gone else ""),
            style="not bold",
        )
        if copy := copies.get(source.id):
            alike = "the same text as" if copy.same else "nearly the same text as"
            line.append(f" ({alike} {on_one_line(copy.first)})", style="yellow not bold")
        out.print(line)
    for id, reason in library.failed():
        out.print(Text(on_one_line(f"not read: {id}: {reason}"), style="yellow"))


def reading_text(library: Library, id: str) -> bool:
    """Print a document as it was read, passage by passage, and what of its file was left out;
    return False if it is not indexed.
    """
    document = library.document(id)
    if document is None:
        print(f"citebot: {id} is not indexed; citebot sources lists what is", file=sys.stderr)
        return False
    out = console()
    for passage in library.passages(id):
        out.print(Text(on_one_line(f"[{passage.locator}]"), style="dim"))
        out.print(Text(visible(passage.text)))
        out.print()
    if document.blank_pages:
        out.print(f"{count(document.blank_pages, 'page')} without text", style="yellow")
    for omission in document.omissions:
        words = on_one_line(f"left out, {omission.kind}: {omission.text}")
        out.print(Text(words, style="yellow"))
    return True
