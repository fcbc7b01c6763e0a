"""From the blocks of a Word document to its reading text: headings, questions, a title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from index.readers.reading import Reading
from index.readers.word.story import Block, Paragraph, Row, Table
from index.readers.word.tables import asking_column, headers, is_layout
from index.readers.word.words import Line

__all__ = ["compose", "title"]

_ASKS = re.compile(r"[?؟？][\"'»”’)]*$")
_ENDS = re.compile(r"[.!…;,。！۔।][\"'”’»)]*$")
_LABEL = re.compile(r"(?:Q|Question|Frage|Pregunta|Domanda|В|Вопрос)\s?\d{0,3}[.:]\s", re.I)
_ANSWER = re.compile(r"(?:A|Answer|Antwort|Respuesta|Risposta|О|Ответ)\s?\d{0,3}[.:]\s", re.I)
_NAMED = re.compile(r"[^:\t]{1,40}(?::\s|\t)")
_PAGE = re.compile(r"(.+?)[\s.…·_]*\t\s*[0-9ivxlc]{1,6}|(.+?)\s*[.…·_]{3,}\s*[0-9ivxlc]{1,6}", re.I)
_MARKED = re.compile(r"(?:\d{1,3}(?:\.\d{1,3})*[.)]?|[ivxlc]{1,6}[.)]|[a-z][.)]|•)\s+", re.I)
_CONTENTS = frozenset(
    (
        "contents;table of contents;содержание;оглавление;inhalt;inhaltsverzeichnis;sommaire;"
        "table des matières;índice;sumário;indice;sommario;spis treści;inhoud;obsah;зміст;目录;目次"
    ).split(";")
)
# A heading or a question is shorter; a heading style on a longer text is only for its looks.
_LONGEST = 250
_LONGEST_BOLD = 150
_MOSTLY = 0.8


def compose(story: Sequence[Block], reading: Reading) -> None:
    """Add the blocks of a text to a reading text."""
    found = _without_contents(_without_idle_headings(story), reading)
    _Composer(reading).add(found)


def title(story: Sequence[Block], named: str, elsewhere: Sequence[str]) -> str | None:
    """Return the title of a document: its property, if the document shows it, else its own words.

    Failing that, the paragraph in the title style, or a first heading with no other of its level.
    `elsewhere` are lines of headers and footers.
    """
    paragraphs = [block for block in story if isinstance(block, Paragraph)]
    lines = {_plain(line.text) for paragraph in paragraphs for line in paragraph.lines}
    lines |= {_plain(paragraph.words) for paragraph in paragraphs} | set(map(_plain, elsewhere))
    if named and _plain(named) in lines:
        return named
    for paragraph in paragraphs:
        if paragraph.name == "title":
            return _joined(paragraph)
    heads = [p for p in paragraphs if p.level is not None and len(p.words) < _LONGEST]
    alone = heads and [p.level for p in heads].count(heads[0].level) == 1
    return _joined(heads[0]) if alone else None


def _joined(paragraph: Paragraph) -> str:
    return " ".join(line.text for line in paragraph.lines)


def _plain(words: str) -> str:
    return " ".join(words.casefold().split())


def _without_idle_headings(story: Sequence[Block]) -> list[Block]:
    """Return the blocks; if nearly all are headings, those that head nothing become paragraphs."""
    found = [
        replace(block, level=None)
        if isinstance(block, Paragraph) and block.level and len(block.words) > _LONGEST
        else block
        for block in story
    ]
    headings = sum(len(b.words) for b in found if isinstance(b, Paragraph) and b.level)
    texts = sum(len(b.words) for b in found if isinstance(b, Paragraph) and not b.level)
    if any(isinstance(b, Table) for b in found) or headings < _MOSTLY * (headings + texts):
        return found
    for place, block in enumerate(found):
        if not isinstance(block, Paragraph) or not block.level:
            continue
        after = found[place + 1] if place + 1 < len(found) else block
        if isinstance(after, Paragraph) and after.level and after.level <= block.level:
            found[place] = replace(block, level=None)
    return found


def _without_contents(story: list[Block], reading: Reading) -> list[Block]:
    """Return the blocks without a typed list of contents: headings, with page numbers."""
    headings = {_bare(b.words) for b in story if isinstance(b, Paragraph) and b.level}
    typed = [
        isinstance(block, Paragraph) and not block.level and _is_entry(block, headings)
        for block in story
    ]
    for place, block in enumerate(story[:-1]):
        if isinstance(block, Paragraph) and _bare(block.words) in _CONTENTS and typed[place + 1]:
            typed[place] = True
    if sum(typed) < 2:
        return story
    for block, is_typed in zip(story, typed, strict=True):
        if is_typed and isinstance(block, Paragraph):
            reading.omit("furniture", block.words)
    return [block for block, is_typed in zip(story, typed, strict=True) if not is_typed]


def _is_entry(paragraph: Paragraph, headings: set[str]) -> bool:
    """Return True if each line of a paragraph is a heading of the document and a page number."""
    for line in paragraph.lines:
        match = _PAGE.fullmatch(line.raw) if len(line.raw) <= _LONGEST else None
        if not match or _bare(match.group(1) or match.group(2)) not in headings:
            return False
    return True


def _bare(words: str) -> str:
    return _plain(_MARKED.sub("", words.strip(), count=1)).strip(" .:")


class _Composer:
    """Adds blocks one after another; consecutive list items form one paragraph."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._items: list[str] = []

    def add(self, story: Sequence[Block]) -> None:
        """Add blocks and end the list that is open."""
        for place, block in enumerate(story):
            after = story[place + 1] if place + 1 < len(story) else None
            if isinstance(block, Table):
                self._end()
                self._table(block)
            else:
                self._paragraph(block, after)
        self._end()

    def _end(self) -> None:
        self._reading.paragraph(self._items)
        self._items = []

    def _paragraph(self, paragraph: Paragraph, after: Block | None) -> None:
        if paragraph.level:
            self._end()
            # Word's Title style stands above all headings
            level = 0 if paragraph.name == "title" else paragraph.level
            self._reading.heading(paragraph.words, level)
            return
        lines = paragraph.lines
        asking = _asking(paragraph, after)
        if asking:
            self._end()
            marker = f"{paragraph.marker} " if paragraph.marker else ""
            self._reading.question(marker + " ".join(line.text for line in lines[:asking]))
            self._reading.paragraph(_rows(lines[asking:]))
        elif paragraph.marker:
            first, *others = _rows(lines)
            indent = paragraph.indent
            self._items.append(f"{indent}{paragraph.marker} {first}")
            self._items += [f"{indent}  {row}" for row in others]
        else:
            self._end()
            self._reading.paragraph(_rows(lines, paragraph.name))

    def _table(self, table: Table) -> None:
        if (asking := asking_column(table)) is not None:
            self._questions(table.rows, asking)
        elif is_layout(table):
            for row in table.rows:
                for cell in row.cells:
                    if not cell.is_carried:
                        self.add(cell.blocks)
        else:
            self._data(table)

    def _data(self, table: Table) -> None:
        width = max(len(row.cells) for row in table.rows)
        titles = next(n for n, row in enumerate(table.rows) if len(row.cells) == width)
        titles = titles if all(len(row.cells) == 1 for row in table.rows[:titles]) else 0
        for row in table.rows[:titles]:
            if _ENDS.search(row.words):
                self.add(row.cells[0].blocks)
            else:
                self._reading.question(row.words)
        table = replace(table, rows=table.rows[titles:])
        count = headers(table)
        header, rows = [row.words for row in table.rows[:count]], list[str]()
        for place, row in enumerate(table.rows[count:], start=count):
            words = row.words
            last = place + 1 == len(table.rows)
            if len(row.cells) == 1 and width > 1 and not last and not _ENDS.search(words):
                # a row that is a single cell heads the rows below it
                self._reading.table(header, rows)
                header, rows = [], []
                self._reading.question(words)
            else:
                rows.append(words)
        self._reading.table(header, rows)

    def _questions(self, rows: Sequence[Row], column: int) -> None:
        for place, row in enumerate(rows):
            asked = " | ".join(cell.words for cell in row.cells[: column + 1] if cell.words)
            names = row.is_header or not _ASKS.search(asked)
            if place == 0 and names and len(rows) > 1 and len(row.words) <= _LONGEST_BOLD:
                self._reading.table([row.words], [])
                continue
            if len(asked) > _LONGEST:
                self._reading.paragraph([asked])
            elif not row.cells[min(column, len(row.cells) - 1)].is_carried:
                self._reading.question(asked)
            for cell in row.cells[column + 1 :]:
                if cell.is_carried:
                    self._reading.paragraph([cell.words])
                else:
                    self.add(cell.blocks)


