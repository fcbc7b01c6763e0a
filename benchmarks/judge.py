"""Replies of a system to the questions of a set -> what each question brought. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks import measures
from benchmarks.measures import overlap
from benchmarks.sets import PublicSet, Question
from benchmarks.systems import Found, Reply

__all__ = ["EXCERPTS_AT", "Judged", "Places", "judge"]

EXCERPTS_AT = 5
"""How many passages the recall and IoU of excerpts look at."""

# the score of no hit at all: nothing can be less sure
_NO_HIT = -1e9


@dataclass(slots=True)
class Judged:
    """The measures of each answerable question, in the set's order, and the top scores of both.

    A list is empty if a measure does not apply to the set or the system. `marked`: whether the
    sentences marked in the right passage, wherever it is ranked, hold the answer (NaN if it is not
    among the hits); `right_and_marked`: whether the first hit is right and marks the answer;
    `marks`: how many sentences are marked in it. `outcomes` are by kind of question, answerable or
    not; `scores` and `right`, the top score and whether the first hit answers, are of all of them.
    """

    r1: list[float] = field(default_factory=list)
    r3: list[float] = field(default_factory=list)
    mrr: list[float] = field(default_factory=list)
    ndcg: list[float] = field(default_factory=list)
    recall: list[float] = field(default_factory=list)
    strict_r1: list[float] = field(default_factory=list)
    marked: list[float] = field(default_factory=list)
    right_and_marked: list[float] = field(default_factory=list)
    marks: list[float] = field(default_factory=list)
    excerpts: list[measures.Shared] = field(default_factory=list)
    marked_excerpts: list[measures.Shared] = field(default_factory=list)
    answerable: list[float] = field(default_factory=list)
    unanswerable: list[float] = field(default_factory=list)
    outcomes: dict[str, list[str]] = field(default_factory=dict)
    scores: list[float] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)


def judge(public: PublicSet, replies: Sequence[Reply]) -> Judged:
    """The measures of one system on one set."""
    judged = Judged()
    places = Places(public)
    for question, reply in zip(public.questions, replies, strict=True):
        kind = "answerable" if question.answerable else "unanswerable"
        top = reply.hits[0].score if reply.hits else _NO_HIT
        (judged.answerable if question.answerable else judged.unanswerable).append(top)
        if reply.outcome:
            judged.outcomes.setdefault(kind, []).append(reply.outcome)
        judged.scores.append(top)
        if not question.answerable:
            judged.right.append(False)
            continue
        right = _ranking(judged, places, question, reply.hits)
        judged.right.append(any(right[:1]))
        if public.name == "chroma":
            _excerpts(judged, question, reply.hits[:EXCERPTS_AT])
        elif question.answers and any(hit.marks for hit in reply.hits):
            _marking(judged, public.name, question, reply.hits, right)
    return judged


class Places:
    """Which paragraphs a hit lies in."""

    def __init__(self, public: PublicSet) -> None:
        self._spans: dict[str, list[tuple[int, tuple[int, int]]]] = defaultdict(list)
        for number, paragraph in enumerate(public.paragraphs):
            self._spans[paragraph.file].append((number, paragraph.span))

    def of(self, hit: Found, *, strict: bool = False) -> list[int]:
        """The paragraphs of which the hit shares half: of the shorter of both, or (strict) of it.

        A long paragraph is several of the product's passages, a short one part of one.
        """
        if hit.number is not None:
            return [hit.number]
        length = hit.span[1] - hit.span[0]
        found = []
        for number, span in self._spans[hit.file]:
            paragraph = span[1] - span[0]
            least = paragraph if strict else min(length, paragraph)
            if 2 * overlap(hit.span, span) >= least:
                found.append(number)
        return found


def _ranking(
    judged: Judged, places: Places, question: Question, hits: Sequence[Found]
) -> list[bool]:
    """Note the measures of rank; which of the hits are right."""
    gold = set(question.gold)
    found = [places.of(hit) for hit in hits]
    right = [not gold.isdisjoint(each) for each in found]
    ranked = list(dict.fromkeys(number for each in found for number in each))
    judged.r1.append(measures.first_at(right, 1))
    judged.r3.append(measures.first_at(right, 3))
    judged.mrr.append(measures.reciprocal_rank(right))
    judged.ndcg.append(measures.ndcg(ranked, gold))
    judged.recall.append(measures.recall(ranked, gold))
    whole = bool(hits) and not gold.isdisjoint(places.of(hits[0], strict=True))
    judged.strict_r1.append(float(whole))
    return right


def _marking(
    judged: Judged, name: str, question: Question, hits: Sequence[Found], right: Sequence[bool]
) -> None:
    """Return True if an answer stands whole in one marked sentence; CLAPNQ's are sentences
    themselves, cut by another splitter, and most of one must be marked.
    """

    def holds(hit: Found) -> bool:
        return any(
            2 * overlap(mark, answer) >= min(mark[1] - mark[0], answer[1] - answer[0])
            if name == "clapnq"
            else mark[0] <= answer[0] and answer[1] <= mark[1]
            for mark in hit.marks
            for answer in question.answers
        )

    first_right = next((hit for hit, good in zip(hits, right, strict=True) if good), None)
    judged.marked.append(float(holds(first_right)) if first_right else float("nan"))
    judged.right_and_marked.append(float(right[0] and holds(hits[0])))
    judged.marks.append(float(len(hits[0].marks)))


def _excerpts(judged: Judged, question: Question, hits: Sequence[Found]) -> None:
    spans = [hit.span for hit in hits if hit.file == question.file]
    elsewhere = sum(hit.span[1] - hit.span[0] for hit in hits if hit.file != question.file)
    judged.excerpts.append(measures.characters(question.answers, spans, elsewhere))
    if not any(hit.marks for hit in hits):
        return
    marks = [mark for hit in hits if hit.file == question.file for mark in hit.marks]
    elsewhere = sum(
        end - start for hit in hits if hit.file != question.file for start, end in hit.marks
    )
    judged.marked_excerpts.append(measures.characters(question.answers, marks, elsewhere))
