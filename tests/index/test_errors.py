"""Errors: an English text, and a code with values for those who word them in another language."""

from __future__ import annotations

import pytest

from index import errors
from index.errors import CitebotError, KnowledgeError, QuestionError
from index.library import MAX_QUESTION, Library


def test_every_error_has_a_code_of_its_own() -> None:
    kinds = [getattr(errors, name) for name in errors.__all__]
    codes = [kind("Something is wrong.").code for kind in kinds]
    assert len(set(codes)) == len(kinds)
    assert {"citebot", "no_index", "unknown_generation"} <= set(codes)
    assert str(CitebotError("Something is wrong.")) == "Something is wrong."


def test_an_error_says_what_it_concerns(library: Library) -> None:
    with pytest.raises(QuestionError) as long:
        library.ask("x" * 1_234)
    assert long.value.code == "question_long"
    assert long.value.values == {"length": 1_234, "most": MAX_QUESTION}
    with pytest.raises(KnowledgeError) as gone:
        library.desk.documents.remove("nowhere.txt", "Ann")
    assert (gone.value.code, gone.value.values) == ("document_unknown", {"id": "nowhere.txt"})
