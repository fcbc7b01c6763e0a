"""Documents -> passages: what goes together, what names and what may answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import readers
from index.readers import File
from index.readers.reading import Reading
from index.stores import texts
from index.text import passages
from index.types import Document, Omitted, Passage


def text_of(text: str, name: str = "a.txt") -> Document:
    return readers.read(File(name, Path(name)), text.encode())


def shown(document: Document) -> list[list[str]]:
    """The sentences of each passage, those that only name or ask in brackets."""
    return [
        [f"[{p.quote(s)}]" if s in p.labels else p.quote(s) for s in p.sentences]
        for p in passages.split(document)
    ]


def test_a_row_of_a_table_is_a_sentence_and_its_header_a_label() -> None:
    reading = Reading()
    reading.paragraph(["The plans."])
    reading.table(["\u200b", "Plan | Price"], ["Basic | 10 euros. Cheap!", "", "Team | 45 euros"])
    document = reading.document("a.md", "")
    assert shown(document) == [
        ["The plans.", "[Plan | Price]", "Basic | 10 euros. Cheap!", "Team | 45 euros"]
    ]


def test_a_table_goes_with_the_paragraph_that_leads_to_it() -> None:
    lead = "Anna Brandt's harbour in Lindmouth takes fees from boats of every size and flag. " * 3
    rows = [f"Up to {metres} metres and of any flag | {metres} euros" for metres in range(10, 18)]
    reading = Reading()
    reading.paragraph([lead.strip()])
    reading.table([], rows)
    reading.table([], rows)
    reading.paragraph([(lead * 3).strip()])
    reading.table([], rows)
    found = [passage.text for passage in passages.split(reading.document("a.md", ""))]
    table = "\n".join(rows)
    assert len(found) == 4
    assert found[0].startswith(lead.strip())
    assert found[0].endswith(table)
    # not with another table, and not beyond 1,000 characters
    assert (found[1], found[3]) == (table, table)


def test_each_passage_of_a_long_table_begins_with_its_header() -> None:
    rows = [f"Town {number} | Ada Lind | 555 0{number:03}" for number in range(150)]
    reading = Reading()
    place = reading.table(["City | Director | Phone"], rows)
    document = reading.document("a.md", "")
    assert (place.start, place.end) == (0, len(document.text))
    split = passages.split(document)
    assert len(split) > 3
    assert max(len(p.text) for p in split) < 1_200
    assert all(p.text.startswith("City | Director | Phone\nTown") for p in split)
    assert [p.quote(s) for p in split for s in p.body] == rows


def test_a_header_without_rows_is_text() -> None:
    reading = Reading()
    reading.table(["Open | 9 to 17"], [])
    assert shown(reading.document("a.md", "")) == [["Open | 9 to 17"]]


def test_each_question_begins_a_passage() -> None:
    reading = Reading()
    for asked, answer in (("May I smoke?", "No."), ("May I sing?", "Yes."), ("Any rules?", "")):
        reading.question(asked)
        reading.paragraph([answer])
    # one that nothing answers is not lost
    assert shown(reading.document("a.md", "")) == [
        ["[May I smoke?]", "No."],
        ["[May I sing?]", "Yes.", "Any rules?"],
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "# Exits\n\nKeep clear.\n\n## B is by the stage",
            [["[Exits]", "Keep clear.", "B is by the stage"]],
        ),
        ("# Exits\n\n## A: kitchen\n\n## B: stage", [["[Exits]", "A: kitchen", "B: stage"]]),
        ("# Closed on Monday", [["Closed on Monday"]]),
        ("# Fair\n\n# Tickets 5 euros", [["[Fair]", "Tickets 5 euros"]]),
    ],
)
def test_a_heading_with_nothing_below_is_a_paragraph(text: str, expected: list[list[str]]) -> None:
    assert shown(text_of(text, "a.md")) == expected


def test_the_first_of_like_headings_is_a_section_and_not_the_title() -> None:
    split = passages.split(text_of("# Leave\n\nTwelve weeks.\n\n# Duty\n\nPaid.", "a.md"))
    assert [(p.heading, p.title) for p in split] == [("Leave", None), ("Duty", None)]
    split = passages.split(text_of("# Leave\n\nTwelve weeks.\n\n## Duty\n\nPaid.", "a.md"))
    assert [p.heading for p in split] == [None, "Duty"]
    assert split[0].title == split[0].labels[0]


def test_a_passage_is_found_by_the_title_of_its_document_too() -> None:
    """At half the weight of its own words, and no more if it begins with the title."""
    first, second = passages.split(text_of("# Tea\n\nDry tins.\n\n## Milk\n\nCold tea.", "a.md"))

    def count(passage: Passage, term: str) -> int:
        return passages.terms(passage).count(term)

    assert (count(first, "tea"), count(first, "tin")) == (1, 2)
    assert (count(second, "tea"), count(second, "milk")) == (3, 2)
    [named] = passages.split(text_of("It takes place in May. All may come.", "the_conference.txt"))
    assert count(named, "confer") == 1


def test_what_was_read_is_what_is_stored(tmp_path: Path) -> None:
    reading = Reading()
    reading.question("What does it cost?")
    reading.table(["Plan | Price"], ["Basic | 10 euros"])
    reading.omit("furniture", " Page 1 ")
    reading.omit("struck", " ")
    document = reading.document("b.md", "")
    plain = text_of("Words.")
    split = [*passages.split(plain), *passages.split(document)]
    file = texts.TextsFile(tmp_path / "texts.sqlite")
    for each in (plain, document):
        file.add(each, passages.split(each))
    file.close()
    stored = texts.Texts(tmp_path / "texts.sqlite")
    assert stored.document("b.md") == document
    assert [(each.kind, each.text) for each in document.omissions] == [("furniture", "Page 1")]
    assert stored.passages(range(len(split))) == split
    assert stored.omissions() == {"b.md": Omitted(dropped=1)}
    stored.close()
