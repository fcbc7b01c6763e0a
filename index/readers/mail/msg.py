"""Mail as Outlook keeps it (`.msg`): properties in the streams of a compound file.

olefile takes the file apart; the properties are those of [MS-OXMSG] and [MS-OXPROPS]. extract-msg
is under the GPL, and python-oxmsg does not open the messages that are attached to others.
"""

from __future__ import annotations

import datetime
import io
import struct
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING

from index.errors import DocumentError
from index.readers import rtf
from index.readers.mail.letter import Attachment, Body, Letter

if TYPE_CHECKING:
    from olefile import OleFileIO

__all__ = ["parse"]

_DAMAGED = "not an Outlook message, or a damaged one; save it again as .msg"
_SUBJECT, _BODY, _PAGE, _RICH = "0037", "1000", "1013", "1009"
_FROM, _ADDRESS, _TO, _CC = ("0C1A", "0042"), ("5D01", "0C1F"), "0E04", "0E03"
_NAMES, _DATA, _MESSAGE = ("3707", "3704", "3001"), "3701", "__substg1.0_3701000D"
_CONTENT_ID = "3712"
_SENT = (0x0039, 0x0E06)
_PAGES = (0x3FDE, 0x3FFD)  # the code pages of the page, and of other strings
_HEAD_OUTER, _HEAD_INNER = 32, 24
_EPOCH = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)
_ENCODINGS = {65001: "utf-8", 1200: "utf-16-le", 20127: "ascii", 20866: "koi8-r"}
_MOST_ATTACHMENTS = 500
_DEEPEST = 6
_LARGEST = 128 * 1024 * 1024


