"""Editors' actions: names that stay below the folder, a trash, golden questions, an audit."""

from __future__ import annotations

import datetime
import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from index.desk import folder as documents
from index.desk import lines
from index.desk.desk import Desk
from index.desk.evaluate import Golden
from index.desk.folder import Folder
from index.desk.names import placed, safe_name
from index.errors import BuildLockedError, DocumentError, GoldenError, KnowledgeError
from index.library import Library
from tests.disks import lose_rights, open_to_all
from tests.forks import CONTEXT
from tests.records import records

MakeLibrary = Callable[..., Library]

BREAD = b"Bread is baked at night. It is sold at dawn."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    return folder


@pytest.fixture
def desk(make_library: MakeLibrary, folder: Path) -> Desk:
    """The desk of a library without documents."""
    return make_library().desk


def _actions(desk: Desk) -> list[tuple[str, str, str]]:
    return [(entry.by, entry.action, entry.what) for entry in reversed(records(desk.audit))]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("bread.txt", "bread.txt"),
        ("../../etc/x.txt", "x.txt"),
        ("/etc/cron.d/x.txt", "x.txt"),
        ("..\\..\\windows\\x.txt", "x.txt"),
        ("C:x.txt", "C_x.txt"),
        (".hidden.txt", "hidden.txt"),
        (".txt", "document.txt"),
        ("   .txt", "document.txt"),
        ("..", "document"),
        ("", "document"),
        ("a/", "document"),
        ("CON.txt", "_CON.txt"),
        ("lpt1.tar.md", "_lpt1.tar.md"),
        ("com¹.txt", "_com¹.txt"),
        ("new\nline\0.txt", "newline.txt"),
        ("two\u2028lines\u2029.txt", "twolines.txt"),
        # the sign that turns the direction would make it look like a .txt
        ("report\u202etxt.md", "reporttxt.md"),
        ("café.txt", "café.txt"),
        ("библиотека.txt", "библиотека.txt"),
        ("🐚 shell.txt", "🐚 shell.txt"),
        ("what? *now*.txt", "what_ _now_.txt"),
        ("x.txt. .", "x.txt"),
        ("\udcff.txt", "document.txt"),
    ],
)
def test_a_name_is_a_label_only(desk: Desk, folder: Path, name: str, kept: str) -> None:
    assert safe_name(name) == kept
    if not kept.endswith((".txt", ".md")):
        with pytest.raises(DocumentError, match="this kind of file cannot be read"):
            desk.documents.add(name, BREAD, "Ann")
        return
    assert desk.documents.add(name, BREAD, "Ann").id == kept
    assert [path.relative_to(folder).as_posix() for path in folder.rglob("*")] == [kept]
    assert (folder / kept).read_bytes() == BREAD


