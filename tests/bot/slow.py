"""Libraries that wait, or fail, where a test needs them to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from index.desk.build import Progress, Survey
from index.errors import QuestionError
from index.library import Library
from index.model.encoder import Encoder
from index.search.verify import Verdict
from index.settings import IndexSettings
from index.stores import Pending
from index.types import EVERYTHING, Answer, Query, Scope

__all__ = ["Broken", "Slow"]


class Slow(Library):
    """The real library, which waits in the middle of a build, or before an answer or a
    verdict, for a gate.
    """

    def __init__(self, settings: IndexSettings, encoder: Encoder) -> None:
        super().__init__(knowledge=settings.knowledge, data=settings.data, model=encoder)
        self.building, self.asked = threading.Event(), threading.Event()
        self.checking, self.check_on = threading.Event(), threading.Event()
        self.unwanted = threading.Event()
        self.build_on, self.answer_on = threading.Event(), threading.Event()
        self.build_on.set()
        self.answer_on.set()
        self._stage = self.desk.index._stage
        self.desk.index._stage = self._watched  # type: ignore[method-assign]

    def ask_together(self, queries: Sequence[Query]) -> list[Answer | QuestionError]:
        self.asked.set()
        assert self.answer_on.wait(30)
        return super().ask_together(queries)

    def verify(
        self, text: str, scope: Scope = EVERYTHING, wanted: Callable[[], bool] = lambda: True
    ) -> Verdict:
        self.checking.set()
        while not self.check_on.wait(0.01):
            if not wanted():
                self.unwanted.set()
                break
        return super().verify(text, scope, wanted)

    def _watched(
        self, found: Survey, progress: Progress | None, *, rebuild: bool
    ) -> Pending | None:
        def watched(step: str, done: int, whole: int) -> None:
            if progress:
                progress(step, done, whole)
            if step == "Embedding sentences":
                self.building.set()
                while not self.build_on.wait(0.01):
                    if progress:
                        progress(step, done, whole)

        return self._stage(found, watched, rebuild=rebuild)


class Broken(Library):
    """A library with a mistake in it."""

    def __init__(self, settings: IndexSettings, encoder: Encoder) -> None:
        super().__init__(knowledge=settings.knowledge, data=settings.data, model=encoder)

    def ask_together(self, queries: Sequence[Query]) -> list[Answer | QuestionError]:
        raise ValueError(f"cannot cope with {queries!r}")
