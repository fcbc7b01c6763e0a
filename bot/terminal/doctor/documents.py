"""The documents and what is made from them: model, index, rights, golden questions, journal."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec

from bot.access.guard import Guard
from bot.journal.schema import MIGRATIONS
from bot.messages.texts import Texts
from bot.settings import Settings
from bot.terminal.console import omitted
from bot.terminal.doctor.findings import Finding, good, note, wrong
from bot.terminal.evaluate import promised
from bot.terminal.starting import finished, library_of
from index import intake, readers
from index.desk.promise import promise
from index.errors import DocumentError
from index.model.encoder import Encoder
from index.model.origin import LARGE
from index.model.reranker import Reranker
from index.types import Omitted

__all__ = [
    "access",
    "assistants",
    "golden",
    "index",
    "journal",
    "knowledge",
    "model",
    "reranker",
    "voice",
]

_CURRENT = "CURRENT"
_WRITE = os.W_OK | os.X_OK


def model(settings: Settings, texts: Texts) -> Iterator[Finding]:
    """Check that the model can be loaded and runs."""
    encoder = Encoder(settings.model, settings.data / "models")
    encoder.load()
    name, fingerprint = encoder.name, encoder.fingerprint
    yield good(texts("doctor_model", name=name, fingerprint=fingerprint))
    if not settings.model and encoder.name != LARGE:
        yield note(texts("doctor_model_small", name=LARGE))


def reranker(settings: Settings, texts: Texts) -> Iterator[Finding]:
    """Check that the reranker orders two passages."""
    if settings.reranker:
        Reranker(settings.reranker).order("a question", ["a passage", "another one"])
        yield good(texts("doctor_reranker", name=settings.reranker))


def voice(settings: Settings, texts: Texts) -> Iterator[Finding]:
    """Check that voice messages can be written down, if they are to be."""
    if settings.voice_model is None:
        return
    if find_spec("faster_whisper") is None:
        yield wrong(texts("doctor_voice_missing"))
    elif not (settings.voice_model / "model.bin").is_file():
        yield wrong(texts("doctor_voice_model", path=settings.voice_model))
    else:
        yield good(texts("doctor_voice", name=settings.voice_model.name))


def knowledge(settings: Settings, texts: Texts) -> Iterator[Finding]:
    """Check what can be read, and whether editors can change it."""
    readable = 0
    # as a build reads them: files that failed before are not tried again
    with intake.Readings(settings.data).folder(lambda *_: None) as read:
        for file in readers.find(settings.knowledge):
            try:
                read(file)
                readable += 1
            except DocumentError as error:
                yield note(f"{settings.knowledge / file.id}: {texts.reason(error)}")
    if left := readers.leftovers(settings.knowledge):
        yield good(texts("doctor_leftovers", count=left))
    if (
        settings.admins
        and settings.knowledge.is_dir()
        and not os.access(settings.knowledge, _WRITE)
    ):
        yield wrong(texts("doctor_knowledge_read_only", path=settings.knowledge))
    key = "doctor_documents" if readable else "doctor_no_documents"
    yield (good if readable else wrong)(texts(key, path=settings.knowledge, count=readable))


def index(settings: Settings, texts: Texts) -> Iterator[Finding]:
    """Check that there is a readable index, and how old it is."""
    # raises what every other command stops at
    finished(settings)
    library = library_of(settings)
    if not library.history() and not (settings.data / _CURRENT).exists():
        yield from _no_index(settings, texts)
        return
    if not settings.database and not (settings.data / _CURRENT).exists():
        yield note(texts("doctor_current_lost", path=settings.data / _CURRENT))
    # raises what is wrong with it
    documents = len(library.sources())
    now = library.generation()
    yield good(texts("doctor_index", id=now.id if now else "", count=documents))
    left_out = library.omissions()
    if left := omitted(Omitted.all(left_out.values()), texts):
        yield note(texts("doctor_left_out", count=len(left_out), parts=left))
    if not library.desk.index.is_current():
        yield note(texts("doctor_index_behind"))
    elif not library.desk.index.is_served():
        yield note(texts("doctor_index_left"))


def _no_index(settings: Settings, texts: Texts) -> Iterator[Finding]:
    generations = settings.data / "generations"
    if not settings.database and generations.is_dir() and any(generations.glob("[!.]*")):
        yield note(texts("doctor_index_lost", path=generations))
    else:
        yield note(texts("doctor_no_index"))


def access(settings: Settings, texts: Texts) -> Iterator[Finding]:
    """Check that the rules of access.toml can be read and fit."""
    # raises what would stop citebot run
    folders = Guard(settings.data, library_of(settings)).rules().folders
    named = ", ".join(sorted(folders)) or texts("doctor_none")
    yield good(texts("doctor_reserved", folders=named))


def assistants(settings: Settings, texts: Texts) -> Iterator[Finding]:
    """Check that assistants can be served over HTTP, if they are to be."""
    if settings.mcp_token is not None:
        from bot.terminal.assistants import token_of

        # raises what would stop citebot mcp --http
        token_of(settings)
        yield good(texts("doctor_assistants"))


def golden(settings: Settings, texts: Texts) -> Iterator[Finding]:
    """Check that the golden questions can be read."""
    # raises what would hold every new index back
    library = library_of(settings)
    every = library.desk.golden.all()
    questions = len(every)
    sure = promise(library.desk.golden.evaluate()) if questions and library.history() else None
    words = texts("doctor_golden", all=questions)
    yield good(f"{words}; {promised(sure, texts)}" if sure else words)
    there = {source.id for source, _ in library.sources()} if library.history() else set[str]()
    gone = {one.document for one in every if one.document} - there
    if gone and there:
        yield note(texts("doctor_golden_gone", documents=", ".join(sorted(gone))))


def journal(settings: Settings, texts: Texts) -> Iterator[Finding]:
    """Check that the journal's file is whole and of a known version."""
    path = settings.data / "journal.sqlite"
    if not path.exists():
        return
    try:
        # SQLite gives no reason
        path.open("rb").close()
    except OSError as error:
        reason = texts.system(error.strerror)
        yield wrong(texts("doctor_journal_closed", path=path, reason=reason))
        return
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            [(written,)] = database.execute("PRAGMA user_version")
            [(state,), *_] = database.execute("PRAGMA quick_check(1)")
    except sqlite3.DatabaseError as error:
        state, written = str(error), 0
    if written > len(MIGRATIONS):
        yield wrong(texts("doctor_journal_newer", path=path))
    elif state != "ok":
        yield wrong(texts("doctor_journal_damaged", path=path, reason=state))
    else:
        yield good(texts("doctor_journal", size=path.stat().st_size / 1024**2))
