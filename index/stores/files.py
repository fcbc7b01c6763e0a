"""Generations as folders below the data directory, and a pointer to the one that serves.

A generation is written to a hidden folder, synced, renamed, and only then pointed to: whatever
moment the process dies at, the pointer names a whole generation.
"""

from __future__ import annotations

import datetime
import os
import shutil
import socket
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
    UnknownGenerationError,
)
from index.stores import FORMAT, Build, generation
from index.stores.generation import FileGeneration
from index.stores.manifest import Manifest
from index.types import Generation

__all__ = ["FileStore"]

_KEPT = 3
_UNFINISHED = ".unfinished-"


class FileStore:
    """The store in a data directory; see Store. Reading it needs no right to write."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._folder = data / "generations"
        self._pointer = data / "CURRENT"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of builds; it is the system's and falls with the process."""
        with self._told("prepare the data directory"):
            self._folder.mkdir(parents=True, exist_ok=True)
        holder = self._data / "build.holder"
        lock = FileLock(self._data / "build.lock", timeout=0)
        try:
            with self._told("take the build lock"):
                lock.acquire()
        except Timeout:
            with suppress(OSError):
                raise BuildLockedError(
                    f"{self._data}: an index is being built by "
                    f"{holder.read_text('utf-8').strip()}; wait for it"
                ) from None
            raise BuildLockedError(
                f"{self._data}: another process is building; wait for it"
            ) from None
        try:
            with self._told("take the build lock"):
                now = datetime.datetime.now(datetime.UTC).strftime("%H:%M:%S UTC")
                words = f"process {os.getpid()} on {socket.gethostname()} since {now}\n"
                holder.write_text(words, encoding="utf-8")
            yield
        finally:
            with suppress(OSError):
                holder.unlink()
            lock.release()

    def publish(self, build: Build) -> Generation:
        kept = self._manifests()
        with self._told("publish the index"):
            self._sweep()
            sequence = self._next()
            unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self._folder))
            try:
                generation.write(unfinished, build)
                manifest = Manifest(
                    format=FORMAT,
                    id=f"{sequence:04d}-{build.content[:8]}",
                    sequence=sequence,
                    parent=self.current(),
                    built=datetime.datetime.now(datetime.UTC).replace(microsecond=0),
                    model=build.model,
                    fingerprint=build.fingerprint,
                    content=build.content,
                    documents=len(build.documents),
                    passages=len(build.passages),
                    sentences=len(build.vectors),
                    thresholds=(build.thresholds.related, build.thresholds.found),
                    failed=tuple(build.failed),
                    files=Manifest.files_in(unfinished),
                )
                manifest.write(unfinished)
                _sync(unfinished)
                # mkdtemp gives rights to its owner alone; others may read an index
                unfinished.chmod(0o755)
                unfinished.rename(self._folder / manifest.id)
                _sync(self._folder)
                self._point_to(manifest.id)
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)
        self._prune(manifest, kept)
        return manifest.generation

    def current(self) -> str | None:
        return self._pointers()[0]

    def content(self) -> str | None:
        """The content digest of the newest generation that has served, None if it is unreadable."""
        current, left = self._pointers()
        try:
            return Manifest.read(self._folder / str(left or current)).content
        except StoreError:
            return None

    def open(self, fingerprint: str | None) -> FileGeneration:
        id = self.current()
        if id is None:
            raise NoIndexError(f"{self._data} holds no index yet; run citebot index")
        if not (self._folder / id).is_dir():
            raise DamagedIndexError(f"{self._pointer} names {id}, which is gone; run citebot index")
        try:
            return FileGeneration(self._folder / id, fingerprint)
        except OSError as error:
            raise DamagedIndexError(f"{self._folder / id}: {error}; run citebot index") from error

    def history(self) -> Sequence[Generation]:
        return [manifest.generation for manifest in self._manifests()]

    def rollback(self, id: str | None = None) -> Generation:
        kept = {manifest.id: manifest for manifest in self._manifests()}
        current, left = self._pointers()
        if id is None:
            before = kept[current].parent if current in kept else None
            older = [other for other in kept if current is not None and other < current]
            id = before if before in kept else max(older, default=None)
        if id is None or id not in kept:
            named = f"generation {id} is not kept" if id else "there is no generation before"
            listed = ", ".join(kept) or "none"
            raise UnknownGenerationError(f"{named}; kept: {listed}")
        kept[id].check(self._folder / id)
        newest = left or current
        with self._told("roll back"):
            self._point_to(id, left=newest if newest != id else None)
        return kept[id].generation

    def _manifests(self) -> list[Manifest]:
        """The manifests that can be read, newest first."""
        found = []
        for folder in self._folder.glob("[!.]*"):
            with suppress(StoreError):
                found.append(Manifest.read(folder))
        return sorted(found, key=lambda manifest: -manifest.sequence)

    def _pointers(self) -> tuple[str | None, str | None]:
        """The current generation, and the newer one that was left for it by a rollback."""
        try:
            words = self._pointer.read_text(encoding="utf-8", errors="replace").split()
        except FileNotFoundError:
            return None, None
        except OSError as error:
            raise StoreError(f"{self._pointer}: {error.strerror}; check its rights") from None
        return words[0] if words else None, words[1] if len(words) > 1 else None

    def _point_to(self, id: str, left: str | None = None) -> None:
        new = self._pointer.with_name("CURRENT.new")
        with new.open("w", encoding="utf-8") as stream:
            stream.write(f"{id}\n{left}\n" if left else f"{id}\n")
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(self._pointer)
        _sync(self._data)

    def _prune(self, published: Manifest, before: Sequence[Manifest]) -> None:
        """Remove all but the newest few, the current one and the one that served before it."""
        kept = {published.id, published.parent, *(m.id for m in before[: _KEPT - 1])}
        for folder in self._folder.glob("[!.]*"):
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)

    def _next(self) -> int:
        """A number above that of every folder there is, readable or not."""
        numbers = [folder.name.partition("-")[0] for folder in self._folder.glob("[!.]*")]
        return max((int(number) for number in numbers if number.isdecimal()), default=0) + 1

    def _sweep(self) -> None:
        """Remove what builds that were killed have left; the caller holds the lock."""
        for folder in self._folder.glob(_UNFINISHED + "*"):
            shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        """Turn the system's errors into one that names the remedy."""
        try:
            yield
        except (StoreError, Timeout):
            raise
        # FAISS and SQLite report a full disk in their own ways
        except Exception as error:
            reason = getattr(error, "strerror", None) or str(error).strip().splitlines()[-1]
            raise StoreError(
                f"{self._data}: cannot {what}: {reason}; check its rights and free space. "
                "The index that served before serves on"
            ) from error


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
