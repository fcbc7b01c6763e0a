"""Rich messages of Bot API 10.1 and later, made as people send them and read as text.

A rich message has no `text`: it is a list of blocks, whose texts are strings, lists of texts, or
objects that hold a text. Shapes: https://core.telegram.org/bots/api#richmessage
"""

from collections.abc import Iterable, Iterator
from typing import Any

__all__ = ["bullets", "flat", "heading", "paragraph", "table"]

Json = dict[str, Any]


def paragraph(text: object) -> Json:
    """A paragraph; the text is a string, a list of texts, or an object with a text."""
    return {"type": "paragraph", "text": text}


def heading(text: object, size: int = 2) -> Json:
    """A heading."""
    return {"type": "heading", "text": text, "size": size}


def bullets(*items: object, ordered: bool = False) -> Json:
    """A list, each item one paragraph, with numbers or bullets as labels."""
    return {
        "type": "list",
        "items": [
            {"label": f"{number}." if ordered else "•", "blocks": [paragraph(item)]}
            for number, item in enumerate(items, 1)
        ],
    }


def table(*rows: Iterable[object], caption: str | None = None) -> Json:
    """A table whose first row is its header."""
    cells = [
        [
            {"text": cell, "align": "left", "valign": "top"} | ({"is_header": True} if top else {})
            for cell in row
        ]
        for top, row in zip([True] + [False] * len(rows), rows, strict=False)
    ]
    return {"type": "table", "cells": cells} | ({"caption": caption} if caption else {})


def flat(rich: Json) -> str:
    """The text of a rich message as a person reads it, a line for each block."""
    return "\n".join(line for block in rich.get("blocks", ()) for line in _lines(block))


def _lines(block: Json) -> Iterator[str]:
    kind = block.get("type")
    if kind == "list":
        for item in block.get("items", ()):
            inner = [line for each in item.get("blocks", ()) for line in _lines(each)]
            yield " ".join([str(item.get("label", "•")), *inner[:1]])
            yield from inner[1:]
    elif kind == "table":
        if "caption" in block:
            yield _text(block["caption"])
        for row in block.get("cells", ()):
            yield " | ".join(_text(cell.get("text", "")) for cell in row)
    else:
        for name in ("summary", "text", "expression"):
            if name in block:
                yield _text(block[name])
        for inner in block.get("blocks", ()):
            yield from _lines(inner)
        for name in ("caption", "credit"):
            if name in block:
                yield _text(block[name])


def _text(given: Any) -> str:
    if isinstance(given, str):
        return given
    if isinstance(given, list):
        return "".join(map(_text, given))
    if isinstance(given, dict):
        return _text(given.get("text", given.get("alternative_text", given.get("expression", ""))))
    return ""
