"""From the file names that editors send to the ids of documents."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

from index import readers
from index.errors import DocumentError, KnowledgeError
from index.types import Source

__all__ = ["namesakes", "parents", "placed", "safe_name"]

# The longest file name in bytes, its suffix included; file systems allow 255.
_LONGEST = 120
_LONGEST_KIND = 12
_PORTS = {f"{port}{n}" for port in ("com", "lpt") for n in "123456789¹²³"}  # Windows takes ¹ for 1
_RESERVED = {"con", "prn", "aux", "nul"} | _PORTS


def placed(name: str, at: str | None) -> str:
    """Return the id of a file with this name placed at `at`: a folder, or a path with a new name.

    Raises KnowledgeError if that leads out of the documents' folder or into a hidden place.
    """
    if at is None:
        return safe_name(name)
    path = at.replace("\\", "/")
    if not path.endswith("/") and not _is_document(path):
        path += "/"
    parts = [part for part in path.split("/")[:-1] if part not in ("", ".")]
    last = path.rsplit("/", 1)[-1] or name
    if path.startswith("/") or any(part.startswith(".") for part in (*parts, last)):
        raise KnowledgeError(
            f"{at} is not a place among the documents; name a folder or file in their folder, "
            "such as handbook/06-pay.md",
            "place_unfit",
            place=at,
        )
    return "/".join(map(safe_name, (*parts, last)))


def namesakes(
    id: str, title: str, sources: Iterable[Source], ids: Iterable[str]
) -> tuple[str, ...]:
    """Return the other documents with the same file name or title, by id."""
    name, title = PurePosixPath(id).name.casefold(), title.casefold()
    found = {source.id for source in sources if source.title.casefold() == title}
    found |= {other for other in ids if PurePosixPath(other).name.casefold() == name}
    # what is inside a file comes and goes with it
    return tuple(sorted(one for one in found if one != id and id not in parents(one)))


def parents(id: str) -> list[str]:
    """Return the paths above an id, the nearest first: folders, or files that contain it."""
    return [path.as_posix() for path in PurePosixPath(id).parents][:-1]


def _is_document(path: str) -> bool:
    try:
        readers.kind(path)
    except DocumentError:
        return False
    return True


def safe_name(name: str) -> str:
    """Return a plain file name for an untrusted label: its last part, without characters that
    trouble file systems, shells or readers of lists.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    # C: control, format (which may turn the direction), surrogate, unassigned; Zl and Zp: breaks
    kept = "".join(sign for sign in last if not _is_hidden(unicodedata.category(sign)))
    kept = "".join("_" if sign in '<>:"|?*' else sign for sign in kept)
    stem, dot, kind = kept.rstrip(" .").rpartition(".")
    if not dot:
        stem, kind = kind, ""
    stem, kind = stem.strip(" .") or "document", kind[:_LONGEST_KIND]
    if stem.partition(".")[0].casefold() in _RESERVED:
        stem = f"_{stem}"
    room = _LONGEST - len(kind.encode()) - 1
    stem = stem.encode()[:room].decode(errors="ignore").rstrip(" .")
    return f"{stem}.{kind}" if kind else stem


def _is_hidden(category: str) -> bool:
    return category[0] == "C" or category in ("Zl", "Zp")