def _asking(paragraph: Paragraph, after: Block | None) -> int:
    """Return how many of the first lines of a paragraph ask or name what comes next."""
    first = paragraph.lines[0]
    rest = paragraph.lines[1:]
    if paragraph.name == "definition term":
        return len(paragraph.lines)
    if (not rest or paragraph.is_bold) and not _goes_on(paragraph, after):
        return 0
    if _LABEL.match(first.text):
        ends = (n for n, line in enumerate(rest, start=1) if _ANSWER.match(line.text))
        return next(ends, 1)
    if len(first.text) > _LONGEST_BOLD:
        return 0
    bold = 0
    for line in paragraph.lines:
        if not line.bold:
            break
        bold += 1
    if bold:
        words = " ".join(line.text for line in paragraph.lines[:bold])
        named = not _ENDS.search(words) and not paragraph.marker
        return bold if len(words) <= _LONGEST_BOLD and (named or _ASKS.search(words)) else 0
    return int(bool(_ASKS.search(first.text)) and not re.search(r"[.!]\s", first.text))


def _goes_on(paragraph: Paragraph, after: Block | None) -> bool:
    """Return True if the block after a paragraph may belong below that paragraph."""
    if isinstance(after, Table):
        return paragraph.is_bold
    if after is None or after.level:
        return False
    if paragraph.marker and after.marker and paragraph.indent == after.indent:
        return False
    if paragraph.is_bold:
        return not after.is_bold
    return not _ASKS.search(after.lines[-1].text)


def _rows(lines: Sequence[Line], name: str = "") -> Iterator[str]:
    """Return the rows of lines: a line that continues a sentence does not start a row."""
    row, is_code = "", "code" in name or "preformatted" in name
    for line in lines:
        goes_on = line.text[:1].islower() and not is_code
        if row and goes_on and not _ends_row(row, line.text):
            row += "\n" + line.text
            continue
        if row:
            yield row
        row = line.text
    if row:
        yield row


def _ends_row(row: str, following: str) -> bool:
    return bool(re.search(r"[.!?…:;]$", row)) or all(map(_NAMED.match, (row, following)))
