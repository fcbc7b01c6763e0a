"""The title of a PDF: its own, unless a program made it up."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.readers.pdf.lines import Line
from index.readers.pdf.tables import Table
from index.types import Heading

__all__ = ["title_of"]

_MADE = re.compile(
    r"(?:untitled|title|document|layout|slide|presentation|book|workbook|page|blank|normal|template"
    r"|doc|file|print|scan|image|about:blank|powerpoint presentation|презентация|документ)"
    r"[\W\d_]*(?:document|page|presentation)?[\W\d_]*"
    r"|.*\.(?:docx?|odt|rtf|pdf|txt|tex|dvi|indd|qxd|pptx?|xlsx?|html?|md|cdr|ai|pmd)"
    r"|\((?:anonymous|unspecified)\)|microsoft (?:word|powerpoint|excel) - .*|template\b.*|https?://.*|\W*",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w{3,}")


def title_of(given: str, headings: Sequence[Heading], items: Sequence[Line | Table]) -> str | None:
    """Return the title that the file gives, else its first heading or short first line, else None.

    A first heading of several of its level names its section and no more. If one heading is above
    all others, and the document has less than half of the words of the file's title, that title
    belongs to another document.
    """
    levels = [heading.level for heading in headings]
    alone = levels.count(1) == 1
    top = next((heading for heading in headings if heading.level < 7), None)
    first = top.text if top and levels.count(top.level) == 1 else None
    if _MADE.fullmatch(given):
        return first if top else _first_line(items)
    words = {word.lower() for word in _WORD.findall(given)}
    if first and words and alone and headings[0].level == 1:
        said = {
            word.lower()
            for item in items
            for text in ([item.text] if isinstance(item, Line) else [*item.header, *item.rows])
            for word in _WORD.findall(text)
        }
        if len(words & said) < 0.5 * len(words):
            return first
    return given


def _first_line(items: Sequence[Line | Table]) -> str | None:
    """Return the first line of the document if it is short and not a sentence; else None."""
    first = items[0] if items else None
    if isinstance(first, Line) and re.fullmatch(r"[^\W\d_][^\d]{2,60}[^\W\d_]", first.text):
        return first.text if len(first.text.split()) < 8 else None
    return None
