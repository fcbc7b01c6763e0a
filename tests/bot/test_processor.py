"""The order of updates: in turn for each person in a chat, side by side for people."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterable

import pytest
from telegram import Update

from bot.transport.ordering import InOrder


def update(user: int, chat: int = 1, kind: str = "message") -> Update:
    person = {"id": user, "is_bot": False, "first_name": "A"}
    message = {"message_id": 1, "date": 1, "chat": {"id": chat, "type": "group"}, "from": person}
    query = {"id": "1", "from": person}
    body = {
        "message": message,
        "callback_query": query | {"chat_instance": "1", "data": "x", "message": message},
        "inline_query": query | {"query": "x", "offset": ""},
        "guest_message": message | {"guest_query_id": "1"},
    }[kind]
    parsed = Update.de_json({"update_id": 1, kind: body}, None)
    assert parsed
    return parsed


async def test_one_persons_updates_wait_for_each_other_and_nobody_elses_do() -> None:
    """Not another person's in the same chat, nor the same person's in another, nor other kinds
    of updates.
    """
    processor, gate, done = InOrder(), asyncio.Event(), list[str]()

    async def slow() -> None:
        await gate.wait()
        done.append("first")

    async def quick(name: str) -> None:
        done.append(name)

    async with processor:
        tasks = [
            asyncio.create_task(processor.process_update(of, work))
            for of, work in (
                (update(1), slow()),
                (update(1), quick("second")),
                (update(2), quick("another's")),
                (update(1, chat=2), quick("elsewhere")),
                (update(1, kind="callback_query"), quick("button")),
                (update(1, kind="inline_query"), quick("inline")),
                (update(1, kind="guest_message"), quick("guest")),
                (object(), quick("no update")),
            )
        ]
        await asyncio.sleep(0.01)
        assert sorted(done) == ["another's", "button", "elsewhere", "guest", "inline", "no update"]
        gate.set()
        await asyncio.gather(*tasks)
        assert done[6:] == ["first", "second"]


async def test_a_failed_update_holds_nobody_up_and_locks_do_not_pile_up() -> None:
    processor = InOrder()

    async def fail() -> None:
        raise RuntimeError

    async def well() -> None:
        pass

    for user in range(50):
        await asyncio.gather(
            processor.process_update(update(user), fail()),
            processor.process_update(update(user), well()),
            return_exceptions=True,
        )
    await asyncio.sleep(0)
    gc.collect()
    assert not processor._rows


async def test_guest_messages_of_a_person_wait_for_each_other_in_whatever_chat() -> None:
    """Their chat is what someone says it is."""
    processor, gate, done = InOrder(), asyncio.Event(), list[int]()

    async def note(number: int) -> None:
        await gate.wait()
        done.append(number)

    updates = [update(1, chat=n, kind="guest_message") for n in range(3)]
    tasks = [
        asyncio.create_task(processor.process_update(of, note(n))) for n, of in enumerate(updates)
    ]
    await asyncio.sleep(0.01)
    [row] = processor._rows.values()
    assert row.waiting == 3
    gate.set()
    await asyncio.gather(*tasks)
    assert done == [0, 1, 2]


async def test_what_one_person_sends_without_end_is_dropped_and_nobody_elses(
    caplog: pytest.LogCaptureFixture,
) -> None:
    handled = await at_once(InOrder(), [1] * 70 + [2])
    assert (handled.count(1), handled.count(2)) == (50, 1)
    [record] = caplog.records
    assert record.getMessage().endswith(": too much waits, updates are dropped")


async def test_what_all_send_has_a_bound_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.transport.ordering._MOST", 10)
    processor = InOrder()
    assert sorted(await at_once(processor, range(15))) == [*range(10)]
    assert await at_once(processor, [15]) == [15]


async def test_under_pressure_the_one_who_sent_most_loses_and_not_who_comes_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.transport.ordering._MOST", 20)
    handled = await at_once(InOrder(), [*[1] * 12, *[2] * 8, *range(10, 20)])
    assert sorted(set(handled)) == [1, 2, *range(10, 20)]
    assert len(handled) == 20
    assert abs(handled.count(1) - handled.count(2)) <= 1


async def test_editors_have_room_when_nobody_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.transport.ordering._MOST", 10)
    monkeypatch.setattr("bot.transport.ordering._RESERVED", 2)
    handled = await at_once(InOrder({7, 8, 9}), [*range(100, 110), 50, 7, 8, 9])
    assert sorted(handled) == [7, 8, *range(100, 110)]


async def test_of_many_people_nothing_is_kept_once_they_are_answered() -> None:
    processor = InOrder()
    assert len(await at_once(processor, range(6_000))) == 5_000
    await asyncio.sleep(0)
    gc.collect()
    assert not processor._rows
    assert not processor._people
    assert processor._waiting == 0


async def test_who_is_dropped_or_cancelled_takes_no_turn() -> None:
    processor, gate, done = InOrder(), asyncio.Event(), list[int]()

    async def note(number: int) -> None:
        await gate.wait()
        done.append(number)

    tasks = [asyncio.create_task(processor.process_update(update(1), note(n))) for n in range(4)]
    await asyncio.sleep(0.01)
    tasks[1].cancel()
    await asyncio.sleep(0.01)
    assert processor._waiting == 3
    gate.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert done == [0, 2, 3]


async def at_once(processor: InOrder, users: Iterable[int]) -> list[int]:
    """Return whose updates are handled, of these that come before the first one is done."""
    gate, handled = asyncio.Event(), list[int]()

    async def handle(user: int) -> None:
        await gate.wait()
        handled.append(user)

    tasks = [
        asyncio.create_task(processor.process_update(update(user), handle(user))) for user in users
    ]
    await asyncio.sleep(0.01)
    gate.set()
    await asyncio.gather(*tasks)
    return handled


async def test_of_what_a_person_types_only_the_latest_is_handled() -> None:
    processor, gate, done = InOrder(), asyncio.Event(), list[int]()

    async def note(number: int) -> None:
        await gate.wait()
        done.append(number)

    typed = [update(1, kind="inline_query") for _ in range(4)]
    tasks = [
        asyncio.create_task(processor.process_update(of, note(n))) for n, of in enumerate(typed)
    ]
    await asyncio.sleep(0.01)
    gate.set()
    await asyncio.gather(*tasks)
    assert done == [0, 3]


async def test_what_was_typed_too_long_ago_is_not_handled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.transport.ordering._TYPED", -1.0)
    done = list[str]()

    async def note(kind: str) -> None:
        done.append(kind)

    for kind in ("inline_query", "message", "callback_query"):
        await InOrder().process_update(update(1, kind=kind), note(kind))
    assert done == ["message", "callback_query"]
