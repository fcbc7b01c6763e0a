"""The terminal's `citebot sources`: what is indexed, and how a document was read."""

from __future__ import annotations

from rich.text import Text

from bot.messages.signs import on_one_line, visible
from bot.terminal.as_json import source_to_json, unread_to_json
from bot.terminal.console import console, notices, omitted
from bot.terminal.starting import say, terminal_texts
from index.library import Library
from index.types import Omitted

__all__ = ["reading_text", "sources"]

_OMISSIONS = {
    "furniture": "cli_omission_furniture",
    "hidden": "cli_omission_hidden",
    "struck": "cli_omission_struck",
    "scan": "cli_omission_scan",
    "unsure": "cli_omission_unsure",
    "damaged": "cli_omission_damaged",
}


def sources(library: Library, *, as_json: bool = False) -> None:
    """Print what is indexed, what of it was left out, and what could not be read."""
    out, texts = console(), terminal_texts()
    listed, left_out = library.sources(), library.omissions()
    if as_json:
        for source, passages in listed:
            print(source_to_json(source, passages, left_out.get(source.id, Omitted())))
        for id, reason in library.failed():
            print(unread_to_json(id, reason))
        return
    if not listed:
        notices().print(texts("cli_no_index"))
    gone = library.desk.web.gone()
    copies = {copy.second: copy for copy in reversed(library.copies())}
    for source, passages in listed:
        details = [on_one_line(source.id)]
        if source.date:
            details.append(texts.day(source.date))
        details.append(texts("passages", count=passages))
        if left := omitted(left_out.get(source.id, Omitted()), texts):
            details.append(left)
        if source.id in gone:
            details.append(texts("cli_gone_since", day=texts.day(gone[source.id])))
        line = Text(on_one_line(source.title), style="bold")
        line.append(f" — {', '.join(details)}", style="not bold")
        if copy := copies.get(source.id):
            key = "cli_copy_same" if copy.same else "cli_copy_near"
            words = texts(key, other=on_one_line(copy.first))
            line.append(f" ({words})", style="yellow not bold")
        out.print(line)
    for id, reason in library.failed():
        words = texts("cli_not_read", id=id, reason=texts.reason(reason))
        out.print(Text(on_one_line(words), style="yellow"))


def reading_text(library: Library, id: str) -> bool:
    """Print a document as it was read, passage by passage, and what of its file was left out;
    return False if it is not indexed.
    """
    texts = terminal_texts()
    document = library.document(id)
    if document is None:
        say(texts("cli_not_indexed_document", id=id))
        return False
    out = console()
    for passage in library.passages(id):
        out.print(Text(on_one_line(f"[{passage.locator}]"), style="dim"))
        out.print(Text(visible(passage.text)))
        out.print()
    if document.blank_pages:
        out.print(texts("cli_blank_pages", count=document.blank_pages), style="yellow")
    for omission in document.omissions:
        kind = texts(_OMISSIONS[omission.kind]) if omission.kind in _OMISSIONS else omission.kind
        words = texts("cli_omission", kind=kind, text=omission.text)
        out.print(Text(on_one_line(words), style="yellow"))
    return True
