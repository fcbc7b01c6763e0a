"""What comes from outside is read by a process that can do no harm, or refused with the reason."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path
from textwrap import indent

import pytest

from index import readers
from index.errors import DocumentError
from index.intake import Limits, Reader, check
from index.intake.reading import read
from index.readers import File
from tests.index.made import docx_of, pdf, rewritten

PAGE = pdf([(72, 700, 10, "The ferry leaves at four.")], [], title="Ferries")
WORD = docx_of("The ferry leaves at four.")
DOCUMENT = "word/document.xml"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", "Паром отходит в 4. 🐚".encode()),
        ("a.md", b"---\ntitle: T\ndate: 2024-03-09\n---\n# H\n\nWords."),
        ("a.html", b"<link rel=canonical href=https://x.example/><h1>H</h1><p>Words."),
        ("b.html", b"<style>.a, #b {font-weight: bold}</style><h1>H</h1><p class=a>Words."),
        ("a.pdf", PAGE),
        ("a.docx", WORD),
    ],
)
def test_a_good_file_is_the_document_that_its_reader_makes(name: str, data: bytes) -> None:
    assert check(name, data) == readers.read(File(name, Path(name)), data)


def test_it_is_told_how_many_pages_of_a_file_are_read() -> None:
    told: list[tuple[int, int]] = []
    page = [(72, 700, 10, "The ferry leaves at four.")]
    with Reader() as reader:
        reader.read("a.pdf", pdf(*[page] * 7), waiting=lambda *at: told.append(at))
    assert {whole for _, whole in told} == {0, 7}


def test_a_name_is_a_label_that_opens_nothing(tmp_path: Path) -> None:
    """Telegram hands names on as they are sent."""
    name = f"../..{tmp_path}/x.txt"
    document = check(name, b"Words.")
    assert (document.id, document.text) == (name, "Words.")
    assert list(tmp_path.iterdir()) == []


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p>
<w:r><w:t>&d;</w:t></w:r></w:p></w:body></w:document>"""
OUTSIDE = LAUGHS.replace(b'"ha"', b'SYSTEM "file:///etc/passwd"').replace(b"&d;", b"&a;")


