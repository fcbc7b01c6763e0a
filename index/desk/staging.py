"""From the documents' folder to a new index: built, inspected, published or discarded."""

from __future__ import annotations

import time
from contextlib import closing, suppress
from dataclasses import dataclass, field

from index.desk import build
from index.desk.audit import Audit
from index.desk.build import Changes, Progress, Survey
from index.desk.builder import Builder
from index.desk.decisions import Decisions
from index.desk.gate import Comparison, RegressionError
from index.desk.questions import GoldenQuestions
from index.errors import StaleError, StoreError
from index.search.copies import Copy, copies_of
from index.search.serving import Serving
from index.stores import Pending
from index.types import Generation, Omitted

__all__ = ["NOBODY", "Report", "Staged", "Staging"]

NOBODY = "citebot"
"""The name recorded if no one is named."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A new index that is complete and can be inspected, but does not serve yet.

    `changes` are relative to the index that serves; `embedded` counts the distinct new sentences,
    `omitted` what the added and changed documents leave out. `behind` is True if another index was
    published since this one was begun.
    """

    generation: Generation
    changes: Changes
    embedded: int
    behind: bool = False
    copies: tuple[Copy, ...] = ()
    omitted: Omitted = field(default_factory=Omitted)


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a build, or of a dry run: then `generation`, the one that serves now, is None.

    `comparison` has the golden questions, if there are any and something was published.
    """

    changes: Changes
    generation: Generation | None
    embedded: int
    published: bool
    seconds: float
    comparison: Comparison | None = None


class Staging:
    """The index of one desk: build, inspect, publish, discard, roll back.

    One build at a time: BuildLockedError if another process is building.
    """

    def __init__(
        self, builder: Builder, serving: Serving, golden: GoldenQuestions, audit: Audit
    ) -> None:
        self._builder = builder
        self._serving = serving
        self._store = serving.store
        self._golden = golden
        self._audit = audit
        self.decisions = Decisions(builder, serving.store)

    def build(
        self,
        progress: Progress | None = None,
        *,
        rebuild: bool = False,
        dry_run: bool = False,
        force: bool = False,
        by: str = NOBODY,
    ) -> Report:
        """Bring the index up to date with the folder and publish it, unless nothing changed.

        `rebuild` reads and embeds everything again; with `dry_run` the report says what would be
        done, and nothing is published. Raises KnowledgeError if there are no documents, StoreError
        if the index cannot be written or another process is building, RegressionError if the new
        index would lose golden questions and `force` is not set (it stays staged, see `publish`),
        and GoldenError if the questions cannot be read. After an error the index that served before
        goes on serving.
        """
        began = time.perf_counter()
        before = self._store.current()
        if not dry_run:
            self._builder.folder.purge()
        try:
            with self._store.locked():
                found = self._builder.survey(progress)
                if dry_run:
                    changes, new = self._look_ahead(found, progress, rebuild=rebuild)
                    return Report(changes, None, new, False, time.perf_counter() - began)
                self.decisions.publishing(self._builder.content(found))
                pending = self._stage(found, progress, rebuild=rebuild)
                if pending is None:
                    return self._unchanged(began)
                staged = self._described(pending)
                generation, comparison = self._publish(pending, force=force)
        except RegressionError as error:
            self.decisions.publishing(None)
            self._audit.write(by, "stage", error.id, before, _lost(error.id, error.comparison))
            raise
        seconds = time.perf_counter() - began
        self._published(by, generation, comparison, before)
        return Report(staged.changes, generation, staged.embedded, True, seconds, comparison)

    def refresh(self, progress: Progress | None = None, *, by: str) -> Report | Staged | None:
        """Bring the index up to date automatically; None if there is nothing to do.

        The new index is published unless it would lose golden questions (RegressionError) or an
        editor's decision stands: unpublished changes, an index discarded or rolled back. Then it
        stays staged. Raises what `build` raises.
        """
        serving = None
        with suppress(StoreError):
            serving = self._serving.generation()
        if serving and self.is_current():
            return None
        if serving and self.decisions.are_made():
            return self.stage(progress, by=by)
        return self.build(progress, by=by)

    def stage(
        self, progress: Progress | None = None, *, rebuild: bool = False, by: str
    ) -> Staged | None:
        """Build an index of the folder as it is now, to inspect before it serves; None if nothing
        changed.

        It replaces one that was staged before, unless that fits already. Raises what `build`
        raises, except RegressionError.
        """
        self._builder.folder.purge()
        before = self.staged()
        with self._store.locked():
            self.decisions.publishing(None)
            pending = self._stage(self._builder.survey(progress), progress, rebuild=rebuild)
            staged = self._described(pending) if pending else None
        if staged and (before is None or before.generation.id != staged.generation.id):
            self._audit.write(by, "stage", staged.generation.id, self._store.current())
        return staged

    def staged(self) -> Staged | None:
        """Return the new index that waits to be published or discarded, also after a restart."""
        pending = self._store.staged()
        return self._described(pending) if pending else None

    def publish(self, id: str, by: str, *, force: bool = False) -> Generation:
        """Make the staged index `id` serve; one that already serves stays so.

        Raises RegressionError if it would lose a golden question and `force` is not set, and
        StaleError if it no longer fits the serving index, the documents or the thresholds.
        """
        before, comparison = self._store.current(), None
        with self._store.locked():
            pending = self._store.staged()
            if pending and pending.generation.id == id:
                if self._builder.content(self._builder.survey()) != pending.content:
                    raise StaleError(
                        f"the documents or thresholds changed since {id} was made; build it again "
                        "to see what it would change now",
                        "outdated",
                        id=id,
                    )
                generation, comparison = self._publish(pending, force=force)
            else:
                # an index that is no longer staged is refused there
                generation = self._store.publish(id)
        if before != generation.id:
            self._published(by, generation, comparison, before)
        return generation

    def discard(self, id: str, by: str) -> bool:
        """Remove the staged index `id`; return False if there is none.

        The documents stay as they are, and no automatic build builds them again until they change.
        """
        gone = self._remove(id, for_good=True)
        if gone:
            self._audit.write(by, "discard", id)
        return gone

    def withdraw(self, id: str) -> None:
        """Remove the staged index `id` as if it had never been made."""
        self._remove(id, for_good=False)

    def rollback(self, id: str | None = None, by: str = NOBODY) -> Generation:
        """Serve a stored generation: `id`, or the one that served before the current one."""
        before, generation = self._store.current(), self._store.rollback(id)
        if before != generation.id:
            self._audit.write(by, "rollback", generation.id, before, generation.id)
        return generation

    def is_current(self) -> bool:
        """Return True if no automatic build is needed; see Decisions.contents."""
        return self._builder.content(self._builder.survey()) in self.decisions.contents()

    def is_served(self) -> bool:
        """Return True if the serving index matches the folder."""
        history = self._store.history()
        newest = bool(history) and history[0].id == self._store.current()
        content = self._builder.content(self._builder.survey())
        return newest and content == self._store.content()

    def _stage(self, found: Survey, progress: Progress | None, *, rebuild: bool) -> Pending | None:
        """The caller holds the lock."""
        content = self._builder.content(found)
        waiting = self._store.staged()
        base = self._store.current()
        with build.opened(self._store) as before:
            if before and not rebuild:
                if content == self._store.content():
                    # the folder is as it was before
                    if waiting:
                        self._store.discard(waiting.generation.id, for_good=False)
                    return None
                if waiting and (waiting.content, waiting.base) == (content, base):
                    # a damaged one is made again
                    with suppress(StoreError):
                        self._store.open(None, waiting.generation.id).close()
                        return waiting
            collected = self._builder.collect(found, before, progress, rebuild=rebuild)
        return self._store.stage(self._builder.build(collected, base, progress, rebuild=rebuild))

    def _publish(self, pending: Pending, *, force: bool) -> tuple[Generation, Comparison | None]:
        """The caller holds the lock."""
        id, comparison = pending.generation.id, None
        if pending.base == self._store.current():
            comparison = self._golden.compare(id)
        if comparison and comparison.lost and not force:
            raise RegressionError(id, comparison)
        # an index that no longer follows the serving one is refused there
        generation = self._store.publish(id)
        self._forget()
        self.decisions.carried_out(pending.content)
        return generation, comparison

    def _look_ahead(
        self, found: Survey, progress: Progress | None, *, rebuild: bool
    ) -> tuple[Changes, int]:
        """Return how the folder differs from the index, and how many sentences are new."""
        with build.opened(self._store) as before:
            collected = self._builder.collect(found, before, progress, rebuild=rebuild)
        return collected.changes, self._builder.new(collected, rebuild=rebuild)

    def _unchanged(self, began: float) -> Report:
        with closing(self._store.open(None)) as now:
            changes = Changes((), (), (), tuple(now.failed()), ())
            return Report(changes, now.generation, 0, False, time.perf_counter() - began)

    def _remove(self, id: str, *, for_good: bool) -> bool:
        """Remove a staged index; if `for_good`, no automatic build makes it again as it was."""
        with self._store.locked():
            gone = self._store.discard(id, for_good=for_good)
            if gone:
                self._forget()
        return gone

    def _published(
        self, by: str, generation: Generation, comparison: Comparison | None, before: str | None
    ) -> None:
        self._audit.write(by, "publish", generation.id, before, _lost(generation.id, comparison))

    def _described(self, pending: Pending) -> Staged:
        id = pending.generation.id
        with build.opened(self._store) as before, closing(self._store.open(None, id)) as after:
            known = before.digests() if before else {}
            changes = build.difference(known, after.digests(), after.failed())
            new = {*changes.added, *changes.changed}
            copies = copies_of(after, new)
            omitted = Omitted.all(each for id, each in after.omissions().items() if id in new)
        behind = pending.base != self._store.current()
        return Staged(pending.generation, changes, pending.embedded, behind, copies, omitted)

    def _forget(self) -> None:
        """Keep the vectors of the sentences that answer now, and of no others."""
        # on a full disk the next publish does it: what is published is published
        with suppress(StoreError), closing(self._store.open(None)) as now:
            split = (each for source, _ in now.sources() for each in now.passages_of(source.id))
            self._builder.keep_only(
                passage.quote(span) for passage in split for span in passage.sentences
            )


def _lost(id: str, comparison: Comparison | None) -> str:
    lost = ", ".join(pair.after.golden.id for pair in comparison.lost) if comparison else ""
    return f"{id}, golden questions lost: {lost}" if lost else id
