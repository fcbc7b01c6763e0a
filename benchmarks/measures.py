"""The measures, on plain numbers and spans. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Interval",
    "Shared",
    "Spans",
    "auroc",
    "bootstrap",
    "bootstrap_two",
    "characters",
    "first_at",
    "kept_threshold",
    "ndcg",
    "overlap",
    "recall",
    "reciprocal_rank",
    "refused",
    "risk_coverage",
]

Numbers = NDArray[np.float64]
Spans = Sequence[tuple[int, int]]

_RESAMPLES = 1_000


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and the ends of its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Shared:
    """How much of two sets of ranges is the same."""

    recall: float
    precision: float
    iou: float


def first_at(right: Sequence[bool], k: int) -> float:
    """1 if one of the first `k` hits is right, else 0."""
    return float(any(right[:k]))


def reciprocal_rank(right: Sequence[bool]) -> float:
    """1 / the place of the first right hit, counted from 1; 0 if there is none."""
    return next((1 / place for place, hit in enumerate(right, start=1) if hit), 0.0)


def ndcg(ranked: Sequence[int], gold: Collection[int], k: int = 10) -> float:
    """nDCG@k with binary judgements; `ranked` names nothing twice."""
    gains = [1 / math.log2(place + 2) for place in range(k)]
    found = sum(gain for gain, each in zip(gains, ranked, strict=False) if each in gold)
    return found / sum(gains[: len(gold)])


def recall(ranked: Sequence[int], gold: Collection[int]) -> float:
    """The part of `gold` that is among `ranked`."""
    return len(set(ranked) & set(gold)) / len(gold)


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The chance that one of `positive` scores above one of `negative`; ties count half."""
    return _auroc(np.asarray(positive), np.sort(np.asarray(negative)))


def kept_threshold(scores: Sequence[float], kept: float = 0.95) -> float:
    """The highest threshold at which at least that part of the scores is not below it."""
    ordered = np.sort(np.asarray(scores))
    return float(ordered[math.floor(round((1 - kept) * len(ordered), 9))])


def refused(positive: Sequence[float], negative: Sequence[float], kept: float = 0.95) -> float:
    """The part of `negative` below the threshold that keeps this part of `positive`."""
    return float(np.mean(np.asarray(negative) < kept_threshold(positive, kept)))


def risk_coverage(scores: Sequence[float], right: Sequence[bool]) -> tuple[Numbers, Numbers]:
    """Answering the best-scored questions first: the part answered, and the part of those wrong.

    Equal scores are answered together, so that their order flatters no one.
    """
    order = np.argsort(-np.asarray(scores), kind="stable")
    ordered = np.asarray(scores)[order]
    wrong = np.cumsum(1.0 - np.asarray(right, dtype=float)[order])
    last = np.append(ordered[1:] != ordered[:-1], True)
    answered = np.arange(1, len(order) + 1)[last]
    return answered / len(order), wrong[last] / answered


def overlap(one: tuple[int, int], two: tuple[int, int]) -> int:
    """How many characters two half-open ranges share."""
    return max(0, min(one[1], two[1]) - max(one[0], two[0]))


def characters(wanted: Spans, found: Spans, elsewhere: int = 0) -> Shared:
    """Return what is shared by characters wanted and found; `elsewhere`: found in other documents.

    Characters wanted or found twice count once.
    """
    want, have = _union(wanted), _union(found)
    shared = sum(overlap(one, two) for one in want for two in have)
    wished = sum(end - start for start, end in want)
    held = sum(end - start for start, end in have) + elsewhere
    return Shared(
        recall=shared / wished,
        precision=shared / held if held else 0.0,
        iou=shared / (wished + held - shared),
    )


def bootstrap(values: Sequence[float]) -> Interval:
    """The mean of a value for each question."""
    array = np.asarray(values, dtype=float)
    drawn = _random().integers(0, len(array), (_RESAMPLES, len(array)))
    return _interval(float(array.mean()), array[drawn].mean(axis=1))


def bootstrap_two(
    measure: Callable[[Sequence[float], Sequence[float]], float],
    one: Sequence[float],
    two: Sequence[float],
) -> Interval:
    """A measure of two groups of questions, each drawn again by itself."""
    first, second = np.asarray(one, dtype=float), np.asarray(two, dtype=float)
    random = _random()
    drawn = [
        measure(
            random.choice(first, len(first)).tolist(),
            random.choice(second, len(second)).tolist(),
        )
        for _ in range(_RESAMPLES)
    ]
    return _interval(measure(one, two), np.asarray(drawn))


def _interval(value: float, drawn: Numbers) -> Interval:
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Interval(value, float(low), float(high))


def _random() -> np.random.Generator:
    return np.random.default_rng(20_26)


def _auroc(positive: Numbers, negative: Numbers) -> float:
    below = np.searchsorted(negative, positive, side="left")
    level = np.searchsorted(negative, positive, side="right")
    return float((below + level).mean() / 2 / len(negative))


def _union(spans: Spans) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
