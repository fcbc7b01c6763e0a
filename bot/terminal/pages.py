"""`citebot page`: the page that a citation names, as a picture."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.terminal.starting import open_library, read_settings, say, terminal_texts

if TYPE_CHECKING:
    from index.library import Library
    from index.types import Span

__all__ = ["page"]

# As Passage.locator writes it.
_LOCATOR = re.compile(r"(?P<id>.+)#p\d+-\d+:(?P<start>\d{1,9})-(?P<end>\d{1,9})", re.DOTALL)


def page(
    key: Annotated[
        str,
        typer.Argument(metavar="KEY", help="Key of a citation, such as handbook.pdf#p3-3:10-50."),
    ],
    file: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE.png", help="Where to write the picture.")
    ],
) -> None:
    """Draw the page of a PDF that a citation names, with the cited words marked."""
    settings = read_settings()
    from index.errors import DocumentError

    library, texts = open_library(settings), terminal_texts()
    try:
        id, mark = _cited(library, key)
        made = library.picture(id, [mark])
        file.write_bytes(made.png)
    except OSError as error:
        say(f"{file}: {texts.system(error.strerror)}")
        raise typer.Exit(1) from None
    except DocumentError as error:
        say(f"{key}: {texts.reason(error)}")
        raise typer.Exit(1) from None
    words = "cli_page" if made.marked else "cli_page_unmarked"
    say(texts(words, file=file, page=made.page, id=id))


def _cited(library: Library, key: str) -> tuple[str, Span]:
    """The document that a citation names, and the range of it."""
    from index.errors import DocumentError
    from index.types import Span

    key = key.strip().removeprefix("[").removesuffix("]")
    if found := _LOCATOR.fullmatch(key):
        return found["id"], Span(int(found["start"]), int(found["end"]))
    place = library.place(key)
    if place is None:
        raise DocumentError(
            "not a citation; copy it from an answer: handbook.pdf#p3-3:10-50", "citation_wrong"
        )
    return place.passage.source.id, Span(place.passage.start, place.passage.end)
