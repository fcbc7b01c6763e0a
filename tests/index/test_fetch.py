"""Documents from the web: from a real server that a policy allows, else from public hosts only."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest

from index import readers
from index.errors import FetchError
from index.fetch import Fetched, Policy, fetch
from index.fetch.addresses import Address
from index.readers import File
from index.types import Document
from tests.index.made import docx_of, pdf

LOOPBACK = ip_address("127.0.0.1")
PDF = pdf([(72, 700, 10, "The ferry leaves at four.")])
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


_VALIDATORS = (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified"))


class Site:
    """A server on loopback: what it answers, and what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, str]] = []
        self.answered: list[int] = []
        self.leave = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.headers["Host"], self.path))
                status, headers, body = site.answers.get(self.path, (404, {}, b""))
                for asks, says in _VALIDATORS:
                    if status == 200 and self.headers[asks] == headers.get(says, ""):
                        status, body = 304, b""
                site.answered.append(status)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
                if "X-Hang" in headers:
                    while not site.leave.wait(0.05):
                        self.wfile.write(b".")

            def log_message(self, format: str, *arguments: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = False
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def page(self, path: str, body: bytes, kind: str = "text/html") -> str:
        """Answer with these bytes; the address to ask."""
        self.answers[path] = (200, {"Content-Type": kind}, body)
        return self.url(path)

    def redirect(self, path: str, target: str) -> str:
        """Answer with a redirect; the address to ask."""
        self.answers[path] = (302, {"Location": target}, b"")
        return self.url(path)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def close(self) -> None:
        self.leave.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture
def policy(site: Site) -> Callable[..., Policy]:
    """A policy that allows the site beside the public network."""

    def make(**changes: object) -> Policy:
        allowed = {"ports": frozenset({80, 443, site.port}), "inside": frozenset({LOOPBACK})}
        return Policy(**{**allowed, **changes})  # type: ignore[arg-type]

    return make


def document(fetched: Fetched) -> Document:
    return readers.read(File(fetched.name, Path(fetched.name)), fetched.data)


def test_a_page_is_fetched_and_its_document_has_the_address(
    site: Site, policy: Callable[..., Policy]
) -> None:
    url = site.page("/ferries/times.php?day=1&x=2#top", b"<html><head></head><p>At four.")
    site.answers["/ferries/times.php?day=1&x=2"] = site.answers.pop(
        "/ferries/times.php?day=1&x=2#top"
    )
    fetched = fetch(url, policy())
    assert fetched.name == "times.html"
    assert fetched.url == site.url("/ferries/times.php?day=1&x=2")
    assert document(fetched).source.url == fetched.url
    assert document(fetched).text == "At four."


def test_the_address_it_came_from_stands_before_the_one_a_page_gives_itself(
    site: Site, policy: Callable[..., Policy]
) -> None:
    page = b"<head><link rel=canonical href=https://bank.example/></head><p>Words."
    assert document(fetch(site.page("/a", page), policy())).source.url == site.url("/a")


def test_the_encoding_that_the_server_names_outweighs_that_of_the_page(
    site: Site, policy: Callable[..., Policy]
) -> None:
    page = "<head><meta charset=koi8-r></head><p>Паром в четыре.".encode("cp1251")
    fetched = fetch(site.page("/a", page, "text/html; charset=windows-1251"), policy())
    assert document(fetched).text == "Паром в четыре."


@pytest.mark.parametrize(
    ("path", "kind", "data", "name"),
    [
        ("/", "text/html; charset=utf-8", b"<p>Words.", "127.0.0.1.html"),
        ("/a%20b/..%2f.times.pdf", "application/pdf", PDF, "times.pdf"),
        ("/get.pdf", "application/octet-stream", PDF, "get.pdf"),
        ("/get?id=7", WORD, docx_of("Words."), "get.docx"),
        ("/notes.txt", "text/plain", b"Words.", "notes.txt"),
        ("/readme.md", "text/plain; charset=utf-8", b"# T\n\nWords.", "readme.md"),
        ("/" + "%D1%8F" * 200, "text/plain", b"Words.", "я" * 80 + ".txt"),
    ],
)
def test_the_file_is_named_by_its_address_and_its_kind(
    site: Site, policy: Callable[..., Policy], path: str, kind: str, data: bytes, name: str
) -> None:
    fetched = fetch(site.page(path, data, kind), policy())
    assert fetched.name == name
    assert document(fetched).text.strip()
    if not name.endswith((".html", ".md")):
        assert fetched.data == data


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("# T\n\nWords.", None),
        ("---\ntitle: T\n---\nWords.", None),
        ("---\nurl: https://own.example/\n---\nWords.", "https://own.example/"),
        ("---\n\nA text after a rule.\n", None),
    ],
)
def test_markdown_has_the_address_in_its_front_matter(
    site: Site, policy: Callable[..., Policy], given: str, url: str | None
) -> None:
    fetched = fetch(site.page("/a.md", given.encode(), "text/markdown"), policy())
    assert document(fetched).source.url == (url or site.url("/a.md"))
    assert "ords" in document(fetched).text or "rule" in document(fetched).text


