"""A question as someone typed it: cleaned, and refused if it is empty or too long."""

from __future__ import annotations

from index.errors import QuestionError

__all__ = ["MAX_QUESTION", "cleaned", "refusal"]

MAX_QUESTION = 1_000
"""The longest question, in characters: about three times what the default model reads."""


def cleaned(question: str) -> str:
    """Return the question without the blanks at its ends."""
    # half of a surrogate pair, from a terminal that is not UTF-8, can be neither shown nor embedded
    return question.encode(errors="replace").decode().strip()


def refusal(question: str) -> QuestionError | None:
    """Return why a question is refused, None if it is not."""
    if not question:
        return QuestionError("the question is empty; ask something", "question_empty")
    if len(question) > MAX_QUESTION:
        return QuestionError(
            f"the question has {len(question):,} characters; the limit is {MAX_QUESTION:,}",
            "question_long",
            length=len(question),
            most=MAX_QUESTION,
        )
    return None
