"""Which languages are read in pictures: one choice for the whole process."""

from __future__ import annotations

from index.readers.scan import installed
from index.readers.scan.installed import Tesseract

__all__ = ["choose", "languages", "tesseract"]

_wanted: str | None = None


def choose(wanted: str | None) -> None:
    """Have these languages read from now on, such as `eng+rus`; None for those installed."""
    global _wanted  # noqa: PLW0603 - as the docstring of the module says
    _wanted = wanted


def tesseract() -> Tesseract | None:
    """Return what is installed, with the languages that are read; None if nothing is."""
    return installed.find(_wanted)


def languages() -> str:
    """Return the languages that can be read; empty if pictures cannot be read."""
    found = tesseract()
    return found.names if found else ""
