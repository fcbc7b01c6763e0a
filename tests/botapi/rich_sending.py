"""The method that sends a rich message, and what it refuses."""

from . import utf16
from .buttons import check_markup
from .calls import Call
from .errors import bad_request
from .messages import Json
from .rich import flat
from .sending import place

__all__ = ["METHODS", "MOST", "check_rich", "send_rich_message"]

MOST = 32_768  # characters of a rich message, https://core.telegram.org/bots/api#sendrichmessage

_SENT = frozenset(
    (
        "paragraph",
        "heading",
        "list",
        "table",
        "blockquote",
        "expandable_blockquote",
        "pullquote",
        "details",
        "pre",
        "footer",
        "divider",
    )
)
_ALIGNED = {"align": ("left", "center", "right"), "valign": ("top", "middle", "bottom")}


def check_rich(call: Call) -> Json:
    """The rich message of a call as the server keeps it; a 400 if it would refuse it."""
    given = call.params.object("rich_message")
    if given is None:
        raise bad_request("rich_message isn't specified")
    forms = [name for name in ("blocks", "html", "markdown") if given.get(name)]
    if forms != ["blocks"]:
        call.violate("rich message", f"{forms}: this bot sends blocks only")
        raise bad_request("rich message must be specified in exactly one way")
    blocks = [_checked(call, block) for block in given["blocks"]]
    kept: Json = {"blocks": blocks} | ({"is_rtl": True} if given.get("is_rtl") else {})
    text = flat(kept)
    if not text.strip():
        raise bad_request("message text is empty")
    if utf16.length(text) > MOST:
        call.violate("rich message length", f"{utf16.length(text)}, at most {MOST}")
        raise bad_request("RICH_MESSAGE_TOO_LONG")
    return kept


def _checked(call: Call, block: object) -> Json:
    if not isinstance(block, dict) or block.get("type") not in _SENT:
        call.violate("rich message", f"the block {block!r} is none this server knows")
        raise bad_request("can't parse InputRichBlock: unsupported type specified")
    kept = dict(block)
    if block["type"] == "list":
        kept["items"] = [
            {
                **item,
                "label": f"{item.get('value', number)}." if item.get("type") else "•",
                "blocks": [_checked(call, inner) for inner in item["blocks"]],
            }
            for number, item in enumerate(block["items"], 1)
        ]
    elif block["type"] == "table":
        _check_cells(call, block.get("cells"))
    elif "blocks" in block:
        kept["blocks"] = [_checked(call, inner) for inner in block["blocks"]]
    return kept


def _check_cells(call: Call, cells: object) -> None:
    if not isinstance(cells, list) or not cells or not all(cells):
        call.violate("rich message", "a table without cells")
        raise bad_request("can't parse InputRichBlockTable: cells must be non-empty")
    for cell in (cell for row in cells for cell in row):
        for name, allowed in _ALIGNED.items():
            if cell.get(name) not in allowed:
                call.violate("rich message", f"a cell with {name} {cell.get(name)!r}")
                raise bad_request(f'can\'t parse RichBlockTableCell: field "{name}" is invalid')


def send_rich_message(call: Call) -> Json:
    """Send a rich message."""
    chat = call.state.chat(call.params.get("chat_id"))
    chat.check_access()
    return place(call, chat, {"rich_message": check_rich(call)}, check_markup(call)).raw


METHODS = {"sendRichMessage": send_rich_message}
