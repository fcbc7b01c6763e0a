"""The table of rows names tests that are there, and of each row one that drives the server."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
TITLES = 4


def test_every_row_has_a_test_through_the_server() -> None:
    page = (HERE / "ROWS.md").read_text(encoding="utf-8")
    rows = [
        line for line in page.splitlines() if line.startswith("|") and not line.startswith("|-")
    ]
    named = [re.findall(r"`(test_\w+\.py)::(test_\w+)`", row) for row in rows]
    missing = [test for row in named for test in row if test[1] not in functions(test[0])]
    assert not missing
    assert sum(map(bool, named)) == len(rows) - TITLES
    assert not [row for row in named if row and not any(drives(*test) for test in row)]


def drives(file: str, test: str) -> bool:
    """Return True if a test asks for the server, itself or by a fixture."""
    known = functions("conftest.py") | functions(file)
    wanted, seen = [test], set[str]()
    while wanted:
        if (name := wanted.pop()) in known and name not in seen:
            seen.add(name)
            wanted += known[name]
    return "api" in seen


@cache
def functions(file: str) -> dict[str, list[str]]:
    """Return the functions of a file of tests, and what each takes."""
    tree = ast.parse((HERE / file).read_text(encoding="utf-8"))
    found = [each for each in tree.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {each.name: [argument.arg for argument in each.args.args] for each in found}
