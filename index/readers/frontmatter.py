"""The front matter of a Markdown file: YAML between two lines of three hyphens."""

from __future__ import annotations

import datetime
import re
from typing import Annotated

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from index.errors import DocumentError

__all__ = ["FrontMatter", "take"]

_BLOCK = re.compile(
    r"\A\ufeff?---[ \t]*\r?\n(.*?)(?:\A|(?<=\n))(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.S
)


def _day(value: object) -> object:
    return value.date() if isinstance(value, datetime.datetime) else value


class FrontMatter(BaseModel):
    """What a document says of itself; fields not named here are its author's own."""

    model_config = ConfigDict(extra="ignore", frozen=True, str_strip_whitespace=True)

    title: str | None = None
    date: Annotated[datetime.date | None, BeforeValidator(_day)] = None
    language: Annotated[str, StringConstraints(to_lower=True, pattern=r"^[a-zA-Z]{2}")] | None = (
        None
    )
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = None


def take(text: str) -> tuple[FrontMatter, str]:
    """The front matter of `text`, empty if there is none, and the text after it.

    Raises DocumentError where it is not YAML or a field is not what it should be.
    """
    match = _BLOCK.match(text)
    if not match:
        return FrontMatter(), text
    try:
        fields = yaml.safe_load(match.group(1)) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 2}" if mark else ""
        raise DocumentError(f"its front matter is not YAML{where}; mend or remove it") from None
    if not isinstance(fields, dict):
        # a text that merely begins with a rule
        return FrontMatter(), text
    try:
        return FrontMatter.model_validate(fields), text[match.end() :]
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = first["loc"][0]
        raise DocumentError(
            f"its front matter has {field}: {first['input']!r}; {_WANTED[field]}"
        ) from None


_WANTED: dict[object, str] = {
    "title": "write it as text, in quotation marks",
    "date": "write it as YYYY-MM-DD",
    "language": "write a two-letter code, such as en",
    "url": "write an address that begins with https://",
}
