"""The editors' desk in the terminal: documents, golden questions, gaps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.text import Text

from bot.editing.gaps import Gaps, Open
from bot.journal import Journal
from bot.settings import Settings
from bot.terminal.as_json import gap_to_json, golden_to_json
from bot.terminal.console import console, count, editor, notices
from index.desk import evaluate
from index.desk.evaluate import Golden
from index.errors import GoldenError, StoreError
from index.library import Library

__all__ = [
    "gaps_close",
    "gaps_list",
    "gaps_pin",
    "gaps_show",
    "golden_add",
    "golden_export",
    "golden_import",
    "golden_list",
    "golden_remove",
    "remove",
    "restore",
]


def remove(library: Library, id: str) -> None:
    """Move a document to the trash and say how to restore it."""
    trashed = library.desk.documents.remove(id, editor())
    _print(f"Removed {trashed.id}.")
    _note(
        f"citebot restore {trashed.key} brings it back until {trashed.until:%-d %B %Y}; it answers "
        "until citebot index."
    )


def restore(library: Library, key: str | None) -> None:
    """Restore a document, or list what can be restored."""
    if key is not None:
        trashed = library.desk.documents.restore(key, editor())
        _print(f"Restored {trashed.id}.")
        _note("citebot index makes it answer.")
        return
    trash = library.desk.documents.trash()
    if not trash:
        _note("The trash is empty.")
    for trashed in trash:
        _print(f"{trashed.key}  {trashed.id} ({trashed.by}, until {trashed.until:%-d %B %Y})")


def golden_list(library: Library, *, as_json: bool = False) -> None:
    """Print the golden questions with their answers."""
    questions = library.desk.golden.all()
    if not questions:
        _note("There are no golden questions yet; citebot golden add and import add them.")
    for golden in questions:
        if as_json:
            print(golden_to_json(golden))
            continue
        _print(f"{golden.id}  {golden.question}")
        _print(f"    {_wanted(golden)}")


def golden_add(library: Library, question: str, document: str | None, text: str | None) -> None:
    """Store a golden question whose answer is in the index, and show its current result."""
    if (document is None) != (text is None):
        raise GoldenError(
            "--document and --text belong together; give both or neither", "golden_pair"
        )
    if not question.strip():
        raise GoldenError("the question is empty; give its words", "golden_empty")
    golden = Golden(question=question, document=document, text=text)
    [result] = evaluate.evaluate(library, [golden]).results
    library.desk.golden.add([golden], editor())
    _print(f"{golden.id}  {golden.question}")
    top = f", first {result.hits[0].passage.locator}" if result.hits else ""
    _note(f"{'Right' if result.right else 'Not right'} now: {result.outcome}{top}.")


def golden_remove(library: Library, id: str) -> None:
    """Remove a golden question."""
    if not library.desk.golden.remove(id, editor()):
        raise GoldenError(
            f"there is no golden question {id}; citebot golden lists them", "golden_unknown", id=id
        )
    _print(f"Removed {id}.")


def golden_import(library: Library, file: Path) -> None:
    """Add the golden questions of a file."""
    number = library.desk.golden.import_from(file, editor())
    _print(
        f"Read {count(number, 'golden question')}; there are {len(library.desk.golden.all()):,}."
    )


def golden_export(library: Library, file: Path) -> None:
    """Write the golden questions into a file."""
    number = library.desk.golden.export_to(file)
    _print(f"Wrote {count(number, 'golden question')}.")


def gaps_list(library: Library, settings: Settings, *, as_json: bool = False) -> None:
    """Print the open questions with their ids, those that ask the same together."""
    with _gaps(library, settings) as gaps:
        found = gaps.all()
    for one in found:
        if as_json:
            print(gap_to_json(one))
            continue
        kind = "unanswered" if one.unanswered else "voted down"
        pinned = ", pinned" if one.pinned else ""
        _print(f"{one.id:>5}  {one.group.question} ({_people(one)}, {kind}{pinned})")
        for gap in one.group.gaps[1:]:
            _print(f"       = {gap.question}")
    _note(f"{count(len(found), 'open question')}.")


def gaps_show(library: Library, settings: Settings, id: int, words: str | None) -> None:
    """Print the passages nearest to an open question, or to other words, with their numbers."""
    with _gaps(library, settings) as gaps:
        one = _open(gaps, id)
        _print(f"{one.group.question} ({_people(one)})")
        for number, hit in enumerate(gaps.best(words or one.group.question), 1):
            _print(f"{number}  {hit.passage.source.title} ({hit.passage.locator})")
            _print(f"   {' '.join(hit.quoted.split())}")
    _note(f"citebot gaps pin {id} NUMBER makes a passage the one that answers.")


def gaps_pin(library: Library, settings: Settings, id: int, number: int, words: str | None) -> None:
    """Pin a passage that `gaps show` printed with that number: it becomes a golden question."""
    with _gaps(library, settings) as gaps:
        one = _open(gaps, id)
        hits = gaps.best(words or one.group.question)
        if not 1 <= number <= len(hits):
            raise GoldenError(
                f"there is no passage {number}; citebot gaps show {id} lists them",
                "passage_unknown",
                number=number,
                id=id,
            )
        hit = hits[number - 1]
        golden = gaps.pin(one, hit.passage, hit.quoted, editor())
    _print(f"{golden.id}  {golden.question}")
    _print(f"    {_wanted(golden)}")


def gaps_close(library: Library, settings: Settings, id: int) -> None:
    """Remove an open question from the list, with those that ask the same."""
    with _gaps(library, settings) as gaps:
        one = _open(gaps, id)
        gaps.close(one)
    _print(f"Closed: {one.group.question}")


@contextmanager
def _gaps(library: Library, settings: Settings) -> Iterator[Gaps]:
    path = settings.data / "journal.sqlite"
    # only the bot creates it: it must be its own file
    if settings.database is None and not path.exists():
        raise StoreError(
            f"{path}: there is no journal; the bot in Telegram keeps what was asked",
            "journal_missing",
            path=path,
        )
    journal = Journal(path, database_url=settings.database)
    try:
        yield Gaps(library, journal)
    finally:
        journal.close()


def _open(gaps: Gaps, id: int) -> Open:
    if one := gaps.find(id):
        return one
    raise StoreError(
        f"question {id} is not open; citebot gaps lists those that are", "gap_closed", id=id
    )


def _people(one: Open) -> str:
    return "1 person" if one.group.people == 1 else f"{one.group.people:,} people"


def _wanted(golden: Golden) -> str:
    if golden.document is None:
        return f"no answer ({golden.kind})" if golden.kind else "no answer"
    return f"{golden.document}: {' '.join((golden.text or '').split())}"


def _print(words: str) -> None:
    console().print(Text(words))


def _note(words: str) -> None:
    notices().print(Text(words))
