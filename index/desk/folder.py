"""The documents' folder as editors change it: inspect, add, remove to the trash, restore."""

from __future__ import annotations

import datetime
import hashlib
import os
import secrets
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ConfigDict, ValidationError

from index import readers
from index.desk.look import Look, digest_of_words
from index.errors import KnowledgeError
from index.text import passages
from index.types import Document, Omitted

__all__ = ["Added", "Folder", "Look", "Trashed"]

_DAYS = 30
_RECORD, _FILE = "record.json", "document"
# The time an entry was first found old enough to be purged, and how long after that it is purged.
_OLD, _AGAIN = "old", datetime.timedelta(days=1)
# Hidden, so that builds and the list of the trash ignore unfinished files.
_UNFINISHED = ".citebot-unfinished-"


@dataclass(frozen=True, slots=True)
class Added:
    """A file that was added: its id, the digest of its bytes, whether that `changed` anything,
    and the version that it replaced, now in the trash.
    """

    id: str
    digest: str
    changed: bool
    replaced: Trashed | None = None


class Trashed(BaseModel):
    """A document that was removed or replaced; its key restores it until it is purged."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    key: str
    id: str
    by: str
    when: datetime.datetime
    digest: str

    @property
    def until(self) -> datetime.datetime:
        """The time from which it may be purged."""
        return self.when + datetime.timedelta(days=_DAYS)


class Folder:
    """One folder and its trash. The caller must allow only one writer at a time."""

    def __init__(self, knowledge: Path, trash: Path) -> None:
        self.path = knowledge
        self._trash = trash

    def look(
        self,
        id: str,
        data: bytes,
        documents: Sequence[Document],
        indexed: Iterable[tuple[str, str]],
    ) -> Look:
        """Return what a file of these documents would become here; they were read from `data`.

        `indexed` has the id and the reading text of each indexed document.
        """
        said = {digest_of_words(document.text) for document in documents}
        same = {id for id, text in indexed if digest_of_words(text) in said}
        same |= {file.id for file in self._files() if _holds(file.path, data)}
        target = self.path / id
        first = documents[0]
        return Look(
            id=id,
            title=first.title if first.id == id else PurePosixPath(id).name,
            language=first.source.language,
            passages=sum(len(passages.split(document)) for document in documents),
            pages=sum(len(document.pages) for document in documents),
            blank=sum(document.blank_pages for document in documents),
            characters=sum(len(document.text) for document in documents),
            sentences=sum(len(document.sentences) for document in documents),
            replaces=os.path.lexists(target) and not _holds(target, data),
            duplicates=tuple(sorted(same)),
            omitted=Omitted.of(
                Counter(each.kind for document in documents for each in document.omissions)
            ),
            inside=tuple(document.title for document in documents if document.id != id),
        )

    def add(self, id: str, data: bytes, by: str, *, replace: bool = False) -> Added:
        """Store a file that was read; the version it replaces goes to the trash.

        Raises KnowledgeError if another document has its id and `replace` is not set.
        """
        target, digest = self.path / id, hashlib.sha256(data).hexdigest()
        # reports what is wrong with the folder
        self._files()
        if _holds(target, data):
            return Added(id, digest, changed=False)
        replaced = None
        if os.path.lexists(target):
            if not replace or not target.is_file():
                raise KnowledgeError(
                    f"{id} is there already and differs; replace it (--replace), or give the new "
                    "file another name",
                    "document_exists",
                    id=id,
                )
            replaced = self._throw(id, by)
        with self._writing():
            self._make(target.parent)
            self._put(data, target)
        return Added(id, digest, changed=True, replaced=replaced)

    def remove(self, id: str, by: str) -> tuple[Trashed, bool]:
        """Move a document to the trash; return its record, and whether anything changed.

        One already removed stays so. Raises KnowledgeError if there is none of that id.
        """
        if id not in {file.id for file in self._files()}:
            for trashed in self.trash():
                if trashed.id == id:
                    return trashed, False
            raise KnowledgeError(
                f"there is no document {id}; citebot sources lists them", "document_unknown", id=id
            )
        trashed = self._throw(id, by)
        with self._writing():
            (self.path / id).unlink()
        return trashed, True

    def restore(self, key: str, by: str | None = None) -> Trashed:
        """Put a document back where it was; KnowledgeError if that is not possible.

        Another that is there now goes to the trash if `by` someone, else that is refused.
        """
        trashed = next((one for one in self.trash() if one.key == key), None)
        if trashed is None:
            raise KnowledgeError(
                f"{key} is not in the trash; citebot restore lists what is",
                "not_in_trash",
                key=key,
            )
        target = self.path / trashed.id
        with self._writing():
            data = (self._trash / key / _FILE).read_bytes()
            if hashlib.sha256(data).hexdigest() != trashed.digest:
                raise KnowledgeError(
                    f"{trashed.id} is damaged in the trash ({self._trash / key / _FILE}) and was "
                    "not restored; it stays there, take it from a backup",
                    "trash_damaged",
                    id=trashed.id,
                    file=self._trash / key / _FILE,
                )
            if not _holds(target, data):
                if by and target.is_file():
                    self._throw(trashed.id, by)
                elif os.path.lexists(target):
                    raise KnowledgeError(
                        f"another {trashed.id} is there now; remove it before this one is restored",
                        "document_other",
                        id=trashed.id,
                    )
                target.parent.mkdir(parents=True, exist_ok=True)
                self._put(data, target)
        shutil.rmtree(self._trash / key, ignore_errors=True)
        return trashed

    def ids(self) -> list[str]:
        """Return the ids of the documents' files, sorted."""
        return sorted(file.id for file in self._files())

    def read(self, id: str) -> bytes:
        """Return the bytes of a document's file; DocumentError if they cannot be read."""
        return readers.File(id, self.path / id, self.path).load()

    def trash(self) -> list[Trashed]:
        """Return what can be restored, newest first."""
        found = []
        for folder in self._trash.glob("[!.]*"):
            with suppress(OSError, ValidationError):
                found.append(Trashed.model_validate_json((folder / _RECORD).read_bytes()))
        return sorted(found, key=lambda trashed: trashed.key, reverse=True)

    def purge(self) -> None:
        """Delete for good what has been in the trash for thirty days.

        An entry must have been found old on two of the days on which this runs: a clock that jumps
        ahead and back deletes nothing.
        """
        now = _now()
        for trashed in self.trash():
            mark = self._trash / trashed.key / _OLD
            if trashed.until > now:
                mark.unlink(missing_ok=True)
            elif self._was_old(mark, now):
                shutil.rmtree(self._trash / trashed.key, ignore_errors=True)

    def _was_old(self, mark: Path, now: datetime.datetime) -> bool:
        """Return True if this was found old a day ago; else note that it is old now."""
        try:
            seen = datetime.datetime.fromisoformat(mark.read_text(encoding="utf-8"))
            # a later time was noted by a clock that was wrong
            if seen <= now:
                return now - seen >= _AGAIN
        except (OSError, ValueError, TypeError):
            pass
        with suppress(OSError):
            mark.write_text(now.isoformat(), encoding="utf-8")
        return False

    def _files(self) -> list[readers.File]:
        return readers.find(self.path)

    def _throw(self, id: str, by: str) -> Trashed:
        """Put a complete copy of a document into the trash, synced to disk."""
        now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
        key = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
        with self._writing():
            self._trash.mkdir(parents=True, exist_ok=True)
            for left in self._trash.glob(_UNFINISHED + "*"):
                shutil.rmtree(left, ignore_errors=True)
            data = (self.path / id).read_bytes()
            digest = hashlib.sha256(data).hexdigest()
            trashed = Trashed(key=key, id=id, by=by, when=now, digest=digest)
            folder = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self._trash))
            _write(folder / _FILE, data)
            _write(folder / _RECORD, trashed.model_dump_json().encode())
            folder.rename(self._trash / key)
        return trashed

    def _make(self, folder: Path) -> None:
        """Create a folder below the documents' folder, unless a link leads out of it."""
        if not folder.resolve().is_relative_to(self.path.resolve()):
            raise KnowledgeError(
                f"{folder} leads out of {self.path}; name another folder",
                "place_outside",
                place=folder.name,
                folder=self.path,
            )
        folder.mkdir(parents=True, exist_ok=True)

    def _put(self, data: bytes, target: Path) -> None:
        for left in target.parent.glob(_UNFINISHED + "*"):
            left.unlink(missing_ok=True)
        new = target.with_name(_UNFINISHED + secrets.token_hex(4))
        try:
            _write(new, data)
            new.replace(target)
        finally:
            new.unlink(missing_ok=True)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Turn the system's errors into one that names the remedy."""
        try:
            yield
        except OSError as error:
            raise KnowledgeError(
                f"{error.filename or self.path}: {error.strerror}; editing needs the right to "
                f"write to {self.path} and free space (a container may mount it read-only)",
                "folder_write",
                reason=error.strerror,
                path=error.filename or self.path,
                folder=self.path,
            ) from None


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _holds(path: Path, data: bytes) -> bool:
    """Return True if a plain file with these bytes is there."""
    with suppress(OSError):
        return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data
    return False


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
