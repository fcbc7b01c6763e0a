"""The settings of the bot, read once from the environment or `.env`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from index.settings import IndexSettings

__all__ = ["Settings"]


class Settings(IndexSettings):
    """All settings, the index's included. Secrets do not show in `repr`."""

    telegram_token: SecretStr | None = None
    telegram_token_file: Path | None = None
    telegram_api: str = "https://api.telegram.org"
    admins: Annotated[frozenset[int], NoDecode] = frozenset()
    chats: Annotated[frozenset[int], NoDecode] = frozenset()
    language: str | None = Field(default=None, pattern="^[a-z]{2}$")
    keep_questions: bool = False
    port: int = Field(default=8080, ge=1, le=65_535)

    @field_validator("admins", "chats", mode="before")
    @classmethod
    def _numbers(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        parts = [part.strip() for part in value.split(",") if part.strip()]
        if wrong := [part for part in parts if not re.fullmatch(r"-?\d+", part)]:
            raise ValueError(f"{wrong[0]!r} is not a numeric id; write ids with commas between")
        return frozenset(int(part) for part in parts)

    @field_validator("telegram_api")
    @classmethod
    def _address(cls, value: str) -> str:
        if not re.match(r"https?://[^/\s]+", value):
            raise ValueError("not an address; write it as https://host")
        return value.rstrip("/")

    @field_validator("telegram_token_file")
    @classmethod
    def _token_from_file(cls, path: Path | None) -> Path | None:
        if path is not None:
            _read_token(path)
        return path

    @property
    def token(self) -> str | None:
        """The bot's token, from whichever setting has it."""
        if self.telegram_token is not None:
            return self.telegram_token.get_secret_value().strip()
        return _read_token(self.telegram_token_file) if self.telegram_token_file else None


def _read_token(path: Path) -> str:
    try:
        token = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not text"
        raise ValueError(f"{path}: {reason}; write the bot's token into that file") from None
    if not token:
        raise ValueError(f"{path}: the file is empty; write the bot's token into it")
    return token
