"""The documents as editors change them: every change is recorded and can be undone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import replace

from index.desk.audit import Audit
from index.desk.build import Progress
from index.desk.builder import Builder
from index.desk.decisions import Decisions
from index.desk.folder import Added, Look, Trashed
from index.desk.following import Following
from index.desk.names import namesakes, parents, placed
from index.desk.room import no_room
from index.errors import KnowledgeError, StoreError
from index.search.serving import Serving
from index.types import Document, Source

__all__ = ["Documents"]


class Documents:
    """The documents of one desk. No change takes effect in answers before an index of it is
    published.
    """

    def __init__(
        self, builder: Builder, decisions: Decisions, audit: Audit, serving: Serving
    ) -> None:
        self._builder = builder
        self._folder = builder.folder
        self._readings = builder.readings
        self._decisions = decisions
        self._audit = audit
        self._serving = serving

    def ids(self) -> list[str]:
        """Return the ids of the files in the folder, sorted; KnowledgeError if there is no
        folder.
        """
        return self._folder.ids()

    def read(self, id: str) -> bytes:
        """Return the bytes of a document's file; DocumentError if they cannot be read."""
        return self._folder.read(id)

    def look(
        self, name: str, data: bytes, at: str | None = None, progress: Progress | None = None
    ) -> Look:
        """Return what a file would become as a document; DocumentError if it cannot be read.

        `at` is as in `add`. The file is parsed only here: `add` and the next build reuse the
        result. If that takes long, `progress` is called.
        """
        id = placed(name, at)
        documents, unread = self._read(id, data, progress)
        look = self._folder.look(id, data, documents, self._indexed())
        sources: Iterable[tuple[Source, int]] = ()
        with suppress(StoreError):
            sources = self._serving.generation().sources()
        found = namesakes(id, look.title, [source for source, _ in sources], self._folder.ids())
        return replace(look, namesakes=found, unread=tuple(unread))

    def add(
        self, name: str, data: bytes, by: str, *, replace: bool = False, at: str | None = None
    ) -> Added:
        """Put a file among the documents, under a safe form of its name or at `at`: a folder, or a
        path with its new name.

        Raises DocumentError if it cannot be read, KnowledgeError if another document has its name
        and `replace` is not set, or if the folder cannot be written.
        """
        # before the lock is taken: reading a large file takes seconds
        id = placed(name, at)
        self._read(id, data)
        digest = hashlib.sha256(data).hexdigest()
        with self._audit.alone(), self._decisions.leaving(id, digest):
            added = self._folder.add(id, data, by, replace=replace)
            if added.changed:
                replaced = added.replaced.key if added.replaced else None
                self._audit.write(by, "add", added.id, replaced, added.digest)
        return added

    def remove(self, id: str, by: str) -> Trashed:
        """Move a document to the trash for thirty days; KnowledgeError if there is none."""
        holder = next((one for one in parents(id) if one in self.ids()), None)
        if holder:
            raise KnowledgeError(
                f"{id} is a part of {holder}; remove that, or put one without it in its place",
                "document_held",
                id=id,
                holder=holder,
            )
        with self._audit.alone(), self._decisions.leaving(id, None):
            trashed, done = self._folder.remove(id, by)
            if done:
                self._audit.write(by, "remove", id, trashed.digest, trashed.key)
        return trashed

    def restore(self, key: str, by: str, *, replace: bool = False) -> Trashed:
        """Put a document back from the trash; KnowledgeError if that is not possible, as when
        another has its name now and `replace` is not set.
        """
        wanted = next((one for one in self.trash() if one.key == key), None)
        leaving = self._decisions.leaving(wanted.id, wanted.digest) if wanted else nullcontext()
        with self._audit.alone(), leaving:
            trashed = self._folder.restore(key, by if replace else None)
            self._audit.write(by, "restore", trashed.id, key, trashed.digest)
        return trashed

    def trash(self) -> list[Trashed]:
        """Return what can be restored, newest first."""
        return self._folder.trash()

    def _read(
        self, id: str, data: bytes, progress: Progress | None = None
    ) -> tuple[list[Document], list[tuple[str, str]]]:
        """Read a file once; DocumentError if there is no room for it in the index."""
        following = Following(progress) if progress else None
        if following:
            following.begin(id)
        documents, unread = self._readings.upload(id, data, following)
        sentences, taken = sum(map(_sentences, documents)), 0
        with suppress(StoreError):
            generation = self._serving.generation()
            replaced = [generation.document(document.id) for document in documents]
            taken = generation.generation.sentences - sum(
                _sentences(one) for one in replaced if one
            )
        if taken + sentences > self._builder.most:
            raise no_room(sentences, taken, self._builder.most)
        return documents, unread

    def _indexed(self) -> Iterator[tuple[str, str]]:
        """Yield the id and text of each document that answers now; all may not fit into memory."""
        with suppress(StoreError):
            generation = self._serving.generation()
            for source, _ in generation.sources():
                yield source.id, generation.text(source.id)


def _sentences(document: Document) -> int:
    return len(document.sentences) + len(document.headings)
