"""From the documents' folder to a generation, ready to be staged."""

from __future__ import annotations

import ctypes
import logging
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from index import readers
from index.desk import build, collecting
from index.desk.build import Changes, New, Progress, Survey
from index.desk.calibration import Calibration, default
from index.desk.folder import Folder
from index.desk.room import LONG, cost, most_sentences
from index.desk.shelf import Shelf
from index.errors import KnowledgeError
from index.intake import Readings
from index.model.cache import EmbeddingCache
from index.model.encoder import Encoder
from index.stores import Build, OpenGeneration, Part
from index.text import passages
from index.types import Document, Passage, Thresholds

__all__ = ["Builder", "Collected"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Collected:
    """The documents of a folder as read, how they differ from the index, and their digest."""

    documents: Shelf
    changes: Changes
    content: str

    def passages(self) -> Iterator[Passage]:
        """Yield every passage, in order."""
        for document in self.documents:
            yield from passages.split(document)

    def sentences(self) -> Iterator[str]:
        """Yield the text of every sentence of the passages, in order."""
        for passage in self.passages():
            yield from map(passage.quote, passage.sentences)


class Builder:
    """Reads one folder and embeds what is new in it; vectors are cached in `data`."""

    def __init__(
        self,
        folder: Folder,
        data: Path,
        encoder: Encoder,
        calibration: Calibration,
        allowed: int | None = None,
    ) -> None:
        """`allowed` is how many sentences the index may have; None for as many as fit."""
        self.folder = folder
        self.readings = Readings(data)
        self.calibration = calibration
        self.encoder = encoder
        self.data = data
        self._allowed = allowed
        self._cache = data / "embeddings.sqlite"

    def survey(self, progress: Progress | None = None) -> Survey:
        """Return the files of the folder as they are now."""
        return build.survey(readers.find(self.folder.path), progress or _silent)

    def content(self, found: Survey) -> str:
        """Return the digest of everything that decides what an index of these files contains."""
        return found.content(self.encoder.fingerprint, self.measured(), self._allowed)

    def measured(self) -> Thresholds | None:
        """The thresholds measured with this model; None if the defaults apply."""
        return self.calibration.read(self.encoder.fingerprint)

    def set_measured(self, thresholds: Thresholds | None) -> None:
        """Store thresholds measured with this model; None restores the defaults."""
        self.calibration.write(self.encoder.fingerprint, thresholds)

    @property
    def most(self) -> int:
        """How many sentences the index may have."""
        return most_sentences(self._allowed)

    def collect(
        self,
        found: Survey,
        before: OpenGeneration | None,
        progress: Progress | None = None,
        *,
        rebuild: bool = False,
    ) -> Collected:
        """Read the new files; take the others from `before`, the index that serves.

        Raises KnowledgeError if there are no documents.
        """
        content = self.content(found)
        documents, changes = collecting.collect(
            found, before, self.readings, progress or _silent, most=self.most, afresh=rebuild
        )
        if not documents:
            reasons = "".join(f"\n  {id}: {reason}" for id, reason in changes.failed)
            served = " The index from before still answers." if before else ""
            raise KnowledgeError(
                f"{self.folder.path}: no documents to read; put .txt, .md, .html, .pdf or .docx "
                f"files there.{served}{reasons}",
                "no_documents",
                reasons=reasons.strip(),
                path=self.folder.path,
                served=served,
            )
        return Collected(documents, changes, content)

    def build(
        self,
        collected: Collected,
        base: str | None,
        progress: Progress | None = None,
        *,
        rebuild: bool = False,
    ) -> Build:
        """Embed what is new; `base` is the generation that is current now."""
        tell = progress or _silent
        model, dimension = self.encoder.fingerprint, self.encoder.dimension
        with closing(EmbeddingCache(self._cache)) as cache:
            sentences = self._unknown(collected.sentences(), model, cache, afresh=rebuild)
            if len(sentences) > LONG:
                price = cost(len(sentences))
                _log.info(
                    "%s sentences are new: about %d minutes on one core, and %s MB of disk",
                    f"{len(sentences):,}",
                    price.minutes,
                    f"{price.megabytes:,}",
                )
            build.embed(collected.sentences(), sentences, self.encoder, cache, tell)
        _trim()
        return Build(
            model=self.encoder.name,
            fingerprint=model,
            content=collected.content,
            thresholds=self.measured()
            or default(sum(1 for _ in collected.passages()), self.encoder.profile),
            parts=self._parts(collected.documents),
            dimension=dimension,
            terms=passages.terms,
            failed=collected.changes.failed,
            base=base,
            embedded=len(sentences),
        )

    def _parts(self, documents: Iterable[Document]) -> Iterator[Part]:
        """Each document with its passages and their vectors, which the cache has."""
        with closing(EmbeddingCache(self._cache)) as cache:
            for document in documents:
                yield build.part(document, self.encoder, cache)

    def new(self, collected: Collected, *, rebuild: bool = False) -> int:
        """Return the number of distinct sentences that would be embedded."""
        with closing(EmbeddingCache(self._cache)) as cache:
            model = self.encoder.fingerprint
            return len(self._unknown(collected.sentences(), model, cache, afresh=rebuild))

    def _unknown(
        self, texts: Iterable[str], model: str, cache: EmbeddingCache, *, afresh: bool
    ) -> New:
        return build.unknown(texts, model, cache, self.encoder.dimension, afresh=afresh)

    def keep_only(self, texts: Iterable[str]) -> None:
        """Remove the vectors of all other texts from the cache."""
        with closing(EmbeddingCache(self._cache)) as cache:
            cache.keep_only(texts)


def _trim() -> None:
    """Return freed memory to the system: glibc keeps a hundred MB of what batches took."""
    # other C libraries, as on macOS, have no such call, and no need of it
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _silent(what: str, done: int, whole: int) -> None:
    pass
