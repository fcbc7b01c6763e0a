"""Safe names for files from outside."""

from __future__ import annotations

import unicodedata

__all__ = ["safe_name"]

# What a name may have in bytes, its kind included; file systems allow 255.
_LONGEST = 120
_LONGEST_KIND = 12
_RESERVED = {"con", "prn", "aux", "nul"} | {f"{p}{n}" for p in ("com", "lpt") for n in range(1, 10)}


def safe_name(name: str) -> str:
    """A plain file name for a label from outside: its last part, without what file systems, shells
    or readers of lists stumble over.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    # category C: control, format (which may turn the direction), surrogate, unassigned
    kept = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")
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
