"""The editors' decisions about the folder; no automatic build publishes against them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace

from index.desk import build
from index.desk.build import Changes
from index.desk.builder import Builder
from index.errors import CitebotError, KnowledgeError, StoreError
from index.stores import Store
from index.stores.pointers import Pointer

__all__ = ["Decisions"]

_PUBLISHING = "PUBLISHING"


class Decisions:
    """Changes that wait for an index to be published, an index that was discarded, one that was
    rolled back.
    """

    def __init__(self, builder: Builder, store: Store) -> None:
        self._data = builder.data
        self._store = store
        self._builder = builder
        # the contents of the folder before and after the editors' latest change
        self._left = Pointer(self._data / "LEFT")

    @contextmanager
    def leaving(self, id: str, digest: str | None) -> Iterator[None]:
        """Mark that an editor is changing a document to this digest (None: removing it).

        Until then no automatic build publishes the folder as it will be, unless it would publish
        the folder as it is now.
        """
        before = self._left.read()
        with self._told():
            # the change itself reports what is wrong with the folder
            with suppress(KnowledgeError):
                self._leave(id, digest)
            try:
                yield
            except CitebotError:
                self._left.write(*before)
                raise

    def are_made(self) -> bool:
        """Return True if editors changed documents without publishing an index of them, or
        discarded or rolled back one: then nothing is published automatically.
        """
        history = self._store.history()
        return bool(
            self._is_left()
            or self._store.discarded()
            or (history and history[0].id != self._store.current())
        )

    def undone(self) -> Changes | None:
        """Return how the folder differs from the index that serves, if it holds unpublished
        changes by editors.
        """
        if not self._is_left():
            return None
        found = self._builder.survey()
        known: dict[str, str] = {}
        failed: Sequence[tuple[str, str]] = ()
        with suppress(StoreError), closing(self._store.open(None)) as now:
            known, failed = now.digests(), now.failed()
        # a file that could not be read has no digest there
        unread = {id for id, _ in failed} - set(known)
        there = {id: digest for id, digest in found.digests.items() if id not in unread}
        return build.difference(known, there, failed)

    def contents(self) -> tuple[str | None, ...]:
        """Return the contents of the folder that no automatic build publishes: those that an
        index contains already, and those that editors decided on.
        """
        waiting = self._store.staged()
        publishing = (self._store.notes.read(_PUBLISHING) or b"").decode()
        return (
            self._store.content(),
            self._store.discarded(),
            waiting.content if waiting and waiting.content != publishing else None,
            *self._left.read(),
        )

    def publishing(self, content: str | None) -> None:
        """Note that an index of this content is built to be published at once (None: to be
        inspected first).

        If the build ends in between, for whatever reason, the next automatic one goes on.
        """
        self._store.notes.write({_PUBLISHING: content.encode() if content else None})

    def carried_out(self, published: str) -> None:
        """Note that an index of this content was published."""
        # an editor may have changed another document meanwhile
        if self._left.read() and self._builder.content(self._builder.survey()) == published:
            self._left.clear()

    def _is_left(self) -> bool:
        left = self._left.read()
        return bool(left) and left[-1] != self._store.content()

    def _leave(self, id: str, digest: str | None) -> None:
        found = self._builder.survey()
        others = {other: known for other, known in found.digests.items() if other != id}
        failed = {other: reason for other, reason in found.failed.items() if other != id}
        then = replace(found, digests=others | ({id: digest} if digest else {}), failed=failed)
        before, after = self._builder.content(found), self._builder.content(then)
        if before != after and before in self.contents():
            # both, since the process may be killed before the change is made
            self._left.write(before, after)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError.refused(self._data, error) from None
