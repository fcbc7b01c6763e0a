"""The texts that a check has read, each once, and the work it has left."""

from __future__ import annotations

import time
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence

from index.search.seen import Seen
from index.stores import OpenGeneration
from index.types import Document, Passage, Span

__all__ = ["Held", "around"]

# Seconds of processor time; the rest of a text is not judged.
_BUDGET = 2.0

# Characters kept of the documents' texts, in three forms each; in larger libraries the first ones
# are dropped, and read again if another sentence needs them.
_KEPT = 40_000_000


class Held:
    """The texts and documents of one check."""

    def __init__(self, generation: OpenGeneration, wanted: Callable[[], bool]) -> None:
        """`wanted` says whether anyone still waits for the verdict."""
        self._generation = generation
        self._wanted = wanted
        self._end = time.thread_time() + _BUDGET
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._seen: dict[tuple[str, bool], Seen] = {}
        self._documents: dict[str, Document] = {}
        self._kept = 0

    @property
    def over(self) -> bool:
        """True if the time is over; TimeoutError if no one waits any longer."""
        if not self._wanted():
            raise TimeoutError("no one waits for this verdict any more")
        return time.thread_time() >= self._end

    def take(self, found: Iterable[tuple[str, str]]) -> list[str]:
        """Yield the ids of these documents, with their texts loaded, while there is time."""
        ids = []
        for id, text in found:
            if self.over:
                break
            ids.append(id)
            self._keep(id, text)
        return ids

    def text(self, id: str) -> str:
        """Return the reading text of a document."""
        if id not in self._texts:
            self._keep(id, self._generation.text(id))
        return self._texts[id]

    def seen(self, id: str, *, loosely: bool = False) -> Seen:
        """Return the text of a document as it is seen."""
        text = self.text(id)
        if (id, loosely) not in self._seen:
            self._seen[id, loosely] = Seen(text, loosely=loosely)
        return self._seen[id, loosely]

    def document(self, id: str) -> Document:
        """Return a document, which must be in the generation."""
        if id not in self._documents:
            document = self._generation.document(id)
            assert document is not None
            self._documents[id] = document
        return self._documents[id]

    def passages(self, id: str, span: Span) -> Sequence[Passage]:
        """Return the passages that a span touches; for a heading the one below."""
        if found := self._generation.passages_at(id, span):
            return found
        document = self.document(id)
        below = bisect_left([s.start for s in document.sentences], span.end)
        sentence = document.sentences[min(below, len(document.sentences) - 1)]
        return self._generation.passages_at(id, sentence)[:1]

    def unit(self, id: str) -> Callable[[int], Span | None]:
        """Return a function that gives the sentence or heading of a document at a place."""

        def at(place: int) -> Span | None:
            for passage in self._generation.passages_at(id, Span(place, place + 1)):
                for sentence in passage.sentences:
                    if sentence.start <= place < sentence.end:
                        return sentence
            for heading in self.document(id).headings:
                if heading.start <= place < heading.end:
                    return Span(heading.start, heading.end)
            return None

        return at

    def _keep(self, id: str, text: str) -> None:
        if id in self._texts:
            return
        self._texts[id] = text
        self._kept += len(text)
        while self._kept > _KEPT and len(self._texts) > 1:
            first, let_go = self._texts.popitem(last=False)
            self._kept -= len(let_go)
            for loosely in (False, True):
                self._seen.pop((first, loosely), None)


def around(document: Document, span: Span) -> Passage:
    """Return the sentences that a span touches, or the span itself, as a passage."""
    inside = _touched(document.sentences, span) or (span,)
    start, end = min(span.start, inside[0].start), max(span.end, inside[-1].end)
    first, last = _numbers(document.paragraphs, span)
    if first >= last:
        first = min(first, len(document.paragraphs) - 1)
        last = first + 1
    above = bisect_right(document.headings, span.start, key=lambda heading: heading.start)
    heading = document.headings[above - 1].text if above else None
    return Passage(
        source=document.source,
        text=document.text[start:end],
        start=start,
        end=end,
        sentences=inside,
        first_paragraph=first + 1,
        last_paragraph=last,
        heading=None if heading == document.title else heading,
        page=bisect_right(document.pages, start, key=lambda page: page.start) or None,
    )


def _touched(spans: Sequence[Span], span: Span) -> tuple[Span, ...]:
    first, last = _numbers(spans, span)
    return tuple(spans[first:last])


def _numbers(spans: Sequence[Span], span: Span) -> tuple[int, int]:
    """Return the range of these spans, in order and apart, that a span touches."""
    first = bisect_right(spans, span.start, key=lambda s: s.end)
    return first, bisect_left(spans, span.end, key=lambda s: s.start)
