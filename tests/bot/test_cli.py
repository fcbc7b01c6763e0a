"""The program as it is run: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.messages.texts import languages
from index.library import Library
from tests.forks import run_program

Citebot = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def home(
    tmp_path_factory: pytest.TempPathFactory, knowledge: Path, library: Library, models: Path
) -> Path:
    """A data directory that holds the index of `knowledge` already."""
    home = tmp_path_factory.mktemp("home")
    (home / "data").mkdir()
    (home / "data" / "models").symlink_to(models)
    Library(knowledge=knowledge, data=home / "data", model=library._encoder).desk.index.build()
    return home


@pytest.fixture
def citebot(home: Path, knowledge: Path) -> Citebot:
    """Runs `citebot` with these arguments, settings and lines of standard input."""
    known = {"CITEBOT_KNOWLEDGE": str(knowledge), "CITEBOT_DATA": str(home / "data")}

    def run(*arguments: str, lines: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        return run_program(*arguments, settings=known | settings, lines=lines)

    return run


QUESTION = "When was the harbour of Lindmouth opened?"


def test_help_names_every_command(citebot: Citebot) -> None:
    done = citebot("--help")
    assert done.returncode == 0
    reading = ("run", "ask", "verify", "index", "sources", "page", "rollback", "evaluate", "doctor")
    for command in (*reading, "add", "remove", "restore", "golden"):
        assert f" {command} " in done.stdout


def test_help_loads_no_heavy_library() -> None:
    """What makes `--help` quick; `benchmarks/` has the seconds."""
    code = """
import sys
sys.argv = ["citebot", "--help"]
from bot.terminal.cli import program
try:
    program()
except SystemExit:
    pass
