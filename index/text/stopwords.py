"""Lists of stop words by language: words that say nothing by themselves."""

from __future__ import annotations

from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import stopwordsiso

from index.text import phrasebook

__all__ = ["listed"]


def listed(language: str) -> set[str]:
    """Return the stop words of a language as their lists spell them, without question words."""
    found = set(_STOP_WORDS.get(language, ()))
    if language in _LISTED:
        found.update(stopwordsiso.stopwords(language))
    if language not in _STOP_WORDS:
        for kind in ("empty", "pronouns", "on"):
            found.update(phrasebook.phrases(language, kind))
    return found | _AUXILIARIES.get(language, frozenset())


# Words that Lucene's English list lacks: auxiliaries, and pronouns of those who ask and are asked,
# which documents seldom use; “how many” asks; “don’t” is two words, neither of which says anything.
# “Us” and “mine” are not among them: the US and mines are written the same.
_AUXILIARIES = {
    "en": frozenset(
        "do does did has have had been being can could would should may might must shall am "
        "i me my you your yours we our ours many much from let get got t s d m ll re ve "
        "don doesn didn isn aren wasn weren won couldn wouldn shouldn hasn haven hadn".split()
    ),
}
# Languages without a list by Lucene that take the one of stopwords-iso. All without one by Lucene
# also take the words of their file in `phrases/`.
_LISTED = frozenset({"ar", "fa", "hi", "id", "uk"})


def _bm25s_lists() -> Any:
    """Return the module of bm25s with its stop words: the package itself imports SciPy, .2 s."""
    package = find_spec("bm25s")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("bm25s")
    file = Path(package.origin).with_name("stopwords.py")
    spec = spec_from_file_location("bm25s_stopwords", file)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError("bm25s.stopwords")
    lists = module_from_spec(spec)
    spec.loader.exec_module(lists)
    return lists


_lists = _bm25s_lists()
# Lucene's lists; these languages need no other.
_STOP_WORDS = {
    "da": _lists.STOPWORDS_DANISH,
    "de": _lists.STOPWORDS_GERMAN,
    "en": _lists.STOPWORDS_EN,
    "es": _lists.STOPWORDS_SPANISH,
    "fr": _lists.STOPWORDS_FRENCH,
    "it": _lists.STOPWORDS_ITALIAN,
    "nl": _lists.STOPWORDS_DUTCH,
    "no": _lists.STOPWORDS_NORWEGIAN,
    "pt": _lists.STOPWORDS_PORTUGUESE,
    "ru": _lists.STOPWORDS_RUSSIAN,
    "sv": _lists.STOPWORDS_SWEDISH,
    "tr": _lists.STOPWORDS_TURKISH,
}
