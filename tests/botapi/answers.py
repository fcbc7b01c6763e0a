"""Methods that answer pressed buttons, inline queries and guest messages."""

import re
import time

from . import buttons, links
from .calls import Call
from .errors import QUERY_TOO_OLD, bad_request
from .limits import check_text
from .messages import Json
from .queries import Answer, InlineAnswer, post_inline

__all__ = ["METHODS", "answer_callback_query", "answer_guest_query", "answer_inline_query"]

ANSWER_TEXT = 200
RESULTS = 50
RESULT_ID = 64  # bytes
NEXT_OFFSET = 64  # bytes


def answer_callback_query(call: Call) -> bool:
    """Answer a pressed button; only once, and only while it is young."""
    press = call.state.presses.get(call.params.text("callback_query_id"))
    if press is None:
        raise bad_request(QUERY_TOO_OLD)
    if press.answers:
        if any(earlier.delivered for earlier in press.calls):
            call.violate("callback answered twice", f"the button {press.data!r}")
        raise bad_request(QUERY_TOO_OLD)
    if time.monotonic() - press.created > call.state.lifetimes.callback:
        raise bad_request(QUERY_TOO_OLD)
    text = call.params.text("text")
    if len(text) > ANSWER_TEXT:
        call.violate("callback answer length", f"{len(text)} characters, at most {ANSWER_TEXT}")
        raise bad_request("MESSAGE_TOO_LONG")
    url = call.params.text("url")
    if url and not links.start_parameters(url, call.state.bot["username"]):
        call.violate("callback address", f"{url!r} does not open the bot")
        raise bad_request("URL_INVALID")
    press.answers.append(
        Answer(text, call.params.flag("show_alert"), url, call.params.number("cache_time"))
    )
    press.calls.append(call)
    return True


def answer_inline_query(call: Call) -> bool:
    """Offer results below what a person types."""
    query = call.state.inline_queries.get(call.params.text("inline_query_id"))
    age = time.monotonic() - query.created if query else 0.0
    if query is None or query.answer is not None or age > call.state.lifetimes.inline:
        raise bad_request(QUERY_TOO_OLD)
    results = call.params.array("results") or []
    if len(results) > RESULTS:
        call.violate("inline results", f"{len(results)}, at most {RESULTS}")
        raise bad_request("RESULTS_TOO_MUCH")
    _check_ids(call, results)
    if len(call.params.text("next_offset").encode()) > NEXT_OFFSET:
        call.violate("inline results", f"next_offset over {NEXT_OFFSET} bytes")
        raise bad_request("NEXT_OFFSET_INVALID")
    button = call.params.object("button")
    if button is not None:
        _check_button(call, button)
    query.answer = InlineAnswer(
        [_result(call, result) for result in results],
        call.params.number("cache_time", 300),
        call.params.flag("is_personal"),
        call.params.text("next_offset"),
        button,
    )
    return True


def answer_guest_query(call: Call) -> Json:
    """Answer a message that named the bot in a chat that it is not in; once."""
    query = call.state.guest_queries.get(call.params.text("guest_query_id"))
    age = time.monotonic() - query.created if query else 0.0
    if query is None or query.answer is not None or age > call.state.lifetimes.guest:
        raise bad_request(QUERY_TOO_OLD)
    result = call.params.object("result")
    if result is None:
        raise bad_request("result isn't specified")
    _check_ids(call, [result])
    query.answer = post_inline(call.state, _result(call, result))
    return {"inline_message_id": query.answer.inline_id}


def _check_ids(call: Call, results: list[Json]) -> None:
    ids = [str(result.get("id", "")) for result in results]
    for result_id in ids:
        if not result_id:
            call.violate("inline result id", "a result without an id")
            raise bad_request("RESULT_ID_EMPTY")
        if len(result_id.encode()) > RESULT_ID:
            call.violate("inline result id", f"{len(result_id.encode())} bytes, at most 64")
            raise bad_request("RESULT_ID_INVALID")
    if len(set(ids)) < len(ids):
        call.violate("inline result id", "two results with one id")
        raise bad_request("RESULT_ID_DUPLICATE")


def _check_button(call: Call, button: Json) -> None:
    if not button.get("text"):
        raise bad_request("SWITCH_PM_TEXT_EMPTY")
    parameter = button.get("start_parameter")
    if parameter is None:
        call.violate("not covered", "a results button that opens no chat")
        raise bad_request("BUTTON_TYPE_INVALID")
    if not links.valid_start(str(parameter)):
        call.violate("start parameter", f"{parameter!r}: 1 to 64 of A-Z, a-z, 0-9, _, -")
        raise bad_request("START_PARAM_INVALID" if parameter else "START_PARAM_EMPTY")


def _result(call: Call, result: Json) -> Json:
    """A result as the server keeps it, with its text and buttons checked."""
    kind = result.get("type")
    content = result.get("input_message_content")
    if kind != "article" or not isinstance(content, dict) or "message_text" not in content:
        call.violate("not covered", f"an inline result of type {kind!r} without a text")
        raise bad_request("can't parse inline query result")
    if not result.get("title"):
        call.violate("inline result", "an article without a title")
        raise bad_request("ARTICLE_TITLE_EMPTY")
    if content.get("parse_mode"):
        call.violate("parse mode", f"{content['parse_mode']}: only entities are allowed")
        raise bad_request("unsupported parse_mode")
    if (url := result.get("url")) and not re.match(r"https?://", str(url)):
        call.violate("link address", f"{url!r} of an inline result")
        raise bad_request("WEBDOCUMENT_URL_INVALID")
    text, entities = check_text(call, str(content["message_text"]), content.get("entities"))
    kept = {**result, "input_message_content": {**content, "message_text": text}}
    kept["input_message_content"]["entities"] = entities
    if result.get("reply_markup"):
        kept["reply_markup"] = buttons.check(call, result["reply_markup"], inline_only=True)
    return kept


METHODS = {
    "answerCallbackQuery": answer_callback_query,
    "answerGuestQuery": answer_guest_query,
    "answerInlineQuery": answer_inline_query,
}
