"""Markdown: the reading text is what a reader of the rendered page sees.

It is rendered and read like any other page, so that HTML within it means what it means there.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

from index.errors import DocumentError
from index.readers import dialects, encodings, frontmatter, markup, naming
from index.readers.page import Page
from index.types import Document

__all__ = ["read"]

# Signs that no one sees, and that hide the mark of a heading or list from the parser.
_MARKS = re.compile(r"^([ \t]*)[\ufeff\u200b\u2060]+", re.M)
# The parser drops deeper nesting, and the rest of the file with it.
_DEEPEST = 100


def read(id: str, data: bytes, digest: str) -> Document:
    """Read the bytes of a Markdown file, without its front matter.

    Links show their words, images their description, list items their bullet or number, table rows
    their cells with a bar between. Comments and tags are not shown and not kept.
    """
    front, source = frontmatter.take(_MARKS.sub(r"\1", encodings.decode(data)))
    root = markup.parse(_rendered(source))
    page = Page()
    page.reading.heading(naming.unsaid(front.title, root) or "", 0)
    page.add(root)
    return page.reading.document(
        id,
        digest,
        title=front.title or page.title(None),
        language=front.language,
        url=front.url,
        date=front.date,
    )


def _rendered(source: str) -> str:
    # the parser changes while it reads
    parser = MarkdownIt("commonmark")
    dialects.extend(parser, _DEEPEST)
    env: dict[str, object] = {}
    try:
        tokens = parser.parse(source, env)
        if any(token.level >= _DEEPEST - 2 for token in tokens):
            raise DocumentError(
                "its lists or quotations are nested too deeply; split it", "lists_deep"
            )
        body = parser.renderer.render(tokens, parser.options, env)
    except RecursionError:
        raise DocumentError(
            "its lists or quotations are nested too deeply; split it", "lists_deep"
        ) from None
    return f"<html><body>{body}</body></html>"
