"""The annotations of a page: the fields of a form, free text, crossing out."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from index.readers.pdf.graphics import Bar

__all__ = ["notes", "struck"]

_HIDDEN = 2 | 32
_PASSWORD = 1 << 13
_MOST = 5_000


def notes(page: Any, form: Any) -> Iterator[tuple[str, Bar]]:
    """Return the values of the fields of a page and its free text, with their places."""
    from pypdfium2 import raw

    for note in _annotations(page):
        kind = raw.FPDFAnnot_GetSubtype(note)
        if raw.FPDFAnnot_GetFlags(note) & _HIDDEN:
            continue
        if kind == raw.FPDF_ANNOT_FREETEXT:
            words = _string(partial(raw.FPDFAnnot_GetStringValue, note, b"Contents"))
        elif kind == raw.FPDF_ANNOT_WIDGET and form is not None:
            words = _value(form, note)
        else:
            continue
        if words.strip():
            yield words, _place(note)


def struck(page: Any) -> list[Bar]:
    """Return the places that are marked as crossed out."""
    from pypdfium2 import raw

    return [
        _place(note)
        for note in _annotations(page)
        if raw.FPDFAnnot_GetSubtype(note) == raw.FPDF_ANNOT_STRIKEOUT
    ]


def _annotations(page: Any) -> Iterator[Any]:
    from pypdfium2 import raw

    for at in range(min(raw.FPDFPage_GetAnnotCount(page), _MOST)):
        note = raw.FPDFPage_GetAnnot(page, at)
        if note:
            try:
                yield note
            finally:
                raw.FPDFPage_CloseAnnot(note)


def _value(form: Any, note: Any) -> str:
    from pypdfium2 import raw

    kind = raw.FPDFAnnot_GetFormFieldType(form, note)
    if kind in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON):
        return "☒" if raw.FPDFAnnot_IsChecked(form, note) else "☐"
    if kind in (raw.FPDF_FORMFIELD_TEXTFIELD, raw.FPDF_FORMFIELD_COMBOBOX):
        if raw.FPDFAnnot_GetFormFieldFlags(form, note) & _PASSWORD:
            return ""
        return _string(partial(raw.FPDFAnnot_GetFormFieldValue, form, note))
    if kind == raw.FPDF_FORMFIELD_LISTBOX:
        return "\n".join(
            _string(partial(raw.FPDFAnnot_GetOptionLabel, form, note, at))
            for at in range(min(raw.FPDFAnnot_GetOptionCount(form, note), 500))
            if raw.FPDFAnnot_IsOptionSelected(form, note, at)
        )
    return ""


def _string(get: Callable[..., int]) -> str:
    size = get(None, 0)
    room = (ctypes.c_ushort * (size // 2 + 1))()
    get(room, size)
    return bytes(room)[: max(size - 2, 0)].decode("utf-16-le", "ignore")


def _place(note: Any) -> Bar:
    from pypdfium2 import raw

    rect = raw.FS_RECTF()
    raw.FPDFAnnot_GetRect(note, rect)
    left, right = sorted((rect.left, rect.right))
    bottom, top = sorted((rect.bottom, rect.top))
    return Bar(left, bottom, right, top)
