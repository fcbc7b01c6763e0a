"""`python -m tests.upgrades.write FILE.zip`: what this checkout's code leaves on a disk.

Run it once in the checkout of a release, with the default model, and commit the archive.
"""

from __future__ import annotations

import sys
import tempfile
import zipfile
from pathlib import Path

from bot.access.guard import Guard
from bot.journal import Answered, Journal
from index.desk.evaluate import Golden
from index.library import Library
from index.model.encoder import Encoder
from index.types import Outcome, Thresholds

__all__: list[str] = []

EDITOR = "700100100"
QUESTION = "When does the last ferry leave in winter?"
WINTER = "In winter it leaves at six because of the tides."
FILES = {
    "ferries.txt": "Ferries to Sorrel\n\nThe last ferry to Sorrel leaves at nine in the evening. "
    f"{WINTER}\n\nA ticket for adults costs 7.50 pounds. Children under 12 travel free.\n",
    "board/plan.md": "# Plan of the board\n\nThe board will sell the old lighthouse in June.\n",
}
NEW = "# The harbour office\n\nThe harbour office opens at half past seven.\n"


def main() -> None:
    """Write the archive that is named on the command line."""
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        for name, text in FILES.items():
            file = home / "knowledge" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        with tempfile.TemporaryDirectory() as models:
            _index(home, Encoder(folder=Path(models)))
        _journal(home / "data" / "journal.sqlite")
        with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for file in sorted(home.rglob("*")):
                if file.is_file() and file.suffix not in (".lock", ".holder"):
                    archive.write(file, file.relative_to(home))


def _index(home: Path, encoder: Encoder) -> None:
    """Two indexes, one of them staged; golden questions, thresholds, trash, a reserved folder."""
    library = Library(knowledge=home / "knowledge", data=home / "data", model=encoder)
    desk = library.desk
    (home / "data").mkdir(exist_ok=True)
    (home / "data" / "access.toml").write_text("[reserved]\nboard = [700500500]\n")
    desk.documents.add("old.txt", b"The old timetable\n\nThe ferry leaves at noon.\n", EDITOR)
    desk.documents.remove("old.txt", EDITOR)
    desk.thresholds.set(Thresholds(related=0.1, found=0.3), EDITOR)
    desk.index.build(by=EDITOR)
    Guard(home / "data", library).rules()
    none = "Who is the king of Norway?"
    known = Golden(question=QUESTION, document="ferries.txt", text=WINTER)
    desk.golden.add([known, Golden(question=none)], EDITOR)
    desk.documents.add("harbour.md", NEW.encode(), EDITOR)
    desk.index.stage(by=EDITOR)
    library.close()


def _journal(path: Path) -> None:
    """An answer, a vote, an open question whose asker waits, and a language that was chosen."""
    journal = Journal(path, keep_questions=True)
    answer = Answered(
        chat=11,
        person=12,
        place="private",
        outcome=Outcome.FOUND,
        generation="0001-00000000",
        score=3.0,
        seconds=0.1,
        question=QUESTION,
        language="en",
        asked=1,
        answer=2,
    )
    id = journal.answers.add(answer)
    if id is not None:
        journal.votes.add(id, 12, up=True)
    gap = journal.gaps.add("Is there a lift to the lighthouse?", 13)
    journal.gaps.notify(gap, 13, 13, "en")
    journal.people.set_language(13, "ru")
    journal.close()


if __name__ == "__main__":
    main()
