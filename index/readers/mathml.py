"""Formulas in MathML, written on one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.readers import raised

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["line"]

# Invisible signs: application, times, separator, plus.
_UNSEEN = "\u2061\u2062\u2063\u2064\u200b"
_TIGHT = "()[]{}|!′″‴,;"
_DEEPEST = 50


def line(math: HtmlElement) -> str:
    """Return the formula as it is typed: `a = 1/2 b h`, `x²`, `√(a + b)`; no two numbers are
    joined.
    """
    return " ".join(_read(math, 0).split())


def _read(element: HtmlElement, depth: int) -> str:
    tag = str(element.tag).rpartition(":")[2]
    if tag.startswith("annotation") or depth > _DEEPEST:
        return ""
    parts = [_read(child, depth + 1) for child in element]
    if tag == "mo":
        sign = _own(element)
        return sign if sign in _TIGHT else f" {sign} "
    if tag in ("mi", "mn", "mtext", "ms"):
        return _own(element)
    if tag == "mfrac" and len(parts) == 2:
        return f" {_grouped(parts[0])}/{_grouped(parts[1])} "
    if tag == "msqrt":
        return f" √{_grouped(_joined(parts))}"
    if tag == "mroot" and len(parts) == 2:
        return f" {raised.raised(parts[1], 'x')}√{_grouped(parts[0])}"
    if tag in ("msup", "mover", "msub", "munder", "msubsup", "munderover") and parts:
        return parts[0] + _scripts(tag, parts[1:], parts[0])
    if tag == "mtr":
        return ", ".join(part.strip() for part in parts) + "; "
    return _joined([_own(element), *parts])


def _own(element: HtmlElement) -> str:
    words = str(element.text or "")
    return "".join(sign for sign in words if sign not in _UNSEEN).strip()


def _joined(parts: list[str]) -> str:
    """Return the parts side by side, with a space where letters or digits would meet."""
    whole = ""
    for part in parts:
        apart = whole[-1:].isalnum() and part[:1].isalnum()
        whole += f" {part}" if apart else part
    return whole


def _grouped(words: str) -> str:
    words = " ".join(words.split())
    return words if words.replace(".", "").isalnum() else f"({words})"


def _scripts(tag: str, scripts: list[str], before: str) -> str:
    low, high = tag.startswith(("msub", "munder")), tag.endswith(("sup", "over"))
    written = raised.lowered(_short(scripts[0]), before) if low and scripts else ""
    if high and scripts:
        written += raised.raised(_short(scripts[-1]), before)
    return written


def _short(words: str) -> str:
    return words.strip().replace(" ", "") if len(words) < 12 else words
