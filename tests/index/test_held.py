"""Files in files: archives of documents, and what is attached to mail."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

import pytest

from index import readers
from index.desk import build, collecting
from index.desk.build import Changes
from index.errors import DocumentError
from index.intake import Readings
from index.readers import held
from index.text import passages
from index.types import Document
from tests.index import outlook
from tests.index.sheets import PRICES, by_openpyxl

TEA = b"# Tea\n\nTea is served at four."


def packed(*files: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return stream.getvalue()


def gathered(folder: Path, **files: bytes) -> tuple[Sequence[Document], Changes]:
    """Return what a build reads of these files; a name has `_` for its point."""
    knowledge = folder / "knowledge"
    knowledge.mkdir(exist_ok=True)
    for name, data in files.items():
        (knowledge / name.replace("_", ".")).write_bytes(data)

    def silent(what: str, done: int, whole: int) -> None:
        pass

    found = build.survey(readers.find(knowledge), silent)
    return collecting.collect(found, None, Readings(folder / "data"), silent)


def ids(documents: Sequence[Document]) -> list[str]:
    return [document.id for document in documents]


def test_each_file_of_an_archive_is_a_document_with_its_place(tmp_path: Path) -> None:
    archive = packed(
        ("menu/", b""),
        ("menu/tea.md", TEA),
        ("menu/цены.xlsx", by_openpyxl(PRICES)),
        ("__MACOSX/menu/._tea.md", b"\0\5"),
        ("menu/.DS_Store", b"\0"),
        ("menu/~$tea.docx", b"\0"),
        ("photo.heic", b"\0"),
        ("broken.pdf", b"%PDF-1.4 nothing"),
    )
    documents, changes = gathered(tmp_path, house_zip=archive, note_txt=b"Bread is baked at six.")
    assert ids(documents) == ["house.zip/menu/tea.md", "house.zip/menu/цены.xlsx", "note.txt"]
    assert "Soup | 6.50 €" in documents[1].text
    assert [id for id, _ in changes.failed] == ["house.zip/broken.pdf", "house.zip/photo.heic"]
    assert changes.added == tuple(ids(documents))


@pytest.mark.parametrize("encoding", ["cp866", "cp1251", "utf-8", "koi8-r"])
def test_russian_names_of_old_archives_are_read(tmp_path: Path, encoding: str) -> None:
    name = "Отчёты/Правила дома.md"
    info = zipfile.ZipInfo("x" * len(name.encode(encoding)))
    data = packed((info, TEA)).replace(info.filename.encode(), name.encode(encoding))
    documents, _ = gathered(tmp_path, old_zip=data)
    assert ids(documents) == [f"old.zip/{name}"]


def test_a_name_that_a_program_gave_in_unicode_beside_the_old_one_counts(tmp_path: Path) -> None:
    raw = b"\x8f\xa0.md"
    name = "Größe.md".encode()
    field = b"\1" + zlib.crc32(raw).to_bytes(4, "little") + name
    info = zipfile.ZipInfo("xx.md")
    info.extra = (0x7075).to_bytes(2, "little") + len(field).to_bytes(2, "little") + field
    documents, _ = gathered(tmp_path, a_zip=packed((info, TEA)).replace(b"xx.md", raw))
    assert ids(documents) == ["a.zip/Größe.md"]


def linked(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def locked(name: str) -> bytes:
    """An archive whose one file says that it is encrypted."""
    data = bytearray(packed((name, TEA)))
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(mark) + at] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "id", "reason"),
    [
        (packed(("../../etc/tea.md", TEA)), "etc/tea.md", "leads out of the archive"),
        (packed(("/etc/tea.md", TEA)), "etc/tea.md", "leads out of the archive"),
        (packed(("C:\\tea.md", TEA)), "C:/tea.md", "leads out of the archive"),
        (packed(("a/..\\..\\tea.md", TEA)), "a/tea.md", "leads out of the archive"),
        (packed((linked("tea.md"), b"/etc/passwd")), "tea.md", "a link"),
        (packed(("inner.zip", packed(("tea.md", TEA)))), "inner.zip", "an archive in an archive"),
        (packed((f"{'a/' * 300}tea.md", TEA)), f"{'a/' * 300}tea.md", "too long"),
        (locked("tea.md"), "tea.md", "without a password"),
        (packed(("tea.md", TEA)).replace(b"PK\3\4", b"PK\3\5"), "tea.md", "damaged"),
    ],
    ids=["above", "absolute", "Windows", "backslash", "link", "inner", "long", "locked", "damaged"],
)
def test_a_hostile_file_of_an_archive_costs_itself(
    tmp_path: Path, data: bytes, id: str, reason: str
) -> None:
    documents, changes = gathered(tmp_path, a_zip=data, good_md=TEA)
    assert ids(documents) == ["good.md"]
    [(failed, why)] = changes.failed
    assert failed == f"a.zip/{id}"
    assert reason in why
    assert not (tmp_path / "etc").exists()


def test_of_two_files_of_one_name_the_first_is_read(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = packed(("tea.md", TEA), ("tea.md", b"Tea is free."))
    documents, changes = gathered(tmp_path, a_zip=data)
    assert [document.text for document in documents] == ["Tea\n\nTea is served at four."]
    assert [id for id, _ in changes.failed] == ["a.zip/tea.md (2)"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (packed(("zeros.txt", bytes(64 * 1024**2))), "as an attack would"),
        (packed(*((f"{n}.md", TEA) for n in range(5_001))), "5,001 parts"),
        (packed(("tea.md", TEA))[:40], "damaged"),
        (b"PK\3\4 no archive", "damaged"),
    ],
    # not by their bytes, which hold the time
    ids=["zeros", "many", "cut", "no archive"],
)
def test_a_hostile_archive_is_refused_as_a_whole(tmp_path: Path, data: bytes, reason: str) -> None:
    documents, changes = gathered(tmp_path, a_zip=data, good_md=TEA)
    assert ids(documents) == ["good.md"]
    [(failed, why)] = changes.failed
    assert (failed, reason in why) == ("a.zip", True)


def letter(*attached: tuple[str, bytes], subject: str = "Prices") -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"] = subject, "Ann <ann@x.example>"
    message.set_content("See what is attached.")
    for name, data in attached:
        message.add_attachment(data, maintype="application", subtype="pdf", filename=name)
    return message


def test_what_is_attached_to_mail_is_read_and_names_the_mail(tmp_path: Path) -> None:
    outer = letter(("tea.md", TEA), ("tea.md", b"Tea is free."), ("key.p7s", b"\0"))
    outer.add_attachment(letter(("меню.xlsx", by_openpyxl(PRICES)), subject="Обед"))
    documents, changes = gathered(tmp_path, a_eml=outer.as_bytes())
    assert ids(documents) == [
        "a.eml",
        "a.eml/tea (2).md",
        "a.eml/tea.md",
        "a.eml/Обед.eml",
        "a.eml/Обед.eml/меню.xlsx",
    ]
    assert not changes.failed
    assert [omission.text for omission in documents[0].omissions] == ["key.p7s"]
    [passage, *_] = passages.split(documents[-1])
    assert passage.anchor("mail", passage.start) == "Обед"
    assert passage.anchor("row", passage.end) == "3"


def test_what_is_attached_to_mail_of_outlook_is_read_too(tmp_path: Path) -> None:
    inner = outlook.properties("Inner", "The gate code is 4711.", head=24)
    data = outlook.message("Цены", "См. вложение.", attached=[("tea.md", TEA)], inner=inner)
    documents, _ = gathered(tmp_path, a_msg=data)
    assert ids(documents) == ["a.msg", "a.msg/Inner.eml", "a.msg/tea.md"]
    assert "The gate code is 4711." in documents[1].text


def test_mail_in_mail_ends_somewhere(tmp_path: Path) -> None:
    message = letter(("tea.md", TEA))
    for depth in range(6):
        outer = letter(subject=f"Level {depth}")
        outer.add_attachment(message)
        message = outer
    documents, changes = gathered(tmp_path, a_eml=message.as_bytes())
    assert max(len(document.id.split("/")) for document in documents) == 5
    [(deep, why)] = changes.failed
    assert (deep.count("/"), why) == (5, "it is nested too deeply in other files; add it by itself")


def test_an_archive_in_mail_is_read_with_the_name_of_the_mail(tmp_path: Path) -> None:
    archive = packed(("menu/tea.md", TEA), ("x.heic", b"\0"))
    outer = letter(subject="Fwd")
    outer.add_attachment(letter(("house.zip", archive), subject="Menu"))
    data = outlook.message("Menu", "See below.", attached=[("house.zip", archive)])
    documents, changes = gathered(tmp_path, a_eml=outer.as_bytes(), b_msg=data)
    inner = "a.eml/Menu.eml/house.zip"
    assert {f"{inner}/menu/tea.md", "b.msg/house.zip/menu/tea.md"} < set(ids(documents))
    assert [id for id, _ in changes.failed] == [f"{inner}/x.heic", "b.msg/house.zip/x.heic"]
    found = next(document for document in documents if document.id.startswith(inner))
    assert passages.split(found)[0].anchor("mail", 0) == "Menu"


def test_many_archives_in_one_mail_hold_no_more_than_one_file_may() -> None:
    room = held.Room()
    data = bytes(40 * 1024**2)
    large = [readers.File(f"a.eml/{n}.zip/tea.md", held=data) for n in range(8)]
    refused = [file.refused for file in room.taken(large)]
    assert [why is None for why in refused] == [True] * 6 + [False] * 2
    small = [readers.File(f"a.eml/{n}.zip/tea.md", held=TEA) for n in range(6_000)]
    assert sum(file.refused is None for file in held.Room().taken(small)) == 5_000


def test_it_is_told_how_many_files_of_an_archive_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.desk.following._LONG", -1.0)
    steps: list[tuple[str, int, int]] = []

    def progress(*step: object) -> None:
        steps.append(step)  # type: ignore[arg-type]  # a step, a number and a number

    (tmp_path / "house.zip").write_bytes(packed(*((f"{n}.md", TEA) for n in range(3))))
    found = build.survey(readers.find(tmp_path), progress)
    collecting.collect(found, None, Readings(tmp_path / "data"), progress)
    assert {("Reading house.zip", n, 3) for n in range(3)} <= set(steps)


def test_an_upload_is_read_with_all_that_is_in_it(tmp_path: Path) -> None:
    readings = Readings(tmp_path)
    data = packed(("tea.md", TEA), ("photo.heic", b"\0"))
    documents, unread = readings.upload("house.zip", data)
    assert ids(documents) == ["house.zip/tea.md"]
    assert [id for id, _ in unread] == ["house.zip/photo.heic"]
    with pytest.raises(DocumentError, match=r"photo\.heic: this kind of file cannot be read"):
        readings.upload("a.zip", packed(("photo.heic", b"\0")))
    with pytest.raises(DocumentError, match="contains no documents"):
        readings.upload("a.zip", packed())


def test_a_file_without_a_name_costs_the_others_nothing(tmp_path: Path) -> None:
    # the name is cut off in both places where it stands
    archive = packed(("x.txt", b"Words."), ("tea.md", TEA)).replace(b"x.txt", b"\0.txt")
    documents, changes = gathered(tmp_path, a_zip=archive)
    assert (ids(documents), changes.failed) == (["a.zip/tea.md"], ())
