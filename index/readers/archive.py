"""ZIP archives, such as office documents: inspected before anything in them is parsed."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Sequence

from index.errors import DocumentError

__all__ = ["Archive", "check", "nested", "opened", "parts", "refuse_bomb", "unpacked"]

_MOST_PARTS = 5_000
_MOST_RATIO = 100
# A ratio of a few kilobytes means nothing: a page of spaces packs well.
_SMALL = 1024 * 1024
_MOST_BYTES = 512 * 1024 * 1024
_ENCRYPTED = 0x1
_ARCHIVES = (b"PK\x03\x04", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
# Macros are kept as old office files are, whatever the part is called.
_OLD = b"\xd0\xcf\x11\xe0"
_TYPES = "[Content_Types].xml"
# The errors that zipfile and its decompressors raise on a broken file.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
    EOFError,
    RuntimeError,
    LookupError,
    ValueError,
    OverflowError,
    OSError,
)


class Archive:
    """Open an archive; DocumentError if it is not one, or damaged."""

    def __init__(self, data: bytes) -> None:
        self._zip = opened(data)
        self.names = self._zip.namelist()

    def part(self, name: str, most: int = -1) -> bytes:
        """Return the bytes of a part, or its first `most`; DocumentError if it is damaged."""
        return unpacked(self._zip, name, most)


def parts(data: bytes) -> list[str]:
    """Return the names in an archive; DocumentError if it is not one, or damaged."""
    with opened(data) as archive:
        return archive.namelist()


def check(data: bytes) -> None:
    """Raise DocumentError if unpacking or parsing the archive would be unsafe.

    It is if it is encrypted, unpacks to over 100 times its size or over 512 MB, has over 5,000
    parts, or has XML with a document type, which could name entities.
    """
    with opened(data) as archive:
        entries = archive.infolist()
        refuse_bomb(entries, len(data))
        if any(entry.flag_bits & _ENCRYPTED for entry in entries):
            raise DocumentError("it is encrypted; save it without a password", "encrypted")
        for entry in entries:
            if entry.filename.lower().endswith((".xml", ".rels")):
                # in UTF-16 too
                words = unpacked(archive, entry).replace(b"\0", b"").upper()
                if b"<!DOCTYPE" in words or b"<!ENTITY" in words:
                    raise DocumentError(
                        f"its part {entry.filename} declares XML entities; export it again",
                        "xml_entities",
                        part=entry.filename,
                    )


def refuse_bomb(entries: Sequence[zipfile.ZipInfo], packed: int) -> None:
    """Raise DocumentError for over 5,000 parts, or over 512 MB or 100 times the packed size."""
    if len(entries) > _MOST_PARTS:
        raise DocumentError(
            f"it has {len(entries):,} parts; the limit is {_MOST_PARTS:,}",
            "archive_parts",
            count=f"{len(entries):,}",
            most=f"{_MOST_PARTS:,}",
        )
    # no part can unpack to more than it declares: zipfile stops there
    size = sum(entry.file_size for entry in entries)
    if size > max(packed * _MOST_RATIO, _SMALL) or size > _MOST_BYTES:
        raise DocumentError(
            f"it unpacks to {size / packed:,.0f} times its size, as an attack would; "
            f"the limit is {_MOST_RATIO}",
            "archive_bomb",
            times=f"{size / packed:,.0f}",
            most=_MOST_RATIO,
        )


def nested(data: bytes) -> str | None:
    """Return the name of a part that is itself an archive, None if there is none; else as `check`.

    The workbook of a chart is an office document and does not count.
    """
    check(data)
    with opened(data) as archive:
        for entry in archive.infolist():
            if unpacked(archive, entry, 8).startswith(_ARCHIVES) and not _is_office(
                unpacked(archive, entry)
            ):
                return entry.filename
    return None


def _is_office(data: bytes) -> bool:
    """Return True if this is an office document without macros and without archives inside."""
    try:
        with opened(data) as archive:
            names = archive.namelist()
            return _TYPES in names and not any(
                name.lower().endswith("vbaproject.bin")
                or unpacked(archive, name, 8).startswith((*_ARCHIVES, _OLD))
                for name in names[:_MOST_PARTS]
            )
    except DocumentError:
        return False


def opened(data: bytes) -> zipfile.ZipFile:
    """Open an archive; DocumentError if it is not one, or damaged."""
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN:
        raise DocumentError("a damaged file; save it again", "damaged") from None


def unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo | str, most: int = -1) -> bytes:
    """Return the bytes of a part, or its first `most`; DocumentError if it is damaged."""
    try:
        with archive.open(entry) as part:
            return part.read(most)
    except _BROKEN:
        raise DocumentError("a damaged file; save it again", "damaged") from None
