"""A thousand mixed files: `python -m benchmarks.mixed [FILES] [CHECKOUT]`.

Texts, Markdown, pages, Word files and PDFs, a fifth each, of four paragraphs. Prints for this
checkout, and for one of another commit, how many files a second are read in one process, and the
peak memory in MB after each quarter of them; then clock and peak memory of `citebot index` on a
quarter of the files and on all. Most sentences are in every file, so that embedding costs little.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import programs
from benchmarks.systems import ROOT
from tests.index.writers import TEXTS, Section

__all__ = ["main"]

_KINDS = ("txt", "md", "html", "docx", "pdf")
_SHARED = (
    "The harbour board keeps the pier in order and meets on the first Monday of a month. "
    "Its clerk writes down what was said. Boats that are left at the wall are moved. "
    "Lamps are lit at dusk, and put out when the last ferry has gone."
)
_READ = """
import resource, sys, time
from pathlib import Path
from index import readers
files = readers.find(Path(sys.argv[1]))
began = time.perf_counter()
for number, file in enumerate(files, 1):
    readers.read(file, file.load())
    if number * 4 // len(files) > (number - 1) * 4 // len(files):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        rate = number / (time.perf_counter() - began)
        print(f"{number} files: {rate:.0f} a second, {peak:.0f} MB")
"""


def main() -> None:
    """Make the files and measure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    with tempfile.TemporaryDirectory() as made:
        few, many = Path(made, "few"), Path(made, "many")
        for folder, number in ((few, count // 4), (many, count)):
            folder.mkdir()
            for at in range(number):
                kind = _KINDS[at % len(_KINDS)]
                (folder / f"{at}.{kind}").write_bytes(TEXTS[kind](_sections(at)))
        for checkout in (ROOT, *map(Path, sys.argv[2:])):
            print(f"{checkout.name}, read in one process", flush=True)
            subprocess.run([sys.executable, "-c", _READ, str(many)], cwd=checkout, check=True)  # noqa: S603, ours
            for folder in (few, many):
                _index(checkout, folder, Path(made))


def _sections(number: int) -> list[Section]:
    own = f"Berth {number} costs {number * 7 % 900 + 20} crowns a night."
    return [Section(f"Berth {number}", (own, _SHARED, _SHARED, _SHARED))]


def _index(checkout: Path, folder: Path, room: Path) -> None:
    data, models = room / f"{checkout.name}-{folder.name}", room / f"{checkout.name}-models"
    if models.is_dir():
        shutil.copytree(models, data / "models")
    cost, count = programs.index(checkout, folder, data), len(list(folder.iterdir()))
    print(
        f"citebot index of {count} files: {cost.clock:.1f} s, {count / cost.clock:.0f} a second, "
        f"{cost.megabytes:.0f} MB, exit code {cost.code}",
        flush=True,
    )
    # a model is converted once
    if not models.is_dir() and (data / "models").is_dir():
        shutil.copytree(data / "models", models)


if __name__ == "__main__":
    main()
