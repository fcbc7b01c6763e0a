"""From characters of fonts that have signs in place of letters to the signs of Unicode.

The assignments are those of Adobe's Symbol encoding and of Unicode's own mapping of Wingdings
(document L2/12-368). Characters in neither cannot be read with certainty.
"""

from __future__ import annotations

import re

__all__ = ["UNKNOWN", "read"]

UNKNOWN = "\ufffd"
_PRIVATE = range(0xF000, 0xF100)
_CODES = re.compile(r"[\uf000-\uf0ff]")
_SYMBOL = dict(
    zip(
        [*range(0x20, 0x7F), *range(0xA0, 0xF0), *range(0xF1, 0xFF)],
        " !∀#∃%&∋()∗+,−./0123456789:;<=>?"
        "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"
        "‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
        "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵"
        "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓"
        "◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪"
        "〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭",
        strict=True,
    )
)
_WINGDINGS = {
    **dict(zip(range(0x20, 0x2B), " ✏✂✁👓🔔📖🕯☎✆✉", strict=True)),
    **dict(zip(range(0x36, 0x38), "⌛⌨", strict=True)),
    **dict(zip(range(0x3E, 0x4E), "✇✍✎✌👌👍👎☜☞☝☟✋☺😐☹💣", strict=True)),
    **dict(zip(range(0x4E, 0x55), "☠⚐⚑✈☼💧❄", strict=True)),
    **dict(zip(range(0x58, 0x6A), "✠✡☪☯ॐ☸♈♉♊♋♌♍♎♏♐♑♒♓", strict=True)),
    **dict(zip(range(0x6B, 0x77), "&●❍■□❐❑❒⬧⧫◆❖", strict=True)),
    **dict(zip(range(0x77, 0x7F), "⬥⌧⍓⌘❀✿❝❞", strict=True)),
    **dict(zip(range(0x80, 0x96), "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿", strict=True)),
    **dict(zip(range(0x9E, 0xA9), "·•∙○⭘◉◎◎◦▪◻", strict=True)),
    **dict(zip(range(0xAA, 0xB0), "✦★✶✴✹✵", strict=True)),
    **dict(zip(range(0xD5, 0xD7), "⌫⌦", strict=True)),
    **dict(zip(range(0xDF, 0xE7), "←→↑↓↖↗↙↘", strict=True)),
    **dict(zip(range(0xEF, 0xF3), "⇦⇨⇧⇩", strict=True)),
    **dict(zip(range(0xFB, 0xFF), "✗✓☒☑", strict=True)),
    0xD8: "➢",
    0xDC: "➲",
    0xE8: "➔",
}
_WINGDINGS_2 = {
    0x4F: "✗",
    0x50: "✓",
    0x51: "☒",
    0x52: "☑",
    0x53: "☒",
    0x54: "☒",
    0x98: "•",
    0xA3: "☐",
}
_WINGDINGS_3 = {0x7D: "▶", 0x84: "▲", 0x86: "▼", 0x22: "→", 0x21: "←", 0x23: "↑", 0x24: "↓"}
_WEBDINGS = {0x61: "✔", 0x72: "✖", 0x63: "□", 0x67: "■", 0x20: " "}
_FONTS = {
    "symbol": _SYMBOL,
    "wingdings": _WINGDINGS,
    "wingdings 2": _WINGDINGS_2,
    "wingdings 3": _WINGDINGS_3,
    "webdings": _WEBDINGS,
}


def read(words: str, font: str | None, other: str | None = None) -> str:
    """Return the signs that characters in a font show; U+FFFD for each that is not known.

    Codes of the private area that such fonts use are signs in any font, ASCII only in one of them.
    `other` is the font of characters that are not ASCII, if they have one of their own.
    """
    signs = _FONTS.get((font or "").lower())
    private = _FONTS.get((other or "").lower()) or signs or {}
    if signs is None and not _CODES.search(words):
        return words
    shown = []
    for letter in words:
        code = ord(letter)
        if code in _PRIVATE:
            shown.append(private.get(code - _PRIVATE.start, UNKNOWN))
        elif signs is None or code >= 0x100 or letter.isspace():
            # Word shows in another font what this one lacks
            shown.append(letter)
        else:
            shown.append(signs.get(code, UNKNOWN))
    return "".join(shown)
