"""The editors' desk in the terminal, as it is run: what it prints, and with which exit code."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from bot.journal import Journal
from bot.settings import Settings
from bot.terminal import editing
from index.errors import GoldenError, StoreError
from index.library import Library
from index.model.encoder import Encoder
from tests.forks import run_program
from tests.index.test_staging import BREAD, BREAKER, GOLDEN, MILK
from tests.records import records

Citebot = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def home(tmp_path: Path, encoder: Encoder, models: Path) -> Path:
    """Three documents that are indexed, with golden questions that they answer."""
    folder = tmp_path / "knowledge"
    folder.mkdir()
    for name, text in (("bread", BREAD), ("milk", MILK), ("eggs", "Eggs come on Friday.")):
        (folder / f"{name}.txt").write_text(text)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "models").symlink_to(models)
    library = Library(knowledge=folder, data=tmp_path / "data", model=encoder)
    library.desk.index.build()
    library.desk.golden.add(GOLDEN, "Ann")
    return tmp_path


@pytest.fixture
def citebot(home: Path) -> Citebot:
    """Runs `citebot` with these arguments on that home."""
    known = {"CITEBOT_KNOWLEDGE": str(home / "knowledge"), "CITEBOT_DATA": str(home / "data")}
    return partial(run_program, settings=known)


def test_a_document_that_breaks_three_golden_questions_is_held_back_in_every_way(
    citebot: Citebot, home: Path
) -> None:
    """Added by an editor and indexed from cron; met by a start; and published when told twice."""
    (home / "breaker.txt").write_text(BREAKER)
    added = citebot("add", str(home / "breaker.txt"))
    assert (added.returncode, added.stdout) == (0, "Added breaker.txt: breaker, 1 passage.\n")
    assert "Run citebot index to answer from it." in added.stderr
    held = citebot("index")
    assert (held.returncode, held.stdout) == (1, "+ breaker.txt\n")
    for golden in GOLDEN[:3]:
        assert f"✗ {golden.question}\n    now: found, first {golden.document}#p1-1:" in held.stderr
    assert held.stderr.count("\n    then: found, first breaker.txt#p") == 3
    assert "it would lose 3 of 4 golden questions. " in held.stderr
    assert "citebot index --force publishes it anyway" in held.stderr
    met = citebot("ask", "--json", "When is bread baked?")
    assert met.returncode == 0
    assert json.loads(met.stdout)["hits"][0]["source"] == "bread.txt"
    assert "A new index 0002-" in met.stderr
    assert " is waiting; citebot index publishes it." in met.stderr
    forced = citebot("index", "--force")
    assert forced.returncode == 0
    assert "Published 0002-" in forced.stdout
    assert "Golden questions: 1 of 4 right (3 lost, 0 gained, 3 changed)" in forced.stdout
    last = json.loads((home / "data" / "audit.jsonl").read_text().splitlines()[-1])
    assert last["by"].startswith("terminal")
    assert GOLDEN[0].id in last["after"]


def test_a_start_that_meets_such_a_document_says_what_would_be_lost_and_answers(
    citebot: Citebot, home: Path
) -> None:
    (home / "knowledge" / "breaker.txt").write_text(BREAKER)
    met = citebot("ask", "--json", "When is bread baked?")
    assert met.returncode == 0
    assert json.loads(met.stdout)["hits"][0]["source"] == "bread.txt"
    assert f"✗ {GOLDEN[0].question}" in met.stderr
    assert "Answering from the index 0001-" in met.stderr


def test_a_document_is_removed_and_restored(citebot: Citebot, home: Path) -> None:
    removed = citebot("remove", "milk.txt")
    assert (removed.returncode, removed.stdout) == (0, "Removed milk.txt.\n")
    assert not (home / "knowledge" / "milk.txt").exists()
    listed = citebot("restore").stdout
    key = listed.split()[0]
    assert f"citebot restore {key} brings it back until " in removed.stderr
    assert listed.startswith(f"{key}  milk.txt (terminal")
    restored = citebot("restore", key)
    assert (restored.returncode, restored.stdout) == (0, "Restored milk.txt.\n")
    assert (home / "knowledge" / "milk.txt").read_text() == MILK
    assert citebot("index").stdout.startswith("Nothing changed: 0001-")


def test_a_document_is_replaced_only_when_told(citebot: Citebot, home: Path) -> None:
    (home / "milk.txt").write_text(BREAD)
    elsewhere = citebot("add", str(home / "milk.txt"), "--as", "dairy/")
    assert "Added dairy/milk.txt" in elsewhere.stdout
    refused = citebot("add", str(home / "milk.txt"))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "milk.txt is there already and differs; replace it (--replace)" in refused.stderr
    replaced = citebot("add", "--replace", str(home / "milk.txt"))
    assert replaced.stdout == "Replaced milk.txt: milk, 1 passage.\n"
    assert "bread.txt has the same text." in replaced.stderr
    assert "would bring the earlier version back." in replaced.stderr
    again = citebot("add", str(home / "milk.txt"))
    assert again.stdout == "Already there: milk.txt: milk, 1 passage.\n"


def test_golden_questions_are_kept_listed_and_exchanged(citebot: Citebot, home: Path) -> None:
    added = citebot(
        "golden", "add", "Where is bread sold?", "--document", "bread.txt", "--text", "market hall"
    )
    id = added.stdout.split()[0]
    assert added.stdout == f"{id}  Where is bread sold?\n"
    assert added.stderr.endswith("Right now: found, first bread.txt#p1-1:0-67.\n")
    listed = citebot("golden").stdout.splitlines()
    assert listed[-2:] == [f"{id}  Where is bread sold?", "    bread.txt: market hall"]
    assert "    no answer (off)" in listed
    assert citebot("golden", "list").stdout.splitlines() == listed
    out = home / "mine.jsonl"
    assert citebot("golden", "export", str(out)).stdout == "Wrote 5 golden questions.\n"
    assert out.read_text() == (home / "data" / "golden.jsonl").read_text()
    assert citebot("golden", "remove", id).stdout == f"Removed {id}.\n"
    read = citebot("golden", "import", str(out)).stdout
    assert read == "Read 5 golden questions; there are now 5.\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["add", "no.txt"], "no.txt: cannot be read: No such file or directory"),
        (["add", "Makefile"], "Makefile: this kind of file cannot be read; convert it to one of"),
        (["remove", "no.txt"], "there is no document no.txt; citebot sources lists them"),
        (["restore", "no"], "no is neither a backup nor a key; citebot restore lists the keys"),
        (["golden", "remove", "no"], "there is no golden question no; citebot golden lists them"),
        (["golden", "import", "no.jsonl"], "no.jsonl: No such file or directory; name a file"),
        (["golden", "add", "x", "--text", "y"], "--document and --text belong together"),
        (
            ["golden", "add", "x", "--document", "bread.txt", "--text", "sold at noon"],
            "bread.txt does not hold the words “sold at noon”",
        ),
    ],
)
def test_what_is_wrong_is_named(citebot: Citebot, arguments: list[str], message: str) -> None:
    done = citebot(*arguments)
    assert (done.returncode, message in done.stderr, done.stdout) == (1, True, ""), done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def asked(home: Path) -> None:
    """Return what people told the editors."""
    journal = Journal(home / "data" / "journal.sqlite")
    for question, people in (
        ("When do the eggs arrive?", 1),
        ("How much does a ferry ticket cost?", 2),
        ("How much does the ferry ticket cost?", 1),
    ):
        for person in range(people):
            journal.gaps.add(question, 1_000 * len(question) + person)
    journal.close()


def test_gaps_are_listed_most_asked_first_with_those_that_ask_the_same(
    citebot: Citebot, asked: None
) -> None:
    assert citebot("gaps").stdout.splitlines() == [
        "    2  How much does a ferry ticket cost? (3 people, unanswered)",
        "       = How much does the ferry ticket cost?",
        "    1  When do the eggs arrive? (1 person, unanswered)",
    ]


def test_a_gap_is_shown_pinned_and_closed(
    home: Path, asked: None, encoder: Encoder, capsys: pytest.CaptureFixture[str]
) -> None:
    data = home / "data"
    library = Library(knowledge=home / "knowledge", data=data, model=encoder)
    editing.gaps_show(library, Settings(data=data), 1, None)
    assert capsys.readouterr().out.splitlines()[:3] == [
        "When do the eggs arrive? (1 person)",
        "1  eggs (eggs.txt#p1-1:0-20)",
        "   Eggs come on Friday.",
    ]
    editing.gaps_show(library, Settings(data=data), 1, "bread")
    assert capsys.readouterr().out.splitlines()[1].startswith("1  bread (bread.txt#p1-1:")
    editing.gaps_pin(library, Settings(data=data), 1, 1, None)
    pinned = capsys.readouterr().out
    assert pinned.endswith("  When do the eggs arrive?\n    eggs.txt: Eggs come on Friday.\n")
    entry = records(library.desk.audit)[0]
    assert entry.by.startswith("terminal")
    assert entry.action == "golden add"
    editing.gaps_list(library, Settings(data=data))
    assert "(1 person, unanswered, pinned)" in capsys.readouterr().out
    for number in (0, 9):
        with pytest.raises(GoldenError, match=f"no passage {number}; citebot gaps show 1"):
            editing.gaps_pin(library, Settings(data=data), 1, number, None)
    editing.gaps_close(library, Settings(data=data), 1)
    assert capsys.readouterr().out == "Closed: When do the eggs arrive?\n"
    with pytest.raises(StoreError, match="question 1 is not open; citebot gaps lists"):
        editing.gaps_show(library, Settings(data=data), 1, None)


def test_without_a_journal_there_are_no_gaps_and_none_is_made(home: Path, encoder: Encoder) -> None:
    """It would belong to the person who asks here, and the bot could not write it."""
    data = home / "data"
    library = Library(knowledge=home / "knowledge", data=data, model=encoder)
    with pytest.raises(StoreError, match="there is no journal; only the bot in Telegram"):
        editing.gaps_list(library, Settings(data=data))
    assert not (data / "journal.sqlite").exists()
