"""The size of the house: `python -m benchmarks.house [CHECKOUT ...]`, this one if none is named.

For `bot` and `index` of each checkout: entries (modules and packages at the top) and the arrows
between them, modules and the arrows between them, lines, the longest module and function, and the
most arguments of a constructor. An arrow is one importing another, however often.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

__all__ = ["Figures", "figures", "main"]

Figures = dict[str, int]


def figures(package: Path) -> Figures:
    """Return the figures of a package by their names."""
    files = sorted(package.rglob("*.py"))
    sources = {_module(package, file): file.read_text("utf-8") for file in files}
    trees = {module: ast.parse(source) for module, source in sources.items()}
    arrows = {
        (module, other)
        for module, tree in trees.items()
        for other in _imported(tree, set(trees))
        if other != module
    }
    rooms = {(_room(one), _room(other)) for one, other in arrows}
    functions = [node for tree in trees.values() for node in _functions(tree)]
    return {
        "entries": len({_room(module) for module in trees} - {package.name}),
        "arrows between entries": len({(a, b) for a, b in rooms if a != b and package.name != a}),
        "modules": sum(1 for source in sources.values() if source.strip()),
        "arrows between modules": len(arrows),
        "lines": sum(len(source.splitlines()) for source in sources.values()),
        "longest module": max(len(source.splitlines()) for source in sources.values()),
        "longest function": max((node.end_lineno or 0) - node.lineno + 1 for node in functions),
        "arguments of a constructor": max(
            len(node.args.args) - 1 + len(node.args.kwonlyargs)
            for node in functions
            if node.name == "__init__"
        ),
    }


def _module(package: Path, file: Path) -> str:
    parts = file.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _room(module: str) -> str:
    """The module or package at the top to which a module belongs."""
    return ".".join(module.split(".")[:2])


def _imported(tree: ast.Module, known: set[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                inner = f"{node.module}.{name.name}"
                if inner in known or node.module in known:
                    yield inner if inner in known else node.module


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def main(checkouts: Sequence[str]) -> None:
    """Print a table: a line for each figure, a column for each checkout."""
    roots = [Path(one) for one in checkouts] or [Path(__file__).resolve().parent.parent]
    for name in ("bot", "index"):
        columns = [figures(root / name) for root in roots]
        for figure in columns[0]:
            print(f"{name}: {figure}", *(column[figure] for column in columns), sep=" | ")


if __name__ == "__main__":
    main(sys.argv[1:])
