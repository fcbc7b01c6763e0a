"""Copies of documents, exact or nearly so."""

from __future__ import annotations

from index.search.copies import Copy, copies

PAY = "Salaries are paid on the 12th of each month. A bonus is paid in April, with the salary."
LEAVE = "Leave is 27 days a year. Requests are made in the app at least four weeks before it."


def test_a_text_in_two_files_is_a_copy() -> None:
    texts = {"leave.md": LEAVE, "pay.md": PAY, "old/pay.md": PAY.replace(" A bonus", "\n\nA bonus")}
    assert copies(texts.items()) == (Copy("old/pay.md", "pay.md", same=True),)


def test_a_version_with_another_number_is_nearly_a_copy() -> None:
    texts = {"a.md": PAY, "b.md": PAY.replace("12th", "20th"), "leave.md": LEAVE}
    assert copies(texts.items()) == (Copy("a.md", "b.md", same=False),)


def test_documents_of_one_topic_are_no_copies() -> None:
    other = "Salaries of trainees are paid weekly. There is no bonus in April for them, or in May."
    assert copies({"a.md": PAY, "b.md": other}.items()) == ()


def test_two_short_notes_are_copies_only_if_they_are_the_same() -> None:
    assert copies({"a.txt": "Closed today", "b.txt": "Closed on Monday"}.items()) == ()
    assert copies({"a.txt": "Closed today", "b.txt": "Closed today"}.items())[0].same
