"""From the documents' folder to a generation, ready to be staged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from index import readers
from index.desk import build, collecting
from index.desk.build import Changes, Progress, Survey
from index.desk.calibration import Calibration, default
from index.desk.folder import Folder
from index.errors import KnowledgeError
from index.intake import Readings
from index.model.cache import EmbeddingCache
from index.model.encoder import Encoder
from index.stores import Build, OpenGeneration, Part
from index.text import passages
from index.types import Document, Passage, Thresholds

__all__ = ["Builder", "Collected"]


@dataclass(frozen=True, slots=True)
class Collected:
    """The documents of a folder as read, how they differ from the index, and their digest."""

    documents: Sequence[Document]
    changes: Changes
    content: str

    def passages(self) -> list[Passage]:
        """The passages of all documents, in order."""
        return [passage for document in self.documents for passage in passages.split(document)]

    def sentences(self, split: Sequence[Passage]) -> list[str]:
        """The text of every sentence of these passages, in order."""
        return build.sentences_of(split, self.documents)


class Builder:
    """Reads one folder and embeds what is new in it; vectors are cached in `data`."""

    def __init__(
        self, folder: Folder, data: Path, encoder: Encoder, calibration: Calibration
    ) -> None:
        self.folder = folder
        self.readings = Readings(data)
        self._calibration = calibration
        self.encoder = encoder
        self.data = data
        self._cache = data / "embeddings.sqlite"

    def survey(self, progress: Progress | None = None) -> Survey:
        """Return the files of the folder as they are now."""
        return build.survey(readers.find(self.folder.path), progress or _silent)

    def content(self, found: Survey) -> str:
        """Return the digest of everything that decides what an index of these files holds."""
        return found.content(self.encoder.fingerprint, self.measured())

    def measured(self) -> Thresholds | None:
        """The thresholds measured with this model; None if the defaults apply."""
        return self._calibration.read(self.encoder.fingerprint)

    def set_measured(self, thresholds: Thresholds | None) -> None:
        """Store thresholds measured with this model; None restores the defaults."""
        self._calibration.write(self.encoder.fingerprint, thresholds)

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
            found, before, self.readings, progress or _silent, afresh=rebuild
        )
        if not documents:
            reasons = "".join(f"\n  {id}: {reason}" for id, reason in changes.failed)
            served = f" The index {before.generation.id} serves on." if before else ""
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
        model = self.encoder.fingerprint
        split = collected.passages()
        count = len(split)
        with closing(EmbeddingCache(self._cache)) as cache:
            sentences = collected.sentences(split)
            embedded = build.embed(sentences, self.encoder, cache, tell, afresh=rebuild)
            texts = [passage.text for passage in split]
            build.embed_whole(texts, self.encoder, cache, tell, afresh=rebuild)
        return Build(
            model=self.encoder.name,
            fingerprint=model,
            content=collected.content,
            thresholds=self.measured() or default(count, self.encoder.profile),
            parts=self._parts(collected.documents),
            dimension=self.encoder.dimension,
            terms=passages.terms,
            failed=collected.changes.failed,
            base=base,
            embedded=embedded,
        )

    def _parts(self, documents: Iterable[Document]) -> Iterator[Part]:
        """Each document with its passages and their vectors, which the cache has."""
        with closing(EmbeddingCache(self._cache)) as cache:
            for document in documents:
                yield build.part(document, self.encoder, cache)

    def new(self, collected: Collected, *, rebuild: bool = False) -> int:
        """Return the number of distinct sentences that would be embedded."""
        sentences = collected.sentences(collected.passages())
        with closing(EmbeddingCache(self._cache)) as cache:
            return len(build.unknown(sentences, self.encoder.fingerprint, cache, afresh=rebuild))

    def keep_only(self, texts: Iterable[str]) -> None:
        """Remove the vectors of all other texts from the cache."""
        with closing(EmbeddingCache(self._cache)) as cache:
            cache.keep_only(texts)


def _silent(what: str, done: int, whole: int) -> None:
    pass
