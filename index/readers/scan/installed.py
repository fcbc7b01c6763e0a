"""Tesseract as it is installed on this machine, and the languages that it is to read."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache

__all__ = ["PICTURE", "SCANNED", "Tesseract", "find"]

_REMEDY = "install Tesseract to have their text read (citebot doctor says how), or run OCR first"

SCANNED = f"its pages are pictures; {_REMEDY}"
"""The reason why a scan is refused."""

PICTURE = f"pictures hold no text of their own; {_REMEDY}"
"""The reason why a picture is refused."""

# Each language costs time, and mistakes: without a setting all that are installed are read, if few.
_MOST = 4
_COMMON = "eng rus"
_NO_LANGUAGES = frozenset(("osd", "equ"))


@dataclass(frozen=True, slots=True)
class Tesseract:
    """The version that is installed, its languages by their codes, and those that are read."""

    version: str
    languages: tuple[str, ...]
    chosen: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The languages that are to be read and are not installed."""
        return tuple(one for one in self.chosen if one not in self.languages)

    @property
    def names(self) -> str:
        """The languages that can be read, as Tesseract takes them: `kir+eng+rus`; empty if none.

        Those that have the letters of another and more of their own come before it: Tesseract
        seldom goes on from a language that seems to fit.
        """
        there = [one for one in self.chosen if one in self.languages]
        return "+".join(sorted(there, key=_COMMON.find))


@cache
def find(wanted: str | None) -> Tesseract | None:
    """Return what is installed; None if nothing is. `wanted` are codes such as `eng+rus`."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    version = re.search(r"\d+[\d.]*", _said(program, "--version"))
    listed = _said(program, "--list-langs").splitlines()[1:]
    languages = tuple(sorted({line.strip() for line in listed} - {"", *_NO_LANGUAGES}))
    chosen = tuple(re.split(r"[+,\s]+", wanted)) if wanted else _usual(languages)
    return Tesseract(version[0] if version else "", languages, chosen)


def _usual(languages: tuple[str, ...]) -> tuple[str, ...]:
    if len(languages) <= _MOST:
        return languages
    return ("eng",) if "eng" in languages else languages[:1]


def _said(program: str, argument: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - the program of this name on the path
            [program, argument], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    # older versions write to standard error
    return done.stdout or done.stderr
