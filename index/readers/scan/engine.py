"""Tesseract's library in this process: loaded once, before files are taken from it.

The program cannot be used: the process that reads files may not start any. Functions are those of
https://github.com/tesseract-ocr/tesseract/blob/main/include/tesseract/capi.h.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from lxml import etree

__all__ = ["Word", "load", "ready", "words"]

_NAMES = (
    "libtesseract.so.5",
    "libtesseract.so.4",
    "/opt/homebrew/lib/libtesseract.dylib",
    "/usr/local/lib/libtesseract.dylib",
)
# Layout and recognition, without a look at how the page is turned.
_AUTOMATIC = 3
_LINES = ("ocr_line", "ocr_header", "ocr_caption", "ocr_textfloat")
_BOX = re.compile(r"bbox (\d+) (\d+) (\d+) (\d+)")
_BASE = re.compile(r"baseline (-?[\d.]+) (-?[\d.]+)")
_SIZE = re.compile(r"x_size ([\d.]+)")
_SURE = re.compile(r"x_wconf (\d+)")


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its box in pixels from the top left corner, and how sure it is, 0 to 100.

    `base` is where the baseline of its line stands at the left end of that, `slope` how much it
    falls a pixel, `size` the height of its line; `line` counts the lines.
    """

    text: str
    left: int
    top: int
    right: int
    bottom: int
    sure: int
    base: float
    slope: float
    size: float
    line: int


class _Engine:
    """The library, initialised for some languages."""

    def __init__(self, library: ctypes.CDLL, languages: str) -> None:
        self._library = library
        library.TessBaseAPICreate.restype = ctypes.c_void_p
        library.TessBaseAPIGetHOCRText.restype = ctypes.c_void_p
        self._handle = ctypes.c_void_p(library.TessBaseAPICreate())
        if library.TessBaseAPIInit3(self._handle, None, languages.encode()):
            raise OSError("Tesseract cannot be initialised")

    def read(self, pixels: bytes, width: int, height: int, dpi: int) -> bytes:
        """Return what stands in a picture in shades of grey, as hOCR."""
        library, handle = self._library, self._handle
        library.TessBaseAPISetPageSegMode(handle, _AUTOMATIC)
        library.TessBaseAPISetImage(handle, pixels, width, height, 1, width)
        library.TessBaseAPISetSourceResolution(handle, dpi)
        if library.TessBaseAPIRecognize(handle, None):
            return b""
        text = library.TessBaseAPIGetHOCRText(handle, 0)
        try:
            return ctypes.string_at(text) if text else b""
        finally:
            library.TessDeleteText(ctypes.c_void_p(text))
            library.TessBaseAPIClear(handle)


_engine: _Engine | None = None


def load(languages: str) -> None:
    """Load the library for these languages, such as `eng+rus`; nothing if that is not possible."""
    global _engine  # noqa: PLW0603 - the process has one
    for name in (ctypes.util.find_library("tesseract"), *_NAMES):
        if name and _engine is None:
            with suppress(OSError, AttributeError):
                _engine = _Engine(ctypes.CDLL(name), languages)


def ready() -> bool:
    """Return True if pictures can be read in this process."""
    return _engine is not None


def words(pixels: bytes, width: int, height: int, dpi: int) -> list[Word]:
    """Return the words of a picture in shades of grey, line by line."""
    if _engine is None:
        raise AssertionError("load() comes first")
    read = _engine.read(pixels, width, height, dpi)
    return list(_words(read)) if read else []


def _words(read: bytes) -> Iterator[Word]:
    page = etree.fromstring(read, etree.XMLParser(recover=True, resolve_entities=False))
    if page is None:
        return
    lines = (one for one in page.iter("{*}span") if one.get("class") in _LINES)
    for number, line in enumerate(lines):
        title = line.get("title", "")
        box, size = _BOX.search(title), _SIZE.search(title)
        if box is None or size is None:
            continue
        left, bottom = int(box[1]), int(box[4])
        base = _BASE.search(title)
        slope, offset = (float(base[1]), float(base[2])) if base else (0.0, 0.0)
        for word in line.iter("{*}span"):
            said = word.get("title", "")
            where, sure = _BOX.search(said), _SURE.search(said)
            text = "".join(word.itertext()).strip()
            if word.get("class") == "ocrx_word" and where and sure and text:
                x0, y0, x1, y1 = (int(edge) for edge in where.groups())
                begins = bottom + offset + slope * (x0 - left)
                yield Word(
                    text, x0, y0, x1, y1, int(sure[1]), begins, slope, float(size[1]), number
                )
