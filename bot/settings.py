"""The settings of the bot, read once from the environment or `.env`."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import os
import re
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import NoDecode

from index.settings import IndexSettings

__all__ = ["TAKEN_PATHS", "Settings", "unknown", "unread"]

TAKEN_PATHS = ("/healthz", "/readyz", "/metrics")

# Variables that compose.yaml and the benchmarks read.
_OTHERS = {
    "CITEBOT_BENCHMARK_DATA",
    "CITEBOT_DATABASE_PASSWORD",
    "CITEBOT_DOMAIN",
    "CITEBOT_PYTORCH",
    "CITEBOT_UID",
    "CITEBOT_UPSTREAMS",
}
_LOG_FORMS = ("plain", "json")
_LOG_LEVELS = ("debug", "info", "warning", "error")
_PREFIX = "CITEBOT_"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_TELEGRAM = "https://api.telegram.org"
_WEBHOOK_PORTS = (443, 80, 88, 8443)
_WEBHOOK_FORM = "not an https address; write it as https://host/path"


class Settings(IndexSettings):
    """All settings, including the index's. Secrets are hidden in `repr`."""

    telegram_token: SecretStr | None = None
    telegram_token_file: Path | None = None
    telegram_api: str = _TELEGRAM
    admins: Annotated[frozenset[int], NoDecode] = frozenset()
    chats: Annotated[frozenset[int], NoDecode] = frozenset()
    language: str | None = Field(default=None, pattern="^[a-z]{2}$", examples=["en"])
    keep_questions: bool = False
    ephemeral: bool = False
    voice_model: Path | None = None
    mcp_reader: int | None = None
    mcp_token: SecretStr | None = None
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = None
    host: str = "127.0.0.1"
    # 0 is any free port, for trials
    port: int = Field(default=8080, ge=0, le=65_535)
    log: str = ""

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

    @field_validator("host")
    @classmethod
    def _host(cls, value: str) -> str:
        value = "127.0.0.1" if value.lower() == "localhost" else value.strip("[]")
        try:
            return str(ipaddress.ip_address(value))
        except ValueError:
            raise ValueError(
                "not an address of a machine; write 127.0.0.1 for this machine alone, or 0.0.0.0 "
                "for all that reach it"
            ) from None

    @field_validator("log")
    @classmethod
    def _log_words(cls, value: str) -> str:
        words = [word.strip().lower() for word in value.split(",") if word.strip()]
        for known in (_LOG_FORMS, _LOG_LEVELS):
            if len(set(words) & set(known)) > 1:
                raise ValueError(f"choose one of {', '.join(known)}")
        if wrong := set(words) - {*_LOG_FORMS, *_LOG_LEVELS}:
            raise ValueError(
                f"{min(wrong)!r} is neither a form ({', '.join(_LOG_FORMS)}) nor a level "
                f"({', '.join(_LOG_LEVELS)}); write for example json,debug"
            )
        return ",".join(words)

    @field_validator("webhook_url")
    @classmethod
    def _webhook_address(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        try:
            parts = urlsplit(value)
            local, port = parts.hostname in _LOOPBACK, parts.port or 443
        except ValueError:
            raise ValueError(_WEBHOOK_FORM) from None
        if not parts.hostname or parts.scheme not in (("https", "http") if local else ("https",)):
            raise ValueError(_WEBHOOK_FORM)
        # https://core.telegram.org/bots/api#setwebhook; a server of one's own takes any port
        far = not local and info.data.get("telegram_api") == _TELEGRAM
        if far and port not in _WEBHOOK_PORTS:
            raise ValueError(f"Telegram sends to port 443, 80, 88 or 8443, not {port}")
        path = parts.path.rstrip("/") or "/telegram"
        if not re.fullmatch(r"(/[A-Za-z0-9._~-]+)+", path) or parts.query or parts.fragment:
            raise ValueError("letters, digits and -._~ may stand between the slashes of its path")
        if path in TAKEN_PATHS:
            raise ValueError(f"{path} is taken by this bot itself; choose another path")
        return f"{parts.scheme}://{parts.netloc}{path}"

    @field_validator("webhook_secret")
    @classmethod
    def _secret_form(cls, value: SecretStr | None) -> SecretStr | None:
        # https://core.telegram.org/bots/api#setwebhook
        if value and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise ValueError("1 to 256 of A-Z, a-z, 0-9, _ and - are allowed")
        return value

    @field_validator("voice_model")
    @classmethod
    def _folder(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_dir():
            raise ValueError(f"{value} is not a folder; put a faster-whisper model there")
        return value

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

    @property
    def log_form(self) -> str:
        """`plain` or `json`."""
        return next((word for word in self.log.split(",") if word in _LOG_FORMS), _LOG_FORMS[0])

    @property
    def log_level(self) -> str:
        """The lowest level that is logged: `info` unless set."""
        return next((word for word in self.log.split(",") if word in _LOG_LEVELS), "info")

    @property
    def telegram(self) -> str:
        """The address of the Bot API without its password, as it may be shown."""
        parts = urlsplit(self.telegram_api)
        host = parts.netloc.rpartition("@")[2]
        return f"{parts.scheme}://{host}"

    @property
    def passwords(self) -> tuple[str, ...]:
        """The credentials in the address of the Bot API, as written and decoded."""
        user = urlsplit(self.telegram_api).netloc.rpartition("@")[0]
        word = user.partition(":")[2]
        return tuple(dict.fromkeys(part for part in (user, word, unquote(word)) if part))

    @property
    def secret(self) -> str:
        """The secret that Telegram sends to the webhook.

        It is the setting, or follows from the token, so that it is the same after a restart and in
        every replica.
        """
        if self.webhook_secret is not None:
            return self.webhook_secret.get_secret_value()
        return hmac.new((self.token or "").encode(), b"webhook", hashlib.sha256).hexdigest()


def unknown() -> dict[str, str | None]:
    """Return the variables that look like settings and are not, with the one that may be meant,
    from the environment and from `.env`.
    """
    known = [name.upper() for name in Settings.model_fields]
    written: dict[str, str | None] = {}
    # Settings.read says what is wrong with the file
    with suppress(OSError, UnicodeError):
        written = dotenv_values(".env")
    there = {name for name in (*os.environ, *written) if name.startswith(_PREFIX)}
    found: dict[str, str | None] = {}
    for name in sorted(there - {*(_PREFIX + one for one in known), *_OTHERS}):
        rest = name.removeprefix(_PREFIX)
        near = [one for one in known if rest and (one.endswith(f"_{rest}") or one.startswith(rest))]
        near += get_close_matches(rest, known, n=1, cutoff=0.75)
        found[name] = _PREFIX + near[0] if near else None
    return found


def unread() -> list[int]:
    """Return the numbers of the lines of `.env` that set nothing, for want of NAME=value."""
    # Settings.read says what is wrong with the file
    with suppress(OSError, UnicodeError), Path(".env").open(encoding="utf-8") as file:
        wrong = [binding.original for binding in parse_stream(file) if binding.error]
        # empty lines before it belong to it
        return [one.line + one.string[: -len(one.string.lstrip())].count("\n") for one in wrong]
    return []


def _read_token(path: Path) -> str:
    try:
        token = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not text"
        raise ValueError(f"{path}: {reason}; write the bot's token into that file") from None
    if not token:
        raise ValueError(f"{path}: the file is empty; write the bot's token into it")
    return token
