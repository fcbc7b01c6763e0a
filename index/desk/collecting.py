"""The files of a folder, and those in them -> its documents."""

from __future__ import annotations

import hashlib
import logging
import sys
from bisect import bisect_left

from index import readers
from index.desk.build import Changes, Progress, Survey, difference
from index.desk.following import Following
from index.desk.room import no_room
from index.desk.shelf import Shelf
from index.errors import DocumentError
from index.intake import FolderReader, Readings
from index.readers import held
from index.stores import OpenGeneration
from index.text import passages
from index.types import Document

__all__ = ["collect"]

_log = logging.getLogger(__name__)


def collect(
    found: Survey,
    before: OpenGeneration | None,
    readings: Readings,
    progress: Progress,
    *,
    most: int = sys.maxsize,
    afresh: bool = False,
) -> tuple[Shelf, Changes]:
    """Return the documents of a survey, by id, and how they differ from those of `before`.

    An unchanged file is taken from `before`, unless `afresh`; a changed one is read in a confined
    process. If a file cannot be read it is listed as failed, and its version in `before` stays; the
    same holds for the documents of a folder that cannot be listed. So nothing that breaks loses
    documents. A document that would make more than `most` sentences of all of them is listed as
    failed, too.
    """
    readings.data.mkdir(parents=True, exist_ok=True)
    gathered = _Gathered(before, found, Shelf(readings.data), afresh=afresh)
    done = 0

    def waiting() -> None:
        progress("Reading the documents", done, len(found.files))

    following = Following(progress, waiting)
    with readings.folder(following, afresh=afresh) as read:
        for done, file in enumerate(found.files):  # noqa: B007 - what `waiting` says
            waiting()
            gathered.add(file, read, following)
    gathered.keep_what_broke()
    gathered.leave_out(most)
    documents = gathered.documents
    now = {id: documents.digests[id] for id in documents.ids()}
    return documents, difference(gathered.before, now, sorted(gathered.failed.items()))


class _Gathered:
    """The documents of a folder as they are read, with those of the generation before."""

    def __init__(
        self, before: OpenGeneration | None, found: Survey, documents: Shelf, *, afresh: bool
    ) -> None:
        self.documents = documents
        self.failed = dict(found.failed)
        self.before = before.digests() if before else {}
        self._sorted = sorted(self.before)
        self._open = before
        self._found = found
        self._afresh = afresh

    def add(self, file: readers.File, read: FolderReader, following: Following) -> None:
        """Add a file's document, and those of the files in it."""
        waiting, room, outer, whole = [file], held.Room(), file.id, 0
        following.begin(outer)
        while waiting:
            file = waiting.pop()
            if whole:
                following(outer, whole - len(waiting) - 1, whole)
            try:
                inside = room.taken(self._add(file, read))
                waiting += reversed(inside)
                whole += len(inside)
            except DocumentError as error:
                self.failed[file.id] = str(error)
                if file.id not in self.documents.digests:
                    self._keep(file.id)

    def keep_what_broke(self) -> None:
        """Add what stood in folders that cannot be listed now, and in files that broke."""
        broken = [id for id in self.failed if held.holds(id)]
        for id in (*self._found.failed, *broken):
            for inner in self._inside(id):
                if inner not in self.documents.digests:
                    self._keep(inner)

    def leave_out(self, most: int) -> None:
        """Leave out documents for which there is no room: of those that the index has not got as
        they are, the largest.
        """
        documents = self.documents
        taken, counts = 0, documents.sentences

        def order(id: str) -> tuple[bool, int, str]:
            return documents.digests[id] != self.before.get(id), counts[id], id

        for id in sorted(documents.ids(), key=order):
            if taken + counts[id] > most:
                reason = str(no_room(counts[id], taken, most))
                _log.warning("Left out: %s: %s", readers.printable(id), reason)
                self.failed[id] = reason
                documents.take_away(id)
            else:
                taken += counts[id]

    def _add(self, file: readers.File, read: FolderReader) -> list[readers.File]:
        """Add one document; the files in its file that are to be added too."""
        id = file.id
        digest = self._found.digests.get(id)
        if file.held is not None:
            digest = hashlib.sha256(file.load()).hexdigest()
        if digest == self.before.get(id, "") and not self._afresh and self._keep(id):
            if self._open and held.holds(id):
                for inner in self._inside(id):
                    self._keep(inner)
                below = [one for one in self._open.failed() if one[0].startswith(f"{id}/")]
                self.failed.update(below)
            return []
        if held.is_document(id):
            document = read(file)
            _check(document)
            self.documents.put(document)
        return read.inside(file) if held.holds(id) else []

    def _keep(self, id: str) -> bool:
        """Add what the generation before has of a document; False if it has none."""
        earlier = self._open.document(id) if self._open and id in self.before else None
        if earlier:
            self.documents.put(earlier)
        return earlier is not None

    def _inside(self, id: str) -> list[str]:
        """The ids of the earlier documents below an id."""
        first = bisect_left(self._sorted, f"{id}/")
        return self._sorted[first : bisect_left(self._sorted, f"{id}0")]  # "0" follows "/"


def _check(document: Document) -> None:
    """Raise DocumentError if passages cannot be made of a document, so that it stops no other."""
    try:
        passages.split(document)
    except Exception as error:
        name = readers.printable(document.id)
        _log.warning("No passages of %s (%s)", name, type(error).__name__)
        raise DocumentError(readers.BROKEN, "reader_broke") from None
