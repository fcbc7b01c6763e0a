"""The limits of texts, their marked spans, links and quotes."""

from collections.abc import Iterable

from . import entities as spans
from . import links, utf16
from .calls import Call
from .entities import Entity
from .errors import ApiError, bad_request
from .messages import Json, Message

__all__ = [
    "CAPTION",
    "ENTITIES",
    "LINK_BYTES",
    "QUOTE",
    "TEXT",
    "check_quote",
    "check_start_links",
    "check_text",
]

TEXT = 4096  # https://core.telegram.org/bots/api#sendmessage
CAPTION = 1024
QUOTE = 1024
ENTITIES = 100  # TDLib's MAX_USER_ENTITY_COUNT: what is above it is dropped without a word
# Telegram answers ENTITIES_TOO_LONG at a size it does not publish; this is the budget of our bot.
LINK_BYTES = 6 * 1024
_QUOTE_KINDS = ("bold", "italic", "underline", "strikethrough", "spoiler", "custom_emoji")


def check_text(
    call: Call, text: str, entities: Iterable[Json] | None, limit: int = TEXT
) -> tuple[str, list[Entity]]:
    """The text and spans as Telegram would keep them; a 400 where it would refuse them."""
    given = _parsed(call, entities or [])
    if not text.strip():
        call.violate("text length", "the text is empty")
        raise bad_request("message text is empty")
    try:
        spans.check_bounds(text, given)
    except ApiError as error:
        call.violate("entity bounds", str(error))
        raise
    given = [entity for entity in given if entity["length"] > 0]
    kept, mended = spans.clean(text, spans.mend(given, call.violate))
    if not kept:
        call.violate("text length", "the text is of spaces only")
        raise bad_request("message text is empty")
    size = utf16.length(kept)
    if size > limit:
        call.violate("text length", f"{size} UTF-16 units, at most {limit}")
        word = "message" if limit == TEXT else "message caption"
        raise bad_request(f"{word} is too long")
    if len(mended) > ENTITIES:
        call.violate("entity count", f"{len(mended)}, at most {ENTITIES}: the rest is dropped")
        mended = mended[:ENTITIES]
    _check_links(call, mended)
    call.state.said.append((text, given))
    return kept, spans.merge(mended, spans.find(kept))


def check_quote(call: Call, replied: Message, parameters: Json) -> Json | None:
    """The quote of a reply as the message will show it; a 400 if the original does not have it."""
    quote = str(parameters.get("quote", ""))
    if parameters.get("quote_parse_mode"):
        call.violate("parse mode", "quote_parse_mode: only entities are allowed")
        raise bad_request("unsupported parse_mode")
    given = _parsed(call, parameters.get("quote_entities") or [])
    spans.check_bounds(quote, given)
    quote, given = spans.clean(quote, given)
    if not quote:
        return None
    if utf16.length(quote) > QUOTE:
        call.violate("quote length", f"{utf16.length(quote)} UTF-16 units, at most {QUOTE}")
        raise bad_request("QUOTE_TEXT_INVALID")
    wanted = int(parameters.get("quote_position") or 0)
    marked = [e for e in given if e["type"] in _QUOTE_KINDS]
    places = [p for p in _places(replied.text, quote) if _marked(replied, p, quote) == marked]
    if not places:
        raise bad_request("QUOTE_TEXT_INVALID")
    found: Json = {
        "text": quote,
        "position": min(places, key=lambda place: abs(place - wanted)),
        "is_manual": True,
    }
    return {**found, "entities": marked} if marked else found


def check_start_links(call: Call, addresses: Iterable[str]) -> None:
    """Record every link into the bot whose start parameter Telegram would not pass on."""
    for address in addresses:
        for parameter in links.start_parameters(address, call.state.bot["username"]):
            if not links.valid_start(parameter):
                call.violate("start parameter", f"{parameter!r}: 1 to 64 of A-Z, a-z, 0-9, _, -")


def _parsed(call: Call, entities: Iterable[Json]) -> list[Entity]:
    kept = []
    for entity in entities:
        if not isinstance(entity, dict) or "type" not in entity:
            raise bad_request("can't parse MessageEntity: object expected")
        if not isinstance(entity.get("offset"), int) or not isinstance(entity.get("length"), int):
            raise bad_request("can't parse MessageEntity: offset and length must be of type Number")
        if entity["type"] not in spans.KINDS:
            call.violate("entity type", f"{entity['type']!r} is unknown: dropped")
        elif entity["type"] in spans.FOUND:
            call.violate("entity type", f"{entity['type']} is found by the server: dropped")
        else:
            kept.append(_checked(call, dict(entity)))
    return kept


def _checked(call: Call, entity: Entity) -> Entity:
    if entity["type"] != "text_link":
        return entity
    if not isinstance(entity.get("url"), str):
        call.violate("link address", "a text_link without an address")
        raise bad_request("can't parse MessageEntity: can't find field \"url\"")
    try:
        return {**entity, "url": links.check_link(entity["url"])}
    except ValueError as reason:
        call.violate("link address", f"{entity['url']!r}: {reason}")
        raise bad_request(f"entity URL '{entity['url']}' is invalid: {reason}") from None


def _check_links(call: Call, entities: list[Entity]) -> None:
    addresses = [str(entity["url"]) for entity in entities if entity["type"] == "text_link"]
    size = sum(len(address.encode()) for address in addresses)
    if size > LINK_BYTES:
        call.violate("link bytes", f"{size} bytes of addresses, at most {LINK_BYTES}")
        raise bad_request("ENTITIES_TOO_LONG")
    check_start_links(call, addresses)


def _places(text: str, quote: str) -> list[int]:
    places = []
    start = text.find(quote)
    while start >= 0:
        places.append(utf16.length(text[:start]))
        start = text.find(quote, start + 1)
    return places


def _marked(replied: Message, place: int, quote: str) -> list[Entity]:
    """The bold and its like of the replied text inside the quote, as offsets in the quote."""
    end = place + utf16.length(quote)
    marked = []
    for entity in replied.entities:
        first = max(entity["offset"], place)
        last = min(entity["offset"] + entity["length"], end)
        if entity["type"] in _QUOTE_KINDS and first < last:
            marked.append({**entity, "offset": first - place, "length": last - first})
    return marked