@pytest.mark.parametrize("sign", ["a", "я", "🐚"])
def test_a_long_name_is_cut_at_a_character(desk: Desk, folder: Path, sign: str) -> None:
    id = desk.documents.add(sign * 500 + ".txt", BREAD, "Ann").id
    assert id == sign * (116 // len(sign.encode())) + ".txt"
    assert (folder / id).is_file()


@pytest.mark.parametrize(
    ("at", "kept"),
    [
        ("handbook/", "handbook/tea.txt"),
        ("handbook", "handbook/tea.txt"),
        ("handbook/06-pay.md", "handbook/06-pay.md"),
        ("a\\b/./c?.txt", "a/b/c_.txt"),
        ("/etc/x.txt", None),
        ("../x.txt", None),
        ("a/../../x.txt", None),
        (".git/x.txt", None),
        ("a/.x.txt", None),
    ],
)
def test_a_place_is_below_the_folder_of_the_documents(at: str, kept: str | None) -> None:
    if kept:
        assert placed("tea.txt", at) == kept
        return
    with pytest.raises(KnowledgeError, match="is not a place among the documents"):
        placed("tea.txt", at)


def test_a_file_is_put_into_a_folder_or_in_place_of_a_document_there(
    make_library: MakeLibrary, folder: Path
) -> None:
    library = make_library()
    (folder / "handbook").mkdir()
    pay = folder / "handbook" / "06-pay.md"
    pay.write_text("# Pay\n\nSalaries are paid on the 12th.")
    (folder / "out").symlink_to("/tmp")
    library.desk.index.build()
    new = b"# Pay\n\nSalaries are paid on the 20th."
    assert library.desk.documents.look("06-pay.md", new).namesakes == ("handbook/06-pay.md",)
    assert library.desk.documents.look("new.md", new).namesakes == ("handbook/06-pay.md",)
    there = library.desk.documents.look("new.md", new, "handbook/06-pay.md")
    assert (there.id, there.replaces, there.namesakes) == ("handbook/06-pay.md", True, ())
    added = library.desk.documents.add("new.md", new, "Ann", replace=True, at="handbook/06-pay.md")
    assert added.replaced
    assert pay.read_bytes() == new
    assert library.desk.documents.add("a.md", BREAD, "Ann", at="rules/old").id == "rules/old/a.md"
    with pytest.raises(KnowledgeError, match="leads out of"):
        library.desk.documents.add("a.md", BREAD, "Ann", at="out/a.md")


def test_a_look_says_what_a_file_would_be_and_keeps_nothing(
    make_library: MakeLibrary, folder: Path
) -> None:
    library = make_library()
    (folder / "old.txt").write_bytes(BREAD)
    (folder / "eggs.txt").write_text("Eggs come on Friday.")
    library.desk.index.build()
    look = library.desk.documents.look("../tea.md", "# Чай\n\nЧай хранится два года.".encode())
    assert (look.id, look.title, look.language, look.passages) == ("tea.md", "Чай", "ru", 1)
    assert (look.pages, look.characters, look.replaces, look.duplicates) == (0, 27, False, ())
    # the same text as another program would write it, and under a name that is taken
    same = library.desk.documents.look("eggs.txt", b"\xef\xbb\xbf" + BREAD.replace(b". ", b".\r\n"))
    assert (same.replaces, same.duplicates) == (True, ("old.txt",))
    assert library.desk.documents.look("old.txt", BREAD).duplicates == ("old.txt",)
    assert sorted(path.name for path in folder.iterdir()) == ["eggs.txt", "old.txt"]
    assert records(library.desk.audit, 10)[0].action == "publish"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.exe", b"MZ", "this kind of file cannot be read; convert it to one of"),
        ("a.txt", b"", "contains no text"),
        ("a.txt", b"\xff\xfe\x00\xd8", "a binary file, not text"),
    ],
)
def test_what_cannot_be_read_is_not_kept(
    desk: Desk, folder: Path, name: str, data: bytes, message: str
) -> None:
    for act in (
        lambda: desk.documents.look(name, data),
        lambda: desk.documents.add(name, data, "Ann"),
    ):
        with pytest.raises(DocumentError, match=message):
            act()
    assert list(folder.iterdir()) == []
    assert records(desk.audit) == []


def test_another_document_is_never_overwritten_unsaid(desk: Desk, folder: Path) -> None:
    desk.documents.add("a.txt", BREAD, "Ann")
    with pytest.raises(KnowledgeError, match=r"a\.txt is there already and differs; replace it"):
        desk.documents.add("a.txt", b"Milk.", "Bob")
    added = desk.documents.add("a.txt", b"Milk.", "Bob", replace=True)
    assert added.replaced
    assert (folder / "a.txt").read_bytes() == b"Milk."
    desk.documents.remove("a.txt", "Bob")
    desk.documents.restore(added.replaced.key, "Bob")
    assert (folder / "a.txt").read_bytes() == BREAD


def test_said_twice_is_done_once(desk: Desk, folder: Path) -> None:
    assert desk.documents.add("a.txt", BREAD, "Ann").changed
    assert not desk.documents.add("a.txt", BREAD, "Bob").changed
    trashed = desk.documents.remove("a.txt", "Ann")
    assert desk.documents.remove("a.txt", "Bob") == trashed
    assert len(desk.documents.trash()) == 1
    assert _actions(desk) == [("Ann", "add", "a.txt"), ("Ann", "remove", "a.txt")]


