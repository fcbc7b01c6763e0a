"""The profile of a model, measured and fitted: `python -m benchmarks.profile --data PATH`.

Every set gives, for each of its questions, the parts of the passages looked at closely, by the
product itself. Of these the outcomes follow at any weights. The first table is the profile as it
is. With `--fit`, the weights of `same` are then looked for on every second question, part by part,
and the second table has both on the questions left out. Last come the middle and the slope of the
confidence, see benchmarks.confidence. Of each set every k-th question is asked, so that at most
`--few` are; 0 asks all. A model is measured on the sets in languages that it knows. Indexes and
embeddings are those of benchmarks.floors, so that a second run takes minutes.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import confidence, data, measures, sets
from benchmarks.folders import home, indexed
from benchmarks.judge import Places
from benchmarks.systems import CACHE, Found
from index.desk.calibration import default
from index.model.encoder import Encoder
from index.model.profiles import Profile, Row
from index.types import Parts, Scope, Thresholds

__all__ = ["Looked", "main", "outcomes"]

Numbers = NDArray[np.float64]

# Documents and questions: of XQuAD's articles every second one is indexed, so that the questions
# about the others are about something else.
_SAME = ("squad2", "off-topic", "off-ru", "off-en", "xquad-en", "xquad-ru", "clapnq")
_ACROSS = tuple(f"off-en+xquad-{asked}" for asked in ("ru", "de", "zh", "ar"))
_CONFIDENT = ("xquad-en", "xquad-ru", "squad2")
_FITTED = ("squad2", "off-topic", "off-ru", "off-en", "xquad-en", "xquad-ru")
_DEPTH = 20
_NONE = -1e3
_TIMES = (0.5, 0.75, 0.85, 1.15, 1.3, 1.6)
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Looked:
    """What a set's questions brought.

    `parts` has the shape (questions, depth, parts), NaN where there are fewer passages; `right`
    tells which passages answer, `answerable` which questions have an answer at all.
    """

    name: str
    parts: Numbers
    right: NDArray[np.bool_]
    answerable: NDArray[np.bool_]
    thresholds: Thresholds

    def half(self, number: int) -> Looked:
        """Every second question, from the first or the second on."""
        rows = slice(number, None, 2)
        return Looked(
            self.name, self.parts[rows], self.right[rows], self.answerable[rows], self.thresholds
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.profile",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--few", type=int, default=60, help="questions of a set; 0: all (60)")
    parser.add_argument("--only", nargs="+", choices=[*_SAME, *_ACROSS], help="these sets alone")
    parser.add_argument("--model", help="another model than the default, by its name")
    parser.add_argument("--fit", action="store_true", help="look for better weights of `same`")
    options = data.options(parser, arguments)
    encoder = Encoder(options.model, CACHE / "models")
    profile = encoder.profile
    known = [name for name in (*_SAME, *_ACROSS) if _languages(name) <= encoder.languages]
    chosen = options.only or (known if encoder.languages else [*_SAME, *_ACROSS])
    looked = [_look(name, options.data, options.few, encoder) for name in chosen]
    print(_table({each.name: outcomes(each, _row(each, profile)) for each in looked}))
    if options.fit:
        parts = [each for each in looked if each.name in _FITTED]
        fitted = _fit([each.half(0) for each in parts], profile.same)
        print(dict(zip(_names(), np.round(astuple(fitted.weights), 2).tolist(), strict=True)))
        rest = [each.half(1) for each in parts]
        print(_table({each.name: outcomes(each, profile.same) for each in rest}))
        print(_table({f"{each.name}, fitted": outcomes(each, fitted) for each in rest}))
    asked = [
        confidence.scored(name, options.data, options.few, encoder)
        for name in _CONFIDENT
        if name in chosen
    ]
    if asked:
        middle, slope = confidence.fit(asked)
        print(f"confidence: middle {middle:.2f}, slope {slope:.2f}")
        print(confidence.table(asked, profile.middle, profile.slope))


def outcomes(looked: Looked, row: Row) -> dict[str, float]:
    """R@1, the shares refused and found at the thresholds of the index, and how well questions
    without an answer are separated: refused if 95 % of the others are kept, and AUROC.
    """
    scores = _scores(looked, row)
    top = scores.max(axis=1)
    top += [row.level([s for s in sorted(each, reverse=True) if s > _NONE / 2]) for each in scores]
    there, missing = top[looked.answerable], top[~looked.answerable]
    rows = np.arange(len(scores))
    first = looked.right[rows, scores.argmax(axis=1)]
    least = looked.thresholds
    found = {
        "R@1": float(first[looked.answerable].mean()),
        "refused": float((there < least.related).mean()),
        "found": float((there >= least.found).mean()),
    }
    if len(missing):
        found["no answer: refused"] = float((missing < least.related).mean())
        found["no answer: found"] = float((missing >= least.found).mean())
        found["refused at 95 % kept"] = float((missing < np.quantile(there, 0.05)).mean())
        found["AUROC"] = measures.auroc(there.tolist(), missing.tolist())
    return found


def _scores(looked: Looked, row: Row) -> Numbers:
    scores = looked.parts @ np.array(astuple(row.weights)) + row.base
    return np.asarray(np.where(np.isnan(scores), _NONE, scores))


def _fit(looked: Sequence[Looked], row: Row) -> Row:
    """The row at which these sets rank and refuse best, one part changed at a time; the mean score
    stays, for the thresholds.
    """
    typical = np.nanmean([np.nanmean(each.parts[:, 0], axis=0) for each in looked], axis=0)

    def worth(candidate: Row) -> float:
        found = [outcomes(each, candidate) for each in looked]
        return sum(
            each["R@1"] + 0.3 * each.get("refused at 95 % kept", 0.0) + 0.2 * each.get("AUROC", 0.0)
            for each in found
        )

    best, most = row, worth(row)
    for _ in range(_ROUNDS):
        for number in range(len(typical)):
            for times in _TIMES:
                weights = np.array(astuple(best.weights))
                weights[number] *= times
                weights *= (np.array(astuple(row.weights)) @ typical) / (weights @ typical)
                candidate = Row(Parts(*weights.tolist()), row.base)
                if (reached := worth(candidate)) > most + 1e-4:
                    best, most = candidate, reached
    return best


def _look(name: str, folder: Path, few: int, encoder: Encoder) -> Looked:
    """The parts of the passages for at most `few` questions of a set; 0: all."""
    documents, _, asked = name.partition("+")
    whole = _HALVES.get(documents, documents)
    public = sets.load(whole, folder, titled=True, sample=None)
    texts = [question.text for question in (_in(asked, folder) if asked else public).questions]
    library = indexed(whole, public, home(encoder) / whole, encoder)
    kept = set(list(public.files)[::2]) if documents in _HALVES else set(public.files)
    scope = Scope(hidden=frozenset(public.files) - kept)
    places = Places(public)
    chosen = list(zip(texts, public.questions, strict=True))
    if documents == "off-topic":
        chosen = [pair for pair in chosen if pair[1].answerable]
    chosen = chosen[:: max(-(-len(chosen) // few), 1) if few else 1]
    parts = np.full((len(chosen), _DEPTH, len(_names())), np.nan)
    right = np.zeros(parts.shape[:2], dtype=np.bool_)
    answerable = np.array([each.answerable and each.file in kept for _, each in chosen])
    for row, (text, question) in enumerate(chosen):
        for column, hit in enumerate(library.rank(text, _DEPTH, scope).hits):
            span = (hit.passage.start, hit.passage.end)
            found = places.of(Found(hit.passage.source.id, span, hit.score))
            parts[row, column] = astuple(hit.parts)
            right[row, column] = not set(question.gold).isdisjoint(found)
    passages = sum(count for _, count in library.sources(scope))
    library.close()
    return Looked(name, parts, right, answerable, default(passages, encoder.profile))


_HALVES = {"off-topic": "squad2", "off-en": "xquad-en", "off-ru": "xquad-ru"}


def _in(name: str, folder: Path) -> sets.PublicSet:
    """XQuAD in another language: the same questions, in the same order."""
    return sets.xquad(name.removeprefix("xquad-"))(name, folder, True, None)


def _languages(name: str) -> set[str]:
    """The languages of a set's documents and questions."""
    parts = [part.rpartition("-")[2] for part in name.split("+")]
    return {part if part in ("ru", "de", "zh", "ar") else "en" for part in parts}


def _row(looked: Looked, profile: Profile) -> Row:
    return profile.other if looked.name in _ACROSS else profile.same


def _names() -> list[str]:
    return [field.name for field in fields(Parts)]


def _table(rows: dict[str, dict[str, float]]) -> str:
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    lines = [["set", *columns], ["---", *("--:" for _ in columns)]]
    for label, row in rows.items():
        lines.append([label, *(f"{row[c]:.3f}".lstrip("0") if c in row else "" for c in columns)])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    main()
