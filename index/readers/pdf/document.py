"""A PDF file held open by PDFium, which one thread may use at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from index.errors import DocumentError

__all__ = ["opened"]

_LOCK = Lock()


@contextmanager
def opened(data: bytes) -> Iterator[tuple[Any, Any]]:
    """The file of these bytes, and PDFium's handle of its form, None if it has none.

    Raises DocumentError if it is encrypted or no PDF.
    """
    import pypdfium2

    with _LOCK:
        try:
            pdf = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
                raise DocumentError(
                    "it is encrypted; save it without a password", "encrypted"
                ) from None
            raise DocumentError(
                "not a PDF file, or a damaged one; export it again", "not_pdf"
            ) from None
        try:
            pdf.init_forms()
            yield pdf, pdf.formenv and pdf.formenv.raw
        finally:
            pdf.close()
