"""Answers as messages: within Telegram's limits, and nothing quoted that is not in the source."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messages import answers
from bot.messages.model import MOST_ENTITIES, MOST_LINKS, MOST_UNITS, Entity, Message, units
from bot.messages.texts import Texts
from index.types import (
    Answer,
    Generation,
    Hit,
    Outcome,
    Parts,
    Passage,
    Source,
    Span,
    Thresholds,
)

ENGLISH, RUSSIAN = Texts("en"), Texts("ru")
THRESHOLDS = Thresholds(2.05, 2.3)
GENERATION = Generation("0001-abc", datetime(2025, 11, 23, 12, tzinfo=UTC), 12, 80, 400)
QUOTES = ("blockquote", "expandable_blockquote")


def hit_of(
    sentences: list[str],
    marked: tuple[int, ...] = (0,),
    *,
    start: int = 0,
    score: float = 1.0,
    source: Source | None = None,
    first: int = 3,
    last: int = 3,
    heading: str | None = None,
    page: int | None = None,
) -> Hit:
    """A hit on a passage of these sentences, a space between them."""
    spans, place = [], start
    for sentence in sentences:
        spans.append(Span(place, place + len(sentence)))
        place += len(sentence) + 1
    source = source or Source("a.txt", "A title", "en")
    text = " ".join(sentences)
    passage = Passage(
        source, text, start, start + len(text), tuple(spans), first, last, heading, page
    )
    return Hit(passage, score, Parts(score, 0.0), tuple(spans[number] for number in marked))


def answer_of(*hits: Hit, outcome: Outcome = Outcome.FOUND) -> Answer:
    return Answer("q", outcome, hits, THRESHOLDS, GENERATION, 0.01, 12)


def answered(found: Answer, texts: Texts, question: str | None = None) -> Message:
    return answers.answer(found, texts, question=question).message


def covered(message: Message, entity: Entity) -> str:
    encoded = message.text.encode("utf-16-le")
    return encoded[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le")


def marked(message: Message, *types: str) -> list[str]:
    return [covered(message, entity) for entity in message.entities if entity.type in types]


def test_a_passage_stands_below_the_line_of_its_place() -> None:
    source = Source("a.txt", "The Report", "en", date=date(2021, 8, 27))
    hit = hit_of(["One.", "Two."], (1,), source=source, first=12, last=14, page=5, heading="Costs")
    message = answered(answer_of(hit), ENGLISH)
    assert message.text == (
        "The Report — “Costs”, paragraphs 12–14, page 5, 27 August 2021\nOne. Two."
    )
    assert marked(message, "blockquote") == ["One. Two."]
    assert marked(message, "bold") == ["Two."]
    russian = answered(answer_of(hit), RUSSIAN)
    day = RUSSIAN.day(date(2021, 8, 27))
    assert russian.text.startswith(f"The Report — «Costs», абзацы 12–14, стр. 5, {day}")


def test_a_title_from_right_to_left_leaves_the_place_in_order() -> None:
    source = Source("a.txt", "הספרייה", "he", date=date(2022, 3, 14))
    message = answered(answer_of(hit_of(["One."], source=source)), ENGLISH)
    assert message.text.startswith("\u2068הספרייה\u2069 — paragraph 3, 14 March 2022\n")


def test_the_three_outcomes_look_different() -> None:
    hit = hit_of(["One."])
    found = answered(answer_of(hit), ENGLISH)
    related = answered(answer_of(hit, outcome=Outcome.RELATED), ENGLISH)
    nothing = answered(
        Answer("q", Outcome.NOTHING, (), THRESHOLDS, GENERATION, 0.01, 12, ("A title", "Another")),
        ENGLISH,
    )
    assert found.text.startswith("A title — ")
    assert related.text == f"I found no clear answer. Closest:\n\n{found.text}"
    assert marked(related, "blockquote") == ["One."]
    assert nothing.text == (
        "I couldn't find this in the 12 documents I have (last updated 23 November 2025)."
        "\n\nNearest: A title; Another"
    )
    assert not nothing.entities


def test_only_passages_near_the_best_are_shown() -> None:
    near, nearer, far = (hit_of([f"{s}."], score=s) for s in (1.0, 0.81, 0.79))
    message = answered(answer_of(near, nearer, far), ENGLISH)
    assert marked(message, *QUOTES) == ["1.0.", "0.81."]


def test_a_long_quote_is_folded_around_what_is_marked() -> None:
    """What is far from the mark is folded away, and the mark and its neighbours never."""
    sentences = [f"{letter * 119}." for letter in "abcdefgh"]
    message = answered(answer_of(hit_of(sentences, (4,))), ENGLISH)
    kinds = [entity.type for entity in message.entities if entity.type in QUOTES]
    assert kinds == ["expandable_blockquote", "blockquote", "expandable_blockquote"]
    assert marked(message, *QUOTES) == [
        " ".join(sentences[:3]),
        " ".join(sentences[3:5]),
        " ".join(sentences[5:]),
    ]
    assert marked(message, "bold") == [sentences[4]]


@pytest.mark.parametrize(("count", "place"), [(2, 0), (2, 1), (3, 1), (3, 2)])
def test_little_is_not_worth_folding(count: int, place: int) -> None:
    sentences = ["x" * 139 + "."] * count
    message = answered(answer_of(hit_of(sentences, (place,))), ENGLISH)
    assert [e.type for e in message.entities if e.type in QUOTES] == ["blockquote"]


def test_a_title_and_a_heading_are_said_once() -> None:
    hit = hit_of(["Annual leave", "Thirty days."], (1,), heading="Annual leave")
    other = hit_of(["Ten days more."], heading="Parental leave")
    text = answered(answer_of(hit, other), ENGLISH).text
    assert text.count("Annual leave") == 1
    assert text.count("A title") == 1
    assert "\n\n“Parental leave”, paragraph 3\nTen days more." in text


def test_a_title_above_a_quotation_is_not_quoted_again() -> None:
    """Unless it is what answers."""
    hit = hit_of(["A title", "Thirty days."], (1,))
    labelled = replace(hit, passage=replace(hit.passage, labels=hit.passage.sentences[:1]))
    message = answered(answer_of(labelled), ENGLISH)
    assert marked(message, "blockquote") == ["Thirty days."]
    assert marked(message, "bold") == ["Thirty days."]
    titled = replace(labelled, highlights=hit.passage.sentences[:1])
    assert marked(answered(answer_of(titled), ENGLISH), "blockquote") == ["A title Thirty days."]


def test_the_language_of_several_quotes_is_said_once() -> None:
    parts = tuple(replace(answer_of(hit_of(["Ja."])), quoted_in="de") for _ in range(2))
    text = answered(replace(answer_of(), parts=parts), ENGLISH).text
    assert text.count("Quoted in German.") == 1


def test_a_repeated_question_stands_above() -> None:
    message = answered(answer_of(hit_of(["One."])), ENGLISH, "What is one?")
    assert message.text.startswith("What is one?\n\nA title")
    assert marked(message, "italic") == ["What is one?"]


def test_the_title_leads_to_the_marked_sentence_on_the_page() -> None:
    source = Source("a.html", "Tea", "en", url="https://tea.example/brew?x=1")
    hit = hit_of(["Not this.", "Well-known, black & green."], (1,), source=source)
    [link] = [e for e in answered(answer_of(hit), ENGLISH).entities if e.type == "text_link"]
    assert link.url == (
        "https://tea.example/brew?x=1#:~:text=Well%2Dknown%2C%20black%20%26%20green."
    )
    long = hit_of([" ".join(f"word{n}" for n in range(50))], source=source)
    [link] = [e for e in answered(answer_of(long), ENGLISH).entities if e.type == "text_link"]
    start, end = str(link.url).partition("#:~:text=")[2].split(",")
    assert unquote(start).startswith("word0 word1")
    assert unquote(end).endswith("word48 word49")


def test_an_address_with_a_fragment_keeps_it() -> None:
    source = Source("a.html", "Tea", "en", url="https://tea.example/brew#green")
    [link, *_] = answered(answer_of(hit_of(["One."], source=source)), ENGLISH).entities
    assert link.url == "https://tea.example/brew#green:~:text=One."


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://tea.example/x",
        "javascript:alert(1)",
        "http://localhost/x",
        "https://[broken/x",
        "tea.example",
        "https://tea.example/" + "x" * 2_000,
    ],
)
def test_what_telegram_would_refuse_is_not_linked(url: str) -> None:
    source = Source("a.html", "Tea", "en", url=url)
    message = answered(answer_of(hit_of(["One."], source=source)), ENGLISH)
    assert [entity.type for entity in message.entities] == ["blockquote", "bold"]


def test_spaces_and_other_signs_in_an_address_are_encoded() -> None:
    source = Source("a.html", "Tea", "en", url='https://tea.example/a b"{c}')
    [link, *_] = answered(answer_of(hit_of(["One."], source=source)), ENGLISH).entities
    assert str(link.url).startswith("https://tea.example/a%20b%22%7Bc%7D#")


def test_over_the_budget_there_are_fewer_passages() -> None:
    hits = [hit_of(["x" * 1_900]) for _ in range(3)]
    message = answered(answer_of(*hits), ENGLISH)
    assert marked(message, *QUOTES) == ["x" * 1_900] * 2


def test_a_passage_longer_than_a_message_is_cut_at_sentences_around_the_marked_one() -> None:
    sentences = [f"{number} " + "word " * 150 + "end." for number in range(12)]
    message = answered(answer_of(hit_of(sentences, (8,), start=500)), ENGLISH)
    quotes = marked(message, *QUOTES)
    assert " ".join(quotes) in " ".join(sentences)
    assert any(quotes[0].startswith(sentence) for sentence in sentences)
    assert any(quotes[-1].endswith(sentence) for sentence in sentences)
    assert marked(message, "bold") == [sentences[8]]
    assert message.text.endswith("too long for one message; here is part of it.")
    assert units(message.text) > MOST_UNITS - 800


def test_a_marked_sentence_longer_than_a_message_is_cut_between_words() -> None:
    sentence = "🐚word " * 1_500 + "end."
    message = answered(answer_of(hit_of([sentence])), ENGLISH)
    [quote] = marked(message, *QUOTES)
    assert sentence.startswith(quote)
    assert quote.endswith("word")
    assert marked(message, "bold") == [quote]


words = st.text(
    st.one_of(
        st.sampled_from("<&_*`[🐚👩\u200d\u0301אب\n\t"),
        st.characters(exclude_categories=["Cs", "Cc"]),
    ),
    min_size=1,
    max_size=60,
).filter(lambda text: bool(text.strip()))
sentence = st.one_of(
    words,
    st.builds(lambda text, times: (text.strip() + " ") * times + ".", words, st.integers(1, 90)),
).map(str.strip)
sources = st.builds(
    Source,
    st.just("folder/a.txt"),
    words,
    st.just("en"),
    st.one_of(
        st.none(),
        words,
        words.map(lambda text: f"https://tea.example/{text}"),
        st.integers(0, 2_500).map(lambda size: f"https://tea.example/{'я' * size}"),
    ),
    st.one_of(st.none(), st.dates()),
)


@st.composite
def hits(draw: st.DrawFn) -> Hit:
    sentences = draw(st.lists(sentence, min_size=1, max_size=12))
    chosen = draw(st.sets(st.integers(0, len(sentences) - 1), max_size=4))
    return hit_of(
        sentences,
        tuple(sorted(chosen)),
        start=draw(st.integers(0, 10_000)),
        score=draw(st.floats(0.5, 2.0)),
        source=draw(sources),
        heading=draw(st.one_of(st.none(), words)),
        page=draw(st.one_of(st.none(), st.integers(1, 9))),
    )


@settings(max_examples=150, deadline=None)
@given(
    st.lists(hits(), min_size=1, max_size=3),
    st.sampled_from([Outcome.FOUND, Outcome.RELATED]),
    st.sampled_from([ENGLISH, RUSSIAN]),
    st.one_of(st.none(), words),
)
def test_any_answer_is_within_the_limits_and_quotes_only_what_is_there(
    found: list[Hit], outcome: Outcome, texts: Texts, question: str | None
) -> None:
    found.sort(key=lambda hit: -hit.score)
    message = answered(answer_of(*found, outcome=outcome), texts, question)
    assert units(message.text) == len(message.text.encode("utf-16-le")) // 2 <= MOST_UNITS
    assert len(message.entities) <= MOST_ENTITIES
    assert sum(len((entity.url or "").encode()) for entity in message.entities) <= MOST_LINKS
    quotes = [entity for entity in message.entities if entity.type in QUOTES]
    assert quotes
    for entity in message.entities:
        # decoding fails where a character is split
        assert covered(message, entity).strip() or entity.type == "text_link"
        assert entity.offset >= 0
        assert entity.length > 0
        assert entity.offset + entity.length <= units(message.text)
    shown = answers.answer(answer_of(*found, outcome=outcome), texts, question=question)
    quoted = squeezed("".join(covered(message, entity) for entity in quotes))
    texts_shown = squeezed("".join(hit.passage.text for hit in shown.hits))
    # nothing is left out but what does not fit
    assert quoted in texts_shown if shown.cut else quoted == texts_shown
    for entity in message.entities:
        if entity.type == "bold":
            [around] = [
                quote
                for quote in quotes
                if quote.offset <= entity.offset
                and entity.offset + entity.length <= quote.offset + quote.length
            ]
            assert around.type == "blockquote", "what is marked is never folded"
            bold = covered(message, entity)
            assert any(
                bold in span.of(" " * hit.passage.start + hit.passage.text)
                for hit in found
                for span in hit.highlights
            )
    if found[0].highlights:
        assert marked(message, "bold")


def squeezed(text: str) -> str:
    """A text without its spaces."""
    return "".join(text.split())


def test_copies_are_named_in_one_line() -> None:
    """By their titles; by their files' names if a title is the same."""

    def also(*sources: Source, texts: Texts = ENGLISH) -> str:
        hit = hit_of(["It costs 5 euros."])
        copies = tuple(replace(hit.passage, source=source) for source in sources)
        return answers.answer(answer_of(replace(hit, also=copies)), texts).message.text

    one, two, three = (Source(f"{n}.txt", f"Copy {n}", "en") for n in (1, 2, 3))
    assert also(one).startswith("A title — paragraph 3\nAlso in Copy 1\nIt costs")
    assert "\nAlso in Copy 1, Copy 2 and 1 more\n" in also(one, two, three)
    assert "\nAlso in a (1).txt\n" in also(Source("a (1).txt", "A title", "en"))
    assert "\nТо же в Copy 1, Copy 2 и ещё в 1\n" in also(one, two, three, texts=RUSSIAN)
    assert "Also" not in also()


def test_a_language_that_cannot_be_searched_is_not_called_absent() -> None:
    nothing = replace(answer_of(outcome=Outcome.NOTHING), language="ru")
    assert answered(replace(nothing, ask_in=("en",)), ENGLISH).text == (
        "I can't search for a question in Russian. These documents are in English: please ask in "
        "English."
    )
    both = answered(replace(nothing, ask_in=("de", "en")), ENGLISH).text
    assert "are in German and English: please ask in one of these languages." in both
