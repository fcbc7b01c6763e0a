"""Documents and passages in one SQLite file, written once and read row by row."""

from __future__ import annotations

import datetime
import json
import sqlite3
import weakref
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from index.types import Anchor, Document, Heading, Omission, Omitted, Passage, Source, Span

__all__ = ["Texts", "TextsFile"]

# Passages read last, some 3 KB each: the next question looks at many of them again.
_KEPT = 2_000

_SCHEMA = """
CREATE TABLE documents (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    url TEXT,
    date TEXT,
    digest TEXT NOT NULL,
    text TEXT NOT NULL,
    paragraphs TEXT NOT NULL,
    sentences TEXT NOT NULL,
    headings TEXT NOT NULL,
    pages TEXT NOT NULL,
    labels TEXT NOT NULL,
    omissions TEXT NOT NULL,
    anchors TEXT NOT NULL
);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents,
    text TEXT NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    sentences TEXT NOT NULL,
    first_paragraph INTEGER NOT NULL,
    last_paragraph INTEGER NOT NULL,
    heading TEXT,
    page INTEGER,
    labels TEXT NOT NULL,
    anchors TEXT NOT NULL
);
CREATE INDEX passages_of ON passages (document);
"""
_PASSAGE = """
SELECT d.id, d.title, d.language, d.url, d.date, p.text, p.start, p.end, p.sentences,
       p.first_paragraph, p.last_paragraph, p.heading, p.page, p.labels, p.anchors
FROM passages p JOIN documents d ON d.number = p.document
"""


class TextsFile:
    """A new file while it is written, document after document; `close` makes it whole."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        # no journal: the file counts only once its folder is renamed into place
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.executescript(_SCHEMA)
        self._database.execute("BEGIN")
        self.documents = self.passages = 0

    def add(self, document: Document, passages: Sequence[Passage]) -> None:
        """Append a document with its passages; these are numbered from 0 on, over all documents."""
        self._database.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            _document_row(self.documents, document),
        )
        self._database.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                _passage_row(number, self.documents, passage)
                for number, passage in enumerate(passages, self.passages)
            ),
        )
        self.documents += 1
        self.passages += len(passages)

    def close(self) -> None:
        """Have all of it in the file."""
        self._database.execute("COMMIT")
        self._database.close()


class Texts:
    """The file, open for reading from any thread."""

    def __init__(self, path: Path) -> None:
        # immutable: no lock and no journal, so that a read-only disk will do
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        self._database = sqlite3.connect(address, uri=True, check_same_thread=False)
        self._lock = Lock()
        self._kept: dict[int, Passage] = {}
        # the last question on an older generation ends unnoticed; its file is closed with it
        weakref.finalize(self, self._database.close)

    def passages(self, numbers: Sequence[int]) -> list[Passage]:
        """The passages of these numbers."""
        found = []
        for number in numbers:
            if (passage := self._kept.get(number)) is None:
                for row in self._rows(_PASSAGE + "WHERE p.number = ?", number):
                    passage = self._keep(number, _passage(row))
            if passage is not None:
                found.append(passage)
        return found

    def passages_of(self, document: str) -> list[Passage]:
        """Return the passages of one document, in order."""
        rows = self._rows(_PASSAGE + "WHERE d.id = ? ORDER BY p.number", document)
        return [_passage(row) for row in rows]

    def document(self, id: str) -> Document | None:
        """Return the document of that id, or None."""
        rows = self._rows(
            "SELECT id, title, language, url, date, digest, text, paragraphs, sentences, "
            "headings, pages, labels, omissions, anchors FROM documents WHERE id = ?",
            id,
        )
        return _document(rows[0]) if rows else None

    def passages_at(self, document: str, span: Span) -> list[Passage]:
        """Return the passages of one document that a span touches, in order."""
        rows = self._rows(
            _PASSAGE + "WHERE d.id = ?1 AND p.start < ?2 AND p.end > ?3 ORDER BY p.number",
            document,
            span.end,
            span.start,
        )
        return [_passage(row) for row in rows]

    def text(self, id: str) -> str:
        """Return the reading text of one document, empty if there is none of that id."""
        rows = self._rows("SELECT text FROM documents WHERE id = ?", id)
        return str(rows[0][0]) if rows else ""

    def sources(self) -> list[tuple[Source, int]]:
        """Return every document with the number of its passages, in the order they were written."""
        rows = self._rows(
            "SELECT d.id, d.title, d.language, d.url, d.date, count(p.number) FROM documents d "
            "LEFT JOIN passages p ON p.document = d.number GROUP BY d.number ORDER BY d.number"
        )
        return [(_source(*row[:5]), row[5]) for row in rows]

    def omissions(self) -> dict[str, Omitted]:
        """Return how much of its file each document leaves out, by id; documents that leave out
        nothing are absent.
        """
        return Omitted.by_document(
            self._rows(
                "SELECT d.id, json_extract(each.value, '$[0]'), count(*) "
                "FROM documents d, json_each(d.omissions) each "
                "WHERE d.omissions <> '[]' GROUP BY d.number, 2 ORDER BY d.number"
            )
        )

    def holding(self, words: Sequence[str], ids: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Return the id and text of each of these documents that has all of the words, in order."""
        found = self._rows(
            "SELECT d.number, d.id FROM json_each(?) ids JOIN documents d ON d.id = ids.value "
            "WHERE NOT EXISTS (SELECT 1 FROM json_each(?) w WHERE NOT instr(d.text, w.value)) "
            "ORDER BY d.number",
            json.dumps(list(ids)),
            json.dumps(words),
        )
        for number, id in found:
            [[text]] = self._rows("SELECT text FROM documents WHERE number = ?", number)
            yield id, text

    def digests(self) -> dict[str, str]:
        """Return the digest of each document's file, by id."""
        return dict(self._rows("SELECT id, digest FROM documents"))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def _keep(self, number: int, passage: Passage) -> Passage:
        with self._lock:
            self._kept[number] = passage
            if len(self._kept) > _KEPT:
                del self._kept[next(iter(self._kept))]
        return passage

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._database.execute(query, values).fetchall()


