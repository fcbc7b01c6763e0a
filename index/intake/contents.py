"""The files in a file as bytes between two processes: a head in JSON, and their own bytes."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable

from index.readers.held import Held

__all__ = ["decode", "encode"]

_HEAD = struct.Struct("<I")
_LONGEST_NAME = 1_000
_MOST = 5_000


def encode(files: Iterable[Held]) -> bytes:
    """Return the bytes of these files."""
    found = list(files)
    said = [[file.name, len(file.data), file.refused, file.mail] for file in found]
    # a name may hold half of a surrogate pair, which JSON writes as an escape
    head = json.dumps(said).encode()
    return b"".join([_HEAD.pack(len(head)), head, *(file.data for file in found)])


def decode(data: bytes) -> list[Held]:
    """Return the files in these bytes; ValueError if they are not of files."""
    try:
        [size] = _HEAD.unpack_from(data)
        at = _HEAD.size + size
        said = json.loads(data[_HEAD.size : at])
        found = []
        for name, length, refused, mail in said[:_MOST]:
            if type(length) is not int or not 0 <= length <= len(data) - at:
                raise ValueError("a file lies outside its bytes")
            label = _words(name)[:_LONGEST_NAME]
            parts = label.split("/")
            if not label or any(part in ("", ".", "..") for part in parts):
                raise ValueError("a name leads out of its file")
            found.append(
                Held(
                    label,
                    data[at : at + length],
                    None if refused is None else _words(refused)[:_LONGEST_NAME],
                    None if mail is None else _words(mail),
                )
            )
            at += length
    except (struct.error, TypeError, RecursionError, KeyError) as error:
        raise ValueError(f"not the files of a file: {error}") from None
    return found


def _words(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a number stands for words")
    return value.encode(errors="replace").decode()
