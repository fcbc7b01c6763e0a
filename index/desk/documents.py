"""The documents as editors change them: every change recorded, and none without a way back."""

from __future__ import annotations

from contextlib import nullcontext, suppress

from index.desk.audit import Audit
from index.desk.builder import Builder
from index.desk.decisions import Decisions
from index.desk.folder import Added, Look, Trashed
from index.desk.names import safe_name
from index.errors import StoreError
from index.search.serving import Serving

__all__ = ["Documents"]


class Documents:
    """The documents of one desk. No change answers before an index of it is published."""

    def __init__(
        self, builder: Builder, decisions: Decisions, audit: Audit, serving: Serving
    ) -> None:
        self._folder = builder.folder
        self._readings = builder.readings
        self._decisions = decisions
        self._audit = audit
        self._serving = serving

    def ids(self) -> list[str]:
        """The ids of the files in the folder, sorted; KnowledgeError if there is no folder."""
        return self._folder.ids()

    def look(self, name: str, data: bytes) -> Look:
        """What a file would be as a document; DocumentError if it cannot be read.

        It is read once: `add` and the next build take what was read here.
        """
        document = self._readings.upload(safe_name(name), data)
        indexed: dict[str, str] = {}
        with suppress(StoreError):
            generation = self._serving.generation()
            for source, _ in generation.sources():
                if known := generation.document(source.id):
                    indexed[source.id] = known.text
        return self._folder.look(document, data, indexed)

    def add(self, name: str, data: bytes, by: str, *, replace: bool = False) -> Added:
        """Put a file among the documents, under a safe form of its name.

        Raises DocumentError if it cannot be read, KnowledgeError if another document has its name
        and `replace` is not set, or if the folder cannot be written.
        """
        # before others wait: a large file takes seconds
        document = self._readings.upload(safe_name(name), data)
        with self._audit.alone(), self._decisions.leaving(document.id, document.digest):
            added = self._folder.add(document, data, by, replace=replace)
            if added.changed:
                replaced = added.replaced.key if added.replaced else None
                self._audit.write(by, "add", added.id, replaced, added.digest)
        return added

    def remove(self, id: str, by: str) -> Trashed:
        """Move a document to the trash, for thirty days; KnowledgeError if there is none."""
        with self._audit.alone(), self._decisions.leaving(id, None):
            trashed, done = self._folder.remove(id, by)
            if done:
                self._audit.write(by, "remove", id, trashed.digest, trashed.key)
        return trashed

    def restore(self, key: str, by: str) -> Trashed:
        """Put a document back from the trash; KnowledgeError if that cannot be."""
        wanted = next((one for one in self.trash() if one.key == key), None)
        leaving = self._decisions.leaving(wanted.id, wanted.digest) if wanted else nullcontext()
        with self._audit.alone(), leaving:
            trashed = self._folder.restore(key)
            self._audit.write(by, "restore", trashed.id, key, trashed.digest)
        return trashed

    def trash(self) -> list[Trashed]:
        """What can be restored, newest first."""
        return self._folder.trash()
