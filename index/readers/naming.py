"""The name that a page gives itself if nothing on it says the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.readers.kinds import HEADINGS
from index.readers.visible import Sight

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["unsaid"]

# What stands between the name of a page and that of its site.
_PARTS = re.compile(r"\s+(?:[|·•»«–—:-]|::)\s+")
_FEWEST = 2
_EMPTY = re.compile(
    r"(?:untitled|new page|document|page|title|index|home|readme|без названия|документ)[\W\d_]*"
    r"(?:document|page)?|https?://\S+|[\w.-]+\.\w{2,5}",
    re.IGNORECASE,
)


def unsaid(name: str | None, root: HtmlElement) -> str | None:
    """Return the name of a page if its reader would see it only above the page; else None.

    A browser shows it in its tab, and programs that render Markdown set it above the text.
    """
    # a single word says no more than the title of the source does
    if not name or _EMPTY.fullmatch(name) or len(name.split()) < _FEWEST:
        return None
    sight = Sight(root)
    said = _plain(name)
    headings = [_plain(sight.text(heading)) for heading in root.iter(*HEADINGS)]
    if any(heading and (heading in said or said in heading) for heading in headings):
        return None
    longest = max(_PARTS.split(said), key=len)
    return None if longest in _plain(sight.text(root)) else name


def _plain(words: str) -> str:
    return " ".join(words.casefold().split())
