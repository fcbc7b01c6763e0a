"""The editors' desk: documents, index and golden questions, each with a part of its own.

Every action can be undone, is recorded, and works the same from any face. `by` names the editor, in
the words of the face. Repeating an action that is already done is not an error and is not recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

import numpy as np

from index.desk import gaps
from index.desk.audit import Audit
from index.desk.builder import Builder
from index.desk.calibration import Calibration
from index.desk.documents import Documents
from index.desk.folder import Folder
from index.desk.gaps import Gap, Group
from index.desk.golden import GoldenFile
from index.desk.questions import GoldenQuestions
from index.desk.staging import Staging
from index.desk.thresholds import MeasuredThresholds
from index.desk.websources import WebSources
from index.search.searcher import Searcher
from index.search.serving import Serving

__all__ = ["Desk"]

_Gap = TypeVar("_Gap", bound=Gap)


class Desk:
    """The editors' desk of one library.

    `documents` adds and removes files, `web` fetches those that came from an address again,
    `index` builds and publishes, `golden` has the questions that a new index must not lose, and
    `thresholds` decide the outcomes.
    """

    def __init__(
        self,
        knowledge: Path,
        data: Path,
        serving: Serving,
        searcher: Searcher,
        max_sentences: int | None = None,
    ) -> None:
        """`max_sentences` is how many sentences an index may have; None for as many as fit."""
        self._encoder = searcher.encoder
        self._audit = Audit(data)
        self.audit = self._audit.path
        """The record of every action: one JSON object per line, the newest last."""
        folder = Folder(knowledge, data / "trash")
        calibration = Calibration(serving.store.notes)
        builder = Builder(folder, data, searcher.encoder, calibration, max_sentences)
        file = GoldenFile(serving.store.notes)
        self.golden = GoldenQuestions(file, self._audit, serving, searcher)
        self.index = Staging(builder, serving, self.golden, self._audit)
        self.thresholds = MeasuredThresholds(builder, self.index, self._audit)
        self.documents = Documents(builder, self.index.decisions, self._audit, serving)
        self.web = WebSources(builder, self.documents)

    def group(self, unanswered: Sequence[_Gap]) -> tuple[Group[_Gap], ...]:
        """Group the questions that ask the same, the most asked first."""
        if not unanswered:
            return ()
        embeddings = self._encoder.encode_questions([gap.question for gap in unanswered])
        return gaps.group(unanswered, np.stack([one.vector for one in embeddings]))

    def undisturbed(self) -> AbstractContextManager[None]:
        """Hold off all editors for a while, so that a consistent copy can be made."""
        return self._audit.alone()
