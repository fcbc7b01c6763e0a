"""The limits of reading one file, in one table."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FOLDER", "UPLOAD", "Limits"]

_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may contain, and how much reading it may take.

    `sentences` counts headings too. `memory` is address space in bytes, of which the reading
    process itself takes some 250 MB; `seconds` limits wall clock and processor time, `scan_seconds`
    if pictures are read; `reply` is the size of the result in bytes. If `strict`, the content must
    match the suffix, and a document must not contain an archive.
    """

    bytes: int = 20 * _MEGABYTE
    pages: int = 2_000
    characters: int = 5_000_000
    sentences: int = 200_000
    memory: int = 1024 * _MEGABYTE
    seconds: float = 60.0
    scan_seconds: float = 300.0
    reply: int = 64 * _MEGABYTE
    strict: bool = True


UPLOAD = Limits()
"""For an untrusted file: `bytes` is the largest file that Telegram gives to a bot."""

FOLDER = Limits(
    # a text of this size has about ten million words; a larger one is an export or a mistake
    bytes=64 * _MEGABYTE,
    pages=10_000,
    characters=20_000_000,
    seconds=120.0,
    scan_seconds=1_800.0,
    reply=128 * _MEGABYTE,
    strict=False,
)
"""For a file of the documents' folder, which its owner put there."""
