"""Outlook's mail for the tests: a compound file of properties, as [MS-CFB] and [MS-OXMSG] say."""

from __future__ import annotations

import datetime
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

__all__ = ["message", "properties"]

_END, _FREE, _FAT, _SMALL = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 4096
_EPOCH = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)
_SUBJECT, _SENDER, _ADDRESS, _TO = "0037", "0C1A", "5D01", "0E04"

Tree = Mapping[str, "bytes | Tree"]
"""Streams and folders by their names."""


def message(
    subject: str,
    body: str,
    *,
    page: bytes = b"",
    attached: Sequence[tuple[str, bytes]] = (),
    inner: Tree | None = None,
    codepage: int = 0,
) -> bytes:
    """A `.msg` file from Anna, sent on 15 March 2026.

    With a code page its strings are bytes in that, else UTF-16. `inner` is a message that is
    attached to it, see `properties`.
    """
    tree: dict[str, bytes | Tree] = dict(properties(subject, body, page=page, codepage=codepage))
    for number, (name, data) in enumerate(attached):
        tree[f"__attach_version1.0_#{number:08X}"] = {
            "__properties_version1.0": bytes(8),
            "__substg1.0_3707001F": name.encode("utf-16-le"),
            "__substg1.0_37010102": data,
        }
    if inner:
        tree["__attach_version1.0_#000000FF"] = {
            "__properties_version1.0": bytes(8),
            "__substg1.0_3701000D": inner,
        }
    return _compound(tree)


def properties(
    subject: str, body: str, *, page: bytes = b"", codepage: int = 0, head: int = 32
) -> Tree:
    """The streams of a message; `head` is 24 for one that is attached."""
    kind = "001E" if codepage else "001F"
    encoding = f"cp{codepage}" if codepage else "utf-16-le"
    sent = datetime.datetime(2026, 3, 15, 7, tzinfo=datetime.UTC) - _EPOCH
    ticks = int(sent.total_seconds()) * 10_000_000
    numbers = struct.pack("<HHIQ", 0x0040, 0x0039, 6, ticks)
    if codepage:
        numbers += struct.pack("<HHIQ", 0x0003, 0x3FFD, 6, codepage)
    found: dict[str, bytes] = {"__properties_version1.0": bytes(head) + numbers}
    said = {_SUBJECT: subject, _SENDER: "Анна", _TO: "Bob", "1000": body}
    for tag, words in said.items():
        found[f"__substg1.0_{tag}{kind}"] = words.encode(encoding)
    found[f"__substg1.0_{_ADDRESS}{kind}"] = "anna@x.example".encode(encoding)
    if page:
        found["__substg1.0_10130102"] = page
    return found


@dataclass
class _Entry:
    name: str
    kind: int
    data: bytes = b""
    children: list[int] = field(default_factory=list)
    following: int = _FREE
    start: int = _END


class _Chains:
    """Data in sectors of one size, and the table of which sector comes next."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.data = b""
        self.table: list[int] = []

    def store(self, data: bytes) -> int:
        """The first sector of the data."""
        first, count = len(self.table), -(-len(data) // self.size)
        self.data += data.ljust(count * self.size, b"\0")
        self.table += [*range(first + 1, first + count), *([_END] if count else [])]
        return first if count else _END


def _compound(tree: Tree) -> bytes:
    """A compound file of these streams and folders."""
    entries = [_Entry("Root Entry", 5)]

    def add(folder: int, inside: Tree) -> None:
        for name, what in inside.items():
            is_stream = isinstance(what, bytes)
            number = len(entries)
            entries.append(_Entry(name, 2 if is_stream else 1))
            entries[folder].children.append(number)
            if isinstance(what, bytes):
                entries[number].data = what
            else:
                add(number, what)
        for one, following in pairwise(entries[folder].children):
            entries[one].following = following

    add(0, tree)
    large, small = _Chains(512), _Chains(64)
    for entry in entries[1:]:
        if entry.data:
            entry.start = (large if len(entry.data) >= _SMALL else small).store(entry.data)
    entries[0].data, entries[0].start = small.data, large.store(small.data)
    padded = small.table + [_FREE] * (-len(small.table) % 128)
    short = large.store(struct.pack(f"<{len(padded)}I", *padded))
    directory = large.store(b"".join(map(_entry, entries)))
    fats = len(large.table) // 128 + 1
    places = range(len(large.table), len(large.table) + fats)
    table = [*large.table, *[_FAT] * fats]
    table += [_FREE] * (fats * 128 - len(table))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, fats, directory, 0, _SMALL, short, len(padded) // 128, _END, 0)
    head += struct.pack("<109I", *places, *[_FREE] * (109 - fats))
    return head + large.data + struct.pack(f"<{len(table)}I", *table)


def _entry(entry: _Entry) -> bytes:
    written = entry.name.encode("utf-16-le") + b"\0\0"
    first = entry.children[0] if entry.children else _FREE
    links = struct.pack("<HBBIII", len(written), entry.kind, 1, _FREE, entry.following, first)
    place = struct.pack("<IQ", entry.start, len(entry.data))
    return written.ljust(64, b"\0") + links + bytes(36) + place
