"""The editors' desk in the terminal: documents, golden questions, gaps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.text import Text

from bot.editing.gaps import Gaps, Open
from bot.journal import Journal
from bot.messages.texts import Texts
from bot.settings import Settings
from bot.terminal.as_json import gap_to_json, golden_to_json
from bot.terminal.build import result
from bot.terminal.console import console, editor, notices
from bot.terminal.starting import terminal_texts
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
    texts = terminal_texts()
    _print(texts("cli_removed", id=trashed.id))
    _note(texts("cli_restore_until", key=trashed.key, day=texts.day(trashed.until)))


def restore(library: Library, key: str | None) -> None:
    """Restore a document, or list what can be restored."""
    texts = terminal_texts()
    if key is not None:
        trashed = library.desk.documents.restore(key, editor())
        _print(texts("cli_restored", id=trashed.id))
        _note(texts("cli_index_wanted"))
        return
    trash = library.desk.documents.trash()
    if not trash:
        _note(texts("cli_trash_empty"))
    for one in trash:
        day = texts.day(one.until)
        _print(texts("cli_trashed", key=one.key, id=one.id, by=one.by, day=day))


def golden_list(library: Library, *, as_json: bool = False) -> None:
    """Print the golden questions with their answers."""
    texts = terminal_texts()
    questions = library.desk.golden.all()
    if not questions:
        _note(texts("cli_golden_none"))
    for golden in questions:
        if as_json:
            print(golden_to_json(golden))
            continue
        _print(f"{golden.id}  {golden.question}")
        _print(f"    {_wanted(golden, texts)}")


def golden_add(library: Library, question: str, document: str | None, text: str | None) -> None:
    """Store a golden question whose answer is in the index, and show its current result."""
    if (document is None) != (text is None):
        raise GoldenError(
            "--document and --text belong together; give both or neither", "golden_pair"
        )
    if not question.strip():
        raise GoldenError("the question is empty; give its words", "golden_empty")
    golden = Golden(question=question, document=document, text=text)
    [now] = evaluate.evaluate(library, [golden]).results
    library.desk.golden.add([golden], editor())
    _print(f"{golden.id}  {golden.question}")
    texts = terminal_texts()
    key = "cli_golden_right" if now.right else "cli_golden_wrong"
    _note(texts(key, result=result(now, texts)))


def golden_remove(library: Library, id: str) -> None:
    """Remove a golden question."""
    if not library.desk.golden.remove(id, editor()):
        raise GoldenError(
            f"there is no golden question {id}; citebot golden lists them", "golden_unknown", id=id
        )
    _print(terminal_texts()("cli_golden_removed", id=id))


def golden_import(library: Library, file: Path) -> None:
    """Add the golden questions of a file."""
    number = library.desk.golden.import_from(file, editor())
    texts = terminal_texts()
    questions = texts("cli_test_questions", count=number)
    _print(texts("cli_golden_read", questions=questions, all=len(library.desk.golden.all())))


def golden_export(library: Library, file: Path) -> None:
    """Write the golden questions into a file."""
    number = library.desk.golden.export_to(file)
    texts = terminal_texts()
    questions = texts("cli_test_questions", count=number)
    _print(texts("cli_golden_written", questions=questions))


def gaps_list(library: Library, settings: Settings, *, as_json: bool = False) -> None:
    """Print the open questions with their ids, those that ask the same together."""
    texts = terminal_texts()
    with _gaps(library, settings) as gaps:
        found = gaps.all()
    for one in found:
        if as_json:
            print(gap_to_json(one))
            continue
        words = texts(
            "cli_gap_pinned" if one.pinned else "cli_gap",
            question=one.group.question,
            people=_people(one, texts),
            kind=texts("cli_gap_unanswered" if one.unanswered else "cli_gap_voted_down"),
        )
        _print(f"{one.id:>5}  {words}")
        for gap in one.group.gaps[1:]:
            _print(f"       = {gap.question}")
    _note(texts("cli_gaps_open", count=len(found)))


def gaps_show(library: Library, settings: Settings, id: int, words: str | None) -> None:
    """Print the passages nearest to an open question, or to other words, with their numbers."""
    texts = terminal_texts()
    with _gaps(library, settings) as gaps:
        one = _open(gaps, id)
        people = _people(one, texts)
        _print(texts("cli_gap_asked", question=one.group.question, people=people))
        for number, hit in enumerate(gaps.best(words or one.group.question), 1):
            _print(f"{number}  {hit.passage.source.title} ({hit.passage.locator})")
            _print(f"   {' '.join(hit.quoted.split())}")
    _note(texts("cli_gap_pin", id=str(id)))


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
    _print(f"    {_wanted(golden, terminal_texts())}")


def gaps_close(library: Library, settings: Settings, id: int) -> None:
    """Remove an open question from the list, with those that ask the same."""
    with _gaps(library, settings) as gaps:
        one = _open(gaps, id)
        gaps.close(one)
    _print(terminal_texts()("cli_gap_closed", question=one.group.question))


@contextmanager
def _gaps(library: Library, settings: Settings) -> Iterator[Gaps]:
    path = settings.data / "journal.sqlite"
    # only the bot creates it: it must be its own file
    if settings.database is None and not path.exists():
        raise StoreError(
            f"{path}: there is no journal; only the bot in Telegram stores questions",
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


def _people(one: Open, texts: Texts) -> str:
    return texts("cli_people", count=one.group.people)


def _wanted(golden: Golden, texts: Texts) -> str:
    if golden.document is None:
        if golden.kind:
            return texts("cli_no_answer_kind", kind=golden.kind)
        return texts("cli_no_answer")
    return f"{golden.document}: {' '.join((golden.text or '').split())}"


def _print(words: str) -> None:
    console().print(Text(words))


def _note(words: str) -> None:
    notices().print(Text(words))
