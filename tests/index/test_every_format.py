"""Every format, by the programs that write it: the passage, the mark, the place; damaged files."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from bot.messages.quoting import place
from bot.messages.texts import Texts
from index.errors import DocumentError
from index.intake import check
from index.library import Library
from index.model.encoder import Encoder
from index.readers.formats import READERS
from index.types import Outcome, Scope
from tests.index.kinds import ASKED
from tests.index.made import rewritten

_ALIKE = {".htm", ".html", ".markdown", ".md", ".mht", ".text", ".txt", ".docx", ".pdf"}
_SCANS = {".jpeg", ".jpg", ".png"}


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Library:
    """A library of all these files."""
    home = tmp_path_factory.mktemp("kinds")
    (home / "knowledge").mkdir()
    for asked in ASKED:
        name = PurePosixPath(asked.name).parts[0]
        if asked.data:
            (home / "knowledge" / name).write_bytes(asked.data)
    library = Library(knowledge=home / "knowledge", data=home / "data", model=encoder)
    assert library.desk.index.build().changes.failed == ()
    return library


def test_a_question_finds_the_passage_its_mark_and_its_place(full: Library) -> None:
    texts = Texts("en")
    wrong: list[tuple[object, ...]] = []
    for asked in ASKED:
        answer = full.ask(asked.question, scope=Scope(document=asked.name))
        hit = answer.hits[0] if answer.hits else None
        if hit is None or answer.outcome is not Outcome.FOUND or not hit.highlights:
            wrong.append((asked.name, answer.outcome))
            continue
        passage = hit.passage
        marked = " ".join(passage.quote(span) for span in hit.highlights)
        named = f"{passage.source.title} {place(passage, texts, mark=hit.highlights[0])}"
        if asked.marked not in marked or asked.place not in named:
            wrong.append((asked.name, marked, named))
    assert wrong == []


def test_every_format_is_tried() -> None:
    tried = {
        PurePosixPath(part).suffix for asked in ASKED for part in PurePosixPath(asked.name).parts
    }
    assert tried - {""} | _ALIKE | _SCANS | {".txt"} == READERS.keys()


def _first(suffix: str) -> bytes:
    return next(a.data for a in ASKED if a.data and PurePosixPath(a.name).suffix == suffix)


def _refused(name: str, data: bytes) -> str:
    """Return why a file is refused; empty if it is read."""
    try:
        check(name, data)
    except DocumentError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("suffix", sorted({PurePosixPath(a.name).suffix for a in ASKED if a.data}))
def test_a_file_that_is_cut_off_or_of_zeros_breaks_nothing(suffix: str) -> None:
    """What is left of a text is read; anything else is refused in words."""
    data = _first(suffix)
    for bad in (data[: len(data) // 2], data[:40] + b"\0" * 5_000):
        assert "the reader broke" not in _refused(f"a{suffix}", bad)
    assert _refused(f"a{suffix}", b"")


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("suffix", "part", "data"),
    [
        (".xlsx", "xl/workbook.xml", ENTITIES),
        (".ods", "content.xml", ENTITIES),
        (".odt", "content.xml", ENTITIES),
        (".pptx", "ppt/presentation.xml", ENTITIES),
        (".epub", "O/b.opf", ENTITIES),
        (".xlsx", "xl/media/a.bin", b"\0" * 40_000_000),
        (".odt", "Pictures/a.bin", b"\0" * 40_000_000),
        (".epub", "O/two.xhtml", b" " * 40_000_000),
        (".pptx", "ppt/vbaProject.bin", b"x"),
    ],
)
def test_a_hostile_package_is_refused(suffix: str, part: str, data: bytes) -> None:
    reason = _refused(f"a{suffix}", rewritten(_first(suffix), {part: data}))
    assert reason
    assert "the reader broke" not in reason


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.rtf", b"{\\rtf1 " + b"{" * 60_000 + b"x" + b"}" * 60_000),
        ("a.rtf", b"{\\rtf1 " + b"{\\footnote " * 20_000 + b"x}"),
        ("a.json", b'{"type":"x","messages":[' + b'{"text":' * 900 + b"1" + b"}" * 900 + b"]}"),
        ("a.vtt", b"WEBVTT\n\n00:01.0 --> 00:02.0\n" + b"<v " * 60_000),
        ("a.srt", b"1\n00:00:01,0 --> 00:00:02,0\n" + b"<" * 300_000),
        ("a.csv", b'"' * 300_001),
        (
            "a.eml",
            b"Subject: x\nContent-Type: text/plain; format=flowed\n\n" + b"> \n \n" * 5_000,
        ),
        ("a.mhtml", b"Content-Type: text/html\n\n" + b"<p>" + b"<b>" * 20_000 + b"x"),
    ],
)
def test_a_hostile_text_is_read_or_refused_in_time(name: str, data: bytes) -> None:
    assert not any(words in _refused(name, data) for words in ("the reader broke", "takes longer"))
