"""Find denials in texts, and questions that ask for what is not so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from index.text import phrasebook

__all__ = ["asks_what_is_not", "negates"]


def negates(text: str, language: str) -> bool:
    """Return True if `text` says that something is not so, or is refused or left out; also in a
    language whose words for it are not known here.
    """
    words = _denials(language)
    return words is None or bool(words.search(phrasebook.plain(text)))


def asks_what_is_not(text: str, language: str) -> bool:
    """Return True if a question asks for what is not so.

    An introduction, a condition, “or not”, or a question for yes or no (“Isn't there …?”) does not
    count; nor does anything in a language whose words for it are not known here. In a language but
    English and Russian a question word has to stand in it.
    """
    *before, last = _SENTENCE_END.split(text.strip())
    asked = " ".join([*(told for told in before if told.endswith("?")), last])
    if language in _NOT:
        return bool(_NOT[language].search(_BESIDE[language].sub(" ", asked)))
    words = _listed(language, "not")
    if words is None:
        return False
    left = _conditions(language).sub(" ", phrasebook.plain(_SAID.sub(" ", asked)))
    return bool(words.search(left)) and not _asking(language).isdisjoint(phrasebook.key(left))


@cache
def _denials(language: str) -> re.Pattern[str] | None:
    return _NEGATIONS.get(language) or _listed(language, "not", "without")


@cache
def _listed(language: str, *kinds: str) -> re.Pattern[str] | None:
    """Return a pattern for words of a language's file; None if it has none for “not”.

    Any letters may stand in place of a hyphen, and after each word of `without`.
    """
    if not phrasebook.phrases(language, "not"):
        return None
    words = [
        phrasebook.plain(word) + "-" * (kind == "without")
        for kind in kinds
        for word in phrasebook.phrases(language, kind)
    ]
    return re.compile(rf"(?<!\w)(?:{_alternatives(words)})(?!\w)")


def _alternatives(words: Sequence[str]) -> str:
    return "|".join(re.escape(word).replace(r"\-", r"\w*") for word in words)


@cache
def _conditions(language: str) -> re.Pattern[str]:
    words = [phrasebook.plain(word) for word in phrasebook.phrases(language, "if")]
    return re.compile(rf"(?<!\w)(?:{_alternatives(words)})(?!\w)[^.!?,;؟]*")


@cache
def _asking(language: str) -> frozenset[str]:
    words = phrasebook.phrases(language, "question")
    return frozenset(part for word in words for part in phrasebook.key(word))


# The marks of a question for what is not so, after harmless phrases around it are removed.
_NOT = {
    "en": re.compile(
        r"\b(?:not|no|never|none|neither|nor|nobody|nothing|nowhere|cannot|unable)\b|n['’]t\b",
        re.IGNORECASE,
    ),
    "ru": re.compile(
        r"\b(?:не|ни|нет|нельзя|никогда|нигде|никто|никого|никому|никем|ничто|ничего|ничему|ничем|"
        r"никак\w*)\b",
        re.IGNORECASE,
    ),
}
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
# bounded, so that a text of quotation marks takes no longer than another
_QUOTED = r"[“„\"«][^“”\"»]{0,200}[“”\"»]"
_SAID = re.compile(_QUOTED)
_BESIDE = {
    "en": re.compile(
        rf"{_QUOTED}|(?:^|[,;?]|\b(?:and|but)\b)\s*(?:is|are|was|were|do|does|did|has|have|had|can|could|"
        r"will|won|would|shall|should|may|might|must)(?:n['’]t|not)?\b[^.!?,;]*|\bif\b[^.!?,;]*|"
        r"\bor (?:not|no)\b|\bno (?:later|earlier|more|less|fewer|longer)\b|"
        r"\bnot (?:only|just|later|earlier|more|less|fewer)\b",
        re.IGNORECASE,
    ),
    "ru": re.compile(
        rf"{_QUOTED}|(?:^|[,;?])\s*(?:а\s+)?(?:вы\s+)?не\s+(?:подскаж|скаж|зна|мог|помож)\w*|"
        r"\bесли\b[^.!?,;]*|\b(?:разве|неужели)\b[^.!?]*|\bили не\w*|"
        r"\b(?:не|нет|нельзя)(?=\s+(?:\w+\s+)?ли\b)|"
        r"\bне (?:только|менее|более|позже|позднее|раньше)\b",
        re.IGNORECASE,
    ),
}
_NEGATIONS = {
    "en": re.compile(
        rf"{_NOT['en'].pattern}|\b(?:non|without|except|away|instead|only|unless|outside|missing|"
        r"closed|closes|impossible|illegal|unavailable|ban(?:s|ned|ning)?|den(?:y|ies|ied|ying))\b|"
        r"\b(?:forb[ia]d|prohibit|exclu[ds]|refus|reject|avoid|lack|fail)",
        re.IGNORECASE,
    ),
    "ru": re.compile(
        rf"{_NOT['ru'].pattern}|\b(?:без|кроме|вместо|только|лишь|нету)\b|"
        r"\b(?:запре[тщ]|воспрещ|исключ|отказ|отверг|отклон|отмен|избега|отсутств|лиш[её]н|закрыт|"
        r"выходн|невозмож|недопуст|недоступ)",
        re.IGNORECASE,
    ),
}
