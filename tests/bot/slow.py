"""Libraries that wait, or fail, where a test needs them to."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from index.build import Progress
from index.encoder import Encoder
from index.errors import QuestionError
from index.library import Library, Report
from index.settings import IndexSettings
from index.types import Answer, Query

__all__ = ["Broken", "Slow"]


class Slow(Library):
    """The real library, which waits in the middle of a build, or before an answer, for a gate."""

    def __init__(self, settings: IndexSettings, encoder: Encoder | None = None) -> None:
        super().__init__(settings, encoder)
        self.building, self.asked = threading.Event(), threading.Event()
        self.build_on, self.answer_on = threading.Event(), threading.Event()
        self.build_on.set()
        self.answer_on.set()

    def ask_together(self, queries: Sequence[Query]) -> list[Answer | QuestionError]:
        self.asked.set()
        assert self.answer_on.wait(30)
        return super().ask_together(queries)

    def build(
        self,
        progress: Progress | None = None,
        *,
        rebuild: bool = False,
        dry_run: bool = False,
        force: bool = False,
        by: str = "slow",
    ) -> Report:
        def watched(step: str, done: int, whole: int) -> None:
            assert progress is not None
            progress(step, done, whole)
            if step == "Embedding sentences":
                self.building.set()
                while not self.build_on.wait(0.01):
                    progress(step, done, whole)

        return super().build(watched, rebuild=rebuild, dry_run=dry_run, force=force, by=by)


class Broken(Library):
    """A library with a mistake in it."""

    def ask_together(self, queries: Sequence[Query]) -> list[Answer | QuestionError]:
        raise ValueError(f"cannot cope with {queries!r}")
