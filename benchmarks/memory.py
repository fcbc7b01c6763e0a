"""What the bot holds in memory, stage by stage: `python -m benchmarks.memory FOLDER`.

`FOLDER` has a `knowledge` folder and a `data` folder with its index, such as `benchmarks.flood`
keeps below .benchmark/flood/. The stages are those of a start, in a process of its own without
Telegram. Last the whole folder is read and embedded again, into a new data directory. In brackets
is how much are pages of files: the system drops these if it needs the room.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.systems import ROOT

if TYPE_CHECKING:
    from index.library import Library

__all__ = ["main"]

_QUESTIONS = 200


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    folder = options.folder.resolve()
    if not options.inside:
        # a process that has only what it needs
        command = [sys.executable, "-m", "benchmarks.memory", str(folder), "--inside"]
        subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 - our own module
        return
    print("| stage | MB after it | it brought |\n|---|--:|--:|")
    before = 0.0
    for stage in _stages(folder):
        whole, mapped = _resident()
        print(f"| {stage} | {whole:.0f} ({mapped:.0f}) | {whole - before:+.0f} |", flush=True)
        before = whole


def _stages(folder: Path) -> Iterator[str]:
    """Do what a start does, and yield what was done."""
    yield "Python, and what this program needs"
    from bot import app  # noqa: F401 - for what it takes
    from bot.settings import Settings

    yield "the modules: Telegram's library, HTTP, settings, SQLite"
    from bot.messages.texts import languages, texts_for

    for language in languages():
        texts_for(language)
    yield "the bot's words in all languages"
    from index.library import Library
    from index.model.encoder import Encoder

    encoder = Encoder(folder=folder / "data" / "models")
    encoder.load()
    yield "ONNX Runtime, the model and its vocabulary"
    library = Library(knowledge=folder / "knowledge", data=folder / "data", model=encoder)
    library.warm_up()
    yield "FAISS, the index opened, a first embedding"
    from bot.assembly import meet, prepare
    from bot.journal import Journal
    from bot.running.limits import Limits

    with tempfile.TemporaryDirectory() as made:
        token, data = "1:" + "a" * 35, Path(made)
        settings = Settings(_env_file=None, knowledge=folder / "knowledge", data=data)  # type: ignore[call-arg]
        journal = Journal(data / "journal.sqlite", database_url=None, keep_questions=False)
        _ = meet(prepare(settings, library, token), journal, Limits())
        yield "the journal, the Telegram client, the features"
        questions = _questions(library)
        for question in questions:
            library.ask(question, 10)
        yield f"{len(questions)} questions: passages and what was found out about them"
        new = Library(knowledge=folder / "knowledge", data=data, model=encoder)
        new.desk.index.build()
        yield "the whole folder read and embedded again"


def _questions(library: Library) -> list[str]:
    """Questions made of passages, from all over the index."""
    found = [passage for source, _ in library.sources() for passage in library.passages(source.id)]
    texts = [passage.quote(passage.sentences[-1])[:80] for passage in found]
    return [f"Is it so that {text}?" for text in texts[:: max(1, len(texts) // _QUESTIONS)]]


def _resident() -> tuple[float, float]:
    """The megabytes that this process holds, and how many of them are pages of files (Linux)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    sizes = dict(line.split(":") for line in lines if line.startswith(("VmRSS", "RssFile")))
    whole, mapped = (int(sizes[name].split()[0]) / 1024 for name in ("VmRSS", "RssFile"))
    return whole, mapped


if __name__ == "__main__":
    main()
