"""What is wrong with a set-up, and how to mend it: one line for each thing looked at."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import httpx
from rich.text import Text

from bot.guard import Guard
from bot.settings import Settings
from bot.terminal.console import console, count
from bot.terminal.starting import library_of
from index import intake, readers
from index.desk.promise import promise
from index.errors import CitebotError, DocumentError
from index.model.encoder import Encoder
from index.model.origin import LARGE

__all__ = ["Finding", "Verdict", "examine"]

# An index of a thousand pages takes about 20 MB; three of them and one being written are kept.
_LEAST_FREE = 200 * 1024**2
_WALLS = {
    "files": "files",
    "network": "the network",
    "processes": "starting programs",
    "memory": "taking more memory than allowed",
}


class Verdict(StrEnum):
    """How bad a finding is; only `WRONG` makes the examination fail."""

    GOOD = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `words` hold the remedy where one is needed."""

    verdict: Verdict
    words: str


def examine(settings: Settings) -> int:
    """Look at everything, print what was found, and return 1 if something is wrong."""
    out = console()
    worst = 0
    looks = (_python, _model, _walls, _knowledge, _data, _index, _access, _golden, _telegram)
    for look in looks:
        for finding in _guarded(look, settings):
            worst |= finding.verdict is Verdict.WRONG
            style = {"ok": "green", "note": "yellow", "wrong": "bold red"}[finding.verdict]
            out.print(
                Text(f"{finding.verdict:>5}  ", style=style).append(finding.words, ""),
                soft_wrap=True,
            )
    return int(worst)


def _guarded(
    look: Callable[[Settings], Iterator[Finding]], settings: Settings
) -> Iterator[Finding]:
    try:
        yield from look(settings)
    except CitebotError as error:
        yield Finding(Verdict.WRONG, str(error))


def _python(settings: Settings) -> Iterator[Finding]:
    words = f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}"
    yield Finding(Verdict.GOOD, words)


def _model(settings: Settings) -> Iterator[Finding]:
    encoder = Encoder(settings.model, settings.data / "models")
    yield Finding(Verdict.GOOD, f"model {encoder.name}, fingerprint {encoder.fingerprint}")
    if not settings.model and encoder.name != LARGE:
        yield Finding(
            Verdict.NOTE,
            f"{LARGE} has no package here, so questions are understood in English only; "
            f"CITEBOT_MODEL={LARGE} fetches it once",
        )


def _knowledge(settings: Settings) -> Iterator[Finding]:
    good = 0
    # as a build reads them: what failed before is not tried again
    with intake.Readings(settings.data).folder(lambda: None) as read:
        for file in readers.find(settings.knowledge):
            try:
                read(file)
                good += 1
            except DocumentError as error:
                yield Finding(Verdict.NOTE, f"{settings.knowledge / file.id}: {error}")
    if left := readers.leftovers(settings.knowledge):
        words = f"{count(left, 'file')} passed over, such as ~$x.docx, x.bak and Thumbs.db"
        yield Finding(Verdict.GOOD, words)
    if good:
        yield Finding(Verdict.GOOD, f"documents in {settings.knowledge}: {good} can be read")
    else:
        yield Finding(
            Verdict.WRONG,
            f"{settings.knowledge}: no documents to read; put texts, web pages, PDF, "
            "Word or sheets there",
        )


def _walls(settings: Settings) -> Iterator[Finding]:
    holds = intake.holds()
    missing = [what for name, what in _WALLS.items() if not holds.get(name)]
    if not missing:
        words = f"documents are read in a process that is kept from {_listed(_WALLS.values())}"
        yield Finding(Verdict.GOOD, words)
        return
    yield Finding(
        Verdict.NOTE,
        f"this system cannot keep the process that reads documents from {_listed(missing)}; "
        "docs/security.md says what that means",
    )


def _listed(things: Iterable[str]) -> str:
    *most, last = things
    return f"{', '.join(most)} and {last}" if most else last