def parse(data: bytes) -> Letter:
    """Read the message in these bytes; DocumentError if there is none."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            # a stream that leads back into itself says it is larger than the file, and is read so
            if any(file.get_size(stream) > len(data) for stream in file.listdir()):
                raise DocumentError(_DAMAGED, "not_outlook")
            return _Storage(file, ()).letter(0)
    except DocumentError:
        raise
    # whatever it meets first
    except Exception:
        raise DocumentError(_DAMAGED, "not_outlook") from None


class _Storage:
    """A message, or an attachment of one, in a file."""

    def __init__(self, file: OleFileIO, path: tuple[str, ...]) -> None:
        self._file = file
        self._path = path
        self._numbers = self._fixed()
        page = self._numbers.get(_PAGES[1]) or self._numbers.get(_PAGES[0]) or 1252
        self._encoding = _ENCODINGS.get(page, f"cp{page}")

    def letter(self, depth: int) -> Letter:
        """The message, with those attached to it down to a depth."""
        subject, sender = self._words(_SUBJECT), self._first(_FROM)
        address = self._first(_ADDRESS)
        if not (subject or sender or self._bytes(_BODY)):
            raise DocumentError(_DAMAGED, "not_outlook")
        sender = f"{sender} <{address}>" if "@" in address and address != sender else sender
        sent = next((when for tag in _SENT if (when := self._time(tag))), None)
        said = (
            ("From", sender),
            ("To", self._words(_TO)),
            ("Cc", self._words(_CC)),
            ("Date", format_datetime(sent) if sent else ""),
        )
        return Letter(
            subject,
            tuple(f"{name}: {words}" for name, words in said if words),
            sent.date() if sent else None,
            tuple(self._bodies()),
            tuple(self._attachments(depth)),
        )

    def _bodies(self) -> list[Body]:
        page = self._bytes(_PAGE)
        if page.strip():
            if self._has(_PAGE, "001F"):
                words = self._words(_PAGE, lines=True)
                return [Body(words.encode(errors="replace"), "utf-8", is_page=True)]
            known = self._numbers.get(_PAGES[0], 0)
            named = _ENCODINGS.get(known, f"cp{known}") if known else None
            return [Body(page, named, is_page=True)]
        if words := self._words(_BODY, lines=True):
            return [Body(words.encode(errors="replace"), "utf-8")]
        if packed := self._bytes(_RICH):
            import compressed_rtf

            words = rtf.words(compressed_rtf.decompress(packed))
            return [Body(words.encode(errors="replace"), "utf-8")]
        return []

    def _attachments(self, depth: int) -> list[Attachment]:
        found = []
        page = self._page()
        count = len(self._path)
        names = {
            tuple(entry[: count + 1])
            for entry in self._file.listdir(streams=True, storages=True)
            if tuple(entry[:count]) == self._path
            and len(entry) > count
            and entry[count].startswith("__attach_version1.0_")
        }
        for path in sorted(names)[:_MOST_ATTACHMENTS]:
            part = _Storage(self._file, path)
            name = part._first(_NAMES)
            inner = (*path, _MESSAGE)
            if not self._file.exists("/".join(inner)):
                id = part._words(_CONTENT_ID)
                drawn = bool(id) and f"cid:{id}" in page
                found.append(Attachment(name or "attachment", part._bytes(_DATA), drawn))
            elif depth < _DEEPEST:
                letter = _Storage(self._file, inner).letter(depth + 1)
                name = letter.subject or name or "mail"
                found.append(Attachment(f"{name}.eml", _packed(letter)))
            else:
                # it is listed as left out
                found.append(Attachment(name or "mail", b""))
        return found

    def _page(self) -> str:
        """The formatted form of the message as far as ids of pictures need it."""
        return self._bytes(_PAGE).replace(b"\0", b"").decode("latin-1")

    def _first(self, tags: tuple[str, ...]) -> str:
        return next((words for tag in tags if (words := self._words(tag))), "")

    def _words(self, tag: str, *, lines: bool = False) -> str:
        data = self._bytes(tag)
        encoding = "utf-16-le" if self._has(tag, "001F") else self._encoding
        try:
            words = data.decode(encoding, errors="replace").rstrip("\0")
        except LookupError:
            words = data.decode("cp1252", errors="replace").rstrip("\0")
        return words if lines else " ".join(words.split())

    def _has(self, tag: str, kind: str) -> bool:
        return bool(self._file.exists("/".join((*self._path, f"__substg1.0_{tag}{kind}"))))

    def _bytes(self, tag: str) -> bytes:
        """Return the value of a property: text in UTF-16, text in a code page, or bytes."""
        for kind in ("001F", "001E", "0102"):
            if self._has(tag, kind):
                name = "/".join((*self._path, f"__substg1.0_{tag}{kind}"))
                data: bytes = self._file.openstream(name).read(_LARGEST)
                return data
        return b""

    def _time(self, tag: int) -> datetime.datetime | None:
        ticks = self._numbers.get(tag, 0)
        try:
            return _EPOCH + datetime.timedelta(microseconds=ticks // 10) if ticks else None
        except OverflowError:
            return None

    def _fixed(self) -> dict[int, int]:
        """The properties that are numbers, by their tag."""
        name = "/".join((*self._path, "__properties_version1.0"))
        if not self._file.exists(name):
            return {}
        data = self._file.openstream(name).read()
        head = _HEAD_INNER if self._path else _HEAD_OUTER
        found: dict[int, int] = {}
        for at in range(head, len(data) - 15, 16):
            kind, tag, _, value = struct.unpack_from("<HHIQ", data, at)
            if kind in (0x0003, 0x0040):
                found[tag] = value & 0xFFFFFFFF if kind == 0x0003 else value
        return found


def _packed(letter: Letter) -> bytes:
    """A message as a file of mail, for the reader of those."""
    message = EmailMessage()
    message["Subject"] = letter.subject
    for line in letter.headers:
        name, _, words = line.partition(": ")
        message[name] = words
    for body in letter.bodies[:1]:
        words = body.data.decode(body.charset or "utf-8", errors="replace")
        message.set_content(words, subtype="html" if body.is_page else "plain")
    for attachment in letter.attachments:
        message.add_attachment(
            attachment.data,
            maintype="application",
            subtype="octet-stream",
            filename=attachment.name,
        )
    return message.as_bytes()