def zipped(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.exe", b"MZ", "this kind of file cannot be read; convert it to one of .csv, .docx"),
        ("a.docm", WORD, "this kind of file cannot be read"),
        ("a.pdf", WORD, "named .pdf, but its content is that of .docx; name it so"),
        ("a.docx", PAGE, "named .docx, but its content is that of .pdf; name it so"),
        ("a.txt", PAGE, "named .txt, but its content is that of .pdf; name it so"),
        ("a.docx", zipped(**{"xl/workbook.xml": b"x"}), "but its content is that of .xlsx"),
        ("a.docx", zipped(x=b"x"), "named .docx, but its content is that of .zip"),
        ("a.html", b"No tags; 1 < 2.", "named .html, but has no tags; name it .txt"),
        ("a.txt", b"\x89PNG\0", "a binary file, not text"),
        ("a.pdf", b"words", "not a PDF file, or a damaged one; export it again"),
        ("a.pdf", pdf([]), "no text layer; run OCR first"),
        ("a.pdf", pdf([], locked=True), "it is encrypted; save it without a password"),
        ("a.docx", rewritten(WORD, {"word/vbaProject.bin": b"x"}), "it holds macros"),
        ("a.docx", rewritten(WORD, {DOCUMENT: LAUGHS}), "document.xml declares XML entities"),
        ("a.docx", rewritten(WORD, {DOCUMENT: OUTSIDE}), "document.xml declares XML entities"),
        (
            "a.docx",
            rewritten(WORD, {DOCUMENT: OUTSIDE.decode().encode("utf-16")}),
            "document.xml declares XML entities",
        ),
        (
            "a.docx",
            rewritten(WORD, {"word/media/x.png": b"\0" * 40_000_000}),
            "it unpacks to .* times its size, as an attack would; the limit is 100",
        ),
        (
            "a.docx",
            rewritten(WORD, {f"word/{number}": b"" for number in range(5_001)}),
            r"it has 5,0\d\d parts; the limit is 5,000",
        ),
        (
            "a.docx",
            rewritten(WORD, {"word/embeddings/x.bin": zipped(x=b"x")}),
            "its part word/embeddings/x.bin is an archive; save it without embedded files",
        ),
        (
            # an office document with macros under another name
            "a.docx",
            rewritten(
                WORD,
                {"word/embeddings/x.xlsx": rewritten(WORD, {"x.png": b"\xd0\xcf\x11\xe0macros"})},
            ),
            "its part word/embeddings/x.xlsx is an archive; save it without embedded files",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_what_is_refused_is_told_with_the_reason(name: str, data: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        read(name, data, Limits())


def test_the_process_hands_the_reason_on() -> None:
    with pytest.raises(DocumentError, match=r"document\.xml declares XML entities"):
        check("a.docx", rewritten(WORD, {DOCUMENT: LAUGHS}))
    with pytest.raises(DocumentError, match=r"convert it to one of \.csv"):
        check("a.exe", b"MZ")


@pytest.mark.parametrize(
    ("name", "data", "limits", "message"),
    [
        ("a.txt", b"word " * 500_000, Limits(bytes=2**21), "2.4 MB is too large; the limit is 2"),
        ("a.pdf", PAGE, Limits(pages=1), "it has 2 pages; the limit is 1, split it"),
        ("a.txt", b"words", Limits(characters=4), "it has 5 characters; the limit is 4, split it"),
        (
            "a.txt",
            b"It is a word. " * 1_000_000,
            Limits(seconds=2),
            "reading it takes longer than 2 seconds; split it",
        ),
        (
            "a.html",
            b"<p>word. " * 2_000_000,
            Limits(memory=400 * 2**20),
            "reading it takes more than 400 MB of memory; split it",
        ),
    ],
)
def test_a_file_over_a_limit_is_refused(
    name: str, data: bytes, limits: Limits, message: str
) -> None:
    with pytest.raises(DocumentError, match=message):
        check(name, data, limits)


@pytest.fixture
def tampered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder with a file of code that Python runs as it starts, in the child as anywhere."""
    folder = tmp_path / "tampered"
    folder.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return folder / "sitecustomize.py"


# Code in the place of a reader: as if a file had taken it over.
TAKEN = """
import sys
if "-m" in sys.orig_argv:
    from index.readers import text
    def read(id, data, digest):
        if id != "a.txt":  # what is read before the walls stand
            return text.read(id, data, digest)
        {does}
    from index.readers import formats
    known = formats.reader
    formats.reader = lambda suffix: read if suffix == ".txt" else known(suffix)
"""


ATTEMPTS = """
import os, shutil, socket, subprocess
said = []
for attempt in (
    lambda: socket.create_connection(("127.0.0.1", 9)),
    lambda: socket.getaddrinfo("localhost", 80),
    lambda: subprocess.run(["touch", "{target}"]),
    lambda: os.system("touch {target}"),
    lambda: os.posix_spawn("/usr/bin/touch", ["touch", "{target}"], {{}}),
    lambda: os.fork() or open("{target}", "w"),
    lambda: open("{target}", "w"),
    lambda: os.open("{target}", os.O_CREAT),
    lambda: os.mkdir("{target}"),
    lambda: os.symlink("{kept}", "{target}"),
    lambda: os.truncate("{kept}", 0),
    lambda: os.remove("{kept}"),
    lambda: os.rename("{kept}", "{target}"),
    lambda: shutil.rmtree("{kept}"),
    lambda: os.kill(os.getppid(), 0),
    lambda: os.environ["SECRET"],
):
    try:
        attempt()
        said.append("done")
    except (PermissionError, KeyError) as error:
        said.append(type(error).__name__)
return text.read(id, " ".join(said).encode(), digest)
"""


def test_a_reader_that_is_taken_over_reaches_neither_network_nor_disk_nor_programs(
    tampered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "token")
    target, kept = tmp_path / "target", tmp_path / "kept"
    kept.write_text("kept")
    does = ATTEMPTS.format(target=target, kept=kept)
    tampered.write_text(TAKEN.format(does=indent(does, " " * 8)))
    said = check("a.txt", b"Words.").text.split()
    assert said == ["PermissionError"] * 15 + ["KeyError"]
    assert kept.read_text() == "kept"
    assert not target.exists()


@pytest.mark.parametrize(
    ("does", "seconds", "message"),
    [
        ("import os; os.abort()", 60, "the reader broke on it; export it again"),
        ("sys.exit(0)", 60, "the reader broke on it"),
        ("print({}); sys.stdout.flush(); import os; os._exit(0)", 60, "the reader broke on it"),
        ("b'x' * 2**31", 60, "reading it takes more than 1,024 MB of memory; split it"),
        ("import time; time.sleep(60)", 2, "reading it takes longer than 2 seconds; split it"),
        ("[0 for _ in iter(int, 1)]", 2, "reading it takes longer than 2 seconds; split it"),
    ],
)
def test_a_reader_that_breaks_or_never_ends_is_told(
    tampered: Path, does: str, seconds: float, message: str
) -> None:
    tampered.write_text(TAKEN.format(does=does))
    with pytest.raises(DocumentError, match=message):
        check("a.txt", b"Words.", Limits(seconds=seconds))


def test_the_code_in_the_place_of_a_reader_does_run(tampered: Path) -> None:
    """Else the refusals above would prove nothing."""
    tampered.write_text(TAKEN.format(does="return text.read(id, b'Other words.', digest)"))
    assert check("a.txt", b"Words.").text == "Other words."
    assert os.environ["PYTHONPATH"] == str(tampered.parent)
