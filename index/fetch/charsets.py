"""The encodings that browsers know, by the labels of their standard, in Python's names.

Python knows many more, some of which take time that grows with the square of the size; what a
server says must not choose one: https://encoding.spec.whatwg.org/#names-and-labels
"""

from __future__ import annotations

import re

__all__ = ["known"]

# Only those labels that are not made by the patterns below.
_LABELS = {
    "utf-8": "utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8",
    "utf-16-le": "utf-16 utf-16le ucs-2 unicode csunicode iso-10646-ucs-2 unicodefeff",
    "utf-16-be": "utf-16be unicodefffe",
    # what calls itself Latin-1 is read as its superset everywhere
    "cp1252": "ascii us-ascii ansi_x3.4-1968 latin1 l1 csisolatin1 cp819 ibm819 iso-8859-1"
    " iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 iso-ir-100",
    "iso8859-2": "latin2 l2 csisolatin2 iso-ir-101 iso_8859-2:1987",
    "iso8859-3": "latin3 l3 csisolatin3 iso-ir-109 iso_8859-3:1988",
    "iso8859-4": "latin4 l4 csisolatin4 iso-ir-110 iso_8859-4:1988",
    "iso8859-5": "cyrillic csisolatincyrillic iso-ir-144 iso_8859-5:1988",
    "iso8859-6": "arabic csisolatinarabic ecma-114 asmo-708 iso-ir-127 iso_8859-6:1987"
    " iso-8859-6-e iso-8859-6-i",
    "iso8859-7": "greek greek8 csisolatingreek ecma-118 elot_928 sun_eu_greek iso-ir-126"
    " iso_8859-7:1987",
    "iso8859-8": "hebrew visual logical csisolatinhebrew iso-8859-8-e iso-8859-8-i iso-ir-138"
    " iso_8859-8:1988",
    # Turkish and Thai as well have supersets
    "cp1254": "latin5 l5 csisolatin5 iso-8859-9 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989"
    " iso-ir-148",
    "cp874": "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874",
    "iso8859-10": "latin6 l6 csisolatin6 iso-ir-157",
    "iso8859-15": "l9 csisolatin9",
    "koi8-r": "koi koi8 koi8-r koi8_r cskoi8r",
    "koi8-u": "koi8-u koi8-ru",
    "cp866": "866 cp866 ibm866 csibm866",
    "mac-roman": "mac macintosh csmacintosh x-mac-roman",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "gb18030": "gbk x-gbk chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 iso-ir-58"
    " gb18030",
    "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
    "cp932": "shift_jis shift-jis sjis x-sjis ms932 ms_kanji csshiftjis windows-31j",
    "euc-jp": "euc-jp x-euc-jp cseucpkdfmtjapanese",
    "iso2022-jp": "iso-2022-jp csiso2022jp",
    "cp949": "euc-kr cseuckr korean csksc56011987 ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601"
    " iso-ir-149 windows-949",
}
_BY_LABEL = {label: name for name, labels in _LABELS.items() for label in labels.split()}
_WINDOWS = re.compile(r"(?:windows-|cp|x-cp)125([0-8])")
_ISO = re.compile(r"iso[-_]?8859-?([2-8]|10|13|14|15|16)")


def known(label: str | None) -> str | None:
    """Python's name of an encoding that browsers know by this label; None if they know none."""
    label = (label or "").strip().lower()
    if match := _WINDOWS.fullmatch(label):
        return f"cp125{match[1]}"
    if match := _ISO.fullmatch(label):
        return f"iso8859-{match[1]}"
    return _BY_LABEL.get(label)
