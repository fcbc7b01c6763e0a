"""Documents, their parts, and which of them someone may see."""

from __future__ import annotations

import datetime
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

__all__ = [
    "EVERYTHING",
    "Anchor",
    "Document",
    "Heading",
    "Omission",
    "Passage",
    "Scope",
    "Source",
    "Span",
    "folded",
]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points: `text[start:end]`."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the characters of `text` that this span covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its place, its level (1 is the outermost, 0 a title's) and its words."""

    start: int
    end: int
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """The place in the file of the text from `start` up to the next anchor of its kind.

    `kind` is one of: row (of a sheet), slide, message (its address on the web), mail (that the
    document is attached to), ocr (read from a picture, so it may be misread). `name` is the number,
    address or subject; of `ocr` it is how sure the recognition is, in percent, and empty for text
    that was not recognized.
    """

    start: int
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Source:
    """The facts about a document besides its text. `id` is its path below the folder, with `/`."""

    id: str
    title: str
    language: str
    url: str | None = None
    date: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Omission:
    """Text of a file that is not in the reading text: why, and its words as far as known.

    `kind` is one of: furniture (running heads, page numbers), hidden (no reader sees it), struck
    (crossed out), scan (a page that is a picture and was not read), unsure (read in a picture, but
    not surely), damaged (its letters cannot be read reliably).
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """One document as read: every span points into `text`, the reading text.

    Paragraphs hold no heading; each sentence lies in exactly one paragraph; all are in order.
    `pages` is empty if the format has none; the span of a page without text is empty. `digest` is
    the SHA-256 of the file's bytes. `labels` are spans of rows in paragraphs that name what follows
    and answer nothing, such as the header row of a table. `omissions` is what was left out.
    `anchors`, in order, name places that are not counted in pages.
    """

    source: Source
    text: str
    paragraphs: tuple[Span, ...]
    sentences: tuple[Span, ...]
    headings: tuple[Heading, ...] = ()
    pages: tuple[Span, ...] = ()
    digest: str = ""
    labels: tuple[Span, ...] = ()
    omissions: tuple[Omission, ...] = ()
    anchors: tuple[Anchor, ...] = ()

    @property
    def id(self) -> str:
        return self.source.id

    @property
    def title(self) -> str:
        return self.source.title

    @property
    def blank_pages(self) -> int:
        """Return how many of the pages contain no text."""
        return sum(page.start == page.end for page in self.pages)


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one document: `document.text[start:end] == text`.

    `sentences` are spans of the document, the first starting at `start`, the last ending at `end`.
    `labels` are those of them that name or ask and answer nothing: the headings that the passage
    begins with, the header rows of tables. Paragraphs and pages count from 1; the page is that of
    what stands under the headings. `heading` is the nearest one above, None if there is none or it
    is the document's title. `anchors` are those that stand in it, and the last of each kind before
    its body.
    """

    source: Source
    text: str
    start: int
    end: int
    sentences: tuple[Span, ...]
    first_paragraph: int
    last_paragraph: int
    heading: str | None = None
    page: int | None = None
    labels: tuple[Span, ...] = ()
    anchors: tuple[Anchor, ...] = ()

    def __hash__(self) -> int:
        """Hash the place alone: what a question looks up by passage is looked up many times."""
        return hash((self.source.id, self.start, self.end))

    @property
    def body(self) -> tuple[Span, ...]:
        """The sentences that may answer: all but the labels."""
        return tuple(sentence for sentence in self.sentences if sentence not in self.labels)

    @property
    def title(self) -> Span | None:
        """The label that is the document's title, None if it begins another passage or none."""
        words = self.source.title.split()
        named = self.labels and self.quote(self.labels[0]).split() == words
        # a section that shares its name with the document is a section
        return self.labels[0] if named and (self.heading or "").split() != words else None

    def anchor(self, kind: str, place: int) -> str | None:
        """Return the name of the last anchor of a kind at or before a place in the document."""
        names = [a.name for a in self.anchors if a.kind == kind and a.start <= place]
        return names[-1] or None if names else None

    def quote(self, span: Span) -> str:
        """Return the characters of one of the sentences, or of any span inside the passage."""
        return self.text[span.start - self.start : span.end - self.start]

    @property
    def locator(self) -> str:
        """The place in one string: `path#p<first>-<last>:<start>-<end>`."""
        paragraphs = f"p{self.first_paragraph}-{self.last_paragraph}"
        return f"{self.source.id}#{paragraphs}:{self.start}-{self.end}"


@dataclass(frozen=True, slots=True)
class Scope:
    """The documents that someone may see.

    Documents that are `hidden`, or below a hidden folder, are left out, each named by its path with
    `/`; of the others all, or only `document` if it is named. A folder is hidden in any case and
    composition of letters of its name: file systems differ in both, and a hidden folder must not
    show because of it.
    """

    hidden: frozenset[str] = frozenset()
    document: str | None = None

    def allows(self, id: str) -> bool:
        """Return True if a document may be seen, quoted, or hinted at."""
        if self.document is not None and id != self.document:
            return False
        if not self.hidden:
            return True
        hidden, path = _all_folded(self.hidden), folded(id)
        ends = (end for end, sign in enumerate(path) if sign == "/")
        return path not in hidden and not any(path[:end] in hidden for end in ends)


def folded(path: str) -> str:
    """Return a path without its case and composition of letters."""
    return unicodedata.normalize("NFC", path.casefold())


@lru_cache(maxsize=256)
def _all_folded(paths: frozenset[str]) -> frozenset[str]:
    return frozenset(map(folded, paths))


EVERYTHING = Scope()