def _document_row(number: int, document: Document) -> tuple[object, ...]:
    source = document.source
    headings = [[h.start, h.end, h.level, h.text] for h in document.headings]
    return (
        number,
        source.id,
        source.title,
        source.language,
        source.url,
        source.date.isoformat() if source.date else None,
        document.digest,
        document.text,
        _pack(document.paragraphs),
        _pack(document.sentences),
        json.dumps(headings, ensure_ascii=False),
        _pack(document.pages),
        _pack(document.labels),
        json.dumps([[each.kind, each.text] for each in document.omissions], ensure_ascii=False),
        _named(document.anchors),
    )


def _passage_row(number: int, document: int, passage: Passage) -> tuple[object, ...]:
    return (
        number,
        document,
        passage.text,
        passage.start,
        passage.end,
        _pack(passage.sentences),
        passage.first_paragraph,
        passage.last_paragraph,
        passage.heading,
        passage.page,
        _pack(passage.labels),
        _named(passage.anchors),
    )


def _document(row: Sequence[Any]) -> Document:
    digest, text, paragraphs, sentences, headings, pages, labels, omissions, anchors = row[5:]
    return Document(
        source=_source(*row[:5]),
        text=text,
        paragraphs=tuple(_unpack(paragraphs)),
        sentences=tuple(_unpack(sentences)),
        headings=tuple(Heading(*heading) for heading in json.loads(headings)),
        pages=tuple(_unpack(pages)),
        digest=digest,
        labels=tuple(_unpack(labels)),
        omissions=tuple(Omission(*each) for each in json.loads(omissions)),
        anchors=tuple(Anchor(*each) for each in json.loads(anchors)),
    )


def _passage(row: Sequence[Any]) -> Passage:
    text, start, end, sentences, first, last, heading, page, labels, anchors = row[5:]
    return Passage(
        source=_source(*row[:5]),
        text=text,
        start=start,
        end=end,
        sentences=tuple(_unpack(sentences)),
        first_paragraph=first,
        last_paragraph=last,
        heading=heading,
        page=page,
        labels=tuple(_unpack(labels)),
        anchors=tuple(Anchor(*each) for each in json.loads(anchors)),
    )


def _source(id: str, title: str, language: str, url: str | None, date: str | None) -> Source:
    return Source(id, title, language, url, datetime.date.fromisoformat(date) if date else None)


def _named(anchors: Iterable[Anchor]) -> str:
    return json.dumps([[each.start, each.kind, each.name] for each in anchors])


def _pack(spans: Iterable[Span]) -> str:
    return json.dumps([number for span in spans for number in (span.start, span.end)])


def _unpack(packed: str) -> Iterator[Span]:
    numbers = iter(json.loads(packed))
    return (Span(start, end) for start, end in zip(numbers, numbers, strict=True))
