"""Short keys of passages that find them again in a later index, even if they were edited."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from index.types import Passage

__all__ = ["LENGTH", "Key", "document_digest", "document_key", "find", "key_of", "read"]

# Bytes of the digests of the document's id, the whole passage, each of a few sentences, and its
# start. A document has few passages: within one, three bytes tell sentences apart.
_DOCUMENT, _START, _WHOLE, _SENTENCE, _SENTENCES = 6, 4, 5, 3, 3
_BYTES = _DOCUMENT + _START + _WHOLE + _SENTENCE * _SENTENCES

LENGTH = -(-_BYTES * 4 // 3)
"""The length of every key, in letters, digits, `-` and `_`."""

_FORM = re.compile(rf"[A-Za-z0-9_-]{{{LENGTH}}}")


@dataclass(frozen=True, slots=True)
class Key:
    """The content of a key: digests of the document's id, of the passage's text and of its
    longest sentences (empty bytes for none), and where it stood.
    """

    document: bytes
    start: int
    whole: bytes
    sentences: tuple[bytes, ...]


def key_of(passage: Passage) -> str:
    """Return the key of a passage; it contains no word of the passage."""
    longest = sorted(passage.sentences, key=lambda span: (span.start - span.end, span.start))
    digests = [_digest(passage.quote(span), _SENTENCE) for span in longest[:_SENTENCES]]
    packed = (
        document_digest(passage.source.id)
        + min(passage.start, 2 ** (8 * _START) - 1).to_bytes(_START)
        + _digest(passage.text, _WHOLE)
        + b"".join(digests).ljust(_SENTENCE * _SENTENCES, b"\0")
    )
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read(key: str) -> Key | None:
    """Return the content of a key, None if a text is not a key."""
    if not _FORM.fullmatch(key):
        return None
    packed = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
    start, whole = _DOCUMENT, _DOCUMENT + _START
    rest = packed[whole + _WHOLE :]
    return Key(
        packed[:start],
        int.from_bytes(packed[start:whole]),
        packed[whole : whole + _WHOLE],
        tuple(rest[at : at + _SENTENCE] for at in range(0, len(rest), _SENTENCE)),
    )


def document_key(id: str) -> str:
    """Return a short key of a document: eight letters, digits, `-` and `_`."""
    return base64.urlsafe_b64encode(document_digest(id)).decode()


# every press of a button searches all documents
@lru_cache(maxsize=100_000)
def document_digest(id: str) -> bytes:
    """Return the part of a key that identifies its document."""
    return _digest(id, _DOCUMENT)


def find(key: Key, passages: Sequence[Passage]) -> tuple[int, bool] | None:
    """Return which of the document's passages a key means, and whether it has changed since.

    It is the one with the same text (of several, the nearest to its old place), else the one that
    holds most of its sentences. None if no sentence of it is left.
    """

    def distance(number: int) -> int:
        return abs(passages[number].start - key.start)

    same = [n for n, p in enumerate(passages) if _digest(p.text, _WHOLE) == key.whole]
    if same:
        return min(same, key=distance), False
    wanted = set(key.sentences)
    held = [
        len({_digest(passage.quote(span), _SENTENCE) for span in passage.sentences} & wanted)
        for passage in passages
    ]
    best = max(held, default=0)
    if not best:
        return None
    return min((n for n, count in enumerate(held) if count == best), key=distance), True


def _digest(text: str, size: int) -> bytes:
    return sha256(text.encode()).digest()[:size]
