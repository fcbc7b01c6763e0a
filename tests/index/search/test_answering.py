"""Messages as people write them get the answers that their questions get."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import QuestionError
from index.library import Library
from index.model.encoder import Encoder
from index.types import Answer, Outcome, Query, Scope, Talk

HANDBOOK = """# Boat house

## Opening hours
The boat house opens at nine in the morning and closes at six in the evening.

## Hire
A rowing boat costs 12 euros an hour. The caretaker keeps the oars.

## Faults
E07 The pump is blocked and must be cleaned by the harbour master.

E14 The battery is empty and must be charged for six hours.

## Tickets

| Ticket | Price |
|---|---|
| Adult, day | 6.50 |
| Child up to 15, day | 3.50 |
| Ten rides, adult | 55.00 |

## Pontoon
P03 means that the pontoon is loose. Call the harbour master, who brings ropes and two helpers, and
keep children off the planks until they are done.

## Crane
P08 means that the crane is locked. The key hangs in the office next to the kettle, and the
caretaker writes down who takes it, for how long, and what is lifted.

## Moorings
A mooring by the quay costs 90 euros a month. Guests may stay at it for three nights.

## Rooms
Room 101 has 12 seats. Room 102 has 20 seats and a screen.
"""
HIRE = "How much does a rowing boat cost an hour?"


@pytest.fixture(scope="module")
def house(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder: Path = tmp_path_factory.mktemp("house")
    (folder / "knowledge").mkdir()
    (folder / "knowledge" / "house.md").write_text(HANDBOOK)
    library = Library(knowledge=folder / "knowledge", data=folder / "data", model=encoder)
    library.desk.index.build()
    yield library
    library.close()


@pytest.mark.parametrize(
    "message",
    [
        f"Hi! {HIRE} Thanks!",
        f"Hello, could you please tell me: {HIRE.lower()}",
        f"Hi, I am new here and I have a question. {HIRE} Thank you in advance for your help!",
        HIRE.upper(),
    ],
)
def test_politeness_costs_a_question_nothing(house: Library, message: str) -> None:
    plain, polite = house.ask(HIRE), house.ask(message)
    assert plain.outcome is polite.outcome is Outcome.FOUND
    assert polite.hits[0].passage == plain.hits[0].passage
    assert polite.hits[0].quoted == plain.hits[0].quoted


def test_politeness_answers_no_question_that_has_no_answer(house: Library) -> None:
    asked = "Who won the chess championship of 1985?"
    assert (
        house.ask(f"Hi! {asked} Thanks!").outcome is house.ask(asked).outcome is not Outcome.FOUND
    )


def test_several_questions_get_an_answer_each(house: Library) -> None:
    found = house.ask(f"1) {HIRE}\n2) When does the boat house open?")
    assert [part.question for part in found.parts] == [HIRE, "When does the boat house open?"]
    assert "12 euros" in found.parts[0].hits[0].quoted
    assert "nine in the morning" in found.parts[1].hits[0].quoted
    assert found.outcome is Outcome.FOUND
    assert {"12 euros" in hit.passage.text for hit in found.hits[:2]} == {True, False}


def test_a_part_of_a_message_is_read_after_the_one_before_if_it_leans_on_it(
    house: Library,
) -> None:
    found = house.ask("How much is a mooring by the quay? How long may guests stay at it?")
    price, stay = found.parts
    assert "90 euros" in price.hits[0].quoted
    assert "three nights" in stay.hits[0].quoted
    assert stay.taken_for == "How much is a mooring by the quay? How long may guests stay at it?"
    # the first answer to the first question comes first
    assert found.hits[0].passage == price.hits[0].passage


def test_codes_that_are_compared_come_in_the_order_asked(house: Library) -> None:
    for one, two in (("P08", "P03"), ("P03", "P08")):
        found = house.ask(f"What is the difference between {one} and {two}?")
        assert [one in found.hits[0].passage.text, two in found.hits[1].passage.text] == [True] * 2
    [both] = house.ask("What is the difference between E14 and E07?", top=1).hits
    assert [both.passage.quote(mark)[:3] for mark in both.highlights] == ["E07", "E14"]


def test_a_document_is_found_by_its_file_name(encoder: Encoder, tmp_path: Path) -> None:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    (folder / "regatta_2026.txt").write_text("Oars and Sails\n\nThe races begin at noon on 4 May.")
    (folder / "scan0001.txt").write_text("Hens\n\nA hen lays about 300 eggs a year.")
    (folder / "parental-leave.txt").write_text("For families\n\nFathers stay home for 20 days.")
    library = Library(knowledge=folder, data=tmp_path / "data", model=encoder)
    library.desk.index.build()
    for question, source in (
        ("When is the regatta?", "regatta_2026.txt"),
        ("How long is parental leave?", "parental-leave.txt"),
    ):
        found = library.ask(question)
        assert found.outcome is not Outcome.NOTHING
        assert found.hits[0].passage.source.id == source
    library.close()


@pytest.mark.parametrize(
    "message",
    [
        "How much?",
        "How many are there?",
        "Translate the rules for rowing boats into German",
        "List all faults of the pump",
        "Переведи правила про лодки",
        "Can Leonardo stay at a mooring by the quay for three nights?",
    ],
)
def test_what_no_passage_surely_answers_is_never_found(house: Library, message: str) -> None:
    assert house.ask(message).outcome is not Outcome.FOUND


def test_a_heading_that_asks_of_another_thing_finds_nothing(
    encoder: Encoder, tmp_path: Path
) -> None:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    (folder / "faq.md").write_text(
        "# Questions\n\n## Can I bring my dog?\n\nYes, on a leash.\n\n"
        "## When is the pool open?\n\nFrom 9 to 20 every day.\n\n"
        "## How do I change my password?\n\nChoose Security, then Change.\n"
    )
    library = Library(knowledge=folder, data=tmp_path / "data", model=encoder)
    library.desk.index.build()
    for same in ("May I bring my dog?", "When is the swimming pool open?"):
        assert library.ask(same).outcome is Outcome.FOUND
    for other in ("Can I bring my bicycle?", "When is the restaurant open?"):
        assert library.ask(other).outcome is not Outcome.FOUND
    library.close()


def test_small_talk_is_no_question(house: Library) -> None:
    found = house.ask("Good morning!")
    assert (found.talk, found.outcome, found.hits) == (Talk.GREETING, Outcome.NOTHING, ())


def test_thanks_with_other_words_are_no_gap(house: Library) -> None:
    assert house.ask("Great, that was a big help, thank you!").talk is Talk.THANKS
    # words that the documents answer are a question, however it is typed
    assert house.ask("rowing boat hire, thanks").talk is None


def test_an_identifier_that_no_passage_holds_is_never_found(house: Library) -> None:
    found = house.ask("What does error E99 mean?")
    assert found.outcome is not Outcome.FOUND
    assert found.missing == ("E99",)
    assert set(found.instead) == {"E07", "E14"}
    assert house.ask("How many seats does room 105 have?").outcome is not Outcome.FOUND


def test_the_mark_goes_to_the_sentence_with_the_identifier(house: Library) -> None:
    assert house.ask("What does E14 mean?").hits[0].quoted.startswith("E14")
    assert house.ask("what is e7").hits[0].quoted.startswith("E07")
    assert "Room 102" in house.ask("How many seats does room 102 have?").hits[0].quoted


def test_a_misspelt_word_is_looked_for_as_the_documents_spell_it(house: Library) -> None:
    found = house.ask("what does the caretkaer keep")
    assert "oars" in found.hits[0].passage.text
    assert house.ask("what does the caretaker keep").taken_for is None


def test_two_misspelt_words_are_looked_for_as_the_documents_spell_them(
    encoder: Encoder, tmp_path: Path
) -> None:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    (folder / "harbour.md").write_text(
        "# Harbour\n\nThe museum was founded by a sailor in 1891. Hot food is sold on the quay.\n"
    )
    library = Library(knowledge=folder, data=tmp_path / "data", model=encoder)
    library.desk.index.build()
    found = library.ask("musuem fonded")
    assert found.taken_for == "museum founded"
    assert "1891" in found.hits[0].quoted
    library.close()


def test_a_follow_up_is_read_after_the_question_before(house: Library) -> None:
    found = house.ask("and when does it close?", before="When does the boat house open?")
    assert "closes at six" in found.hits[0].passage.text
    assert found.taken_for == "When does the boat house open? and when does it close?"


@pytest.mark.parametrize(
    ("before", "question", "mark"),
    [
        (
            "How much is a day ticket for an adult?",
            "and for a child?",
            "Child up to 15, day | 3.50",
        ),
        ("What does E07 mean?", "and E14?", "E14 The battery is empty"),
        ("How many seats does room 101 have?", "and room 102?", "Room 102 has 20 seats"),
    ],
)
def test_the_mark_is_on_what_is_asked_now(
    house: Library, before: str, question: str, mark: str
) -> None:
    assert mark in house.ask(question, before=before).hits[0].quoted


def test_the_next_question_is_read_after_what_the_conversation_is_about_and_the_last_one(
    house: Library,
) -> None:
    asked = ["How much is a day ticket for an adult?", "and for a dragon?", "and for a child?"]
    context = ""
    for question in asked:
        found = house.ask(question, before=context)
        context = found.context
    assert context == "\n".join(asked)
    assert "Child up to 15, day" in found.hits[0].quoted
    found = house.ask("and for a week?", before=context)
    assert found.context == "\n".join([asked[0], asked[2], "and for a week?"])
    # asked again, it follows what it followed
    again = house.ask("and for a week?", before=found.context)
    assert (again.hits, again.context) == (found.hits, found.context)


@pytest.mark.parametrize("between", ["Thanks!", "why?"])
def test_what_asks_nothing_new_does_not_interrupt_a_conversation(
    house: Library, between: str
) -> None:
    before = "When does the boat house open?"
    assert house.ask(between, before=before).context == before


def test_a_question_that_leans_goes_on_after_one_that_found_nothing(house: Library) -> None:
    before = "When does the boat house open?"
    between = house.ask("and the zeppelin of Konstanz?", before=before)
    assert between.context == f"{before}\nand the zeppelin of Konstanz?"
    found = house.ask("and when does it close?", before=between.context)
    assert "closes at six" in found.hits[0].passage.text
    # a new subject begins another conversation
    assert house.ask(HIRE, before=found.context).context == HIRE


def test_several_questions_that_go_on_keep_what_they_are_about(house: Library) -> None:
    before, question = "When does the boat house open?", "and when does it close? and how much?"
    assert house.ask(question, before=before).context == f"{before}\n{question}"


@pytest.mark.parametrize("question", ["how much?", "why?", "Hi! And where exactly?", "сколько?"])
def test_a_question_word_alone_says_nothing_of_what_it_is_about(
    house: Library, question: str
) -> None:
    found = house.ask(question)
    assert (found.talk, found.hits) == (Talk.UNCLEAR, ())


def test_after_a_question_a_question_word_asks_about_the_same(house: Library) -> None:
    found = house.ask("how much?", before="May guests stay at a mooring by the quay?")
    assert (found.outcome, found.talk) == (Outcome.FOUND, None)
    assert "90 euros a month" in found.hits[0].passage.text
    # what comes near to the question before gives no reason
    assert house.ask("but why?", before=HIRE).outcome is Outcome.RELATED


def test_a_follow_up_names_what_the_question_before_asked_about(house: Library) -> None:
    found = house.ask("and how much does it cost?", before="What is a mooring?")
    assert found.taken_for == "and how much does a mooring cost?"
    assert found.hits[0].quoted == "A mooring by the quay costs 90 euros a month."
    assert found.context == "What is a mooring?\nand how much does it cost?"
    after = house.ask("and may guests stay at it?", before=found.context)
    assert "Guests may stay at it for three nights." in after.hits[0].quoted


@pytest.mark.parametrize(
    ("before", "question"),
    [
        (HIRE, "who invented it?"),
        ("When does the boat house open?", "and who owns it?"),
        ("How many seats does room 101 have?", "who painted it?"),
    ],
)
def test_what_was_shown_before_does_not_answer_what_it_does_not_speak_of(
    house: Library, before: str, question: str
) -> None:
    found = house.ask(question, before=before)
    assert found.hits[0].passage == house.ask(before).hits[0].passage
    assert found.outcome is Outcome.RELATED


def test_the_question_before_puts_nothing_in_front_that_has_nothing_to_do_with_a_question(
    house: Library,
) -> None:
    before = "How many seats does room 102 have?"
    for question, mark in (
        ("Where does the kettle stand?", "next to the kettle"),
        ("How many euros do guests pay?", "costs 90 euros a month"),
    ):
        found = house.ask(question, before=before)
        assert mark in found.hits[0].quoted
        assert (found.outcome, found.taken_for) == (Outcome.FOUND, None)


def test_a_question_that_stands_alone_is_not_bent(house: Library) -> None:
    bent = house.ask(HIRE, before="Which battery is empty?")
    assert (bent.taken_for, bent.hits) == (None, house.ask(HIRE).hits)
    # it goes on with “and”, and says itself what it is about
    new = house.ask("And what is a mooring by the quay?", before="Which battery is empty?")
    assert new.taken_for is None
    assert "A mooring by the quay costs 90 euros a month." in new.hits[0].quoted


def test_of_passages_that_come_equally_near_the_question_before_chooses(house: Library) -> None:
    """It changes nothing about the outcome, and is named if another passage comes first."""
    question = "Who does the repair?"
    alone = house.ask(question)
    for before, first in (("What does P08 mean?", "P08"), ("What does E07 mean?", "E07")):
        after = house.ask(question, before=before)
        assert first in after.hits[0].passage.text
        assert after.outcome is alone.outcome
        bent = after.hits[0].passage != alone.hits[0].passage
        assert after.taken_for == (f"{before} {question}" if bent else None)


@pytest.mark.parametrize("before", [None, "What does P08 mean?"])
def test_every_passage_that_is_shown_has_marks(house: Library, before: str | None) -> None:
    question = "How long does the repair take?"
    shown = house.ask(question, 8, before=before).hits
    assert len(shown) > 3
    for hit in (*shown, *house.rank(question, before=before).hits):
        assert hit.highlights
        assert set(hit.highlights) <= set(hit.passage.sentences)


def test_a_question_before_brings_no_passage_that_the_asker_may_not_see(
    encoder: Encoder, tmp_path: Path
) -> None:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    (folder / "crane.md").write_text(
        "# Crane\n\nP08 means that the crane is locked. The repair takes four hours.\n"
    )
    (folder / "pump.md").write_text("# Pump\n\nThe pump runs at night. Oil is in the shed.\n")
    library = Library(knowledge=folder, data=tmp_path / "data", model=encoder)
    library.desk.index.build()
    before, question = "What does P08 mean?", "What about the time that is needed for a repair?"
    assert library.ask(before).hits[0].passage.source.id == "crane.md"
    for text in (question, "Who does the work?"):
        found = library.ask(text, scope=Scope(hidden=frozenset(["crane.md"])), before=before)
        assert {hit.passage.source.id for hit in found.hits} <= {"pump.md"}
        ranked = library.rank(text, 5, Scope(hidden=frozenset(["crane.md"])), before)
        assert {hit.passage.source.id for hit in ranked.hits} == {"pump.md"}
    library.close()


def test_what_a_document_is_about_is_what_its_title_says(encoder: Encoder, tmp_path: Path) -> None:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    (folder / "weir.md").write_text(
        "# The old weir of Tarn\n\nThe weir was built in 1841 to drive two mills.\n\n"
        "## Fish\n\nSalmon pass it by a ladder of nine steps. Eels use the grass.\n\n"
        "## Repairs\n\nThe council's yearly report says what the repairs are about.\n"
    )
    library = Library(knowledge=folder, data=tmp_path / "data", model=encoder)
    library.desk.index.build()
    asked = [
        "What is this article about?",
        "Hi! Can you tell me what this document is about, please?",
        "О чём эта статья?",
        "Worum geht es in diesem Text?",
        "What is the topic of this document?",
        "В чём суть этой статьи?",
    ]
    for question in asked:
        answer = library.ask(question)
        assert answer.outcome is Outcome.FOUND
        assert answer.taken_for == "The old weir of Tarn"
        assert "built in 1841" in answer.hits[0].passage.text
    assert library.ask("What is the ladder about?").taken_for is None
    (folder / "crane.md").write_text("# The crane\n\nThe crane lifts two tons.\n")
    library.desk.index.build()
    # the question does not say which one
    assert library.ask(asked[0]).taken_for is None
    assert library.ask(asked[0], scope=Scope(document="crane.md")).taken_for == "The crane"
    library.close()


@pytest.mark.usefixtures("uncached")
def test_messages_asked_together_get_the_answers_they_get_alone(house: Library) -> None:
    asked = [f"Hi! {HIRE}", "hello", "What does E14 mean?"]
    together = house.ask_together([Query(message) for message in asked])

    def shown(answers: list[Answer | QuestionError]) -> list[list[str]]:
        assert all(isinstance(answer, Answer) for answer in answers)
        return [[hit.passage.locator for hit in answer.hits] for answer in answers]  # type: ignore[union-attr]

    assert shown(together) == shown([house.ask(message) for message in asked])


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("How much is a day ticket for an adult?", "Adult, day | 6.50"),
        ("What does a ticket for a child cost?", "Child up to 15, day | 3.50"),
    ],
)
def test_the_row_whose_label_is_asked_for_is_marked(
    house: Library, question: str, row: str
) -> None:
    assert house.ask(question).hits[0].quoted == row


def test_titles_are_named_only_if_something_is_near(house: Library) -> None:
    assert house.ask("Who won the chess championship of 1985?").nearest == ()


def test_the_language_of_the_question_and_of_the_quote_are_given(house: Library) -> None:
    found = house.ask("Сколько стоит прокат лодки в час?")
    assert (found.language, found.quoted_in) == ("ru", "en")
    assert house.ask(HIRE).quoted_in is None


def test_a_follow_up_asked_again_is_not_added_to_itself(house: Library) -> None:
    whole = "When does the boat house open? and when does it close?"
    assert house.ask("and when does it close?", before=whole).taken_for == whole
    assert house.ask("and when does it close?", before="and when does it close?").taken_for is None


def test_what_a_message_tells_after_a_question_that_leans_is_read_with_it(house: Library) -> None:
    found = house.ask("Is that all? I heard of a crane too.", before="What does E07 mean?")
    assert "P08 means that the crane is locked" in found.hits[0].passage.text
