"""The XML of a Word document: its names, and the wrappers of paragraphs, rows and cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["M", "R", "W", "child", "inside", "is_on", "is_removed", "value", "whole"]

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_CHOICES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
# Content controls, custom XML, insertions.
_WRAPPERS = {W + tag for tag in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag")}
_REMOVED = {W + tag for tag in ("del", "moveFrom", "pPr", "rPr", "sectPr", "sdtPr", "tblPr")}
_NUMBER = re.compile(r"[+-]?[0-9]{1,9}")


def inside(element: Element, *tags: str, deep: bool = False) -> Iterator[Element]:
    """Return the elements of these tags in `element`, in order, none inside another.

    They are its children, with wrappers skipped, or, if `deep`, at any depth. Deleted elements, and
    those that an older Word shows instead of something, are skipped.
    """
    for part in element:
        if part.tag in tags:
            if not is_removed(part):
                yield part
        elif part.tag == _CHOICES:
            # the first is what current Word shows
            yield from inside(part[0] if len(part) else part, *tags, deep=deep)
        elif not is_removed(part) and (deep or part.tag in _WRAPPERS):
            yield from inside(part, *tags, deep=deep)


def is_removed(part: Element) -> bool:
    """Return True if an element is deleted or moved away, or holds only settings."""
    if part.tag == W + "tr":
        return child(part, "trPr", "del") is not None
    return part.tag in _REMOVED or not isinstance(part.tag, str)


def child(element: Element | None, *path: str) -> Element | None:
    """Return the element at the path of tags, without their namespace; None if one is missing."""
    for tag in path:
        if element is None:
            return None
        element = next(element.iterchildren(W + tag), None)
    return element


def value(element: Element | None, *path: str) -> str | None:
    """Return the `val` of the element at the path; None if it is missing."""
    found = child(element, *path)
    return None if found is None else found.get(W + "val")


def whole(text: str | None) -> int | None:
    """Return the whole number in an attribute; None if there is none, or an absurdly long one."""
    return int(text) if text and _NUMBER.fullmatch(text) else None


def is_on(element: Element | None) -> bool | None:
    """Return the state of a switch such as `<w:b/>`; None if it is not set."""
    if element is None:
        return None
    return element.get(W + "val") not in ("0", "false", "off", "none")
