"""Search comments, docstrings, messages and documents for wordings of `wording.toml`.

`python -m tests.wording` prints each one with its place and exits with 1 if there are any.
"""

import ast
import re
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

__all__ = ["Pattern", "Prose", "found", "patterns", "prose"]

ROOT = Path(__file__).parent.parent
_DATA = Path(__file__).with_suffix(".toml")
_CODE = ("bot", "index", "tests", "benchmarks")
_WITH_MESSAGES = ("bot", "index")  # their strings are read by people
_WORDS = 4  # a string of fewer words is not a message
_LISTS = re.compile(r"\(\?|^[^.,;:?!]{80,}$")  # nor is a regular expression, or a list of words


class Pattern(NamedTuple):
    """A wording to avoid, and better words; `example` has it."""

    find: re.Pattern[str]
    better: str
    example: str
    only_docstrings: bool


class Prose(NamedTuple):
    """A text that people read, and where it stands."""

    place: str
    text: str
    is_docstring: bool = False


def patterns() -> list[Pattern]:
    """Read the patterns of `wording.toml`."""
    data = tomllib.loads(_DATA.read_text())
    return [
        Pattern(re.compile(entry["find"]), entry["better"], entry["example"], kind == "docstring")
        for kind in ("pattern", "docstring")
        for entry in data[kind]
    ]


def prose(root: Path) -> Iterator[Prose]:
    """Yield the texts of a checkout: of its code, its messages and its documents."""
    for folder in _CODE:
        for file in sorted((root / folder).rglob("*.py")):
            name = str(file.relative_to(root))
            source = file.read_text()
            yield from _comments(name, file)
            yield from _strings(name, source, messages=folder in _WITH_MESSAGES)
    for file in sorted((root / "bot/messages/words").glob("en.toml")):
        yield from _lines(str(file.relative_to(root)), file.read_text())
    for file in sorted([*root.glob("*.md"), *(root / "docs").rglob("*.md")]):
        text = re.sub(
            r"(?ms)^```.*?^```$", lambda block: "\n" * block[0].count("\n"), file.read_text()
        )
        yield from _paragraphs(str(file.relative_to(root)), text)


def found(text: Prose, known: list[Pattern]) -> Iterator[tuple[str, Pattern]]:
    """Yield each wording to avoid in a text, with its pattern."""
    for pattern in known:
        if text.is_docstring or not pattern.only_docstrings:
            for match in pattern.find.finditer(text.text):
                yield match[0], pattern


def _comments(name: str, file: Path) -> Iterator[Prose]:
    with tokenize.open(file) as source:
        for token in tokenize.generate_tokens(source.readline):
            if token.type == tokenize.COMMENT:
                yield Prose(f"{name}:{token.start[0]}", token.string.lstrip("# "))


def _strings(name: str, source: str, *, messages: bool) -> Iterator[Prose]:
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    formal = (
        docstrings
        if messages
        else {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and not node.name.startswith("test_")
            and isinstance(node.body[0], ast.Expr)
        }
    )
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = " ".join(node.value.split())
            is_message = messages and len(text.split()) >= _WORDS and not _LISTS.search(text)
            if is_message or id(node) in docstrings:
                yield Prose(f"{name}:{node.lineno}", text, is_docstring=id(node) in formal)


def _lines(name: str, text: str) -> Iterator[Prose]:
    for number, line in enumerate(text.splitlines(), 1):
        yield Prose(f"{name}:{number}", line)


def _paragraphs(name: str, text: str) -> Iterator[Prose]:
    line = 1
    for paragraph in text.split("\n\n"):
        yield Prose(f"{name}:{line}", " ".join(paragraph.split()))
        line += paragraph.count("\n") + 2


def main() -> int:
    """Print every wording to avoid; return 1 if there are any."""
    known = patterns()
    hits = [(text, *hit) for text in prose(ROOT) for hit in found(text, known)]
    for text, words, pattern in hits:
        print(f"{text.place}: “{words}”: {pattern.better}")
    return 1 if hits else 0


if __name__ == "__main__":
    sys.exit(main())
