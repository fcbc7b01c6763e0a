"""Updates of any form: none stops the polling, and the next question is answered."""

from __future__ import annotations

import asyncio
import copy
import json
from typing import Any

import httpx
import pytest
import telegram
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from telegram import Update

from bot.transport.updates import PollingRequest
from index.library import Library
from tests.bot.serving import reply_to, serving
from tests.botapi import BotApi, Chat
from tests.botapi.state import DAY

FERRIES = "When does the last ferry leave in winter?"

Json = Any

KINDS = (
    telegram.Update,
    telegram.Message,
    telegram.User,
    telegram.Chat,
    telegram.CallbackQuery,
    telegram.InlineQuery,
    telegram.MessageEntity,
    telegram.Document,
)
# fields of Bot API 10.1 to 10.3, which the library does not know
NEW = (
    *("rich_message", "blocks", "cells", "items", "label", "summary", "expression", "credit"),
    *("alternative_text", "is_rtl", "ephemeral_message_id", "receiver_user", "disabled"),
    *("new_reaction", "old_reaction", "emoji", "tasks", "guest_query_id", "is_header"),
)
FIELDS = sorted(
    {slot for kind in KINDS for slot in kind.__slots__ if not slot.startswith("_")} | set(NEW)
)

PERSON: Json = {"id": 700_000_999, "is_bot": False, "first_name": "A", "language_code": "en"}
ROOM = {"id": 700_000_999, "type": "private", "first_name": "A"}
MESSAGE = {
    "message_id": 7,
    "date": 1_700_000_000,
    "chat": ROOM,
    "from": PERSON,
    "text": "/ask@citebot_test_bot Tea?",
    "entities": [{"type": "bot_command", "offset": 0, "length": 21}],
    "reply_to_message": {"message_id": 6, "date": 1, "chat": ROOM, "text": "Tea", "quote": None},
    "quote": {"text": "Tea", "position": 0},
}
GROUP = {"id": -1_000_000_000_999, "type": "supergroup", "title": "C", "is_forum": True}
WORDS: Json = [
    "When does ",
    {"type": "bold", "text": ["the last ", {"type": "url", "text": "ferry"}]},
]
BLOCKS: Json = [
    {"type": "heading", "text": "Tea", "size": 1},
    {"type": "paragraph", "text": WORDS},
    {"type": "list", "items": [{"label": "1.", "blocks": [{"type": "paragraph", "text": WORDS}]}]},
    {"type": "table", "cells": [[{"text": WORDS, "align": "left", "is_header": True}]]},
    {"type": "details", "summary": WORDS, "blocks": [{"type": "blockquote", "blocks": []}]},
    {"type": "mathematical_expression", "expression": "x^2"},
    {"type": "photo", "photo": [], "caption": {"text": WORDS, "credit": "A"}},
]
RICH = {
    "message_id": 8,
    "date": 1,
    "chat": ROOM,
    "from": PERSON,
    "rich_message": {"blocks": BLOCKS},
}
WHISPER = MESSAGE | {
    "message_id": 0,
    "ephemeral_message_id": 3,
    "receiver_user": PERSON,
    "chat": GROUP,
}
TASKS = {"title": "Tea", "tasks": [{"id": 1, "text": "Brew", "text_entities": []}]}
ORIGIN = {"type": "hidden_user", "date": 1, "sender_user_name": "Sam"}
REACTION = {"type": "emoji", "emoji": "👍"}
QUERY = {"id": "1", "from": PERSON, "chat_instance": "1", "data": "ask:0", "message": MESSAGE}
SOUND: list[Json] = [
    {"message": MESSAGE},
    {"message": MESSAGE | {"text": "/start", "chat": ROOM | {"type": "supergroup", "title": "C"}}},
    {"edited_message": MESSAGE | {"edit_date": 1}},
    {"message": MESSAGE | {"text": None, "document": {"file_id": "1", "file_unique_id": "1"}}},
    {"callback_query": QUERY},
    {"inline_query": {"id": "1", "from": PERSON, "query": "tea", "offset": ""}},
    {"guest_message": MESSAGE | {"guest_query_id": "1"}},
    {"my_chat_member": {"chat": ROOM, "from": PERSON, "date": 1}},
    {"message": RICH},
    {"message": RICH | {"chat": GROUP, "message_thread_id": 5, "is_topic_message": True}},
    {"edited_message": RICH | {"edit_date": 2}},
    {"message": MESSAGE | {"reply_to_message": RICH, "text": "/verify", "entities": []}},
    {"message": WHISPER},
    {"callback_query": QUERY | {"message": WHISPER}},
    {"message": RICH | {"rich_message": None, "checklist": TASKS, "media_group_id": "1"}},
    {"message": RICH | {"forward_origin": ORIGIN, "caption": "Tea?", "photo": []}},
    {"message": MESSAGE | {"external_reply": {"origin": ORIGIN}, "reply_to_message": None}},
    {
        "message_reaction": {
            "chat": ROOM,
            "message_id": 7,
            "user": PERSON,
            "date": 1,
            "old_reaction": [],
            "new_reaction": [REACTION],
        }
    },
]

