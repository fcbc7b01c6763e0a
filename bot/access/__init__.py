"""The rights of people and chats to ask, to see documents and to edit: by numeric id, never by
name. Pure.

`access.toml` in the data directory reserves folders of documents; see docs/access.md.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, model_validator

from bot.settings import Settings
from index.errors import SettingsError
from index.types import EVERYTHING, Scope

__all__ = ["Access", "Reservations"]

# Senders that are chats: an anonymous group admin, a channel, a channel's posts in its group.
_NOBODY = frozenset({1087968824, 136817688, 777000})


def _folder(path: str) -> str:
    parts = path.strip("/").split("/")
    if not all(part.strip() and part not in (".", "..") for part in parts):
        raise ValueError("name a folder below the documents' folder, such as board/minutes")
    return "/".join(parts)


_Folder = Annotated[str, AfterValidator(_folder)]
_EVERYBODY = "everybody"
_NO_KEY = "there is no such key"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    share_files: bool = False
    reserved: dict[_Folder, frozenset[int]] = {}
    opened: frozenset[_Folder] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _for_everybody(cls, fields: dict[str, object]) -> dict[str, object]:
        """Set apart the folders that the file opens."""
        if "opened" in fields:
            raise ValueError(f'write folder = "{_EVERYBODY}" below [reserved] instead of opened')
        reserved = fields.get("reserved")
        if not isinstance(reserved, dict):
            return fields
        opened = [folder for folder, named in reserved.items() if named == _EVERYBODY]
        rest = {folder: named for folder, named in reserved.items() if named != _EVERYBODY}
        return {**fields, "reserved": rest, "opened": opened}


@dataclass(frozen=True, slots=True)
class Reservations:
    """The folders that only some chats and people may see, those that were opened again for all,
    and whether files may be sent.
    """

    folders: dict[str, frozenset[int]] = field(default_factory=dict)
    opened: frozenset[str] = frozenset()
    share_files: bool = False

    @classmethod
    def read(cls, path: Path) -> Reservations:
        """Read the rules in the file, none if there is no file; SettingsError says what is
        wrong.
        """
        try:
            read = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return cls()
        except ValidationError as error:
            detail = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in detail["loc"] if part != "[key]")
            unknown = detail["type"] == "extra_forbidden"
            reason = _NO_KEY if unknown else detail["msg"].removeprefix("Value error, ")
            raise SettingsError(
                f"{path}: {where}: {reason}; docs/access.md shows how it is written",
                "access_wrong",
                path=path,
                where=where,
                reason=reason,
            ) from None
        except (OSError, ValueError) as error:
            said = error.strerror if isinstance(error, OSError) else error
            raise SettingsError(
                f"{path}: {said}; correct it, or take it from a backup",
                "access_unread",
                path=path,
                reason=said,
            ) from None
        return cls(dict(read.reserved), read.opened, read.share_files)

    def scope(self, viewers: Iterable[int]) -> Scope:
        """Return what a holder of these ids may see: a reserved folder requires one of its ids,
        and a folder within another those of both.
        """
        who = frozenset(viewers)
        hidden = frozenset(folder for folder, named in self.folders.items() if not who & named)
        return Scope(hidden) if hidden else EVERYTHING


class Access:
    """The rights of people and chats, from the settings and `access.toml`.

    `reservations` returns the current rules. `first` returns the id that a group had when the rules
    were written: a group that becomes a supergroup gets another id.
    """

    def __init__(
        self,
        settings: Settings,
        reservations: Callable[[], Reservations],
        first: Callable[[int], int],
    ) -> None:
        self._admins = settings.admins - _NOBODY
        self._chats = settings.chats
        self._reservations = reservations
        self._first = first

    @property
    def share_files(self) -> bool:
        """True if the original files may be sent to those who see the documents."""
        return self._reservations().share_files

    def may_ask(self, chat: int | None, user: int | None) -> bool:
        """Return True if this person may ask in this chat."""
        return not self._chats or bool(self._known(chat, user) & (self._chats | self._admins))

    def scope(self, chat: int | None, user: int | None, *, private: bool) -> Scope:
        """Return what may be shown: in a private chat what the person may see (editors see
        everything); in a group what the group may see, regardless of the asker; without a chat what
        everyone may.
        """
        if private and user in self._admins:
            return EVERYTHING
        return self._reservations().scope(self._known(user if private else chat))

    def folders(self, chat: int) -> tuple[str, ...] | None:
        """The reserved folders that a group sees; None if none are reserved."""
        reserved = self._reservations().folders
        if not reserved:
            return None
        scope = self.scope(chat, None, private=False)
        # a folder within another is visible only with both
        return tuple(sorted(folder for folder in reserved if scope.allows(f"{folder}/")))

    def may_edit(self, user: int | None, *, private: bool, as_chat: bool) -> bool:
        """Return True if this person may change the index; no one who speaks as a chat may."""
        return private and not as_chat and user in self._admins

    def _known(self, *ids: int | None) -> frozenset[int]:
        given = {id for id in ids if id is not None}
        return frozenset(given | {self._first(id) for id in given})
