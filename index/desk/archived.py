"""The list of contents of a backup, `manifest.json`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from index.errors import NewerError

__all__ = ["FORMAT", "KIND", "UNFINISHED", "Entry", "Manifest", "refuse_newer"]

KIND: Literal["citebot backup"] = "citebot backup"
FORMAT: Literal[1] = 1
UNFINISHED = ".citebot-restore"
"""A folder that stands in a place for as long as what is restored there is not whole."""


class Entry(BaseModel):
    """One file: its path once restored, and its name, size and SHA-256 in the archive."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    member: str
    bytes: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")

    @field_validator("path")
    @classmethod
    def _plain(cls, path: str) -> str:
        parts = path.split("/")
        if len(parts) < 2 or not all(part not in ("", ".", "..") for part in parts):
            raise ValueError(f"{path!r} is not a path below a folder")
        if "\0" in path or "\\" in path or UNFINISHED in parts:
            raise ValueError(f"{path!r} is not a plain path")
        return path


class Manifest(BaseModel):
    """All files of an archive."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["citebot backup"]
    format: Literal[1]
    version: str
    files: tuple[Entry, ...]

    @model_validator(mode="after")
    def _distinct(self) -> Manifest:
        paths = {entry.path for entry in self.files}
        above = {str(folder) for path in paths for folder in PurePosixPath(path).parents}
        if len(paths) < len(self.files) or paths & above:
            raise ValueError("it names a file twice")
        return self


def refuse_newer(file: Path, fields: Mapping[str, object]) -> None:
    """Raise NewerError if a newer citebot wrote the list of contents."""
    number = fields.get("format")
    if fields.get("kind") == KIND and isinstance(number, int) and number > FORMAT:
        raise NewerError(
            f"{file} was written by a newer citebot ({fields.get('version')}); update this one",
            "backup_newer",
            file=file,
            version=fields.get("version"),
        )
