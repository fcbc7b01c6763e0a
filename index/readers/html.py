"""HTML: the content of a page as its reader sees it, folds open, without navigation.

Read with lxml alone. trafilatura keeps what looks like an article and drops the rest: of 25 pages
of the Rust book it lost 14 % of the words inside `<main>`, of one page 39 %. Here nothing is lost
except what the page itself marks as not content, and that is counted.
"""

from __future__ import annotations

from index.readers import encodings, exported, kinds, markup, naming, stylesheets
from index.readers.page import Page
from index.types import Document

__all__ = ["read"]

# A language detected from fewer characters is less certain than what the page says.
_SURE = 400


def read(id: str, data: bytes, digest: str) -> Document:
    """Read the bytes of an HTML file.

    List items show their bullet or number, table rows their cells with a bar between. The address
    is the canonical one, the date that of publication, if the page names them.
    """
    root = markup.parse(encodings.decode_page(data, encodings.charset(data)))
    if exported.is_chat(root):
        return exported.read(id, digest, root)
    stylesheets.apply(root)
    kinds.settle(root)
    title = markup.title(root)
    page = Page(title or "")
    page.reading.heading(naming.unsaid(title, root) or "", 0)
    page.add(root)
    return page.reading.document(
        id,
        digest,
        title=page.title(title),
        language=markup.language(root) if page.size < _SURE else None,
        url=markup.address(root),
        date=markup.published(root),
    )