def test_redirects_are_followed_to_where_they_end(
    site: Site, policy: Callable[..., Policy]
) -> None:
    site.page("/end", b"<p>Words.")
    site.redirect("/b", "/end")
    fetched = fetch(site.redirect("/a", site.url("/b")), policy())
    assert fetched.url == site.url("/end")
    assert [path for _, path in site.asked] == ["/a", "/b", "/end"]


def test_the_address_that_was_looked_at_is_the_one_connected_to(
    site: Site, policy: Callable[..., Policy]
) -> None:
    """A name that has another address a moment later changes nothing."""
    site.page("/a", b"<p>Words.")
    turns: Iterator[list[Address]] = iter([[LOOPBACK], [ip_address("10.0.0.1")]])
    url = f"http://docs.example:{site.port}/a"
    assert fetch(url, policy(resolve=lambda host: next(turns))).url == url
    assert site.asked == [(f"docs.example:{site.port}", "/a")]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "[::]",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "2130706433",
        "0x7f000001",
        "127.1",
        "[::ffff:127.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::1]",
        "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
        "[fe80::1]",
        "[fc00::1]",
        "[ff02::1]",
    ],
)
def test_addresses_that_are_not_public_are_refused(host: str) -> None:
    with pytest.raises(FetchError, match="not an address of the public network; send the file"):
        fetch(f"http://{host}/")


@pytest.mark.parametrize(
    "address",
    [
        # hosts of clouds
        "168.63.129.16",
        "192.0.0.192",
        "100.100.100.200",
        "fd00:ec2::254",
        # special by the tables of IANA, whatever the one of this Python says
        "192.0.0.9",
        "192.88.99.1",
        "198.19.255.255",
        "203.0.113.7",
        "fec0::1",
        "3fff::1",
        "3fff:fff::1",
        "2001:20::1",
        "2001:db8::1",
        "2002:5db8:d70e::1",
        "2620:4f:8000::1",
        "100::1",
        "64:ff9b:1::1",
        "5f00::1",
        "4000::1",
        # ways to write them
        "::ffff:168.63.129.16",
        "::168.63.129.16",
        "64:ff9b::a83f:8110",
        "2002:a83f:8110::1",
    ],
)
def test_special_addresses_are_not_public(address: str) -> None:
    assert not Policy().allows(ip_address(address))


def test_public_addresses_are_allowed() -> None:
    for address in (
        "93.184.215.14",
        "168.63.129.17",
        "192.0.1.1",
        "223.255.255.255",
        "2606:4700::1111",
        "2a00::1",
        "::ffff:93.184.215.14",
        "64:ff9b::5db8:d70e",
    ):
        assert Policy().allows(ip_address(address)), address


def test_a_name_is_resolved_within_the_time(policy: Callable[..., Policy]) -> None:
    never = threading.Event()

    def resolve(host: str) -> list[Address]:
        never.wait(30)
        return [LOOPBACK]

    with pytest.raises(FetchError, match=r"it takes longer than 0\.2 seconds"):
        fetch("http://docs.example/", policy(seconds=0.2, resolve=resolve))
    never.set()


@pytest.mark.parametrize(
    "charset",
    ["punycode", "idna", "unicode_escape", "utf-7", "undefined", "zip", "rot13", "cp037", "x" * 99],
)
def test_an_encoding_that_browsers_do_not_know_is_not_used(
    site: Site, policy: Callable[..., Policy], charset: str
) -> None:
    """Some of Python's take a minute for what is sent here."""
    page = b"<meta charset=windows-1251><p>" + "Паром. ".encode("cp1251") * 200_000
    fetched = fetch(site.page("/a", page, f"text/html; charset={charset}"), policy())
    assert "Паром. Паром." in fetched.data.decode()


