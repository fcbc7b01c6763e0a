"""Apply the current rules of `access.toml`; what was reserved stays reserved.

Only the file can open a folder again: if it is missing, cut off or wrong, or a folder is renamed,
nothing opens.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import RLock
from typing import Literal

from bot.access import Reservations
from bot.access.remembered import Remembered, Remembrance
from index import readers
from index.errors import CitebotError, SettingsError
from index.library import Library
from index.stores import OpenGeneration
from index.types import Scope, folded

__all__ = ["Guard", "Trouble"]

_log = logging.getLogger(__name__)
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Trouble:
    """A rule that does not fit: its folder, and the kind of trouble.

    `wrong`: the file cannot be read (`detail` says why); `lost`: the file no longer names the
    folder; `unfit`: no folder has that name; `moved`: documents of it are elsewhere (`detail`).
    """

    kind: Literal["wrong", "lost", "unfit", "moved"]
    folder: str = ""
    detail: str = ""

    def __str__(self) -> str:
        remedy = f'correct access.toml, or write "{self.folder}" = "everybody" below [reserved]'
        if self.kind == "wrong":
            return f"{self.detail}. The rules from before hold"
        if self.kind == "lost":
            return (
                f"{self.folder} was reserved, and access.toml does not name it any more; take the "
                f'file from a backup, or write "{self.folder}" = "everybody" below [reserved] to '
                "open it"
            )
        if self.kind == "unfit":
            return (
                f"access.toml reserves {self.folder}, and no folder of the documents has that "
                f"name; {remedy} if there is nothing to reserve"
            )
        return (
            f"documents of the reserved folder {self.folder} are elsewhere now ({self.detail}) and "
            'stay closed; name their folder in access.toml, with "everybody" to open it'
        )


class Guard:
    """Checks the rules of one data directory against the documents of one library.

    Safe to use from any thread. Every call checks the file.
    """

    def __init__(self, data: Path, library: Library) -> None:
        """Raises SettingsError if reserved documents would be open, or a rule fits nothing:
        better no bot than one that shows too much.
        """
        self._path = data / "access.toml"
        self._folder = library.folder
        self._memory = Remembered(library.store.notes)
        self._lock = RLock()
        self._seen = self._signature()
        # the rules in the file, and the same with those remembered from before
        self._file = self._rules = Reservations.read(self._path)
        self._version = 0
        self._wrong: Trouble | None = None
        self._belonging: dict[str, set[str]] = {}
        self._of: tuple[str, int] | None = None
        # all documents at the time a rule last fitted a folder
        self._known: dict[str, frozenset[str]] = {}
        self._misfits: list[Trouble] = []
        indexed: dict[str, str] = {}
        with suppress(CitebotError):
            indexed = library.digests()
        self._start(indexed)
        library.narrow = self.narrow

    def rules(self) -> Reservations:
        """Return the current rules."""
        with self._lock:
            if (seen := self._signature()) != self._seen:
                self._seen = seen
                self._read_again()
            return self._rules

    def trouble(self) -> list[Trouble]:
        """Return what keeps documents closed unintentionally; it is also logged when found."""
        # a database may let wait; questions do not wait for that
        heard = self._heard()
        with self._lock:
            self.rules()
            self._learn(heard)
            return [*([self._wrong] if self._wrong else []), *self._misfits]

    def narrow(self, generation: OpenGeneration, scope: Scope) -> Scope:
        """Return the scope without documents that were in its hidden folders and are elsewhere
        now.
        """
        if not scope.hidden:
            return scope
        with self._lock:
            now = generation.generation.id, self._version
            if now != self._of:
                self._look(generation.digests())
                self._of = now
            more = [self._belonging.get(folded(folder), set()) for folder in scope.hidden]
        return replace(scope, hidden=scope.hidden.union(*more))

    def _start(self, indexed: Mapping[str, str]) -> None:
        """Compare the file with the remembered folders and the documents."""
        self._forget(self._file.opened)
        named = {folded(folder) for folder in self._file.folders}
        kept = {name: key for key, name in self._memory.names().items() if key not in named}
        there = self._on_disk() if kept else {}
        problems = [Trouble("lost", name) for name in kept if not self._is_settled(name, there)]
        problems += [
            Trouble("unfit", folder)
            for folder in self._file.folders
            if not self._fits(folder, indexed)
        ]
        if problems:
            raise SettingsError("\n".join(f"{self._path}: {problem}" for problem in problems))
        before = dict.fromkeys(kept, frozenset[int]())
        self._rules = replace(self._file, folders={**before, **self._file.folders})
        self._say()
        self._look(indexed)

    def _read_again(self) -> None:
        try:
            read = Reservations.read(self._path)
        except SettingsError as error:
            self._wrong = Trouble("wrong", detail=str(error))
            _log.error("%s", self._wrong)
            return
        self._wrong = None
        self._forget(read.opened)
        stated = {folded(folder) for folder in (*read.folders, *read.opened)}
        before = {
            folder: named
            for folder, named in self._rules.folders.items()
            if folded(folder) not in stated
        }
        self._file, self._rules = read, replace(read, folders={**before, **read.folders})
        self._version += 1
        self._say()
        there = self._on_disk() if before else {}
        self._misfits = [
            Trouble("lost", name) for name in before if not self._is_settled(name, there)
        ]
        self._log_misfits()

    def _look(self, digests: Mapping[str, str]) -> None:
        """Find the documents of a reserved folder that are elsewhere now."""
        self._learn(self._heard())
        misfits = [trouble for trouble in self._misfits if trouble.kind == "lost"]
        new = False
        self._belonging = {}
        for folder in self._rules.folders:
            inside = {id: one for id, one in digests.items() if _is_below(id, folder)}
            outside = {id: one for id, one in digests.items() if id not in inside}
            moved = self._memory.moved(folder, outside)
            if self._fits(folder, inside):
                self._known[folded(folder)] = frozenset(digests)
            elif folder in self._file.folders:
                # renamed, and perhaps changed as well
                moved |= outside.keys() - self._known.get(folded(folder), outside.keys())
                misfits.append(Trouble("unfit", folder))
            moved = {id for id in moved if not self._is_stated(id, folder)}
            if moved:
                names = ", ".join(sorted(moved)[:_NAMED]) + (" …" if len(moved) > _NAMED else "")
                misfits.append(Trouble("moved", folder, names))
            new |= self._memory.add(folder, inside, outside)
            self._belonging[folded(folder)] = moved
        if new:
            self._keep()
        self._misfits = misfits
        self._log_misfits()

    def _heard(self) -> Mapping[str, Remembrance]:
        """Return what all bots of the database remember; nothing if it does not answer."""
        with suppress(CitebotError):
            return self._memory.stored()
        return {}

    def _learn(self, heard: Mapping[str, Remembrance]) -> None:
        """Keep closed what another bot's rules reserve and this one's do not name."""
        self._memory.learn(heard)
        stated = {folded(folder) for folder in (*self._rules.folders, *self._file.opened)}
        new = [name for key, name in self._memory.names().items() if key not in stated]
        if new:
            closed = dict.fromkeys(new, frozenset[int]())
            self._rules = replace(self._rules, folders={**self._rules.folders, **closed})
            self._version += 1
            self._misfits += [Trouble("lost", name) for name in new]
            self._log_misfits()

    def _is_stated(self, id: str, folder: str) -> bool:
        """Return True if the file says who may see a document that was in `folder`."""
        stated = set(self._file.opened)
        if folded(folder) not in {folded(named) for named in self._file.folders}:
            stated |= self._file.folders.keys()
        # a rule that also covered the folder says nothing new
        return any(_is_below(id, other) for other in stated if not _is_below(folder, other))

    def _is_settled(self, folder: str, there: Mapping[str, str]) -> bool:
        """Return True if a remembered folder that the file does not name is gone, and the rest
        of its documents are in folders that the file names.
        """
        if not self._file.folders or self._fits(folder, there):
            return False
        return all(self._is_stated(id, folder) for id in self._memory.moved(folder, there))

    def _fits(self, folder: str, ids: Iterable[str]) -> bool:
        """Return True if a folder has that name, on disk or in the ids of documents."""
        return any(_is_below(id, folder) for id in ids) or _is_there(self._folder, folder)

    def _on_disk(self) -> dict[str, str]:
        """Return the digest of each file that is there to be indexed."""
        found = {}
        with suppress(CitebotError):
            for file in readers.find(self._folder):
                with suppress(CitebotError):
                    found[file.id] = hashlib.sha256(file.load()).hexdigest()
        return found

    def _signature(self) -> tuple[int, ...] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino

    def _forget(self, folders: Iterable[str]) -> None:
        for folder in folders:
            self._known.pop(folded(folder), None)
        if self._memory.forget(folders):
            self._keep()

    def _keep(self) -> None:
        try:
            self._memory.write()
        except CitebotError as error:
            _log.warning("%s; what is reserved is remembered until a restart only", error)

    def _say(self) -> None:
        folders = self._rules.folders
        named = ", ".join(f"{folder} (for {len(folders[folder])})" for folder in sorted(folders))
        _log.info("Reserved folders: %s", named or "none")

    def _log_misfits(self) -> None:
        for trouble in self._misfits:
            _log.warning("%s", trouble)


def _is_below(id: str, folder: str) -> bool:
    return folded(id).startswith(f"{folded(folder)}/")


def _is_there(root: Path, folder: str) -> bool:
    """Return True if a folder has that name, in any case and composition of letters."""
    places = [root]
    for part in folder.split("/"):
        found: list[Path] = []
        for place in places:
            with suppress(OSError), os.scandir(place) as entries:
                found += [
                    Path(entry.path)
                    for entry in entries
                    if folded(entry.name) == folded(part) and entry.is_dir()
                ]
        places = found
    return bool(places)
