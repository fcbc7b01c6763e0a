"""Archives of documents (`.zip`): which files they hold, taken out within bounds.

Nothing is written anywhere, so a name in an archive is a label; one that leads out of it is refused
all the same, as nobody packs such a file in good faith.
"""

from __future__ import annotations

import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator

from index import readers
from index.errors import DocumentError
from index.readers import archive
from index.types import Document

__all__ = ["read", "take_out"]

_UNICODE, _ENCRYPTED = 0x800, 0x1
_UNICODE_PATH = 0x7075  # https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.6.9
_LONGEST_NAME = 400
_HIDDEN = ("__macosx",)
# Encodings in which old programs wrote names, the one of Windows' own first.
_OLD = ("cp866", "cp1251", "koi8-r")


def read(id: str, data: bytes, digest: str) -> Document:
    """Raise DocumentError: an archive is not a document, only the files in it are."""
    raise DocumentError("an archive; unpack it and add the files in it", "archive")


def take_out(data: bytes, most: int) -> Iterator[tuple[str, bytes | DocumentError]]:
    """Yield the name of each file in an archive, and its bytes or why they cannot be had.

    A name is a path with `/`. Hidden files and leftovers are passed over, as in a folder. Raises
    DocumentError if the archive is damaged, or unpacks to over `most` bytes or as an attack would.
    """
    with archive.opened(data) as found:
        # `is_dir` of Python breaks on a file without a name
        entries = [entry for entry in found.infolist() if not entry.filename.endswith("/")]
        archive.refuse_bomb(entries, len(data))
        size = sum(entry.file_size for entry in entries)
        if size > most:
            raise DocumentError(
                f"it unpacks to {size / 1024**2:,.0f} MB; the limit is "
                f"{most / 1024**2:,.0f} MB, split it",
                "archive_large",
                size=f"{size / 1024**2:,.0f}",
                most=f"{most / 1024**2:,.0f}",
            )
        names: set[str] = set()
        for entry in entries:
            name = _name(entry).replace("\\", "/")
            parts = [_plain(part) for part in name.split("/")]
            label = "/".join(part for part in parts if part not in ("", ".", ".."))
            if any(part.startswith(".") and part not in (".", "..") for part in parts):
                continue
            if parts[0].lower() in _HIDDEN or readers.is_leftover(parts[-1]) or not label:
                continue
            reason = _reason(entry, name, label)
            if label in names:
                reason, label = (
                    "another file in the archive has its name; rename it",
                    f"{label} (2)",
                )
            names.add(label)
            try:
                yield label, DocumentError(reason) if reason else archive.unpacked(found, entry)
            except DocumentError as error:
                yield label, error


def _reason(entry: zipfile.ZipInfo, name: str, label: str) -> str | None:
    """Return the reason why a file is not taken out, None if it may be."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if name.startswith("/") or re.match("[A-Za-z]:", name) or ".." in name.split("/"):
        return "its name leads out of the archive; pack it again"
    if len(label) > _LONGEST_NAME:
        return "its name is too long; rename it"
    if kind == stat.S_IFLNK:
        return "a link; pack the file itself"
    if kind not in (0, stat.S_IFREG):
        return "not a regular file; leave it out"
    if entry.flag_bits & _ENCRYPTED:
        return "it is encrypted; pack it without a password"
    try:
        suffix = readers.kind(label)
    except DocumentError as error:
        return str(error)
    return "an archive in an archive; unpack it" if suffix == ".zip" else None


def _name(entry: zipfile.ZipInfo) -> str:
    """Return a file's name in letters: old programs wrote bytes and named no encoding."""
    if entry.flag_bits & _UNICODE:
        return entry.filename
    try:
        raw = entry.orig_filename.partition("\0")[0].encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    if raw.isascii():
        return entry.filename
    if (named := _unicode_path(entry.extra, raw)) is not None:
        return named
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    for encoding in _OLD:
        name = raw.decode(encoding, errors="replace")
        if _is_russian(name):
            return name
    return entry.filename


def _is_russian(name: str) -> bool:
    """Return True if all letters beyond ASCII are Cyrillic and no word mixes them with Latin."""
    foreign = [sign for sign in name if not sign.isascii()]
    if not all("А" <= sign <= "я" or sign in "Ёё№«»—" for sign in foreign):
        return False
    mixed = re.search("[A-Za-z][А-яЁё]|[А-яЁё][A-Za-z]", name)
    # in the wrong encoding capitals stand inside words
    return not mixed and not re.search("[а-яё][А-ЯЁ]", name)


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    at = 0
    while at + 4 <= len(extra):
        tag, size = (int.from_bytes(extra[at + i : at + i + 2], "little") for i in (0, 2))
        field = extra[at + 4 : at + 4 + size]
        at += 4 + size
        known = tag == _UNICODE_PATH and len(field) > 5
        if known and int.from_bytes(field[1:5], "little") == zlib.crc32(raw):
            return field[5:].decode("utf-8", errors="replace")
    return None


def _plain(part: str) -> str:
    """Return a part of a name without signs that show nothing or turn the direction."""
    kept = (sign for sign in part if unicodedata.category(sign)[0] != "C")
    return unicodedata.normalize("NFC", "".join(kept)).strip()