@pytest.mark.parametrize("id", ["../secret.txt", "/etc/passwd", "", ".", "no.txt", ".hidden.txt"])
def test_only_documents_are_removed(desk: Desk, folder: Path, id: str) -> None:
    (folder.parent / "secret.txt").write_bytes(BREAD)
    (folder / ".hidden.txt").write_bytes(BREAD)
    with pytest.raises(KnowledgeError, match=r"there is no document .*; citebot sources"):
        desk.documents.remove(id, "Ann")
    assert (folder.parent / "secret.txt").exists()
    assert (folder / ".hidden.txt").exists()


def test_a_removed_document_is_restored_where_it_was(desk: Desk, folder: Path) -> None:
    (folder / "guides").mkdir()
    (folder / "guides" / "tea.md").write_bytes(b"Tea keeps for two years.\n")
    trashed = desk.documents.remove("guides/tea.md", "Ann")
    shutil.rmtree(folder / "guides")
    assert desk.documents.trash() == [trashed]
    assert (trashed.id, trashed.by) == ("guides/tea.md", "Ann")
    assert trashed.until - trashed.when == datetime.timedelta(days=30)
    desk.documents.restore(trashed.key, "Bob")
    assert (folder / "guides" / "tea.md").read_bytes() == b"Tea keeps for two years.\n"
    assert desk.documents.trash() == []
    with pytest.raises(KnowledgeError, match="is not in the trash"):
        desk.documents.restore(trashed.key, "Bob")


def test_what_has_taken_its_place_is_not_overwritten_by_a_restore(desk: Desk, folder: Path) -> None:
    desk.documents.add("a.txt", BREAD, "Ann")
    trashed = desk.documents.remove("a.txt", "Ann")
    desk.documents.add("a.txt", b"Milk.", "Ann")
    with pytest.raises(KnowledgeError, match=r"another a\.txt is there now; remove it before"):
        desk.documents.restore(trashed.key, "Ann")
    assert (folder / "a.txt").read_bytes() == b"Milk."
    assert desk.documents.trash() == [trashed]


def test_the_trash_is_emptied_after_thirty_days_by_the_next_build(
    make_library: MakeLibrary, folder: Path, tmp_path: Path
) -> None:
    library = make_library()
    for name in ("a.txt", "b.txt", "c.txt"):
        library.desk.documents.add(name, BREAD + name.encode(), "Ann")
    old, new = (
        library.desk.documents.remove("a.txt", "Ann"),
        library.desk.documents.remove("b.txt", "Ann"),
    )
    record = tmp_path / "data" / "trash" / old.key / "record.json"
    words = json.loads(record.read_text())
    then = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=30)
    record.write_text(json.dumps(words | {"when": then.isoformat()}))
    library.desk.index.build(dry_run=True)
    library.desk.index.build()
    library.desk.index.build()
    assert len(library.desk.documents.trash()) == 2
    # seen old on another day as well
    first = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    (record.parent / "old").write_text(first.isoformat())
    library.desk.index.build()
    assert library.desk.documents.trash() == [new]
    assert not record.parent.exists()


