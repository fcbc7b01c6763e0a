"""Decode the bytes of a file, as browsers and editors do."""

from __future__ import annotations

import codecs
import re

import webencodings

from index.errors import DocumentError
from index.readers import guessing, rtf

__all__ = ["charset", "decode", "decode_page", "is_known"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 8_000  # characters to look at
_REFUSED = "a binary file, not text; remove it or convert it"


def decode(data: bytes) -> str:
    """Decode a plain text without changing it: UTF-8, what its mark says, or a sure guess.

    RTF under another name gives its words. Raises DocumentError if the encoding cannot be
    determined.
    """
    if rtf.is_rtf(data):
        return rtf.words(data)
    if (text := _marked(data)) is not None:
        return text
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        guess = _wide(data) or guessing.guess(data)
        if guess is None:
            raise _undecided(data, error) from None
        return guess
    if "\0" in text:
        if wide := _wide(data):
            return wide
        raise DocumentError(_REFUSED, "binary")
    return text


def is_known(label: str) -> bool:
    """Return True if browsers know an encoding by this label."""
    return webencodings.lookup(label) is not None


def decode_page(data: bytes, label: str | None = None) -> str:
    """Decode a web page in the encoding with this label, as a browser does.

    A wrong byte becomes U+FFFD, as in a browser. A page that names no encoding, or a wrong one, is
    decoded as plain text. Raises DocumentError if its encoding cannot be determined.
    """
    if (text := _marked(data)) is not None:
        return text
    found = webencodings.lookup(label) if label else None
    name = found.name if found else "utf-8"
    if name.startswith("utf-16") and b"\0" not in data[:_SAMPLE]:
        # a page that says so in single-byte letters is wrong
        name = "utf-8"
    for codec in _CODECS.get(name, (name,)):
        try:
            return _without_zeros(data.decode(codec))
        except (UnicodeDecodeError, LookupError):
            continue
    others = sum(byte > 0x7F for byte in data)
    if name == "utf-8" and _wrongs(data) * 20 > others:
        if guess := _wide(data) or guessing.guess(data, _TAG.sub(b" ", data)):
            return guess
        if not found or _wrongs(data) * 2 > others:
            return decode(data)
    return _without_zeros(data.decode(_CODECS.get(name, (name,))[0], errors="replace"))


_TAG = re.compile(rb"<(?:script|style)\b.*?</|<[^<>]*>|&#?\w+;", re.I | re.S)
_META = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
_XML = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})", re.I)
_BODY = re.compile(rb"</head|<body", re.I)
# Styles and scripts may come before the encoding.
_HEAD = 262_144


def charset(data: bytes) -> str | None:
    """Return the label of the encoding that a page names in its head, None if it names none."""
    if match := _XML.match(data, 0, _HEAD):
        return match.group(1).decode("ascii", "replace")
    end = _BODY.search(data, 0, _HEAD)
    head = _without_comments(data[: end.start() if end else _HEAD])
    found = _META.search(head)
    return found.group(1).decode("ascii", "replace") if found else None


# Encodings of the web whose Python namesakes know fewer characters; the first that fits is used.
# https://encoding.spec.whatwg.org/#legacy-multi-byte-chinese-(simplified)-encodings
_CODECS: dict[str, tuple[str, ...]] = {
    "gbk": ("gb18030",),
    "shift_jis": ("cp932", "shift_jis_2004"),
    "euc-jp": ("euc_jp", "euc_jis_2004"),
    "iso-2022-jp": ("iso2022_jp_ext", "iso2022_jp_2004"),
    "euc-kr": ("cp949",),
    "big5": ("big5hkscs", "cp950"),
    "hz-gb-2312": ("hz",),
    "windows-874": ("cp874",),
    "iso-8859-8-i": ("iso8859_8",),
    "macintosh": ("mac_roman",),
    "x-mac-cyrillic": ("mac_cyrillic",),
    "x-user-defined": ("cp1252",),
}


def _marked(data: bytes) -> str | None:
    for mark, codec in _MARKS:
        if data.startswith(mark):
            try:
                text = data[len(mark) :].decode(codec)
            except UnicodeDecodeError as error:
                if codec == "utf-32-le":
                    continue
                raise _undecided(data, error) from None
            if "\0" in text:
                raise DocumentError(_REFUSED, "binary")
            # in plain text every character is kept
            return "\ufeff" + text if codec == "utf-8" else text
    return None


def _wide(data: bytes) -> str | None:
    """Return True if this looks like UTF-16 without a mark: every other byte of its ASCII is
    zero.
    """
    if len(data) % 2 or b"\0" not in data:
        return None
    even, odd = data[::2].count(0), data[1::2].count(0)
    codec = "utf-16-le" if odd > even else "utf-16-be"
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return None
    one_sided = min(even, odd) * 20 <= max(even, odd)
    return text if one_sided and guessing.is_plausible(text[:_SAMPLE]) else None


def _wrongs(data: bytes) -> int:
    return data.decode(errors="replace").count("\ufffd")


def _without_zeros(text: str) -> str:
    if "\0" in text:
        raise DocumentError(_REFUSED, "binary")
    return text


def _without_comments(head: bytes) -> bytes:
    parts = []
    place = 0
    while (start := head.find(b"<!--", place)) >= 0:
        parts.append(head[place:start])
        end = head.find(b"-->", start + 4)
        if end < 0:
            return b"".join(parts)
        place = end + 3
    return b"".join([*parts, head[place:]])


def _undecided(data: bytes, error: UnicodeDecodeError) -> DocumentError:
    if b"\0" in data:
        return DocumentError(_REFUSED, "binary")
    return DocumentError(
        f"not UTF-8 (byte {error.start:,} of {len(data):,}), and its encoding is unclear; "
        "open it in an editor and save it as UTF-8",
        "encoding_unclear",
        start=f"{error.start:,}",
        size=f"{len(data):,}",
    )
