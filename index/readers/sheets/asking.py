"""Which columns of a sheet ask, and which answer: by their names, or by what their cells say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from index.readers.sheets.sheet import Row
from index.text import languages, words

__all__ = ["Asking", "asking", "names_pairs"]

_ASKS = re.compile(r"[?？؟][\"'»”’)]*$")
# Names that need no other column named as answers: a Q may be a quarter, queries may be counted.
_SURELY = (
    r"questions?|faqs?|вопрос\w*|fragen?|preguntas?|domand[ae]|"
    r"perguntas?|pytani[ae]|sorular?|soru|запитання|питання|суроо\w*|сұрақ\w*|savol\w*|问题|質問"
)
_QUESTION = (
    rf"q|queries|query|prompts?|asks?|problems?|issues?|inputs?|users?|customers?|clients?|terms?|"
    rf"front|запрос\w*|обращени\w*|проблем\w*|клиент\w*|пользовател\w*|термин\w*|{_SURELY}"
)
_ANSWER = (
    r"a|answers?|responses?|repl(?:y|ies)|completions?|solutions?|resolution|outputs?|assistant|"
    r"bot|definitions?|back|ответ\w*|решени[ея]|определени[ея]|бот\w*|оператор\w*|"
    r"antwort(?:en)?|respuestas?|rispost[ae]|respostas?|réponses?|odpowied\w*|cevap\w*|yanıt\w*|"
    r"відповід\w*|жооп\w*|жауап\w*|javob\w*|答案|回答"
)
# The name of a column is short; a longer cell is a sentence with such a word in it.
_MOST_WORDS = 4
_MOST_COLUMNS = 4
_SURE = 0.5  # of the rows ask, so the column does


@dataclass(frozen=True, slots=True)
class Asking:
    """The column of the questions and that of their answers."""

    question: int
    answer: int


def names_pairs(cells: Sequence[str]) -> bool:
    """Return True if the names of columns say that some ask and some answer."""
    asked = any(_names(words, _QUESTION) for words in cells)
    return (asked and any(_names(words, _ANSWER) for words in cells)) or _names(cells[0], _SURELY)


def asking(header: Row | None, rows: Sequence[Row]) -> Asking | None:
    """Return the columns of questions and answers; None if a sheet has none."""
    return _named(header) or _said(rows)


def _named(header: Row | None) -> Asking | None:
    cells = header.cells if header else ()
    asked = next((column for column, words in enumerate(cells) if _names(words, _QUESTION)), None)
    if asked is None:
        return None
    answered = (column for column, words in enumerate(cells) if _names(words, _ANSWER))
    found = next((column for column in answered if column != asked), None)
    if found is None:
        if not _names(cells[asked], _SURELY):
            return None
        found = asked + 1
    return Asking(asked, found) if found < len(cells) and cells[found] else None


def _said(rows: Sequence[Row]) -> Asking | None:
    for column in range(_MOST_COLUMNS - 1):
        pairs = [
            (row.cells[column], row.cells[column + 1])
            for row in rows
            if len(row.cells) > column + 1 and row.cells[column + 1]
        ]
        asked = [_ASKS.search(question) is not None for question, _ in pairs]
        if any(asked) and sum(asked) >= _SURE * len(rows):
            return Asking(column, column + 1)
        # without question marks all must ask, with answers longer than they are
        if len(pairs) == len(rows) > 1 and _ask_in_words([question for question, _ in pairs]):
            longer = mean(len(answer.split()) for _, answer in pairs)
            if longer >= 2 and max(len(row.cells) for row in rows) <= _MOST_COLUMNS:
                return Asking(column, column + 1)
    return None


def _ask_in_words(cells: Sequence[str]) -> bool:
    """Return True if each of the cells begins with a word that asks."""
    language = languages.detect(". ".join(cells))
    found = (words.question_words(cell, language) for cell in cells if cell)
    return all(spans and spans[0].start == 0 for spans in found) and all(cells)


def _names(name: str, words: str) -> bool:
    parts = re.findall(r"\w+", name)
    return 0 < len(parts) <= _MOST_WORDS and any(re.fullmatch(words, p, re.I) for p in parts)
