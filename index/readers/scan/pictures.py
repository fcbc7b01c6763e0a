"""Pictures as documents: a photo or a scan becomes a PDF of one page, and is read as such."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from index.errors import DocumentError
from index.readers import pdf
from index.readers.scan import engine
from index.readers.scan.installed import PICTURE
from index.types import Document

__all__ = ["page_of", "read"]

_KINDS = ("PNG", "JPEG")
# What a camera makes is smaller; more unpacks to gigabytes.
_MOST_PIXELS = 80_000_000
# A picture that does not say how large it is has the longer side of A4.
_LONG_INCHES = 11.7
_DPI = (70, 600)


def read(id: str, data: bytes, digest: str) -> Document:
    """Return the document in a picture; DocumentError if no text is read surely in it."""
    page = page_of(data)
    if not engine.ready():
        raise DocumentError(PICTURE, "picture_unread")
    return pdf.read(id, page, digest)


def page_of(data: bytes) -> bytes:
    """Return the picture as a PDF of one page, upright as the camera says."""
    try:
        with Image.open(io.BytesIO(data), formats=_KINDS) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise DocumentError(
                    "the picture has too many pixels; make it smaller", "picture_large"
                )
            said = float(opened.info.get("dpi", (0.0, 0.0))[0])
            image = ImageOps.exif_transpose(opened)
            if image.mode in ("RGBA", "LA", "P"):
                whole = image.convert("RGBA")
                image = Image.new("RGBA", whole.size, "white")
                image.alpha_composite(whole)
            grey = image.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise DocumentError(
            "not a picture, or a damaged one; export it again", "not_picture"
        ) from None
    least, most = _DPI
    dpi = said if least <= said <= most else max(grey.size) / _LONG_INCHES
    stream = io.BytesIO()
    grey.save(stream, "PDF", resolution=min(max(dpi, least), most), quality=92)
    return stream.getvalue()
