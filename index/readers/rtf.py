"""Rich text (RTF) under the name of a plain text: its words without its codes."""

from __future__ import annotations

import re

from striprtf.striprtf import rtf_to_text

from index.errors import DocumentError

__all__ = ["is_rtf", "words"]

_RAISED = re.compile(r"\\super(?![a-z0-9])[ ]?")
# Struck-out or hidden text, up to the code that ends it or the end of the group.
_UNSEEN = re.compile(r"\\(strike|v)(?![a-z0-9])[^{}]*?(?:\\\1 ?0[ ]?|(?=[{}]))")


def is_rtf(data: bytes) -> bool:
    """Return True if a file begins as RTF does."""
    return data.startswith(rb"{\rtf")


def words(data: bytes) -> str:
    """Return the words of an RTF file, without struck and hidden ones; DocumentError if it is
    damaged.
    """
    codes = _UNSEEN.sub("", data.decode("latin-1"))
    # a raised figure must not join the number before it
    codes = _RAISED.sub(r"\\super ^", codes)
    try:
        text: str = rtf_to_text(codes, errors="replace")
    except (ValueError, OverflowError, LookupError, RecursionError):
        raise DocumentError(
            "an RTF file that is damaged; save it as .docx", "rtf_damaged"
        ) from None
    return text.replace("\0", "")
