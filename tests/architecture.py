"""The pictures of docs/architecture.md, drawn from the imports: `python -m tests.architecture`."""

from __future__ import annotations

from pathlib import Path

import grimp

__all__ = ["PAGE", "drawn"]

PAGE = Path(__file__).resolve().parent.parent / "docs" / "architecture.md"


def drawn(page: str) -> str:
    """Return the page with each picture drawn again from the imports of its package."""
    graph = grimp.build_graph("bot", "index", cache_dir=None)
    for name in ("bot", "index"):
        start = f"<!-- picture: {name} -->\n"
        before, _, rest = page.partition(start)
        _, _, after = rest.partition("```mermaid\n")
        _, _, after = after.partition("```\n")
        page = f"{before}{start}```mermaid\n{_picture(graph, name)}```\n{after}"
    return page


def _picture(graph: grimp.ImportGraph, name: str) -> str:
    """The packages and modules right below a package, and who imports whom.

    An arrow is left out if a longer way along other arrows says the same.
    """
    rooms = sorted(graph.find_children(name))
    arrows: dict[str, set[str]] = {room: set() for room in rooms}
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            ends = _room(importer, rooms), _room(imported, rooms)
            if ends[0] and ends[1] and ends[0] != ends[1]:
                arrows[ends[0]].add(ends[1])
    lines = ["flowchart TD"]
    for room in rooms:
        lines.extend(
            f"    {_short(room)} --> {_short(other)}"
            for other in sorted(arrows[room])
            if not any(other in _reached(arrows, step) for step in arrows[room] - {other})
        )
    return "\n".join(lines) + "\n"


def _room(module: str, rooms: list[str]) -> str | None:
    return next((room for room in rooms if module == room or module.startswith(f"{room}.")), None)


def _reached(arrows: dict[str, set[str]], start: str) -> set[str]:
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        for room in arrows[waiting.pop()] - reached:
            reached.add(room)
            waiting.append(room)
    return reached


def _short(room: str) -> str:
    return room.partition(".")[2]


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
