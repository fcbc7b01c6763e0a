"""Rich text (RTF) under the name of a plain text: its words without its codes."""

from __future__ import annotations

import re

from striprtf.striprtf import rtf_to_text

from index.errors import DocumentError
from index.types import Omission

__all__ = ["is_rtf", "unseen", "words"]

# the mark of a footnote is a figure that the program counts
_RAISED = re.compile(r"\\(?:super|up[1-9]\d{0,3})(?![a-z0-9])[ ]?(?!\s*\\chftn)")
_LOWERED = re.compile(r"\\(?:sub|dn[1-9]\d{0,3})(?![a-z0-9])[ ]?")
# between two figures it is a sign, elsewhere nothing
_BELOW, _BELOW_FIGURES = "\x01", re.compile(r"(?<=\d)\x01(?=\d)")
# Struck-out or hidden text, up to the code that ends it or the end of the group.
_UNSEEN = re.compile(r"\\(strike|v)(?![a-z0-9])[^{}]*?(?:\\\1 ?0[ ]?|(?=[{}]))")
_KINDS = {"strike": "struck", "v": "hidden"}
_CODEPAGE = re.compile(r"\\ansicpg\d{1,5}")
_NOTE = re.compile(r"\{\\(?:\*\\)?footnote(?![a-z])")
_CELL = re.compile(r"(?:\\par(?![a-z])\s{0,4})?(\}{0,4})\s{0,4}\\(?:nest)?cell(?![a-z0-9])[ ]?")
_BRACE = re.compile(r"\\.|[{}]", re.S)


def is_rtf(data: bytes) -> bool:
    """Return True if a file begins as RTF does."""
    return data.startswith(rb"{\rtf")


def words(data: bytes) -> str:
    """Return the words of an RTF file, without struck and hidden ones; DocumentError if it is
    damaged.
    """
    codes = _with_notes(_UNSEEN.sub("", data.decode("latin-1")))
    # cells stand in columns, and each row on a line
    codes = _CELL.sub(r"\1\\tab ", codes)
    # a raised figure must not join the number before it
    codes = _RAISED.sub(r"\\super ^", codes)
    codes = _LOWERED.sub(rf"\\sub {_BELOW}", codes)
    try:
        text: str = rtf_to_text(codes, errors="replace")
    except (ValueError, OverflowError, LookupError, RecursionError):
        raise DocumentError(
            "an RTF file that is damaged; save it as .docx", "rtf_damaged"
        ) from None
    return _BELOW_FIGURES.sub("_", text).replace(_BELOW, "").replace("\0", "")


def unseen(data: bytes) -> list[Omission]:
    """Return the struck and hidden words of an RTF file."""
    codes = data.decode("latin-1")
    page = _CODEPAGE.search(codes)
    head = rf"{{\rtf1\ansi{page.group() if page else ''} "
    found = []
    for match in _UNSEEN.finditer(codes):
        said = " ".join(
            words(f"{head}{match.group()[len(match[1]) + 1 :]}}}".encode("latin-1")).split()
        )
        # a style has its name there
        if said and not said.endswith(";"):
            found.append(Omission(_KINDS[match[1]], said))
    return found


def _with_notes(codes: str) -> str:
    """Return the codes with the footnotes at the end, each as a paragraph, for they are dropped
    where they stand.
    """
    notes: list[str] = []
    kept: list[str] = []
    place = 0
    for match in _NOTE.finditer(codes):
        if match.start() < place:
            continue
        end = _end(codes, match.end())
        kept.append(codes[place : match.start()])
        notes.append(codes[match.end() : end - 1])
        place = end
    kept.append(codes[place:])
    if not notes:
        return codes
    written = "".join(f"\\par\\par {{{note}}}" for note in notes)
    head, brace, tail = "".join(kept).rpartition("}")
    return f"{head}{written}{brace}{tail}"


def _end(codes: str, place: int) -> int:
    """Return the place after the group that is open at `place`."""
    depth = 1
    for match in _BRACE.finditer(codes, place):
        sign = match.group()
        depth += (sign == "{") - (sign == "}")
        if depth == 0:
            return match.end()
    return len(codes)
