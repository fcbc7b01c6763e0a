"""What each rule brings: `python -m benchmarks.rules --data PATH`.

Each rule is switched off in turn, and the same questions are asked again. Of public sets: how often
the first passage is right, how often the marked sentences hold the answer, how many passages have
two marked sentences, and which share of answerable and of other questions is found. Of the folders
in `benchmarks/people`, whose questions are written as people write them: how many are right (found,
the answer marked in the first passage), refused though the answer is there, and found though it is
not; `--together` asks them of one folder that holds all of these, in four languages. Rules about
messages change nothing in public sets and are tried on the folders only. Indexes stay below
.benchmark/; those of public sets are the ones of `benchmarks.floors`.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

import numpy as np

from benchmarks import data, sets
from benchmarks.folders import indexed
from benchmarks.judge import Places
from benchmarks.measures import overlap
from benchmarks.systems import CACHE, Found
from index.library import Library
from index.model import profiles
from index.model.encoder import Embedding, Encoder
from index.model.origin import LARGE
from index.search import (
    answering,
    conversation,
    deciding,
    exact,
    expected,
    marks,
    naming,
    ranking,
    scoring,
)
from index.search.ranking import Ranked
from index.search.searcher import Searcher
from index.stores import OpenGeneration
from index.text import followups, messages
from index.types import Answer, Outcome, Query

__all__ = ["main"]

_DEPTH = 3
_E5 = profiles.profile(LARGE)
_PEOPLE = Path(__file__).with_name("people")

_Rules = dict[str, Callable[[], AbstractContextManager[object]]]

# A rule, and what stands in its place while it is off.
_OF_PASSAGES: _Rules = {
    "all rules": lambda: patch.object(marks, "_SECOND", marks._SECOND),
    "words that complete a mark": lambda: patch.object(marks, "_GAIN", 9.0),
    "the sentence that names the subject": lambda: patch.object(
        naming, "subject", lambda passage, row: None
    ),
    "what a heading says": lambda: patch.object(naming, "_HEADED", 0.0),
    "the answer after a question": lambda: patch.object(marks, "pairwise", lambda sentences: ()),
    "the row whose label is asked for": lambda: patch.object(scoring, "_LABEL", np.float32(0)),
    "the row that holds most": lambda: patch.object(marks, "_ROW", 1e-9),
    "no mark on the question's own words": lambda: patch.object(
        marks, "_repeats", lambda stems, question: False
    ),
    "passages in other languages come later": lambda: patch.dict(
        profiles._PROFILES, {LARGE: replace(_E5, other=replace(_E5.other, behind=0.0))}
    ),
    "doubts about words": lambda: patch.object(ranking, "lowered", lambda *everything: 0.0),
    "the name of the document": lambda: patch.object(deciding, "_NAMED", 0.0),
    "a passage that stands out": lambda: patch.object(deciding, "_stands_out", lambda hits: False),
    "a price where one is asked for": lambda: patch.object(
        deciding, "lacks", lambda question, language, hit: False
    ),
    "a number or a time where one is asked for": lambda: patch.object(
        expected, "kind", lambda question, language: None
    ),
    "names that no document has": lambda: patch.object(
        deciding, "_names_a_stranger", lambda question, generation, scope: False
    ),
}
_OF_MESSAGES: _Rules = {
    "politeness and several questions": lambda: patch.object(messages, "read", _as_written),
    "the question before": lambda: patch.object(
        answering, "in_context", lambda asked, best, told, generation, searcher: best
    ),
    "the question before chooses": lambda: patch.object(
        conversation, "is_unsure", lambda ranked: False
    ),
    "a name for a pronoun": lambda: patch.object(followups, "named", lambda question, before: None),
    "what was shown before": lambda: patch.object(
        Searcher, "repeats", lambda self, generation, query, ranked: False
    ),
    "marks for what is asked now": lambda: patch.object(scoring, "_BEFORE", 1.0),
    "a lone question word": lambda: patch.object(followups, "is_bare", lambda question: False),
    "exact identifiers": lambda: patch.object(exact, "identifiers", lambda question: ()),
    "spelling": lambda: patch.object(
        answering, "fixes", lambda question, generation, scope: iter(())
    ),
    "requests": lambda: patch.object(answering, "is_task", lambda question: False),
}


@dataclass(frozen=True, slots=True)
class _Set:
    """A set's index, its questions, and where its paragraphs stand."""

    name: str
    library: Library
    questions: Sequence[sets.Question]
    places: Places


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.rules",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = ("squad2", "xquad-en", "clapnq")
    parser.add_argument("--sets", nargs="*", choices=names, default=list(names))
    parser.add_argument("--few", type=int, default=100, help="questions of a set (100)")
    parser.add_argument("--together", action="store_true", help="our own folders as one")
    options = data.options(parser, arguments)
    with ExitStack() as open_ones:
        encoder = Encoder(None, CACHE / "models")
        open_ones.enter_context(_embedding_once(encoder))
        _people(encoder, together=options.together)
        parts = [
            open_ones.enter_context(_part(name, options.data, options.few, encoder))
            for name in options.sets
        ]
        if parts:
            print("\n| without | set | R@1 | marked | two marks | found | found, no answer |")
            print("|---|---|--:|--:|--:|--:|--:|")
        for rule, off in _OF_PASSAGES.items():
            with off():
                for part in parts:
                    row = [f"{value:.3f}".lstrip("0") for value in _measured(part)]
                    print(f"| {rule} | {part.name} | {' | '.join(row)} |", flush=True)


