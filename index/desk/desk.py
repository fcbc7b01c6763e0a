"""What editors do: every action recoverable, recorded, and the same from whatever face.

`by` names who acts, in the words of the face. An action that changes nothing, since it was done
before, is neither an error nor recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from filelock import FileLock, Timeout

from index.desk import evaluate, gaps
from index.desk.audit import Audit, Entry
from index.desk.build import Changes, Progress
from index.desk.calibration import Calibration
from index.desk.evaluate import Evaluation, Golden
from index.desk.folder import Added, Documents, Look, Trashed
from index.desk.gaps import Gap, Group
from index.desk.gate import Comparison, RegressionError
from index.desk.golden import GoldenFile
from index.desk.names import namesakes, placed
from index.desk.staging import Report, Staged, Staging
from index.errors import BuildLockedError, CitebotError, StoreError
from index.intake import Readings
from index.model.encoder import Encoder
from index.model.reranker import Reranker
from index.settings import IndexSettings
from index.stores import OpenGeneration, Store
from index.types import Generation, Source, Thresholds

__all__ = ["Desk"]

_Gap = TypeVar("_Gap", bound=Gap)

# Seconds to wait for another editor's action, which takes milliseconds.
_PATIENCE = 30


class Desk:
    """The editors' desk of one library."""

    def __init__(
        self,
        settings: IndexSettings,
        store: Store,
        encoder: Encoder,
        reranker: Reranker | None,
        opened: Callable[[], OpenGeneration],
    ) -> None:
        """`opened` gives the generation that answers."""
        self._data: Path = settings.data
        self._store = store
        self._encoder = encoder
        self._opened = opened
        self._calibration = Calibration(settings.data / "thresholds.json")
        self._golden = GoldenFile(settings.data / "golden.jsonl")
        self._documents = Documents(settings.knowledge, settings.data / "trash")
        self._audit = Audit(settings.data / "audit.jsonl")
        self._readings = Readings(settings.data)
        self._staging = Staging(
            settings.knowledge,
            settings.data,
            store,
            encoder,
            reranker,
            self._calibration,
            self._golden,
            self._readings,
        )
        self._decisions = self._staging.decisions

    # The documents. None of this answers before an editor publishes it, also after a restart.

    def documents(self) -> list[str]:
        """The ids of the files in the folder, sorted; KnowledgeError where there is no folder."""
        return self._documents.ids()

    def look(self, name: str, data: bytes, at: str | None = None) -> Look:
        """What a file would be as a document; DocumentError where it cannot be read.

        `at` is as of `add`. It is read once: `add` and the next build take what was read here.
        """
        document = self._readings.upload(placed(name, at), data)
        indexed: dict[str, str] = {}
        sources: list[Source] = []
        with suppress(StoreError):
            generation = self._opened()
            for source, _ in generation.sources():
                sources.append(source)
                if known := generation.document(source.id):
                    indexed[source.id] = known.text
        look = self._documents.look(document, data, indexed)
        return replace(look, namesakes=namesakes(document, sources, self._documents.ids()))

    def add(
        self, name: str, data: bytes, by: str, *, replace: bool = False, at: str | None = None
    ) -> Added:
        """Keep a file among the documents, under a safe form of its name or at `at`: a folder, or a
        path with its new name.

        Raises DocumentError where it cannot be read, KnowledgeError where another document has its
        name and it is not to `replace` it, or where the folder cannot be written.
        """
        # before others wait: a large file takes seconds
        document = self._readings.upload(placed(name, at), data)
        with self._alone(), self._decisions.leaving(document.id, document.digest):
            added = self._documents.add(document, data, by, replace=replace)
            if added.changed:
                replaced = added.replaced.key if added.replaced else None
                self._audit.write(by, "add", added.id, replaced, added.digest)
        return added

    def remove(self, id: str, by: str) -> Trashed:
        """Move a document to the trash, for thirty days; KnowledgeError where there is none."""
        with self._alone(), self._decisions.leaving(id, None):
            trashed, done = self._documents.remove(id, by)
            if done:
                self._audit.write(by, "remove", id, trashed.digest, trashed.key)
        return trashed

    def restore(self, key: str, by: str) -> Trashed:
        """Put a document back from the trash; KnowledgeError where that cannot be."""
        wanted = next((one for one in self.trash() if one.key == key), None)
        leaving = self._decisions.leaving(wanted.id, wanted.digest) if wanted else nullcontext()
        with self._alone(), leaving:
            trashed = self._documents.restore(key)
            self._audit.write(by, "restore", trashed.id, key, trashed.digest)
        return trashed

    def trash(self) -> list[Trashed]:
        """What can be restored, newest first."""
        return self._documents.trash()

    # The index.

    def build(
        self,
        progress: Progress | None = None,
        *,
        rebuild: bool = False,
        dry_run: bool = False,
        force: bool = False,
        by: str,
    ) -> Report:
        """Stage and publish in one; see Library.build."""
        before = self._store.current()
        if not dry_run:
            self._documents.purge()
        try:
            report = self._staging.build(progress, rebuild=rebuild, dry_run=dry_run, force=force)
        except RegressionError as error:
            self._audit.write(by, "stage", error.id, before, _lost(error.id, error.comparison))
            raise
        if report.published and report.generation:
            self._published(by, report.generation, report.comparison, before)
        return report

    def refresh(self, progress: Progress | None = None, *, by: str) -> Report | Staged | None:
        """Bring the index up to date though no editor is there; None where nothing is to be done.

        It is published unless it would lose golden questions (RegressionError), or an editor's
        decision stands: documents changed here and not published, an index discarded or rolled
        back. Then it waits. Raises what Library.build raises.
        """
        serving = None
        with suppress(StoreError):
            serving = self._opened()
        if serving and self._staging.is_current():
            return None
        if serving and self._decisions.are_made():
            return self.stage(progress, by=by)
        return self.build(progress, by=by)

    def stage(
        self, progress: Progress | None = None, *, rebuild: bool = False, by: str
    ) -> Staged | None:
        """Make the new index of the folder as it is now, to look at before it answers; None where
        nothing changed. Raises what Library.build raises, but for RegressionError.
        """
        self._documents.purge()
        before = self._staging.staged()
        staged = self._staging.stage(progress, rebuild=rebuild)
        if staged and (before is None or before.generation.id != staged.generation.id):
            self._audit.write(by, "stage", staged.generation.id, self._store.current())
        return staged

    def staged(self) -> Staged | None:
        """The new index that waits to be published or discarded, also after a restart."""
        return self._staging.staged()

    def compare(self, id: str) -> Comparison | None:
        """The golden questions asked of the index that answers and of the staged one; None where
        there are none.
        """
        return self._staging.compare(id)

    def publish(self, id: str, by: str, *, force: bool = False) -> Generation:
        """Answer from the staged index `id`; one that answers already stays so.

        Raises RegressionError where it would lose a golden question and is not to `force`, and
        StaleError where it no longer fits what serves, the documents or the thresholds.
        """
        before = self._store.current()
        generation, comparison = self._staging.publish(id, force=force)
        if before != generation.id:
            self._published(by, generation, comparison, before)
        return generation

    def discard(self, id: str, by: str) -> bool:
        """Remove the staged index `id`; whether it was there. The documents stay as they are, and
        until they change again a start does not build them anew.
        """
        done = self._staging.discard(id)
        if done:
            self._audit.write(by, "discard", id)
        return done

    def rollback(self, id: str | None, by: str) -> Generation:
        """Answer from a kept generation: `id`, or the one that served before the current one."""
        before = self._store.current()
        generation = self._store.rollback(id)
        if before != generation.id:
            self._audit.write(by, "rollback", generation.id, before, generation.id)
        return generation

    def is_current(self) -> bool:
        """See Library.is_current."""
        return self._staging.is_current()

    def is_served(self) -> bool:
        """Whether the index that answers holds the folder as it is now."""
        return self._staging.is_served()

    def undone(self) -> Changes | None:
        """How the folder differs from the index that answers, where documents were changed here
        and no index of them was published; else None.
        """
        return self._decisions.undone()

    # The thresholds and the golden questions.

    def set_thresholds(self, thresholds: Thresholds | None, by: str) -> None:
        """Use these from the next build on, None for the defaults; see Library.set_thresholds."""
        with self._alone():
            before = self._calibration.read(self._encoder.fingerprint)
            if before != thresholds:
                self._calibration.write(self._encoder.fingerprint, thresholds)
                self._audit.write(by, "thresholds", "", _shown(before), _shown(thresholds))

    def apply(
        self,
        thresholds: Thresholds,
        by: str,
        progress: Progress | None = None,
        *,
        force: bool = False,
    ) -> Report:
        """Use these thresholds from now on: a build that only they change embeds nothing.

        Where they would lose a golden question and are not to be `force`d, RegressionError tells,
        and all is as it was.
        """
        before = self._calibration.read(self._encoder.fingerprint)
        self.set_thresholds(thresholds, by)
        try:
            return self.build(progress, force=force, by=by)
        except RegressionError as error:
            self.set_thresholds(before, by)
            self._staging.discard(error.id, for_good=False)
            kept = "The thresholds stay as they were; with --force they are applied all the same"
            raise RegressionError(error.id, error.comparison, kept) from None
        except CitebotError:
            self.set_thresholds(before, by)
            raise

    def golden(self) -> list[Golden]:
        """The golden questions, in their order; GoldenError where the file is wrong."""
        return self._golden.all()

    def add_golden(self, golden: Sequence[Golden], by: str) -> None:
        """Keep these questions, each in place of one of the same id."""
        with self._alone():
            known = self._golden.all()
            replaced = self._golden.add(golden)
            for new in golden:
                if new not in known:
                    old = next((one for one in replaced if one.id == new.id), None)
                    self._audit.write(by, "golden add", new.id, _shown(old), _shown(new))

    def remove_golden(self, id: str, by: str) -> bool:
        """Forget the question of this id; whether it was there."""
        with self._alone():
            removed = self._golden.remove(id)
            for golden in removed:
                self._audit.write(by, "golden remove", id, _shown(golden))
        return bool(removed)

    def import_golden(self, file: Path, by: str) -> int:
        """Add the questions of a file of `citebot evaluate`; their number."""
        golden = evaluate.read(file)
        self.add_golden(golden, by)
        return len(golden)

    def export_golden(self, file: Path) -> int:
        """Write the questions into a file of `citebot evaluate`; their number."""
        return self._golden.export(file)

    def evaluation(self) -> Evaluation | None:
        """The golden questions asked of the index that answers, for its rates and for better
        thresholds; None where there are no questions.
        """
        return self._staging.evaluation()

    # What was asked and done.

    def group(self, unanswered: Sequence[_Gap]) -> tuple[Group[_Gap], ...]:
        """These questions grouped where they ask the same, the most asked first."""
        if not unanswered:
            return ()
        embeddings = self._encoder.encode_questions([gap.question for gap in unanswered])
        return gaps.group(unanswered, np.stack([one.vector for one in embeddings]))

    def audit(self, limit: int = 50) -> list[Entry]:
        """What was done, newest first."""
        return self._audit.last(limit)

    def undisturbed(self) -> AbstractContextManager[None]:
        """Hold off every editor for a while, so that what they changed can be copied whole."""
        return self._alone()

    def _published(
        self, by: str, generation: Generation, comparison: Comparison | None, before: str | None
    ) -> None:
        self._audit.write(by, "publish", generation.id, before, _lost(generation.id, comparison))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let no other editor act meanwhile."""
        lock = FileLock(self._data / "desk.lock", timeout=_PATIENCE)
        try:
            self._data.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout:
            raise BuildLockedError(f"{self._data}: another editor is at work; try again") from None
        except OSError as error:
            raise StoreError(f"{self._data}: {error.strerror}; check its rights") from None
        try:
            yield
        finally:
            lock.release()


def _lost(id: str, comparison: Comparison | None) -> str:
    lost = ", ".join(pair.after.golden.id for pair in comparison.lost) if comparison else ""
    return f"{id}, golden questions lost: {lost}" if lost else id


def _shown(value: Golden | Thresholds | None) -> str | None:
    if isinstance(value, Golden):
        return value.model_dump_json(exclude_none=True)
    return f"related {value.related}, found {value.found}" if value else None
