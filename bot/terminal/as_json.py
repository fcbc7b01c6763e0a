"""Answers, verdicts and lists as JSON: the form that other programs build on."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from pydantic import BaseModel

from bot.editing.gaps import Open
from index.desk.evaluate import Golden
from index.search.verdict import Verdict
from index.types import Answer, Hit, Omitted, Passage, Source, Span

__all__ = [
    "failure_to_json",
    "gap_to_json",
    "golden_to_json",
    "source_to_json",
    "to_json",
    "unread_to_json",
    "verdict_to_json",
]


_SHOWN = 200


class _Passage(BaseModel):
    source: str
    title: str
    text: str
    start: int
    end: int
    paragraphs: tuple[int, int]
    heading: str | None
    page: int | None
    places: dict[str, str]
    url: str | None
    locator: str


class _Hit(_Passage):
    score: float
    closeness: float
    share: float
    highlights: list[tuple[int, int]]
    also: list[str]
    marked: str


class _Failure(BaseModel):
    question: str
    error: str


class _Answer(BaseModel):
    question: str
    outcome: str
    generation: str
    seconds: float
    confidence: float
    hits: list[_Hit]
    nearest: list[str]
    talk: str | None
    taken_for: str | None
    missing: list[str]
    instead: list[str]
    differ: list[str]
    language: str
    quoted_in: str | None
    ask_in: list[str]
    parts: list[_Answer]


class _Run(BaseModel):
    side: str
    text: str


class _Place(_Passage):
    quote: tuple[int, int]


class _Verdict(BaseModel):
    text: str
    match: str
    generation: str
    places: int
    place: _Place | None
    differences: list[_Run]
    sentences: list[_Verdict]
    closest: _Place | None
    judged: int
    unjudged: int
    complete: bool


def to_json(answer: Answer) -> str:
    """Return one line of JSON; offsets count code points in the document's reading text."""
    return _answer(answer).model_dump_json()


def verdict_to_json(verdict: Verdict) -> str:
    """Return one line of JSON; `quote` is the exact stretch of the text, like `start` and `end`."""
    return _verdict(verdict).model_dump_json()


def failure_to_json(question: str, error: Exception) -> str:
    """Return one line of JSON for a question that could not be answered; a long one is cut."""
    return _Failure(question=question[:_SHOWN], error=str(error)).model_dump_json()


def source_to_json(source: Source, passages: int, left_out: Omitted) -> str:
    """One line of JSON for an indexed document, with its number of passages and omissions."""
    date = source.date.isoformat() if source.date else None
    about = {"id": source.id, "title": source.title, "date": date, "url": source.url}
    counted = {"passages": passages, "left_out": left_out.parts, **asdict(left_out)}
    return json.dumps(about | counted, ensure_ascii=False)


def unread_to_json(id: str, reason: str) -> str:
    """One line of JSON for a file that could not be read."""
    return json.dumps({"id": id, "error": reason}, ensure_ascii=False)


def golden_to_json(golden: Golden) -> str:
    """One line of JSON for a golden question, as `citebot golden export` writes it, with its id."""
    return json.dumps({"id": golden.id} | golden.model_dump(exclude_none=True), ensure_ascii=False)


def gap_to_json(gap: Open) -> str:
    """One line of JSON for an open question: how it was asked, by how many, why."""
    about = {
        "id": gap.id,
        "question": gap.group.question,
        "same": [same.question for same in gap.group.gaps[1:]],
        "people": gap.group.people,
        "unanswered": gap.unanswered,
        "pinned": gap.pinned,
    }
    return json.dumps(about, ensure_ascii=False)


def _answer(answer: Answer) -> _Answer:
    return _Answer(
        question=answer.question,
        outcome=answer.outcome.value,
        generation=answer.generation.id,
        seconds=answer.seconds,
        confidence=answer.confidence,
        hits=[_hit(hit) for hit in answer.hits],
        nearest=list(answer.nearest),
        talk=answer.talk.value if answer.talk else None,
        taken_for=answer.taken_for,
        missing=list(answer.missing),
        instead=list(answer.instead),
        differ=[hit.passage.source.id for hit in answer.hits[: answer.differ]],
        language=answer.language,
        quoted_in=answer.quoted_in,
        ask_in=list(answer.ask_in),
        parts=[_answer(part) for part in answer.parts],
    )


def _hit(hit: Hit) -> _Hit:
    return _Hit(
        **_passage(hit.passage, next(iter(hit.highlights), None)),
        score=hit.score,
        closeness=hit.parts.closeness,
        share=hit.parts.share,
        highlights=[(span.start, span.end) for span in hit.highlights],
        also=[copy.source.id for copy in hit.also],
        marked=" … ".join(hit.passage.quote(span) for span in hit.highlights),
    )


def _verdict(verdict: Verdict) -> _Verdict:
    return _Verdict(
        text=verdict.text,
        match=verdict.match.value,
        generation=verdict.generation.id,
        places=verdict.places,
        place=_place(verdict),
        differences=[_Run(side=run.side.value, text=run.text) for run in verdict.runs],
        sentences=[_verdict(sentence) for sentence in verdict.sentences],
        closest=_closest(verdict),
        judged=verdict.judged,
        unjudged=verdict.unjudged,
        complete=verdict.complete,
    )


def _place(verdict: Verdict) -> _Place | None:
    if verdict.around is None or verdict.span is None:
        return None
    return _Place(
        **_passage(verdict.around, verdict.span), quote=(verdict.span.start, verdict.span.end)
    )


def _closest(verdict: Verdict) -> _Place | None:
    if verdict.closest is None:
        return None
    [best] = verdict.closest.highlights
    return _Place(**_passage(verdict.closest.passage, best), quote=(best.start, best.end))


def _places(passage: Passage, mark: Span | None) -> dict[str, str]:
    """Return the row or slide of a passage, or of its marked part; empty if it is on pages."""
    at = mark.start if mark else next(iter(passage.body), passage.sentences[0]).start
    return {anchor.kind: anchor.name for anchor in passage.anchors if anchor.start <= at}


def _passage(passage: Passage, mark: Span | None = None) -> dict[str, Any]:
    return {
        "source": passage.source.id,
        "title": passage.source.title,
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "paragraphs": (passage.first_paragraph, passage.last_paragraph),
        "heading": passage.heading,
        "page": passage.page,
        "places": _places(passage, mark),
        "url": passage.source.url,
        "locator": passage.locator,
    }
