"""Updates of any form: none stops the polling, and the next question is answered."""

from __future__ import annotations

import asyncio
import copy
import json
from typing import Any

import httpx
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
FIELDS = sorted({slot for kind in KINDS for slot in kind.__slots__ if not slot.startswith("_")})

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
]

NASTY: list[Json] = [
    {"message": MESSAGE | {"text": text, "entities": []}}
    for text in ("/start \ud83d", "\ud800 tea?", "\x00", " ", "\u202e" * 999, "/ask " + "🍵" * 999)
] + [
    {"message": MESSAGE | {"from": PERSON | {"id": id}, "chat": ROOM | {"id": id}}}
    for id in (10**40, -(10**40), 0, 0.5, "7", True, None)
]

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
    st.one_of(scalars, st.sampled_from([MESSAGE, PERSON, ROOM, QUERY])),
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
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@settings(quick_enough, max_examples=150)
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


@settings(quick_enough, max_examples=100)
@given(st.one_of(anything, st.fixed_dictionaries({"result": anything})))
def test_whatever_is_answered_is_updates_or_a_bad_gateway(answer: Json) -> None:
    status, read = asyncio.run(_fetch(answer))
    assert status in (200, 502)
    found = json.loads(read)
    assert status == 502 or Update.de_list(found["result"], None) is not None


def test_no_update_stops_the_bot(api: BotApi, chat: Chat, library: Library) -> None:
    """After every batch the next question is answered."""

    @settings(quick_enough, max_examples=80)
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
    body = json.dumps(answer).encode()
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=body))
    async with PollingRequest(httpx_kwargs={"transport": transport}) as request:
        return await request.do_request("http://127.0.0.1/getUpdates", "POST")


def _has_id(body: Json) -> bool:
    return isinstance(body, dict) and isinstance(body.get("update_id"), int)
