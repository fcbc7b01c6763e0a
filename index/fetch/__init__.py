"""Fetch documents from the web, from public addresses only and within bounds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from pathlib import PurePosixPath

import httpx

from index import readers
from index.errors import DocumentError, FetchError, GoneError
from index.fetch.addresses import Policy
from index.fetch.connecting import Response, Web
from index.fetch.origin import named_within

__all__ = ["Fetched", "Policy", "fetch", "fetch_again"]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A fetched document: a name for its file, its bytes, the address it came from.

    The address is the last one, after redirects; if the format has a place for it, it is written
    into the bytes too, so that the document has it. `etag` and `modified` are what the server says
    of this version, for `fetch_again`.
    """

    name: str
    data: bytes
    url: str
    etag: str | None = None
    modified: str | None = None


def fetch(url: str, policy: Policy | None = None) -> Fetched:
    """Fetch the document at a web address; FetchError says why it is refused or missing."""
    found = _fetch(url, policy or Policy(), {})
    if found is None:
        raise FetchError(
            f"{url}: it answers 304; open it in a browser to see why",
            "address_status",
            address=url,
            status=304,
        )
    return found


def fetch_again(
    url: str, etag: str | None, modified: str | None, policy: Policy | None = None
) -> Fetched | None:
    """Fetch a document that was fetched before, None if its server says that it did not change.

    Raises GoneError if there is nothing at the address any more, FetchError otherwise.
    """
    known = {"If-None-Match": etag, "If-Modified-Since": modified}
    headers = {name: value for name, value in known.items() if value and _is_header(value)}
    return _fetch(url, policy or Policy(), headers)


def _fetch(url: str, policy: Policy, known: Mapping[str, str]) -> Fetched | None:
    address = _parsed(url)
    with Web(policy) as web:
        answer = web.get(address, known)
        for _ in range(policy.redirects):
            if answer.status not in _REDIRECTS:
                break
            address = _parsed(str(address.join(answer.headers.get("location", ""))))
            answer = web.get(address, known)
    if answer.status == 304 and known:
        return None
    _refuse(address, answer)
    kind = _kind(address, answer.headers)
    data = named_within(kind, answer.body, str(address), _charset(answer.headers))
    said = (answer.headers.get(name) for name in ("etag", "last-modified"))
    return Fetched(_name(address, kind), data, str(address), *said)


def _is_header(value: str) -> bool:
    return value.isascii() and value.isprintable()


_GONE = {404, 410}
_REDIRECTS = {301, 302, 303, 307, 308}
# The media types that servers give for the formats we read.
_KINDS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "text/markdown": ".md",
    "text/plain": ".txt",
}
# These say little: the suffix of the address says more.
_GENERAL = {"application/octet-stream", "binary/octet-stream", "text/plain", ""}
_LONGEST_NAME = 80


def _parsed(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url.strip())
    except httpx.InvalidURL:
        raise FetchError(
            f"{url}: not an address; copy it from the browser", "address_wrong", address=url
        ) from None
    if address.scheme not in ("http", "https") or not address.host:
        raise FetchError(
            f"{url}: not a web address; it must begin with https://",
            "address_scheme",
            address=url,
        )
    if address.userinfo:
        raise FetchError(
            f"{address.host}: not fetched with a password; send the file itself",
            "address_password",
            address=address.host,
        )
    # the part after # is for the browser alone
    return address.copy_with(fragment=None)


def _refuse(address: httpx.URL, answer: Response) -> None:
    if answer.status in _REDIRECTS:
        raise FetchError(
            f"{address}: it redirects too often; open it in a browser and use that address",
            "address_redirects",
            address=address,
        )
    if answer.status != 200:
        raise (GoneError if answer.status in _GONE else FetchError)(
            f"{address}: it answers {answer.status}; open it in a browser to see why",
            "address_status",
            address=address,
            status=answer.status,
        )
    if not answer.body:
        raise FetchError(
            f"{address}: the page is empty; open it in a browser to see why",
            "address_nothing",
            address=address,
        )
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise FetchError(
            f"{address}: its server compresses it unasked; save it and send the file",
            "address_compressed",
            address=address,
        )


def _kind(address: httpx.URL, headers: httpx.Headers) -> str:
    """Return the file suffix for a response, by its media type."""
    called = headers.get("content-type", "").partition(";")[0].strip().lower()
    if called in _GENERAL:
        try:
            return readers.kind(address.path)
        except DocumentError:
            pass
    if called not in _KINDS:
        kinds = ", ".join(sorted({kind[1:] for kind in _KINDS.values()}))
        raise FetchError(
            f"{address}: it is {called or 'of no known kind'}; only {kinds} are read",
            "address_kind",
            address=address,
            called=called,
            kinds=kinds,
            kind=called or "of no known kind",
        )
    return _KINDS[called]


def _charset(headers: httpx.Headers) -> str | None:
    message = Message()
    message["content-type"] = headers.get("content-type", "")
    return message.get_content_charset()


def _name(address: httpx.URL, kind: str) -> str:
    """Return a file name for an address: its last part, or the host, in characters safe on any
    disk.
    """
    stem = PurePosixPath(address.path).stem
    stem = re.sub(r"[^\w.-]+", "-", stem).strip("-.") or address.host.replace(":", "-")
    return stem[:_LONGEST_NAME] + kind
