"""Plain text: paragraphs stand between blank lines; the reading text is the exact file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index.errors import DocumentError
from index.readers import blocks, encodings, rtf
from index.readers.lines import group, is_end, is_entry
from index.readers.reading import QUESTION
from index.text import languages
from index.types import Document, Heading, Source, Span

__all__ = ["read"]

# Hard-wrapped text keeps its lines shorter than this; if a line of a block is longer, its author
# ended lines only to end paragraphs.
_WRAPPED = 160
_LONGEST_TITLE = 150
_CLOSING = "\"'»”’)]"

_ASKED = re.compile(
    r"(?:Q|Question|В|Вопрос|F|Frage|P|Pregunta)\s?\d{0,3}\s?:\s|Q\s?\d{0,3}[.)]\s", re.IGNORECASE
)
_ANSWERED = re.compile(
    r"(?:A|Answer|О|Ответ|Antwort|R|Réponse|Respuesta)\s?\d{0,3}\s?[:.)]\s", re.IGNORECASE
)
# A question and its answer on one line.
_BOTH = re.compile(rf"(.{{1,200}}?[?؟？])\s+((?:{_ANSWERED.pattern}).*)", re.IGNORECASE)
# A point inside ends no sentence: “Can it read .Z files?”, “Is there a manual (as PDF, etc.)?”
_QUESTION = re.compile(r"(?:\(?\d{1,3}[.)]\s+)?[^.!?…\"“«„–—•-](?:[^.!?…]|[.…](?!\s))*[?؟？]")
_NUMBERED = re.compile(r"\(?\d{1,3}[.)]\s+\S")
# The least of numbered items that make a list of questions, if half of them ask; and how long one
# of them may be.
_FEW_LISTED, _LONG_ITEM = 3, 400


def read(id: str, data: bytes, digest: str) -> Document:
    """Read the bytes of a `.txt` file.

    A first line that stands alone, is short and does not end like a sentence is the title. A line
    that asks, with its answer below, is a heading.
    """
    text = encodings.decode(data)
    found = [*_blocks(text)]
    if not found:
        raise DocumentError("contains no text; remove it or add some", "no_text")
    language = languages.detect(text)
    page = _Page(text, language, _width(found), _lists_questions(text, found))
    title = None
    if _titles(text, found):
        [first] = found.pop(0)
        title = first.of(text)
        page.headings.append(Heading(first.start, first.end, 1, title))
    for number, block in enumerate(found):
        page.add(block, found[number + 1] if number + 1 < len(found) else [])
    headings, paragraphs, units = blocks.settle(page.headings, page.paragraphs, page.units)
    return Document(
        source=Source(id, title or blocks.title_of(id), language),
        text=text,
        paragraphs=tuple(paragraphs),
        sentences=blocks.split(text, units, language, page.rows),
        headings=tuple(headings),
        digest=digest,
        labels=tuple(page.labels),
        omissions=tuple(rtf.unseen(data)) if rtf.is_rtf(data) else (),
    )


@dataclass(slots=True)
class _Page:
    """Collects the blocks of a text into a document; `lists` if it lists questions by number."""

    text: str
    language: str
    width: int
    lists: bool
    headings: list[Heading] = field(default_factory=list)
    paragraphs: list[Span] = field(default_factory=list)
    units: list[Span] = field(default_factory=list)
    rows: set[Span] = field(default_factory=set)
    labels: list[Span] = field(default_factory=list)

    def add(self, block: list[Span], following: list[Span]) -> None:
        """Add a block of lines, whose questions, if its lines ask, are headings."""
        if (
            self.lists
            and following
            and _is_item(self.text, block)
            and not _is_item(self.text, following)
        ):
            self._ask(Span(block[0].start, block[-1].end))
            return
        part: list[Span] = []
        number = 0
        while number < len(block):
            line = block[number]
            said = line.of(self.text)
            if both := _ASKED.match(said) and _BOTH.match(said):
                self._paragraph(part)
                self._ask(Span(line.start, line.start + both.end(1)))
                part = [Span(line.start + both.start(2), line.end)]
                number += 1
                continue
            begins = not part or is_end(part[-1].of(self.text))
            asked = self._asked(block[number:], following) if begins else 0
            if asked:
                self._paragraph(part)
                part = []
                self._ask(Span(line.start, block[number + asked - 1].end))
            else:
                part.append(line)
            number += asked or 1
        self._paragraph(part)

    def _ask(self, span: Span) -> None:
        self.headings.append(Heading(span.start, span.end, QUESTION, span.of(self.text)))

    def _asked(self, block: list[Span], following: list[Span]) -> int:
        """Return how many of the first of these lines are a question that the next ones answer."""
        said = [line.of(self.text) for line in (*block, *following[:1])]
        if len(said) < 2 or not _asks(said[0]):
            return 0
        for number, line in enumerate(said[1:], start=1):
            if _ANSWERED.match(line):
                return number
            if _asks(line):
                break
        return int(said[0].endswith(("?", "؟", "？")) and not _asks(said[1]))

    def _paragraph(self, lines: list[Span]) -> None:
        """Add lines as one paragraph; as several if one of them is too long to be wrapped, for then
        its author ended lines to end paragraphs.
        """
        if not lines:
            return
        said = [line.of(self.text) for line in lines]
        made = group(said, self.language, self.width)
        spans = [Span(lines[first].start, lines[last].end) for first, last in made.units]
        if max(map(len, said)) > _WRAPPED and not made.rows:
            parts = spans if len(spans) > 1 else lines
            self.paragraphs += parts
            self.units += parts
            return
        self.paragraphs.append(Span(lines[0].start, lines[-1].end))
        self.units += spans
        if made.rows:
            self.rows.update(spans)
        self.labels += spans[: made.header]


def _asks(line: str) -> bool:
    if _ASKED.match(line):
        return True
    fits = len(line) <= _LONGEST_TITLE and not is_entry(line)
    return fits and _QUESTION.fullmatch(line) is not None


def _lists_questions(text: str, found: Sequence[Sequence[Span]]) -> bool:
    """Return True if the numbered items of a text are questions, or complaints among them."""
    items = [block for block in found if _is_item(text, block)]
    asking = sum(block[-1].of(text).endswith(("?", "؟", "？")) for block in items)
    return len(items) >= _FEW_LISTED and 2 * asking >= len(items)


def _is_item(text: str, block: Sequence[Span]) -> bool:
    """Return True if a block of lines is one numbered line, or a numbered question of several."""
    if not block or not _NUMBERED.match(block[0].of(text)):
        return False
    asks = block[-1].of(text).endswith(("?", "؟", "？"))
    return (len(block) == 1 or asks) and block[-1].end - block[0].start <= _LONG_ITEM


def _blocks(text: str) -> Iterator[list[Span]]:
    """Return the lines between blank ones, trimmed."""
    block: list[Span] = []
    for line in [*blocks.lines(text), Span(len(text), len(text))]:
        trimmed = blocks.trim(text, line.start, line.end)
        if trimmed.start < trimmed.end:
            block.append(trimmed)
        elif block:
            yield block
            block = []


def _width(found: list[list[Span]]) -> int:
    """Return how long the lines of hard-wrapped paragraphs are."""
    lengths = [line.end - line.start for block in found for line in block if len(block) > 1]
    return max((length for length in lengths if length <= _WRAPPED), default=0)


def _titles(text: str, found: list[list[Span]]) -> bool:
    """Return True if the first line is a title, and not the first of several messages or
    entries.
    """
    if len(found) < 2 or len(found[0]) > 1:
        return False
    line, below = found[0][0].of(text), found[1][0].of(text)
    said = line.rstrip(_CLOSING)
    if len(line) > _LONGEST_TITLE or not said or said[-1] in ".!?…:;,":
        return False
    shape = _shape(line)
    if shape and any(len(block) == 1 and _shape(block[0].of(text)) == shape for block in found[1:]):
        # one of several headings names its section
        return False
    return not (is_entry(line) and is_entry(below))


def _shape(line: str) -> str:
    """Return how a line looks like a heading: numbered or in capitals; empty if it does not."""
    if len(line) > _LONGEST_TITLE or line[-1] in ".!?;,":
        return ""
    if re.match(r"(?:\d{1,2}|[IVX]{1,4})[.)]\s", line):
        return "numbered"
    return "capitals" if line.isupper() and sum(map(str.isalpha, line)) > 2 else ""
