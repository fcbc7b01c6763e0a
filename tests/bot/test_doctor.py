"""What the doctor finds in folders: rights that are missing, and an index that is lost."""

from __future__ import annotations

import shutil
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from bot.messages.texts import Texts
from bot.settings import Settings
from bot.terminal.doctor import documents, machine
from bot.terminal.starting import finished
from index.errors import ModelError, SettingsError
from index.library import Library
from index.model.encoder import Encoder
from index.model.reranker import Reranker
from tests.disks import lose_rights, open_to_all
from tests.forks import CONTEXT, run_program

ENGLISH = Texts("en")


def _look(home: Path, told: Connection) -> None:
    """In a process of its own, as a user to whom nothing belongs."""
    lose_rights()
    settings = Settings(knowledge=home / "knowledge", data=home / "data")
    for look in (machine.data, documents.journal):
        told.send([(finding.verdict.name, finding.words) for finding in look(settings, ENGLISH)])
    try:
        finished(settings)
    except SettingsError as error:
        told.send(str(error))
    else:
        told.send("")


def _looked(home: Path) -> tuple[list[tuple[str, str]], list[tuple[str, str]], str]:
    open_to_all(home)
    ours, theirs = CONTEXT.Pipe()
    doctor = CONTEXT.Process(target=_look, args=(home, theirs))
    doctor.start()
    theirs.close()
    try:
        return ours.recv(), ours.recv(), ours.recv()
    finally:
        doctor.join()
        doctor.close()
        ours.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "data" / "generations").mkdir(parents=True)
    for name in ("journal.sqlite", "embeddings.sqlite", "CURRENT"):
        (tmp_path / "data" / name).write_bytes(b"")
    for folder in (tmp_path / "data", tmp_path / "data" / "generations"):
        folder.chmod(0o777)
    return tmp_path


def test_files_that_another_user_left_are_named(home: Path) -> None:
    """As after `sudo citebot index`: all may be read, and nothing written."""
    [(verdict, words)], _, stops = _looked(home)
    assert (verdict, stops) == ("WRONG", "")
    assert words.startswith(f"{home / 'data' / 'CURRENT'} belongs to another user")
    assert words.endswith(f" {home / 'data'}")
    for file in (home / "data").iterdir():
        file.chmod(0o777)
    (home / "data" / "generations" / "0001-ab").mkdir(mode=0o700)
    [(_, words)], _, _ = _looked(home)
    assert words.startswith(f"{home / 'data' / 'generations' / '0001-ab'} belongs")


def test_what_may_only_be_read_answers(home: Path) -> None:
    for path in (*(home / "data").iterdir(), home / "data"):
        path.chmod(0o555)
    [(verdict, words)], _, stops = _looked(home)
    assert (verdict, stops) == ("NOTE", "")
    assert "questions are answered" in words


def test_a_folder_that_is_closed_stops_the_start_in_one_line(home: Path) -> None:
    (home / "data" / "journal.sqlite").chmod(0o600)
    _, [(verdict, words)], _ = _looked(home)
    assert verdict == "WRONG"
    assert words.startswith(f"{home / 'data' / 'journal.sqlite'}: Permission denied; give")
    (home / "knowledge").chmod(0o700)
    assert _looked(home)[2].startswith(f"{home / 'knowledge'}: Permission denied; give")
    (home / "data").chmod(0o700)
    # there is no journal to be seen in it either
    settings = {"CITEBOT_KNOWLEDGE": str(home / "knowledge"), "CITEBOT_DATA": "a" * 300}
    done = run_program("ask", "Where?", settings=settings)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "aaa: File name too long; give" in done.stderr


@pytest.mark.parametrize(
    ("lost", "found"),
    [
        (["CURRENT"], ["CURRENT is missing, so the index published last answers"]),
        (["CURRENT", "manifest.json"], ["generations holds an index that cannot be read"]),
        (["CURRENT", "generations"], ["no index yet"]),
        ([], []),
    ],
)
def test_an_index_that_is_lost_is_told_from_none(
    tmp_path: Path, knowledge: Path, library: Library, lost: list[str], found: list[str]
) -> None:
    data = tmp_path / "data"
    shutil.copytree(library.data, data, symlinks=True)
    for name in lost:
        for path in sorted(data.rglob(name)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    findings = documents.index(Settings(knowledge=knowledge, data=data), ENGLISH)
    notes = [finding.words for finding in findings if finding.verdict.name == "NOTE"]
    assert [words for words in found if not any(words in note for note in notes)] == []
    assert len(notes) == len(found)


@pytest.mark.parametrize("kind", ["empty", "file", "missing"])
def test_a_folder_without_a_model_is_named_at_once(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "model"
    if kind == "empty":
        place.mkdir()
    elif kind == "file":
        place.write_text("weights")
    with pytest.raises(ModelError, match=r"^CITEBOT_MODEL: no model in .*/model "):
        Encoder(str(place)).load()
    with pytest.raises(ModelError, match=r"^CITEBOT_RERANKER: no model in .*/model "):
        Reranker(str(place)).order("Where?", ["Here.", "There."])
