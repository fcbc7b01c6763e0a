"""The results of the tools, as assistants read them."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, Field

from index.search import keys
from index.search.verdict import Verdict
from index.types import Answer, Hit, Passage, Place, Source, Span

__all__ = ["Around", "Checked", "Found", "Listed"]


class _Passage(BaseModel):
    key: str = Field(description="give it to read_around")
    source: str = Field(description="the document's path")
    title: str
    heading: str | None
    page: int | None
    url: str | None
    date: str | None
    text: str = Field(description="verbatim; quote only from here")
    start: int = Field(description="where the text begins in the document, in code points")
    end: int
    locator: str

    @classmethod
    def of(cls, passage: Passage) -> Self:
        return cls(**_passage(passage))


class _Mark(BaseModel):
    text: str
    start: int
    end: int


class _Hit(_Passage):
    marks: list[_Mark] = Field(description="the sentences of it that answer, verbatim")
    score: float
    also: list[str] = Field(description="other documents with the same text")


class Found(BaseModel):
    """The answer to one question."""

    outcome: str = Field(
        description="found: the first passage answers; related: it is near, and may not answer; "
        "nothing: these documents do not say it, so do not answer from them"
    )
    confidence: float = Field(description="how likely the first passage is to answer, 0 to 1")
    passages: list[_Hit] = Field(description="best first; empty if nothing was found")
    nearest: list[str] = Field(description="if nothing was found, titles that come closest")
    taken_for: str | None = Field(description="what was looked for, if not what was asked")
    missing: list[str] = Field(description="identifiers of the question that no passage holds")
    documents: int = Field(description="how many documents were searched")
    generation: str

    @classmethod
    def of(cls, answer: Answer) -> Self:
        return cls(
            outcome=answer.outcome.value,
            confidence=answer.confidence,
            passages=[_hit(hit) for hit in answer.hits],
            nearest=list(answer.nearest),
            taken_for=answer.taken_for,
            missing=list(answer.missing),
            documents=answer.documents,
            generation=answer.generation.id,
        )


class Around(BaseModel):
    """A passage with its neighbours in the document."""

    passage: _Passage
    number: int = Field(description="which passage of the document it is, from 1")
    count: int
    before: _Passage | None
    after: _Passage | None
    changed: bool = Field(description="whether its text is no longer what the key was made of")

    @classmethod
    def of(cls, place: Place) -> Self:
        return cls(
            passage=_Passage.of(place.passage),
            number=place.number,
            count=place.count,
            before=_Passage.of(place.before) if place.before else None,
            after=_Passage.of(place.after) if place.after else None,
            changed=place.changed,
        )


class _Run(BaseModel):
    side: str = Field(description="both, question (only in your text) or document (only there)")
    text: str


class Checked(BaseModel):
    """The verdict on a text: whether the documents contain it."""

    text: str
    match: str = Field(description="exact: word for word; nearly: some words differ; absent")
    places: int = Field(description="how often it stands there, if exact")
    passage: _Passage | None = Field(description="its place, or that of something similar")
    quote: _Mark | None = Field(description="the document's own words for it")
    differences: list[_Run]
    sentences: list[Checked] = Field(description="a verdict for each sentence, if they differ")
    complete: bool = Field(description="whether all of the text was compared with everything")

    @classmethod
    def of(cls, verdict: Verdict) -> Self:
        around, span = verdict.around, verdict.span
        return cls(
            text=verdict.text,
            match=verdict.match.value,
            places=verdict.places,
            passage=_Passage.of(around) if around else None,
            quote=_mark(around, span) if around and span else None,
            differences=[_Run(side=run.side.value, text=run.text) for run in verdict.runs],
            sentences=[cls.of(each) for each in verdict.sentences],
            complete=verdict.complete and not verdict.unjudged,
        )


class _Source(BaseModel):
    source: str
    title: str
    language: str
    url: str | None
    date: str | None
    passages: int


class Listed(BaseModel):
    """Some of the documents."""

    documents: int = Field(description="how many there are in all")
    sources: list[_Source]
    more: bool = Field(description="whether there are more; ask again with a higher `first`")

    @classmethod
    def of(cls, sources: list[tuple[Source, int]], first: int, count: int) -> Self:
        shown = sources[first : first + count]
        return cls(
            documents=len(sources),
            sources=[
                _Source(
                    source=source.id,
                    title=source.title,
                    language=source.language,
                    url=source.url,
                    date=_date(source),
                    passages=passages,
                )
                for source, passages in shown
            ],
            more=first + len(shown) < len(sources),
        )


def _hit(hit: Hit) -> _Hit:
    marks = [_mark(hit.passage, span) for span in hit.highlights]
    also = [copy.source.id for copy in hit.also]
    return _Hit(**_passage(hit.passage), marks=marks, score=hit.score, also=also)


def _mark(passage: Passage, span: Span) -> _Mark:
    return _Mark(text=passage.quote(span), start=span.start, end=span.end)


def _passage(passage: Passage) -> dict[str, Any]:
    source = passage.source
    return {
        "key": keys.key_of(passage),
        "source": source.id,
        "title": source.title,
        "heading": passage.heading,
        "page": passage.page,
        "url": source.url,
        "date": _date(source),
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "locator": passage.locator,
    }


def _date(source: Source) -> str | None:
    return source.date.isoformat() if source.date else None
