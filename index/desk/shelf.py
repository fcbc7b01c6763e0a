"""The documents of a build, in a file: a large folder does not fit into memory."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, overload

from index.errors import StoreError
from index.intake.codec import decode, encode
from index.types import Document

__all__ = ["Shelf"]

# Bytes up to which the file stays in memory.
_SMALL = 8 * 1024 * 1024


class Shelf(Sequence[Document]):
    """Documents in the order of their ids, each read again from a file when it is asked for.

    The file has no name, so that a build that is killed leaves nothing. StoreError if it cannot be
    written.
    """

    def __init__(self, folder: Path) -> None:
        """`folder` is where the file goes; a system's own place for such files may be memory."""
        self._file: Any = tempfile.SpooledTemporaryFile(  # noqa: SIM115 - closed with this object
            _SMALL, dir=str(folder)
        )
        self._folder = folder
        self._places: dict[str, tuple[int, int]] = {}
        self._order: list[str] = []
        self.digests: dict[str, str] = {}
        """The digest of each document's file, by id."""
        self.sentences: dict[str, int] = {}
        """How many sentences, headings among them, each document has, by id."""
        weakref.finalize(self, self._file.close)

    def put(self, document: Document) -> None:
        """Put a document here, in place of one with its id."""
        packed = encode(document)
        with self._there():
            begin = self._file.seek(0, 2)
            self._file.write(packed)
        if document.id not in self._places:
            self._order = []
        self._places[document.id] = (begin, len(packed))
        self.digests[document.id] = document.digest
        self.sentences[document.id] = len(document.sentences) + len(document.headings)

    def take_away(self, id: str) -> None:
        """Leave a document out."""
        del self._places[id], self.digests[id], self.sentences[id]
        self._order = []

    def ids(self) -> Sequence[str]:
        """Return the ids of the documents, sorted."""
        if not self._order:
            self._order = sorted(self._places)
        return self._order

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, number: int) -> Document: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[Document]: ...

    def __getitem__(self, number: int | slice) -> Document | Sequence[Document]:
        if isinstance(number, slice):
            return [self[one] for one in range(len(self))[number]]
        begin, length = self._places[self.ids()[number]]
        with self._there():
            self._file.seek(begin)
            return decode(self._file.read(length))

    @contextmanager
    def _there(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(
                f"{self._folder}: {error.strerror}; check the data directory's rights and free "
                "space",
                "data_rights_space",
                path=self._folder,
                reason=error.strerror,
            ) from None
