"""Lines of a page that ask or name what comes next, and lines that say nothing by themselves."""

from __future__ import annotations

import re

from index.readers.inline import Row

__all__ = ["heads", "tells"]

_ASKED = re.compile(r"(?:Q|Question|Frage|Pregunta|Domanda|В|Вопрос)\s?\d{0,3}\s?[:.)]\s*\S", re.I)
_INNER = re.compile(r"[.!?。！？]\s+\S")


def heads(row: Row, *, alone: bool, first: bool) -> bool:
    """Return True if a line asks or names what the next lines say."""
    words = row.words
    asks = words.endswith(("?", "？")) and len(words) <= 200
    if row.is_bold and len(words) <= 150:
        if asks or words.endswith((":", "：")):
            return True
        return len(words) <= 80 and not re.search(r"[.!;,…。！]$|:\s", words) and (alone or first)
    if asks and _ASKED.match(words):
        return True
    return asks and (alone or first) and not _INNER.search(words)


_LEGAL = re.compile(r"©|\(c\)|copyright|all rights reserved|\bcookies?\b|все права защищены", re.I)


def tells(row: Row, title: str) -> bool:
    """Return True if a line among the furniture says something.

    `title` is what the page calls itself, in small letters.
    """
    words = row.words
    if row.is_link or words.casefold() in title:
        return False
    if _LEGAL.search(words) and len(re.findall(r"\d", words)) <= 8:
        return False
    return bool(re.search(r"\d|[.!?。！？]$|\w\s+\w|[\u3040-\u9fff\uac00-\ud7a3]{4}", words))