heavy = {"torch", "numpy", "faiss", "telegram", "pydantic", "transformers", "bm25s"}
print(sorted(heavy & set(sys.modules)), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr == "[]\n"


def test_a_question_loads_no_library_that_only_reads_or_fetches_documents(
    home: Path, knowledge: Path
) -> None:
    """What makes the first answer quick: these take half a second together."""
    code = """
import sys
from pathlib import Path
from bot.terminal import chat
from index.library import Library
library = Library(knowledge=Path(sys.argv[1]), data=Path(sys.argv[2]))
print(library.ask(sys.argv[3]).outcome.name)
heavy = "scipy bm25s robust_downloader httpx PIL markdown_it lxml pypdfium2 olefile xlrd xlfmt"
readers = "book html mail markdown odt page pdf saved sheets slides text word zipped".split()
print({*heavy.split(), *(f"index.readers.{name}" for name in readers)} & set(sys.modules))
"""
    given = (str(knowledge), str(home / "data"), QUESTION)
    done = subprocess.run([sys.executable, "-c", code, *given], capture_output=True, text=True)
    assert done.stdout == "FOUND\nset()\n"


def test_the_version_and_the_exit_codes_are_shown(citebot: Citebot) -> None:
    assert re.fullmatch(r"citebot \d+\.\d+\.\d+\n", citebot("--version").stdout)
    assert "Exit codes: 0 done" in citebot("--help").stdout


def test_one_question_as_json_is_the_documented_object(
    citebot: Citebot, library: Library, knowledge: Path
) -> None:
    done = citebot("ask", "--json", QUESTION)
    assert done.returncode == 0
    [line] = done.stdout.splitlines()
    answer = json.loads(line)
    assert list(answer)[:6] == [
        "question",
        "outcome",
        "generation",
        "seconds",
        "confidence",
        "hits",
    ]
    assert 0.5 < answer["confidence"] <= 1
    assert (answer["talk"], answer["taken_for"], answer["parts"]) == (None, None, [])
    assert answer["question"] == QUESTION
    assert answer["outcome"] == "found"
    hit = answer["hits"][0]
    assert list(hit) == [
        "source", "title", "text", "start", "end", "paragraphs", "heading", "page", "places", "url",
        "locator", "score", "closeness", "share", "highlights", "also", "marked",
    ]  # fmt: skip
    text = (knowledge / hit["source"]).read_text(encoding="utf-8")
    assert text[hit["start"] : hit["end"]] == hit["text"]
    assert hit["locator"] == f"harbour.txt#p1-1:{hit['start']}-{hit['end']}"
    [[start, end]] = hit["highlights"]
    assert text[start:end].startswith("The harbour of Lindmouth was opened on 4 May 1872")
    assert hit["marked"] == text[start:end]
    # the same passage through the library, byte for byte
    assert hit["text"] == library.ask(QUESTION).hits[0].passage.text


def test_questions_from_standard_input_give_a_line_each_and_a_bad_one_stops_nothing(
    citebot: Citebot,
) -> None:
    done = citebot("ask", "--json", lines=f"{QUESTION}\n\n{'x' * 2_000}\nGreen tea water?\n")
    assert done.returncode == 1
    first, refused, last = map(json.loads, done.stdout.splitlines())
    assert first["hits"][0]["source"] == "harbour.txt"
    assert refused["error"] == "the question has 2,000 characters; the limit is 1,000"
    assert last["hits"][0]["source"] == "guides/tea.md"
    assert "the limit is 1,000" in done.stderr


def test_a_piped_chat_answers_each_line_plainly_and_ends(citebot: Citebot) -> None:
    done = citebot("run", lines=f"{QUESTION}\nHow do I repair a diesel engine?\n")
    assert done.returncode == 0
    assert f"? {QUESTION}\n" in done.stdout
    assert "The Harbour of Lindmouth — paragraph 1; " in done.stdout
    assert (
        "\nThe Harbour of Lindmouth\n\n"
        "The harbour of Lindmouth was opened on 4 May 1872 by the engineer Ada Brandt. Its two "
        "stone piers are 640 metres long together. The lighthouse at the end of the northern pier "
        "has 118 steps.\n→ The harbour of Lindmouth was opened on 4 May 1872 by the engineer Ada "
        "Brandt.\n[harbour.txt#p1-1:0-"
    ) in done.stdout
    assert "I couldn't find this in the 3 documents I have (last updated " in done.stdout
    assert "\x1b" not in done.stdout
    assert "Nothing changed" not in done.stdout + done.stderr


def test_the_bots_words_follow_the_language(citebot: Citebot) -> None:
    done = citebot("run", lines="How do I repair a diesel engine?\n", CITEBOT_LANGUAGE="ru")
    assert "документ" in done.stdout


def test_top_gives_as_many_passages_as_are_wanted(citebot: Citebot) -> None:
    done = citebot("ask", "--top", "5", QUESTION)
    assert done.stdout.count("#p") == 5


@pytest.mark.parametrize(
    ("arguments", "settings", "code", "message"),
    [
        (["ask", ""], {}, 1, "the question is empty; ask something"),
        (["ask", "--top", "0", "x"], {}, 2, "--top"),
        (["nonsense"], {}, 2, "nonsense"),
        (["ask", "x"], {"CITEBOT_ADMINS": "bob"}, 2, "CITEBOT_ADMINS: 'bob' is not a numeric id"),
        (["run"], {"CITEBOT_KEEP_QUESTIONS": "perhaps"}, 2, "CITEBOT_KEEP_QUESTIONS"),
        (["ask", "x"], {"CITEBOT_PORT": "65536"}, 2, "CITEBOT_PORT"),
        (["ask", "x"], {"CITEBOT_TELEGRAM_API": "nowhere"}, 2, "CITEBOT_TELEGRAM_API: not an addr"),
        (["ask", "x"], {"CITEBOT_DATABASE_URL": "mysql://x"}, 2, "CITEBOT_DATABASE_URL"),
        (["ask", "x"], {"CITEBOT_DATABASE_URL": "postgres://@127.0.0.1:1/x"}, 1, "is it running"),
        (["ask", "x"], {"CITEBOT_LANGUAGE": "english"}, 2, "CITEBOT_LANGUAGE"),
        (["run"], {"CITEBOT_TELEGRAM_TOKEN_FILE": "/no/token"}, 2, "/no/token: No such file"),
        (["index"], {"CITEBOT_KNOWLEDGE": "no-such"}, 1, "no-such: no such folder; make it"),
        (["rollback", "9"], {}, 1, "generation 9 is not kept; kept: 0001-"),
        (["rollback"], {}, 1, "there is no earlier generation; kept: 0001-"),
    ],
)
def test_what_is_wrong_is_named_with_its_exit_code(
    citebot: Citebot, arguments: list[str], settings: dict[str, str], code: int, message: str
) -> None:
    done = citebot(*arguments, **settings)
    assert (done.returncode, message in done.stderr, done.stdout) == (code, True, ""), done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_folder_answers_from_the_index_there_is(citebot: Citebot) -> None:
    done = citebot("ask", QUESTION, CITEBOT_KNOWLEDGE="no-such")
    assert "no-such: no such folder" in done.stderr
    assert "Answering from the index 0001-" in done.stderr
    assert "4 May 1872" in done.stdout


def test_piped_lines_may_be_commands(citebot: Citebot) -> None:
    done = citebot("run", lines="/SOURCES\n/foo\nhelp\n/verify has 118 steps\nquit\nnever asked\n")
    assert done.returncode == 0
    assert "How to brew tea — " in done.stdout
    assert "There is no command /foo." in done.stdout
    assert "Ctrl-D: end" in done.stdout
    assert "Word for word in the documents:" in done.stdout
    assert "never asked" not in done.stdout


def test_lists_are_json_on_request_and_say_when_they_are_empty(
    citebot: Citebot, tmp_path: Path
) -> None:
    rows = [json.loads(line) for line in citebot("sources", "--json").stdout.splitlines()]
    left_out = ("scanned", "damaged", "dropped")
    assert list(rows[0]) == ["id", "title", "date", "url", "passages", "left_out", *left_out]
    empty = citebot("golden", "list", "--json", CITEBOT_DATA=str(tmp_path))
    assert (empty.returncode, empty.stdout) == (0, "")
    assert "There are no golden questions yet" in empty.stderr
    assert "The trash is empty." in citebot("restore", CITEBOT_DATA=str(tmp_path)).stderr


def test_an_empty_token_is_told_and_the_chat_opens(citebot: Citebot) -> None:
    done = citebot("run", lines=f"{QUESTION}\n", CITEBOT_TELEGRAM_TOKEN="")
    assert "CITEBOT_TELEGRAM_TOKEN is empty: a chat in this terminal" in done.stderr
    assert "4 May 1872" in done.stdout


def test_index_says_what_it_did(citebot: Citebot, tmp_path: Path) -> None:
    folder = tmp_path / "folder with spaces 🐚"
    folder.mkdir()
    (folder / "a.txt").write_text("Bread is baked at night. It is sold at dawn.")
    (folder / "bad.txt").write_bytes(b"\xff\xff")
    where = {"CITEBOT_KNOWLEDGE": str(folder), "CITEBOT_DATA": str(tmp_path / "data")}
    dry = citebot("index", "--dry-run", **where)
    assert dry.stdout.splitlines() == [
        "+ a.txt",
        "! bad.txt: not UTF-8 (byte 0 of 2), and its encoding is unclear; open it in "
        "an editor and save it as UTF-8",
        "2 sentences to embed; nothing was published.",
    ]
    first = citebot("index", **where)
    assert first.stdout.splitlines()[-1].startswith("Published 0001-")
    assert "(1 document, 1 passage, built " in first.stdout
    assert "2 sentences embedded, 0 reused" in first.stdout
    again = citebot("index", **where)
    assert again.stdout.splitlines()[0].startswith("! bad.txt: not UTF-8")
    assert again.stdout.splitlines()[1].startswith("Nothing changed: 0001-")
    listed = citebot("sources", **where)
    assert listed.stdout.splitlines()[0] == "a — a.txt, 1 passage"
    assert listed.stdout.splitlines()[1].startswith("not read: bad.txt: not UTF-8")
    read = citebot("sources", "--text", "a.txt", **where)
    assert read.stdout.startswith("[a.txt#p1-1:0-")
    assert "Bread is baked at night." in read.stdout
    absent = citebot("sources", "--text", "bad.txt", **where)
    assert (absent.returncode, absent.stdout) == (1, "")
    told = absent.stderr.splitlines()[-1]
    assert told == "citebot: bad.txt is not indexed; citebot sources lists what is"
    (folder / "a.txt").write_text("Bread is baked at noon.")
    citebot("index", **where)
    back = citebot("rollback", **where)
    assert back.stdout.startswith("Answering from 0001-")
    asked = citebot("ask", "When is bread baked?", **where)
    assert "Bread is baked at night." in asked.stdout


def test_evaluate_reports_and_gates(citebot: Citebot, tmp_path: Path) -> None:
    file = tmp_path / "golden.jsonl"
    right = {"question": QUESTION, "document": "harbour.txt", "text": "4 May 1872"}
    wrong = {"question": "Who is Ada Brandt's cat?", "document": "harbour.txt", "text": "£7.50"}
    file.write_text(f"{json.dumps(right)}\n{json.dumps(wrong)}\n", encoding="utf-8")
    (tmp_path / "off.txt").write_text("What is the boiling point of lead?\n")
    told = citebot("evaluate", str(file), "--off-topic", str(tmp_path / "off.txt"))
    assert told.returncode == 0, told.stderr
    assert "2 answerable and 1 unanswerable questions" in told.stdout
    assert "✗ Who is Ada Brandt's cat?" in told.stdout
    assert re.search(r"wanted, at rank [2-9]: harbour\.txt#p2-2", told.stdout)
    gate = citebot("evaluate", str(file), "--json", "--fail-under", "0.9")
    assert gate.returncode == 1
    assert "0.500 right, below the required 0.900" in gate.stderr
    report = json.loads(gate.stdout)
    assert report["measures"]["recall_at_1"] == 0.5
    first, second = (question["rank"] for question in report["questions"])
    assert first == 1 < second
    none = citebot("evaluate")
    assert (none.returncode, "golden.jsonl: no questions" in none.stderr) == (1, True)


def test_evaluate_counts_the_misses_it_leaves_out_and_says_what_it_applies(
    citebot: Citebot, tmp_path: Path
) -> None:
    (tmp_path / "k").mkdir()
    (tmp_path / "k" / "a.txt").write_text("Bread is baked at night. The shop is on Mill Road.")
    right = {"question": "When is bread baked?", "document": "a.txt", "text": "at night"}
    missed = {"question": "Why do owls hoot?", "document": "a.txt", "text": "on Mill Road"}
    lines = [json.dumps(right)] * 4 + [json.dumps(missed)] * 6
    lines += [json.dumps({"question": "When is bread baked?", "kind": "near"})] * 10
    (tmp_path / "golden.jsonl").write_text("\n".join(lines), encoding="utf-8")
    where = {"CITEBOT_KNOWLEDGE": str(tmp_path / "k"), "CITEBOT_DATA": str(tmp_path / "d")}
    told = citebot("evaluate", str(tmp_path / "golden.jsonl"), "--apply", **where)
    assert told.stdout.count("✗ When is bread baked?") == 5
    assert "more unanswerable questions that went wrong: 5; --json lists them all" in told.stdout
    assert told.stdout.count("✗ Why do owls hoot?") == 5
    assert "more answerable questions that went wrong: 1; --json lists them all" in told.stdout
    assert ", no clear answer ≥ 1.00." in told.stderr


def test_the_doctor_names_what_is_wrong(citebot: Citebot, tmp_path: Path) -> None:
    good = citebot("doctor")
    assert good.returncode == 0
    assert "index 0001-" in good.stdout
    assert "note  no CITEBOT_TELEGRAM_TOKEN" in good.stdout
    (tmp_path / "empty").mkdir()
    bad = citebot("doctor", CITEBOT_KNOWLEDGE=str(tmp_path / "empty"), CITEBOT_DATA="/proc/nowhere")
    assert bad.returncode == 1
    assert "no documents to read" in bad.stdout
    assert "CITEBOT_DATA" in bad.stdout


def test_the_doctor_names_what_would_stop_the_bot_or_its_editors(
    citebot: Citebot, tmp_path: Path, knowledge: Path
) -> None:
    """Settings that are none, a language without words, a group as an editor, a broken journal, a
    reranker that is none, golden questions about what is gone, a token that is none: each with its
    remedy.
    """
    shutil.copytree(knowledge, tmp_path / "knowledge")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "journal.sqlite").write_text("no journal at all, but a text")
    golden = {"question": "Where?", "document": "gone.txt", "text": "There."}
    (tmp_path / "data" / "golden.jsonl").write_text(json.dumps(golden) + "\n")
    (tmp_path / "reranker").mkdir()
    bad = citebot(
        "doctor",
        CITEBOT_KNOWLEDGE=str(tmp_path / "knowledge"),
        CITEBOT_DATA=str(tmp_path / "data"),
        CITEBOT_TOKEN="7:x",
        CITEBOT_LANGUAGE="xx",
        CITEBOT_RERANKER=str(tmp_path / "reranker"),
        CITEBOT_TELEGRAM_TOKEN='"7000000001:AAF"',
        CITEBOT_ADMINS="42,-1001234",
        CITEBOT_PORT="0",
        CITEBOT_WEBHOOK_URL="https://bot.example.org/telegram",
    )
    assert bad.returncode == 1
    wrong = [line for line in bad.stdout.splitlines() if line.startswith("wrong  ")]
    assert [line.removeprefix("wrong  ").split(";")[0] for line in wrong] == [
        "CITEBOT_TOKEN is not a setting of citebot",
        "CITEBOT_LANGUAGE: xx is not one of " + ", ".join(languages()),
        "CITEBOT_ADMINS: -1001234 is a group or a channel",
        f"CITEBOT_RERANKER: no model in {tmp_path / 'reranker'} (config.json or modules.json is "
        "missing)",
        f"{tmp_path / 'data' / 'journal.sqlite'} is damaged (file is not a database)",
        "CITEBOT_PORT is 0, which is another port each time",
        "the token does not look like 123456789:AAHd…",
    ]


