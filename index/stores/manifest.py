"""The description of a generation in its folder; read from disk, and so checked."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
from pathlib import Path
from typing import BinaryIO, NamedTuple, Self

from pydantic import BaseModel, ConfigDict

from index.errors import DamagedIndexError, OtherModelError
from index.stores import FORMAT
from index.types import Generation, Thresholds

__all__ = ["Counts", "Manifest"]

_NAME = "manifest.json"


# Of a file larger than this the ends alone are read when an index is opened: reading all files of a
# million passages takes ten seconds. It is checked whole before it serves.
_LARGE, _END = 256 * 2**20, 2**20


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    bytes: int
    sha256: str
    # of the first and the last mebibyte, for a large file
    ends: str = ""


class Counts(NamedTuple):
    """How many documents, passages and sentences a generation has."""

    documents: int
    passages: int
    sentences: int


class Manifest(BaseModel):
    """The record of one generation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    id: str
    sequence: int
    parent: str | None
    built: datetime.datetime
    model: str
    fingerprint: str
    content: str
    documents: int
    passages: int
    sentences: int
    thresholds: tuple[float, float]
    failed: tuple[tuple[str, str], ...]
    embedded: int = 0
    files: dict[str, _File]

    @property
    def generation(self) -> Generation:
        """The generation as answers name it."""
        return Generation(self.id, self.built, self.documents, self.passages, self.sentences)

    @property
    def limits(self) -> Thresholds:
        """The lowest scores of a related and of a found answer."""
        return Thresholds(*self.thresholds)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the manifest in `folder`; DamagedIndexError or OtherModelError says what is
        wrong.
        """
        try:
            fields = json.loads((folder / _NAME).read_text(encoding="utf-8"))
            if isinstance(fields, dict) and fields.get("format") != FORMAT:
                raise OtherModelError(
                    f"{folder} was written by another version of citebot; run citebot index",
                    "other_version",
                    path=folder,
                )
            return cls.model_validate(fields)
        except OSError as error:
            raise DamagedIndexError(
                f"{folder / _NAME}: {error.strerror}; run citebot index",
                "index_unreadable",
                path=folder / _NAME,
                reason=error.strerror,
            ) from None
        # ValueError: not UTF-8, not JSON, or not a manifest
        except ValueError:
            raise DamagedIndexError(
                f"{folder / _NAME} is damaged; run citebot index",
                "index_damaged",
                path=folder / _NAME,
            ) from None

    def write(self, folder: Path) -> None:
        """Write the manifest into `folder` and make sure that it is on disk."""
        path = folder / _NAME
        path.write_text(self.model_dump_json(indent=1) + "\n", encoding="utf-8")
        with path.open("rb") as stream:
            os.fsync(stream.fileno())

    @staticmethod
    def files_in(folder: Path) -> dict[str, _File]:
        """Every file below `folder` with its size and digest, each synced to the disk."""
        found = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                with path.open("rb") as stream:
                    os.fsync(stream.fileno())
                    digest = hashlib.file_digest(stream, "sha256").hexdigest()
                    size = os.fstat(stream.fileno()).st_size
                    ends = _ends(stream, size) if size > _LARGE else ""
                name = path.relative_to(folder).as_posix()
                found[name] = _File(bytes=size, sha256=digest, ends=ends)
        return found

    def check(self, folder: Path, *, whole: bool = True) -> None:
        """Raise DamagedIndexError unless every file is what it was when it was published. If it is
        not the `whole`, large files are looked at only at their ends.
        """
        for name, expected in self.files.items():
            path = folder / name
            try:
                with path.open("rb") as stream:
                    if (
                        expected.ends
                        and not whole
                        and _ends(stream, expected.bytes) == expected.ends
                    ):
                        continue
                    digest = hashlib.file_digest(stream, "sha256").hexdigest()
            except OSError as error:
                raise DamagedIndexError(
                    f"{path}: {error.strerror}; run citebot index",
                    "index_unreadable",
                    path=path,
                    reason=error.strerror,
                ) from None
            if digest != expected.sha256:
                size = path.stat().st_size
                differs = (
                    f"its content differs from what was published, {size:,} bytes as before"
                    if size == expected.bytes
                    else f"{size:,} bytes, published with {expected.bytes:,}"
                )
                raise DamagedIndexError(
                    f"{path} is damaged ({differs}); run citebot index",
                    "index_differs",
                    path=path,
                    differs=differs,
                )


def _ends(stream: BinaryIO, size: int) -> str:
    """The digest of the first and the last mebibyte of a file of this size, and of its end."""
    stream.seek(0)
    digest = hashlib.sha256(stream.read(_END))
    stream.seek(size - _END)
    digest.update(stream.read(_END + 1))
    stream.seek(0)
    return digest.hexdigest()
