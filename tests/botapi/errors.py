"""The refusals of the Bot API, in the words of the real server.

The wordings are those of the public server (github.com/tdlib/telegram-bot-api, `Client.cpp`) and
of TDLib below it: a code, a description beginning with the code's name, and at times parameters.
"""

from typing import Any

__all__ = [
    "MESSAGE_NOT_MODIFIED",
    "QUERY_TOO_OLD",
    "ApiError",
    "bad_request",
    "conflict",
    "forbidden",
    "too_many_requests",
]

MESSAGE_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


class ApiError(Exception):
    """A refusal, with the JSON form the client receives."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        """Take the code, the whole description and the response parameters."""
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The answer's JSON object."""
        answer: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad_request(reason: str) -> ApiError:
    """A 400 with the server's prefix."""
    return ApiError(400, f"Bad Request: {reason}")


def conflict(reason: str) -> ApiError:
    """A 409 with the server's prefix."""
    return ApiError(409, f"Conflict: {reason}")


def forbidden(reason: str) -> ApiError:
    """A 403 with the server's prefix."""
    return ApiError(403, f"Forbidden: {reason}")


def too_many_requests(seconds: int) -> ApiError:
    """A 429 that names the seconds to wait."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
