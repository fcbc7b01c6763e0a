"""The front matter of a Markdown file: YAML between lines of hyphens, TOML between plus signs.

Each field is read by itself, so that one that is broken, nested or expensive costs only itself.
Only the fields named here are read.
"""

from __future__ import annotations

import datetime
import re
import textwrap
import tomllib
from contextlib import suppress
from dataclasses import dataclass

import yaml

__all__ = ["FrontMatter", "take"]

_MOST = 65_536  # characters between the fences; longer text is not front matter
_LONGEST = 1_000  # characters of one field
_FENCE = re.compile(r"\ufeff?(---|\+\+\+)[ \t]*\r?\n")
_READ = ("title", "date", "language", "lang", "url")
_END = {
    "---": re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.M),
    "+++": re.compile(r"^\+\+\+[ \t]*(?:\r?\n|\Z)", re.M),
}
_KEY = {
    "---": re.compile(r"[\"']?([\w$@.-]+(?: [\w$@.-]+){0,2})[\"']?[ \t]*:(?=\s|$)"),
    "+++": re.compile(r"[\"']?([\w.-]+)[\"']?[ \t]*="),
}


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The facts that a document states about itself; None for what is missing or cannot be read."""

    title: str | None = None
    date: datetime.date | None = None
    language: str | None = None
    url: str | None = None


def take(text: str) -> tuple[FrontMatter, str]:
    """Return the front matter of `text`, empty if there is none, and the text after it."""
    fence = _FENCE.match(text)
    if not fence:
        return FrontMatter(), text
    kind = fence.group(1)
    end = _END[kind].search(text, fence.end(), fence.end() + _MOST)
    if not end:
        return FrontMatter(), text
    fields = _fields(textwrap.dedent(text[fence.end() : end.start()]).splitlines(), kind)
    if fields is None:
        # a text that merely begins with a rule
        return FrontMatter(), text
    read = _yaml if kind == "---" else _toml
    values = {key: read(fields[key]) for key in _READ if key in fields}
    found = FrontMatter(
        title=_title(values.get("title")),
        date=_day(values.get("date")),
        language=_language(values.get("language")) or _language(values.get("lang")),
        url=_url(values.get("url")),
    )
    return found, text[end.end() :]


def _fields(lines: list[str], kind: str) -> dict[str, str] | None:
    """Return the lines of each field under its name; None if this is not a list of fields."""
    fields: dict[str, str] = {}
    name = ""
    others = 0
    for line in lines:
        # YAML knows no tabs; a field set in by one is a field
        set_in = line.startswith("\t") and fields.get(name, ":").partition(":")[2].strip()
        line = line.lstrip("\t") if set_in else line
        key = _KEY[kind].match(line)
        if key:
            name = key.group(1).lower()
            fields[name] = line
        elif name and (not line.strip() or line[0] in " \t-]})#["):
            # a field may continue, and a list may start at the margin
            if len(fields[name]) < _LONGEST:
                fields[name] += "\n" + line
        elif line.strip() and not line.startswith(("#", "[")):
            others += 1
            if not name:
                return None
    return fields if others < len(fields) or not any(map(str.strip, lines)) else None


def _yaml(chunk: str) -> object:
    words = chunk.partition(":")[2].strip()
    if re.match(r"\*\w+$|\{\{", words):
        # an alias of another field, or the blank of a template
        return None
    with suppress(yaml.YAMLError, ValueError, RecursionError):
        # the base loader makes only strings
        loaded = yaml.load(chunk[:_LONGEST], Loader=yaml.BaseLoader)  # noqa: S506
        return next(iter(loaded.values())) if isinstance(loaded, dict) else None
    # a colon or a character that YAML reserves
    return None if "\n" in words or words[:1] in "[{" else words.strip("\"'")


def _toml(chunk: str) -> object:
    with suppress(ValueError, RecursionError):
        return next(iter(tomllib.loads(chunk[:_LONGEST]).values()), None)
    return None


def _title(value: object) -> str | None:
    if not isinstance(value, str) or not _is_text(value):
        return None
    return " ".join(value.split()) or None


_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)|(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)")


def _day(value: object) -> datetime.date | None:
    """Return the day of a date in the order year, month, day, or with points: day, month, year."""
    if match := _DAY.match(str(value) if not isinstance(value, str) else value.strip()):
        year, month, day = match.group(1, 2, 3) if match.group(1) else match.group(6, 5, 4)
        with suppress(ValueError):
            return datetime.date(int(year), int(month), int(day))
    return None


def _language(value: object) -> str | None:
    match = re.fullmatch(r"([a-z]{2})(?:[-_]\w{2,8})*", str(value or "").strip().lower())
    return match.group(1) if match else None


def _url(value: object) -> str | None:
    if isinstance(value, str) and _is_text(value):
        match = re.fullmatch(r"https?://\S+", value.strip())
        return match.group() if match else None
    return None


def _is_text(value: str) -> bool:
    """Return True if a value holds no half of a surrogate pair and no invisible characters."""
    return not any("\ud800" <= sign <= "\udfff" for sign in value)
