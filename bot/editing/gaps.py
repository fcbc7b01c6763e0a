"""Open questions for the editors, from any face: grouped, looked up, pinned, and closed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from bot.journal import UNANSWERED, Gap, Journal
from index.desk.evaluate import Golden
from index.desk.gaps import Group
from index.errors import GoldenError
from index.library import Library
from index.types import Hit, Passage

__all__ = ["Gaps", "Open"]

_BEST = 5  # passages offered for a question

# of the most asked: questions of a single person can wait until the others are done
_MOST = 300


@dataclass(frozen=True, slots=True)
class Open:
    """Open questions that ask the same; `pinned` if an editor has chosen what answers them."""

    group: Group[Gap]
    pinned: bool

    @property
    def id(self) -> int:
        """The gap that represents them all."""
        return self.group.gaps[0].id

    @property
    def unanswered(self) -> bool:
        """True if the documents gave nothing, rather than something that was voted down."""
        return any(gap.kind == UNANSWERED for gap in self.group.gaps)


class Gaps:
    """The open questions of one bot. Calls take as long as embedding the questions: use a
    thread.
    """

    def __init__(self, library: Library, journal: Journal) -> None:
        self._library = library
        self._journal = journal

    def all(self) -> list[Open]:
        """Return the open questions in groups, the most asked first."""
        pinned: set[str] = set()
        # a fault of that file is reported when something is pinned
        with suppress(GoldenError):
            pinned = {golden.id for golden in self._library.desk.golden.all()}
        return [
            Open(group, any(Golden(question=gap.question).id in pinned for gap in group.gaps))
            for group in self._library.desk.group(self._journal.gaps.open()[:_MOST])
        ]

    def find(self, id: int) -> Open | None:
        """Return the group that holds a gap; None if it is no longer open."""
        return next((one for one in self.all() if id in {gap.id for gap in one.group.gaps}), None)

    def best(self, words: str) -> Sequence[Hit]:
        """Return the passages nearest to these words, whether they answer or not; QuestionError."""
        return self._library.rank(words, _BEST).hits

    def pin(self, open: Open, passage: Passage, text: str, by: str) -> Golden:
        """Store these words of a passage as the answer to a question: a golden question, which no
        new index may lose.

        Raises GoldenError if the passage does not have them.
        """
        if not text.strip() or text not in passage.text:
            raise GoldenError(
                f"{passage.source.id} no longer contains these words; look again",
                "words_gone",
                id=passage.source.id,
            )
        golden = Golden(question=open.group.question, document=passage.source.id, text=text)
        self._library.desk.golden.add([golden], by)
        return golden

    def close(self, open: Open) -> None:
        """Remove the questions of a group from the list; no one is notified."""
        for gap in open.group.gaps:
            self._journal.gaps.close(gap.id)