def _data(settings: Settings) -> Iterator[Finding]:
    there = next(p for p in (settings.data, *settings.data.absolute().parents) if p.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        yield Finding(
            Verdict.WRONG,
            f"{settings.data} cannot be written; give this user rights to it or set CITEBOT_DATA",
        )
        return
    free = shutil.disk_usage(there).free
    verdict = Verdict.GOOD if free >= _LEAST_FREE else Verdict.WRONG
    remedy = "" if verdict is Verdict.GOOD else "; free some space or set CITEBOT_DATA"
    yield Finding(verdict, f"data directory {settings.data}, {free / 1024**3:.1f} GB free{remedy}")


def _index(settings: Settings) -> Iterator[Finding]:
    library = library_of(settings)
    if not library.history() and not _pointer(settings.data):
        yield Finding(Verdict.NOTE, "no index yet; citebot run or citebot index builds it")
        return
    # raises what is wrong with it
    count = len(library.sources())
    now = library.generation()
    yield Finding(Verdict.GOOD, f"index {now.id if now else ''} of {count} documents can be read")
    if not library.desk.index.is_current():
        yield Finding(
            Verdict.NOTE, "the documents changed since; citebot index brings it up to date"
        )


def _access(settings: Settings) -> Iterator[Finding]:
    # raises what would stop citebot run
    folders = (
        Guard(
            settings.data,
            library_of(settings),
        )
        .rules()
        .folders
    )
    named = ", ".join(sorted(folders)) or "none"
    yield Finding(Verdict.GOOD, f"reserved folders: {named}")


def _golden(settings: Settings) -> Iterator[Finding]:
    # raises what would hold every new index back
    library = library_of(settings)
    count = len(library.desk.golden.all())
    sure = promise(library.desk.golden.evaluate()) if count and library.history() else None
    yield Finding(Verdict.GOOD, f"golden questions: {count}" + (f"; {sure}" if sure else ""))


def _pointer(data: Path) -> bool:
    return (data / "CURRENT").exists()


def _telegram(settings: Settings) -> Iterator[Finding]:
    if settings.token is None:
        yield Finding(
            Verdict.NOTE, "no CITEBOT_TELEGRAM_TOKEN: citebot run opens a chat in the terminal"
        )
        return
    try:
        about = _call(settings, "getMe")
        hook = _call(settings, "getWebhookInfo")
    # the address holds the token, and the errors of the client may hold the address
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        yield Finding(
            Verdict.WRONG,
            f"{settings.telegram} cannot be reached ({type(error).__name__}); check the "
            "connection and CITEBOT_TELEGRAM_API",
        )
        return
    if about is None:
        yield Finding(Verdict.WRONG, "Telegram rejects the token; copy it again from @BotFather")
        return
    yield Finding(Verdict.GOOD, f"Telegram knows this bot as @{about.get('username', '?')}")
    yield from _webhook(settings, hook or {})
    if not settings.admins:
        yield Finding(Verdict.NOTE, "CITEBOT_ADMINS is not set: nobody can re-index from Telegram")


def _webhook(settings: Settings, there: dict[str, object]) -> Iterator[Finding]:
    address = there.get("url")
    if address and address != settings.webhook_url:
        yield Finding(
            Verdict.WRONG,
            "another webhook is set for this bot; remove it, or start with citebot run --take-over",
        )
    elif address:
        yield Finding(Verdict.GOOD, "Telegram sends updates to CITEBOT_WEBHOOK_URL")
        if error := there.get("last_error_message"):
            yield Finding(Verdict.NOTE, f"an update could not be sent there: {error}")
    elif settings.webhook_url:
        yield Finding(Verdict.NOTE, "Telegram has no webhook yet; citebot run sets it")


def _call(settings: Settings, method: str) -> dict[str, object] | None:
    """The result of a method, None where the token is rejected."""
    address = f"{settings.telegram_api}/bot{settings.token}/{method}"
    response = httpx.post(address, timeout=10)
    if response.status_code in (401, 404):
        return None
    result = response.raise_for_status().json().get("result")
    return result if isinstance(result, dict) else {}
