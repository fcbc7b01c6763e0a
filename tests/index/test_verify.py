"""Is this text really in the documents: word for word, except for a few words, or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from index.errors import QuestionError
from index.library import Library
from index.search.alignment import Side
from index.search.seen import places, seen
from index.search.verify import MAX_SENTENCES, MAX_TEXT, Match, Verdict
from index.types import Scope

MakeLibrary = Callable[..., Library]
MakeDocuments = Callable[[dict[str, str]], Library]

DIARY = "“The sea is never late,” he wrote in his diary."
STEPS = "The lighthouse at the end of the northern pier has 118 steps."


@pytest.fixture
def make_documents(make_library: MakeLibrary, tmp_path: Path) -> MakeDocuments:
    """Makes the built library of these documents, by id."""

    def make(documents: dict[str, str]) -> Library:
        for id, text in documents.items():
            file = tmp_path / "knowledge" / id
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        library = make_library()
        library.desk.index.build()
        return library

    return make


def found(library: Library, verdict: Verdict) -> str:
    """The stretch that a verdict names, as its document has it."""
    assert verdict.around
    assert verdict.span
    document = library.document(verdict.around.source.id)
    assert document
    assert document.text[verdict.around.start : verdict.around.end] == verdict.around.text
    assert verdict.around.quote(verdict.span) == verdict.span.of(document.text)
    return verdict.span.of(document.text)


def differences(verdict: Verdict) -> list[tuple[str, str]]:
    return [(run.side.value, run.text.strip()) for run in verdict.runs if run.side != Side.BOTH]


def texts_of(library: Library) -> list[str]:
    documents = (library.document(source.id) for source, _ in library.sources())
    return [document.text for document in documents if document]


def slices(texts: Sequence[str], least: int) -> st.SearchStrategy[list[str]]:
    """The words of any stretch of one of the texts that has at least so many."""

    def cut(words: list[str]) -> st.SearchStrategy[list[str]]:
        starts = st.integers(0, len(words) - least)
        return starts.flatmap(
            lambda start: st.integers(start + least, len(words)).map(lambda end: words[start:end])
        )

    return st.sampled_from([text.split() for text in texts]).flatmap(cut)


PROPERTY = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@PROPERTY
@given(data=st.data())
def test_every_slice_of_a_document_is_exact_and_its_span_has_its_words(
    library: Library, data: st.DataObject
) -> None:
    """Whatever white space stands between the words, and with quotation marks around it."""
    words = data.draw(slices(texts_of(library), 3))
    space = data.draw(st.sampled_from([" ", "\n", "\r\n\t", "  ", "\N{NO-BREAK SPACE}"]))
    before, after = data.draw(st.sampled_from([("", ""), ('"', '"'), ("«", "»"), ("„", "“")]))
    verdict = library.verify(f"{before}{space.join(words)}{after} ")
    assert verdict.match is Match.EXACT
    assert found(library, verdict).split() == words
    assert verdict.places >= 1
    assert verdict.runs == ()


@PROPERTY
@given(data=st.data())
def test_a_word_lost_or_put_in_place_of_another_is_the_only_difference(
    library: Library, data: st.DataObject
) -> None:
    words = data.draw(slices(texts_of(library), 9))
    # a word alone at the end of a stretch may be told apart from it instead
    at = data.draw(st.integers(2, len(words) - 3))
    other = data.draw(st.sampled_from([[], ["zebra"]]))
    # a heading or a bullet that is left out leaves whole sentences
    assume(other or words[at] not in ("Storing", "•"))
    verdict = library.verify(" ".join([*words[:at], *other, *words[at + 1 :]]))
    assert verdict.match is Match.NEARLY
    assert found(library, verdict).split() == words
    questions = [("question", word) for word in other]
    assert differences(verdict) == [*questions, ("document", words[at])]


@PROPERTY
@given(data=st.data())
def test_the_runs_are_the_documents_stretch_and_the_questions_words(
    library: Library, data: st.DataObject
) -> None:
    """However the words are mixed, each side can be read off the runs."""
    words = data.draw(slices(texts_of(library), 8))
    for at in data.draw(st.lists(st.integers(0, len(words) - 1), max_size=4)):
        words[at] = data.draw(st.sampled_from(["zebra", "THE", "—", words[at].upper(), "ещё"]))
    text = " ".join(words)
    verdict = library.verify(text)
    if verdict.match is Match.NEARLY:
        ours = [run.text for run in verdict.runs if run.side is not Side.QUESTION]
        theirs = [run.text for run in verdict.runs if run.side is not Side.DOCUMENT]
        assert "".join(ours) == found(library, verdict)
        assert "".join("".join(theirs).split()) == "".join(text.split())
        assert differences(verdict)


@pytest.mark.parametrize(
    "text",
    [
        "The harbour of Dover was closed in 1914 by order of the Admiralty.",
        "Boil an egg for seven minutes, then put it into cold water.",
        "Библиотекой в Перми заведовал тогда известный историк Иван Орлов.",
        "東京の人口は約千四百万人です。",
        "🐚🐚🐚 🐚🐚🐚 🐚🐚🐚 🐚🐚🐚",
        "a.*b [c-d]+ (e|f) \\g {2,} ^$",
        "\x00 \x00 \x00 abc def",
        "half of a pair: \ud83d and no more",
        "the of and to in is was for on as",
    ],
)
def test_a_text_from_elsewhere_is_absent(library: Library, text: str) -> None:
    verdict = library.verify(text)
    assert verdict.match is Match.ABSENT
    assert (verdict.around, verdict.span, verdict.passages, verdict.runs) == (None, None, (), ())
    assert (verdict.documents, verdict.sentences) == (3, ())


@pytest.mark.parametrize("text", ["", "  ", "\n\t\N{NO-BREAK SPACE}"])
def test_white_space_is_no_text(library: Library, text: str) -> None:
    with pytest.raises(QuestionError, match="the text is empty; give the words"):
        library.verify(text)


def test_a_text_longer_than_a_message_is_refused(library: Library) -> None:
    with pytest.raises(QuestionError, match="the text has 4,097 characters; the limit is 4,096"):
        library.verify("a" * 4_097)


def test_the_place_of_an_exact_text_is_named(library: Library) -> None:
    verdict = library.verify("the northern pier has 118 steps")
    assert verdict.around
    assert verdict.around.source.id == "harbour.txt"
    assert verdict.around.text == STEPS
    assert (verdict.around.first_paragraph, verdict.around.last_paragraph) == (1, 1)
    assert [passage.first_paragraph for passage in verdict.passages] == [1]
    assert verdict.passages[0].text.endswith(STEPS)


def test_a_text_over_several_paragraphs_is_placed_from_the_first_to_the_last(
    library: Library,
) -> None:
    text = f"{STEPS} Ferries leave for the island of Sorrel"
    verdict = library.verify(text)
    assert verdict.match is Match.EXACT
    assert found(library, verdict) == f"{STEPS}\n\nFerries leave for the island of Sorrel"
    assert verdict.around
    assert verdict.around.text.endswith("every two hours between April and October.")
    assert (verdict.around.first_paragraph, verdict.around.last_paragraph) == (1, 2)
    assert len(verdict.passages) == 2


def test_a_heading_is_found_and_placed_with_the_paragraph_below(library: Library) -> None:
    verdict = library.verify("Storing")
    assert verdict.match is Match.EXACT
    assert verdict.around
    assert (verdict.around.source.id, verdict.around.text) == ("guides/tea.md", "Storing")
    assert (verdict.around.heading, verdict.around.first_paragraph) == ("Storing", 2)
    assert verdict.passages[0].text.startswith("Storing\n\nTea keeps for two years")


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("harbour of Lindmouth", Match.EXACT),
        ("arbour of Lindmouth", Match.ABSENT),  # three words, of which one is another
        ("118 steps", Match.EXACT),
        ("18 steps", Match.ABSENT),
        ("costs £7", Match.ABSENT),
        ("library", Match.ABSENT),
        ("книг и журналов", Match.EXACT),
        ("ниг и журналов", Match.ABSENT),
        ("museum 🐚", Match.EXACT),
        ("🐚", Match.EXACT),
        ("spoil it_soon_.", Match.EXACT),
    ],
)
def test_a_short_text_stands_there_to_the_letter_or_not_and_is_cut_out_of_no_word(
    library: Library, text: str, match: Match
) -> None:
    assert library.verify(text).match is match


def test_a_number_is_not_cut_out_of_a_longer_one(make_documents: MakeDocuments) -> None:
    library = make_documents({"a.txt": "In all 2,500 people came, or 1.5 per house: é cafe\u0301."})
    for part in ("500 people", "came, or 1", "2", "5 per house", "cafe"):
        assert library.verify(part).match is Match.ABSENT, part
    nearly = library.verify("500 people came, or 1.5 per house")
    assert (nearly.match, differences(nearly)) == (
        Match.NEARLY,
        [("question", "500"), ("document", "2,500")],
    )
    for whole in ("2,500 people came", "or 1.5 per house", "1.5", "cafe\u0301"):
        assert library.verify(whole).match is Match.EXACT, whole


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The lighthouse at the end of the southern pier has 112 steps.",
            [
                ("question", "southern"),
                ("document", "northern"),
                ("question", "112"),
                ("document", "118"),
            ],
        ),
        (
            # what the question has at its end stands for what the document has there
            "Green tea is brewed with water of 80 degrees, black tea with boiling milk",
            [("question", "milk"), ("document", "water")],
        ),
        (
            "Boats leave for the island of Sorrel every two hours between April and October.",
            [("question", "Boats"), ("document", "Ferries")],
        ),
        (
            '"The sea is never late," he wrote in the diary.',
            [
                ("question", '"'),
                ("document", "“"),
                ("question", '"'),
                ("document", "”"),
                ("question", "the"),
                ("document", "his"),
            ],
        ),
        (
            # a space is a difference where it is the only one
            "Its two stone piers are 640 metres long together .",
            [("question", "together"), ("document", "together")],
        ),
        (
            "в её фондах хранится 48 тысяч книг и журналов",
            [
                ("question", "в"),
                ("document", "В"),
                ("question", "48 тысяч"),
                ("document", "84 тысячи"),
            ],
        ),
    ],
)
def test_what_differs_is_told_in_each_sides_own_words(
    library: Library, text: str, expected: list[tuple[str, str]]
) -> None:
    verdict = library.verify(text)
    assert verdict.match is Match.NEARLY
    assert differences(verdict) == expected


def test_a_changed_case_or_sign_is_a_difference_too(library: Library) -> None:
    verdict = library.verify(DIARY.lower().replace("“", '"').replace("”", '"'))
    assert verdict.match is Match.NEARLY
    assert found(library, verdict) == DIARY
    assert ("document", "“The") in differences(verdict)


def test_hidden_documents_never_show(make_documents: MakeDocuments) -> None:
    """Neither a text of theirs, nor one more place, nor one more document that was looked at."""
    both = "The gate is opened at seven in the morning by the porter."
    library = make_documents(
        {
            "board/minutes.txt": f"{both}\n\nThe rent was raised to four hundred crowns a month.",
            "open.txt": f"Welcome to our garden.\n\n{both}",
        }
    )
    scope = Scope(hidden=frozenset({"board"}))
    secret = "The rent was raised to four hundred crowns a month."
    for text in (secret, secret.replace("four", "five"), f"{secret} {secret}"):
        hidden = library.verify(text, scope)
        assert (hidden.match, hidden.documents, hidden.sentences) == (Match.ABSENT, 1, ())
        assert library.verify(text).sentences or library.verify(text).around
    everywhere, allowed = library.verify(both), library.verify(both, scope)
    assert everywhere.around
    assert allowed.around
    assert (everywhere.places, everywhere.around.source.id) == (2, "board/minutes.txt")
    assert (allowed.places, allowed.around.source.id) == (1, "open.txt")
    assert library.verify(both, Scope(document="open.txt")).places == 1


def test_a_text_repeated_in_a_document_is_given_at_its_first_place_and_counted(
    make_documents: MakeDocuments,
) -> None:
    line = "Mind the gap between the train and the platform."
    library = make_documents({"a.txt": f"{line} {line}\n\nStand back.\n\n{line}"})
    verdict = library.verify(line)
    assert verdict.span
    assert (verdict.match, verdict.places, verdict.span.start) == (Match.EXACT, 3, 0)


def test_quotation_marks_of_the_document_count_before_those_of_the_person(
    library: Library,
) -> None:
    assert found(library, library.verify("“The sea is never late,”")) == "“The sea is never late,”"
    assert found(library, library.verify('"The sea is never late"')) == "The sea is never late"


def test_a_text_of_several_sentences_says_which_of_them_are_there(library: Library) -> None:
    verdict = library.verify(
        f"{STEPS} Its keeper was fined for sleeping. Black tea needs boiling water! "
        "Leaves that steep longer than six minutes turn bitter."
    )
    assert verdict.match is Match.ABSENT
    assert [(part.text, part.match.value) for part in verdict.sentences] == [
        (STEPS, "exact"),
        ("Its keeper was fined for sleeping.", "absent"),
        ("Black tea needs boiling water!", "absent"),
        ("Leaves that steep longer than six minutes turn bitter.", "nearly"),
    ]
    assert differences(verdict.sentences[3]) == [("question", "six"), ("document", "five")]


def test_a_text_as_long_as_a_message_is_judged_like_any_other(
    make_documents: MakeDocuments,
) -> None:
    sentences = [f"Room {n} of wing {n * 7 % 50} has {n + 3} desks and a door." for n in range(150)]
    library = make_documents({"a.txt": "\n\n".join(sentences)})
    text = " ".join(sentences)[:MAX_TEXT].rsplit(maxsplit=1)[0]
    verdict = library.verify(text)
    assert len(text) > 4_080
    assert (verdict.match, verdict.places) == (Match.EXACT, 1)
    assert found(library, verdict).split() == text.split()
    changed = library.verify(text.replace("Room 40 ", "Hall 40 ", 1))
    assert changed.match is Match.NEARLY
    assert differences(changed) == [("question", "Hall"), ("document", "Room")]


def test_what_cannot_be_seen_is_no_difference(make_documents: MakeDocuments) -> None:
    """Composed letters or not, soft hyphens, ligatures, marks of width: on either side."""
    plain = "The café offers five fine efficient coffees to naïve officers every morning."
    hidden = (
        plain.replace("é", "e\u0301")
        .replace("ï", "i\u0308")
        .replace("efficient", "ef\u00adfi\u00adcient")
        .replace("fi", "ﬁ")
        .replace("ffi", "ﬃ")
        .replace("coffees", "cof\u200bfees")
    )
    assert hidden != plain
    for there, asked in ((plain, hidden), (hidden, plain), (hidden, hidden)):
        library = make_documents({"a.txt": f"Welcome.\n\n{there} Come in.\n\nThe end of it."})
        verdict = library.verify(asked)
        assert (verdict.match, verdict.runs) == (Match.EXACT, ())
        document = library.document("a.txt")
        assert document
        assert verdict.span
        # readers may compose letters themselves: whatever the document has
        stretch = found(library, verdict)
        assert stretch.startswith("The caf")
        assert stretch.endswith("every morning.")
        part = library.verify("coffees to naïve officers")
        assert seen(found(library, part)) == "coffees to naïve officers"


def test_a_sentence_cut_behind_its_not_is_no_sentence_of_the_document(
    make_documents: MakeDocuments,
) -> None:
    library = make_documents(
        {
            "a.txt": "Members may vote at every meeting. Not all guests may vote at a meeting.",
            "b.txt": "Guests are welcome on Sundays from noon.",
        }
    )
    verdict = library.verify("Members may vote at every meeting. All guests may vote at a meeting.")
    assert verdict.match is Match.NEARLY
    assert ("document", "Not") in differences(verdict) or verdict.sentences
    both = "Guests are welcome on Sundays from noon. Members may vote at every meeting."
    assert library.verify(both).match is Match.EXACT
    assert [part.places for part in library.verify(both).sentences] == [1, 1]


def test_of_a_text_of_many_sentences_the_first_forty_are_judged(
    make_documents: MakeDocuments,
) -> None:
    sentences = [f"Room {n} has {n + 3} desks and a door." for n in range(100)]
    library = make_documents({"a.txt": "\n\n".join(sentences)})
    verdict = library.verify(" ".join(sentences[::-1]))
    assert (verdict.judged, verdict.unjudged) == (MAX_SENTENCES, 100 - MAX_SENTENCES)
    assert [part.match for part in verdict.sentences] == [Match.EXACT] * MAX_SENTENCES
    assert verdict.match is not Match.EXACT


def test_what_nobody_waits_for_is_stopped(library: Library) -> None:
    asked: list[int] = []

    def wanted() -> bool:
        asked.append(1)
        return len(asked) < 3

    with pytest.raises(TimeoutError):
        library.verify("Nobody waits. For any of this. Any more.", wanted=wanted)
    assert len(asked) == 3


def test_when_the_time_is_over_the_rest_is_left_and_nothing_is_denied(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.search.held._BUDGET", 0.0)
    verdict = library.verify(f"{STEPS} Nobody lives there.")
    assert not verdict.complete
    assert (verdict.judged, verdict.unjudged) == (0, 2)


def test_each_document_is_read_once_for_a_text_of_many_sentences(
    make_documents: MakeDocuments, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = make_documents(
        {f"{n}.txt": f"Hall {n} has {n + 3} desks.\n\nIts door is {n} feet wide." for n in range(9)}
    )
    generation = library._serving.generation()
    read: list[str] = []
    for name in ("document", "text"):
        there = getattr(type(generation), name)

        def noted(self: object, id: str, there: Any = there, name: str = name) -> object:
            read.append(f"{name} {id}")
            return there(self, id)

        monkeypatch.setattr(type(generation), name, noted)
    library.verify(
        " ".join(f"Hall {n} has {n + 3} desks. Its door is {n} yards wide." for n in range(9))
    )
    assert read
    assert len(read) == len(set(read))


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        ("0 " * 5 + "1", "0 0 1", [6]),
        ("aaa aa aaa", "aa", [4]),
        ("aaa aa aaa", "aa aaa", [4]),
        ("1.5 5 1,5 5.", "5", [4, 10]),
        ("1.1.1.1 1.1", "1.1", [8]),
        ("foo,bar bar", "bar", [4, 8]),
        ("x" * 5_000 + " " + "x" * 20, "x" * 20, [5_001]),
        ("中中中中", "中中", [0, 2]),
    ],
)
def test_a_place_is_no_part_of_a_longer_word_whatever_repeats(
    text: str, wanted: str, expected: list[int]
) -> None:
    assert list(places(text, wanted)) == expected
