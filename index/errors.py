"""The errors, as a tree; each message names the thing and the remedy.

Besides its English text, each error has a code and values, see CitebotError.

CitebotError
├── SettingsError          a setting is missing or wrong
├── KnowledgeError         the documents' folder is missing or empty
├── DocumentError          one file cannot be read (a build lists it and goes on)
├── ReaderError            no file can be read now, whatever it holds
├── FetchError             an address cannot be fetched
│   └── GoneError          nothing is there any more
├── ModelError             the language model cannot be loaded or is not what it should be
├── QuestionError          a question is empty or too long
├── GoldenError            a file of golden questions is wrong
└── StoreError             the index on disk
    ├── NoIndexError       nothing has been published yet
    ├── DamagedIndexError  a file is missing, truncated or altered
    ├── OtherModelError    the index was built with another model or format
    ├── BuildLockedError   another process is building
    ├── RegressionError    a new index would lose golden questions (index.gate)
    ├── StaleError         what was staged no longer fits what serves or what the folder contains
    ├── NewerError         written by a newer citebot: starting again does not help
    └── UnknownGenerationError  no such generation is kept
"""

from __future__ import annotations

import re
from pathlib import Path

__all__ = [
    "BuildLockedError",
    "CitebotError",
    "DamagedIndexError",
    "DocumentError",
    "FetchError",
    "GoldenError",
    "GoneError",
    "KnowledgeError",
    "ModelError",
    "NewerError",
    "NoIndexError",
    "OtherModelError",
    "QuestionError",
    "ReaderError",
    "SettingsError",
    "StaleError",
    "StoreError",
    "UnknownGenerationError",
]


class CitebotError(Exception):
    """The root: its text can be shown to a person.

    `code` names the error and `values` its details, so that a face can word it in the reader's
    language. An error without a code of its own has that of its class.
    """

    def __init__(self, text: str = "", code: str = "", **values: object) -> None:
        super().__init__(text)
        self.code = code or _named(type(self).__name__)
        self.values = values


def _named(kind: str) -> str:
    """Return the code of a class: NoIndexError is no_index."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind.removesuffix("Error")).lower()


class SettingsError(CitebotError):
    """A setting is missing or wrong."""


class KnowledgeError(CitebotError):
    """The documents' folder is missing or empty."""


class DocumentError(CitebotError):
    """One file cannot be read; the text is the reason alone, without the file's name."""


class ReaderError(CitebotError):
    """The process that reads files cannot be started, or was stopped."""


class FetchError(CitebotError):
    """An address cannot be fetched, or must not be."""


class GoneError(FetchError):
    """There is nothing at an address, or not any more."""


class ModelError(CitebotError):
    """The language model cannot be loaded or is not what it should be."""


class QuestionError(CitebotError):
    """A question is empty or too long."""


class GoldenError(CitebotError):
    """A file of golden questions is wrong or does not fit the documents."""


class StoreError(CitebotError):
    """The index on disk cannot be read or written."""

    @staticmethod
    def refused(path: Path, error: OSError) -> StoreError:
        """Return the error of a file or folder that the system does not give or take."""
        return StoreError(
            f"{path}: {error.strerror}; check its rights",
            "rights",
            path=path,
            reason=error.strerror,
        )


class NoIndexError(StoreError):
    """Nothing has been published yet."""


class DamagedIndexError(StoreError):
    """A file of the index is missing, truncated or altered."""


class OtherModelError(StoreError):
    """The index was built with another model or in another format."""


class BuildLockedError(StoreError):
    """Another process is building the index."""


class StaleError(StoreError):
    """The staged index no longer fits the serving one or the folder."""


class NewerError(StoreError):
    """Written by a newer citebot; a restart does not help."""


class UnknownGenerationError(StoreError):
    """No generation of that id is kept."""
