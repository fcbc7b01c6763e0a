"""The documents and what is made from them: model, index, rights, golden questions, journal."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from importlib.util import find_spec

from bot.access.guard import Guard
from bot.journal.schema import MIGRATIONS
from bot.settings import Settings
from bot.terminal.console import count, omitted
from bot.terminal.doctor.findings import Finding, good, note, wrong
from bot.terminal.starting import library_of
from index import intake, readers
from index.desk.promise import promise
from index.errors import DocumentError
from index.model.encoder import Encoder
from index.model.origin import LARGE
from index.model.reranker import Reranker
from index.types import Omitted

__all__ = ["access", "golden", "index", "journal", "knowledge", "model", "reranker", "voice"]


def model(settings: Settings) -> Iterator[Finding]:
    """Check that the model can be loaded and runs."""
    encoder = Encoder(settings.model, settings.data / "models")
    encoder.load()
    yield good(f"model {encoder.name}, fingerprint {encoder.fingerprint}")
    if not settings.model and encoder.name != LARGE:
        yield note(
            f"{LARGE} has no package here, so questions are understood in English only; "
            f"CITEBOT_MODEL={LARGE} fetches it once",
        )


def reranker(settings: Settings) -> Iterator[Finding]:
    """Check that the reranker orders two passages."""
    if settings.reranker:
        Reranker(settings.reranker).order("a question", ["a passage", "another one"])
        yield good(f"reranker {settings.reranker}")


def voice(settings: Settings) -> Iterator[Finding]:
    """Check that voice messages can be written down, if they are to be."""
    if settings.voice_model is None:
        return
    if find_spec("faster_whisper") is None:
        yield wrong("CITEBOT_VOICE_MODEL: faster-whisper is missing; pip install 'citebot[voice]'")
    elif not (settings.voice_model / "model.bin").is_file():
        yield wrong(f"CITEBOT_VOICE_MODEL: {settings.voice_model} has no model.bin")
    else:
        yield good(f"voice messages, model {settings.voice_model.name}")


def knowledge(settings: Settings) -> Iterator[Finding]:
    """Check what can be read, and whether editors can change it."""
    readable = 0
    # as a build reads them: files that failed before are not tried again
    with intake.Readings(settings.data).folder(lambda: None) as read:
        for file in readers.find(settings.knowledge):
            try:
                read(file)
                readable += 1
            except DocumentError as error:
                yield note(f"{settings.knowledge / file.id}: {error}")
    if left := readers.leftovers(settings.knowledge):
        words = f"{count(left, 'file')} passed over, such as ~$x.docx, x.bak and Thumbs.db"
        yield good(words)
    if readable:
        yield good(f"documents in {settings.knowledge}: {readable} can be read")
    else:
        yield wrong(
            f"{settings.knowledge}: no documents to read; put texts, web pages, PDF, "
            "Word or sheets there"
        )


def index(settings: Settings) -> Iterator[Finding]:
    """Check that there is a readable index, and how old it is."""
    library = library_of(settings)
    if not library.history() and not (settings.data / "CURRENT").exists():
        yield note("no index yet; citebot run or citebot index builds it")
        return
    # raises what is wrong with it
    documents = len(library.sources())
    now = library.generation()
    yield good(f"index {now.id if now else ''} of {count(documents, 'document')} can be read")
    left_out = library.omissions()
    if left := omitted(Omitted.all(left_out.values())):
        within = count(len(left_out), "document")
        yield note(f"{left} in {within}; citebot sources --text ID shows what of one")
    if not library.desk.index.is_current():
        yield note("the documents changed since; citebot index brings it up to date")


def access(settings: Settings) -> Iterator[Finding]:
    """Check that the rules of access.toml can be read and fit."""
    # raises what would stop citebot run
    folders = Guard(settings.data, library_of(settings)).rules().folders
    named = ", ".join(sorted(folders)) or "none"
    yield good(f"reserved folders: {named}")


def golden(settings: Settings) -> Iterator[Finding]:
    """Check that the golden questions can be read."""
    # raises what would hold every new index back
    library = library_of(settings)
    questions = len(library.desk.golden.all())
    sure = promise(library.desk.golden.evaluate()) if questions and library.history() else None
    yield good(f"golden questions: {questions}" + (f"; {sure}" if sure else ""))


def journal(settings: Settings) -> Iterator[Finding]:
    """Check that the journal's file is whole and of a known version."""
    path = settings.data / "journal.sqlite"
    if not path.exists():
        return
    database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        [(written,)] = database.execute("PRAGMA user_version")
        [(state,), *_] = database.execute("PRAGMA quick_check(1)")
    except sqlite3.DatabaseError as error:
        state, written = str(error), 0
    finally:
        database.close()
    if written > len(MIGRATIONS):
        yield wrong(f"{path}: written by a newer citebot; install that version again")
    elif state != "ok":
        yield wrong(
            f"{path} is damaged ({state}); the bot will set it aside and begin a new one; to keep "
            "votes and gaps, restore a backup"
        )
    else:
        yield good(f"journal: {path.stat().st_size / 1024**2:.1f} MB")
