"""The web addresses of documents, and what their servers said: `origins.json` in the data."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from index.errors import StoreError

if TYPE_CHECKING:
    from index.fetch import Fetched

__all__ = ["Origin", "Origins"]


class Origin(BaseModel):
    """The address of a document, the digest of the bytes that came from there, and what their
    server calls that version; `gone` is the day since which there is nothing at the address.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    url: str
    digest: str
    etag: str | None = None
    modified: str | None = None
    gone: datetime.date | None = None

    @classmethod
    def of(cls, fetched: Fetched) -> Origin:
        """Return the origin of a document that was just fetched."""
        digest = hashlib.sha256(fetched.data).hexdigest()
        return cls(url=fetched.url, digest=digest, etag=fetched.etag, modified=fetched.modified)


_ALL = TypeAdapter(dict[str, Origin])


class Origins:
    """The origins of documents by their ids, in one file."""

    def __init__(self, data: Path) -> None:
        self._path = data / "origins.json"
        self._alone = Lock()

    def all(self) -> Mapping[str, Origin]:
        """Return every origin; StoreError if the file cannot be read."""
        try:
            return _ALL.validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValidationError):
            raise StoreError(
                f"{self._path} cannot be read; restore it from a backup, or delete it and add the "
                "addresses again",
                "origins_unread",
                path=self._path,
            ) from None

    def set(self, changes: Mapping[str, Origin | None]) -> None:
        """Store these origins beside the others; None forgets one."""
        with self._alone:
            now = {id: known for id, known in {**self.all(), **changes}.items() if known}
            new = self._path.with_name(f".{self._path.name}-{secrets.token_hex(4)}")
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                new.write_bytes(_ALL.dump_json(dict(sorted(now.items())), indent=1))
                new.replace(self._path)
            except OSError as error:
                raise StoreError(
                    f"{self._path}: {error.strerror}; check its rights and free space",
                    "origins_write",
                    path=self._path,
                    reason=error.strerror,
                ) from None
            finally:
                new.unlink(missing_ok=True)