NASTY: list[Json] = [
    {"message": MESSAGE | {"text": text, "entities": []}}
    for text in ("/start \ud83d", "\ud800 tea?", "\x00", " ", "\u202e" * 999, "/ask " + "🍵" * 999)
] + [
    {"message": MESSAGE | {"from": PERSON | {"id": id}, "chat": ROOM | {"id": id}}}
    for id in (10**40, -(10**40), 0, 0.5, "7", True, None)
]

# a late question, which is held back by the id of its message
ODD_IDS: list[Json] = [[], {}, "7", True]
NASTY += [{"message": MESSAGE | {"message_id": odd}} for odd in ODD_IDS]

BLOCK_LISTS: list[Json] = [
    None,
    [],
    {},
    [None],
    [[]],
    [{}],
    [{"type": "hologram", "text": "Tea?"}],
    [{"type": "list", "items": [None, {"blocks": [None]}, {"blocks": {"type": "list"}}]}],
    [{"type": "table", "cells": [None, [], [None, 7, {"text": None}], {"text": "Tea"}]}],
    [{"type": "paragraph", "text": 10**40}],
    [{"type": "paragraph", "text": [[[[[{"text": {"text": [None, "Tea?"]}}]]]]]}],
    [{"type": "paragraph", "text": "🍵" * 40_000}],
]
BLOCK_HOLDERS: list[Json] = [None, [], 7, "Tea?", {}, *({"blocks": some} for some in BLOCK_LISTS)]
NASTY += [{"message": RICH | {"rich_message": given}} for given in BLOCK_HOLDERS]


def nested(depth: int) -> Json:
    """A rich message of blocks within blocks, and texts within texts."""
    text: Json = "Tea?"
    block: Json = {"type": "paragraph", "text": text}
    for _ in range(depth):
        text = [{"type": "bold", "text": text}]
        block = {"type": "blockquote", "blocks": [block, {"type": "paragraph", "text": text}]}
    return {"message": RICH | {"rich_message": {"blocks": [block]}}}


NASTY.append(nested(20))
surrogates = st.characters(categories=["Cs"])
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([0, -1, 2**31, 2**63, -(2**63) - 1, 10**40, 1e308, -0.0, 0.5]),
    st.floats(allow_nan=False),
    st.text(max_size=20),
    st.text(st.one_of(surrogates, st.characters()), max_size=5),
    st.sampled_from(["/start", "/ask", "/reindex", "ask:0", "private", "supergroup", "Tea?"]),
)
anything = st.recursive(
    st.one_of(scalars, st.sampled_from([MESSAGE, PERSON, ROOM, QUERY, RICH, WHISPER, *BLOCKS])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from([*FIELDS, "from"]), inner, max_size=6),
    ),
    max_leaves=12,
)


