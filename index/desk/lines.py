"""Golden questions as lines of a file."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from index.desk.evaluate import Golden
from index.errors import GoldenError

__all__ = ["lines", "parse", "read", "read_off_topic", "split"]

_FORM = '{"question": "…", "document": "…", "text": "…"} or {"question": "…"}'


def read(path: Path) -> list[Golden]:
    """Read golden questions, one JSON object per line; GoldenError names a wrong line."""
    golden = [parse(line, f"{path}, line {number}") for number, line in lines(path)]
    if not golden:
        raise GoldenError(
            f"{path}: no questions; write one JSON object a line", "golden_none", path=path
        )
    return golden


def parse(line: str, where: str) -> Golden:
    """Parse the golden question in one line; GoldenError names the place and the wrong field."""
    try:
        return Golden.model_validate_json(line)
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in detail["loc"])
        if detail["type"] == "extra_forbidden":
            raise GoldenError(
                f"{where}: there is no key {field}; write {_FORM}",
                "golden_key",
                where=where,
                key=field,
            ) from None
        reason = detail["msg"].removeprefix("Value error, ")
        reason = f"{field}: {reason}" if field else reason
        raise GoldenError(
            f"{where}: {reason}; write {_FORM}",
            "golden_line",
            where=where,
            reason=reason,
        ) from None


def read_off_topic(path: Path) -> list[Golden]:
    """Read questions that the documents do not answer, from a file with one per line."""
    return [Golden(question=line, kind="off") for _, line in lines(path)]


def lines(path: Path) -> list[tuple[int, str]]:
    """Return the non-empty lines of a UTF-8 file with their numbers; else GoldenError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise GoldenError(
            f"{path}: {error.strerror}; name a file of golden questions",
            "golden_name",
            path=path,
            reason=error.strerror,
        ) from None
    return split(content, str(path))


def split(content: bytes, where: str) -> list[tuple[int, str]]:
    """Return the non-empty lines of UTF-8 text with their numbers; else GoldenError, which names
    the place.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise GoldenError(
            f"{where}: not UTF-8; save it as UTF-8", "golden_encoding", path=where
        ) from None
    # not splitlines: other characters that end a line may be part of a document's words
    numbered = enumerate(text.split("\n"), start=1)
    return [(number, line.strip()) for number, line in numbered if line.strip()]
