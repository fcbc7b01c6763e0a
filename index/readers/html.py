"""HTML: the main content of a page as a browser shows it, without its navigation.

Read with lxml alone. trafilatura keeps what looks like an article and drops the rest: of 25 pages
of the Rust book it lost 14 % of the words inside `<main>`, of one page 39 %. Here nothing is lost
but what the page itself marks as no content.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.readers import blocks, markup
from index.readers.reading import Reading
from index.types import Document

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["read"]


def read(id: str, data: bytes, digest: str) -> Document:
    """The document in the bytes of an HTML file.

    List items show their bullet or number, table rows their cells with a bar between. The address
    is the canonical one, the date that of publication, where the page names them.
    """
    root = markup.parse(blocks.decode(data, markup.charset(data)))
    title, url, date = markup.title(root), markup.address(root), markup.published(root)
    page = _Page()
    page.add(markup.main(root))
    first = next((heading.text for heading in page.reading.headings), None)
    if first and (not title or first in title):
        # `<title>` adds the name of the site
        title = first
    return page.reading.document(id, digest, title=title, url=url, date=date)


_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = {"ul", "ol", "menu"}
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big br cite code data del dfn em font i ins kbd label mark math nobr "
    "output q rb rp rt ruby s samp small span strike strong sub sup time tt u var wbr".split()
)


class _Page:
    """The elements of a page on their way into its reading text."""

    def __init__(self) -> None:
        self.reading = Reading()
        self._words: list[str] = []  # of the block that is being read
        self._rows: list[str] = []  # the lines of the list, table or listing that is being read
        self._cells: list[str] = []
        self._lists: list[int | None] = []  # for each open list: its next number, None for bullets
        self._tables: list[bool] = []  # for each open table: whether it holds data
        self._listings = 0  # that are open
        self._heading = ""  # the tag of the one that is open
        self._marker = ""
        self._broken = False  # a line break was the last thing read

    @property
    def _in_row(self) -> bool:
        return bool(self._tables) and self._tables[-1]

    def add(self, root: HtmlElement) -> None:
        """Read everything below `root`; what is unseen has been taken out."""
        for event, element in markup.walk(root):
            if event == "start":
                self._open(str(element.tag), element)
                self._say(element.text)
            else:
                self._shut(str(element.tag))
                if element is not root:
                    self._say(element.tail)
        self._flush()
        self._lists.clear()
        self._end()

    def _say(self, words: str | None) -> None:
        if words:
            self._words.append(words)
            self._broken = self._broken and not words.strip()

    def _open(self, tag: str, element: HtmlElement) -> None:
        if tag == "br":
            # two line breaks are how old pages end a paragraph
            if self._broken and not self._listings:
                self._flush()
            self._words.append("\n" if self._listings else " ")
            self._broken = True
        if tag == "br" or tag in _INLINE:
            return
        self._flush()
        if tag == "table":
            self._tables.append(markup.holds_data(element))
        elif self._in_row:
            return
        elif tag in _LISTS:
            self._lists.append(_number(element.get("start"), 1) if tag == "ol" else None)
        elif tag == "li" and self._lists:
            self._marker = self._next(element.get("value"))
        elif tag == "pre":
            self._listings += 1
        elif tag in _HEADINGS and not self._lists:
            self._end()
            self._heading = tag

    def _shut(self, tag: str) -> None:
        if tag == "br" or tag in _INLINE:
            return
        if self._in_row:
            self._shut_in_row(tag)
            return
        if tag == self._heading:
            self._heading = ""
            self.reading.heading(blocks.collapse("".join(self._words)), _HEADINGS[tag])
            self._words.clear()
            return
        self._flush()
        if tag == "table":
            self._tables.pop()
        elif tag in _LISTS and self._lists:
            self._lists.pop()
        elif tag == "pre":
            self._listings -= 1
        if tag in _LISTS or tag == "pre":
            self._end()

    def _shut_in_row(self, tag: str) -> None:
        words = blocks.collapse("".join(self._words))
        if tag in ("td", "th"):
            self._cells.append(words)
        elif tag == "caption":
            self._rows.append(words)
        elif tag in ("tr", "table"):
            self._rows.append(blocks.row([*self._cells, *filter(None, [words])]))
            self._cells.clear()
        else:
            self._flush()
            return
        self._words.clear()
        if tag == "table":
            self._tables.pop()
            self._end()

    def _next(self, value: str | None) -> str:
        indent = "  " * (len(self._lists) - 1)
        number = self._lists[-1]
        if number is None:
            return f"{indent}• "
        number = _number(value, number)
        self._lists[-1] = number + 1
        return f"{indent}{number}. "

    def _flush(self) -> None:
        """End a block: a row of an open list or listing, else a paragraph."""
        words = "".join(self._words)
        self._words.clear()
        self._broken = False
        if self._in_row or self._heading:
            # blocks of one cell or heading stand on one line
            self._words += [words, " "]
            return
        rows = words.expandtabs(4).splitlines() if self._listings else [blocks.collapse(words)]
        if not any(row.strip() for row in rows):
            return
        if not self._lists and not self._listings:
            self.reading.paragraph(rows)
            return
        self._rows += [self._marker + rows[0], *rows[1:]]
        self._marker = ""

    def _end(self) -> None:
        """End the paragraph of a list, table or listing, unless it stands in another."""
        if not self._lists:
            self.reading.paragraph(self._rows)
            self._rows.clear()


def _number(value: str | None, otherwise: int) -> int:
    try:
        return int(value or "")
    except ValueError:
        return otherwise
