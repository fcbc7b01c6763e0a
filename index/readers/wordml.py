"""The XML of a Word document: what of it is seen, in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["W", "child", "inside", "value"]

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# What only wraps paragraphs, rows or cells: content controls, custom XML, insertions.
_WRAPPERS = {W + tag for tag in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag")}
_UNSEEN = {W + tag for tag in ("del", "moveFrom", "rt", "pPr", "sectPr")} | {
    # what an older Word shows instead of a text box
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
}


def inside(element: Element, *tags: str, deep: bool = False) -> Iterator[Element]:
    """The elements of these tags in `element`, in order, none inside another.

    They are its children, wrappers aside; or, if `deep`, however deep they lie. What is deleted or
    hidden is passed over.
    """
    for part in element:
        if part.tag in tags:
            if not _is_deleted(part):
                yield part
        elif part.tag in _UNSEEN or (part.tag == W + "r" and _is_hidden(part)):
            continue
        elif deep or part.tag in _WRAPPERS:
            yield from inside(part, *tags, deep=deep)


def child(element: Element | None, *path: str) -> Element | None:
    """The element down the path of tags, without their namespace; None where one is missing."""
    for tag in path:
        if element is None:
            return None
        element = element.find(W + tag)
    return element


def value(element: Element | None, *path: str) -> str | None:
    """What the element down the path says in its `val`; None where it is missing."""
    found = child(element, *path)
    return None if found is None else found.get(W + "val")


def _is_hidden(run: Element) -> bool:
    vanish = child(run, "rPr", "vanish")
    return vanish is not None and vanish.get(W + "val") not in ("0", "false", "off")


def _is_deleted(part: Element) -> bool:
    return part.tag == W + "tr" and child(part, "trPr", "del") is not None
