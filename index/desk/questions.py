"""The golden questions as editors change them, and as they are asked of an index."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from index.desk import build, evaluate, gate, lines
from index.desk.audit import Audit
from index.desk.evaluate import Evaluation, Golden
from index.desk.gate import Comparison
from index.desk.golden import GoldenFile
from index.search.ranking import Ranked
from index.search.searcher import Searcher
from index.search.serving import Serving
from index.stores import OpenGeneration
from index.types import Document, Query, Thresholds

__all__ = ["GoldenQuestions"]


class GoldenQuestions:
    """The golden questions of one desk."""

    def __init__(
        self, file: GoldenFile, audit: Audit, serving: Serving, searcher: Searcher
    ) -> None:
        self._file = file
        self._audit = audit
        self._store = serving.store
        self._searcher = searcher

    def all(self) -> list[Golden]:
        """Return the questions, in order; GoldenError if the file is wrong."""
        return self._file.all()

    def some(self) -> list[Golden]:
        """Return the questions, in order; GoldenError if there are none."""
        return self._file.some()

    def add(self, golden: Sequence[Golden], by: str) -> None:
        """Store these questions, each in place of one with the same id."""
        with self._audit.alone():
            known = self._file.all()
            replaced = self._file.add(golden)
            for new in golden:
                if new not in known:
                    old = next((one for one in replaced if one.id == new.id), None)
                    self._audit.write(by, "golden add", new.id, _shown(old), _shown(new))

    def remove(self, id: str, by: str) -> bool:
        """Remove the question of this id; return False if there was none."""
        with self._audit.alone():
            removed = self._file.remove(id)
            for golden in removed:
                self._audit.write(by, "golden remove", id, _shown(golden))
        return bool(removed)

    def import_from(self, file: Path, by: str) -> int:
        """Add the questions of a file of `citebot evaluate`; return their number."""
        golden = lines.read(file)
        self.add(golden, by)
        return len(golden)

    def export_to(self, file: Path) -> int:
        """Write the questions into a file of `citebot evaluate`; return their number."""
        return self._file.export(file)

    def evaluate(self) -> Evaluation | None:
        """Ask the questions of the index that serves, for its rates and for better thresholds;
        None if there are no questions.
        """
        golden = self.all()
        if not golden:
            return None
        with closing(self._store.open(self._searcher.encoder.fingerprint)) as now:
            return evaluate.answers(_Asked(now, self._searcher), golden)

    def compare(self, id: str) -> Comparison | None:
        """Ask the questions of the serving index and of the staged one; None if there are none."""
        golden = self.all()
        if not golden:
            return None
        fingerprint = self._searcher.encoder.fingerprint
        with (
            build.opened(self._store, fingerprint) as before,
            closing(self._store.open(fingerprint, id)) as after,
        ):
            asked = _Asked(before, self._searcher) if before else None
            return gate.compare(asked, _Asked(after, self._searcher), golden)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One generation that golden questions are asked of."""

    generation: OpenGeneration
    searcher: Searcher

    def rank(self, question: str, top: int) -> Ranked:
        [ranked] = self.searcher.rank(self.generation, [Query(question, top)])
        return ranked.marked()

    def document(self, id: str) -> Document | None:
        return self.generation.document(id)

    def thresholds(self) -> Thresholds:
        return self.generation.thresholds


def _shown(golden: Golden | None) -> str | None:
    return golden.model_dump_json(exclude_none=True) if golden else None
