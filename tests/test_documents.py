"""README and docs: blocks are run or marked as examples; commands, settings and links exist."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer.main
from babel import Locale
from markdown_it import MarkdownIt
from typer.core import TyperGroup

from bot.messages.texts import languages
from bot.settings import Settings
from bot.terminal.cli import program
from index.library import Library
from index.readers.formats import READERS
from index.types import Outcome

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
# read by compose.yaml, the Dockerfile and the benchmarks
ELSEWHERE = {"CITEBOT_BENCHMARK_DATA", "CITEBOT_DOMAIN", "CITEBOT_PYTORCH", "CITEBOT_UID"}


def _blocks(page: Path) -> Iterator[tuple[int, str, str]]:
    """Yield line, marker and text of each block of code; the marker is the comment before it."""
    before = ""
    for token in MarkdownIt().parse(page.read_text("utf-8")):
        if token.type in ("fence", "code_block"):
            assert token.map
            yield token.map[0] + 1, before, token.content
        comment = re.fullmatch(r"<!-- (.*?) -->\n*", token.content)
        before = comment[1] if token.type == "html_block" and comment else ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_is_run_by_a_test_or_marked_as_an_example(page: Path) -> None:
    for line, marker, _ in _blocks(page):
        where = f"{page.relative_to(ROOT)}:{line}"
        kind, _, named = marker.partition(" ")
        assert kind.rstrip(":") in ("example", "picture", "run"), (
            f"{where}: {marker or 'no marker'}"
        )
        if kind == "run:":
            file, _, test = named.partition("::")
            assert f"def {test}(" in (ROOT / file).read_text(), where


def test_every_command_of_the_pages_exists() -> None:
    group = typer.main.get_command(program)
    faults = {
        f"{page.name}: citebot {call}": fault
        for page in PAGES
        if page.name != "CHANGELOG.md"
        for call in _calls(page)
        if (fault := _fault(group, call))
    }
    assert faults == {}


def _calls(page: Path) -> list[str]:
    """Return what follows `citebot` in the blocks of a page, and in code within its lines."""
    texts = [text for _, _, text in _blocks(page)]
    texts += re.findall(r"`(citebot [^`]+)`", page.read_text("utf-8"))
    starts = r"(?m)^(?:\$ |docker compose exec citebot )?(?:\.venv/bin/)?citebot ([a-z-].*)$"
    return re.findall(starts, "\n".join(texts))


def _fault(command: object, call: str) -> str:
    """Return the first word of a call that is neither a command nor an option; "" if all are."""
    words = shlex.split(re.split(r"\s[#|\[<]|\s{2,}", call)[0].replace("'", ""))
    while isinstance(command, TyperGroup) and words and not words[0].startswith("-"):
        word = words.pop(0)
        if word not in command.commands:
            return "" if command.invoke_without_command else word
        command = command.commands[word]
    known = {option for one in getattr(command, "params", ()) for option in one.opts}
    options = (word.partition("=")[0].rstrip(",.;)") for word in words if word.startswith("-"))
    return next((one for one in options if one not in known | {"--help"}), "")


def test_every_setting_of_the_pages_exists() -> None:
    known = {f"CITEBOT_{name.upper()}" for name in Settings.model_fields} | ELSEWHERE
    for page in PAGES:
        named = set(re.findall(r"\bCITEBOT_[A-Z_]*[A-Z]\b", page.read_text("utf-8")))
        assert named <= known, page.name


def test_every_format_is_on_its_page() -> None:
    page = (ROOT / "docs/formats.md").read_text("utf-8")
    assert [suffix for suffix in READERS if f"`{suffix}`" not in page] == []


def test_every_language_of_the_bots_words_is_on_its_page() -> None:
    page = (ROOT / "docs/languages.md").read_text("utf-8")
    own = page.partition("**The bot's own words**")[2]
    names = Locale("en").languages
    assert [names[code] for code in languages() if names[code] not in own] == []


def test_every_link_to_a_file_leads_to_one() -> None:
    for page in PAGES:
        text = page.read_text("utf-8")
        for link in re.findall(r"(?:\]\(|src=\")([^)\"#]+)[^)\"]*[)\"]", text):
            if not link.startswith(("http", "mailto")):
                assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_every_link_to_a_heading_leads_to_one() -> None:
    for page in PAGES:
        for target, anchor in re.findall(r"\]\(([\w./-]*)#([^)]+)\)", page.read_text("utf-8")):
            text = (page.parent / target if target else page).read_text("utf-8")
            headings = re.findall(r"(?m)^#+ (.*)$", text)
            anchors = {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}
            assert anchor in anchors, f"{page.name}: {target}#{anchor}"


def test_the_first_answers_of_the_readme(
    tmp_path: Path, make_library: Callable[..., Library]
) -> None:
    """What it shows of the example is what the example answers."""
    (tmp_path / "knowledge").mkdir()
    article = ROOT / "tests/golden/csto-drills-kyrgyzstan-2021.md"
    (tmp_path / "knowledge" / article.name).write_bytes(article.read_bytes())
    library = make_library()
    library.desk.index.build()
    shown = next(
        text for _, marker, text in _blocks(ROOT / "README.md") if "first_answers" in marker
    )
    asked, none = re.findall(r"(?m)^\? (.*)$", shown)
    best = library.ask(asked).hits[0]
    assert f"{best.passage.source.title} — paragraph {best.passage.first_paragraph}" in shown
    assert best.quoted.split(". ")[0] in " ".join(shown.split())
    assert library.ask(none).outcome is Outcome.NOTHING
    library.close()
