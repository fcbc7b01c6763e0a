"""Read the elements of a page into its reading text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.readers import lists, markup, mathml, questions, raised, tables
from index.readers.inline import Inline, Row, joined, settled
from index.readers.kinds import BLOCKS, HEADINGS, is_bold, is_edge, kind
from index.readers.lists import Numbering
from index.readers.reading import Reading
from index.readers.tables import Table
from index.readers.visible import Sight

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["Page"]

_LISTS = frozenset("ul ol menu dir".split())
_LISTINGS = frozenset("pre listing xmp plaintext".split())
_SECTIONS = frozenset("section article aside".split())
_INLINE_HEADS = frozenset("button a span label".split())


class Page:
    """A page as it is read; `title` is what the page calls itself, with the site's name."""

    def __init__(self, title: str = "") -> None:
        self.reading = Reading()
        self._title = title.casefold()
        self._inline = Inline()
        self._rows: list[str] = []  # of the open list or listing
        self._lists: list[Numbering] = []
        self._tables: list[Table | None] = []  # the open ones; None for one that lays out the page
        self._marker = ""
        self._head: HtmlElement | None = None  # the open heading or question
        self._level = 0
        self._open_tags: dict[str, int] = {}
        self._main = 0  # how many main parts are open
        self._edges = 0  # how many headers and footers of the page are open
        self._skipped: HtmlElement | None = None
        self.size = 0  # of what has been read, in characters

    def add(self, root: HtmlElement) -> None:
        """Add everything below `root` that is to be read."""
        self._sight = Sight(root)
        walk = markup.walk(root)
        for event, element in walk:
            if event == "start":
                if self._open(element):
                    self._skipped = element
                    walk.skip_subtree()
                else:
                    self._say(element.text)
                continue
            if element is self._skipped:
                self._skipped = None
            else:
                self._shut(element)
            if element is not root:
                self._say(element.tail)
        self._flush()
        self._lists.clear()
        self._end()

    def title(self, named: str | None) -> str | None:
        """The title: what the page calls itself, with the site's name, or its first heading if no
        other has its level.
        """
        headings = self.reading.headings
        top = min((heading.level for heading in headings), default=0)
        alone = [heading.text for heading in headings if heading.level == top <= 6]
        if len(alone) != 1 or (top > 1 and headings[0].level != top):
            return named
        return alone[0] if not named or (top == 1 and alone[0] in named) else named

    @property
    def _table(self) -> Table | None:
        return next((table for table in self._tables if table is not None), None)

    @property
    def _around(self) -> bool:
        """True if the current text is outside the main part, among the furniture."""
        return self._edges > 0 or (bool(self._sight.main) and not self._main)

    def _is_open(self, *tags: str) -> bool:
        return any(self._open_tags.get(tag, 0) > 0 for tag in tags)

    def _say(self, words: str | None) -> None:
        self.size += len(words or "")
        self._inline.say(words, bold=self._is_open("b", "th"), linked=self._is_open("a"))

    def _open(self, element: HtmlElement) -> bool:
        """Open an element; return True if everything below it is done."""
        tag = kind(element)
        if reason := self._sight.left_out(element, around=self._around):
            self._leave_out(element, tag, reason)
            return True
        if tag in _WRITTEN:
            self._write(element, tag)
            return True
        self._count(element, tag, 1)
        heads = (
            self._head is None and self._table is None and (tag in HEADINGS or self._heads(element))
        )
        if tag == "br":
            self._break()
        elif tag in BLOCKS or heads:
            self._flush()
            self._open_block(element, tag)
        if heads:
            self._end(anyway=True)
            self._head, self._level = element, HEADINGS.get(tag, 0)
        elif self._head is not None and tag in HEADINGS:
            self._level = HEADINGS[tag]
        return False

    def _heads(self, element: HtmlElement) -> bool:
        if element.tag in ("li", "tr", "td", "th", "ul", "ol", "table", "details", "body"):
            return False
        known = element.tag in BLOCKS or element.tag in _INLINE_HEADS
        return known and self._sight.heads(element)

    def _open_block(self, element: HtmlElement, tag: str) -> None:
        if element in self._sight.main:
            self._main += 1
        if self._edges or (is_edge(element) and not self._main and not self._is_open(*_SECTIONS)):
            self._edges += is_edge(element)
        if (label := self._sight.label(element)) and self._table is None:
            self._end(anyway=True)
            self.reading.question(label)
        if tag in ("table", "dl"):
            table = tables.begun(element, self._sight) if self._table is None else None
            if table is not None:
                self._end(anyway=True)
            self._tables.append(table)
        elif tag == "tr" and self._table is not None:
            if self._tables[-1] is not None:
                self._table.begin_row(str(element.getparent().tag))
        elif tag == "dt" and self._table is not None and self._tables[-1] is not None:
            self._table.begin_row()
        elif tag in _LISTS:
            self._lists.append(Numbering(element))
        elif tag == "li" and self._lists:
            indent = "  " * (len(self._lists) - 1)
            self._marker = indent + self._lists[-1].next(element.get("value"))
            if self._table is not None:
                self._inline.say(self._marker.lstrip())
                self._marker = ""

    def _shut(self, element: HtmlElement) -> None:
        tag = kind(element)
        if element is self._head:
            self._end_heading()
        if tag in BLOCKS:
            self._shut_block(element, tag)
        self._count(element, tag, -1)

    def _count(self, element: HtmlElement, tag: str, by: int) -> None:
        for name in (tag, "b") if is_bold(element) else (tag,):
            self._open_tags[name] = self._open_tags.get(name, 0) + by

    def _shut_block(self, element: HtmlElement, tag: str) -> None:
        table = self._tables[-1] if self._tables else None
        if tag in ("td", "th", "dt", "dd") and table is not None:
            self._shut_cell(element, tag, table)
        elif tag == "caption" and table is not None:
            table.captions.append(joined(self._inline.take()))
        else:
            self._flush()
        if tag in ("table", "dl"):
            if (done := self._tables.pop()) is not None:
                for header, rows in done.parts():
                    self.reading.table(header, rows)
        elif tag in _LISTS and self._lists:
            self._lists.pop()
        if tag in _LISTS or tag in _LISTINGS:
            self._end()
        if element in self._sight.main:
            self._main -= 1
        if self._edges:
            self._edges -= is_edge(element)

    def _shut_cell(self, element: HtmlElement, tag: str, table: Table) -> None:
        rows = self._inline.take()
        heads = tag in ("th", "dt") or (bool(rows) and all(row.is_bold for row in rows))
        table.cell(
            joined(rows),
            heads=heads and element.get("scope") != "row" and tag != "dt",
            across=lists.number(element.get("colspan"), 1),
            down=lists.number(element.get("rowspan"), 1) or 1,
        )

    def _end_heading(self) -> None:
        words = joined(self._inline.take())
        self._head = None
        if self._marker.strip() not in ("", "•"):
            words = f"{self._marker.strip()} {words}"
        self._marker = ""
        if self._level:
            self.reading.heading(words, self._level)
        else:
            self.reading.question(words)

    def _break(self) -> None:
        # two line breaks are how old pages end a paragraph
        ends = self._inline.ends_in_break and self._head is None and self._table is None
        if ends and not self._is_open(*_LISTINGS):
            self._flush()
        self._inline.end_row()

    def _leave_out(self, element: HtmlElement, tag: str, reason: str) -> None:
        if tag in BLOCKS:
            self._flush()
        elif reason in ("struck", "furniture"):
            self._inline.part()
        if reason != "unread":
            self.reading.omit(reason, self._sight.text(element))

    def _write(self, element: HtmlElement, tag: str) -> None:
        """Read an element that is more than the words below it."""
        if tag in ("math", "img"):
            self._inline.part()
            self._say(mathml.line(element) if tag == "math" else markup.description(element))
            self._inline.part()
        elif tag == "ruby":
            self._say(raised.ruby(element))
        elif tag == "svg":
            self._flush()
            for label in element.iter("{*}text"):
                self._say(self._sight.text(label))
                self._inline.end_row()
            self._flush()
        else:
            words, before = self._sight.text(element), self._inline.before
            linked = element.tag == "a" or self._is_open("a")
            if not words:
                self._inline.part()
            self._say(raised.shifted(element, words, before, linked=linked))

    def _flush(self) -> None:
        """End a block: a row of an open list or listing, else a paragraph."""
        if self._table is not None or self._head is not None:
            # blocks of one cell or heading go on one line
            self._inline.end_row()
            return
        if self._is_open(*_LISTINGS):
            lines = self._inline.take_listing()
            if any(line.strip() for line in lines):
                self._rows += [self._marker + lines[0], *lines[1:]]
                self._marker = ""
            return
        rows = settled(self._inline.take())
        if not rows:
            return
        if self._lists:
            self._add_item(rows)
        else:
            self._add_paragraph(rows)

    def _add_item(self, rows: list[Row]) -> None:
        first = rows[0]
        if first.is_bold and first.words.endswith(("?", "？")):
            self._end(anyway=True)
            marker = self._marker.strip()
            self.reading.question(first.words if marker in ("", "•") else f"{marker} {first.words}")
            self._marker = ""
            rows = rows[1:]
        self._rows += [
            self._marker + row.words if n == 0 else row.words for n, row in enumerate(rows)
        ]
        self._marker = "" if rows else self._marker

    def _add_paragraph(self, rows: list[Row]) -> None:
        waiting: list[str] = []
        for number, row in enumerate(rows):
            if self._around and not self._tells(row):
                self.reading.omit("furniture", row.words)
            elif questions.heads(row, alone=len(rows) == 1, first=number == 0):
                self.reading.paragraph(waiting)
                waiting = []
                self.reading.question(row.words)
            else:
                waiting.append(row.words)
        self.reading.paragraph(waiting)

    def _tells(self, row: Row) -> bool:
        # what stands beside the text is about it, unless it leads elsewhere
        return not row.is_link if self._is_open("aside") else questions.tells(row, self._title)

    def _end(self, *, anyway: bool = False) -> None:
        """End the paragraph of a list or listing, unless it is inside another."""
        if anyway or not self._lists:
            self.reading.paragraph(self._rows)
            self._rows.clear()


_WRITTEN = frozenset(["math", "ruby", "img", "svg", "sup", "sub"])
