"""Cited answers from a folder of documents, in the documents' own words.

The names below are the public face; each is loaded when it is first used, so that `import index`
takes no time. Everything else is an inner part and may change.
"""

from __future__ import annotations

from importlib import import_module, metadata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.desk.desk import Desk
    from index.errors import CitebotError
    from index.library import Library
    from index.types import Answer, Hit, Outcome, Passage, Scope

    __version__: str

__all__ = [
    "Answer",
    "CitebotError",
    "Desk",
    "Hit",
    "Library",
    "Outcome",
    "Passage",
    "Scope",
    "__version__",
]

_HOMES = {
    "Answer": "index.types",
    "CitebotError": "index.errors",
    "Desk": "index.desk.desk",
    "Hit": "index.types",
    "Library": "index.library",
    "Outcome": "index.types",
    "Passage": "index.types",
    "Scope": "index.types",
}


def __getattr__(name: str) -> object:
    if name == "__version__":
        return metadata.version("citebot")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
