"""The address of a passage on the page of its document. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from bot.messages.model import prefix
from index.types import Hit

__all__ = ["address"]

# Characters that an address may hold besides letters and digits (RFC 3986), and `%` for encoded
# ones.
_ADDRESS = "%:/?#[]@!$&'()*+,;=-._~"
_LONGEST_ADDRESS = 1_500
_LONGEST_RUN = 60


def address(hit: Hit) -> str | None:
    """Return a link to the marked sentence on the page of its document, None without an address."""
    source = hit.passage.source
    first = hit.highlights[0] if hit.highlights else hit.passage.sentences[0]
    message = hit.passage.anchor("message", first.start)
    if message and message.startswith("https://t.me/c/"):
        return message
    try:
        parts = urlsplit(quote(source.url or "", safe=_ADDRESS))
        host = parts.hostname or ""
    except ValueError:
        return None
    # Telegram refuses a message with a link to anything else
    if parts.scheme not in ("http", "https") or "." not in host.strip("."):
        return None
    address = parts.geturl()
    if len(address) > _LONGEST_ADDRESS:
        return None
    if not hit.highlights or ":~:" in address:
        return address
    span, start = hit.highlights[0], hit.passage.start
    words = hit.passage.text[span.start - start : span.end - start].split()
    return f"{address}{'' if parts.fragment else '#'}:~:text={_fragment(words)}"


def _fragment(words: Sequence[str]) -> str:
    """Return the text directive of a URL fragment: all of a short text, else its ends."""
    runs = [" ".join(words)]
    if len(runs[0]) > 2 * _LONGEST_RUN:
        runs = [prefix(runs[0], _LONGEST_RUN), prefix(runs[0][::-1], _LONGEST_RUN)[::-1]]
    encoded = (quote(run, safe="") for run in runs)
    # a bare hyphen, comma or ampersand is syntax there: https://wicg.github.io/scroll-to-text-fragment
    return ",".join(run.replace("-", "%2D") for run in encoded)
