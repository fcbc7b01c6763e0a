"""Letters and digits through real programs: `python -m benchmarks.writers [TEXTS]`.

Each text, of random headings, paragraphs and numbers, goes through python-docx, reportlab and
Typst, and through pandoc, Chromium's print and LibreOffice if they are installed; then every letter
and number that is read is compared with what was written. Prints how many files were right, for
each program and format.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from index import readers
from index.readers import File
from tests.index.writers import PRINTED, TEXTS, Section

__all__ = ["main"]

_WORDS = "harbour fee boat office kayak quay difficult waffle first ferry".split()
_NUMBERS = "7 12 007 1,250 3.5 2026-03-15 12:30 1 000 85% E99 10".split()
_PANDOC = ("docx", "epub", "html", "md", "odt", "pptx", "rtf")
_LIBREOFFICE = ("docx", "odt", "pdf", "rtf")


def main() -> None:
    """Write, read, compare and print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    right: dict[str, int] = {}
    tried: dict[str, int] = {}
    chance = random.Random(14)  # noqa: S311, not a secret
    for _ in range(count):
        sections = _sections(chance)
        written = _bare(" ".join(" ".join((one.heading, *one.paragraphs)) for one in sections))
        for program, suffix, data in _files(sections):
            document = readers.read(File(f"a.{suffix}"), data)
            name = f"{program} {suffix}"
            tried[name] = tried.get(name, 0) + 1
            if _bare(document.text) == written:
                right[name] = right.get(name, 0) + 1
            else:
                print(f"{name}: {_first(_bare(document.text), written)}", file=sys.stderr)
    for name, all_ in tried.items():
        print(f"{name:20} {right.get(name, 0):4} of {all_}")


def _sections(chance: random.Random) -> list[Section]:
    def words(least: int, most: int) -> str:
        said = [chance.choice(_WORDS + _NUMBERS) for _ in range(chance.randint(least, most))]
        return " ".join([chance.choice(_WORDS).capitalize(), *said, chance.choice(_WORDS)])

    return [
        Section(words(1, 3).title(), tuple(f"{words(8, 60)}." for _ in range(chance.randint(1, 4))))
        for _ in range(chance.randint(1, 4))
    ]


def _files(sections: Sequence[Section]) -> Iterator[tuple[str, str, bytes]]:
    yield "python-docx", "docx", TEXTS["docx"](sections)
    for program, write in PRINTED.items():
        yield program, "pdf", write(sections)
    page = TEXTS["html"](sections)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "a.html").write_bytes(b"<!doctype html>" + page)
        if shutil.which("pandoc"):
            for suffix in _PANDOC:
                made_by = folder / f"pandoc.{suffix}"
                _run("pandoc", "-s", "a.html", "-o", made_by.name, folder=folder)
                yield "pandoc", suffix, made_by.read_bytes()
        if shutil.which("chromium"):
            _run(
                *"chromium --headless --no-sandbox --disable-gpu --no-pdf-header-footer".split(),
                f"--user-data-dir={folder / 'profile'}",
                f"--print-to-pdf={folder / 'a.pdf'}",
                (folder / "a.html").as_uri(),
                folder=folder,
            )
            yield "Chromium", "pdf", (folder / "a.pdf").read_bytes()
        if shutil.which("soffice"):
            (folder / "b.docx").write_bytes(TEXTS["docx"](sections))
            for suffix in _LIBREOFFICE:
                _run(
                    *f"soffice --headless --convert-to {suffix} --outdir out b.docx".split(),
                    f"-env:UserInstallation={(folder / 'office').as_uri()}",
                    folder=folder,
                )
                yield "LibreOffice", suffix, (folder / "out" / f"b.{suffix}").read_bytes()


def _run(*command: str, folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)  # noqa: S603, ours


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\d+|[^\W\d_]+", text))


def _first(read: str, written: str) -> str:
    """Return the first place where two texts differ, of both."""
    pairs = zip(read.split(), written.split(), strict=False)
    at = next((n for n, (one, two) in enumerate(pairs) if one != two), 0)
    return " / ".join(" ".join(text.split()[max(0, at - 2) : at + 4]) for text in (read, written))


if __name__ == "__main__":
    main()
