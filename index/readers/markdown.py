"""Markdown: the reading text is what a reader of the rendered page sees."""

from __future__ import annotations

from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.readers import blocks, frontmatter
from index.readers.reading import Reading
from index.types import Document

__all__ = ["read"]

_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def read(id: str, data: bytes, digest: str) -> Document:
    """The document in the bytes of a Markdown file, its front matter read and left out.

    Links show their words, images their description, list items their bullet or number, table rows
    their cells with a bar between. Comments and tags are not seen and not kept.
    """
    front, source = frontmatter.take(blocks.decode(data))
    page = _Page()
    page.add(_PARSER.parse(source))
    reading = page.reading
    first = next((heading.text for heading in reading.headings if heading.level == 1), None)
    return reading.document(
        id,
        digest,
        title=front.title or first,
        language=front.language[:2] if front.language else None,
        url=front.url,
        date=front.date,
    )


class _Page:
    """The blocks of a page on their way into its reading text."""

    def __init__(self) -> None:
        self.reading = Reading()
        self._lists: list[int | None] = []  # for each open list: its next number, None for bullets

    def add(self, tokens: list[Token]) -> None:
        rows: list[str] = []  # the lines of the list or table that is being read
        cells: list[str] = []
        marker = ""
        for number, token in enumerate(tokens):
            match token.type:
                case "bullet_list_open":
                    self._lists.append(None)
                case "ordered_list_open":
                    self._lists.append(int(token.attrs.get("start", 1)))
                case "bullet_list_close" | "ordered_list_close":
                    self._lists.pop()
                    if not self._lists:
                        self._close(rows)
                case "list_item_open":
                    marker = self._marker()
                case "inline" if tokens[number - 1].type == "heading_open":
                    self.reading.heading(_seen(token), int(tokens[number - 1].tag[1:]))
                case "inline" if tokens[number - 1].type in ("th_open", "td_open"):
                    cells.append(_seen(token))
                case "tr_close":
                    rows.append(blocks.row(cells))
                    cells = []
                case "table_close" if not self._lists:
                    self._close(rows)
                case "inline" if self._lists:
                    rows.append(marker + _seen(token))
                    marker = ""
                case "inline":
                    self._close([_seen(token)])
                case "fence" | "code_block" if self._lists:
                    rows.extend(token.content.splitlines())
                case "fence" | "code_block":
                    self._close(token.content.splitlines())
                case "html_block":
                    self._close([_without_tags(token.content)])

    def _marker(self) -> str:
        indent = "  " * (len(self._lists) - 1)
        number = self._lists[-1]
        if number is None:
            return f"{indent}• "
        self._lists[-1] = number + 1
        return f"{indent}{number}. "

    def _close(self, rows: list[str]) -> None:
        """End a paragraph made of these rows."""
        self.reading.paragraph(rows)
        rows.clear()


def _seen(token: Token) -> str:
    """The words of an inline token as the page shows them, on one line."""
    parts = []
    for child in token.children or []:
        match child.type:
            case "text" | "code_inline":
                parts.append(child.content)
            case "softbreak" | "hardbreak":
                parts.append(" ")
            case "image":
                parts.append(_seen(child))
            case "html_inline" if child.content.lower().startswith("<br"):
                parts.append(" ")
    return "".join(parts)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def _without_tags(html: str) -> str:
    parser = _Text()
    parser.feed(html)
    parser.close()
    return " ".join(" ".join(parser.parts).split())
