"""An answer as JSON: the form that other programs build on."""

from __future__ import annotations

from pydantic import BaseModel

from index.types import Answer, Hit

__all__ = ["failure_to_json", "to_json"]


_SHOWN = 200


class _Hit(BaseModel):
    source: str
    title: str
    text: str
    start: int
    end: int
    paragraphs: tuple[int, int]
    heading: str | None
    page: int | None
    url: str | None
    locator: str
    score: float
    closeness: float
    share: float
    highlights: list[tuple[int, int]]


class _Failure(BaseModel):
    question: str
    error: str


class _Answer(BaseModel):
    question: str
    outcome: str
    generation: str
    seconds: float
    hits: list[_Hit]


def to_json(answer: Answer) -> str:
    """One line of JSON; offsets count code points in the document's reading text."""
    return _Answer(
        question=answer.question,
        outcome=answer.outcome.value,
        generation=answer.generation.id,
        seconds=answer.seconds,
        hits=[_hit(hit) for hit in answer.hits],
    ).model_dump_json()


def failure_to_json(question: str, error: Exception) -> str:
    """One line of JSON for a question that could not be answered; a long one is cut."""
    return _Failure(question=question[:_SHOWN], error=str(error)).model_dump_json()


def _hit(hit: Hit) -> _Hit:
    passage = hit.passage
    return _Hit(
        source=passage.source.id,
        title=passage.source.title,
        text=passage.text,
        start=passage.start,
        end=passage.end,
        paragraphs=(passage.first_paragraph, passage.last_paragraph),
        heading=passage.heading,
        page=passage.page,
        url=passage.source.url,
        locator=passage.locator,
        score=hit.score,
        closeness=hit.parts.closeness,
        share=hit.parts.share,
        highlights=[(span.start, span.end) for span in hit.highlights],
    )
