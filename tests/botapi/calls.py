"""A call of the bot: its parameters, its outcome, and what it broke."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .errors import bad_request
from .messages import Json

if TYPE_CHECKING:
    from .state import State

__all__ = ["Call", "Params", "Upload", "Violation"]

# What clients send as JSON inside a form field, with the server's words for each.
_JSON_FIELDS = {
    "allowed_updates": "allowed updates",
    "button": "button",
    "caption_entities": "caption entities",
    "commands": "commands",
    "entities": "entities",
    "ephemeral_message_parameters": "EphemeralMessageParameters",
    "link_preview_options": "link preview options",
    "reaction": "reaction",
    "reply_markup": "reply keyboard markup",
    "reply_parameters": "reply parameters",
    "result": "result",
    "results": "inline query results",
    "rich_message": "InputRichMessage",
    "rights": "ChatAdministratorRights",
    "scope": "BotCommandScope",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a multipart request."""

    name: str
    content: bytes
    mime_type: str


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule the bot broke; the server goes on as Telegram's would."""

    rule: str
    method: str
    detail: str
    seq: int

    def __str__(self) -> str:
        """The method, the rule and what happened."""
        return f"{self.method}: {self.rule}: {self.detail}"


class Params(dict[str, Any]):
    """The parameters of a call, JSON fields decoded, with the server's lenient conversions."""

    @classmethod
    def decoded(cls, values: Mapping[str, Any]) -> "Params":
        """The parameters of a request; a 400 for a field that is not JSON or not UTF-8."""
        params = cls()
        for name, value in values.items():
            if isinstance(value, str) and name in _JSON_FIELDS and value:
                try:
                    value = json.loads(value)
                except ValueError:
                    raise bad_request(f"can't parse {_JSON_FIELDS[name]} JSON object") from None
            _require_utf8(value)
            if value is not None:
                params[name] = value
        return params

    def text(self, name: str) -> str:
        """A string; empty if absent."""
        value = self.get(name, "")
        return value if isinstance(value, str) else json.dumps(value)

    def number(self, name: str, default: int = 0) -> int:
        """An integer; the default if absent or no number."""
        try:
            return int(float(self.get(name, default)))
        except (TypeError, ValueError):
            return default

    def flag(self, name: str) -> bool:
        """A boolean; false if absent."""
        return str(self.get(name, "")).strip().lower() in ("true", "yes", "1")

    def array(self, name: str) -> list[Any] | None:
        """A JSON array; None if absent; a 400 for anything else."""
        value = self.get(name)
        if value in (None, ""):
            return None
        if not isinstance(value, list):
            raise bad_request(f"Array expected as {_JSON_FIELDS[name]}")
        return value

    def object(self, name: str) -> Json | None:
        """A JSON object; None if absent; a 400 for anything else."""
        value = self.get(name)
        if value in (None, ""):
            return None
        if not isinstance(value, dict):
            raise bad_request(f"Object expected as {_JSON_FIELDS[name]}")
        return value


@dataclass(slots=True)
class Call:
    """One request to a method, kept in the log with its answer."""

    seq: int
    method: str
    params: Params
    files: dict[str, Upload]
    state: "State" = field(repr=False)
    started: float = field(default_factory=time.monotonic)
    status: int = 0
    description: str = ""
    result: object = None
    delivered: bool = True

    @property
    def ok(self) -> bool:
        """True if the call took effect and was answered so."""
        return self.status == 200

    @property
    def chat_id(self) -> int | None:
        """The chat the call names by number, if it names one."""
        return self.params.number("chat_id") or None if "chat_id" in self.params else None

    def violate(self, rule: str, detail: str) -> None:
        """Record that the bot broke a rule."""
        self.state.violations.append(Violation(rule, self.method, detail, self.seq))


def _require_utf8(value: object) -> None:
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
