"""The editors' desk in the terminal: documents, golden questions, gaps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from bot.terminal import console, count, editor, notices
from index import evaluate, readers
from index.errors import DocumentError, GoldenError
from index.evaluate import Golden
from index.gaps import Gap
from index.library import Library

__all__ = [
    "add",
    "gaps",
    "golden_add",
    "golden_export",
    "golden_import",
    "golden_list",
    "golden_remove",
    "remove",
    "restore",
]


def add(library: Library, file: Path, *, replace: bool) -> None:
    """Put a file among the documents and say what it is."""
    try:
        data = readers.File(file.name, file).load()
        look = library.desk.look(file.name, data)
        added = library.desk.add(file.name, data, editor(), replace=replace)
    except DocumentError as error:
        raise DocumentError(f"{file}: {error}") from None
    did = "Replaced" if added.replaced else "Added" if added.changed else "Already there:"
    _print(f"{did} {added.id}: {look.title}, {count(look.passages, 'passage')}.")
    if added.replaced:
        _note(f"citebot restore {added.replaced.key} would bring the earlier version back.")
    for id in look.duplicates:
        if id != added.id:
            _note(f"{id} has the same text.")
    if added.changed:
        _note("citebot index makes it answer.")


def remove(library: Library, id: str) -> None:
    """Move a document to the trash and say how to have it back."""
    trashed = library.desk.remove(id, editor())
    _print(f"Removed {trashed.id}.")
    _note(
        f"citebot restore {trashed.key} brings it back until {trashed.until:%-d %B %Y}; it answers "
        "until citebot index."
    )


def restore(library: Library, key: str | None) -> None:
    """Put a document back, or list what can be."""
    if key is not None:
        trashed = library.desk.restore(key, editor())
        _print(f"Restored {trashed.id}.")
        _note("citebot index makes it answer.")
        return
    for trashed in library.desk.trash():
        _print(f"{trashed.key}  {trashed.id} ({trashed.by}, until {trashed.until:%-d %B %Y})")


def golden_list(library: Library) -> None:
    """Print the golden questions with what answers them."""
    for golden in library.desk.golden():
        _print(f"{golden.id}  {golden.question}")
        _print(f"    {_wanted(golden)}")


def golden_add(library: Library, question: str, document: str | None, text: str | None) -> None:
    """Keep a golden question whose words stand in the index, and say what it brings now."""
    if (document is None) != (text is None):
        raise GoldenError("--document and --text belong together; give both or neither")
    if not question.strip():
        raise GoldenError("the question is empty; give its words")
    golden = Golden(question=question, document=document, text=text)
    [result] = evaluate.evaluate(library, [golden]).results
    library.desk.add_golden([golden], editor())
    _print(f"{golden.id}  {golden.question}")
    top = f", first {result.hits[0].passage.locator}" if result.hits else ""
    _note(f"{'Right' if result.right else 'Not right'} now: {result.outcome}{top}.")


def golden_remove(library: Library, id: str) -> None:
    """Forget a golden question."""
    if not library.desk.remove_golden(id, editor()):
        raise GoldenError(f"there is no golden question {id}; citebot golden lists them")
    _print(f"Removed {id}.")


def golden_import(library: Library, file: Path) -> None:
    """Add the golden questions of a file."""
    number = library.desk.import_golden(file, editor())
    _print(f"Read {count(number, 'golden question')}; there are {len(library.desk.golden()):,}.")


def golden_export(library: Library, file: Path) -> None:
    """Write the golden questions into a file."""
    number = library.desk.export_golden(file)
    _print(f"Wrote {count(number, 'golden question')}.")


def gaps(library: Library, unanswered: Sequence[Gap]) -> None:
    """Print questions that were not answered, those that ask the same together."""
    for group in library.desk.group(unanswered):
        _print(f"{group.people:>4}  {group.question}")
        for gap in group.gaps[1:]:
            _print(f"      = {gap.question}")


def _wanted(golden: Golden) -> str:
    if golden.document is None:
        return f"no answer ({golden.kind})" if golden.kind else "no answer"
    return f"{golden.document}: {' '.join((golden.text or '').split())}"


def _print(words: str) -> None:
    console().print(Text(words), soft_wrap=True)


def _note(words: str) -> None:
    notices().print(Text(words), soft_wrap=True)