@pytest.mark.parametrize(
    ("charset", "codec"),
    [
        ("Windows-1251", "cp1251"),
        ("x-cp1251", "cp1251"),
        ("koi8-ru", "koi8-u"),
        ("ISO_8859-5", "iso8859-5"),
        ("cp866", "cp866"),
        ("x-mac-cyrillic", "mac-cyrillic"),
        ("gb2312", "gb18030"),
        ("Shift_JIS", "cp932"),
        ("utf8", "utf-8"),
        ("utf-16be", "utf-16-be"),
    ],
)
def test_an_encoding_that_browsers_know_is(
    site: Site, policy: Callable[..., Policy], charset: str, codec: str
) -> None:
    page = "<p>Паром в четыре.".encode(codec)
    fetched = fetch(site.page("/a", page, f"text/html; charset={charset}"), policy())
    assert document(fetched).text == "Паром в четыре."


def test_a_host_with_one_address_that_is_not_public_is_refused() -> None:
    addresses = [ip_address("93.184.215.14"), ip_address("10.0.0.1")]
    with pytest.raises(FetchError, match=r"docs\.example: not an address of the public network"):
        fetch("http://docs.example/", Policy(resolve=lambda host: addresses))


@pytest.mark.parametrize("target", ["http://10.0.0.1/", "http://[::1]/", "//169.254.169.254/"])
def test_a_redirect_to_what_is_not_public_is_refused(
    site: Site, policy: Callable[..., Policy], target: str
) -> None:
    with pytest.raises(FetchError, match="not an address of the public network"):
        fetch(site.redirect("/a", target), policy())


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("file:///etc/passwd", "not a web address; it must begin with https://"),
        ("ftp://docs.example/a", "not a web address"),
        ("http://", "not a web address"),
        ("a.txt", "not a web address"),
        ("http://0177.0.0.1/", "not an address; copy it from the browser"),
        ("http://me:secret@docs.example/", "not fetched with a password; send the file itself"),
        ("http://docs.example:22/", "port 22 is not one of the web's, 80 and 443"),
        ("http://no-such-host.invalid/", "no such host"),
    ],
)
def test_what_is_no_address_of_the_web_is_refused(target: str, message: str) -> None:
    with pytest.raises(FetchError, match=message) as caught:
        fetch(target)
    assert "secret" not in str(caught.value)


def test_what_a_server_answers_is_told(site: Site, policy: Callable[..., Policy]) -> None:
    for url, message in [
        (site.url("/none"), "it answers 404; open it in a browser to see why"),
        (site.page("/empty", b""), "the page is empty"),
        (site.page("/a.png", b"x", "image/png"), "it is image/png; only docx, html, md, pdf, txt"),
        (site.page("/a", b"x", "application/octet-stream"), "only docx, html, md, pdf, txt"),
        (site.redirect("/loop", "/loop"), "it redirects too often"),
        (site.redirect("/file", "file:///etc/passwd"), "not a web address"),
    ]:
        with pytest.raises(FetchError, match=message):
            fetch(url, policy())
    assert site.asked.count((f"127.0.0.1:{site.port}", "/loop")) == 6


def test_size_is_counted_while_it_comes(site: Site, policy: Callable[..., Policy]) -> None:
    url = site.page("/a", b"x" * 3_000_000)
    with pytest.raises(FetchError, match="larger than 2 MB, the limit; send a part"):
        fetch(url, policy(bytes=2 * 1024**2))


def test_a_server_that_sends_a_byte_now_and_then_is_cut(
    site: Site, policy: Callable[..., Policy]
) -> None:
    site.answers["/slow"] = (200, {"Content-Type": "text/html", "X-Hang": "1"}, b"<p>")
    with pytest.raises(FetchError, match=r"it takes longer than 0\.5 seconds; save it and send"):
        fetch(site.url("/slow"), policy(seconds=0.5))


def test_what_comes_compressed_unasked_is_refused(
    site: Site, policy: Callable[..., Policy]
) -> None:
    site.answers["/a"] = (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, b"x")
    with pytest.raises(FetchError, match="its server compresses it unasked; save it and send"):
        fetch(site.url("/a"), policy())
