"""Verdicts as messages: the quotation is the document's, the difference is marked, all fits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messages import verdicts
from bot.messages.model import MOST_ENTITIES, MOST_UNITS, Message, units
from bot.messages.texts import Texts
from index.library import Library
from index.search.verify import MAX_TEXT, Match
from index.types import Span

ENGLISH, RUSSIAN = Texts("en"), Texts("ru")
QUOTES = ("blockquote", "expandable_blockquote")
STEPS = "The lighthouse at the end of the northern pier has 118 steps."


def marked(message: Message, *types: str) -> list[str]:
    encoded = message.text.encode("utf-16-le")
    return [
        encoded[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le")
        for entity in message.entities
        if entity.type in types
    ]


def test_an_exact_text_is_shown_bold_in_the_sentence_it_was_taken_from(library: Library) -> None:
    message = verdicts.message(library.verify("northern pier has 118 steps"), ENGLISH)
    assert message.text == (
        f"Word for word in the documents:\n\nThe Harbour of Lindmouth — paragraph 1\n{STEPS}"
    )
    assert marked(message, *QUOTES) == [STEPS]
    assert marked(message, "bold") == ["northern pier has 118 steps"]
    whole = verdicts.message(library.verify(STEPS), RUSSIAN)
    assert whole.text.startswith(
        "Слово в слово есть в документах:\n\nThe Harbour of Lindmouth — абза"
    )
    assert marked(whole, "bold") == []


def test_the_place_is_linked_to_the_words_themselves(library: Library) -> None:
    message = verdicts.message(library.verify("turn bitter"), ENGLISH)
    assert marked(message, "text_link") == ["How to brew tea"]
    [link] = [entity.url for entity in message.entities if entity.url]
    assert link == "https://tea.example/brew#:~:text=turn%20bitter"
    assert f"paragraph 1, {ENGLISH.day(date(2024, 3, 9))}\n" in message.text
    own = verdicts.message(
        library.verify(STEPS), ENGLISH, lambda passage: f"https://t.me/b?start={passage.start}"
    )
    assert [entity.url for entity in own.entities if entity.url] == ["https://t.me/b?start=0"]


def test_several_places_are_counted(library: Library) -> None:
    message = verdicts.message(library.verify("Lindmouth"), ENGLISH)
    assert message.text.startswith("Word for word in the documents, in 2 places. The first:\n\n")


def test_a_text_nearly_there_shows_the_documents_words_and_what_differs(library: Library) -> None:
    verdict = library.verify("The lighthouse at the end of the southern pier has 112 steps!")
    message = verdicts.message(verdict, ENGLISH)
    assert message.text == (
        "Almost. The documents say:\n\n"
        f"The Harbour of Lindmouth — paragraph 1\n{STEPS}\n\n"
        "Differences (struck through: only in your text; underlined: only in the document):\n"
        "The lighthouse at the end of the southern northern pier has 112 118 steps!."
    )
    assert marked(message, *QUOTES) == [STEPS]
    assert marked(message, "strikethrough") == ["southern", "112", "!"]
    assert marked(message, "underline") == ["northern", "118", "."]
    russian = verdicts.message(
        library.verify("Библиотека на Садовой улице открылась в 1965"), RUSSIAN
    )
    assert russian.text.startswith(
        "Почти так. В документах сказано:\n\nБиблиотека на Садовой улице"
    )
    assert (marked(russian, "strikethrough"), marked(russian, "underline")) == (["1965"], ["1956"])


def test_an_absent_text_says_how_many_documents_were_looked_at(library: Library) -> None:
    verdict = library.verify("Nobody paid any taxes that decade.")
    day = ENGLISH.day(verdict.generation.built.astimezone())
    message = verdicts.message(verdict, ENGLISH)
    assert message == Message(f"Not word for word in the 3 documents I have (last updated {day}).")


@pytest.mark.parametrize(
    "text",
    [
        "The lighthouse has a hundred and eighteen steps up to its light on the northern pier.",
        "There are 200 steps in the lighthouse of the northern pier, as everybody knows here.",
    ],
)
def test_what_may_be_there_in_other_words_is_no_flat_denial(library: Library, text: str) -> None:
    """True or false: the passage that is closest shows which."""
    message = verdicts.message(library.verify(text), ENGLISH)
    assert message.text.startswith("Not word for word in the 3 documents I have (last updated ")
    assert (
        "\n\nIt may be there in other words. Closest:\n\nThe Harbour of Lindmouth — "
        in message.text
    )
    assert marked(message, "bold") == [STEPS]
    assert STEPS in marked(message, *QUOTES)[0]


def test_capitals_and_signs_alone_are_named_as_the_difference(library: Library) -> None:
    for text in (STEPS.lower(), '"the sea is never late," he wrote in his diary.', "lindmouth"):
        message = verdicts.message(library.verify(text), ENGLISH)
        assert message.text.startswith("The same words; only capital letters, quotation marks")
    words = verdicts.message(library.verify(STEPS.lower()), RUSSIAN)
    assert words.text.startswith("Слова те же, отличаются только заглавные буквы")


TEA = "Tea keeps for two years in a closed tin."


def test_the_headline_of_several_sentences_follows_from_them(library: Library) -> None:
    both = verdicts.message(library.verify(f"{TEA} {STEPS}"), ENGLISH)
    assert both.text.startswith(
        "All 2 sentences are in the documents word for word, but not one after another.\n\n"
    )
    assert both.text.count("\n✓ ") == 2
    assert not marked(both, "strikethrough", *QUOTES)
    some = verdicts.message(library.verify(f"{TEA} {STEPS} Cats rule it."), ENGLISH)
    assert some.text.startswith("2 of 3 sentences are in the documents word for word.\n\n")
    assert not any(TEA in struck or STEPS in struck for struck in marked(some, "strikethrough"))
    russian = verdicts.message(library.verify(f"{TEA} {STEPS} Cats rule it."), RUSSIAN)
    assert russian.text.startswith("Слово в слово в документах: 2 из 3 предложений.\n\n")
    again = verdicts.message(library.verify(f"{STEPS}\n" * 60), ENGLISH)
    assert again.text.startswith("All 60 sentences are in the documents word for word")


def test_how_much_of_a_long_text_was_checked_is_said(library: Library) -> None:
    text = " ".join(f"Nobody counted the {n} boats of the harbour." for n in range(80))
    message = verdicts.message(library.verify(text), ENGLISH)
    assert "\n\nI checked the first 40 sentences one by one. Please send the rest" in message.text


def test_the_sentences_of_an_absent_text_are_told_one_by_one(library: Library) -> None:
    text = (
        f"{STEPS} Its keeper was fined for sleeping. The mayor promised a new one by next year. "
        "Leaves that steep longer than six minutes turn bitter."
    )
    message = verdicts.message(library.verify(text), ENGLISH)
    assert message.text.partition("\n\n")[2] == (
        "Sentence by sentence:\n"
        f"✓ “{STEPS}” — The Harbour of Lindmouth, paragraph 1\n"
        "✗ “Its keeper was fined for sleeping.”\n"
        "✗ “The mayor promised a new one by next year.”\n"
        "≈ “Leaves that steep longer than six minutes turn bitter.” — How to brew tea, "
        "paragraph 1, 9 March 2024"
    )


def test_a_sentence_put_into_a_true_quotation_is_crossed_out_and_named(library: Library) -> None:
    message = verdicts.message(library.verify(f"{STEPS} Nobody lives there now."), ENGLISH)
    assert message.text.startswith("1 of 2 sentences are in the documents word for word.")
    assert marked(message, "strikethrough") == ["Nobody lives there now."]
    assert message.text.endswith("\n✗ “Nobody lives there now.”")


@pytest.fixture(scope="module")
def long_library(
    tmp_path_factory: pytest.TempPathFactory, library: Library
) -> Callable[[], Library]:
    """A library of one long document with signs of two units."""
    folder = tmp_path_factory.mktemp("long")
    rooms = [f"Room {n} 🐚 of wing {n * 7 % 50} has {n + 3} desks and a door." for n in range(200)]
    (folder / "knowledge").mkdir()
    (folder / "knowledge" / "a.txt").write_text("\n\n".join(rooms), encoding="utf-8")
    made = Library(knowledge=folder / "knowledge", data=folder / "data", model=library._encoder)
    made.desk.index.build()
    return lambda: made


@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_every_message_keeps_within_telegrams_limits(
    long_library: Callable[[], Library], data: st.DataObject
) -> None:
    """However long the text and however much of it differs."""
    library = long_library()
    document = library.document("a.txt")
    assert document
    words = document.text.split()
    start = data.draw(st.integers(0, len(words) - 20))
    words = words[start : start + data.draw(st.integers(10, 900))]
    every = data.draw(st.sampled_from([0, 5, 6, 40]))
    other = data.draw(st.sampled_from(["zebra", "🦀🦀", "x" * 50]))
    changed = [other if every and n % every == 3 else word for n, word in enumerate(words)]
    verdict = library.verify(" ".join(changed)[:MAX_TEXT])
    message = verdicts.message(verdict, ENGLISH)
    assert units(message.text) <= MOST_UNITS
    assert len(message.entities) <= MOST_ENTITIES
    for quote in marked(message, *QUOTES):
        assert quote
        assert quote in document.text
    for entity in message.entities:
        assert 0 < entity.length <= units(message.text) - entity.offset
    if verdict.match is Match.NEARLY:
        assert other in " ".join(marked(message, "strikethrough"))


def test_a_long_list_of_sentences_is_cut_with_their_number(library: Library) -> None:
    verdict = library.verify(
        f"{STEPS} Nobody has lived there since the war, and no boat lands now."
    )
    assert verdict.match is Match.ABSENT
    distinct = [
        replace(sentence, text=f"{number} {sentence.text}")
        for number in range(40)
        for sentence in verdict.sentences
    ]
    many = replace(verdict, sentences=tuple(distinct))
    message = verdicts.message(many, ENGLISH)
    assert units(message.text) <= MOST_UNITS
    shown = message.text.count("\n✓") + message.text.count("\n✗")
    assert message.text.endswith(f"\n… and {80 - shown} more")


def test_a_sentence_that_is_repeated_is_judged_in_one_line(library: Library) -> None:
    verdict = library.verify(
        f"{STEPS} Nobody has lived there since the war, and no boat lands now. " * 3
    )
    message = verdicts.message(verdict, ENGLISH)
    assert (message.text.count("\n✓"), message.text.count("\n✗")) == (1, 1)


def test_what_was_found_in_a_long_passage_is_visible_without_a_tap(library: Library) -> None:
    """Only what is far from it is folded."""
    verdict = library.verify(STEPS)
    assert verdict.around
    assert verdict.span
    start = verdict.around.start
    before = "Nothing of this is about it. " * 20
    text = before + verdict.around.text
    spans = [Span(start + at, start + at + 29) for at in range(0, len(before), 29)]
    moved = [Span(s.start + len(before), s.end + len(before)) for s in verdict.around.sentences]
    around = replace(verdict.around, text=text, end=start + len(text), sentences=(*spans, *moved))
    span = Span(verdict.span.start + len(before), verdict.span.end + len(before))
    message = verdicts.message(replace(verdict, around=around, span=span), ENGLISH)
    [bold] = [entity for entity in message.entities if entity.type == "bold"]
    folded = [entity for entity in message.entities if entity.type == "expandable_blockquote"]
    assert folded
    assert all(not f.offset <= bold.offset < f.offset + f.length for f in folded)
