"""The map of the code is true."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture import PAGE, drawn

ROOT = PAGE.parent.parent


def test_the_pictures_show_the_imports_as_they_are() -> None:
    """`python -m tests.architecture` draws them again."""
    page = PAGE.read_text(encoding="utf-8")
    assert drawn(page) == page


def test_every_file_that_the_map_names_is_there() -> None:
    named = re.findall(r"`((?:bot|index|tests|docs|benchmarks)/[\w./-]+)`", PAGE.read_text("utf-8"))
    assert len(named) > 20
    assert not [name for name in named if not (ROOT / name).exists()]


# The largest sizes: lines of a module, lines of a function, collaborators of a constructor.
_MODULE, _FUNCTION, _COLLABORATORS = 300, 60, 4
_PLAIN = {"None", "bool", "bytes", "float", "int", "str"}


def test_modules_functions_and_constructors_stay_small() -> None:
    files = [file for package in ("bot", "index") for file in (ROOT / package).rglob("*.py")]
    assert not [large for file in files for large in _large(file)]


def _large(file: Path) -> Iterator[str]:
    """Return what is too large in a file: the file, or a function or class of it by name."""
    name, source = file.relative_to(ROOT).as_posix(), file.read_text("utf-8")
    if len(source.splitlines()) > _MODULE:
        yield name
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if (node.end_lineno or 0) - node.lineno >= _FUNCTION:
                yield f"{name}: {node.name}"
        elif isinstance(node, ast.ClassDef):
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and method.name == "__init__":
                    given = (*method.args.args[1:], *method.args.kwonlyargs)
                    if sum(not _is_plain(one) for one in given) > _COLLABORATORS:
                        yield f"{name}: {node.name}"


def _is_plain(given: ast.arg) -> bool:
    """Return True if an argument is a number, text or flag rather than a collaborator."""
    if given.annotation is None:
        return False
    names = {node.id for node in ast.walk(given.annotation) if isinstance(node, ast.Name)}
    return names <= _PLAIN
