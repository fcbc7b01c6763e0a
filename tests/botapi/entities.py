"""The marked spans of a text: found and corrected as Telegram does.

Offsets and lengths count UTF-16 units. The rules are those of TDLib's `MessageEntity.cpp`: what
lies out of the text or splits a character is refused; what overlaps in a way that has no meaning
is silently dropped, merged or split, and here also reported, so that no test passes over it.
"""

import re
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

from . import utf16
from .errors import bad_request

__all__ = ["KINDS", "QUOTES", "Entity", "Report", "check_bounds", "clean", "find", "mend", "merge"]

Entity = dict[str, Any]
Report = Callable[[str, str], None]

SPLITTABLE = ("bold", "italic", "underline", "strikethrough", "spoiler")
QUOTES = ("blockquote", "expandable_blockquote")
FIXED = ("text_link", "text_mention", "custom_emoji", "date_time", "code", "pre")
HIDDEN = ("text_link", "text_mention", "code", "pre")
FOUND = ("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number")
KINDS = frozenset((*SPLITTABLE, *QUOTES, *FIXED, *FOUND))

_PATTERNS = (
    ("url", re.compile(r"\bhttps?://[^\s<>\"]+[^\s<>\".,:;!?)\]}']", re.IGNORECASE)),
    ("email", re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,8}\b", re.IGNORECASE)),
    ("mention", re.compile(r"(?<!\w)@[A-Za-z0-9_]{4,32}(?!\w)")),
    (
        "bot_command",
        re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])"),
    ),
    ("hashtag", re.compile(r"(?<![\w#])#(?=\d*[^\W\d])\w{1,256}(?![\w#])")),
)
# TDLib's clean_input_string: these vanish, other control characters become a space.
_VANISH = {0x0D, 0x030A, 0x0333, 0x033F, *range(0x2028, 0x202F)}


def find(text: str) -> list[Entity]:
    """The commands, mentions, tags and addresses of a text, in order, none overlapping."""
    spans = sorted(
        (match.start(), rank, match.end(), kind)
        for rank, (kind, pattern) in enumerate(_PATTERNS)
        for match in pattern.finditer(text)
    )
    found: list[Entity] = []
    reached = 0
    for start, _, end, kind in spans:
        if start >= reached:
            offset = utf16.length(text[:start])
            found.append({"type": kind, "offset": offset, "length": utf16.length(text[start:end])})
            reached = end
    return found


def check_bounds(text: str, entities: Iterable[Entity]) -> None:
    """Refuse the first entity that leaves the text or splits a character."""
    size = utf16.length(text)
    for entity in entities:
        start, end = entity["offset"], _end(entity)
        if start < 0 or start > 1_000_000:
            raise bad_request(f"receive an entity with incorrect offset {start}")
        if entity["length"] < 0 or entity["length"] > 1_000_000:
            raise bad_request(f"receive an entity with incorrect length {entity['length']}")
        if entity["length"] == 0:
            continue
        if start >= size:
            raise bad_request(f"entity begins after the end of the text at UTF-16 offset {start}")
        if end > size:
            raise bad_request(
                f"entity beginning at UTF-16 offset {start} ends after the end of the text "
                f"at UTF-16 offset {end}"
            )
        if utf16.splits_pair(text, start):
            raise bad_request(
                f"entity begins in a middle of a UTF-16 symbol at UTF-16 offset {start}"
            )
        if utf16.splits_pair(text, end):
            raise bad_request(
                f"entity beginning at UTF-16 offset {start} ends in a middle of a UTF-16 symbol "
                f"at UTF-16 offset {end}"
            )


def mend(entities: Iterable[Entity], report: Report) -> list[Entity]:
    """The entities without forbidden overlaps, each correction reported, in order."""
    ordered = sorted(entities, key=_order)
    fixed = _drop_overlapping([e for e in ordered if e["type"] in FIXED], report)
    quotes = _drop_overlapping([e for e in ordered if e["type"] in QUOTES], report)
    kept = [*quotes]
    for entity in fixed:
        if any(_crosses(entity, quote) or _holds(entity, quote) for quote in quotes):
            report("entity nesting", f"{entity['type']} around or across a block quote: dropped")
        else:
            kept.append(entity)
    kept += _split([e for e in ordered if e["type"] in SPLITTABLE], kept, report)
    return sorted(kept, key=_order)


def merge(entities: list[Entity], found: Iterable[Entity]) -> list[Entity]:
    """The sender's entities with those found in the text, where these may stand."""
    fixed = [e for e in entities if e["type"] in FIXED]
    quotes = [e for e in entities if e["type"] in QUOTES]
    added = [
        entity
        for entity in found
        if not any(_touches(entity, other) for other in fixed)
        and not any(_crosses(entity, quote) or _holds(entity, quote) for quote in quotes)
    ]
    return sorted([*entities, *added], key=_order)


