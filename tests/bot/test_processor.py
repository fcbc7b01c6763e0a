"""The order of updates: in turn for each person in a chat, side by side for people."""

from __future__ import annotations

import asyncio
import gc

from telegram import Update

from bot.processor import InOrder


def update(user: int, chat: int = 1, kind: str = "message") -> Update:
    person = {"id": user, "is_bot": False, "first_name": "A"}
    message = {"message_id": 1, "date": 1, "chat": {"id": chat, "type": "group"}, "from": person}
    body = message if kind == "message" else {"id": "1", "from": person, "chat_instance": "1"}
    if kind != "message":
        body |= {"data": "x", "message": message}
    parsed = Update.de_json({"update_id": 1, kind: body}, None)
    assert parsed
    return parsed


async def test_one_persons_updates_wait_for_each_other_and_nobody_elses_do() -> None:
    """Not another person's in the same chat, nor the same person's in another, nor a button."""
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
                (object(), quick("no update")),
            )
        ]
        await asyncio.sleep(0.01)
        assert sorted(done) == ["another's", "button", "elsewhere", "no update"]
        gate.set()
        await asyncio.gather(*tasks)
        assert done[4:] == ["first", "second"]


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
    assert not processor._turns
