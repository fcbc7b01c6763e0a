"""The generation that serves, opened once and shared by all questions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock

from index.errors import DamagedIndexError, StoreError
from index.model.encoder import Encoder
from index.stores import OpenGeneration, Store

__all__ = ["Serving"]


class Serving:
    """The current generation of a store, for questions from any thread.

    The next question sees a new generation. Questions in flight finish on the one they began with.
    """

    def __init__(self, store: Store, encoder: Encoder) -> None:
        self.store = store
        self._encoder = encoder
        self._open: OpenGeneration | None = None
        self._opening = Lock()
        self._damaged = False

    def generation(self) -> OpenGeneration:
        """Return the current generation; if a new one cannot be read, the one before it goes on
        serving.

        Raises StoreError if none can be read.
        """
        with self._opening:
            if self._open is None:
                self._open = self.store.open(self._encoder.fingerprint)
                self._damaged = False
            elif self.store.heard() != self._open.generation.id:
                # questions in flight hold the old one until they are answered
                with suppress(StoreError):
                    self._open = self.store.open(self._encoder.fingerprint)
            return self._open

    @contextmanager
    def checked(self) -> Iterator[None]:
        """Open the index again, which checks it, after a question found it damaged."""
        try:
            yield
        except DamagedIndexError:
            with self._opening:
                # questions in flight hold the old one until they are answered
                self._open, self._damaged = None, True
            raise

    @property
    def is_damaged(self) -> bool:
        """True if files of the index were found damaged while it served; a build repairs that."""
        return self._damaged

    def close(self) -> None:
        """Release the index; it must not be used again."""
        with self._opening:
            if self._open:
                self._open.close()
            self.store.close()
