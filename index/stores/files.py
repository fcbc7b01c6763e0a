"""Generations as folders below the data directory, and pointers to what serves and what waits.

A generation is written to a hidden folder, synced, named as staged, renamed, and only then pointed
to: whatever moment the process dies at, the pointer names a whole generation.
"""

from __future__ import annotations

import datetime
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import (
    BuildLockedError,
    DamagedIndexError,
    NoIndexError,
    StoreError,
)
from index.stores import FORMAT, Build, Pending, generation
from index.stores.generation import FileGeneration
from index.stores.history import earlier
from index.stores.locks import build_lock, explained
from index.stores.manifest import Counts, Manifest
from index.stores.notes import FolderNotes
from index.stores.pointers import Pointer, sync
from index.stores.refusals import not_staged, overtaken
from index.stores.vectors import CELLS_FROM
from index.types import Generation

__all__ = ["FileStore"]

_KEPT = 3
# Seconds to wait for another process to move a pointer, which takes milliseconds.
_PATIENCE = 30
_UNFINISHED = ".unfinished-"
_ID = re.compile(r"\d+-[0-9a-f]+")
# Marks a generation that has served, in case CURRENT is lost.
_PUBLISHED = "published"


class FileStore:
    """The store in a data directory; see Store. Reading it needs no right to write."""

    def __init__(self, data: Path, cells_from: int = CELLS_FROM) -> None:
        self._data = data
        self._cells_from = cells_from
        self._folder = data / "generations"
        self._current = Pointer(data / "CURRENT")
        self._staged = Pointer(data / "STAGED")
        self._discarded = Pointer(data / "DISCARDED")
        self.notes = FolderNotes(data)

    @contextmanager
    def locked(self) -> Iterator[None]:
        with explained(self._data, "prepare the data directory"):
            self._folder.mkdir(parents=True, exist_ok=True)
        with build_lock(self._data):
            yield

    def stage(self, build: Build) -> Pending:
        with explained(self._data, "write the index"):
            self._sweep()
            unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self._folder))
            try:
                counts = generation.write(unfinished, build, self._cells_from)
                manifest = self._describe(build, counts, unfinished)
                manifest.write(unfinished)
                sync(unfinished)
                # mkdtemp gives rights to its owner alone; others may read an index
                unfinished.chmod(0o755)
                with self._moving():
                    self._remove(self._waiting())
                    # named before it is there: what is there is either named or has served
                    self._staged.write(manifest.id)
                    unfinished.rename(self._folder / manifest.id)
                    sync(self._folder)
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)
        return _pending(manifest)

    def staged(self) -> Pending | None:
        with suppress(StoreError):
            if id := self._waiting():
                return _pending(Manifest.read(self._folder / id))
        return None

    def publish(self, id: str) -> Generation:
        with explained(self._data, "publish the index"), self._moving():
            if id == self.current():
                return Manifest.read(self._folder / id).generation
            if id != self._waiting():
                raise not_staged(id)
            manifest = Manifest.read(self._folder / id)
            if manifest.parent != self.current():
                raise overtaken(id, self.current())
            manifest.check(self._folder / id)
            kept = self._manifests()
            (self._folder / id / _PUBLISHED).touch()
            self._current.write(id)
            self._staged.clear()
            self._discarded.clear()
            self._prune(manifest, kept)
        return manifest.generation

    def discard(self, id: str, *, for_good: bool) -> bool:
        with explained(self._data, "discard the index"), self._moving():
            waiting = self.staged()
            if waiting is None or waiting.generation.id != id:
                return False
            if for_good:
                self._discarded.write(waiting.content)
            self._remove(id)
            self._staged.clear()
        return True

    def discarded(self) -> str | None:
        return next(iter(self._discarded.read()), None)

    def current(self) -> str | None:
        return self._pointers()[0]

    def heard(self) -> str | None:
        return self.current()

    def content(self) -> str | None:
        """Return the content digest of the newest generation that has served, None if it is
        unreadable.
        """
        current, left = self._pointers()
        try:
            return Manifest.read(self._folder / str(left or current)).content
        except StoreError:
            return None

    def open(self, fingerprint: str | None, id: str | None = None) -> FileGeneration:
        id = id or self.current()
        if id is None:
            raise NoIndexError(
                f"{self._data} holds no index yet; run citebot index", "no_index", path=self._data
            )
        if not (self._folder / id).is_dir():
            raise DamagedIndexError(
                f"{self._data} names the index {id}, which is gone; run citebot index",
                "index_gone",
                path=self._data,
                id=id,
            )
        try:
            return FileGeneration(self._folder / id, fingerprint)
        except OSError as error:
            raise DamagedIndexError(
                f"{self._folder / id}: {error}; run citebot index",
                "index_unreadable",
                path=self._folder / id,
                reason=error,
            ) from error

    def history(self) -> Sequence[Generation]:
        return [manifest.generation for manifest in self._manifests()]

    def rollback(self, id: str | None = None) -> Generation:
        with explained(self._data, "roll back"), self._moving():
            kept = {manifest.id: manifest for manifest in self._manifests()}
            current, left = self._pointers()
            id = earlier({one: kept[one].parent for one in kept}, current, id)
            kept[id].check(self._folder / id)
            newest = left or current
            self._current.write(id, *([newest] if newest and newest != id else []))
            return kept[id].generation

    def close(self) -> None:
        """Do nothing: files are held by the generations that are open."""

    def _describe(self, build: Build, counts: Counts, folder: Path) -> Manifest:
        sequence = self._next()
        return Manifest(
            format=FORMAT,
            id=f"{sequence:04d}-{build.content[:8]}",
            sequence=sequence,
            parent=build.base,
            built=datetime.datetime.now(datetime.UTC).replace(microsecond=0),
            model=build.model,
            fingerprint=build.fingerprint,
            content=build.content,
            **counts._asdict(),
            thresholds=(build.thresholds.related, build.thresholds.found),
            failed=tuple(build.failed),
            embedded=build.embedded,
            files=Manifest.files_in(folder),
        )

    def _manifests(self) -> list[Manifest]:
        """Return the readable manifests of generations that have served, newest first."""
        found = []
        waiting = self._waiting()
        for folder in self._folder.glob("[!.]*"):
            if folder.name != waiting:
                with suppress(StoreError):
                    found.append(Manifest.read(folder))
        return sorted(found, key=lambda manifest: -manifest.sequence)

    def _pointers(self) -> tuple[str | None, str | None]:
        """Return the current generation, and the newer one that a rollback left."""
        words = self._current.read()
        if not words or not (_ID.fullmatch(words[0]) and (self._folder / words[0]).is_dir()):
            # lost or cut off: what served last goes on, so that nothing replaces it unasked
            served = self._served()
            words = (served,) if served else words
        return words[0] if words else None, words[1] if len(words) > 1 else None

    def _served(self) -> str | None:
        """Return the newest generation that is complete and was published."""
        waiting = next(iter(self._staged.read()), None)
        there = [folder for folder in self._folder.glob("[!.]*") if (folder / _PUBLISHED).exists()]
        # without a mark, an earlier version published them
        for folder in sorted(there or self._folder.glob("[!.]*"), reverse=True):
            if folder.name != waiting:
                with suppress(StoreError):
                    Manifest.read(folder).check(folder)
                    return folder.name
        return None

    def _waiting(self) -> str | None:
        """Return the id of the staged generation."""
        id = next(iter(self._staged.read()), None)
        return id if id != self.current() else None

    @contextmanager
    def _moving(self) -> Iterator[None]:
        """Hold the pointer lock."""
        self._data.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self._data / "pointers.lock", timeout=_PATIENCE):
                if self._staged.read() and self._waiting() is None:
                    # a publisher died after its one decisive step
                    self._staged.clear()
                yield
        except Timeout:
            raise BuildLockedError(
                f"{self._data}: another process is publishing; try again",
                "publishing",
                path=self._data,
            ) from None

    def _remove(self, id: str | None) -> None:
        """Remove a generation in one step; remains after a kill are swept up later."""
        if id and (self._folder / id).is_dir():
            doomed = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self._folder))
            (self._folder / id).rename(doomed / id)
            sync(self._folder)
            shutil.rmtree(doomed, ignore_errors=True)

    def _prune(self, published: Manifest, before: Sequence[Manifest]) -> None:
        """Remove all but the newest few, the current one and the one that served before it."""
        kept = {published.id, published.parent, *(m.id for m in before[: _KEPT - 1])}
        for folder in self._folder.glob("[!.]*"):
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)

    def _next(self) -> int:
        """Return a number above that of every folder, readable or not."""
        numbers = [folder.name.partition("-")[0] for folder in self._folder.glob("[!.]*")]
        return max((int(number) for number in numbers if number.isdecimal()), default=0) + 1

    def _sweep(self) -> None:
        """Remove what killed builds have left; the caller holds the lock."""
        for folder in self._folder.glob(_UNFINISHED + "*"):
            shutil.rmtree(folder, ignore_errors=True)


def _pending(manifest: Manifest) -> Pending:
    return Pending(manifest.generation, manifest.content, manifest.parent, manifest.embedded)