def clean(text: str, entities: Iterable[Entity]) -> tuple[str, list[Entity]]:
    """The text as the server keeps it (control characters, outer spaces), offsets moved along."""
    kept: list[str] = []
    moved: list[int] = []
    position = 0
    for character in text:
        size = 2 if ord(character) > 0xFFFF else 1
        moved += [position] * size
        if ord(character) in _VANISH:
            continue
        kept.append(" " if ord(character) < 0x20 and character != "\n" else character)
        position += size
    moved.append(position)
    cleaned = "".join(kept)
    spans = _shrink(cleaned, [_moved(entity, moved) for entity in entities])
    return _trim(cleaned, spans)


def _end(entity: Entity) -> int:
    return int(entity["offset"] + entity["length"])


def _order(entity: Entity) -> tuple[int, int, int]:
    rank = 0 if entity["type"] in QUOTES else 2 if entity["type"] in SPLITTABLE else 1
    return entity["offset"], -entity["length"], rank


def _touches(one: Entity, other: Entity) -> bool:
    return bool(one["offset"] < _end(other) and other["offset"] < _end(one))


def _holds(outer: Entity, inner: Entity) -> bool:
    """Return True if one entity strictly contains another."""
    return bool(
        outer["offset"] <= inner["offset"]
        and _end(inner) <= _end(outer)
        and inner["length"] < outer["length"]
    )


def _crosses(one: Entity, other: Entity) -> bool:
    if not _touches(one, other):
        return False
    same = one["offset"] == other["offset"] and one["length"] == other["length"]
    return not (same or _holds(one, other) or _holds(other, one))


def _drop_overlapping(entities: list[Entity], report: Report) -> list[Entity]:
    kept: list[Entity] = []
    for entity in entities:
        if kept and entity["offset"] < _end(kept[-1]):
            report("entity nesting", f"{entity['type']} inside {kept[-1]['type']}: dropped")
        else:
            kept.append(entity)
    return kept


def _split(entities: list[Entity], others: list[Entity], report: Report) -> list[Entity]:
    """Bold and its like, merged where they overlap and split where another entity begins."""
    merged: dict[str, list[Entity]] = {}
    for entity in entities:
        same = merged.setdefault(entity["type"], [])
        if same and entity["offset"] <= _end(same[-1]):
            if entity["offset"] < _end(same[-1]):
                report("entity overlap", f"{entity['type']} overlaps itself: merged")
            end = max(_end(same[-1]), _end(entity))
            same[-1] = {**same[-1], "length": end - same[-1]["offset"]}
        else:
            same.append(dict(entity))
    pieces: list[Entity] = []
    for entity in (entity for same in merged.values() for entity in same):
        marks = {point for other in others for point in (other["offset"], _end(other))}
        marks |= {e["offset"] for same in merged.values() for e in same if _crosses(e, entity)}
        start, end = entity["offset"], _end(entity)
        points = [start, *sorted(mark for mark in marks if start < mark < end), end]
        for start, end in pairwise(points):
            piece = {**entity, "offset": start, "length": end - start}
            if any(o["type"] in ("code", "pre") and _touches(o, piece) for o in others):
                report("entity nesting", f"{entity['type']} inside code: dropped")
            else:
                pieces.append(piece)
    return pieces


def _moved(entity: Entity, moved: list[int]) -> Entity:
    start = moved[entity["offset"]]
    return {**entity, "offset": start, "length": moved[_end(entity)] - start}


def _shrink(text: str, entities: list[Entity]) -> list[Entity]:
    """Entities without leading space, and none of space only."""
    kept = []
    for entity in entities:
        inner = utf16.cut(text, entity["offset"], entity["length"])
        lead = len(inner) - len(inner.lstrip(" \n"))
        if entity["type"] in HIDDEN:
            lead = 0
        if lead < len(inner):
            kept.append(
                {**entity, "offset": entity["offset"] + lead, "length": entity["length"] - lead}
            )
    return kept


def _trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    text = text.rstrip(" \n")
    size = utf16.length(text)
    inside = [e for e in entities if e["offset"] < size]
    cut = [{**e, "length": min(_end(e), size) - e["offset"]} for e in inside]
    lead = len(text) - len(text.lstrip(" \n"))
    lead = min([lead, *(e["offset"] for e in cut)])
    return text[lead:], [{**e, "offset": e["offset"] - lead} for e in cut]
