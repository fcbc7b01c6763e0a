"""The limits of keyboards and their buttons."""

from typing import Any

from . import links
from .calls import Call
from .errors import ApiError, bad_request
from .limits import check_start_links
from .messages import Json

__all__ = ["BUTTONS", "BUTTONS_IN_ROW", "CALLBACK_DATA", "COPY_TEXT", "check_markup"]

CALLBACK_DATA = 64  # bytes
COPY_TEXT = 256  # characters
BUTTONS = 100  # undocumented, known to clients
BUTTONS_IN_ROW = 8
PLACEHOLDER = 64
INLINE_QUERY = 256

_ACTIONS = (
    "url",
    "callback_data",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "disabled",
)
_NOT_COVERED = ("callback_game", "login_url", "pay", "web_app")


def check_markup(call: Call, *, inline_only: bool = False) -> Json | None:
    """The reply markup as Telegram would keep it, None without one; a 400 if it is refused."""
    markup = call.params.object("reply_markup")
    return None if not markup else check(call, markup, inline_only=inline_only)


def check(call: Call, markup: Json, *, inline_only: bool = False) -> Json | None:
    """As `check_markup`, for a markup that stands elsewhere than in the parameters."""
    if "inline_keyboard" in markup:
        kept = _inline(call, markup["inline_keyboard"])
        # since Bot API 10.3 a request for a reply may stand beside buttons
        return kept and (kept | {"force_reply": True} if markup.get("force_reply") else kept)
    if inline_only:
        raise bad_request("inline keyboard expected")
    placeholder = str(markup.get("input_field_placeholder") or "")
    if len(placeholder) > PLACEHOLDER:
        call.violate("placeholder", f"{len(placeholder)} characters, at most {PLACEHOLDER}")
        raise bad_request("INPUT_FIELD_PLACEHOLDER_INVALID")
    if markup.get("keyboard"):
        for row in _rows(markup["keyboard"], "keyboard"):
            for button in row:
                if not (button if isinstance(button, str) else button.get("text")):
                    raise bad_request("keyboard button text must be non-empty")
    elif not (markup.get("remove_keyboard") or markup.get("force_reply")):
        return None
    return markup


def _inline(call: Call, keyboard: object) -> Json | None:
    kept = []
    for row in _rows(keyboard, "inline_keyboard"):
        if len(row) > BUTTONS_IN_ROW:
            call.violate("button count", f"{len(row)} in a row, at most {BUTTONS_IN_ROW}")
        checked = [_button(call, button) for button in row[:BUTTONS_IN_ROW]]
        if checked:
            kept.append(checked)
    if sum(map(len, kept)) > BUTTONS:
        call.violate("button count", f"{sum(map(len, kept))}, at most {BUTTONS}")
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": kept} if kept else None


def _rows(keyboard: object, name: str) -> list[list[Any]]:
    if not isinstance(keyboard, list) or not all(isinstance(row, list) for row in keyboard):
        raise bad_request(f'field "{name}" of the InlineKeyboardMarkup must be an Array of Arrays')
    return keyboard


def _button(call: Call, button: object) -> Json:
    if not isinstance(button, dict):
        raise _unreadable("InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        call.violate("button text", "a button without a label")
        raise _unreadable('field "text" must be non-empty')
    for name in _NOT_COVERED:
        if name in button:
            call.violate("not covered", f"a button with {name}")
            raise bad_request("BUTTON_TYPE_INVALID")
    actions = [name for name in _ACTIONS if _given(button, name)]
    if not actions:
        call.violate("button action", f"{button['text']!r} does nothing")
        raise _unreadable("Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        call.violate("button action", f"{button['text']!r} has {' and '.join(actions)}")
    if button.get("style") not in (None, "primary", "success", "danger"):
        call.violate("button style", f"{button['style']!r} is unknown")
        raise bad_request("BUTTON_STYLE_INVALID")
    return _with_action(call, dict(button), actions[0])


def _given(button: Json, name: str) -> bool:
    if name in ("url", "callback_data"):
        return bool(button.get(name))
    return button.get(name) is not None


def _with_action(call: Call, button: Json, action: str) -> Json:
    value = button[action]
    if action == "callback_data":
        if len(str(value).encode()) > CALLBACK_DATA:
            call.violate("callback data", f"{len(str(value).encode())} bytes, at most 64")
            raise bad_request("BUTTON_DATA_INVALID")
    elif action == "url":
        try:
            button["url"] = links.check_link(str(value))
        except ValueError as reason:
            call.violate("button address", f"{value!r}: {reason}")
            raise bad_request(
                f"inline keyboard button URL '{value}' is invalid: {reason}"
            ) from None
        check_start_links(call, [button["url"]])
    elif action == "copy_text":
        text = value.get("text") if isinstance(value, dict) else None
        if not isinstance(text, str) or not 1 <= len(text) <= COPY_TEXT:
            call.violate("copy text", f"{len(text or '')} characters, 1 to {COPY_TEXT}")
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    elif action == "disabled":
        if value != {}:
            call.violate("disabled button", f"{value!r} is no empty object")
            raise bad_request("can't parse DisabledButton")
    else:
        _check_switch(call, action, value)
    return button


def _check_switch(call: Call, action: str, value: object) -> None:
    query = value
    if action == "switch_inline_query_chosen_chat":
        if not isinstance(value, dict):
            raise _unreadable(f'field "{action}" must be of type Object')
        kinds = ("user", "bot", "group", "channel")
        if not any(value.get(f"allow_{kind}_chats") for kind in kinds):
            call.violate("button action", f"{action} allows no kind of chat")
            raise bad_request("at least one chat type must be allowed")
        query = value.get("query", "")
    if not isinstance(query, str):
        raise _unreadable(f'field "{action}" must be of type String')
    if len(query) > INLINE_QUERY:
        call.violate("inline query", f"{len(query)} characters, at most {INLINE_QUERY}")
        raise bad_request("BUTTON_DATA_INVALID")
    if not call.state.bot.get("supports_inline_queries"):
        call.violate("button action", f"{action}, but the bot's inline mode is off")
        raise bad_request("BUTTON_TYPE_INVALID")


def _unreadable(reason: str) -> ApiError:
    return bad_request(f"can't parse inline keyboard button: {reason}")