VERIFIED = "The lighthouse at the end of the northern pier has 118 steps."


def test_verify_shows_the_place_of_a_text_or_what_differs(citebot: Citebot) -> None:
    exact = citebot("verify", lines="northern pier\nhas 118 steps\n")
    assert (exact.returncode, exact.stdout.splitlines()[:4]) == (
        0,
        [
            "Word for word in the documents:",
            "The Harbour of Lindmouth — paragraph 1",
            VERIFIED,
            "→ northern pier has 118 steps",
        ],
    ), exact.stderr
    nearly = citebot("verify", VERIFIED.replace("118", "112"))
    assert nearly.stdout.startswith("Almost. The documents say:\n")
    assert nearly.stdout.endswith("of the northern pier has [-112-] {+118+} steps.\n")
    absent = citebot("verify", "How do I repair a diesel engine?")
    assert (absent.returncode, absent.stdout[:37]) == (0, "Not word for word in the 3 documents ")
    empty = citebot("verify", " ")
    assert (empty.returncode, empty.stdout) == (2, "")
    assert "the text is empty; give the words to look for" in empty.stderr


def test_a_verdict_as_json_is_the_documented_object(citebot: Citebot, knowledge: Path) -> None:
    done = citebot("verify", "--json", f"{VERIFIED} Nobody lives there now.")
    [line] = done.stdout.splitlines()
    verdict = json.loads(line)
    assert list(verdict)[:7] == [
        "text", "match", "generation", "places", "place", "differences", "sentences",
    ]  # fmt: skip
    assert list(verdict)[7:] == ["closest", "judged", "unjudged", "complete"]
    assert (verdict["match"], verdict["places"]) == ("nearly", 0)
    text = (knowledge / verdict["place"]["source"]).read_text(encoding="utf-8")
    start, end = verdict["place"]["quote"]
    assert text[start:end] == verdict["place"]["text"] == VERIFIED
    assert verdict["differences"] == [
        {"side": "both", "text": VERIFIED},
        {"side": "question", "text": "Nobody lives there now."},
    ]
    assert [part["match"] for part in verdict["sentences"]] == ["exact", "absent"]
