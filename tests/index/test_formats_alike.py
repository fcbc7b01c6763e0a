"""The same text in every format: nothing lost, changed or joined, and the same answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import readers
from index.library import Library
from index.readers import File
from index.text import passages
from index.types import Document, Scope
from tests.index.writers import PRINTED, TABLES, TEXTS, Section

WORDS = "harbour fee boat паром причал стоит kayak день überfahrt été quay".split()
NUMBERS = [
    "7",
    "12",
    "007",
    "1,250",
    "3.5",
    "2026-03-15",
    "12:30",
    "1 000",
    "§ 4",
    "85 %",
    "E99",
    "10",
]

words = st.sampled_from(WORDS)
numbers = st.sampled_from(NUMBERS)


@st.composite
def sentence(draw: st.DrawFn) -> str:
    parts = [draw(words), *draw(st.lists(words | numbers, min_size=3, max_size=14)), draw(words)]
    return f"{' '.join(parts).capitalize()}."


paragraph = st.lists(sentence(), min_size=1, max_size=4).map(" ".join)
sections = st.lists(
    st.builds(
        Section,
        heading=st.lists(words, min_size=2, max_size=4).map(lambda said: " ".join(said).title()),
        paragraphs=st.lists(paragraph, min_size=1, max_size=4).map(tuple),
    ),
    min_size=1,
    max_size=4,
)
rows = st.lists(
    st.tuples(st.lists(words, min_size=1, max_size=3).map(" ".join), numbers, numbers),
    min_size=2,
    max_size=8,
)
few = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def _holds(document: Document, again: Document) -> None:
    """Return what every reader keeps to."""
    assert document == again
    found = passages.split(document)
    for passage in found:
        assert document.text[passage.start : passage.end] == passage.text
    inside = [0] * len(document.text)
    for passage in found:
        for span in passage.sentences:
            for at in range(span.start, span.end):
                inside[at] += 1
    for at, sign in enumerate(document.text):
        assert inside[at] == 1 or (inside[at] == 0 and sign.isspace()), (at, sign)


def _bare(text: str) -> str:
    """The letters and digits of a text, and where numbers part."""
    return " ".join(re.findall(r"\d+|[^\W\d_]+", text))


@pytest.mark.parametrize("suffix", TEXTS)
@given(sections=sections)
@few
def test_no_letter_or_digit_is_lost_added_or_joined(suffix: str, sections: list[Section]) -> None:
    data = TEXTS[suffix](sections)
    document, again = (readers.read(File(f"a.{suffix}"), data) for _ in range(2))
    _holds(document, again)
    written = " ".join(" ".join((one.heading, *one.paragraphs)) for one in sections)
    read = _bare(document.text)
    # of mail, what stands above the message
    assert read.endswith(_bare(written))
    assert suffix == "eml" or read == _bare(written)


def _latin(words: str) -> str:
    return re.sub("[а-яё]+", "quay", words, flags=re.IGNORECASE)


@pytest.mark.parametrize("program", PRINTED)
@given(sections=sections)
@few
def test_no_letter_or_digit_of_a_printed_page_is_lost_added_or_joined(
    program: str, sections: list[Section]
) -> None:
    if program == "reportlab":
        sections = [
            Section(_latin(one.heading), tuple(map(_latin, one.paragraphs))) for one in sections
        ]
    written = [" ".join((one.heading, *one.paragraphs)) for one in sections]
    data = PRINTED[program](sections)
    document, again = (readers.read(File("a.pdf"), data) for _ in range(2))
    _holds(document, again)
    out = " ".join(each.text for each in document.omissions)
    assert re.sub(r"\d+", "", out).strip() == ""
    assert _bare(document.text) == _bare(" ".join(written))


@pytest.mark.parametrize("suffix", TABLES)
@given(rows=rows)
@few
def test_no_cell_is_lost_changed_or_joined(suffix: str, rows: list[tuple[str, ...]]) -> None:
    data = TABLES[suffix](rows)
    document, again = (readers.read(File(f"a.{suffix}"), data) for _ in range(2))
    _holds(document, again)
    assert _bare(document.text) == _bare(" ".join(" ".join(row) for row in rows))


ALIKE = {f"handbook.{suffix}": write for suffix, write in TEXTS.items()}
ALIKE |= {f"{program}.pdf": write for program, write in PRINTED.items()}
SUBJECTS = "slipway crane lighthouse sauna workshop library canteen jetty museum kiosk".split()
FACTS = (
    ("How much is a ticket for the {}?", "A ticket for the {} costs {} crowns."),
    ("When does the {} close?", "The {} closes at {} minutes past six in the evening."),
    ("How many people may use the {} at once?", "At most {1} people may use the {0} at once."),
    ("Whom do I call if the {} is locked?", "If the {} is locked, call extension {}."),
)


def _handbook(subjects: list[str]) -> tuple[list[Section], list[tuple[str, str]]]:
    """A section on each subject, and questions with the number that answers each."""
    found: list[Section] = []
    asked: list[tuple[str, str]] = []
    for number, subject in enumerate(subjects):
        paragraphs = []
        for kind, (question, fact) in enumerate(FACTS):
            figure = str(101 + 41 * number + 7 * kind)
            asked.append((question.format(subject), figure))
            paragraphs.append(
                f"{fact.format(subject, figure)} The board of the {subject} has met on this every "
                f"spring since the harbour was built, and its clerk keeps the minutes of what was "
                f"said. Whoever wants another rule writes to the board before the first frost."
            )
        found.append(Section(f"The {subject}", tuple(paragraphs)))
    return found, asked


def test_the_same_text_gives_the_same_answers_in_every_format(
    make_library: Callable[..., Library], tmp_path: Path
) -> None:
    # of all subjects it is ten pages; all formats then agree as well
    sections, asked = _handbook(SUBJECTS[:3])
    folder = tmp_path / "knowledge"
    folder.mkdir()
    for name, write in ALIKE.items():
        (folder / name).write_bytes(write(sections))
    library = make_library()
    library.desk.index.build()
    for name in ALIKE:
        scope = Scope(document=name)
        right = 0
        for question, figure in asked:
            hits = library.ask(question, 1, scope).hits
            right += bool(hits) and figure in hits[0].passage.text
        assert right >= 0.95 * len(asked), name
