"""Subtitles (`.srt`, `.vtt`): what is said, and when, on a line each."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from index.errors import DocumentError
from index.readers import encodings
from index.readers.reading import Reading
from index.types import Document

__all__ = ["read"]

_TIME = r"(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}"
_CUE = re.compile(rf"\s*({_TIME})\s*-->\s*({_TIME})")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]{1,80})>")
_TAG = re.compile(r"</?[a-z][^>]{0,80}>|<\d[\d:.]*>|\{\\[^}]{0,80}\}", re.I)
# Cues are lines of one paragraph up to a pause of this many seconds.
_PAUSE = 4.0
_MOST_LINES = 12
_AT_ONCE = 0.1


def read(id: str, data: bytes, digest: str) -> Document:
    """Read the bytes of a file of subtitles; each line begins with its time.

    Raises DocumentError if it has no cue.
    """
    reading = Reading()
    rows: list[str] = []
    end = 0.0
    for begin, until, words in _cues(encodings.decode(data)):
        if rows and (_seconds(begin) - end > _PAUSE or len(rows) >= _MOST_LINES):
            reading.paragraph(rows)
            rows = []
        rows.append(f"{begin} {words}")
        end = _seconds(until)
    reading.paragraph(rows)
    return reading.document(id, digest)


def _cues(text: str) -> list[tuple[str, str, str]]:
    """Return each cue: when it begins and ends, what is said; a cue ends at an empty line."""
    found: list[tuple[str, str, list[str]]] = []
    is_open = False
    for line in text.lstrip("\ufeff").splitlines():
        if match := _CUE.match(line):
            found.append((match.group(1), match.group(2), []))
            is_open = True
        elif not line.strip():
            is_open = False
        elif is_open:
            words = html.unescape(_TAG.sub("", _VOICE.sub(r"\1: ", line)))
            found[-1][2].append(" ".join(words.split()))
    if not found:
        raise DocumentError("it has no cues; save it again as .srt or .vtt", "no_cues")
    return [(begin, until, " ".join(said)) for begin, until, said in _rolled(found) if any(said)]


def _rolled(cues: list[tuple[str, str, list[str]]]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield the cues without lines that only stay on the screen as the next one rolls in."""
    shown: list[str] = []
    end = -1.0
    for begin, until, said in cues:
        lines = [line for line in said if line]
        goes_on = _seconds(begin) - end < _AT_ONCE
        stay = next((n for n in range(len(lines), 0, -1) if lines[:n] == shown[-n:]), 0)
        # what is said twice has a time of its own
        again = stay == len(lines) and _seconds(until) - _seconds(begin) > _AT_ONCE
        yield begin, until, lines[stay:] if goes_on and not again else lines
        shown, end = lines, _seconds(until)


def _seconds(time: str) -> float:
    parts = time.replace(",", ".").split(":")
    seconds = 0.0
    for part in parts:
        seconds = seconds * 60 + float(part)
    return seconds
