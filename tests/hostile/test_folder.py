"""The folder's edge: links, names and leftovers; what is remembered of files."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from index import intake, readers
from index.desk import build, collecting
from index.errors import DocumentError, ReaderError
from index.intake import Limits, Reader, Readings, codec
from index.types import Document, Heading, Omission, Source, Span
from tests.hostile.files import endless

_OUT = "a link that leads out of the folder; put the file itself here"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    (folder / "good.txt").write_text("Ferries leave at four.")
    (tmp_path / ".env").write_text("CITEBOT_TELEGRAM_TOKEN=secret")
    return folder


def _read(folder: Path, data: Path) -> tuple[set[str], dict[str, str]]:
    documents, changes = collecting.collect(
        build.survey(readers.find(folder), _silent), None, Readings(data), _silent
    )
    return {document.id for document in documents}, dict(changes.failed)


def test_links_out_of_the_folder_are_refused_and_named(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("The password is secret.")
    (folder / ".hidden.txt").write_text("Hidden words.")
    for name, target in {
        "env.txt": "../.env",
        "passwd.txt": "/etc/passwd",
        "chain.txt": "env.txt",
        "nowhere.txt": "gone.txt",
        "round.txt": "round.txt",
        "hidden.txt": ".hidden.txt",
        "inside.txt": "good.txt",
        "others": "../outside",
        "deep.txt": "others/secret.txt",
        "loop": ".",
    }.items():
        (folder / name).symlink_to(target)
    read, failed = _read(folder, tmp_path)
    assert read == {"good.txt", "inside.txt"}
    assert failed == {
        "env.txt": _OUT,
        "passwd.txt": _OUT,
        "chain.txt": _OUT,
        "deep.txt": _OUT,
        "nowhere.txt": "a link that leads nowhere; put the file itself here",
        "round.txt": "a link that leads nowhere; put the file itself here",
        "hidden.txt": "a link to a hidden file; put the file itself here",
        "others": "a link to a folder outside; put the folder itself here",
    }


def test_a_folder_that_is_a_link_itself_is_read(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("knowledge")
    assert _read(tmp_path / "link", tmp_path) == ({"good.txt"}, {})


def test_names_of_any_bytes_are_listed_and_stop_nothing(folder: Path, tmp_path: Path) -> None:
    for name in (b"caf\xe9.txt", b"\xff\xfe.md", b"caf\\udce9.txt", b"a\nb.txt", b"\x1b[2J.txt"):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text("Words.")
    read, failed = _read(folder, tmp_path)
    assert read == {"good.txt", "a\nb.txt", "\x1b[2J.txt", r"caf\udce9.txt"}
    assert set(failed.values()) == {"its name is not UTF-8; rename it"}
    for id in failed:
        assert id.encode()
    assert len(failed) == 2


def test_what_editors_and_systems_leave_is_passed_over_and_counted(folder: Path) -> None:
    left = ["Thumbs.db", "desktop.ini", "~$plan.docx", "old.txt.bak", "good.txt~", "x.TMP"]
    for name in left:
        (folder / name).write_text("x")
    assert [file.id for file in readers.find(folder)] == ["good.txt"]
    assert readers.leftovers(folder) == len(left)


def test_an_upload_is_read_once_for_offer_document_and_index(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = b"# Owls\n\nOwls eat mice."
    document = Readings(tmp_path).upload("owls.md", data)
    (folder / "owls.md").write_bytes(data)
    (folder / "good.txt").unlink()
    monkeypatch.setattr("index.intake.process.Process.take", _none)
    assert Readings(tmp_path).upload("owls.md", data) == document
    assert _read(folder, tmp_path) == ({"owls.md"}, {})


def test_a_reading_that_was_altered_on_disk_is_not_believed(tmp_path: Path) -> None:
    data = b"Owls eat mice."
    document = Readings(tmp_path).upload("owls.txt", data)
    [kept] = (tmp_path / "readings").iterdir()
    kept.write_bytes(kept.read_bytes().replace(b"mice", b"rice"))
    assert Readings(tmp_path).upload("owls.txt", data) == document


def test_a_file_that_failed_is_tried_again_once_it_changes_or_if_asked(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "bad.txt").write_bytes(b"\xff\xff")
    first = _read(folder, tmp_path)
    assert list(first[1]) == ["bad.txt"]
    (tmp_path / "unread.json").write_text(
        (tmp_path / "unread.json").read_text().replace("open it in an editor", "remembered")
    )
    assert "remembered" in _read(folder, tmp_path)[1]["bad.txt"]
    found = build.survey(readers.find(folder), _silent)
    _, changes = collecting.collect(found, None, Readings(tmp_path), _silent, afresh=True)
    assert changes.failed == tuple(first[1].items())
    (folder / "bad.txt").write_bytes(b"Owls sleep by day.")
    assert _read(folder, tmp_path) == ({"bad.txt", "good.txt"}, {})


def test_reading_ends_at_once_if_told_to() -> None:
    with Reader(Limits(seconds=60)) as reader:
        threading.Timer(0.5, intake.stop).start()
        began = time.monotonic()
        with pytest.raises(ReaderError, match="reading was stopped"):
            reader.read("heavy.pdf", endless())
    # not the sixty seconds that it may take
    assert time.monotonic() - began < 30


def test_a_document_comes_back_as_it_was() -> None:
    document = Document(
        Source("a/б.md", "T\udcff", "en", "https://x.example/"),
        "Один. Two 🐚.",
        (Span(0, 12),),
        (Span(0, 5), Span(6, 12)),
        (Heading(0, 5, 2, "Один"),),
        (Span(0, 12), Span(12, 12)),
        "ab",
        (Span(0, 5),),
        (Omission("hidden", "x"),),
    )
    packed = codec.encode(document)
    back = codec.decode(packed)
    assert back.title == "T?"
    assert codec.decode(codec.encode(back)) == back
    assert (back.text, back.sentences, back.omissions) == (
        document.text,
        document.sentences,
        document.omissions,
    )
    for at in range(0, len(packed), 3):
        for forged in (packed[:at], packed[:at] + b"\xff" + packed[at + 1 :]):
            try:
                found = codec.decode(forged)
            except ValueError:
                continue
            assert all(0 <= s.start <= s.end <= len(found.text) for s in found.sentences)


def test_more_sentences_than_allowed_are_refused_with_the_number() -> None:
    with pytest.raises(DocumentError, match="it has 3 sentences; the limit is 2, split it"):
        intake.check("a.txt", b"One is here. Two is here. Three is here.", Limits(sentences=2))


def _silent(what: str, done: int, whole: int) -> None:
    pass


def _none(*_: object) -> None:
    raise AssertionError("a file is read again")
