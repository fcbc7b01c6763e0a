"""A file as an editor sees it before it is added."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from index.types import Omitted

__all__ = ["Look", "digest_of_words"]


@dataclass(frozen=True, slots=True)
class Look:
    """A file as the document that it would become.

    `id` is where it would be stored; `replaces` is True if another version is there. `duplicates`
    are the documents (that one included) with the same bytes or the same words in the same order,
    `namesakes` others with the same file name or title. `blank` of the `pages` have no text.
    `omitted` counts what is left out. `inside` are the titles of the documents in an archive or a
    mail, and `unread` the files there that cannot be read, with the reasons. All counts are of
    everything together.
    """

    id: str
    title: str
    language: str
    passages: int
    pages: int
    blank: int
    characters: int
    sentences: int
    replaces: bool
    duplicates: tuple[str, ...]
    namesakes: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    omitted: Omitted = field(default_factory=Omitted)


def digest_of_words(text: str) -> bytes:
    """Return a digest of a text without its spaces, line ends and byte order mark."""
    words = " ".join(text.replace("\ufeff", "").split())
    return hashlib.sha256(words.encode(errors="surrogatepass")).digest()
