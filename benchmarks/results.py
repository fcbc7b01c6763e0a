"""What a run found, and the questions that every table asks of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.judge import Judged
from benchmarks.systems import PRODUCT, System

__all__ = ["COSTS", "LABELS", "RANKED", "Result", "Run", "mean"]

LABELS = {
    "squad2": "squad2",
    "off-topic": "squad2, off-topic",
    "xquad-en": "XQuAD en",
    "xquad-ru": "XQuAD ru",
    "clapnq": "CLAPNQ",
    "scifact": "SciFact",
    "chroma": "Chroma",
}
RANKED = tuple(name for name in LABELS if name != "off-topic")
"""The sets on which ranking is compared; off-topic is half of squad2's articles again."""


@dataclass(frozen=True, slots=True)
class Result:
    """One system on one set: what each question brought and what it cost, in seconds and bytes."""

    judged: Judged
    when: str = ""
    start: float = 0.0
    index: float = 0.0
    peak: int = 0
    seconds: list[float] = field(default_factory=list)
    quoted: int = 0
    misquoted: int = 0
    error: str = ""


COSTS: dict[str, Callable[[Result], float]] = {
    "start": lambda result: result.start,
    "index": lambda result: result.index,
    "a question": lambda result: sorted(result.seconds)[len(result.seconds) // 2],
    "peak memory": lambda result: float(result.peak),
}
"""What a system costs; a question is the median one."""


@dataclass(frozen=True, slots=True)
class Run:
    """The results by set and system; `checks` are the harness checks' figures by set."""

    results: Mapping[tuple[str, str], Result]
    names: Sequence[str]
    systems: Sequence[System]
    checks: Mapping[str, float]
    sample: int | None

    @property
    def peers(self) -> list[System]:
        return [system for system in self.systems if not system.ours]

    @property
    def ours(self) -> list[System]:
        return [system for system in self.systems if system.ours]

    def of(self, name: str, system: System | str = PRODUCT) -> Result | None:
        """A result, if that system ran on that set and did not fail."""
        key = system if isinstance(system, str) else system.name
        result = self.results.get((name, key))
        return result if result and not result.error else None

    def having(self, values: Callable[[Judged], Sequence[object]], *among: str) -> list[str]:
        """The sets, of these or of all, on which the product has such values."""
        return [
            name
            for name in self.names
            if name in (among or LABELS) and (result := self.of(name)) and values(result.judged)
        ]


def mean(values: Sequence[float]) -> float:
    """The mean of the values that are numbers; NaN if there are none."""
    numbers = [value for value in values if not math.isnan(value)]
    return sum(numbers) / len(numbers) if numbers else math.nan
