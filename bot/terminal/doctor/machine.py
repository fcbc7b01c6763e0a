"""The machine: versions, settings, memory, confinement, disk, port."""

from __future__ import annotations

import os
import platform
import shutil
import socket
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

from bot.messages.texts import languages
from bot.settings import Settings, unknown
from bot.terminal.doctor.findings import Finding, good, note, wrong
from index import intake

__all__ = ["data", "memory", "names", "pictures", "port", "versions", "walls"]

# An index of a thousand pages takes about 20 MB; three of them and a new one are stored.
_LEAST_FREE = 200 * 1024**2
# The example takes half of it while it is indexed and asked.
_LEAST_MEMORY = 512 * 1024**2
_LIMIT = Path("/sys/fs/cgroup/memory.max")
_WALLS = {
    "files": "files",
    "network": "the network",
    "processes": "starting programs",
    "memory": "taking more memory than allowed",
}


def versions(settings: Settings) -> Iterator[Finding]:
    """Report the versions of citebot, Python and the system."""
    yield good(
        f"citebot {version('citebot')}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, {platform.system()}"
    )


def names(settings: Settings) -> Iterator[Finding]:
    """Report variables that look like settings and are not, and a language without words."""
    for name, meant in unknown().items():
        remedy = f"write {meant}" if meant else "remove it"
        yield wrong(f"{name} is not a setting of citebot; {remedy}")
    if settings.language and settings.language not in languages():
        known = ", ".join(languages())
        yield wrong(f"CITEBOT_LANGUAGE: {settings.language} is not one of {known}")


def memory(settings: Settings) -> Iterator[Finding]:
    """Report the machine's memory, or its container's limit."""
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = _LIMIT.read_text().strip() if _LIMIT.is_file() else "max"
    most = min(there, int(limit)) if limit.isdigit() else there
    words = f"memory: {most / 1024**3:.1f} GB"
    if most >= _LEAST_MEMORY:
        yield good(words)
    else:
        yield note(f"{words}; the bot needs 0.5 GB, and more for large documents")


def walls(settings: Settings) -> Iterator[Finding]:
    """Report what the process that reads documents is kept from."""
    holds = intake.holds()
    missing = [what for name, what in _WALLS.items() if not holds.get(name)]
    if not missing:
        words = f"documents are read in a process that is kept from {_listed(_WALLS.values())}"
        yield good(words)
        return
    yield note(
        f"this system cannot keep the process that reads documents from {_listed(missing)}; "
        "docs/security.md says what that means",
    )


def pictures(settings: Settings) -> Iterator[Finding]:
    """Check whether scans and photos can be read, and in which languages."""
    intake.recognition.choose(settings.ocr_languages)
    found = intake.recognition.tesseract()
    if found is None:
        yield note(
            "scans and photos are not read: Tesseract is not installed; on Debian or Ubuntu: "
            "apt-get install tesseract-ocr tesseract-ocr-rus (on macOS: brew install tesseract "
            "tesseract-lang), then citebot index --rebuild"
        )
    elif found.missing:
        packages = " ".join(f"tesseract-ocr-{one.replace('_', '-')}" for one in found.missing)
        yield wrong(
            f"CITEBOT_OCR_LANGUAGES: {', '.join(found.missing)} is not installed; on Debian or "
            f"Ubuntu: apt-get install {packages}, or choose from {', '.join(found.languages)}"
        )
    elif not found.names:
        yield note(
            "scans and photos are not read: Tesseract has no languages; on Debian or Ubuntu: "
            "apt-get install tesseract-ocr-eng"
        )
    else:
        yield good(
            f"scans and photos are read by Tesseract {found.version} in {found.names}; "
            f"installed: {', '.join(found.languages)}"
        )


def data(settings: Settings) -> Iterator[Finding]:
    """Check the rights and the space of the data directory."""
    there = next(p for p in (settings.data, *settings.data.absolute().parents) if p.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        remedy = "give this user rights to it or set CITEBOT_DATA"
        if (settings.data / "CURRENT").is_file():
            yield note(
                f"{settings.data} cannot be written: questions are answered, but no change of the "
                f"documents is taken in and nothing is remembered; {remedy}"
            )
        else:
            yield wrong(f"{settings.data} cannot be written; {remedy}")
        return
    free = shutil.disk_usage(there).free
    words = f"data directory {settings.data}, {free / 1024**3:.1f} GB free"
    if free >= _LEAST_FREE:
        yield good(words)
    else:
        yield wrong(f"{words}; free some space or set CITEBOT_DATA")


def port(settings: Settings) -> Iterator[Finding]:
    """Check that the bot in Telegram can listen."""
    if settings.token is None or not settings.port:
        return
    place = f"port {settings.port} of {settings.host}"
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((settings.host, settings.port))
        except OSError as error:
            yield note(
                f"{place}: {os.strerror(error.errno or 0)}; if it is not this bot that runs "
                "already, set CITEBOT_PORT or CITEBOT_HOST"
            )
        else:
            yield good(f"{place} is free for health and metrics")


def _listed(things: Iterable[str]) -> str:
    *most, last = things
    return f"{', '.join(most)} and {last}" if most else last