@st.composite
def altered(draw: st.DrawFn) -> Json:
    """A sound update with a few of its values taken away or replaced."""
    update = copy.deepcopy(draw(st.sampled_from(SOUND)))
    for _ in range(draw(st.integers(1, 3))):
        at = update
        while places := [*at] if isinstance(at, dict) else [*range(len(at))]:
            place = draw(st.sampled_from(places))
            if isinstance(at[place], dict | list) and draw(st.integers(0, 3)):
                at = at[place]
                continue
            if draw(st.integers(0, 4)):
                at[place] = copy.deepcopy(draw(st.one_of(scalars, scalars, anything)))
            else:
                del at[place]
            break
    return update


kinds = st.sampled_from([*FIELDS, "message", "callback_query"])
updates = st.one_of(
    altered(), altered(), altered(), st.dictionaries(kinds, anything, min_size=1, max_size=3)
)
quick_enough = settings(
    deadline=None,
    database=None,
    derandomize=False,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@settings(quick_enough, max_examples=3000)
@given(st.lists(st.one_of(updates, anything), max_size=4), st.booleans())
def test_whatever_is_fetched_can_be_read_and_keeps_its_place(
    bodies: list[Json], numbered: bool
) -> None:
    """What has an id keeps it, in order: the offset must move past it."""
    if numbered:
        bodies = [{**b, "update_id": n} for n, b in enumerate(bodies, 5) if isinstance(b, dict)]
    ids = [body["update_id"] for body in bodies if _has_id(body)]
    status, answer = asyncio.run(_fetch({"ok": True, "result": bodies}))
    if bodies and not ids:
        assert status == 502
        return
    read = Update.de_list(json.loads(answer)["result"], None)
    assert [update.update_id for update in read] == ids


@settings(quick_enough, max_examples=2000)
@given(st.one_of(anything, st.fixed_dictionaries({"result": anything})))
def test_whatever_is_answered_is_updates_or_a_bad_gateway(answer: Json) -> None:
    status, read = asyncio.run(_fetch(answer))
    assert status in (200, 502)
    found = json.loads(read)
    assert status == 502 or Update.de_list(found["result"], None) is not None


@pytest.mark.parametrize("depth", [200, 5_000, 100_000])
def test_an_update_that_is_too_deep_costs_itself_alone(depth: int) -> None:
    deep = b'{"update_id":6,"message":{"rich_message":' + b'{"blocks":[' * depth
    deep += rb'"]}\"",{"update_id":99}' + b"]}" * depth + b"}}"
    sound = [json.dumps({"update_id": n, "message": MESSAGE}).encode() for n in (5, 7)]
    body = b'{"ok":true,"result":[' + b",".join([sound[0], deep, sound[1]]) + b"]}"
    status, read = asyncio.run(_fetch_raw(body))
    found = json.loads(read)["result"]
    assert (status, [update["update_id"] for update in found]) == (200, [5, 6, 7])
    assert ["message" in update for update in found] == [True, False, True]


def test_no_update_stops_the_bot(api: BotApi, chat: Chat, library: Library) -> None:
    """After every batch the next question is answered."""

    @settings(quick_enough, max_examples=700)
    @example(NASTY)
    @given(st.lists(updates, min_size=3, max_size=8))
    def push(bodies: list[Json]) -> None:
        with api.state.change():
            for body in bodies:
                body.pop("update_id", None)
                api.state.updates.push(body, lifetime=DAY, queue="raw")
            question = chat.say(FERRIES)
        assert reply_to(chat, question).quotes()

    api.private(api.user("Anybody", user_id=PERSON["id"]))
    with serving(api, library):
        push()
        chat.say(FERRIES)
        assert chat.wait_reply().quotes()
    assert not api.state.updates.waiting()


async def _fetch(answer: Json) -> tuple[int, bytes]:
    """Return what a client for updates makes of this answer."""
    return await _fetch_raw(json.dumps(answer).encode())


async def _fetch_raw(body: bytes) -> tuple[int, bytes]:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=body))
    async with PollingRequest(httpx_kwargs={"transport": transport}) as request:
        return await request.do_request("http://127.0.0.1/getUpdates", "POST")


def _has_id(body: Json) -> bool:
    return isinstance(body, dict) and isinstance(body.get("update_id"), int)
