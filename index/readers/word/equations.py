"""From Word's equations to one line of text, the way people type them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from index.readers.word.raised import lowered, raised
from index.readers.word.wordml import M, W, is_removed

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["linear"]

# A unit before or after a sign: a number, a name, or what is in brackets.
_ONE = re.compile(r"[\w.,′°%]*|\([^()]*\)|√\([^()]*\)")
_ROOTS = {"": "√", "2": "√", "3": "∛", "4": "∜"}
_NARY = "∫"  # the default of the format


def linear(element: Element, before: str = "") -> str:
    """Return the text of an equation, or of a part of it, after the text `before`.

    A half is `1/2`, a power `10⁶` or `x^(ab)`, a root `√(2)`. Digits that are apart never meet.
    """
    text, stood_apart = "", False
    for part in element:
        if is_removed(part):
            continue
        said = _part(part, text or before)
        stands_apart = part.tag in _FORMS and part.tag not in _FLOWING
        touches = (text or before)[-1:].isalnum() and said[:1].isalnum()
        text += " " + said if touches and (stands_apart or stood_apart) else said
        if said:
            stood_apart = stands_apart
    return text


def _part(part: Element, before: str) -> str:
    if part.tag in (M + "t", W + "t"):
        return part.text or ""
    if part.tag in (W + "br", W + "tab", W + "cr"):
        return " "
    form = _FORMS.get(part.tag)
    if form:
        return form(part)
    return "" if part.tag.endswith("Pr") else linear(part, before)


def _in(element: Element, name: str, before: str = "") -> str:
    part = element.find(M + name)
    return "" if part is None else linear(part, before).strip()


def _option(element: Element, settings: str, name: str) -> str | None:
    found = element.find(f"{M}{settings}/{M}{name}")
    return None if found is None else found.get(M + "val")


def _one(words: str) -> str:
    return words if _ONE.fullmatch(words) else f"({words})"


def _fraction(element: Element) -> str:
    above, below = _in(element, "num"), _in(element, "den")
    if _option(element, "fPr", "type") == "noBar":
        # they bring their own brackets
        return f"{_one(above)} ¦ {_one(below)}"
    return f"{_one(above)}/{_one(below)}"


def _scripts(element: Element) -> str:
    base = _one(_in(element, "e"))
    under, over = _in(element, "sub"), _in(element, "sup")
    if under:
        base += lowered(under, base or "x")
    if over:
        base += raised(over, base or "x") if not over.isalpha() else _power(over)
    return base


def _power(over: str) -> str:
    # letters of an equation are not an ordinal
    return {"n": "ⁿ", "i": "ⁱ"}.get(over, f"^({over})")


def _before(element: Element) -> str:
    under, over = _in(element, "sub"), _in(element, "sup")
    return raised(over, "x") + lowered(under, "x") + _in(element, "e")


def _root(element: Element) -> str:
    degree, words = _in(element, "deg"), _in(element, "e")
    sign = _ROOTS.get(degree) or raised(degree, "x") + "√"
    return f"{sign}{words}" if words.isalnum() else f"{sign}({words})"


def _nary(element: Element) -> str:
    sign = _option(element, "naryPr", "chr")
    limits = _in(element, "sub"), _in(element, "sup")
    below = f"_({limits[0]})" if limits[0] else ""
    above = f"^({limits[1]})" if limits[1] else ""
    return f"{_NARY if sign is None else sign}{below}{above} {_in(element, 'e')}"


def _brackets(element: Element) -> str:
    signs = [_option(element, "dPr", name) for name in ("begChr", "sepChr", "endChr")]
    left, between, right = (
        default if sign is None else sign for sign, default in zip(signs, "(|)", strict=True)
    )
    return left + between.join(linear(e).strip() for e in element.iterfind(M + "e")) + right


def _function(element: Element) -> str:
    name, of = _in(element, "fName"), _in(element, "e")
    return name + of if of.startswith("(") else f"{name} {of}"


def _limit(sign: str) -> Callable[[Element], str]:
    def form(element: Element) -> str:
        return f"{_in(element, 'e')}{sign}({_in(element, 'lim')})"

    return form


def _accent(element: Element) -> str:
    words, sign = _in(element, "e"), _option(element, "accPr", "chr") or "\u0302"
    return words + (sign if len(words) == 1 else "")


def _bar(element: Element) -> str:
    sign = "\u0305" if _option(element, "barPr", "pos") == "top" else "\u0332"
    return "".join(letter + sign for letter in _in(element, "e"))


def _rows(element: Element) -> str:
    rows = element.iterfind(M + "mr")
    cells = (", ".join(linear(cell).strip() for cell in row.iterfind(M + "e")) for row in rows)
    return "[" + "; ".join(cells) + "]"


def _lines(element: Element) -> str:
    lines = (linear(line).strip() for line in element.iterfind(M + "e"))
    # `&` only aligns them
    return "; ".join(line.replace("&", "") for line in lines)


def _phantom(element: Element) -> str:
    return "" if _option(element, "phantPr", "show") in ("0", "off", "false") else _in(element, "e")


_FORMS: dict[str, Callable[[Element], str]] = {
    M + "acc": _accent,
    M + "bar": _bar,
    M + "d": _brackets,
    M + "eqArr": _lines,
    M + "f": _fraction,
    M + "func": _function,
    M + "limLow": _limit("_"),
    M + "limUpp": _limit("^"),
    M + "m": _rows,
    M + "nary": _nary,
    M + "phant": _phantom,
    M + "rad": _root,
    M + "sPre": _before,
    M + "sSub": _scripts,
    M + "sSubSup": _scripts,
    M + "sSup": _scripts,
}
_FLOWING = {M + "acc", M + "bar", M + "func", M + "sSub", M + "sSubSup", M + "sSup"}
