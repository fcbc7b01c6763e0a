"""The verdict on a text: whether it is really in the documents, where, and how it differs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from index.search.alignment import Run
from index.search.seen import loose
from index.types import Generation, Hit, Passage, Span

__all__ = ["Match", "Verdict"]


class Match(StrEnum):
    """How a text stands in the documents: exactly, except for a few words, or not."""

    EXACT = "exact"
    NEARLY = "nearly"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on a text: whether it is really in the documents, where, and how it differs.

    `span` is the stretch of the document; `around` has the whole sentences it touches and what
    stands between them; `passages` are those of the index it lies in, in order, or for a heading
    the one below. All three are empty if the match is absent, or exact in several places that do
    not follow one another. `places` counts where an exact text stands: the first place is given.
    `runs` are the differences of a text nearly there. `sentences` has a verdict for each sentence
    of a text that is not exact, if one of them differs from that on the whole; a text whose
    sentences are all exact is exact as well, with no place of its own. `closest` is, for an absent
    text, the passage that shares most of its words and the sentence of it that does. `documents`
    counts those that were looked at. `judged` sentences were compared one by one, `unjudged` at the
    end of the text were not: there were too many, or the time was over. If the search is not
    `complete`, the whole text was not compared with every document.
    """

    text: str
    match: Match
    generation: Generation
    documents: int
    around: Passage | None = None
    span: Span | None = None
    passages: tuple[Passage, ...] = ()
    places: int = 0
    runs: tuple[Run, ...] = ()
    sentences: tuple[Verdict, ...] = ()
    closest: Hit | None = None
    judged: int = 0
    unjudged: int = 0
    complete: bool = True

    @property
    def form(self) -> bool:
        """True if it differs only in capitals and in the forms of quotation marks and dashes."""
        sides = (
            "".join(run.text for run in self.runs if run.side != side)
            for side in ("question", "document")
        )
        theirs, ours = (loose(side).replace(" ", "") for side in sides)
        return bool(self.runs) and theirs == ours