@contextmanager
def _embedding_once(encoder: Encoder) -> Iterator[None]:
    """While open, each text is embedded once, whatever rule is off."""
    embed, known = encoder.encode_questions, dict[str, Embedding]()

    def embedded(texts: Sequence[str]) -> list[Embedding]:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, embed(new) if new else [], strict=True))
        return [known[text] for text in texts]

    with patch.object(encoder, "encode_questions", embedded):
        yield


class _Ranked:
    """Rankings that are made once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, Query], Ranked] = {}

    @contextmanager
    def used(self) -> Iterator[None]:
        """While open, each query to an index is ranked once."""
        rank = Searcher.rank

        def ranked(
            searcher: Searcher, generation: OpenGeneration, queries: Sequence[Query]
        ) -> list[Ranked]:
            keys = [(generation.generation.id, query) for query in queries]
            new = [
                query for key, query in zip(keys, queries, strict=True) if key not in self._known
            ]
            found = rank(searcher, generation, new) if new else []
            self._known.update(zip([k for k in keys if k not in self._known], found, strict=True))
            return [self._known[key] for key in keys]

        with patch.object(Searcher, "rank", ranked):
            yield


def _people(encoder: Encoder, *, together: bool) -> None:
    """Print what each rule brings for the questions to our own folders."""
    cases = [json.loads(line) for line in (_PEOPLE / "questions.jsonl").open(encoding="utf-8")]
    folders = sorted({case["folder"] for case in cases})
    libraries = {}
    for folder in folders:
        knowledge, found = _PEOPLE / folder, CACHE / "people" / ("all" if together else folder)
        if together:
            knowledge = found / "knowledge"
            shutil.copytree(_PEOPLE / folder, knowledge / folder, dirs_exist_ok=True)
        libraries[folder] = Library(knowledge=knowledge, data=found, model=encoder)
    for library in libraries.values():
        library.desk.index.build()
    known = _Ranked()
    there = sum(bool(case["expected"]) for case in cases)
    print(f"| without | right, of {there} | refused | found, no answer, of {len(cases) - there} |")
    print("|---|--:|--:|--:|")
    for rule, off in (_OF_PASSAGES | _OF_MESSAGES).items():
        counts = {"right": 0, "refused": 0, "false": 0}
        # rules about messages leave the ranking of a text as it is
        same = rule in _OF_MESSAGES and rule != "marks for what is asked now"
        with off(), known.used() if same else nullcontext():
            for case in cases:
                library = libraries[case["folder"]]
                answer = library.ask(case["question"], _DEPTH, before=case.get("before"))
                if judged := _judged(answer, case["expected"]):
                    counts[judged] += 1
        print(f"| {rule} | {' | '.join(map(str, counts.values()))} |", flush=True)
    for library in libraries.values():
        library.close()


def _judged(answer: Answer, expected: Sequence[str]) -> str | None:
    if not expected:
        return "false" if answer.outcome is Outcome.FOUND else None
    if answer.outcome is Outcome.NOTHING:
        return "refused"
    first = answer.hits[0]
    marked = "\n".join(map(first.passage.quote, first.highlights))
    is_right = answer.outcome is Outcome.FOUND and any(words in marked for words in expected)
    return "right" if is_right else None


def _as_written(message: str) -> messages.Message:
    return messages.Message((messages.Part(message, (message,)),))


@contextmanager
def _part(name: str, folder: Path, few: int, encoder: Encoder) -> Iterator[_Set]:
    public = sets.load(name, folder, titled=True, sample=None)
    library = indexed(name, public, CACHE / "floors" / name, encoder)
    step = max(len(public.questions) // few, 1)
    yield _Set(name, library, public.questions[::step], Places(public))
    library.close()


def _measured(part: _Set) -> tuple[float, ...]:
    """R@1, marked, two marks, found, and found among questions without an answer."""
    right, held, two, found, false = [], [], [], [], []
    for question in part.questions:
        ranked = part.library.rank(question.text, _DEPTH)
        is_found = ranked.outcome is Outcome.FOUND
        if not question.answerable:
            false.append(is_found)
            continue
        found.append(is_found)
        place = _place(part, question, ranked)
        right.append(place == 0)
        if place is not None and question.answers:
            spans = [(mark.start, mark.end) for mark in ranked.hits[place].highlights]
            held.append(any(_holds(part.name, span, question) for span in spans))
            two.append(len(spans) > 1)
    return tuple(float(np.mean(each)) if each else 0.0 for each in (right, held, two, found, false))


def _place(part: _Set, question: sets.Question, ranked: Ranked) -> int | None:
    for number, hit in enumerate(ranked.hits):
        span = (hit.passage.start, hit.passage.end)
        if not set(question.gold).isdisjoint(
            part.places.of(Found(hit.passage.source.id, span, hit.score))
        ):
            return number
    return None


def _holds(name: str, mark: tuple[int, int], question: sets.Question) -> bool:
    """Return True if a marked sentence holds an answer; CLAPNQ answers with whole sentences of
    its own.
    """
    return any(
        2 * overlap(mark, answer) >= min(mark[1] - mark[0], answer[1] - answer[0])
        if name == "clapnq"
        else mark[0] <= answer[0] and answer[1] <= mark[1]
        for answer in question.answers
    )


if __name__ == "__main__":
    main()
