"""From text to sentences: the spans that are embedded, quoted and marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from index.types import Span

__all__ = ["split"]

# The encoder reads 256 word pieces, about 1,000 characters of English. Text after them would never
# be found, and a passage contains whole sentences, so this also bounds a passage.
_LONGEST = 1_000


def split(text: str, start: int = 0, end: int | None = None, language: str = "en") -> list[Span]:
    """Return the sentences of one paragraph, `text[start:end]`, as spans of `text`.

    They are in order, do not overlap, neither begin nor end with white space, and hold every other
    character of the paragraph exactly once; nothing outside the paragraph affects them. A line that
    begins a list item or follows an empty line begins a sentence; any other line break is a space.
    A sentence of more than 1,000 characters is cut, at a clause if it has one. The time taken is
    linear. `language` is an ISO 639-1 code; one without rules uses the English ones.
    """
    paragraph = text[start:end]
    rules = _rules(language, paragraph.islower() or paragraph.isupper())
    spans = []
    for block in _ITEM.split(paragraph):
        for first, last in _sentences(block, rules):
            spans += [Span(start + a, start + b) for a, b in _pieces(block, first, last)]
        start += len(block) + 1
    return spans


# A line break before a list item or an empty line.
_ITEM = re.compile(r"\n(?=[^\S\n]*(?:\n|(?:[-*•‣◦▪·]|\(?\w\)|\(?(?:\d{1,3}\.)*\d{1,3}[.)])\s))")

# Where a sentence may end: at a stop with the closing marks and the notes after it (`.[3]`, `.12`,
# `.:116`), or after a short quotation or bracket, which is not cut inside. Possessive (`++`), so
# that a run of 100,000 stops is read once.
_MARK = re.compile(
    r"""(?: (?P<group> \( [^()]{1,200}+ \) | \[ [^][]{1,200}+ \] | « [^«»]{1,200}+ »
                     | “ [^“”]{1,200}+ ” | „ [^„“”]{1,200}+ [“”]
                     | " (?<! [^\s(\[—–-] ") (?=\S) [^"]{1,200}+ " (?!\w) )
          | (?P<stop> [.!?…‼⁇⁈⁉]++ ) | (?P<wide> [。！？｡।॥؟۔։።។]++ ) )
        (?P<close> ["'“”‘’»›」』）)\]}*_]*+ )
        (?P<note> (?: \[ [\w\s,–-]{1,40}+ \] )*+ [⁰¹²³⁴-⁹]*+ )
        (?P<number> (?: (?: :\s? )? \d{1,3} (?: [:,–‑-] \d{1,4} )* (?=\s) )? )""",
    re.VERBOSE,
)
_INNER = re.compile(r"[.!?…]+(?=[\"'“”‘’»)\]*_\s]*$)")  # the stop of a quotation or bracket
_NEXT = re.compile(r"(\s*)[\"'“‘„«‹(\[{¿¡*_#•‣◦▪·—–\s-]{0,9}+(\S?)")  # past the opening marks
_LEADER = re.compile(r"\s\.{2,}|.\.{4,}")  # `Tea .... 2.10`
_OPENED = re.compile(r"(?:^|[\s(\[])[\"«„“‘(\[]+$")
_SPACE = re.compile(r"\s*")
_TOKEN = re.compile(r"[^\W_]{1,30}(?:-[^\W_]{1,30})?")

# The word before a full stop, with the short abbreviated words before it: `p.m`, `т. е`, `J. R`.
_LAST = re.compile(r"(?<![^\W_])(?<!\w['’])(?:\w{1,3}\.[\s-]?)*([^\W_]+(?:-[^\W_]+)*)$")
_POINTS = re.compile(r"(?:\w{1,2}\.-?)+\w{1,2}")
_NO_VOWEL = re.compile(r"(?i:[bcdfghjklmnpqrstvwxz]{1,4}|[бвгджзйклмнпрстфхцчшщ]{1,5})")
_ROMAN = re.compile(r"[IVXLC]{2,}")
_MARKER = re.compile(r"(?:\d{1,3}\.)*\d{1,3}|[IVXLC]{1,5}|\w")  # of a list item
_NUMBER = re.compile(r"\W*(?:[A-Z]?\d|[IVXLC]{2,}\b|[B-HJ-Z]\b)")  # 5, S1, IV, B
_COUNT = re.compile(r"(?:\d(?:[\w,.—–-]*\w)?(?:\s?°)?|\b[IVXLCХ]+)(?:\s[^\W\d_]{1,4}\.)*\s?$")
_PLAIN = re.compile(r"[a-zа-яё]{3}$")
_GLUED = re.compile(r"[а-яё]{3} [А-ЯЁ][а-яё]")  # Latin script has names like `threading.Thread`


def _sentences(block: str, rules: _Rules) -> Iterator[tuple[int, int]]:
    begin, end = _after_space(block, 0), len(block.rstrip())
    for mark in _MARK.finditer(block):
        if mark.end() < end and rules.end(block, begin, mark):
            yield begin, mark.end()
            begin = _after_space(block, mark.end())
    if begin < end:
        yield begin, end


def _pieces(block: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Return the sentence whole, or in parts if it is too long."""
    while last - first > _LONGEST:
        room = min(_LONGEST, (last - first) * 2 // 3)
        half, cut = first + room // 2, first + room
        for clause in (r"\n", r"[;:]\s", r"[,—–]\s", r"\s"):
            if ends := [found.end() for found in re.finditer(clause, block[half:cut])]:
                cut = half + ends[-1]
                break
        yield first, first + len(block[first:cut].rstrip())
        first = _after_space(block, cut)
    yield first, last


def _after_space(block: str, at: int) -> int:
    space = _SPACE.match(block, at)
    return space.end() if space else at


@dataclass(frozen=True, slots=True)
class _Rules:
    """The rules for the ends of sentences in one language, in a paragraph of mixed case or not."""

    never: frozenset[str]
    counted: frozenset[str]
    closing: frozenset[str]
    doubtful: frozenset[str]
    starters: frozenset[str]
    ordinals: bool
    one_case: bool

    def end(self, block: str, begin: int, mark: re.Match[str]) -> bool:
        """Return True if the sentence of `block` that begins at `begin` ends at `mark`."""
        at, stop = mark.start(), mark["stop"]
        if group := mark["group"]:
            inner = _INNER.search(group, max(0, len(group) - 9))
            # a bracket ends a sentence only if it is one
            if not inner or (group[0] in "([" and (at > begin or not _TOKEN.search(group))):
                return False
            at, stop = at + inner.start(), inner[0]
        follows = _NEXT.match(block, mark.end())
        if not follows or not follows[2] or follows[2] in ",;:.!?…)]}»”’%/":
            return False
        if stop and _LEADER.match(block, at - 1) and follows[2].isdigit():
            return False
        after = follows.start(2)
        first = _TOKEN.match(block, after)
        # lower case continues the sentence, except in names (iPhone, p53) and texts in one case
        if first and first[0].islower() and not self.one_case and not re.search(r"\d", first[0]):
            return False
        earlier = block[max(begin, at - 60) : at].rstrip()
        last = _LAST.search(earlier, max(0, len(earlier) - 40))
        word = last[1] if last else ""
        if not follows[1]:
            return _glued(mark, word, block[after : after + 2])
        if _OPENED.search(earlier) or (mark["number"] and not _PLAIN.search(word)):
            return False
        starts = (
            first is not None
            and first[0].lower().partition("-")[0] in self.starters
            and block[first.end() : first.end() + 1] != "."
        )
        if not last or stop != ".":
            return starts or word not in _SHOUTED
        if at - begin == len(last[0]) and _MARKER.fullmatch(last[0]):
            return False
        number = _NUMBER.match(block, after) is not None
        return self._full_stop(earlier[: last.start()], last[0], word, number, starts)

    def _full_stop(self, earlier: str, last: str, word: str, number: bool, starts: bool) -> bool:
        """Return True if the full stop after `last`, the end of `word`, ends the sentence."""
        whole = "".join(last.split())
        if self._has(self.never, whole, word, word.rpartition("-")[2]):
            return False
        if number and self._has(self.counted, whole, word):
            return False
        if word.isdigit() or _ROMAN.fullmatch(word):
            return starts or not self.ordinals or (word.isdigit() and len(word) > 2)
        letter = len(word) == 1 and (word.isupper() or word.islower())
        short = letter or (_NO_VOWEL.fullmatch(word) is not None and word[1:].islower())
        if short and "." not in last.rsplit(maxsplit=1)[-1] and _COUNT.search(earlier):
            # a unit, but a year or century may open the sentence: `В 1945 г. Москва`
            return starts or (not number and (word not in _YEARS or len(earlier.split()) > 2))
        if self._has(self.closing, whole, word):
            return starts or (not number and len(earlier.split()) > 2)
        if short or _POINTS.fullmatch(whole) or self._has(self.doubtful, whole, word):
            return starts
        return True

    def _has(self, words: frozenset[str], *forms: str) -> bool:
        return any(
            form in words or form.lower() in words or (self.one_case and form.title() in words)
            for form in forms
        )


def _glued(mark: re.Match[str], word: str, after: str) -> bool:
    """Return True if a sentence ends at `mark` when the next one follows without a space."""
    if mark["wide"]:
        return not (mark["close"] and after[0].isalnum())
    if mark["note"]:
        return after[0].isupper()
    return _GLUED.fullmatch(f"{word[-3:]} {after}") is not None


@cache
def _rules(language: str, one_case: bool) -> _Rules:
    kin = _KIN.get(language, language)
    own = _WORDS.get(kin, {})
    # English serves languages without rules, also beside Cyrillic; in Latin script its
    # abbreviations may be words (the German Gen)
    english = _WORDS["en"] if kin == "ru" or not own else {}
    words = {
        kind: frozenset(f"{english.get(kind, '')} {own.get(kind, '')}".split())
        for kind in _WORDS["en"]
    }
    return _Rules(**words, ordinals=language in _ORDINALS, one_case=one_case)


# The Russian year, years, century and centuries.
_YEARS = frozenset(("г", "гг", "в", "вв"))

# Names that end in a mark of their own.
_SHOUTED = frozenset(("Jeopardy", "Joomla", "Yahoo", "Yum"))

# Languages that write ordinal numbers with a full stop.
_ORDINALS = frozenset(("cs", "da", "de", "fi", "hu", "no", "pl", "sk", "sl"))

# Languages that share the abbreviations of another.
_KIN = {"be": "ru", "bg": "ru", "kk": "ru", "ky": "ru", "uk": "ru", "gl": "es", "pt": "es"}

# Abbreviations without their last full stop; one in lower case stands for every case, one with a
# capital for itself. `never` ends a sentence; `counted` does not before a number; `closing` does
# if three words went before; `doubtful` does before a word that begins sentences, a starter.
# One letter, no vowel (`Hr`, `ул`) or full stops inside (`U.S`) are doubtful without being listed;
# after a number, one letter or no vowel is a unit, which may end it.
_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "never": """Mr Mrs Ms Mx Messrs Dr Drs Prof Rev Hon St Ste Mt Ft Gen Sen Rep Gov Pres Capt
            Col Lt Maj Sgt Cpl Pvt Adm Cmdr Atty Supt Det Insp Amb Ing sig dott Dept Univ Assn
            e.g i.e vs cf viz esp incl""",
        "counted": """no nos fig figs eq eqs sec sect ch chap vol vols p pp par Art Ex App Tab Ref
            approx ca max min avg Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec""",
        "closing": "etc",
        "doubtful": "Inc Ltd Co Corp Bros Jr Sr Esq al lit ave blvd rd bldg hwy PhD",
        "starters": """the a an this that these those there here he she it we they you i his her
            its our their my your who what when where why how which in on at by for from with to
            without of as if after before during since until while although though because but and
            or so then thus however also only not no nobody nothing none one two some many most
            more all both each every several another other such now today later once yet even let
            again""",
    },
    "ru": {
        "never": """проф акад доц инж реж ред изд сост зав зам нач тов архиеп митр Дж г-н г-жа ул
            просп пер бул наб обл пос дер оз вул р-н гос т.е т.к т.н т.о т.ч напр ср прил англ
            итал греч исп""",
        "counted": """рис табл илл разд род ок кв янв фев февр мар апр июн июл авг сен сент окт
            ноя нояб дек""",
        "closing": "т.д т.п др пр тыс млн млрд трлн руб коп долл",
        "doubtful": "им ген полк букв лат",
        "starters": """он она оно они мы вы я ты это этот эта эти его её ее их в во на с со к ко по
            из за от до о об у при для без под над через между после перед и а но да или если
            когда где как что кто чтобы также так тоже затем потом тогда там тут здесь однако
            поэтому хотя не нет все всё один одна сам наш мой кроме теперь уже ещё еще только""",
    },
    "de": {
        "never": """Dr Prof Hr Hrn Fr Frl Dipl Mag Ing St Mr Mrs Fa med jur phil z.B d.h i.d.R o.ä
            v n bzw evtl ggf inkl exkl vgl sog geb gest""",
        "counted": "Nr Abs Art Bd Kap S Ziff Abb Tab Aufl Str bundesstr ca max min",
        "closing": "usw etc",
        "doubtful": "Mio Mrd Tsd Co Inc Jr",
        "starters": """der die das den dem des ein eine einen er sie es wir ihr ich man dies diese
            dieser im in an am auf aus bei mit nach seit von vor zu zum zur für ohne um als wenn
            wie wo was wer und aber so da dann doch auch nur nicht nichts alle sein seine""",
    },
    "fr": {
        "never": "M MM Mme Mlle Mgr Me Dr Pr St Ste Mr Mrs c.-à-d env cf ex",
        "counted": "p pp art al n no vol fig chap t av",
        "closing": "etc",
        "doubtful": "Co Inc Jr",
        "starters": """le la les l un une des du de d il elle ils elles on nous vous je tu ce cet
            cette ces son sa ses leur en dans sur à au aux par pour avec sans après avant depuis
            comme si quand où qui que et mais ou donc puis alors ainsi ne tous""",
    },
    "es": {
        "never": """Sr Sra Srta Sres Dr Dra D Dña Da St Mr Mrs Av Avda Lic Gral Cap Sto Sta EE p.ej
            aprox""",
        "counted": "pág págs p núm n.º art cap vol fig",
        "closing": "etc",
        "doubtful": "Ud Uds Vd Vds Cía Co Inc Jr",
        "starters": """el la los las lo un una él ella ellos yo tú nosotros se su sus este esta
            ese esa esto aquí en de del a al con por para sin sobre tras desde hasta durante como
            si cuando donde que y o pero luego después antes entonces también no todos""",
    },
}
