"""What the product must not fall below: `python -m benchmarks.floors --data PATH`.

Each line of the table is a figure, the least it may be, and what was measured now, by
`Library.ask` as people use it. Of each set every k-th question is asked, so that at most `--few`
are; 0 asks all. Up to four times as many are asked for what a few of them decide: what is refused
if 95 % are kept, and near misses. SciFact and Chroma take long to index and are left out unless
`--long` is given. Indexes stay below .benchmark/, so that a second run takes a few minutes.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks import data, further, measures, sets
from benchmarks.folders import home, indexed
from benchmarks.judge import Places
from benchmarks.sets import PublicSet, Question
from benchmarks.systems import CACHE, Found
from index.library import Library
from index.model.encoder import Encoder, cores
from index.types import EVERYTHING, Hit, Outcome, Scope

__all__ = ["Line", "main"]

_DEPTH = 10
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A figure: what it is of, the bound that it has to keep, and what was measured.

    `most` if the bound is the most that it may be, else it is the least. 0 to 1.
    """

    what: str
    bound: float
    measured: float
    questions: int
    most: bool = False

    @property
    def is_kept(self) -> bool:
        """True if the figure is on the right side of its bound, as both are printed."""
        found = round(self.measured, 3)
        return found <= self.bound if self.most else found >= self.bound


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one question brought: the hits whatever the outcome, and which of them are right."""

    question: Question
    outcome: Outcome
    hits: Sequence[Hit]
    right: Sequence[bool]

    @property
    def first(self) -> bool:
        return any(self.right[:1])

    @property
    def top(self) -> float:
        return max((hit.score for hit in self.hits), default=-9.0)


@dataclass(frozen=True, slots=True)
class _Run:
    """Where the data lies, how many questions of a set are asked (0: all), and the model."""

    data: Path
    few: int
    encoder: Encoder

    @contextmanager
    def library(self, public: PublicSet) -> Iterator[Library]:
        library = indexed(public.name, public, home(self.encoder) / public.name, self.encoder)
        try:
            yield library
        finally:
            library.close()

    def some(self, count: int, times: int = 1) -> slice:
        """Every k-th of so many questions, so that at most `few` times `times` are asked."""
        return slice(None, None, max(-(-count // (self.few * times)), 1) if self.few else 1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 if a figure is beyond its bound."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.floors",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--few", type=int, default=300, help="questions of a set; 0: all (300)")
    parser.add_argument("--long", action="store_true", help="SciFact and Chroma too")
    parser.add_argument("--only", nargs="+", choices=list(_SETS), help="these sets alone")
    options = data.options(parser, arguments)
    run = _Run(options.data, options.few, Encoder(None, CACHE / "models"))
    chosen = options.only or [name for name in _SETS if options.long or name not in _LONG]
    print("| | floor | measured | questions | |\n|---|--:|--:|--:|---|", flush=True)
    kept = True
    for name in chosen:
        began = time.perf_counter()
        for line in _SETS[name](run):
            kept &= line.is_kept
            sign = "at most " if line.most else ""
            words = "" if line.is_kept else "**not kept**"
            figure = f"{line.measured:.3f}".lstrip("0")
            print(
                f"| {line.what} | {sign}{f'{line.bound:.3f}'.lstrip('0')} | {figure} "
                f"| {line.questions} | {words} |",
                flush=True,
            )
        print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    return int(not kept)


def _ask(
    library: Library,
    public: PublicSet,
    questions: Sequence[Question],
    texts: Sequence[str] | None = None,
    scope: Scope = EVERYTHING,
    before: Sequence[str] | None = None,
) -> list[_Seen]:
    """Return what these questions brought, asked in the words of `texts` if given; as many at once
    as there are cores.
    """
    places = Places(public)

    def asked(question: Question, text: str, earlier: str | None) -> _Seen:
        answer = library.ask(text, _DEPTH, scope, earlier)
        hits = answer.hits or library.rank(text, _DEPTH, scope, earlier).hits
        right = [
            not set(question.gold).isdisjoint(
                places.of(Found(hit.passage.source.id, (hit.passage.start, hit.passage.end), 0.0))
            )
            for hit in hits
        ]
        return _Seen(question, answer.outcome, hits, right)

    words = texts or [question.text for question in questions]
    told = [each or None for each in before] if before else [None] * len(questions)
    with ThreadPoolExecutor(cores()) as pool:
        return list(pool.map(asked, questions, words, told))


def _there(seen: Sequence[_Seen]) -> list[_Seen]:
    return [each for each in seen if each.question.answerable]


def _share(seen: Sequence[_Seen], outcome: Outcome) -> float:
    return float(np.mean([each.outcome is outcome for each in seen]))


def _first(name: str, bound: float, seen: Sequence[_Seen]) -> Line:
    there = _there(seen)
    return Line(f"{name}, R@1", bound, float(np.mean([each.first for each in there])), len(there))


def _kept(name: str, bound: float, seen: Sequence[_Seen]) -> Line:
    there = [each.top for each in _there(seen)]
    missing = [each.top for each in seen if not each.question.answerable]
    measured = measures.refused(there, missing)
    return Line(f"{name}, refused at 95 % kept", bound, measured, len(seen))


def _squad2(run: _Run) -> Iterator[Line]:
    public = sets.load("squad2", run.data, titled=True, sample=None)
    with run.library(public) as library:
        questions = public.questions[run.some(len(public.questions), 4)]
        seen = _ask(library, public, questions)
        yield _first("squad2", 0.903, seen)
        there = _there(seen)
        missing = [each.top for each in seen if not each.question.answerable]
        separated = measures.auroc([each.top for each in there], missing)
        yield Line("squad2, near misses, AUROC", 0.65, separated, len(seen))
        held = [
            _holds(each.hits[each.right.index(True)], each.question)
            for each in there
            if any(each.right)
        ]
        yield Line("squad2, answer in a marked sentence", 0.89, float(np.mean(held)), len(held))
        kept = set(list(public.files)[::2])
        half = [each for each in public.questions if each.answerable]
        asked = [
            each if each.file in kept else Question(each.text, ())
            for each in half[run.some(len(half), 2)]
        ]
        scope = Scope(hidden=frozenset(public.files) - kept)
        yield _kept("off-topic", 0.985, _ask(library, public, asked, scope=scope))


def _holds(hit: Hit, question: Question) -> bool:
    """True if an answer stands whole in one of the marked sentences."""
    return any(
        mark.start <= start and end <= mark.end
        for mark in hit.highlights
        for start, end in question.answers
    )


def _xquad(language: str, run: _Run) -> Iterator[Line]:
    """Questions over documents in one language and, of English documents, from other ones."""
    name = f"xquad-{language}"
    public = sets.load(name, run.data, titled=True, sample=None)
    some = run.some(len(public.questions))
    with run.library(public) as library:
        same = 0.968 if language == "en" else 0.95
        seen = _ask(library, public, public.questions[some])
        yield _first(f"XQuAD {language} -> {language}", same, seen)
        yield from _undisturbed(library, public, public.questions[some], seen)
        kept = set(list(public.files)[::2])
        asked = [
            each if each.file in kept else Question(each.text, ()) for each in public.questions
        ]
        scope = Scope(hidden=frozenset(public.files) - kept)
        least = 0.985 if language == "en" else 0.97
        asked = asked[run.some(len(asked), 4)]
        off = _ask(library, public, asked, scope=scope)
        yield _kept(f"off-topic, XQuAD {language}", least, off)
        across = {"ru": 0.89, "de": 0.91, "ar": 0.77, "zh": 0.78} if language == "en" else {}
        for other, bound in across.items():
            words = sets.xquad(other)(name, run.data, True, None).questions
            texts = [each.text for each in words[some]]
            seen = _ask(library, public, public.questions[some], texts)
            yield _first(f"XQuAD {other} -> {language}", bound, seen)


def _undisturbed(
    library: Library, public: PublicSet, questions: Sequence[Question], alone: Sequence[_Seen]
) -> Iterator[Line]:
    """Each question after one about another article: what stands alone is not to lose its place."""
    half = len(questions) // 2
    before = [each.text for each in (*questions[half:], *questions[:half])]
    after = _ask(library, public, questions, before=before)
    kept = [then.first for once, then in zip(alone, after, strict=True) if once.first]
    yield Line(
        f"XQuAD {public.language}, still first after a question about something else",
        0.98,
        float(np.mean(kept)),
        len(kept),
    )


def _kazakh(run: _Run) -> Iterator[Line]:
    public = further.kazakh(run.data)
    with run.library(public) as library:
        seen = _ask(library, public, public.questions[run.some(len(public.questions))])
        yield _first("KazQAD", 0.5, seen)
        refused = _share(seen, Outcome.NOTHING)
        yield Line("KazQAD, refused", 0.1, refused, len(seen), most=True)


def _clapnq(run: _Run) -> Iterator[Line]:
    public = sets.load("clapnq", run.data, titled=True, sample=None)
    with run.library(public) as library:
        yield _first("CLAPNQ", 0.975, _ask(library, public, public.questions))


def _chroma(run: _Run) -> Iterator[Line]:
    public = sets.load("chroma", run.data, titled=True, sample=None)
    with run.library(public) as library:
        yield _first("Chroma", 0.728, _ask(library, public, public.questions))


def _scifact(run: _Run) -> Iterator[Line]:
    public = sets.load("scifact", run.data, titled=True, sample=None)
    with run.library(public) as library:
        places = Places(public)
        seen = _ask(library, public, public.questions)
        gains = []
        for each in seen:
            spans = [
                (hit.passage.source.id, hit.passage.start, hit.passage.end) for hit in each.hits
            ]
            found = [places.of(Found(file, (start, end), 0.0)) for file, start, end in spans]
            ranked = list(dict.fromkeys(number for one in found for number in one))
            gains.append(measures.ndcg(ranked, each.question.gold))
        yield Line("SciFact, nDCG@10", 0.742, float(np.mean(gains)), len(gains))


def _paraphrases(run: _Run) -> Iterator[Line]:
    public = further.paraphrases(run.data)
    with run.library(public) as library:
        seen = _ask(library, public, public.questions)
        yield _first("qmd-eval", round(23 / 24, 3), seen)
        yield Line("qmd-eval, refused", 0.0, _share(seen, Outcome.NOTHING), len(seen), most=True)


def _conversations(run: _Run) -> Iterator[Line]:
    public, turns = further.conversations(run.data)
    with run.library(public) as library:
        before = [turn.before for turn in turns]
        alone = _there(_ask(library, public, public.questions))
        after = _there(_ask(library, public, public.questions, before=before))
        yield _first("MTRAG-UN, the turn before known", 0.9, after)
        held = _there(_ask(library, public, public.questions, before=_held(library, turns)))
        yield _first("MTRAG-UN, every turn asked", 0.9, held)
        yield Line(
            "MTRAG-UN, refused (alone is the bound)",
            round(_share(alone, Outcome.NOTHING), 3),
            _share(after, Outcome.NOTHING),
            len(after),
            most=True,
        )
        first = float(np.mean([each.first for each in alone]))
        print(f"MTRAG-UN alone: R@1 {first:.3f}", file=sys.stderr)


def _held(library: Library, turns: Sequence[further.Turn]) -> list[str]:
    """Ask all questions but the last of each conversation; return what that one then follows."""
    contexts = []
    for turn in turns:
        context = ""
        for text in turn.earlier:
            context = library.ask(text, before=context or None).context
        contexts.append(context)
    return contexts


def _evidence(run: _Run) -> Iterator[Line]:
    """The words marked in each relevant chunk by itself, beside those that people marked: the
    protocol of the published figures.
    """
    shared = marked = wanted = chunks = said = others = 0
    for number, each in enumerate(further.evidence(run.data)):
        public = PublicSet(f"acl-{number}", "en", each.files, [], [], titled=False)
        with run.library(public) as library:
            for file, text in each.files.items():
                scope = Scope(hidden=frozenset(each.files) - {file})
                answer = library.ask(each.query, _SHOWN, scope)
                if not each.marked[file]:
                    said += answer.outcome is Outcome.FOUND
                    others += 1
                    continue
                spans = [(mark.start, mark.end) for hit in answer.hits for mark in hit.highlights]
                ours, theirs = _words(text, spans), _words(text, each.marked[file])
                shared += len(ours & theirs)
                marked += len(ours)
                wanted += len(theirs)
                chunks += 1
    score = 2 * shared / (marked + wanted) if shared else 0.0
    yield Line("ACL-Verbatim, word F1 of what is marked", 0.4, score, chunks)
    print(f"ACL-Verbatim: {said} of {others} other chunks are found", file=sys.stderr)


def _words(text: str, spans: Sequence[sets.Span]) -> set[int]:
    """Return where the words that these ranges touch begin."""
    return {
        word.start()
        for word in re.finditer(r"\S+", text)
        if any(measures.overlap(word.span(), span) for span in spans)
    }


_SETS: dict[str, Callable[[_Run], Iterator[Line]]] = {
    "squad2": _squad2,
    "xquad-en": partial(_xquad, "en"),
    "xquad-ru": partial(_xquad, "ru"),
    "kazqad": _kazakh,
    "clapnq": _clapnq,
    "qmd": _paraphrases,
    "mtrag": _conversations,
    "acl": _evidence,
    "chroma": _chroma,
    "scifact": _scifact,
}
_LONG = ("chroma", "scifact")


if __name__ == "__main__":
    raise SystemExit(main())
