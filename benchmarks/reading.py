"""The price of confinement: small files read in this process, and by `index.intake`.

    python -m benchmarks.reading [FILES [PARAGRAPHS]] [CHECKOUT...]

A file has eight paragraphs, or PARAGRAPHS.
Prints seconds of the clock and of the processor (children included) and the peak memory in MB of
this process and of the largest child. With checkouts of other commits, `citebot index` of this one
and of each of them is measured on the same files, with nothing cached but converted models.
"""

from __future__ import annotations

import io
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import programs
from benchmarks.systems import ROOT
from index import readers
from index.desk import build, collecting
from index.intake import Readings
from index.intake.process import end_idle

_WORDS = "The ferry to island {n} leaves at {n} past four. It takes an hour, and costs £{n}. "


def main() -> None:
    """Make the files, read them both ways, and print the table."""
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    count, paragraphs = [*numbers, *(1_000, 8)[len(numbers) :]]
    checkouts = [word for word in sys.argv[1:] if not word.isdigit()]
    with tempfile.TemporaryDirectory() as made:
        folder, data = Path(made, "knowledge"), Path(made, "data")
        folder.mkdir()
        data.mkdir()
        for number in range(count):
            _make(folder, number, paragraphs)
        found = build.survey(readers.find(folder), _silent)

        def inside() -> int:
            return len([readers.read(file, file.load()) for file in found.files])

        def confined() -> int:
            documents, changes = collecting.collect(found, None, Readings(data), _silent)
            assert not changes.failed
            # its time is counted once it has ended
            end_idle(0.0)
            return len(documents)

        print(f"{count} files          clock  processor  memory  child's memory")
        _measure("confined", confined)
        _measure("in this process", inside)
        for checkout in [str(ROOT), *checkouts] if checkouts else []:
            _build(Path(checkout), folder, Path(made))


def _measure(name: str, work: Callable[[], int]) -> None:
    began, spent = time.perf_counter(), _processor()
    work()
    clock, processor = time.perf_counter() - began, _processor() - spent
    ours, theirs = (
        resource.getrusage(who).ru_maxrss / 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"{name:16} {clock:8.1f} s {processor:7.1f} s {ours:7.0f} {theirs:11.0f}")


def _build(checkout: Path, folder: Path, room: Path) -> None:
    """Measure the command that reads, embeds and publishes everything."""
    for number in range(2):
        data = room / f"{checkout.name}-{number}"
        # the first time a model is converted, which is not what is measured
        files = room / "one" if number == 0 else folder
        if number == 0:
            files.mkdir(exist_ok=True)
            (files / "a.txt").write_text("The ferry leaves at four.")
        if (room / f"{checkout.name}-0" / "models").is_dir():
            shutil.copytree(room / f"{checkout.name}-0" / "models", data / "models")
        cost = programs.index(checkout, files, data)
    print(
        f"{checkout.name:16} {cost.clock:8.1f} s {cost.processor:7.1f} s {cost.megabytes:7.0f}"
        f"   citebot index, exit code {cost.code}"
    )


def _processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _make(folder: Path, number: int, paragraphs: int) -> None:
    text = "\n\n".join(_WORDS.format(n=number * 7 + at) * 3 for at in range(paragraphs))
    match number % 4:
        case 0:
            (folder / f"{number}.txt").write_text(text)
        case 1:
            (folder / f"{number}.md").write_text(f"# Island {number}\n\n{text}")
        case 2:
            body = "".join(f"<p>{part}</p>" for part in text.split("\n\n"))
            (folder / f"{number}.html").write_text(f"<html><body><h1>{number}</h1>{body}")
        case _:
            import docx

            word, stream = docx.Document(), io.BytesIO()
            for part in text.split("\n\n"):
                word.add_paragraph(part)
            word.save(stream)
            (folder / f"{number}.docx").write_bytes(stream.getvalue())


def _silent(what: str, done: int, whole: int) -> None:
    pass


if __name__ == "__main__":
    main()
