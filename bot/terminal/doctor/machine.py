"""The machine: versions, settings, memory, confinement, disk."""

from __future__ import annotations

import os
import platform
import pwd
import shutil
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from bot.messages.texts import Texts, languages
from bot.settings import Settings, unknown, unread
from bot.terminal.doctor.findings import Finding, good, note, wrong
from index import intake
from index.desk import room

__all__ = ["data", "memory", "names", "pictures", "versions", "walls"]

_READ, _ENTER = os.R_OK, os.R_OK | os.X_OK
# An index of a thousand pages takes about 20 MB; three of them and a new one are stored.
_LEAST_FREE = 200 * 1024**2
# The example takes half of it while it is indexed and asked.
_LEAST_MEMORY = 512 * 1024**2
_WALLS = {
    "files": "doctor_wall_files",
    "network": "doctor_wall_network",
    "processes": "doctor_wall_processes",
    "memory": "doctor_wall_memory",
}


def versions(settings: Settings, texts: Texts) -> Iterator[Finding]:
    """Report the versions of citebot, Python and the system."""
    yield good(
        texts(
            "doctor_versions",
            citebot=version("citebot"),
            python=platform.python_version(),
            count=os.cpu_count() or 1,
            system=platform.system(),
        )
    )


def names(settings: Settings, texts: Texts) -> Iterator[Finding]:
    """Report what sets nothing, and values that are right in form alone."""
    if Path(".env").is_dir():
        yield note(texts("doctor_settings_folder"))
    for line in unread():
        yield wrong(texts("doctor_unread_line", number=line))
    for name, meant in unknown().items():
        key = "doctor_setting_meant" if meant else "doctor_setting_unknown"
        yield wrong(texts(key, name=name, meant=meant))
    if settings.language and settings.language not in languages():
        language, known = settings.language, ", ".join(languages())
        yield wrong(texts.reason(f"CITEBOT_LANGUAGE: {language} is not one of {known}"))
    # https://core.telegram.org/bots/api#chat: groups and channels have negative ids
    for group in sorted(one for one in settings.admins if one < 0):
        yield wrong(texts("doctor_admin_group", id=str(group)))


def memory(settings: Settings, texts: Texts) -> Iterator[Finding]:
    """Report the machine's memory, or its container's limit."""
    most = room.memory()
    size = texts.number(most / 1024**3, 1)
    if most >= _LEAST_MEMORY:
        yield good(texts("doctor_memory", size=size))
    else:
        yield note(texts("doctor_memory_low", size=size))


def walls(settings: Settings, texts: Texts) -> Iterator[Finding]:
    """Report what the process that reads documents is kept from."""
    holds = intake.holds()
    missing = [key for name, key in _WALLS.items() if not holds.get(name)]
    walls = texts.listed(texts(key) for key in missing or _WALLS.values())
    if missing:
        yield note(texts("doctor_walls_missing", walls=walls))
    else:
        yield good(texts("doctor_walls", walls=walls))


def pictures(settings: Settings, texts: Texts) -> Iterator[Finding]:
    """Check whether scans and photos can be read, and in which languages."""
    intake.recognition.choose(settings.ocr_languages)
    found = intake.recognition.tesseract()
    if found is None:
        yield note(texts("doctor_no_tesseract"))
    elif found.missing:
        packages = " ".join(f"tesseract-ocr-{one.replace('_', '-')}" for one in found.missing)
        yield wrong(
            texts(
                "doctor_ocr_missing",
                missing=", ".join(found.missing),
                packages=packages,
                there=", ".join(found.languages),
            )
        )
    elif not found.names:
        yield note(texts("doctor_ocr_none"))
    else:
        there = ", ".join(found.languages)
        yield good(texts("doctor_ocr", version=found.version, names=found.names, there=there))


def data(settings: Settings, texts: Texts) -> Iterator[Finding]:
    """Check the rights and the space of the data directory."""
    if denied := next(_denied(settings.data), None):
        user = _user()
        yield wrong(texts("doctor_data_denied", path=denied, folder=settings.data, user=user))
        return
    there = next(p for p in (settings.data, *settings.data.absolute().parents) if p.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        if (settings.data / "CURRENT").is_file():
            yield note(texts("doctor_data_read_only", path=settings.data))
        else:
            yield wrong(texts("doctor_data_unwritable", path=settings.data))
        return
    free = shutil.disk_usage(there).free
    size = texts.number(free / 1024**3, 1)
    if free >= _LEAST_FREE:
        yield good(texts("doctor_data", path=settings.data, size=size))
    else:
        yield wrong(texts("doctor_data_full", path=settings.data, size=size))


def _denied(data: Path) -> Iterator[Path]:
    """Yield what this user cannot read, and cannot change though the folder is open to changes."""
    if not data.is_dir():
        return
    writes = os.access(data, os.W_OK)
    for path in _below(data):
        wanted = _ENTER if path.is_dir() else _READ
        # files in subfolders are replaced by new ones, never written to
        if writes and (path.is_dir() or path.parent == data):
            wanted |= os.W_OK
        # a running bot removes files while they are looked at
        if not os.access(path, wanted) and path.exists():
            yield path


def _below(data: Path) -> Iterator[Path]:
    """Yield a folder and everything below it. What cannot be listed, or is gone, is not entered."""
    yield data
    for folder, folders, files in os.walk(data):
        yield from (Path(folder, name) for name in sorted([*folders, *files]))


def _user() -> str:
    """Return the name of this user, or the number of one without a name, as in containers."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
