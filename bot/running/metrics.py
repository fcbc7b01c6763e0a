"""Counters for Prometheus: no texts, and no one's id."""

from __future__ import annotations

import time
from collections import Counter as Tally
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from bot.running.builds import Indexing

if TYPE_CHECKING:
    from index.library import Library

__all__ = ["CONTENT_TYPE", "Metrics"]

CONTENT_TYPE = CONTENT_TYPE_LATEST

# From the time a search takes to the deadline of a waiting question.
_SECONDS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 15)


class Metrics:
    """The metrics of one bot. Several bots of a process do not share them."""

    def __init__(self, library: Library, indexing: Indexing) -> None:
        self._library = library
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._updates = Counter("citebot_updates", "Updates taken.", registry=registry)
        self._refused = Counter(
            "citebot_webhook_refused",
            "Requests to the webhook that were not taken, by the reason.",
            ["reason"],
            registry=registry,
        )
        self._questions = Counter(
            "citebot_questions", "Questions, by their outcome.", ["outcome"], registry=registry
        )
        self._unread = Counter(
            "citebot_unread_messages",
            "Messages with nothing to read in them, by what they carry.",
            ["kind"],
            registry=registry,
        )
        self._seconds = Histogram(
            "citebot_answer_seconds",
            "From taking up a question to its answer at Telegram.",
            buckets=_SECONDS,
            registry=registry,
        )
        self._stages = Histogram(
            "citebot_stage_seconds",
            "The stages of an answer: waiting for its turn, searching, sending.",
            ["stage"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._documents = Gauge(
            "citebot_index_documents", "Documents in the index.", registry=registry
        )
        self._passages = Gauge(
            "citebot_index_passages", "Passages in the index.", registry=registry
        )
        self._age = Gauge(
            "citebot_index_age_seconds", "Since the index was built.", registry=registry
        )
        self.tally("citebot_builds", "Builds, by how they ended.", indexing.builds)
        self.watch(
            "citebot_index_building",
            "Whether an index is being built.",
            lambda: indexing.state is not None,
        )

    def updated(self) -> None:
        """Count an update."""
        self._updates.inc()

    def refused(self, reason: str) -> None:
        """Count a refused request to the webhook."""
        self._refused.labels(reason).inc()

    def unread(self, kind: str) -> None:
        """Count a message without words; `kind` is one of a few, never a person's text."""
        self._unread.labels(kind).inc()

    def answered(self, outcome: str, seconds: float) -> None:
        """Count a question and the time of its answer; outcome `failed` if there was none."""
        self._questions.labels(outcome).inc()
        self._seconds.observe(seconds)

    def staged(self, waiting: float, searching: float, sending: float) -> None:
        """Count the seconds of an answer's stages."""
        self._stages.labels("wait").observe(max(0.0, waiting))
        self._stages.labels("search").observe(searching)
        self._stages.labels("send").observe(sending)

    def tally(self, name: str, meaning: str, counts: Tally[str]) -> None:
        """Have each page show these counts under that name, by their `result`."""
        self._registry.register(_Tallied(name, meaning, counts))

    def watch(self, name: str, meaning: str, value: Callable[[], float]) -> None:
        """Show the current result of `value` under that name on each page."""
        Gauge(name, meaning, registry=self._registry).set_function(value)

    def page(self) -> bytes:
        """Return all metrics in Prometheus's text form. May wait for an index that is being
        opened.
        """
        if generation := self._library.generation():
            self._documents.set(generation.documents)
            self._passages.set(generation.passages)
            self._age.set(time.time() - generation.built.timestamp())
        return generate_latest(self._registry)


class _Tallied(Collector):
    """A counter whose numbers are kept by what counts them."""

    def __init__(self, name: str, meaning: str, counts: Tally[str]) -> None:
        self._name, self._meaning, self._counts = name, meaning, counts

    def collect(self) -> Iterator[CounterMetricFamily]:
        family = CounterMetricFamily(self._name, self._meaning, labels=["result"])
        for result, number in sorted(self._counts.items()):
            family.add_metric([result], number)
        yield family