def test_a_clock_that_jumps_ahead_and_back_empties_no_trash(
    desk: Desk, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.documents.add("a.txt", BREAD, "Ann")
    trashed = desk.documents.remove("a.txt", "Ann")
    kept = Folder(folder, tmp_path / "data" / "trash")

    def at(**later: int) -> None:
        now = datetime.datetime.now(datetime.UTC) + datetime.timedelta(**later)
        monkeypatch.setattr(documents, "_now", lambda: now)
        kept.purge()

    for days in (0, 400, 0, 401, 0, 800, 0):
        at(days=days)
        assert desk.documents.trash() == [trashed]
    at(days=31)
    assert desk.documents.trash() == [trashed]
    at(days=33)
    assert desk.documents.trash() == []


@pytest.mark.parametrize("damage", [b"", BREAD[:3], BREAD + b" "])
def test_a_document_that_is_damaged_in_the_trash_is_not_restored(
    desk: Desk, folder: Path, tmp_path: Path, damage: bytes
) -> None:
    desk.documents.add("a.txt", BREAD, "Ann")
    trashed = desk.documents.remove("a.txt", "Ann")
    (tmp_path / "data" / "trash" / trashed.key / "document").write_bytes(damage)
    with pytest.raises(KnowledgeError, match=r"a\.txt is damaged in the trash"):
        desk.documents.restore(trashed.key, "Ann")
    assert not (folder / "a.txt").exists()
    assert desk.documents.trash() == [trashed]


def _edit_without_rights(root: Path, told: Connection) -> None:
    """In a process of its own, as a user who may write the data directory only."""
    folder = Folder(root / "knowledge", root / "data" / "trash")
    lose_rights()
    for act in (lambda: folder.add("b.txt", BREAD, "Ann"), lambda: folder.remove("a.txt", "Ann")):
        try:
            act()
        except KnowledgeError as error:
            told.send(str(error))


def test_a_folder_that_cannot_be_written_is_told(folder: Path, tmp_path: Path) -> None:
    (folder / "a.txt").write_bytes(BREAD)
    (tmp_path / "data").mkdir(mode=0o777)
    (tmp_path / "data").chmod(0o777)
    folder.chmod(0o555)
    open_to_all(tmp_path)
    ours, theirs = CONTEXT.Pipe()
    editor = CONTEXT.Process(target=_edit_without_rights, args=(tmp_path, theirs))
    editor.start()
    theirs.close()
    try:
        for said in (ours.recv(), ours.recv()):
            assert "Permission denied; editing needs the right to write to" in said
            assert "mount it read-only" in said
    finally:
        editor.join()
        editor.close()
        ours.close()
        folder.chmod(0o755)
    assert [path.name for path in folder.iterdir()] == ["a.txt"]


def test_a_folder_that_is_missing_is_told(desk: Desk, folder: Path) -> None:
    folder.rmdir()
    with pytest.raises(KnowledgeError, match="no such folder; make it"):
        desk.documents.add("a.txt", BREAD, "Ann")


def test_editors_at_once_do_not_collide(make_library: MakeLibrary, folder: Path) -> None:
    """Twenty golden questions and twenty documents from five desks: none is lost."""
    desks = [make_library().desk for _ in range(5)]

    def act(number: int) -> None:
        desk = desks[number % 5]
        desk.documents.add(f"{number}.txt", BREAD, f"editor {number}")
        desk.golden.add([Golden(question=f"Question {number}?")], f"editor {number}")

    with ThreadPoolExecutor(5) as threads:
        list(threads.map(act, range(20)))
    assert len(list(folder.iterdir())) == 20
    assert {golden.question for golden in desks[0].golden.all()} == {
        f"Question {number}?" for number in range(20)
    }
    assert len(records(desks[0].audit, 100)) == 40


def test_publishing_waits_for_no_build_but_says_who_builds(
    make_library: MakeLibrary, folder: Path
) -> None:
    library = make_library()
    library.desk.documents.add("a.txt", BREAD, "Ann")
    staged = library.desk.index.stage(by="Ann")
    assert staged
    with (
        library._serving.store.locked(),
        pytest.raises(BuildLockedError, match="being built by process"),
    ):
        make_library().desk.index.publish(staged.generation.id, "Bob")


def test_every_action_is_recorded_with_both_states(make_library: MakeLibrary, folder: Path) -> None:
    library = make_library()
    desk = library.desk
    digest = desk.documents.add("a.txt", BREAD, "Ann").digest
    one = library.desk.index.build(by="Ann").generation
    desk.documents.add("b.txt", b"Milk.", "Bob")
    staged = desk.index.stage(by="Ann")
    assert one
    assert staged
    two = desk.index.publish(staged.generation.id, "Bob")
    library.desk.index.rollback(by="Ann")
    desk.golden.add([Golden(question="Why?")], "Ann")
    desk.golden.add([Golden(question="why?", kind="off")], "Bob")
    desk.golden.remove(Golden(question="WHY?").id, "Ann")
    found = [(e.by, e.action, e.what, e.before, e.after) for e in reversed(records(desk.audit))]
    why = Golden(question="Why?").id
    assert found[0] == ("Ann", "add", "a.txt", None, digest)
    assert found[1] == ("Ann", "publish", one.id, None, one.id)
    assert found[3:] == [
        ("Ann", "stage", two.id, one.id, None),
        ("Bob", "publish", two.id, one.id, two.id),
        ("Ann", "rollback", one.id, two.id, one.id),
        ("Ann", "golden add", why, None, '{"question":"Why?"}'),
        ("Bob", "golden add", why, '{"question":"Why?"}', '{"question":"why?","kind":"off"}'),
        ("Ann", "golden remove", why, '{"question":"why?","kind":"off"}', None),
    ]
    assert [entry.what for entry in records(desk.audit, 2)] == [why, why]


def test_a_torn_line_of_the_audit_hides_no_other(desk: Desk, tmp_path: Path) -> None:
    desk.documents.add("a.txt", BREAD, "Ann")
    file = tmp_path / "data" / "audit.jsonl"
    file.write_bytes(file.read_bytes() + b'{"when": "2026-')
    desk.documents.add("b.txt", b"Milk.", "Bob")
    assert [entry.what for entry in records(desk.audit)] == ["b.txt", "a.txt"]
    assert file.read_bytes().count(b"\n") == 3


def test_golden_questions_travel_to_a_file_of_evaluate_and_back(desk: Desk, tmp_path: Path) -> None:
    """Exactly, also notes, and words with odd line ends."""
    file = tmp_path / "mine.jsonl"
    file.write_text(
        '{"question": "When?", "document": "a.txt", "text": "at\u2028night", "note": "mine"}\n'
        '{"question": "When?", "document": "b.txt", "text": "x"}\n'
        "\n"
        '{"question": "Чай?", "kind": "off"}\n',
        encoding="utf-8",
    )
    assert desk.golden.import_from(file, "Ann") == 3
    assert desk.golden.import_from(file, "Ann") == 3
    out = tmp_path / "out.jsonl"
    assert desk.golden.export_to(out) == 3
    assert lines.read(out) == lines.read(file) == desk.golden.all()
    assert len(records(desk.audit)) == 3
    # one more, and what is there stays as it was written
    desk.golden.add([Golden(question="Why?")], "Ann")
    kept = tmp_path / "data" / "golden.jsonl"
    before = kept.read_text(encoding="utf-8")
    kept.write_text(before.replace('{"question":"Why?"}', '{"question": "Why?", "note": "me"}'))
    desk.golden.remove(Golden(question="чай?").id, "Ann")
    assert kept.read_text(encoding="utf-8").splitlines()[-1] == '{"question": "Why?", "note": "me"}'
    assert [golden.question for golden in desk.golden.all()] == ["When?", "When?", "Why?"]


def test_a_golden_question_is_itself_whatever_its_spaces_and_capitals(desk: Desk) -> None:
    desk.golden.add([Golden(question="When is bread baked?")], "Ann")
    new = Golden(question="when  is bread BAKED?", document="a.txt", text="at night")
    desk.golden.add([new], "Ann")
    assert desk.golden.all() == [new]
    assert not desk.golden.remove("no", "Ann")
    assert desk.golden.remove(new.id, "Ann")
    assert desk.golden.all() == []


def test_a_wrong_file_of_golden_questions_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "wrong.jsonl"
    file.write_text('{"question": "fine"}\n{"document": "a.txt"}\n')
    with pytest.raises(GoldenError, match="line 2: "):
        desk.golden.import_from(file, "Ann")
    for key in ("answer", "txt", "Document", "documents"):
        file.write_text(json.dumps({"question": "When do we get paid?", key: "12th"}))
        with pytest.raises(GoldenError, match=f"line 1: there is no key {key}; write"):
            desk.golden.import_from(file, "Ann")
    assert desk.golden.all() == []
