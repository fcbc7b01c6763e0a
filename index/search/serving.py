"""The generation that answers, opened once and shared by all questions."""

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

    A new generation is seen by the next question. Questions in flight finish on the one they began
    with.
    """

    def __init__(self, store: Store, encoder: Encoder) -> None:
        self.store = store
        self._encoder = encoder
        self._open: OpenGeneration | None = None
        self._opening = Lock()
        self._damaged = False

    def generation(self) -> OpenGeneration:
        """The current generation. If a new one cannot be read, the one before it answers on.

        Raises StoreError if there is none that can be read.
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
        """Open the index again, and so check it, after a question that found it damaged."""
        try:
            yield
        except DamagedIndexError:
            with self._opening:
                # questions in flight hold the old one until they are answered
                self._open, self._damaged = None, True
            raise

    @property
    def is_damaged(self) -> bool:
        """True if files of the index were found damaged while they served; a build repairs that."""
        return self._damaged

    def close(self) -> None:
        """Let go of the index; it is not asked again."""
        with self._opening:
            if self._open:
                self._open.close()
            self.store.close()
